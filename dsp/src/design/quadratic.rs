//! The least of one quadratic form at a given response: the mathematics shared by canceller and beam.

use nalgebra::{DMatrix, DVector, SymmetricEigen};
use realfft::num_complex::Complex64;

/// One complex weight per driver at one frequency.
pub type Weights = Vec<Complex64>;

/// Regularisation relative to the mean eigenvalue: least, largest and number of halvings between them. 16 halvings of
/// 14 decades leave steps of 0.05 %.
const LEAST_LOADING: f64 = 1e-9;
const LARGEST_LOADING: f64 = 1e5;
const HALVINGS: usize = 16;

/// Frequencies that are worth handing to a thread.
pub(super) const BINS_PER_GRAIN: usize = 16;

/// What weights may reach at most.
pub struct Limits<'a> {
    /// Where the weights shall be heard.
    pub loud: &'a Covariance,
    /// Where they shall not.
    pub quiet: &'a Covariance,
    /// Largest ratio of the power at `loud` to that at `quiet`.
    pub largest_ratio: f64,
    /// Largest norm relative to that of the reference weights, linear.
    pub effort: f64,
}

/// `E[h* hᵀ]` of response vectors `h`, with the gates λ of the drivers applied: `ΛRΛ + diag(R)(I − Λ²)`
/// (Luo, EUSIPCO 2024), which takes a gated driver out of all cross terms.
#[derive(Clone)]
pub struct Covariance {
    gates: Vec<f64>,
    matrix: DMatrix<Complex64>,
}

impl Covariance {
    /// An empty mean for drivers with the given gates, 0 to 1.
    pub fn new(gates: Vec<f64>) -> Self {
        let drivers = gates.len();
        Self {
            gates,
            matrix: DMatrix::zeros(drivers, drivers),
        }
    }

    /// Adds a response vector with its weight in the mean.
    pub fn add(&mut self, response: &[Complex64], weight: f64) {
        for (column, b) in response.iter().enumerate() {
            for (row, a) in response.iter().enumerate() {
                let gate = if row == column {
                    1.0
                } else {
                    self.gates[row] * self.gates[column]
                };
                self.matrix[(row, column)] += a.conj() * b * (weight * gate);
            }
        }
    }

    /// The mean of response vectors with these shares.
    pub fn mean(gates: &[f64], responses: &[Vec<Complex64>], shares: &[f64]) -> Self {
        let mut mean = Self::new(gates.to_vec());
        for (response, share) in responses.iter().zip(shares) {
            mean.add(response, *share);
        }
        mean
    }

    /// The matrix `R`.
    pub fn into_form(self) -> DMatrix<Complex64> {
        self.matrix
    }

    /// `wᴴ R w`.
    pub fn power(&self, weights: &[Complex64]) -> f64 {
        let columns = self.matrix.column_iter().zip(weights);
        let heard = |column: &[Complex64]| -> Complex64 { weights.iter().zip(column).map(|(w, r)| w.conj() * r).sum() };
        columns.map(|(column, w)| (heard(column.as_slice()) * w).re).sum()
    }

    /// Weights `w ∝ (R + βI)⁻¹ p` for the vector `pull` (`p`), scaled so that their response to `heard` is that of the
    /// `reference` weights. β is the smallest within the limits.
    ///
    /// If no β keeps the ratio below its limit, the largest one is taken: the in-phase sum. Where the reference has no
    /// response to speak of, nor any other weights, the reference itself comes back.
    pub fn solve(
        &self,
        pull: &[Complex64],
        heard: &[Complex64],
        reference: &[Complex64],
        limits: &Limits<'_>,
    ) -> Weights {
        let gated = DVector::from_iterator(pull.len(), pull.iter().zip(&self.gates).map(|(p, gate)| p * *gate));
        // In the basis of the eigenvectors every β costs a division for each of them.
        let SymmetricEigen {
            eigenvalues,
            eigenvectors,
        } = SymmetricEigen::new(self.matrix.clone());
        let pulled = eigenvectors.ad_mul(&gated);
        let response = dot(heard, reference);
        let mean = self.matrix.trace().re / heard.len() as f64;
        let largest_norm = limits.effort * norm(reference);
        let mut weights = vec![Complex64::default(); heard.len()];
        // Puts the weights for a loading in their place; whether they are of any use.
        let load = |loading: f64, weights: &mut [Complex64]| {
            weights.fill(Complex64::default());
            let basis = eigenvectors.column_iter().zip(pulled.iter().zip(&eigenvalues));
            for (vector, (pulled, eigenvalue)) in basis {
                let share = pulled / (eigenvalue + mean * loading);
                for (w, v) in weights.iter_mut().zip(vector.as_slice()) {
                    *w += v * share;
                }
            }
            // The gate acts on the weights too: no driver plays outside of its band.
            for (w, gate) in weights.iter_mut().zip(&self.gates) {
                *w *= *gate;
            }
            let scale = response / dot(heard, weights);
            weights.iter_mut().for_each(|w| *w *= scale);
            scale.is_finite()
        };
        let acceptable = |weights: &[Complex64]| {
            norm(weights) <= largest_norm
                && limits.loud.power(weights) <= limits.largest_ratio * limits.quiet.power(weights)
        };
        let (mut low, mut high) = (LEAST_LOADING.ln(), LARGEST_LOADING.ln());
        let mut best = if load(LARGEST_LOADING, &mut weights) {
            weights.clone()
        } else {
            reference.to_vec()
        };
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if load(middle.exp(), &mut weights) && acceptable(&weights) {
                high = middle;
                best.copy_from_slice(&weights);
            } else {
                low = middle;
            }
        }
        best
    }
}

