//! The radial half of the field around a rigid sphere.

use super::bessel::Hankel;
use super::wavenumber;
use nalgebra::Complex;

/// Terms below this fraction of the largest one end a series.
const TOLERANCE: f64 = 1e-11;
/// The series reaches full precision at points no nearer than this many radii from the centre.
const NEAREST_RADII: f64 = 1.5;
/// Terms end before a Hankel function leaves the range of `f64`; this far from the turning point they are negligible.
const LARGEST_MAGNITUDE: f64 = 1e280;

/// `h_n(kr) / h'_n(ka)` by order `n`: what each mode on a rigid sphere of radius `a` amounts to at distance `r`, at one
/// frequency. By reciprocity it is also what a point source at `r` amounts to on the sphere.
///
/// Williams, *Fourier Acoustics*, section 6.7.
#[derive(Clone, Debug)]
pub struct RadialSeries {
    wavenumber: f64,
    radius_m: f64,
    /// `1 / h'_n(ka)` by `n`, as many as points at [`NEAREST_RADII`] need.
    inverse_derivatives: Vec<Complex<f64>>,
}

impl RadialSeries {
    /// Series for a sphere of `radius_m` at `frequency_hz`, both positive. Allocates.
    #[must_use]
    pub fn new(frequency_hz: f64, radius_m: f64) -> Self {
        let wavenumber = wavenumber(frequency_hz);
        let mut surface = Hankel::new(wavenumber * radius_m);
        let mut near = Hankel::new(wavenumber * radius_m * NEAREST_RADII);
        let mut end = EndOfSeries::new(wavenumber * radius_m * NEAREST_RADII);
        let mut inverse_derivatives = Vec::new();
        while surface.derivative().l1_norm() < LARGEST_MAGNITUDE {
            let inverse = surface.derivative().inv();
            inverse_derivatives.push(inverse);
            if end.reached(near.value() * inverse) {
                break;
            }
            surface.advance();
            near.advance();
        }
        Self {
            wavenumber,
            radius_m,
            inverse_derivatives,
        }
    }

    /// Writes `h_n(kr) / h'_n(ka)` for as many orders as `distance_m` needs; replaces the contents of `terms`.
    ///
    /// Points inside the sphere are taken as on its surface.
    pub fn terms(&self, distance_m: f64, terms: &mut Vec<Complex<f64>>) {
        let kr = self.wavenumber * distance_m.max(self.radius_m);
        let mut hankel = Hankel::new(kr);
        let mut end = EndOfSeries::new(self.wavenumber * self.radius_m);
        terms.clear();
        for inverse in &self.inverse_derivatives {
            let term = hankel.value() * inverse;
            terms.push(term);
            if end.reached(term) {
                break;
            }
            hankel.advance();
        }
    }

    /// Wavenumber, radians per metre.
    #[must_use]
    pub fn wavenumber(&self) -> f64 {
        self.wavenumber
    }

    /// Radius of the sphere, metres.
    #[must_use]
    pub fn radius_m(&self) -> f64 {
        self.radius_m
    }

    /// Most terms the series can have.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inverse_derivatives.len()
    }

    /// Whether the series has no terms, which takes a sphere far smaller than any wavelength.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inverse_derivatives.is_empty()
    }
}

/// Watches for the term after which a series of weight `2n+1` is complete.
struct EndOfSeries {
    turning_point: f64,
    weight: f64,
    largest: f64,
}

impl EndOfSeries {
    fn new(turning_point: f64) -> Self {
        Self {
            turning_point,
            weight: 1.0,
            largest: 0.0,
        }
    }

    /// Takes the next term; true if it and all later ones are negligible.
    fn reached(&mut self, term: Complex<f64>) -> bool {
        let magnitude = term.norm_sqr() * self.weight * self.weight;
        let order = (self.weight - 1.0) / 2.0;
        self.weight += 2.0;
        self.largest = self.largest.max(magnitude);
        order > self.turning_point && magnitude < TOLERANCE * TOLERANCE * self.largest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_finite_from_one_hertz_to_the_ultrasonic() {
        for frequency_hz in [1.0, 20.0, 1e3, 24e3, 96e3] {
            for radius_m in [1e-4, 0.0875, 1.0] {
                let series = RadialSeries::new(frequency_hz, radius_m);
                assert!(!series.is_empty());
                let mut terms = Vec::new();
                for distance_m in [0.0, radius_m, 2.0 * radius_m, 5.0] {
                    series.terms(distance_m, &mut terms);
                    assert!(
                        terms.iter().all(|term| term.is_finite()),
                        "{frequency_hz} Hz, {radius_m} m, {distance_m} m"
                    );
                }
            }
        }
    }

    #[test]
    fn what_the_end_of_the_series_leaves_out_is_negligible() {
        for frequency_hz in [20.0, 1e3, 20e3] {
            for distance_m in [0.14, 0.3, 2.0] {
                let series = RadialSeries::new(frequency_hz, 0.0875);
                let (mut terms, mut whole) = (Vec::new(), Complex::new(0.0, 0.0));
                series.terms(distance_m, &mut terms);
                let mut hankel = Hankel::new(series.wavenumber() * distance_m);
                for (n, inverse) in series.inverse_derivatives.iter().enumerate() {
                    whole += hankel.value() * inverse * (2 * n + 1) as f64;
                    hankel.advance();
                }
                let kept: Complex<f64> = terms
                    .iter()
                    .enumerate()
                    .map(|(n, term)| term * (2 * n + 1) as f64)
                    .sum();
                let error = (kept - whole).norm() / whole.norm();
                assert!(error < 1e-9, "{frequency_hz} Hz at {distance_m} m: {error:e}");
            }
        }
    }
}
