//! What a path of a device does in a room: how much of it is direct, how clear it is, how alike the ears hear it.

use super::absorption::OCTAVES;
use super::error::RoomError;
use super::listener::Absent;
use super::measures::{clarity_db, interaural_correlation, reverberation_s};
use super::response::RoomResponses;
use super::shoebox::Room;
use crate::acoustics::{Ear, HeadPose, HeadShape};
use crate::analysis::{mean, power_db};
use crate::array::{Device, Driver, Path, norm};
use crate::design::{Design, PathFilters};
use crate::engine::Fir;
use realfft::num_complex::Complex64;
use realfft::{RealFftPlanner, RealToComplex};
use std::sync::Arc;

/// Range over which the direct-to-reverberant ratio is meant, hertz.
pub const DRR_RANGE_HZ: [f64; 2] = [300.0, 3000.0];
/// Bands that the range is divided into: tenths of a decade, which are third octaves (IEC 61260).
const DRR_BANDS: usize = 10;
/// Octaves over which clarity and reverberation time are meant (ISO 3382-1, table A.1), hertz.
const MIDDLE_BANDS_HZ: [f64; 2] = [500.0, 1000.0];
/// Octaves over which the interaural correlation is meant, hertz (Hidaka, Beranek, Okano, JASA 98(2), 1995).
const BINAURAL_BANDS_HZ: [f64; 3] = [500.0, 1000.0, 2000.0];
/// Boundary between the early and the late ear, seconds after the arrival, and end of all (ISO 3382-1, annex B).
const EARLY_EAR_S: f64 = 0.08;
const END_S: f64 = 1.0;

/// Figures of one path at one strength of its effect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoomFigures {
    /// Direct over reflected energy where the listener's head is, without it: mean of the levels in third octaves from 300 Hz to
    /// 3 kHz, dB. Every reflection counts as reverberant.
    pub direct_to_reverberant_db: f64,
    /// Distance at which both would be equal, metres: `d_c = r·10^(DRR/20)` from the distance `r` of the listener, for direct
    /// sound weakens with the distance and the reverberant field does not.
    pub critical_distance_m: f64,
    /// Clarity C50, mean of the octaves of 500 Hz and 1 kHz, dB.
    pub clarity_db: f64,
    /// Reverberation time T30, mean of the same octaves, seconds; NaN if the response is too short.
    pub reverberation_s: f64,
    /// Interaural cross-correlation coefficient up to 80 ms after the direct sound, mean of 500 Hz to 2 kHz.
    pub iacc_early: f64,
    /// The same from 80 ms on.
    pub iacc_late: f64,
    /// The same of the whole response.
    pub iacc: f64,
}

/// A path of a design in a room, at any strength of its effect.
#[derive(Clone, Debug)]
pub struct PathInRoom {
    sample_rate: f64,
    distance_m: f64,
    /// At an omnidirectional microphone: direct sound and reflections.
    omnidirectional: [Strengths; 2],
    /// At both ears, direct sound and reflections together.
    ears: [Strengths; 2],
}

impl PathInRoom {
    /// All paths of a design, in the order of [`Path::ALL`], for a listener in the given pose. The filters and the figures are at
    /// `sample_rate`. Takes about a second; not for the audio thread.
    ///
    /// # Errors
    /// If device or listener are not within the room.
    pub fn all(
        device: &Device,
        design: &Design,
        pose: &HeadPose,
        room: &Room,
        sample_rate: f64,
    ) -> Result<[Self; 3], RoomError> {
        let omnidirectional = RoomResponses::new(device, pose, room, &Absent, sample_rate)?;
        let binaural = RoomResponses::new(device, pose, room, &HeadShape::default(), sample_rate)?;
        let path = |path: Path| {
            let filters = ideal(device, &design.drivers[path as usize], sample_rate);
            let at = |response: &dyn Fn(usize) -> Vec<f32>| Strengths::new(&filters, response);
            let at_ear = |ear| at(&|driver| binaural.whole(driver, ear));
            Self {
                sample_rate,
                distance_m: norm(pose.center_m()),
                omnidirectional: [
                    at(&|driver| omnidirectional.direct(driver, Ear::Left).to_vec()),
                    at(&|driver| omnidirectional.reflections(driver, Ear::Left).to_vec()),
                ],
                ears: Ear::BOTH.map(at_ear),
            }
        };
        Ok(Path::ALL.map(path))
    }

