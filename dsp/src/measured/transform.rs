//! Spectra of measured impulse responses on the frequencies that are asked for, and back.

use realfft::RealFftPlanner;
use realfft::num_complex::{Complex, Complex64};
use rustfft::FftNum;
use std::f64::consts::{LN_10, TAU};

/// Sample rate that responses are kept at, hertz.
pub(super) const RATE_HZ: f64 = 48_000.0;

/// Points of the interpolation between bins.
const POINTS: usize = 6;

/// Real transforms of one length.
pub(super) struct Transform<T: FftNum> {
    length: usize,
    forward: std::sync::Arc<dyn realfft::RealToComplex<T>>,
    inverse: std::sync::Arc<dyn realfft::ComplexToReal<T>>,
}

impl<T: FftNum> Transform<T> {
    pub(super) fn new(length: usize) -> Self {
        let mut planner = RealFftPlanner::<T>::new();
        Self {
            length,
            forward: planner.plan_fft_forward(length),
            inverse: planner.plan_fft_inverse(length),
        }
    }

    /// Spectrum of samples that follow one another from time `-zero` on, in samples; those before time zero wrap around.
    pub(super) fn spectrum(&self, samples: impl IntoIterator<Item = T>, zero: usize) -> Vec<Complex<T>> {
        let mut signal = vec![T::zero(); self.length];
        for (n, sample) in samples.into_iter().enumerate().take(self.length) {
            signal[(n + self.length - zero % self.length) % self.length] = sample;
        }
        let mut spectrum = self.forward.make_output_vec();
        // The lengths are those of the plan, so the transform cannot fail.
        let _ = self.forward.process(&mut signal, &mut spectrum);
        spectrum
    }

    /// Samples from time `-zero` on, of a whole spectrum.
    pub(super) fn samples(&self, mut spectrum: Vec<Complex<T>>, zero: usize) -> Vec<T> {
        spectrum.resize(self.length / 2 + 1, Complex::new(T::zero(), T::zero()));
        for end in [0, self.length / 2] {
            spectrum[end].im = T::zero();
        }
        let mut signal = self.inverse.make_output_vec();
        let _ = self.inverse.process(&mut spectrum, &mut signal);
        let scale = T::one() / T::from_usize(self.length).unwrap_or_else(T::one);
        for sample in &mut signal {
            *sample = *sample * scale;
        }
        signal.rotate_right(zero % self.length);
        signal
    }
}

/// Where the value at a frequency comes from, in a spectrum with evenly spaced bins from zero on: the bins around it and their
/// weights, a Lagrange polynomial.
#[derive(Debug, Clone, Copy)]
pub(super) struct Between {
    /// May lie below zero, where the spectrum is its own mirror image.
    first: isize,
    weights: [f64; POINTS],
}

impl Between {
    /// For spectra of `bins` bins with a spacing in hertz. Beyond the last bin, that one holds.
    pub(super) fn new(frequency_hz: f64, spacing_hz: f64, bins: usize) -> Self {
        let place = (frequency_hz / spacing_hz).clamp(0.0, bins.saturating_sub(1) as f64);
        let first = (place as isize - POINTS as isize / 2 + 1).min(bins as isize - POINTS as isize);
        let t = place - first as f64;
        let weight = |n: usize| -> f64 {
            let others = (0..POINTS).filter(|&m| m != n);
            others.map(|m| (t - m as f64) / (n as f64 - m as f64)).product()
        };
        Self {
            first,
            weights: std::array::from_fn(weight),
        }
    }

    /// The value, of a spectrum of either precision.
    pub(super) fn value<T: Copy + Into<f64>>(&self, spectrum: &[Complex<T>]) -> Complex64 {
        let mut sum = Complex64::default();
        for (n, weight) in self.weights.iter().enumerate() {
            let bin = self.first + n as isize;
            let value = spectrum[bin.unsigned_abs()];
            let value = Complex64::new(value.re.into(), value.im.into());
            sum += if bin < 0 { value.conj() } else { value } * *weight;
        }
        sum
    }
}

