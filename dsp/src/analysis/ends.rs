//! Responses at both ends of an effect's strength, from which those at any strength follow.

use realfft::num_complex::Complex64;

/// A response without the effect and what the full effect adds to it, over any number of points.
///
/// Filters are `base + s·(full − base)`, and everything after them is linear, so a pressure at strength `s` is the same
/// mixture of pressures.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Ends {
    /// At strength 0.
    base: Vec<Complex64>,
    /// At strength 1, less that at strength 0.
    change: Vec<Complex64>,
}

impl Ends {
    pub(super) fn with_capacity(points: usize) -> Self {
        Self {
            base: Vec::with_capacity(points),
            change: Vec::with_capacity(points),
        }
    }

    /// Adds points: responses at strength 0 and at strength 1.
    pub(super) fn extend(&mut self, base: &[Complex64], full: &[Complex64]) {
        self.change
            .extend(full.iter().zip(base).map(|(full, base)| full - base));
        self.base.extend_from_slice(base);
    }

    /// Response at a point and a strength of 0 to 1.
    pub(super) fn at(&self, point: usize, strength: f64) -> Complex64 {
        self.base[point] + self.change[point] * strength
    }

    /// Power at a point and a strength.
    pub(super) fn power(&self, point: usize, strength: f64) -> f64 {
        self.at(point, strength).norm_sqr()
    }
}

/// Power by bin at any strength: a polynomial of degree two in the strength.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PowerCurve {
    /// Coefficients by rising power of the strength, by bin.
    coefficients: Vec<[f64; 3]>,
}

impl PowerCurve {
    /// No power.
    pub(super) fn zero(bins: usize) -> Self {
        Self {
            coefficients: vec![[0.0; 3]; bins],
        }
    }

    /// Power of the mixture of a response `b` at strength 0 and `f` at strength 1, where `products` by bin are `b·b*`,
    /// `Re b·f*` and `f·f*`, or means of these.
    pub(super) fn of_products(products: impl Iterator<Item = [f64; 3]>) -> Self {
        let coefficients = products.map(|[base, cross, full]| [base, 2.0 * (cross - base), base - 2.0 * cross + full]);
        Self {
            coefficients: coefficients.collect(),
        }
    }

    /// Adds the power of responses by bin at strength 0 and at strength 1.
    pub(super) fn add(&mut self, base: &[Complex64], full: &[Complex64]) {
        let products = base
            .iter()
            .zip(full)
            .map(|(base, full)| [base.norm_sqr(), (base * full.conj()).re, full.norm_sqr()]);
        for (sum, more) in self
            .coefficients
            .iter_mut()
            .zip(Self::of_products(products).coefficients)
        {
            for (sum, more) in sum.iter_mut().zip(more) {
                *sum += more;
            }
        }
    }

    pub(super) fn at(&self, bin: usize, strength: f64) -> f64 {
        let [a, b, c] = self.coefficients[bin];
        a + strength * (b + strength * c)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_at_a_strength_are_those_of_the_mixture() {
        let base = [Complex64::new(1.0, 2.0), Complex64::new(-0.5, 0.3)];
        let full = [Complex64::new(0.0, -1.0), Complex64::new(2.0, 0.1)];
        let mut ends = Ends::with_capacity(2);
        ends.extend(&base, &full);
        let mut sum = PowerCurve::zero(1);
        for point in 0..2 {
            sum.add(&base[point..=point], &full[point..=point]);
        }
        for strength in [0.0, 0.4, 1.0] {
            let mixed = |point: usize| (base[point] * (1.0 - strength) + full[point] * strength).norm_sqr();
            assert!((ends.power(0, strength) - mixed(0)).abs() < 1e-12);
            assert!((sum.at(0, strength) - (mixed(0) + mixed(1))).abs() < 1e-12);
        }
    }
}
