//! Products of the drivers' pressures, mean over the sphere: what the mean power of any mixture of them follows from.

use realfft::num_complex::Complex64;

use super::driver_spectra::DriverSpectra;
use super::ends::PowerCurve;
use super::scale::power_db;
use crate::acoustics::{Field, FieldShell};
use crate::array::{Device, direction};
use crate::design::band_gate;
use crate::design::constant_directivity::{Form, Vector, largest_factor};
use crate::parallel;

/// A driver counts for the ceiling of the directivity where its operating band lets it play at this gain or more.
const LEAST_GATE: f64 = 0.5;
/// Loading of the mean power relative to that of a driver: keeps drivers that radiate alike to within rounding apart.
const LOADING: f64 = 1e-9;

/// Points over the sphere that one thread takes at a time.
const POINTS_PER_GRAIN: usize = 20;

/// Mean of `h_m · h_n*` over the sphere, with `h` the pressures of the drivers in one direction.
#[derive(Debug, Clone)]
pub(super) struct DriverProducts {
    drivers: usize,
    bins: usize,
    /// By pair of drivers `m ≤ n`, first by `m`, then by bin.
    products: Vec<Complex64>,
}

impl DriverProducts {
    /// Takes the mean over `points` directions.
    pub(super) fn over_sphere(shell: &FieldShell<'_>, drivers: usize, bins: usize, points: usize) -> Self {
        let units: Vec<[f64; 3]> = sphere_directions(points).collect();
        let grains: Vec<&[[f64; 3]]> = units.chunks(POINTS_PER_GRAIN).collect();
        let sums = parallel::map(grains.len(), 1, |grain| {
            let mut sum = Self::zero(drivers, bins);
            for unit in grains[grain] {
                sum.add(&shell.field(*unit));
            }
            sum
        });
        let mut mean = Self::zero(drivers, bins);
        for sum in sums {
            for (mean, sum) in mean.products.iter_mut().zip(sum.products) {
                *mean += sum / points as f64;
            }
        }
        mean
    }

    fn zero(drivers: usize, bins: usize) -> Self {
        Self {
            drivers,
            bins,
            products: vec![Complex64::default(); drivers * (drivers + 1) / 2 * bins],
        }
    }

    /// Adds one direction.
    fn add(&mut self, field: &Field) {
        let pairs = pairs(self.drivers);
        for ((m, n), products) in pairs.zip(self.products.chunks_exact_mut(self.bins)) {
            for (product, (a, b)) in products.iter_mut().zip(field.driver(m).iter().zip(field.driver(n))) {
                *product += a * b.conj();
            }
        }
    }

    /// The largest directivity index towards a place where the drivers have the responses `on_axis` that any weights have, of
    /// whatever effort, at each of the frequencies (hertz), dB: the top eigenvalue of Luo's generalised Rayleigh quotient.
    pub(super) fn directivity_ceiling_db(&self, device: &Device, on_axis: &Field, frequencies_hz: &[f64]) -> Vec<f64> {
        let ceiling_db = |(bin, &frequency_hz): (usize, &f64)| {
            let plays = |&n: &usize| band_gate(device.drivers[n].band_hz, frequency_hz) >= LEAST_GATE;
            let playing: Vec<usize> = (0..self.drivers).filter(plays).collect();
            let toward = Vector::from_iterator(playing.len(), playing.iter().map(|&n| on_axis.at(n, bin).conj()));
            let mut mean_power = Form::zeros(playing.len(), playing.len());
            for ((m, n), products) in pairs(self.drivers).zip(self.products.chunks_exact(self.bins)) {
                let at = |driver: usize| playing.iter().position(|&n| n == driver);
                if let (Some(row), Some(column)) = (at(m), at(n)) {
                    mean_power[(row, column)] = products[bin].conj();
                    mean_power[(column, row)] = products[bin];
                }
            }
            let loading = LOADING * mean_power.trace().re / playing.len().max(1) as f64;
            for n in 0..playing.len() {
                mean_power[(n, n)] = (mean_power[(n, n)].re + loading).into();
            }
            largest_factor(&toward, &mean_power).map_or(0.0, |factor| power_db(factor).max(0.0))
        };
        frequencies_hz.iter().enumerate().map(ceiling_db).collect()
    }

    /// Mean power over the sphere of drivers fed by spectra that lie between `base` and `full`.
    pub(super) fn mean_power(&self, base: &DriverSpectra, full: &DriverSpectra) -> PowerCurve {
        let form = |a: &DriverSpectra, b: &DriverSpectra, bin: usize| -> f64 {
            let terms = pairs(self.drivers).zip(self.products.chunks_exact(self.bins));
            let term = |((m, n), products): ((usize, usize), &[Complex64])| {
                let product = products[bin];
                let below = a.at(m, bin) * b.at(n, bin).conj() * product;
                if m == n {
                    return below.re;
                }
                below.re + (a.at(n, bin) * b.at(m, bin).conj() * product.conj()).re
            };
            terms.map(term).sum()
        };
        let products = |bin| [form(base, base, bin), form(base, full, bin), form(full, full, bin)];
        PowerCurve::of_products((0..self.bins).map(products))
    }
}

/// Pairs `m ≤ n` of drivers, first by `m`.
fn pairs(drivers: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..drivers).flat_map(move |m| (m..drivers).map(move |n| (m, n)))
}

/// Unit vectors to `points` places spread evenly over the sphere: a Fibonacci lattice.
pub(crate) fn sphere_directions(points: usize) -> impl Iterator<Item = [f64; 3]> {
    let golden_angle = std::f64::consts::PI * (1.0 + 5.0_f64.sqrt());
    (0..points).map(move |n| {
        let at = n as f64 + 0.5;
        let height: f64 = 1.0 - 2.0 * at / points as f64;
        direction(golden_angle * at, height.asin())
    })
}