/// `e^{−jωτ}` for a delay in seconds.
pub(super) fn delay(frequency_hz: f64, delay_s: f64) -> Complex64 {
    Complex64::cis(-TAU * frequency_hz * delay_s)
}

/// Minimum-phase response with gains in dB at evenly spaced frequencies from zero to half the sample rate, through the real
/// cepstrum (Oppenheim and Schafer).
pub(super) fn minimum_phase(gains_db: &[f64]) -> Vec<Complex64> {
    /// Keeps the cepstrum from folding back.
    const OVERSAMPLING: usize = 8;
    let bins = gains_db.len();
    let length = 2 * (bins - 1) * OVERSAMPLING;
    let transform = Transform::<f64>::new(length);
    let gain = |fine: usize| {
        let (bin, share) = (fine / OVERSAMPLING, (fine % OVERSAMPLING) as f64 / OVERSAMPLING as f64);
        let next = gains_db[(bin + 1).min(bins - 1)];
        Complex64::from((gains_db[bin] + (next - gains_db[bin]) * share) * LN_10 / 20.0)
    };
    let mut cepstrum = transform.samples((0..=length / 2).map(gain).collect(), 0);
    for (n, value) in cepstrum.iter_mut().enumerate() {
        *value *= match n {
            n if n == 0 || n == length / 2 => 1.0,
            n if n < length / 2 => 2.0,
            _ => 0.0,
        };
    }
    let whole = transform.spectrum(cepstrum, 0);
    whole.iter().step_by(OVERSAMPLING).map(|value| value.exp()).collect()
}

/// Rises from 0 to 1 over the first and falls over the last of a number of samples, as a raised cosine.
pub(super) fn window(samples: usize, rise: usize, fall: usize) -> impl Fn(usize) -> f64 {
    let slope = |n: usize, length: usize| {
        let t = ((n as f64 + 0.5) / length.max(1) as f64).min(1.0);
        0.5 - 0.5 * (std::f64::consts::PI * t).cos()
    };
    move |n| slope(n, rise) * slope(samples.saturating_sub(n + 1), fall)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spectrum_is_met_between_its_bins() {
        // An impulse and an echo around time zero.
        let mut taps = vec![0.0; 128];
        (taps[32], taps[60], taps[20]) = (1.0, -0.4, 0.2);
        let spectrum = Transform::<f64>::new(1024).spectrum(taps, 32);
        for frequency_hz in [0.0, 10.0, 333.3, 1000.0, 17_321.0, 23_990.0, 24_000.0] {
            let exact = 1.0 - 0.4 * delay(frequency_hz, 28.0 / RATE_HZ) + 0.2 * delay(frequency_hz, -12.0 / RATE_HZ);
            let guess = Between::new(frequency_hz, RATE_HZ / 1024.0, 513).value(&spectrum);
            assert!((guess - exact).norm() < 1e-4, "{frequency_hz}: {guess} {exact}");
        }
    }

    #[test]
    fn samples_come_back() {
        let transform = Transform::<f64>::new(64);
        let signal: Vec<f64> = (0..64).map(|n| (f64::from(n) * 0.7).sin()).collect();
        let back = transform.samples(transform.spectrum(signal.iter().copied(), 10), 10);
        assert!(signal.iter().zip(&back).all(|(a, b)| (a - b).abs() < 1e-12));
    }

    #[test]
    fn minimum_phase_has_the_gains_and_comes_early() {
        let gains_db: Vec<f64> = (0..513).map(|n| 6.0 * (f64::from(n) / 50.0).sin()).collect();
        let response = minimum_phase(&gains_db);
        for (gain_db, value) in gains_db.iter().zip(&response) {
            assert!((20.0 * value.norm().log10() - gain_db).abs() < 1e-6);
        }
        let samples = Transform::<f64>::new(1024).samples(response, 100);
        let energy = |samples: &[f64]| samples.iter().map(|x| x * x).sum::<f64>();
        assert!(energy(&samples[..100]) < 1e-6 * energy(&samples));
    }
}
