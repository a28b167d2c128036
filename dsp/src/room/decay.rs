//! How the energy of all reflections decays, from the image sources themselves.
//!
//! Sound in a shoebox is not diffuse: ways that keep off the absorbing walls last longer than Sabine's or Eyring's formulas
//! have it. So the energy of each way is summed up by time and octave band, as for an omnidirectional source and receiver.
//! Beyond the first millions of ways the decay goes on as it was.

use super::absorption::{OCTAVE_BANDS_HZ, OCTAVES};
use super::images::{AxisImage, axis_images};
use super::shoebox::{LONGEST_REVERBERATION_S, Room};
use crate::constants::SPEED_OF_SOUND;
use std::f64::consts::{LN_10, PI};

/// Time that one entry of the decay covers, seconds.
const STEP_S: f64 = 0.005;
/// Most ways to sum up.
const MOST_IMAGES: f64 = 2e6;
/// Share of the summed decay from whose slope the rest follows.
const LAST_SHARE: f64 = 0.3;
/// Energies by band, padded to a whole vector.
const LANES: usize = OCTAVES + 1;

/// Energy per second at the listener over time and octave band, of a source whose direct sound has the energy one at one metre.
#[derive(Clone, Debug, PartialEq)]
pub struct EnergyDecay {
    /// By step, by band.
    energies: Vec<[f64; OCTAVES]>,
}

impl EnergyDecay {
    /// Decay at a listener in room coordinates, metres.
    #[must_use]
    pub fn new(room: &Room, listener_m: [f64; 3]) -> Self {
        let summed_m = (3.0 * room.volume_m3() * MOST_IMAGES / (4.0 * PI)).cbrt();
        let steps = (LONGEST_REVERBERATION_S / STEP_S) as usize;
        let summed = ((summed_m / SPEED_OF_SOUND / STEP_S) as usize).min(steps);
        let mut energies = sum_images(room, listener_m, summed);
        for (step, energies) in energies.iter_mut().enumerate() {
            let distance_m = SPEED_OF_SOUND * STEP_S * (step as f64 + 0.5);
            for (energy, band_hz) in energies.iter_mut().zip(OCTAVE_BANDS_HZ) {
                *energy *= (-room.air_db_per_m(band_hz) * distance_m * LN_10 / 10.0).exp() / STEP_S;
            }
        }
        let slopes = last_slopes(&energies);
        while energies.len() < steps {
            let last = energies.last().copied().unwrap_or_default();
            energies.push(std::array::from_fn(|band| last[band] * slopes[band]));
        }
        Self { energies }
    }

    /// Energy per second at a time after the source's pulse, by band.
    #[must_use]
    pub fn at(&self, time_s: f64) -> [f64; OCTAVES] {
        let position = (time_s / STEP_S - 0.5).clamp(0.0, (self.energies.len() - 1) as f64);
        let step = (position as usize).min(self.energies.len() - 2);
        let share = position - step as f64;
        let logarithm = |step: usize, band: usize| self.energies[step][band].max(f64::MIN_POSITIVE).ln();
        std::array::from_fn(|band| ((1.0 - share) * logarithm(step, band) + share * logarithm(step + 1, band)).exp())
    }

    /// Energy in a band from a time on, direct sound included.
    ///
    /// # Panics
    /// If there is no such band.
    #[must_use]
    pub fn energy_from(&self, time_s: f64, band: usize) -> f64 {
        let after = self.energies.iter().skip((time_s / STEP_S) as usize);
        after.map(|energies| energies[band] * STEP_S).sum()
    }

    /// Time in which all bands have decayed by 60 dB, seconds, at most 1.5.
    #[must_use]
    pub fn length_s(&self) -> f64 {
        let length = |band: usize| {
            let limit = 1e-6 * self.energy_from(0.0, band);
            let mut after = 0.0;
            let loud = self.energies.iter().rposition(|energies| {
                after += energies[band] * STEP_S;
                after > limit
            });
            STEP_S * (loud.unwrap_or(0) + 1) as f64
        };
        (0..OCTAVES).map(length).fold(0.0, f64::max)
    }
}

