//! What many directions at once amount to: the drivers' power on the way out, the ears' in a diffuse field.
//!
//! The tail of a path that several drivers play is not the sum of their powers: at low frequencies they radiate alike and add
//! up, or cancel, as pressures. So the tail takes the whole matrix of mean products, and a path's late energy follows from
//! its own radiated power, `wᴴPw`.

use super::listener::ListenerAtGrid;
use crate::acoustics::Plant;
use crate::analysis::sphere_directions;
use crate::parallel;
use realfft::num_complex::Complex64;

/// Distance at which the drivers' power is taken, metres.
const FAR_M: f64 = 20.0;
/// Directions of the means.
const DIRECTIONS: usize = 400;
const DIRECTIONS_PER_GRAIN: usize = 25;
/// Loading of the matrices relative to their trace: keeps those of signals that are alike positive.
const LOADING: f64 = 1e-8;

/// A lower triangular matrix `F` by bin. `F·u` of independent unit noises `u` has the products `FFᴴ`.
pub(super) struct Mixing {
    signals: usize,
    /// By row, by column up to the row, then by bin.
    factors: Vec<Vec<Complex64>>,
}

impl Mixing {
    /// Mean over the sphere of the products of the drivers' pressures, re that of a point source: 1 for such a source.
    pub(super) fn of_drivers(plant: &Plant) -> Self {
        let shell = plant.shell(FAR_M);
        let bins = plant.frequencies_hz().len();
        let mean = mean_products(plant.drivers(), bins, |unit, pressures| {
            let field = shell.field(unit);
            for (driver, pressures) in pressures.iter_mut().enumerate() {
                for (to, from) in pressures.iter_mut().zip(field.driver(driver)) {
                    *to = from * FAR_M;
                }
            }
        });
        Self::of_products(plant.drivers(), mean)
    }

    /// The same for the ears of a listener, re the free field without it.
    pub(super) fn of_ears(listener: &dyn ListenerAtGrid, bins: usize) -> Self {
        let mean = mean_products(2, bins, |unit, pressures| {
            if let [left, right] = pressures {
                listener.responses(unit, [left, right]);
            }
        });
        Self::of_products(2, mean)
    }

    fn of_products(signals: usize, products: Vec<Vec<Complex64>>) -> Self {
        let mut factors = products;
        let bins = factors.first().map_or(0, Vec::len);
        (0..bins).for_each(|bin| factorise(&mut factors, signals, bin));
        Self { signals, factors }
    }

    /// Number of signals, and of noises.
    pub(super) fn signals(&self) -> usize {
        self.signals
    }

    /// Factor between two bins, `share` of the way from `bin` to the next. 0 above the diagonal and beyond the last bin.
    pub(super) fn at(&self, signal: usize, noise: usize, bin: usize, share: f64) -> Complex64 {
        if noise > signal {
            return Complex64::default();
        }
        let factors = &self.factors[pair(signal, noise)];
        let at = |bin: usize| factors.get(bin).copied().unwrap_or_default();
        at(bin) * (1.0 - share) + at(bin + 1) * share
    }
}

/// Turns products by pair `row ≥ column` into their Cholesky factors, in one bin.
fn factorise(factors: &mut [Vec<Complex64>], signals: usize, bin: usize) {
    let trace: f64 = (0..signals).map(|n| factors[pair(n, n)][bin].re).sum();
    for column in 0..signals {
        for row in column..signals {
            let taken: Complex64 = (0..column)
                .map(|k| factors[pair(row, k)][bin] * factors[pair(column, k)][bin].conj())
                .sum();
            let rest = factors[pair(row, column)][bin] - taken;
            factors[pair(row, column)][bin] = if row == column {
                (rest.re + LOADING * trace).max(LOADING * LOADING * trace).sqrt().into()
            } else {
                rest / factors[pair(column, column)][bin].re.max(f64::MIN_POSITIVE)
            };
        }
    }
}

/// Place of a pair `row ≥ column` in a triangle.
fn pair(row: usize, column: usize) -> usize {
    row * (row + 1) / 2 + column
}

