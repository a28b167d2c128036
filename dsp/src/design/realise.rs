//! From spectra to causal finite impulse responses.

use std::sync::Arc;

use realfft::num_complex::Complex64;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use super::grid::Grid;
use crate::engine::Fir;

/// Share of the taps at the start and at the end that fade, so that truncation leaves no step. The fade at the start takes
/// half of the modelling delay: cancellers ring before their main tap too, and a shorter one costs 6 dB of mean cancellation,
/// a longer one nulls below 400 Hz.
pub(super) const FADE_IN: f64 = 0.11;
/// The same for filters made of others, which have faded in already.
pub(super) const SHORT_FADE_IN: f64 = 1.0 / 64.0;
const FADE_OUT: f64 = 1.0 / 8.0;

/// Transforms between spectra on a [`Grid`] and impulse responses.
pub struct Realiser {
    grid: Grid,
    taps: usize,
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
}

impl Realiser {
    /// For responses of `taps` samples.
    pub fn new(grid: Grid, taps: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        Self {
            forward: planner.plan_fft_forward(grid.fft_length),
            inverse: planner.plan_fft_inverse(grid.fft_length),
            grid,
            taps,
        }
    }

    /// Taps of a spectrum by bin, delayed by `delay_samples`, of which the share `fade_in` fades in; the spectrum is silent
    /// above its last bin.
    pub fn impulse_response(&self, spectrum: &[Complex64], delay_samples: f64, fade_in: f64) -> Vec<f64> {
        let mut bins = self.inverse.make_input_vec();
        for (bin, (to, from)) in bins.iter_mut().zip(spectrum).enumerate() {
            *to = from * Complex64::from_polar(1.0, -self.grid.omega(bin) * delay_samples);
        }
        let last = bins.len() - 1;
        bins[0].im = 0.0;
        bins[last].im = 0.0;
        let mut response = self.inverse.make_output_vec();
        // The lengths are those of the plan, so the transform cannot fail.
        let _ = self.inverse.process(&mut bins, &mut response);
        let scale = 1.0 / self.grid.fft_length as f64;
        response.truncate(self.taps);
        for (n, tap) in response.iter_mut().enumerate() {
            *tap *= scale * fade(n, self.taps, fade_in);
        }
        response
    }

    /// Spectrum on the grid of a filter.
    pub fn spectrum(&self, fir: &Fir) -> Vec<Complex64> {
        let mut padded = self.forward.make_input_vec();
        for (to, &from) in padded.iter_mut().zip(&fir.taps) {
            *to = f64::from(from);
        }
        let mut spectrum = self.forward.make_output_vec();
        let _ = self.forward.process(&mut padded, &mut spectrum);
        spectrum.truncate(self.grid.len());
        for (bin, value) in spectrum.iter_mut().enumerate() {
            *value *= Complex64::from_polar(1.0, -self.grid.omega(bin) * fir.start as f64);
        }
        spectrum
    }
}

fn fade(n: usize, taps: usize, fade_in: f64) -> f64 {
    let raised_cosine = |t: f64| 0.5 - 0.5 * (std::f64::consts::PI * t.clamp(0.0, 1.0)).cos();
    let (n, taps) = (n as f64 + 0.5, taps as f64);
    raised_cosine(n / (taps * fade_in)) * raised_cosine((taps - n) / (taps * FADE_OUT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Timing;
    use crate::upmix::UpmixMode;

    fn realiser() -> Realiser {
        let timing = Timing::new(48_000.0, UpmixMode::High);
        Realiser::new(Grid::new(&timing), timing.taps)
    }

    #[test]
    fn a_delay_is_a_tap_where_it_belongs() {
        let realiser = realiser();
        let flat = vec![Complex64::from(1.0); realiser.grid.len()];
        let taps = realiser.impulse_response(&flat, 200.0, FADE_IN);
        // The grid ends at 20 kHz of 24: the tap is that share of one, and rings around.
        assert!((taps[200] - 20.0 / 24.0).abs() < 0.01, "{}", taps[200]);
        assert!(taps.iter().enumerate().all(|(n, tap)| n == 200 || tap.abs() < 0.2));
    }

    #[test]
    fn spectrum_and_impulse_response_are_inverse_in_the_middle_of_the_taps() {
        let realiser = realiser();
        let pulse = |n: usize| (-(n as f32 - 8.0).powi(2) / 4.0).exp();
        let fir = Fir {
            start: 192,
            taps: (0..17).map(pulse).collect(),
        };
        let spectrum = realiser.spectrum(&fir);
        let taps = realiser.impulse_response(&spectrum, 0.0, FADE_IN);
        for (n, tap) in taps.iter().enumerate() {
            let expected = n.checked_sub(192).and_then(|n| fir.taps.get(n)).copied().unwrap_or(0.0);
            assert!((tap - f64::from(expected)).abs() < 1e-3, "{n}: {tap} {expected}");
        }
    }

    #[test]
    fn both_ends_fade_and_the_middle_does_not() {
        let gain = |n| fade(n, 512, FADE_IN);
        assert!(gain(0) < 1e-3 && gain(511) < 1e-3);
        assert!((60..440).all(|n| gain(n) == 1.0));
        assert!((1..56).all(|n| gain(n) > gain(n - 1)));
    }
}