    /// Figures at a strength of 0 to 1 of the path's effect: Depth for the centre, Cancellation for the sides.
    #[must_use]
    pub fn figures(&self, strength: f64) -> RoomFigures {
        let ratios_db = self.direct_to_reverberant_db(strength);
        let [direct, reflections] = self.omnidirectional.each_ref().map(|end| end.at(strength));
        let peak = (0..direct.len()).max_by(|&a, &b| direct[a].abs().total_cmp(&direct[b].abs()));
        let arrival_s = peak.unwrap_or(0) as f64 / self.sample_rate;
        let mut whole = reflections;
        for (sum, x) in whole.iter_mut().zip(&direct) {
            *sum += x;
        }
        let in_middle = |value: &dyn Fn(f64) -> f64| mean(&MIDDLE_BANDS_HZ.map(value));
        let ears = self.ears.each_ref().map(|end| end.at(strength));
        let iacc = |from_s: f64, to_s: f64| {
            let [left, right] = &ears;
            let in_band = |middle_hz| interaural_correlation([left, right], self.sample_rate, middle_hz, [from_s, to_s]);
            mean(&BINAURAL_BANDS_HZ.map(in_band))
        };
        let direct_to_reverberant_db = mean(&ratios_db);
        RoomFigures {
            direct_to_reverberant_db,
            critical_distance_m: self.distance_m * 10_f64.powf(direct_to_reverberant_db / 20.0),
            clarity_db: in_middle(&|middle_hz| clarity_db(&whole, self.sample_rate, arrival_s, middle_hz)),
            reverberation_s: in_middle(&|middle_hz| {
                reverberation_s(&whole, self.sample_rate, middle_hz).unwrap_or(f64::NAN)
            }),
            iacc_early: iacc(0.0, arrival_s + EARLY_EAR_S),
            iacc_late: iacc(arrival_s + EARLY_EAR_S, arrival_s + END_S),
            iacc: iacc(0.0, arrival_s + END_S),
        }
    }

    /// Direct over reflected energy by third octave from 300 Hz to 3 kHz, dB.
    #[must_use]
    pub fn direct_to_reverberant_db(&self, strength: f64) -> [f64; DRR_BANDS] {
        let [direct, reflected] = self.omnidirectional.each_ref().map(|end| {
            let signal = end.at(strength);
            band_energies(&signal, self.sample_rate)
        });
        std::array::from_fn(|band| power_db(direct[band] / reflected[band].max(f64::MIN_POSITIVE)))
    }
}

/// Reverberation time T30 of a room by octave band for an omnidirectional source and receiver, seconds; NaN where the response
/// is too short.
///
/// # Errors
/// If the listener is not within the room.
pub fn room_reverberation_s(room: &Room, pose: &HeadPose, sample_rate: f64) -> Result<[f64; OCTAVES], RoomError> {
    let responses = RoomResponses::new(&Device::point_source(), pose, room, &Absent, sample_rate)?;
    let whole: Vec<f64> = responses.whole(0, Ear::Left).into_iter().map(f64::from).collect();
    Ok(super::OCTAVE_BANDS_HZ.map(|band_hz| reverberation_s(&whole, sample_rate, band_hz).unwrap_or(f64::NAN)))
}

/// A response at strength 0, and what the full effect adds.
#[derive(Clone, Debug)]
struct Strengths {
    base: Vec<f64>,
    full: Vec<f64>,
}

