//! Regularised inverses of a plant, which several peers are made of: at one frequency, and realised as causal filters.

use std::f64::consts::PI;

use proscenium_dsp::acoustics::{Ear, EarResponses};
use proscenium_dsp::array::{Device, Path};
use proscenium_dsp::design::PathFilters;
use proscenium_dsp::engine::Fir;
use realfft::RealFftPlanner;
use realfft::num_complex::Complex64;

/// Sample rate of all methods, Hz.
pub const SAMPLE_RATE: f64 = 48_000.0;
/// Transform in which inverses are made, four times the longest filter: what rings longer is not folded back.
pub const FFT_LENGTH: usize = 8192;
/// Inverses fade out between these, Hz.
const FADE_OUT_HZ: [f64; 2] = [16_000.0, 20_000.0];
/// Share of the taps that fade out at the end, and share of the modelling delay that fades in.
const FADE_OUT: f64 = 1.0 / 8.0;
const FADE_IN: f64 = 0.5;

/// Length and delay of filters, samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Length of every filter.
    pub taps: usize,
    /// Delay of their main tap, which leaves room for the acausal part.
    pub delay: usize,
}

/// Frequencies that inverses are made at, Hz.
#[must_use]
pub fn design_frequencies_hz() -> Vec<f64> {
    let spacing = SAMPLE_RATE / FFT_LENGTH as f64;
    (0..=FFT_LENGTH / 2).map(|bin| bin as f64 * spacing).collect()
}

/// Responses of some drivers at both ears at one frequency, relative to that of each ear's own driver:
/// `[[1, g], [g, 1]]` for two drivers in symmetry. `[ear][driver]`.
pub type Matrix = [Vec<Complex64>; 2];

/// Weights of the drivers at one frequency for each of the two inputs, `[input][driver]`.
pub type Inverse = [Vec<Complex64>; 2];

/// What an inverse is made of at one frequency. Each ear's response to its own driver is what plays without any effect, so
/// that an exact inverse of this keeps it.
#[must_use]
pub fn relative_matrix(ears: &EarResponses, references: [usize; 2], drivers: &[usize], bin: usize) -> Matrix {
    Ear::BOTH.map(|ear| {
        let own = ears.at(ear, references[ear as usize], bin);
        drivers.iter().map(|&driver| ears.at(ear, driver, bin) / own).collect()
    })
}

/// `GGᴴ` of a matrix: both diagonal elements, which are real, and the upper one off the diagonal.
fn gram([left, right]: &Matrix) -> (f64, f64, Complex64) {
    let power = |row: &[Complex64]| row.iter().map(Complex64::norm_sqr).sum::<f64>();
    let cross = left.iter().zip(right).map(|(l, r)| l * r.conj()).sum();
    (power(left), power(right), cross)
}

/// The two singular values of a matrix, the larger one first.
#[must_use]
pub fn singular_values(matrix: &Matrix) -> [f64; 2] {
    let (a, b, cross) = gram(matrix);
    let (middle, half) = ((a + b) / 2.0, ((a - b) / 2.0).hypot(cross.norm()));
    [middle + half, middle - half].map(|square| square.max(0.0).sqrt())
}

/// `Gᴴ(GGᴴ + βI)⁻¹`, which is `(GᴴG + βI)⁻¹Gᴴ`: least squares with a penalty on the power of the drivers.
#[must_use]
pub fn regularised_inverse(matrix: &Matrix, beta: f64) -> Inverse {
    let (a, b, cross) = gram(matrix);
    let (a, b) = (a + beta, b + beta);
    let determinant = (a * b - cross.norm_sqr()).max(f64::MIN_POSITIVE);
    let [left, right] = matrix;
    let weights = |to_left: Complex64, to_right: Complex64| {
        let both = left.iter().zip(right);
        both.map(|(l, r)| (l.conj() * to_left + r.conj() * to_right) / determinant)
            .collect()
    };
    [weights(b.into(), -cross.conj()), weights(-cross, a.into())]
}