/// Energies of all ways by the step in which they arrive, without the air.
fn sum_images(room: &Room, listener_m: [f64; 3], steps: usize) -> Vec<[f64; OCTAVES]> {
    let radius_m = SPEED_OF_SOUND * STEP_S * steps as f64;
    let kept = room.shoebox().absorption.map(|wall| wall.map(|share| 1.0 - share));
    let axis = |axis: usize| -> Vec<(f64, [f64; LANES])> {
        let energy = |image: &AxisImage| {
            let mut energy = [0.0; LANES];
            for (band, energy) in energy.iter_mut().enumerate().take(OCTAVES) {
                let factor = |upper: usize| kept[2 * axis + upper][band].powi(image.hits[upper] as i32);
                *energy = factor(0) * factor(1);
            }
            (image.offset_m * image.offset_m, energy)
        };
        axis_images(room, listener_m, radius_m, axis)
            .iter()
            .map(energy)
            .collect()
    };
    let [xs, ys, zs] = [0, 1, 2].map(axis);
    let mut sums = vec![[0.0; LANES]; steps];
    for (x2, x) in &xs {
        for (y2, y) in &ys {
            let xy: [f64; LANES] = std::array::from_fn(|band| x[band] * y[band]);
            for (z2, z) in &zs {
                let squared = x2 + y2 + z2;
                let step = (squared.sqrt() / (SPEED_OF_SOUND * STEP_S)) as usize;
                if let Some(sum) = sums.get_mut(step) {
                    for band in 0..LANES {
                        sum[band] += xy[band] * z[band] / squared;
                    }
                }
            }
        }
    }
    sums.into_iter()
        .map(|sum| std::array::from_fn(|band| sum[band]))
        .collect()
}

/// Ratio from one step to the next towards the end, by band: a straight line through the logarithms, never rising.
fn last_slopes(energies: &[[f64; OCTAVES]]) -> [f64; OCTAVES] {
    let first = ((1.0 - LAST_SHARE) * energies.len() as f64) as usize;
    let part = &energies[first..];
    let middle = (part.len() as f64 - 1.0) / 2.0;
    std::array::from_fn(|band| {
        let (mut product, mut square) = (0.0, 0.0);
        for (n, energies) in part.iter().enumerate() {
            let from_middle = n as f64 - middle;
            product += from_middle * energies[band].max(f64::MIN_POSITIVE).ln();
            square += from_middle * from_middle;
        }
        (product / square.max(f64::MIN_POSITIVE)).min(0.0).exp()
    })
}

#[cfg(test)]
mod tests {
    use super::super::shoebox::Shoebox;
    use super::*;

    fn uniform(size_m: [f64; 3], absorption: f64) -> Room {
        let shoebox = Shoebox {
            size_m,
            absorption: [[absorption; OCTAVES]; 6],
            air: false,
            device_m: size_m.map(|side| 0.3 * side),
        };
        Room::new(&shoebox).unwrap()
    }

    /// Time for 30 dB of the integrated decay from −5 dB on, doubled.
    fn decay_s(decay: &EnergyDecay, band: usize) -> f64 {
        let level = |step: usize| 10.0 * decay.energy_from(STEP_S * (step as f64 + 0.01), band).log10();
        let below = |db: f64| (0..).find(|&step| level(step) < level(0) - db).unwrap() as f64 * STEP_S;
        2.0 * (below(35.0) - below(5.0))
    }

    #[test]
    fn a_regular_room_decays_as_eyring_says() {
        for (side_m, absorption) in [(3.0, 0.2), (4.0, 0.3), (5.0, 0.15)] {
            let room = uniform([side_m, 1.1 * side_m, 0.9 * side_m], absorption);
            let decay = EnergyDecay::new(&room, room.shoebox().size_m.map(|side| 0.6 * side));
            let (actual, eyring) = (decay_s(&decay, 3), room.eyring_s(3));
            // Images decay more slowly than Eyring has it: ways along one axis meet fewer walls.
            assert!(
                (0.97..1.2).contains(&(actual / eyring)),
                "{side_m} m: {actual} {eyring}"
            );
        }
    }

    #[test]
    fn what_was_not_summed_goes_on_as_before() {
        let room = uniform([2.0, 2.2, 1.8], 0.1);
        let listener_m = room.shoebox().size_m.map(|side| 0.6 * side);
        let whole = EnergyDecay::new(&room, listener_m);
        let summed_s = (3.0 * room.volume_m3() * MOST_IMAGES / (4.0 * PI)).cbrt() / SPEED_OF_SOUND;
        let summed = sum_images(&room, listener_m, ((summed_s + 0.1) / STEP_S) as usize);
        let expected = summed[summed.len() - 2][3] / STEP_S;
        let actual = whole.at(STEP_S * (summed.len() as f64 - 1.5))[3];
        assert!(
            (10.0 * (actual / expected).log10()).abs() < 1.0,
            "{actual:e} {expected:e}"
        );
    }

    #[test]
    fn lengths_follow_the_slowest_band() {
        let room = uniform([4.0, 4.4, 3.6], 0.3);
        let decay = EnergyDecay::new(&room, [2.0, 2.0, 1.5]);
        let ratio = decay.length_s() / decay_s(&decay, 0);
        assert!((0.9..1.2).contains(&ratio), "{ratio}");
        let mut dull = *room.shoebox();
        dull.absorption.iter_mut().for_each(|wall| wall[0] = 0.2);
        let dull = Room::new(&dull).unwrap();
        assert!(EnergyDecay::new(&dull, [2.0, 2.0, 1.5]).length_s() > 1.3 * decay.length_s());
    }
}
