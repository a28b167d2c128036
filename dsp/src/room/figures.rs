//! What a path of a device does in a room: how much of it is direct, how clear it is, how alike the ears hear it.

use super::absorption::{OCTAVE_BANDS_HZ, OCTAVES};
use super::error::RoomError;
use super::heard::Heard;
use super::listener::Absent;
use super::measures::{clarity_db, interaural_correlation, reverberation_s};
use super::response::RoomResponses;
use super::shoebox::Room;
use crate::acoustics::{Ear, HeadPose};
use crate::analysis::{mean, power_db};
use crate::array::{Device, Path, norm};
use crate::design::Design;
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
    /// The same at the ears that the path is meant for: the left or the right one, or both for the centre. Cancellation makes a
    /// side path loud there, and not at the middle of the head.
    pub direct_to_reverberant_at_ear_db: f64,
    /// Distance at which both would be equal, metres: `d_c = r·10^(DRR/20)` from the distance `r` of the listener, for direct
    /// sound weakens with the distance and the reverberant field does not.
    pub critical_distance_m: f64,
    /// Clarity C50 at the same microphone, mean of the octaves of 500 Hz and 1 kHz, dB.
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
    path: Path,
    omnidirectional: Ends,
    ears: [Ends; 2],
}

/// A path at one microphone, at both ends of its effect's strength.
#[derive(Clone, Debug)]
struct Ends {
    base: Heard,
    full: Heard,
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
        let binaural = RoomResponses::new(device, pose, room, &device.head, sample_rate)?;
        let path = |path: Path| {
            let filters = &design.drivers[path as usize];
            let at = |responses: &RoomResponses, ear| Ends {
                base: responses.heard(device, &filters.base, ear),
                full: responses.heard(device, &filters.full, ear),
            };
            Self {
                sample_rate,
                distance_m: norm(pose.center_m()),
                path,
                omnidirectional: at(&omnidirectional, Ear::Left),
                ears: Ear::BOTH.map(|ear| at(&binaural, ear)),
            }
        };
        Ok(Path::ALL.map(path))
    }

    /// Figures at a strength of 0 to 1 of the path's effect: Depth for the centre, Cancellation for the sides.
    #[must_use]
    pub fn figures(&self, strength: f64) -> RoomFigures {
        let in_middle = |value: &dyn Fn(f64) -> f64| mean(&MIDDLE_BANDS_HZ.map(value));
        let arrival_s = self.arrival_s(strength);
        let whole = self.omnidirectional.at(strength).whole();
        let ears = self.ears.each_ref().map(|ear| ear.at(strength).whole());
        let iacc = |from_s: f64, to_s: f64| {
            let [left, right] = &ears;
            let in_band =
                |middle_hz| interaural_correlation([left, right], self.sample_rate, middle_hz, [from_s, to_s]);
            mean(&BINAURAL_BANDS_HZ.map(in_band))
        };
        let direct_to_reverberant_db = mean(&self.direct_to_reverberant_db(strength));
        RoomFigures {
            direct_to_reverberant_db,
            direct_to_reverberant_at_ear_db: mean(&self.direct_to_reverberant_at_ear_db(strength)),
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

    /// Clarity C50 by octave band, dB.
    #[must_use]
    pub fn clarity_db(&self, strength: f64) -> [f64; OCTAVES] {
        let (arrival_s, whole) = (self.arrival_s(strength), self.omnidirectional.at(strength).whole());
        OCTAVE_BANDS_HZ.map(|band_hz| clarity_db(&whole, self.sample_rate, arrival_s, band_hz))
    }

    /// Direct over reflected energy at the middle of the head, without it, by third octave from 300 Hz to 3 kHz, dB.
    #[must_use]
    pub fn direct_to_reverberant_db(&self, strength: f64) -> [f64; DRR_BANDS] {
        self.ratios_db(&[&self.omnidirectional], strength)
    }

    /// The same at the ears that the path is meant for.
    #[must_use]
    pub fn direct_to_reverberant_at_ear_db(&self, strength: f64) -> [f64; DRR_BANDS] {
        let [left, right] = &self.ears;
        match self.path {
            Path::Left => self.ratios_db(&[left], strength),
            Path::Right => self.ratios_db(&[right], strength),
            Path::Center => self.ratios_db(&[left, right], strength),
        }
    }

    /// Direct over reflected energy of all the microphones together.
    fn ratios_db(&self, microphones: &[&Ends], strength: f64) -> [f64; DRR_BANDS] {
        let (mut direct, mut reflected) = ([0.0; DRR_BANDS], [0.0; DRR_BANDS]);
        for microphone in microphones {
            let heard = microphone.at(strength);
            add_band_energies(&heard.direct, self.sample_rate, &mut direct);
            add_band_energies(&heard.reflections, self.sample_rate, &mut reflected);
        }
        std::array::from_fn(|band| power_db(direct[band] / reflected[band].max(f64::MIN_POSITIVE)))
    }

    /// When the direct sound is loudest at the middle of the head, seconds.
    fn arrival_s(&self, strength: f64) -> f64 {
        let direct = self.omnidirectional.at(strength).direct;
        let peak = (0..direct.len()).max_by(|&a, &b| direct[a].abs().total_cmp(&direct[b].abs()));
        peak.unwrap_or(0) as f64 / self.sample_rate
    }
}

impl Ends {
    fn at(&self, strength: f64) -> Heard {
        self.base.toward(&self.full, strength)
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
    Ok(OCTAVE_BANDS_HZ.map(|band_hz| reverberation_s(&whole, sample_rate, band_hz).unwrap_or(f64::NAN)))
}

/// Adds the energy in each of the bands of the direct-to-reverberant ratio.
fn add_band_energies(signal: &[f64], sample_rate: f64, energies: &mut [f64; DRR_BANDS]) {
    let forward: Arc<dyn RealToComplex<f64>> = RealFftPlanner::new().plan_fft_forward(signal.len().next_power_of_two());
    let mut padded = forward.make_input_vec();
    padded[..signal.len()].copy_from_slice(signal);
    let mut spectrum = forward.make_output_vec();
    let _ = forward.process(&mut padded, &mut spectrum);
    let [low_hz, high_hz] = DRR_RANGE_HZ;
    for (bin, value) in spectrum.iter().enumerate() {
        let frequency_hz = sample_rate * bin as f64 / forward.len() as f64;
        let position = DRR_BANDS as f64 * (frequency_hz / low_hz).ln() / (high_hz / low_hz).ln();
        if let Some(energy) = energies.get_mut(position as usize)
            && position >= 0.0
        {
            *energy += value.norm_sqr() / forward.len() as f64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::measures::{energy, octave};
    use super::super::shoebox::Shoebox;
    use super::*;
    use crate::acoustics::Plant;
    use crate::analysis::{BeamPattern, DriverSpectra};
    use crate::array::presets;
    use crate::design::DesignSettings;
    use crate::engine::Timing;
    use crate::upmix::UpmixMode;

    const RATE: f64 = 48_000.0;

    /// What the centre beam is for: Tabletop at 2 m in the living room.
    #[test]
    fn the_centre_beam_raises_the_direct_sound_over_the_room() {
        let device = &presets()[0].device;
        let design = Design::new(device, &DesignSettings::default(), &Timing::new(RATE, UpmixMode::High));
        let pose = HeadPose::at_distance(2.0);
        let paths = PathInRoom::all(device, &design, &pose, &Room::living_room(), RATE).unwrap();
        let [alone, beam] = [0.0, 1.0].map(|depth| paths[Path::Center as usize].figures(depth));
        let gain_db = beam.direct_to_reverberant_db - alone.direct_to_reverberant_db;
        assert!(gain_db >= 2.0, "{gain_db} dB");
        assert!(beam.direct_to_reverberant_at_ear_db > alone.direct_to_reverberant_at_ear_db + 2.0);
        assert!(beam.critical_distance_m >= 1.2 * alone.critical_distance_m);
        assert!(beam.iacc_early > alone.iacc_early && beam.iacc_late < 0.3, "{beam:?}");
        assert!((0.4..0.6).contains(&beam.reverberation_s), "{beam:?}");
    }

    /// The tail of a beam is as much weaker as the beam radiates less power in all directions.
    #[test]
    fn late_energy_of_a_path_is_that_of_its_radiated_power() {
        let device = &presets()[0].device;
        let design = Design::new(device, &DesignSettings::default(), &Timing::new(RATE, UpmixMode::High));
        let pose = HeadPose::at_distance(2.0);
        let paths = PathInRoom::all(device, &design, &pose, &Room::living_room(), RATE).unwrap();
        let center = &paths[Path::Center as usize];
        for middle_hz in [250.0, 500.0, 1000.0, 2000.0] {
            let late = [0.0, 1.0].map(|depth| {
                let reflections = center.omnidirectional.at(depth).reflections;
                energy(&octave(&reflections, RATE, middle_hz)[(0.09 * RATE) as usize..])
            });
            let frequencies_hz: Vec<f64> = (0..24).map(|n| middle_hz * (0.71 + 0.03 * f64::from(n))).collect();
            let plant = Plant::new(device, &frequencies_hz);
            let radiated = [0.0, 1.0].map(|depth| {
                let filters = &design.drivers[Path::Center as usize];
                let spectra = DriverSpectra::new(device, filters, depth, RATE, &frequencies_hz);
                let pattern = BeamPattern::new(&plant, &spectra, pose.center_m());
                let bins = pattern.on_axis.iter().zip(&pattern.directivity_index_db);
                bins.map(|(p, db)| p.norm_sqr() / 10_f64.powf(db / 10.0)).sum::<f64>()
            });
            let (actual, expected) = (power_db(late[1] / late[0]), power_db(radiated[1] / radiated[0]));
            println!("{middle_hz} Hz: {actual:.2} dB, radiated power {expected:.2} dB");
            assert!(
                (actual - expected).abs() < 1.0,
                "{middle_hz} Hz: {actual} dB, radiated power {expected} dB"
            );
        }
    }

    /// `DRR = A/(16πr²)` of an omnidirectional source in a diffuse field, here with all reflections and Sabine's area `A`
    /// (Kuttruff, *Room Acoustics*, chapter 5).
    #[test]
    fn an_omnidirectional_source_has_the_ratio_of_the_diffuse_field() {
        let shoebox = Shoebox {
            size_m: [6.0, 5.0, 4.0],
            absorption: [[0.2; OCTAVES]; 6],
            air: false,
            device_m: [4.6, 2.2, 1.7],
        };
        let room = Room::new(&shoebox).unwrap();
        let pose = HeadPose::at_distance(2.5);
        let responses = RoomResponses::new(&Device::point_source(), &pose, &room, &Absent, RATE).unwrap();
        let energies = |signal: &[f32]| {
            let mut energies = [0.0; DRR_BANDS];
            let signal: Vec<f64> = signal.iter().copied().map(f64::from).collect();
            add_band_energies(&signal, RATE, &mut energies);
            energies.iter().sum::<f64>()
        };
        let ratio = energies(responses.direct(0, Ear::Left)) / energies(responses.reflections(0, Ear::Left));
        let area_m2 = 0.2 * room.surface_m2();
        let expected = area_m2 / (16.0 * std::f64::consts::PI * 2.5 * 2.5);
        assert!(power_db(ratio / expected).abs() < 1.5, "{ratio} {expected}");
        let seconds = room_reverberation_s(&room, &pose, RATE).unwrap();
        assert!(
            seconds.iter().all(|s| (0.95..1.3).contains(&(s / room.eyring_s(3)))),
            "{seconds:?}"
        );
    }
}
