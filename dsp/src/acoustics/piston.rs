//! A driver in the free field: a circular piston at a position, with an axis.
//!
//! Only the directivity of the piston itself is modelled, that of a piston in an endless baffle (Williams, *Fourier
//! Acoustics*, section 2.11). There is no baffle beyond it, so front and back radiate alike.

use crate::array::{difference, dot, norm};
use nalgebra::Complex;

/// A circular piston that radiates as much on its axis as a point source of one pascal at one metre.
#[derive(Clone, Debug)]
pub(super) struct Piston {
    pub(super) position_m: [f64; 3],
    pub(super) axis: [f64; 3],
    pub(super) radius_m: f64,
}

impl Piston {
    /// Pressure at `point_m` for each of `wavenumbers`, appended to `pressures`. Points nearer than the radius are taken as
    /// at the radius.
    pub(super) fn field(&self, wavenumbers: &[f64], point_m: [f64; 3], pressures: &mut Vec<Complex<f64>>) {
        let ray = difference(point_m, self.position_m);
        let distance_m = norm(ray).max(self.radius_m);
        let cos = dot(ray, self.axis) / distance_m;
        let lateral_m = self.radius_m * (1.0 - cos * cos).max(0.0).sqrt();
        pressures.extend(
            wavenumbers
                .iter()
                .map(|&k| Complex::from_polar(directivity(k * lateral_m) / distance_m, -k * distance_m)),
        );
    }
}

/// `2·J₁(x)/x`, 1 at `x = 0`, with `x = ka·sin θ`.
fn directivity(x: f64) -> f64 {
    if x < 1.0 {
        // Power series (Abramowitz and Stegun 9.1.10), off by less than 1e-12 here and far cheaper.
        let q = -x * x / 4.0;
        1.0 + q / 2.0 * (1.0 + q / 6.0 * (1.0 + q / 12.0 * (1.0 + q / 20.0 * (1.0 + q / 30.0 * (1.0 + q / 42.0)))))
    } else {
        2.0 * libm::j1(x) / x
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acoustics::wavenumber;

    fn pressure(point_m: [f64; 3], frequency_hz: f64) -> Complex<f64> {
        let piston = Piston {
            position_m: [0.0, 0.1, 0.0],
            axis: [-1.0, 0.0, 0.0],
            radius_m: 0.05,
        };
        let mut pressures = Vec::new();
        piston.field(&[wavenumber(frequency_hz)], point_m, &mut pressures);
        pressures[0]
    }

    #[test]
    fn directivity_joins_smoothly_and_has_its_first_null() {
        assert_eq!(directivity(0.0), 1.0);
        for x in [0.2, 0.6, 0.999_999_f64] {
            assert!((directivity(x) - 2.0 * libm::j1(x) / x).abs() < 1e-12, "{x}");
        }
        // First zero of J₁, Abramowitz and Stegun table 9.5.
        assert!(directivity(3.831_705_970_207_512).abs() < 1e-12);
    }

    #[test]
    fn on_axis_it_is_a_point_source() {
        let k = wavenumber(3e3);
        let expected = Complex::from_polar(0.5, -2.0 * k);
        assert!((pressure([-2.0, 0.1, 0.0], 3e3) - expected).norm() < 1e-12);
    }

    #[test]
    fn front_and_back_are_alike_and_the_side_is_quieter() {
        let (front, back) = (pressure([-1.0, 0.6, 0.0], 5e3), pressure([1.0, 0.6, 0.0], 5e3));
        assert!((front - back).norm() < 1e-12);
        assert!(pressure([0.0, 2.1, 0.0], 5e3).norm() < 0.5 * pressure([-2.0, 0.1, 0.0], 5e3).norm());
    }

    #[test]
    fn finite_at_the_driver_itself() {
        assert!(pressure([0.0, 0.1, 0.0], 5e3).is_finite());
    }
}
