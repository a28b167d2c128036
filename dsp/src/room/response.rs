//! Binaural room impulse responses of every driver.

use super::decay::EnergyDecay;
use super::early::Early;
use super::error::RoomError;
use super::images::{Image, images_within};
use super::listener::Listener;
use super::radiated::Mixing;
use super::shoebox::Room;
use super::synthesis::Synthesis;
use super::tail::Tail;
use crate::acoustics::{Ear, HeadPose, Plant, wavenumber};
use crate::array::{Device, norm};
use crate::constants::SPEED_OF_SOUND;
use crate::parallel;
use realfft::num_complex::Complex64;
use std::f64::consts::{FRAC_PI_2, PI};

/// Mixing time after the direct sound, seconds, plus this many per cubic metre: what 95 % of listeners do not tell from an
/// earlier one (Lindau, Kosanke, Weinzierl, JAES 60(11), 2012).
const MIXING_S: f64 = 0.0501;
const MIXING_S_PER_M3: f64 = 1.17e-5;
/// Time over which the tail takes over, seconds.
const HAND_OVER_S: f64 = 0.008;
/// Most ways to follow one by one, which bounds the time that small rooms take.
const MOST_EARLY: f64 = 1200.0;
/// Sample rates allowed, hertz.
const LOWEST_RATE: f64 = 8_000.0;
const HIGHEST_RATE: f64 = 384_000.0;

/// Responses of a device's drivers at the two ears of a listener in a room, pascals per unit of drive: the direct sound of a
/// point source at one metre is a pulse of one. Sample 0 is when the source sounds, so the flight is part of them. They end at
/// 22 kHz.
///
/// The same for the same arguments, to the last bit.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomResponses {
    sample_rate: f64,
    mixing_s: f64,
    arrival_s: f64,
    /// `[driver][ear]`
    direct: Vec<[Vec<f32>; 2]>,
    /// `[driver][ear]`
    reflections: Vec<[Vec<f32>; 2]>,
}

impl RoomResponses {
    /// Responses for a listener in the given pose. Takes some tenths of a second; not for the audio thread.
    ///
    /// The direct sound is that of the free field, as filters are designed for; the room's air acts on reflections only.
    ///
    /// # Errors
    /// If device or listener are not within the room, or there is no such sample rate.
    pub fn new(
        device: &Device,
        pose: &HeadPose,
        room: &Room,
        listener: &impl Listener,
        sample_rate: f64,
    ) -> Result<Self, RoomError> {
        if !(LOWEST_RATE..=HIGHEST_RATE).contains(&sample_rate) {
            return Err(RoomError::SampleRate(sample_rate));
        }
        room.admit(device)?;
        let listener_m = room.listener_m(pose)?;
        let synthesis = Synthesis::new(sample_rate);
        let plant = listener.plant(device, synthesis.frequencies_hz());
        let at_grid = listener.at(synthesis.frequencies_hz(), pose);
        let decay = EnergyDecay::new(room, listener_m);

        let arrival_s = norm(pose.center_m()) / SPEED_OF_SOUND;
        let hand_over = HandOver::new(room, arrival_s);
        let samples_at = |time_s: f64| (time_s * sample_rate).ceil() as usize + synthesis.trail();
        let samples = samples_at(hand_over.end_s()).max((decay.length_s() * sample_rate).ceil() as usize);

        let images = images_within(room, listener_m, SPEED_OF_SOUND * hand_over.end_s());
        let reflected: Vec<Image> = images.into_iter().filter(|image| image.order() > 0).collect();
        let early = Early {
            device,
            room,
            plant: &plant,
            listener: at_grid.as_ref(),
            synthesis: &synthesis,
        };
        let at_distance = |distance_m: f64| hand_over.early_gain(distance_m / SPEED_OF_SOUND);
        let mut reflections = early.sum(&reflected, at_distance, samples_at(hand_over.end_s()).min(samples));

        let (drivers, ears) = parallel::join(
            || Mixing::of_drivers(&plant),
            || Mixing::of_ears(at_grid.as_ref(), synthesis.frequencies_hz().len()),
        );
        let tail = Tail {
            decay: &decay,
            drivers: &drivers,
            ears: &ears,
            synthesis: &synthesis,
            sample_rate,
            samples,
        };
        let tail = tail.responses(|time_s| hand_over.tail_gain(time_s));
        for (response, tail) in reflections.iter_mut().flatten().zip(tail.into_iter().flatten()) {
            response.resize(samples, 0.0);
            for (sum, x) in response.iter_mut().zip(tail) {
                *sum += x;
            }
        }
        Ok(Self {
            sample_rate,
            mixing_s: hand_over.start_s,
            arrival_s,
            direct: direct(&plant, pose, listener, &synthesis, samples_at(arrival_s)),
            reflections: reflections.iter().map(to_single).collect(),
        })
    }