impl Strengths {
    fn new(filters: &PathFilters, response: &dyn Fn(usize) -> Vec<f32>) -> Self {
        let responses: Vec<Vec<f32>> = (0..filters.base.len()).map(response).collect();
        let firs = filters.base.iter().chain(&filters.full);
        let longest_filter = firs.map(Fir::end).max().unwrap_or(0);
        let samples = longest_filter + responses.iter().map(Vec::len).max().unwrap_or(0);
        Self {
            base: through(&filters.base, &responses, samples),
            full: through(&filters.full, &responses, samples),
        }
    }

    fn at(&self, strength: f64) -> Vec<f64> {
        let ends = self.base.iter().zip(&self.full);
        ends.map(|(base, full)| base + strength * (full - base)).collect()
    }
}

/// Sum of the drivers' responses, each through its filter, which `samples` have room for.
fn through(filters: &[Fir], responses: &[Vec<f32>], samples: usize) -> Vec<f64> {
    let length = samples.next_power_of_two();
    let mut planner = RealFftPlanner::<f64>::new();
    let (forward, inverse) = (planner.plan_fft_forward(length), planner.plan_fft_inverse(length));
    let mut sum = forward.make_output_vec();
    for (fir, response) in filters.iter().zip(responses) {
        let filter = spectrum(forward.as_ref(), fir.taps.iter().copied(), fir.start);
        let response = spectrum(forward.as_ref(), response.iter().copied(), 0);
        for (sum, (a, b)) in sum.iter_mut().zip(filter.iter().zip(&response)) {
            *sum += a * b / length as f64;
        }
    }
    if let [first, .., last] = sum.as_mut_slice() {
        (first.im, last.im) = (0.0, 0.0);
    }
    let mut signal = inverse.make_output_vec();
    // The lengths are those of the plans, so the transforms cannot fail.
    let _ = inverse.process(&mut sum, &mut signal);
    signal.truncate(samples);
    signal
}

fn spectrum(forward: &dyn RealToComplex<f64>, signal: impl Iterator<Item = f32>, start: usize) -> Vec<Complex64> {
    let mut padded = forward.make_input_vec();
    for (to, from) in padded.iter_mut().skip(start).zip(signal) {
        *to = from.into();
    }
    let mut spectrum = forward.make_output_vec();
    let _ = forward.process(&mut padded, &mut spectrum);
    spectrum
}

/// Energy in each of the bands of the direct-to-reverberant ratio.
fn band_energies(signal: &[f64], sample_rate: f64) -> [f64; DRR_BANDS] {
    let forward: Arc<dyn RealToComplex<f64>> = RealFftPlanner::new().plan_fft_forward(signal.len().next_power_of_two());
    let mut padded = forward.make_input_vec();
    padded[..signal.len()].copy_from_slice(signal);
    let mut spectrum = forward.make_output_vec();
    let _ = forward.process(&mut padded, &mut spectrum);
    let [low_hz, high_hz] = DRR_RANGE_HZ;
    let mut energies = [0.0; DRR_BANDS];
    for (bin, value) in spectrum.iter().enumerate() {
        let frequency_hz = sample_rate * bin as f64 / forward.len() as f64;
        let position = DRR_BANDS as f64 * (frequency_hz / low_hz).ln() / (high_hz / low_hz).ln();
        if let Some(energy) = energies.get_mut(position as usize)
            && position >= 0.0
        {
            *energy += value.norm_sqr() / forward.len() as f64;
        }
    }
    energies
}

/// Filters to ideal drivers: without the corrections of the output channels, which undo flaws that the models do not have.
fn ideal(device: &Device, filters: &PathFilters, sample_rate: f64) -> PathFilters {
    let undone = |firs: &[Fir]| -> Vec<Fir> {
        let undo = |(fir, driver): (&Fir, &Driver)| Fir {
            start: fir.start.saturating_sub(driver.output_delay_samples(sample_rate)),
            taps: fir.taps.iter().map(|tap| tap / driver.output_gain() as f32).collect(),
        };
        firs.iter().zip(&device.drivers).map(undo).collect()
    };
    PathFilters {
        base: undone(&filters.base),
        full: undone(&filters.full),
    }
}
