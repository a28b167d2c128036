//! A driver in a rigid sphere: a circular cap of its surface that moves uniformly along the radius.
//!
//! Williams, *Fourier Acoustics*, section 6.8; Aarts and Janssen, JASA 128(6), 2010, eqs. 1 to 4.

use super::legendre::LegendreSeries;
use super::radial::RadialSeries;
use nalgebra::Complex;
use std::f64::consts::PI;

/// Distance at which the on-axis response counts as the far field, metres.
const FAR_FIELD_M: f64 = 100.0;

/// A cap's strength in each mode of its sphere, independent of frequency.
#[derive(Clone, Debug)]
pub struct Cap {
    /// `w_n = ½(P_{n−1}(cos α) − P_{n+1}(cos α))`, the Legendre coefficients of a cap of half-angle α; `w_0 = ½(1 − cos α)`.
    weights: Vec<f64>,
    legendre: LegendreSeries,
    area_m2: f64,
}

impl Cap {
    /// A cap of `cap_radius_m`, measured to its rim at a right angle to its axis, on a sphere of `sphere_radius_m`; the
    /// larger one is at most a hemisphere. `terms` orders are kept.
    #[must_use]
    pub fn new(sphere_radius_m: f64, cap_radius_m: f64, terms: usize) -> Self {
        let sin_rim = (cap_radius_m / sphere_radius_m).min(1.0);
        let cos_rim = (1.0 - sin_rim * sin_rim).sqrt();
        // 1 − cos α without cancellation for small caps.
        let depth = sin_rim * sin_rim / (1.0 + cos_rim);
        let p: Vec<f64> = LegendreSeries::new(terms + 1).values(cos_rim).collect();
        let weight = |n: usize| {
            if n == 0 {
                depth / 2.0
            } else {
                (p[n - 1] - p[n + 1]) / 2.0
            }
        };
        Self {
            weights: (0..terms).map(weight).collect(),
            legendre: LegendreSeries::new(terms),
            area_m2: 2.0 * PI * sphere_radius_m * sphere_radius_m * depth,
        }
    }

    /// `w_n·P_n(cos γ)` by order, for a point at the angle γ from the cap's axis.
    #[must_use]
    pub fn angular(&self, cos_angle: f64) -> Vec<f64> {
        self.weights
            .iter()
            .zip(self.legendre.values(cos_angle))
            .map(|(w, p)| w * p)
            .collect()
    }

    /// What turns `Σ_n w_n·P_n(cos γ)·h_n(kr)/h'_n(ka)` into pressure at `r` times one metre, relative to the pressure at
    /// one metre of a point source of the same volume velocity.
    #[must_use]
    pub fn scale(&self, wavenumber: f64) -> f64 {
        -4.0 * PI / (wavenumber * self.area_m2)
    }

    /// Magnitude of the far field on the axis, relative to a point source of the same volume velocity.
    #[must_use]
    pub fn on_axis_magnitude(&self, series: &RadialSeries) -> f64 {
        let mut terms = Vec::new();
        series.terms(FAR_FIELD_M, &mut terms);
        (weighted_sum(&terms, &self.weights) * self.scale(series.wavenumber()) * FAR_FIELD_M).norm()
    }
}

/// `Σ_n weights[n]·terms[n]`, in two chains that hide each other's latency.
#[must_use]
pub fn weighted_sum(terms: &[Complex<f64>], weights: &[f64]) -> Complex<f64> {
    let (pairs, rest) = terms.as_chunks::<2>();
    let (weight_pairs, _) = weights.as_chunks::<2>();
    let mut sum = [Complex::new(0.0, 0.0); 2];
    for (term, weight) in pairs.iter().zip(weight_pairs) {
        sum[0] += term[0] * weight[0];
        sum[1] += term[1] * weight[1];
    }
    let last = rest
        .iter()
        .zip(weights.get(2 * pairs.len()..).unwrap_or_default())
        .map(|(t, w)| t * w);
    sum[0] + sum[1] + last.sum::<Complex<f64>>()
}

/// Pressure of a cap of `cap_radius_m` on a sphere of `sphere_radius_m` at `distance_m` from the sphere's centre and
/// `angle_rad` from the cap's axis, divided by that of a point source of the same volume velocity at the centre.
/// Dimensionless; `e^{−jkr}/r` is taken out. Not equalised.
#[must_use]
pub fn cap_response(
    frequency_hz: f64,
    sphere_radius_m: f64,
    cap_radius_m: f64,
    distance_m: f64,
    angle_rad: f64,
) -> Complex<f64> {
    let series = RadialSeries::new(frequency_hz, sphere_radius_m);
    let cap = Cap::new(sphere_radius_m, cap_radius_m, series.len());
    let mut terms = Vec::new();
    series.terms(distance_m, &mut terms);
    let pressure = weighted_sum(&terms, &cap.angular(angle_rad.cos())) * cap.scale(series.wavenumber());
    pressure * Complex::from_polar(distance_m, series.wavenumber() * distance_m)
}

#[cfg(test)]
mod tests {
    use super::super::head::head_response;
    use super::*;

    /// Source and receiver may change places: a point of the sphere's surface heard from outside is the outside heard at
    /// that point.
    #[test]
    fn small_cap_and_head_are_reciprocal() {
        for frequency_hz in [100.0, 1e3, 6e3] {
            for angle_rad in [0.0, 0.8, 1.9, 3.1] {
                let out = cap_response(frequency_hz, 0.0875, 1e-4, 0.7, angle_rad);
                let back = head_response(frequency_hz, 0.0875, 0.7, angle_rad);
                assert!(
                    (out - back).norm() / back.norm() < 1e-4,
                    "{frequency_hz} Hz, {angle_rad}: {out} {back}"
                );
            }
        }
    }

    #[test]
    fn long_waves_bend_around_the_sphere() {
        for angle_rad in [0.0, 1.5, 3.1] {
            let response = cap_response(1.0, 0.08, 0.02, 50.0, angle_rad);
            assert!((response.norm() - 1.0).abs() < 0.01, "{response}");
        }
    }

    #[test]
    fn short_waves_are_beamed() {
        let level_db = |angle_rad: f64| 20.0 * cap_response(8e3, 0.0875, 0.0255, 2.0, angle_rad).norm().log10();
        assert!(level_db(0.0) - level_db(1.57) > 15.0);
        assert!(level_db(1.57) > level_db(2.6));
    }

    #[test]
    fn weighted_sum_takes_odd_and_even_lengths() {
        let weights = [1.0, 0.5, -2.0, 4.0, 3.0];
        for length in 0..=5 {
            let terms: Vec<_> = (0..length).map(|n| Complex::new(f64::from(n), 1.0)).collect();
            let expected: Complex<f64> = terms.iter().zip(weights).map(|(t, w)| t * w).sum();
            assert_eq!(weighted_sum(&terms, &weights), expected);
        }
    }
}