    /// Samples per second.
    #[must_use]
    pub fn sample_rate(&self) -> f64 {
        self.sample_rate
    }

    /// Number of drivers.
    #[must_use]
    pub fn drivers(&self) -> usize {
        self.direct.len()
    }

    /// Time until when every reflection is one of its own, seconds. The tail takes over within the next 8 ms.
    #[must_use]
    pub fn mixing_s(&self) -> f64 {
        self.mixing_s
    }

    /// Time of flight from the device's origin to the middle of the head, seconds.
    #[must_use]
    pub fn arrival_s(&self) -> f64 {
        self.arrival_s
    }

    /// The direct sound alone, some milliseconds longer than its flight.
    ///
    /// # Panics
    /// If there is no such driver.
    #[must_use]
    pub fn direct(&self, driver: usize, ear: Ear) -> &[f32] {
        &self.direct[driver][ear as usize]
    }

    /// All the rest: the whole response is the sum of both.
    ///
    /// # Panics
    /// If there is no such driver.
    #[must_use]
    pub fn reflections(&self, driver: usize, ear: Ear) -> &[f32] {
        &self.reflections[driver][ear as usize]
    }

    /// The whole response.
    ///
    /// # Panics
    /// If there is no such driver.
    #[must_use]
    pub fn whole(&self, driver: usize, ear: Ear) -> Vec<f32> {
        let mut whole = self.reflections(driver, ear).to_vec();
        for (sum, x) in whole.iter_mut().zip(self.direct(driver, ear)) {
            *sum += x;
        }
        whole
    }
}

/// The direct sound, `[driver][ear]`.
fn direct(
    plant: &Plant,
    pose: &HeadPose,
    listener: &impl Listener,
    synthesis: &Synthesis,
    samples: usize,
) -> Vec<[Vec<f32>; 2]> {
    let distance_m = norm(pose.center_m());
    let ears = listener.direct(plant, pose);
    let mut pulse = synthesis.pulse();
    let mut at_ear = |driver: usize, ear: usize| {
        let bins = ears[ear].driver(driver).iter().zip(synthesis.frequencies_hz());
        let spectrum: Vec<Complex64> = bins
            .map(|(pressure, &f)| pressure * Complex64::from_polar(1.0, wavenumber(f) * distance_m))
            .collect();
        let mut sum = vec![0.0; samples];
        synthesis.add(&spectrum, distance_m / SPEED_OF_SOUND, &mut pulse, &mut sum);
        sum
    };
    (0..plant.drivers())
        .map(|driver| to_single(&[at_ear(driver, 0), at_ear(driver, 1)]))
        .collect()
}

fn to_single(ears: &[Vec<f64>; 2]) -> [Vec<f32>; 2] {
    ears.each_ref().map(|ear| ear.iter().map(|&x| x as f32).collect())
}

/// How the tail takes over from the single reflections: their powers add up to one.
struct HandOver {
    start_s: f64,
}

impl HandOver {
    fn new(room: &Room, arrival_s: f64) -> Self {
        let volume_m3 = room.volume_m3();
        let perceived_s = arrival_s + MIXING_S + MIXING_S_PER_M3 * volume_m3;
        let affordable_m = (3.0 * volume_m3 * MOST_EARLY / (4.0 * PI)).cbrt();
        Self {
            start_s: perceived_s
                .min(affordable_m / SPEED_OF_SOUND - HAND_OVER_S)
                .max(arrival_s),
        }
    }

    fn end_s(&self) -> f64 {
        self.start_s + HAND_OVER_S
    }

    fn angle(&self, time_s: f64) -> f64 {
        FRAC_PI_2 * ((time_s - self.start_s) / HAND_OVER_S).clamp(0.0, 1.0)
    }

    fn early_gain(&self, time_s: f64) -> f64 {
        self.angle(time_s).cos()
    }

    fn tail_gain(&self, time_s: f64) -> f64 {
        self.angle(time_s).sin()
    }
}
