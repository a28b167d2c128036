//! An inverse with one regularisation for all frequencies.
//!
//! O. Kirkeby, P. A. Nelson, H. Hamada, F. Orduna-Bustamante, "Fast deconvolution of multichannel systems using
//! regularization", IEEE Trans. Speech Audio Process. 6(2), 1998: `C = (GᴴG + βI)⁻¹Gᴴ` at every frequency of a transform,
//! delayed by a modelling delay; O. Kirkeby, P. A. Nelson, "Digital filter design for inversion problems in sound
//! reproduction", J. Audio Eng. Soc. 47(7/8), 1999.

use super::inverse::{Inverse, Matrix, regularised_inverse};

/// The inverse at one frequency; `regularisation_db` is β in dB re the power of a driver at its own ear.
#[must_use]
pub fn inverse(matrix: &Matrix, regularisation_db: f64) -> Inverse {
    regularised_inverse(matrix, 10_f64.powf(regularisation_db / 10.0))
}

#[cfg(test)]
mod tests {
    use super::super::inverse::tests::{free_field, skew};
    use super::*;
    use realfft::num_complex::Complex64;

    /// Without regularisation it is the textbook inverse: Cramer's rule.
    #[test]
    fn without_regularisation_it_is_the_textbook_inverse() {
        for matrix in [free_field(0.8, 0.7), skew(2)] {
            let [[a, b], [c, d]] = [0, 1].map(|ear| [matrix[ear][0], matrix[ear][1]]);
            let determinant = a * d - b * c;
            let textbook = [[d / determinant, -c / determinant], [-b / determinant, a / determinant]];
            let got = inverse(&matrix, -200.0);
            for (got, wanted) in got.iter().flatten().zip(textbook.iter().flatten()) {
                assert!((got - wanted).norm() < 1e-9, "{got} {wanted}");
            }
        }
    }

    /// With much of it only the matched filter is left: `Gᴴ/β`.
    #[test]
    fn with_much_regularisation_it_is_the_matched_filter() {
        let matrix = skew(3);
        let got = inverse(&matrix, 80.0);
        for (input, weights) in got.iter().enumerate() {
            for (weight, response) in weights.iter().zip(&matrix[input]) {
                let wanted: Complex64 = response.conj() * 1e-8;
                assert!((weight - wanted).norm() < 1e-6 * wanted.norm());
            }
        }
    }
}
