//! Responses at the ears on a regular grid of frequencies, modelled at some of them and interpolated between.
//!
//! A response without its flight time changes slowly: what is left is the way around device and head, some tenths of a
//! millisecond. At low frequencies, where cancellers are most sensitive, every frequency is modelled.

use super::field::{EarResponses, Field};
use super::plant::Plant;
use super::pose::{Ear, HeadPose};
use crate::array::{Device, norm};
use crate::constants::SPEED_OF_SOUND;
use crate::measured::ListenerHead;
use nalgebra::Complex;

/// Below this every frequency is modelled, Hz.
const DENSE_BELOW_HZ: f64 = 1200.0;
/// Widest spacing of modelled frequencies above, Hz. The error is that of the interpolation: for all presets below −70 dB up to
/// 8 kHz and −60 dB up to 11 kHz, where cancellation begins to fade out.
const WIDEST_SPACING_HZ: f64 = 145.0;
/// Points of the interpolation.
const POINTS: usize = 6;

/// The plant of a device on a grid of frequencies.
pub struct SparsePlant {
    plant: Plant,
    positions_m: Vec<[f64; 3]>,
    /// Frequencies of the grid, Hz.
    frequencies_hz: Vec<f64>,
    /// Grid bins that are modelled, rising.
    modelled: Vec<usize>,
    /// Where each bin of the grid gets its value from.
    sources: Vec<Source>,
}

/// The modelled bins around one bin of the grid, and their weights.
#[derive(Debug, Clone, Copy)]
struct Source {
    first: usize,
    weights: [f64; POINTS],
}

impl SparsePlant {
    /// Prepares the models of `device` for a grid of evenly spaced frequencies, hertz. Allocates.
    #[must_use]
    pub fn new(device: &Device, frequencies_hz: &[f64]) -> Self {
        // What was measured may change faster.
        let is_modelled = device.measured.is_none() && matches!(device.head, ListenerHead::Sphere(_));
        let widest_hz = if is_modelled { WIDEST_SPACING_HZ } else { 0.0 };
        let modelled = modelled_bins(frequencies_hz, widest_hz);
        let at: Vec<f64> = modelled.iter().map(|&bin| frequencies_hz[bin]).collect();
        let sources = (0..frequencies_hz.len()).map(|bin| Source::new(bin, &modelled));
        let position = |driver: &crate::array::Driver| driver.position_m(&device.enclosure);
        Self {
            plant: Plant::new(device, &at),
            positions_m: device.drivers.iter().map(position).collect(),
            sources: sources.collect(),
            frequencies_hz: frequencies_hz.to_vec(),
            modelled,
        }
    }

    /// Pressure of every driver at the listener's ears, as [`Plant::ears`].
    #[must_use]
    pub fn ears(&self, pose: &HeadPose) -> EarResponses {
        let sparse = self.plant.ears(pose);
        let flights = self.flights(pose.center_m());
        EarResponses {
            ears: Ear::BOTH.map(|ear| self.interpolate(sparse.ear(ear), &flights)),
        }
    }

    /// Pressure of every driver at a point in device coordinates, as [`Plant::field`].
    #[must_use]
    pub fn field(&self, point_m: [f64; 3]) -> Field {
        self.interpolate(&self.plant.field(point_m), &self.flights(point_m))
    }

    /// `e^{jωτ}` for the flight time `τ` from each driver to a point, by driver and grid bin.
    fn flights(&self, point_m: [f64; 3]) -> Vec<Complex<f64>> {
        let mut flights = Vec::with_capacity(self.positions_m.len() * self.frequencies_hz.len());
        for position_m in &self.positions_m {
            let way_m = norm(std::array::from_fn(|axis| point_m[axis] - position_m[axis]));
            let omega_tau = |frequency_hz: &f64| std::f64::consts::TAU * frequency_hz * way_m / SPEED_OF_SOUND;
            flights.extend(self.frequencies_hz.iter().map(|f| Complex::cis(omega_tau(f))));
        }
        flights
    }

