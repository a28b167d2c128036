//! A beam that costs no directivity: where a shape of the lobe and its nulls can be had only for more power all around than the
//! reference drivers radiate by themselves, as between grating lobes, as much of it is given up as it takes.

use realfft::num_complex::Complex64;

use super::quadratic::Weights;
use super::shares::smooth_below;
use super::sphere_average::sphere_directions;
use crate::acoustics::{Field, Plant};
use crate::array::{Device, norm};
use crate::parallel;

/// Loss of directivity that is let pass, dB.
const TOLERANCE_DB: f64 = 0.25;
/// Frequencies that are looked at, per octave and from where to where, Hz. Lower down any beam gains.
const PER_OCTAVE: f64 = 8.0;
const RANGE_HZ: [f64; 2] = [150.0, 12_000.0];
/// Directions are as many as the power of a device at this frequency needs, Hz.
const DIRECTIONS_UP_TO_HZ: f64 = 3000.0;
/// What is given up is given up smoothly, over this many octaves to either side.
const SMOOTHING_OCTAVES: f64 = 1.0 / 12.0;

/// The weights `full` of a beam, mixed with those of its `reference` where they have less directivity; both `[bin][driver]`
/// and with the same response on the axis, which any mixture then has. `distance_m` is that of the listener.
pub(super) fn guarded(
    device: &Device,
    frequencies_hz: &[f64],
    distance_m: f64,
    reference: &[Weights],
    full: Vec<Weights>,
) -> Vec<Weights> {
    let bins = sparse_bins(frequencies_hz);
    if bins.is_empty() || full == reference {
        return full;
    }
    let shares = shares_at(device, frequencies_hz, distance_m, &bins, [reference, &full]);
    if shares.iter().all(|share| *share == 1.0) {
        return full;
    }
    let shares = smooth_below(&between(&bins, &shares, frequencies_hz.len()), SMOOTHING_OCTAVES);
    let bins = full.iter().zip(reference).zip(shares);
    bins.map(|((full, reference), share)| {
        let drivers = full.iter().zip(reference);
        drivers.map(|(full, base)| base + (full - base) * share).collect()
    })
    .collect()
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

/// Largest share of what the second weights add to the first that costs no directivity, at some bins.
fn shares_at(
    device: &Device,
    frequencies_hz: &[f64],
    distance_m: f64,
    bins: &[usize],
    [reference, full]: [&[Weights]; 2],
) -> Vec<f64> {
    let sparse_hz: Vec<f64> = bins.iter().map(|&bin| frequencies_hz[bin]).collect();
    let reach_m = |driver: &crate::array::Driver| norm(driver.position_m(&device.enclosure));
    let radius_m = device.drivers.iter().map(reach_m).fold(0.0, f64::max);
    let directions = sphere_directions(radius_m, DIRECTIONS_UP_TO_HZ);
    let plant = Plant::new(device, &sparse_hz);
    let shell = plant.shell(distance_m);
    let fields: Vec<Field> = parallel::map(directions.len(), 4, |n| shell.field(directions[n]));
    let share = |(index, &bin): (usize, &usize)| {
        // Powers of the reference and of what is added, and their product, summed over the sphere.
        let [mut base, mut added, mut cross] = [0.0; 3];
        for field in &fields {
            let [p, q] = [reference, full].map(|weights| -> Complex64 {
                let drivers = weights[bin].iter().enumerate();
                drivers.map(|(driver, w)| w * field.at(driver, index)).sum()
            });
            base += p.norm_sqr();
            added += (q - p).norm_sqr();
            cross += (p.conj() * (q - p)).re;
        }
        // The positive root of base + 2 s cross + s² added = base · tolerance.
        let excess = base * (10_f64.powf(TOLERANCE_DB / 10.0) - 1.0);
        let largest = ((cross * cross + added * excess).sqrt() - cross) / added;
        // Nothing is added, or it is not a number.
        if largest < 1.0 { largest } else { 1.0 }
    };
    bins.iter().enumerate().map(share).collect()
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

    const FREQUENCIES_HZ: [f64; 3] = [1000.0, 2000.0, 4000.0];

    /// Power all around of weights at a frequency.
    fn power(device: &Device, weights: &[Weights], bin: usize) -> f64 {
        let plant = Plant::new(device, &FREQUENCIES_HZ);
        let shell = plant.shell(2.0);
        let units = sphere_directions(0.0875, FREQUENCIES_HZ[bin]);
        let heard = |unit: &[f64; 3]| {
            let field = shell.field(*unit);
            let drivers = weights[bin].iter().enumerate();
            drivers.map(|(n, w)| w * field.at(n, bin)).sum::<Complex64>().norm_sqr()
        };
        units.iter().map(heard).sum()
    }

    #[test]
    fn power_all_around_is_given_up_only_where_there_is_too_much() {
        let device = &presets()[0].device;
        let alone = |weights: [f64; 4]| -> Weights { weights.map(Complex64::from).into() };
        let reference = vec![alone([0.0, 0.0, 0.0, 1.0]); 3];
        let mut full = reference.clone();
        // Sides against each other: nothing on the axis, much at the sides.
        full[1] = alone([2.0, -2.0, 0.0, 1.0]);
        let guarded = guarded(device, &FREQUENCIES_HZ, 2.0, &reference, full.clone());
        assert_eq!(guarded[0], reference[0]);
        let [base, before, after] = [&reference, &full, &guarded].map(|weights| power(device, weights, 1));
        let loss_db = |power: f64| 10.0 * (power / base).log10();
        assert!(
            loss_db(before) > 3.0 && loss_db(after) < TOLERANCE_DB + 0.05,
            "{}",
            loss_db(after)
        );
        assert!(guarded[1][0].re > 0.05);
    }

    #[test]
    fn a_directive_beam_is_left_alone() {
        let device = &presets()[0].device;
        let reference = vec![[1.0, 1.0, 1.0, 1.0].map(Complex64::from).to_vec(); 3];
        let full = vec![[0.0, 0.0, 0.0, 1.0].map(Complex64::from).to_vec(); 3];
        assert_eq!(guarded(device, &FREQUENCIES_HZ, 2.0, &reference, full.clone()), full);
    }
}