/// `Σ h w`: what is heard of weights.
fn dot(heard: &[Complex64], weights: &[Complex64]) -> Complex64 {
    heard.iter().zip(weights).map(|(h, w)| h * w).sum()
}

fn norm(weights: &[Complex64]) -> f64 {
    weights.iter().map(Complex64::norm_sqr).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complex(values: &[(f64, f64)]) -> Vec<Complex64> {
        values.iter().map(|&(re, im)| Complex64::new(re, im)).collect()
    }

    /// Three drivers, a place to hear them and two to be quiet at.
    struct Setting {
        loud: Covariance,
        quiet: Covariance,
        heard: Vec<Complex64>,
    }

    impl Setting {
        fn new(gates: [f64; 3]) -> Self {
            let heard = complex(&[(1.0, 0.0), (0.8, 0.3), (0.7, -0.4)]);
            let mut loud = Covariance::new(gates.to_vec());
            loud.add(&heard, 1.0);
            let mut quiet = Covariance::new(gates.to_vec());
            quiet.add(&complex(&[(0.9, 0.2), (0.9, -0.1), (0.6, 0.1)]), 0.5);
            quiet.add(&complex(&[(0.8, 0.3), (0.9, -0.2), (0.6, 0.3)]), 0.5);
            Self { loud, quiet, heard }
        }

        /// Weights, the ratio they reach and their norm.
        fn solve(&self, largest_ratio: f64, effort: f64) -> (Weights, f64, f64) {
            let reference = complex(&[(1.0, 0.0), (0.0, 0.0), (0.0, 0.0)]);
            let pull: Vec<Complex64> = self.heard.iter().map(Complex64::conj).collect();
            let limits = Limits {
                loud: &self.loud,
                quiet: &self.quiet,
                largest_ratio,
                effort,
            };
            let weights = self.quiet.solve(&pull, &self.heard, &reference, &limits);
            let ratio = self.loud.power(&weights) / self.quiet.power(&weights);
            let norm = norm(&weights);
            (weights, ratio, norm)
        }
    }

    #[test]
    fn response_is_that_of_the_reference() {
        let setting = Setting::new([1.0; 3]);
        let (weights, ..) = setting.solve(1e3, 10.0);
        let response: Complex64 = weights.iter().zip(&setting.heard).map(|(w, h)| w * h).sum();
        assert!((response - setting.heard[0]).norm() < 1e-12);
    }

    #[test]
    fn the_ratio_is_met_where_the_effort_allows_it() {
        let setting = Setting::new([1.0; 3]);
        for wanted in [3.0, 10.0, 100.0] {
            let (_, ratio, norm) = setting.solve(wanted, 100.0);
            assert!(
                (ratio / wanted - 1.0).abs() < 0.01 && norm < 100.0,
                "{ratio} for {wanted}"
            );
        }
    }

    #[test]
    fn the_effort_is_spent_but_not_passed() {
        let setting = Setting::new([1.0; 3]);
        for effort in [1.0, 2.0, 4.0] {
            let (.., norm) = setting.solve(1e12, effort);
            assert!(norm <= effort && norm > 0.99 * effort, "{norm} of {effort}");
        }
    }

    #[test]
    fn a_closed_gate_silences_its_driver() {
        let setting = Setting::new([1.0, 1.0, 0.0]);
        let (weights, ..) = setting.solve(10.0, 10.0);
        assert_eq!(weights[2], Complex64::default());
        let (alone, ..) = Setting::new([1.0, 0.0, 0.0]).solve(10.0, 10.0);
        assert!((alone[0] - 1.0).norm() < 1e-12);
    }
}
