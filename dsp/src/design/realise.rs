//! From spectra to causal finite impulse responses.

use realfft::RealFftPlanner;
use realfft::num_complex::Complex64;

use super::grid::Grid;
use crate::engine::Fir;

/// Share of the taps at the start and at the end that fade, so that truncation leaves no step. The fade at the start takes
/// half of the modelling delay: cancellers ring before their main tap too, and a shorter one costs 6 dB of mean cancellation,
/// a longer one nulls below 400 Hz.
const FADE_IN: f64 = 0.11;
const FADE_OUT: f64 = 1.0 / 8.0;

/// Transforms between spectra on a [`Grid`] and impulse responses.
pub struct Realiser {
    grid: Grid,
    taps: usize,
    planner: RealFftPlanner<f64>,
}

impl Realiser {
    /// For responses of `taps` samples.
    pub fn new(grid: Grid, taps: usize) -> Self {
        Self {
            grid,
            taps,
            planner: RealFftPlanner::new(),
        }
    }

    /// Taps of a spectrum on the grid, delayed by `delay_samples`; the spectrum is silent above the grid.
    pub fn impulse_response(&mut self, spectrum: &[Complex64], delay_samples: f64) -> Vec<f64> {
        let inverse = self.planner.plan_fft_inverse(self.grid.fft_length);
        let mut bins = inverse.make_input_vec();
        for (bin, (to, from)) in bins.iter_mut().zip(spectrum).enumerate() {
            *to = from * Complex64::from_polar(1.0, -self.grid.omega(bin) * delay_samples);
        }
        let last = bins.len() - 1;
        bins[0].im = 0.0;
        bins[last].im = 0.0;
        let mut response = inverse.make_output_vec();
        // The lengths are those of the plan, so the transform cannot fail.
        let _ = inverse.process(&mut bins, &mut response);
        let scale = 1.0 / self.grid.fft_length as f64;
        response.truncate(self.taps);
        for (n, tap) in response.iter_mut().enumerate() {
            *tap *= scale * fade(n, self.taps);
        }
        response
    }

    /// Spectrum on the grid of a filter.
    pub fn spectrum(&mut self, fir: &Fir) -> Vec<Complex64> {
        let forward = self.planner.plan_fft_forward(self.grid.fft_length);
        let mut padded = forward.make_input_vec();
        for (to, &from) in padded.iter_mut().zip(&fir.taps) {
            *to = f64::from(from);
        }
        let mut spectrum = forward.make_output_vec();
        let _ = forward.process(&mut padded, &mut spectrum);
        spectrum.truncate(self.grid.len());
        for (bin, value) in spectrum.iter_mut().enumerate() {
            *value *= Complex64::from_polar(1.0, -self.grid.omega(bin) * fir.start as f64);
        }
        spectrum
    }
}

fn fade(n: usize, taps: usize) -> f64 {
    let raised_cosine = |t: f64| 0.5 - 0.5 * (std::f64::consts::PI * t.clamp(0.0, 1.0)).cos();
    let (n, taps) = (n as f64 + 0.5, taps as f64);
    raised_cosine(n / (taps * FADE_IN)) * raised_cosine((taps - n) / (taps * FADE_OUT))
}