/// Mean over the sphere of `p_row · p_column*` by pair `row ≥ column`, bin. `pressures(direction, [signal][bin])`.
fn mean_products(
    signals: usize,
    bins: usize,
    pressures: impl Fn([f64; 3], &mut [Vec<Complex64>]) + Sync,
) -> Vec<Vec<Complex64>> {
    let units: Vec<[f64; 3]> = sphere_directions(DIRECTIONS).collect();
    let silent = || vec![vec![Complex64::default(); bins]; signals * (signals + 1) / 2];
    let grains: Vec<&[[f64; 3]]> = units.chunks(DIRECTIONS_PER_GRAIN).collect();
    let sums = parallel::map(grains.len(), 1, |grain| {
        let mut sum = silent();
        let mut heard = vec![vec![Complex64::default(); bins]; signals];
        for unit in grains[grain] {
            pressures(*unit, &mut heard);
            for row in 0..signals {
                for column in 0..=row {
                    let products = heard[row].iter().zip(&heard[column]).map(|(a, b)| a * b.conj());
                    for (sum, product) in sum[pair(row, column)].iter_mut().zip(products) {
                        *sum += product;
                    }
                }
            }
        }
        sum
    });
    let mut mean = silent();
    for sum in sums {
        for (mean, sum) in mean.iter_mut().flatten().zip(sum.iter().flatten()) {
            *mean += sum / DIRECTIONS as f64;
        }
    }
    mean
}

#[cfg(test)]
mod tests {
    use super::super::listener::{Absent, Listener};
    use super::*;
    use crate::acoustics::{HeadPose, HeadShape};
    use crate::array::{Device, presets};

    /// `FFᴴ`
    fn product(mixing: &Mixing, a: usize, b: usize, bin: usize) -> Complex64 {
        let term = |noise| mixing.at(a, noise, bin, 0.0) * mixing.at(b, noise, bin, 0.0).conj();
        (0..mixing.signals()).map(term).sum()
    }

    #[test]
    fn a_point_source_has_the_power_one() {
        let mixing = Mixing::of_drivers(&Plant::new(&Device::point_source(), &[0.0, 1000.0, 8000.0]));
        for bin in 0..3 {
            assert!((product(&mixing, 0, 0, bin).re - 1.0).abs() < 0.02);
        }
    }

    #[test]
    fn drivers_radiate_alike_where_waves_are_long_and_apart_where_they_are_short() {
        let mixing = Mixing::of_drivers(&Plant::new(&presets()[0].device, &[50.0, 6000.0]));
        let coherence = |bin| product(&mixing, 0, 1, bin).norm() / product(&mixing, 0, 0, bin).re;
        assert!(
            coherence(0) > 0.99 && coherence(1) < 0.1,
            "{} {}",
            coherence(0),
            coherence(1)
        );
    }

    /// The distance of the ears in the diffuse field without a head gives `sin(kd)/kd`; a head moves the first zero down.
    #[test]
    fn ears_in_a_diffuse_field_are_coherent_below_and_not_above_half_a_kilohertz() {
        let shape = HeadShape::default();
        let frequencies_hz = [50.0, 250.0, 500.0, 1000.0, 4000.0];
        let listener = shape.at(&frequencies_hz, &HeadPose::at_distance(2.0));
        let mixing = Mixing::of_ears(listener.as_ref(), frequencies_hz.len());
        let coherence = |bin| product(&mixing, 0, 1, bin) / product(&mixing, 0, 0, bin).re;
        let values: Vec<f64> = (0..frequencies_hz.len()).map(|bin| coherence(bin).re).collect();
        assert!(
            values[0] > 0.98 && (0.4..0.9).contains(&values[1]) && values[2].abs() < 0.25,
            "{values:?}"
        );
        assert!(values[3].abs() < 0.2 && values[4].abs() < 0.05, "{values:?}");
        // No ear is preferred, and what they share has no delay.
        for bin in 0..frequencies_hz.len() {
            let (left, right) = (product(&mixing, 0, 0, bin).re, product(&mixing, 1, 1, bin).re);
            assert!((left / right - 1.0).abs() < 0.01 && coherence(bin).im.abs() < 0.01);
        }
    }

    #[test]
    fn without_a_head_both_ears_are_one() {
        let listener = Absent.at(&[1000.0], &HeadPose::at_distance(2.0));
        let mixing = Mixing::of_ears(listener.as_ref(), 1);
        assert!((product(&mixing, 0, 1, 0).re - 1.0).abs() < 1e-6);
    }
}
