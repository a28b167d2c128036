//! A beam that costs no directivity: where a shape of the lobe and its nulls can be had only for more power all around than the
//! reference drivers radiate by themselves, as between grating lobes, as much of it is given up as it takes.

use realfft::num_complex::Complex64;

use super::shares::smooth_below;
use super::sphere_average::sphere_directions;
use crate::acoustics::{Field, Plant};
use crate::array::{Device, norm};
use crate::parallel;

/// Frequencies that are looked at, per octave and from where to where, Hz. Lower down any beam gains.
const PER_OCTAVE: f64 = 8.0;
const RANGE_HZ: [f64; 2] = [150.0, 12_000.0];
/// Directions are as many as the power of a device at this frequency needs, Hz.
const DIRECTIONS_UP_TO_HZ: f64 = 3000.0;
/// What is given up is given up smoothly, over this many octaves to either side.
const SMOOTHING_OCTAVES: f64 = 1.0 / 12.0;

/// Fields of a device all around, at frequencies enough to tell where a beam costs directivity.
pub(super) struct DirectivityGuard {
    /// Bins of the grid that are looked at, and how many there are in all.
    bins: Vec<usize>,
    grid_bins: usize,
    /// Fields at these bins, in directions that stand for equal areas.
    fields: Vec<Field>,
}

impl DirectivityGuard {
    /// For a device whose beam is heard at `distance_m`.
    pub(super) fn new(device: &Device, frequencies_hz: &[f64], distance_m: f64) -> Self {
        let bins = sparse_bins(frequencies_hz);
        let sparse_hz: Vec<f64> = bins.iter().map(|&bin| frequencies_hz[bin]).collect();
        let reach_m = |driver: &crate::array::Driver| norm(driver.position_m(&device.enclosure));
        let radius_m = device.drivers.iter().map(reach_m).fold(0.0, f64::max);
        let directions = sphere_directions(radius_m, DIRECTIONS_UP_TO_HZ);
        let plant = Plant::new(device, &sparse_hz);
        let shell = plant.shell(distance_m);
        Self {
            bins,
            grid_bins: frequencies_hz.len(),
            fields: parallel::map(directions.len(), 4, |n| shell.field(directions[n])),
        }
    }

    /// Share by bin of what a beam adds to its reference drivers that costs no more directivity than `loss_db`, smooth over
    /// frequency; `None` where all of it does not. Both are filters on the grid, `[driver][bin]`; the response on the axis is
    /// taken to be the same at any share.
    pub(super) fn share(&self, base: &[Vec<Complex64>], added: &[Vec<Complex64>], loss_db: f64) -> Option<Vec<f64>> {
        let at = |(index, &bin): (usize, &usize)| {
            // Powers of the base and of what is added, and their product, summed over the sphere.
            let [mut alone, mut power, mut cross] = [0.0; 3];
            for field in &self.fields {
                let [p, q] = [base, added].map(|filters| -> Complex64 {
                    let drivers = filters.iter().enumerate();
                    drivers
                        .map(|(driver, filter)| filter[bin] * field.at(driver, index))
                        .sum()
                });
                alone += p.norm_sqr();
                power += q.norm_sqr();
                cross += (p.conj() * q).re;
            }
            // The positive root of alone + 2 s cross + s² power = alone · loss.
            let excess = alone * (10_f64.powf(loss_db / 10.0) - 1.0);
            let largest = ((cross * cross + power * excess).sqrt() - cross) / power;
            // Else nothing is added.
            if largest < 1.0 { largest } else { 1.0 }
        };
        let shares: Vec<f64> = self.bins.iter().enumerate().map(at).collect();
        let bounds = shares.iter().any(|share| *share < 1.0);
        bounds.then(|| smooth_below(&between(&self.bins, &shares, self.grid_bins), SMOOTHING_OCTAVES))
    }
}

/// Bins at equal ratios of frequency.
fn sparse_bins(frequencies_hz: &[f64]) -> Vec<usize> {
    let [low, high] = RANGE_HZ;
    let steps = ((high / low).log2() * PER_OCTAVE) as i32;
    let wanted_hz = (0..=steps).map(|step| low * (f64::from(step) / PER_OCTAVE).exp2());
    let mut bins: Vec<usize> = wanted_hz
        .map(|hz| frequencies_hz.partition_point(|&f| f < hz))
        .filter(|&bin| bin < frequencies_hz.len())
        .collect();
    bins.dedup();
    bins
}

/// Values at some bins, joined by lines and level beyond, at all of them.
fn between(bins: &[usize], values: &[f64], count: usize) -> Vec<f64> {
    let value = |bin: usize| {
        let above = bins.partition_point(|&known| known <= bin);
        if above == 0 {
            return values[0];
        }
        let (low, value) = (bins[above - 1], values[above - 1]);
        bins.get(above).map_or(value, |&high| {
            value + (values[above] - value) * (bin - low) as f64 / (high - low) as f64
        })
    };
    (0..count).map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::presets;

    const LOSS_DB: f64 = 0.2;
    const FREQUENCIES_HZ: [f64; 3] = [1000.0, 2000.0, 4000.0];

    /// Gains of the drivers of Tabletop, the same in each bin.
    fn filters(gains: [f64; 4]) -> Vec<Vec<Complex64>> {
        gains.map(|gain| vec![Complex64::from(gain); 3]).into()
    }

    fn shares(base: &[Vec<Complex64>], change: &[Vec<Complex64>]) -> Option<Vec<f64>> {
        DirectivityGuard::new(&presets()[0].device, &FREQUENCIES_HZ, 2.0).share(base, change, LOSS_DB)
    }

    /// Power all around at 2 kHz.
    fn power(base: &[Vec<Complex64>], change: &[Vec<Complex64>], share: f64) -> f64 {
        let plant = Plant::new(&presets()[0].device, &FREQUENCIES_HZ);
        let shell = plant.shell(2.0);
        let heard = |unit: &[f64; 3]| {
            let field = shell.field(*unit);
            let drivers = base.iter().zip(change).enumerate();
            let pressures = drivers.map(|(n, (base, change))| (base[1] + change[1] * share) * field.at(n, 1));
            pressures.sum::<Complex64>().norm_sqr()
        };
        sphere_directions(0.0875, FREQUENCIES_HZ[1]).iter().map(heard).sum()
    }

    #[test]
    fn power_all_around_is_given_up_as_far_as_there_is_too_much() {
        let base = filters([0.0, 0.0, 0.0, 1.0]);
        // Sides against each other: nothing on the axis, much at the sides.
        let change = filters([2.0, -2.0, 0.0, 0.0]);
        let share = shares(&base, &change).unwrap()[1];
        let loss_db = |share: f64| 10.0 * (power(&base, &change, share) / power(&base, &change, 0.0)).log10();
        assert!(loss_db(1.0) > 3.0);
        assert!(share > 0.05 && loss_db(share) < LOSS_DB + 0.05, "{}", loss_db(share));
    }

    #[test]
    fn a_directive_beam_is_left_alone() {
        // All at once, then the front alone.
        assert_eq!(shares(&filters([1.0; 4]), &filters([-1.0, -1.0, -1.0, 0.0])), None);
        assert_eq!(shares(&filters([0.0, 0.0, 0.0, 1.0]), &filters([0.0; 4])), None);
    }
}
