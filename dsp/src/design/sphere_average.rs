//! Directions for means over the sphere.

use crate::acoustics::wavenumber;
use crate::array::direction;

/// Points for each spherical harmonic that a field may have, and fewest and most of them. The field of a device has harmonics
/// up to an order of about the circumference in wavelengths; its power has twice the order. More than the most would take too
/// long: the index of a soundbar, 0.8 m wide, is then off by up to 0.3 dB at 3 kHz.
const POINTS_PER_HARMONIC: f64 = 2.0;
const FEWEST: usize = 100;
const MOST: usize = 400;
/// Orders beyond the circumference in wavelengths that still count.
const FURTHER_ORDERS: f64 = 2.0;

/// Unit vectors that stand for equal areas: a Fibonacci lattice and its mirror image, so that symmetric devices get symmetric
/// means. Enough for a device of a radius in metres up to a frequency in hertz.
pub fn sphere_directions(radius_m: f64, highest_hz: f64) -> Vec<[f64; 3]> {
    let order = wavenumber(highest_hz) * radius_m + FURTHER_ORDERS;
    let points = (POINTS_PER_HARMONIC * (order + 1.0).powi(2)).min(MOST as f64) as usize;
    let half = points.max(FEWEST) / 2;
    let golden_angle = std::f64::consts::PI * (1.0 + 5.0_f64.sqrt());
    let lattice = (0..half).map(|n| {
        let at = n as f64 + 0.5;
        let height: f64 = 1.0 - 2.0 * at / half as f64;
        direction(golden_angle * at, height.asin())
    });
    lattice.flat_map(|[x, y, z]| [[x, y, z], [x, -y, z]]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_of_low_harmonics_vanish() {
        let units = sphere_directions(0.1, 3000.0);
        let mean = |value: fn(&[f64; 3]) -> f64| units.iter().map(value).sum::<f64>() / units.len() as f64;
        assert!(mean(|u| u[0]).abs() < 1e-2 && mean(|u| u[1]).abs() < 1e-12 && mean(|u| u[2]).abs() < 1e-9);
        assert!((mean(|u| u[0] * u[0]) - 1.0 / 3.0).abs() < 2e-3);
        assert!((mean(|u| u[2] * u[2]) - 1.0 / 3.0).abs() < 2e-3);
        assert!((mean(|u| u[2].powi(4)) - 0.2).abs() < 2e-3);
    }

    #[test]
    fn larger_devices_get_more_points() {
        let points = [0.01, 0.0875, 0.4].map(|radius_m| sphere_directions(radius_m, 3000.0).len());
        assert!(
            points[0] == FEWEST && points[1] > FEWEST && points[2] == MOST,
            "{points:?}"
        );
    }
}