/// 0 where inputs play from their own drivers, 1 where the inverse does: from `lowest_hz` up, after an octave of fading in. So
/// no method pays for frequencies at which it is not judged.
fn effect(frequency_hz: f64, lowest_hz: f64) -> f64 {
    let slope = |from_hz: f64, to_hz: f64| {
        let t = ((frequency_hz.max(1.0) / from_hz).ln() / (to_hz / from_hz).ln()).clamp(0.0, 1.0);
        0.5 - 0.5 * (PI * t).cos()
    };
    slope(lowest_hz / 2.0, lowest_hz) * slope(FADE_OUT_HZ[1], FADE_OUT_HZ[0])
}

/// An inverse at all [design frequencies](design_frequencies_hz), by bin, for some drivers of a device.
#[derive(Debug, Clone)]
pub struct InverseSpectra {
    /// By driver of the device, silent ones too, by bin; `[input][driver][bin]`.
    spectra: [Vec<Vec<Complex64>>; 2],
    references: [usize; 2],
}

impl InverseSpectra {
    /// Takes `inverse(matrix)` at every frequency from `lowest_hz` up.
    #[must_use]
    pub fn new(
        device: &Device,
        ears: &EarResponses,
        drivers: &[usize],
        lowest_hz: f64,
        inverse: impl Fn(&Matrix) -> Inverse,
    ) -> Self {
        let references = references(device);
        let frequencies_hz = design_frequencies_hz();
        let silence = vec![vec![Complex64::default(); frequencies_hz.len()]; device.drivers.len()];
        let mut spectra = [silence.clone(), silence];
        for (bin, &frequency_hz) in frequencies_hz.iter().enumerate() {
            let effect = effect(frequency_hz, lowest_hz);
            if effect > 0.0 {
                let weights = inverse(&relative_matrix(ears, references, drivers, bin));
                for (spectra, weights) in spectra.iter_mut().zip(&weights) {
                    for (&driver, weight) in drivers.iter().zip(weights) {
                        spectra[driver][bin] = weight * effect;
                    }
                }
            }
            for (spectra, reference) in spectra.iter_mut().zip(references) {
                spectra[reference][bin] += 1.0 - effect;
            }
        }
        Self { spectra, references }
    }

    /// Causal filters of the left and of the right input.
    #[must_use]
    pub fn realise(&self, shape: Shape) -> [PathFilters; 2] {
        let mut planner = RealFftPlanner::<f64>::new();
        let transform = planner.plan_fft_inverse(FFT_LENGTH);
        let mut bins = transform.make_input_vec();
        let mut response = transform.make_output_vec();
        let mut taps_of = |spectrum: &[Complex64]| -> Vec<f32> {
            for (bin, (to, from)) in bins.iter_mut().zip(spectrum).enumerate() {
                let turn = (bin * shape.delay) % FFT_LENGTH;
                *to = from * Complex64::from_polar(1.0, -2.0 * PI * turn as f64 / FFT_LENGTH as f64);
            }
            let last = bins.len() - 1;
            bins[0].im = 0.0;
            bins[last].im = 0.0;
            // The lengths are those of the plan, so the transform cannot fail.
            let _ = transform.process(&mut bins, &mut response);
            let taps = response[..shape.taps].iter().enumerate();
            taps.map(|(n, tap)| (tap / FFT_LENGTH as f64 * window(n, shape)) as f32)
                .collect()
        };
        [0, 1].map(|input| {
            let silent = |spectrum: &[Complex64]| spectrum.iter().all(|value| *value == Complex64::default());
            let full = self.spectra[input].iter().map(|spectrum| match silent(spectrum) {
                true => Fir::default(),
                false => Fir {
                    start: 0,
                    taps: taps_of(spectrum),
                },
            });
            let full: Vec<Fir> = full.collect();
            PathFilters {
                base: plain(full.len(), self.references[input], shape.delay),
                full,
            }
        })
    }
}