    fn interpolate(&self, sparse: &Field, flights: &[Complex<f64>]) -> Field {
        let bins = self.frequencies_hz.len();
        let mut pressures = Vec::with_capacity(flights.len());
        let mut settled = Vec::with_capacity(self.modelled.len());
        for (driver, flights) in flights.chunks_exact(bins).enumerate() {
            let modelled = self.modelled.iter().zip(sparse.driver(driver));
            settled.clear();
            settled.extend(modelled.map(|(&bin, pressure)| pressure * flights[bin]));
            let values = self.sources.iter().zip(flights).map(|(source, flight)| {
                let points = settled[source.first..].iter().zip(source.weights);
                points.map(|(value, weight)| value * weight).sum::<Complex<f64>>() * flight.conj()
            });
            pressures.extend(values);
        }
        Field { bins, pressures }
    }
}

/// Every bin of a grid up to a frequency, then some, as far apart as `widest_hz` or all.
fn modelled_bins(frequencies_hz: &[f64], widest_hz: f64) -> Vec<usize> {
    let bins = frequencies_hz.len();
    let spacing_hz = match frequencies_hz {
        [.., before, last] => last - before,
        _ => f64::INFINITY,
    };
    let step = ((widest_hz / spacing_hz) as usize).max(1);
    let dense = frequencies_hz.partition_point(|&f| f < DENSE_BELOW_HZ);
    let mut modelled: Vec<usize> = (0..dense).chain((dense..bins).step_by(step)).collect();
    if bins > 0 && modelled.last() != Some(&(bins - 1)) {
        modelled.push(bins - 1);
    }
    modelled
}

impl Source {
    /// Lagrange polynomial through the modelled bins around `bin`; fewer points where there are not as many.
    fn new(bin: usize, modelled: &[usize]) -> Self {
        let points = POINTS.min(modelled.len());
        let above = modelled.partition_point(|&m| m < bin);
        let first = above.saturating_sub(POINTS / 2).min(modelled.len() - points);
        let at = |n: usize| modelled[first + n] as f64;
        let weight = |n: usize| -> f64 {
            let others = (0..points).filter(|&m| m != n);
            others.map(|m| (bin as f64 - at(m)) / (at(n) - at(m))).product()
        };
        Self {
            first,
            weights: std::array::from_fn(|n| if n < points { weight(n) } else { 0.0 }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::presets;

    fn grid(spacing_hz: f64, bins: usize) -> Vec<f64> {
        (0..bins).map(|bin| spacing_hz * (bin as f64).max(0.25)).collect()
    }

    #[test]
    fn interpolated_responses_are_those_of_the_model() {
        let frequencies_hz = grid(46.875, 427);
        for preset in presets() {
            let device = &preset.device;
            let sparse = SparsePlant::new(device, &frequencies_hz);
            let plant = Plant::new(device, &frequencies_hz);
            for (offset_m, yaw_rad) in [(0.0, 0.0), (0.4, -0.6)] {
                let pose = HeadPose {
                    offset_m,
                    yaw_rad,
                    ..HeadPose::at_distance(device.nominal_distance_m())
                };
                let (fast, exact) = (sparse.ears(&pose), plant.ears(&pose));
                for ear in Ear::BOTH {
                    for (bin, frequency_hz) in frequencies_hz.iter().enumerate().filter(|(_, f)| **f < 11_000.0) {
                        let all = |responses: &EarResponses| -> Vec<Complex<f64>> {
                            (0..device.drivers.len()).map(|n| responses.at(ear, n, bin)).collect()
                        };
                        let (fast, exact) = (all(&fast), all(&exact));
                        let loudest = exact.iter().map(|p| p.norm()).fold(0.0, f64::max);
                        for (fast, exact) in fast.iter().zip(&exact) {
                            let error_db = 20.0 * ((fast - exact).norm() / loudest).log10();
                            let limit_db = if *frequency_hz < 8000.0 { -70.0 } else { -60.0 };
                            assert!(error_db < limit_db, "{} bin {bin}: {error_db} dB", device.name);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn few_frequencies_are_all_modelled() {
        for bins in [1, 2, 3, 4, 5, 26] {
            let frequencies_hz = grid(46.875, bins);
            let device = &presets()[0].device;
            let pose = HeadPose::at_distance(2.0);
            let fast = SparsePlant::new(device, &frequencies_hz).ears(&pose);
            let exact = Plant::new(device, &frequencies_hz).ears(&pose);
            for (fast, exact) in fast.driver(Ear::Left, 1).iter().zip(exact.driver(Ear::Left, 1)) {
                assert!((fast - exact).norm() < 1e-12);
            }
        }
    }
}
