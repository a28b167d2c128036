//! The least of one quadratic form at a given response: the mathematics shared by canceller and beam.

use nalgebra::{Cholesky, DMatrix, DVector};
use realfft::num_complex::Complex64;

/// One complex weight per driver at one frequency.
pub type Weights = Vec<Complex64>;

/// Regularisation relative to the mean eigenvalue: least, largest and number of halvings between them. 16 halvings of
/// 14 decades leave steps of 0.05 %.
const LEAST_LOADING: f64 = 1e-9;
const LARGEST_LOADING: f64 = 1e5;
const HALVINGS: usize = 16;

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

    /// `wᴴ R w`.
    pub fn power(&self, weights: &DVector<Complex64>) -> f64 {
        weights.dotc(&(&self.matrix * weights)).re
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
        let heard = DVector::from_column_slice(heard);
        let reference = DVector::from_column_slice(reference);
        let response = heard.dot(&reference);
        let mean = self.matrix.trace().re / heard.len() as f64;
        let largest_norm = limits.effort * reference.norm();
        let at = |loading: f64| -> Option<DVector<Complex64>> {
            let mut loaded = self.matrix.clone();
            for n in 0..heard.len() {
                loaded[(n, n)] += mean * loading;
            }
            let mut weights = Cholesky::new(loaded)?.solve(&gated);
            // The gate acts on the weights too: no driver plays outside of its band.
            for (w, gate) in weights.iter_mut().zip(&self.gates) {
                *w *= *gate;
            }
            let scale = response / heard.dot(&weights);
            scale.is_finite().then(|| weights * scale)
        };
        let acceptable = |weights: &DVector<Complex64>| {
            weights.norm() <= largest_norm
                && limits.loud.power(weights) <= limits.largest_ratio * limits.quiet.power(weights)
        };
        let (mut low, mut high) = (LEAST_LOADING.ln(), LARGEST_LOADING.ln());
        let mut best = at(LARGEST_LOADING);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            match at(middle.exp()) {
                Some(weights) if acceptable(&weights) => {
                    high = middle;
                    best = Some(weights);
                }
                _ => low = middle,
            }
        }
        best.map_or_else(
            || reference.iter().copied().collect(),
            |weights| weights.iter().copied().collect(),
        )
    }
}