/// The driver that plays the left input, and the one that plays the right, without any effect.
#[must_use]
pub fn references(device: &Device) -> [usize; 2] {
    [Path::Left, Path::Right].map(|path| device.reference_drivers(path)[0])
}

/// Filters that pass an input to one driver, `delay` samples later.
#[must_use]
pub fn plain(drivers: usize, driver: usize, delay: usize) -> Vec<Fir> {
    let fir = |n: usize| match n == driver {
        true => Fir {
            start: delay,
            taps: vec![1.0],
        },
        false => Fir::default(),
    };
    (0..drivers).map(fir).collect()
}

/// Both ends of a filter fade.
fn window(n: usize, shape: Shape) -> f64 {
    let raised_cosine = |t: f64| 0.5 - 0.5 * (PI * t.clamp(0.0, 1.0)).cos();
    let (n, taps) = (n as f64 + 0.5, shape.taps as f64);
    raised_cosine(n / (FADE_IN * shape.delay as f64)) * raised_cosine((taps - n) / (FADE_OUT * taps))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The free-field matrix of Choueiri: `g` is the far path's gain, `phase` its delay in radians.
    pub fn free_field(g: f64, phase: f64) -> Matrix {
        let (one, far) = (Complex64::from(1.0), Complex64::from_polar(g, -phase));
        [vec![one, far], vec![far, one]]
    }

    /// A matrix without symmetry, and with as many drivers as asked for.
    pub fn skew(drivers: usize) -> Matrix {
        let value = |n: usize| Complex64::new((1.3 * n as f64).sin() + 0.4, (2.1 * n as f64 + 0.5).cos());
        [0, 1].map(|ear| (0..drivers).map(|driver| value(driver * 2 + ear)).collect())
    }

    /// `[ear][input]`.
    pub fn heard(matrix: &Matrix, inverse: &Inverse) -> [[Complex64; 2]; 2] {
        [0, 1].map(|ear| [0, 1].map(|input| matrix[ear].iter().zip(&inverse[input]).map(|(g, w)| g * w).sum()))
    }

    #[test]
    fn an_inverse_without_penalty_is_exact_with_two_drivers_and_with_more() {
        for drivers in [2, 3, 4] {
            let matrix = skew(drivers);
            let heard = heard(&matrix, &regularised_inverse(&matrix, 1e-12));
            for (ear, row) in heard.iter().enumerate() {
                for (input, value) in row.iter().enumerate() {
                    let wanted = f64::from(u8::from(ear == input));
                    assert!((value - wanted).norm() < 1e-6, "{drivers} drivers: {value}");
                }
            }
        }
    }

    /// In phase and out of phase, the free-field matrix passes `1 + g·e^{−jφ}` and `1 − g·e^{−jφ}`.
    #[test]
    fn singular_values_of_the_free_field_are_its_mid_and_side() {
        let matrix = free_field(0.9, 1.1);
        let far = Complex64::from_polar(0.9, -1.1);
        let [large, small] = singular_values(&matrix);
        assert!((large - (1.0 + far).norm()).abs() < 1e-12 && (small - (1.0 - far).norm()).abs() < 1e-12);
    }

    #[test]
    fn filters_are_what_their_spectra_say() {
        let references = [0, 1];
        let bins = FFT_LENGTH / 2 + 1;
        let echo = |bin: usize| Complex64::from_polar(0.5, -2.0 * PI * (bin * 3) as f64 / FFT_LENGTH as f64);
        let one = vec![Complex64::from(1.0); bins];
        let spectra = [
            vec![one.clone(), (0..bins).map(echo).collect()],
            vec![vec![Complex64::default(); bins], one],
        ];
        let inverse = InverseSpectra { spectra, references };
        let [left, right] = inverse.realise(Shape { taps: 256, delay: 64 });
        assert!((left.full[0].taps[64] - 1.0).abs() < 1e-6 && (left.full[1].taps[67] - 0.5).abs() < 1e-6);
        assert!(right.full[0].taps.is_empty() && right.base[1].start == 64);
    }
}
