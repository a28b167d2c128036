//! Legendre polynomials of the first kind.

use nalgebra::Complex;

/// Upward recurrence of the Legendre polynomials with its constants tabulated, so that a step is two multiplications:
/// `P_{n+1}(x) = (2n+1)/(n+1)·x·P_n(x) − n/(n+1)·P_{n−1}(x)` (Bonnet), stable for `|x| ≤ 1`.
#[derive(Clone, Debug)]
pub struct LegendreSeries {
    /// `[(2n+1)/(n+1), n/(n+1)]` by `n`.
    steps: Vec<[f64; 2]>,
}

impl LegendreSeries {
    /// Tables for series of up to `terms` terms, orders 0 to `terms − 1`.
    #[must_use]
    pub fn new(terms: usize) -> Self {
        let step = |n: usize| {
            let n = n as f64;
            [(2.0 * n + 1.0) / (n + 1.0), n / (n + 1.0)]
        };
        Self {
            steps: (0..terms).map(step).collect(),
        }
    }

    /// `P_0(x)` to the highest order of the tables.
    pub fn values(&self, x: f64) -> impl Iterator<Item = f64> + '_ {
        let (mut current, mut previous) = (1.0, 0.0);
        self.steps.iter().map(move |&[a, b]| {
            let value = current;
            current = a * x * value - b * previous;
            previous = value;
            value
        })
    }

    /// `Σ_n terms[n]·P_n(x)` at two points at once: the two chains hide each other's latency.
    ///
    /// Orders beyond the tables are left out.
    #[must_use]
    pub fn sum_pair(&self, terms: &[Complex<f64>], x: [f64; 2]) -> [Complex<f64>; 2] {
        let (mut current, mut previous) = ([1.0; 2], [0.0; 2]);
        let (mut re, mut im) = ([0.0; 2], [0.0; 2]);
        for (&[a, b], term) in self.steps.iter().zip(terms) {
            for i in 0..2 {
                re[i] += term.re * current[i];
                im[i] += term.im * current[i];
                let next = a * x[i] * current[i] - b * previous[i];
                previous[i] = current[i];
                current[i] = next;
            }
        }
        [Complex::new(re[0], im[0]), Complex::new(re[1], im[1])]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_forms_and_end_points() {
        let series = LegendreSeries::new(60);
        for x in [-1.0, -0.4, 0.0, 0.9, 1.0_f64] {
            let p: Vec<_> = series.values(x).collect();
            assert!((p[2] - (3.0 * x * x - 1.0) / 2.0).abs() < 1e-14);
            assert!((p[4] - (35.0 * x.powi(4) - 30.0 * x * x + 3.0) / 8.0).abs() < 1e-14);
            assert!(p.iter().all(|value| value.abs() <= 1.0 + 1e-12));
        }
        assert!(series.values(1.0).all(|value| (value - 1.0).abs() < 1e-12));
    }

    #[test]
    fn sum_agrees_with_the_values() {
        let series = LegendreSeries::new(40);
        let terms: Vec<_> = (0..40)
            .map(|n| Complex::from_polar(0.9_f64.powi(n), f64::from(n)))
            .collect();
        let x = [0.3, -0.8];
        for (sum, x) in series.sum_pair(&terms, x).into_iter().zip(x) {
            let expected: Complex<f64> = terms.iter().zip(series.values(x)).map(|(t, p)| t * p).sum();
            assert!((sum - expected).norm() < 1e-12);
        }
    }
}
