//! The listener's head: a rigid sphere heard at its ears, source at a finite distance.
//!
//! Duda and Martens, JASA 104(5), 1998, eq. 3.

use super::legendre::LegendreSeries;
use super::pose::Ear;
use super::radial::RadialSeries;
use crate::constants::{EAR_AZIMUTH_DEG, HEAD_RADIUS_M};
use nalgebra::Complex;

/// Size of a spherical head and where its ears are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeadShape {
    /// Radius, metres.
    pub radius_m: f64,
    /// Azimuth of the left ear, degrees from the front; the right one mirrors it.
    pub ear_azimuth_deg: f64,
}

impl Default for HeadShape {
    /// The head that filters are designed for.
    fn default() -> Self {
        Self {
            radius_m: HEAD_RADIUS_M,
            ear_azimuth_deg: EAR_AZIMUTH_DEG,
        }
    }
}

impl HeadShape {
    /// Azimuth of an ear, radians, left positive.
    #[must_use]
    pub fn ear_azimuth_rad(&self, ear: Ear) -> f64 {
        match ear {
            Ear::Left => self.ear_azimuth_deg.to_radians(),
            Ear::Right => -self.ear_azimuth_deg.to_radians(),
        }
    }
}

/// A head given by its responses to distant sources on the horizon, such as a measured one.
pub trait DirectionalHead {
    /// Pressure at the left and at the right ear, relative to the free field at the head's centre, in one frequency bin of the
    /// plant that asks, for a source at `azimuth_rad` from where the head looks, the listener's left positive. A factor and a
    /// delay that all directions share change no ratio of two responses.
    fn responses(&self, bin: usize, azimuth_rad: f64) -> [Complex<f64>; 2];
}

/// The head at one frequency and source distance; see [`Head::terms`].
#[derive(Clone, Debug)]
pub struct Head {
    series: RadialSeries,
}

impl Head {
    /// A head of `radius_m` at `frequency_hz`, both positive. Allocates.
    #[must_use]
    pub fn new(frequency_hz: f64, radius_m: f64) -> Self {
        Self {
            series: RadialSeries::new(frequency_hz, radius_m),
        }
    }

    /// Writes the coefficients by order whose Legendre series in the cosine of the angle between source and ear is the ear's
    /// pressure, relative to the free field at the head's centre, for a source at `distance_m`. Replaces `terms`.
    pub fn terms(&self, distance_m: f64, terms: &mut Vec<Complex<f64>>) {
        self.series.terms(distance_m, terms);
        let k = self.series.wavenumber();
        let ka = k * self.series.radius_m();
        let mut factor = -Complex::from_polar(k * distance_m / (ka * ka), k * distance_m);
        let step = factor * 2.0;
        for term in terms {
            *term *= factor;
            factor += step;
        }
    }

    /// Most terms [`Head::terms`] writes.
    #[must_use]
    pub fn max_terms(&self) -> usize {
        self.series.len()
    }
}

/// Pressure on a rigid sphere of `radius_m` at `angle_rad` from the direction of a point source at `distance_m` from its
/// centre, divided by the free-field pressure at the centre. Dimensionless.
#[must_use]
pub fn head_response(frequency_hz: f64, radius_m: f64, distance_m: f64, angle_rad: f64) -> Complex<f64> {
    let head = Head::new(frequency_hz, radius_m);
    let mut terms = Vec::new();
    head.terms(distance_m, &mut terms);
    LegendreSeries::new(terms.len()).sum_pair(&terms, [angle_rad.cos(); 2])[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constants::HEAD_RADIUS_M as A;

    /// At rest the head only distorts the field of a near source: `Σ (2n+1)/(n+1)·(a/r)^n·P_n(cos γ)`.
    #[test]
    fn static_limit() {
        for distance_m in [0.2, 0.3, 2.0] {
            for angle_rad in [0.0_f64, 1.0, 2.5] {
                let p = LegendreSeries::new(80);
                let term =
                    |(n, p): (usize, f64)| (2 * n + 1) as f64 / (n + 1) as f64 * (A / distance_m).powi(n as i32) * p;
                let expected: f64 = p.values(angle_rad.cos()).enumerate().map(term).sum();
                let actual = head_response(1.0, A, distance_m, angle_rad).norm();
                assert!(
                    (actual / expected - 1.0).abs() < 1e-4,
                    "{distance_m} m, {angle_rad}: {actual} {expected}"
                );
            }
        }
    }

    #[test]
    fn pressure_doubles_where_short_waves_hit() {
        let response = head_response(20e3, A, 5.0, 0.0);
        assert!((response.norm() - 2.0).abs() < 0.06, "{response}");
    }

    #[test]
    fn bright_spot_behind_the_head() {
        let level = |angle_deg: f64| head_response(4e3, A, 2.0, angle_deg.to_radians()).norm();
        assert!(level(180.0) > level(160.0) && level(160.0) < level(120.0));
    }
}
