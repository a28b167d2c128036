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
