//! An inverse whose regularisation depends on frequency, such that the spectrum at the loudspeakers is flat where it would
//! peak.
//!
//! E. Y. Choueiri, "Optimal crosstalk cancellation for binaural audio with two loudspeakers", Princeton University, 2008 (later
//! "Binaural audio through loudspeakers", in *Immersive Sound*, 2017). The envelope of the spectrum at the loudspeakers is the
//! largest singular value of the inverse, `max σ/(σ² + β)` over the singular values σ of the plant: in free field, what a
//! source in phase and one out of phase get. Where an exact inverse has its envelope below a limit γ it is left exact (the
//! paper's branch P), elsewhere β is the least for which the envelope is γ (branches I and II).

use super::inverse::{Inverse, Matrix, regularised_inverse, singular_values};

/// The inverse at one frequency whose envelope is at most `limit_db` above a single driver.
#[must_use]
pub fn inverse(matrix: &Matrix, limit_db: f64) -> Inverse {
    regularised_inverse(matrix, regularisation(matrix, 10_f64.powf(limit_db / 20.0)))
}

/// The least β with `σ/(σ² + β) ≤ γ` for both singular values.
fn regularisation(matrix: &Matrix, limit: f64) -> f64 {
    let least = |sigma: f64| sigma / limit - sigma * sigma;
    singular_values(matrix).map(least).into_iter().fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::super::inverse::tests::{free_field, heard, skew};
    use super::*;
    use realfft::num_complex::Complex64;

    /// Largest singular value of an inverse, the envelope.
    fn envelope(inverse: &Inverse) -> f64 {
        let rows = |driver: usize| {
            inverse
                .iter()
                .map(|weights| weights[driver])
                .collect::<Vec<Complex64>>()
        };
        let transposed: Matrix = [rows(0), rows(1)];
        singular_values(&transposed)[0]
    }

    /// With one β for all frequencies the envelope in free field peaks at `1/(2√β)`: 7 dB at 0.05, 17 dB at 0.005.
    #[test]
    fn a_constant_regularisation_peaks_where_the_paper_says() {
        for (beta, paper_db) in [(0.05, 7.0), (0.005, 17.0)] {
            let at = |n: i32| envelope(&regularised_inverse(&free_field(0.985, f64::from(n) * 1e-3), beta));
            let peak_db = 20.0 * (0..=3142).map(at).fold(0.0, f64::max).log10();
            assert!(
                (peak_db - 20.0 * (0.5 / beta.sqrt()).log10()).abs() < 0.01,
                "{peak_db} dB"
            );
            assert!((peak_db - paper_db).abs() < 0.05, "{peak_db} dB");
        }
    }

    #[test]
    fn the_envelope_is_flat_at_the_limit_or_the_inverse_exact() {
        for limit_db in [3.0, 7.0, 12.0] {
            let limit = 10_f64.powf(limit_db / 20.0);
            let (mut flat, mut exact) = (0, 0);
            for n in 0..=314 {
                let matrix = free_field(0.985, f64::from(n) * 1e-2);
                let got = inverse(&matrix, limit_db);
                let envelope = envelope(&got);
                assert!(envelope < limit + 1e-9, "{envelope} of {limit}");
                if (envelope - limit).abs() < 1e-9 {
                    flat += 1;
                } else {
                    exact += 1;
                    assert!(heard(&matrix, &got)[1][0].norm() < 1e-9);
                }
            }
            assert!(flat > 10 && exact > 10, "{flat} {exact}");
        }
    }

    #[test]
    fn the_limit_holds_without_symmetry() {
        let matrix = skew(2);
        let unlimited = envelope(&inverse(&matrix, 60.0));
        let limit_db = 20.0 * (0.7 * unlimited).log10();
        assert!((envelope(&inverse(&matrix, limit_db)) - 0.7 * unlimited).abs() < 1e-9);
    }
}
