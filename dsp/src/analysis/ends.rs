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

/// Mean power over several points, by bin, at any strength: a polynomial of degree two in the strength.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MeanPower {
    /// Coefficients by rising power of the strength, by bin.
    coefficients: Vec<[f64; 3]>,
    points: usize,
}

impl MeanPower {
    pub(super) fn new(bins: usize) -> Self {
        Self {
            coefficients: vec![[0.0; 3]; bins],
            points: 0,
        }
    }

    /// Takes in one point: responses by bin at strength 0 and at strength 1.
    pub(super) fn add(&mut self, base: &[Complex64], full: &[Complex64]) {
        for (sum, (base, full)) in self.coefficients.iter_mut().zip(base.iter().zip(full)) {
            let change = full - base;
            sum[0] += base.norm_sqr();
            sum[1] += 2.0 * (base.re * change.re + base.im * change.im);
            sum[2] += change.norm_sqr();
        }
        self.points += 1;
    }

    pub(super) fn at(&self, bin: usize, strength: f64) -> f64 {
        let [a, b, c] = self.coefficients[bin];
        (a + strength * (b + strength * c)) / self.points.max(1) as f64
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
        let mut mean = MeanPower::new(1);
        for point in 0..2 {
            mean.add(&base[point..=point], &full[point..=point]);
        }
        for strength in [0.0, 0.4, 1.0] {
            let mixed = |point: usize| (base[point] * (1.0 - strength) + full[point] * strength).norm_sqr();
            assert!((ends.power(0, strength) - mixed(0)).abs() < 1e-12);
            assert!((mean.at(0, strength) - 0.5 * (mixed(0) + mixed(1))).abs() < 1e-12);
        }
    }
}
