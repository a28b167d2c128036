//! Short-time Fourier transform as the plugin has it, of whole signals: Hann windows, 75 % overlap.

use std::f64::consts::PI;
use std::sync::Arc;

use proscenium_dsp::upmix::OVERLAP;
use realfft::num_complex::Complex32;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use super::mixdown::Pair;

/// Spectra of successive windows.
pub type Spectra = Vec<Vec<Complex32>>;

/// Forward and inverse transform.
pub struct Stft {
    weights: Vec<f32>,
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
}

impl Stft {
    /// For windows of this many samples.
    pub fn new(window: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        // Squares of the windows that overlap sum to 1.5.
        let weight = |n: usize| ((PI * n as f64 / window as f64).sin().powi(2) / 1.5_f64.sqrt()) as f32;
        Self {
            weights: (0..window).map(weight).collect(),
            forward: planner.plan_fft_forward(window),
            inverse: planner.plan_fft_inverse(window),
        }
    }

    /// Samples of a window.
    pub fn window(&self) -> usize {
        self.weights.len()
    }

    /// Bins of a spectrum.
    pub fn bins(&self) -> usize {
        self.window() / 2 + 1
    }

    fn hop(&self) -> usize {
        self.window() / OVERLAP
    }

    /// Window `t` ends `t + 1` hops after the start of the signal.
    pub fn forward(&self, signal: &[f32]) -> Spectra {
        let (window, hop) = (self.window(), self.hop());
        let mut padded = vec![0.0; window - hop];
        padded.extend(signal);
        padded.resize(padded.len() + window, 0.0);
        let spectra = (0..(signal.len() + window) / hop).map(|t| {
            let weighted = padded[t * hop..].iter().zip(&self.weights).map(|(x, w)| x * w);
            let mut frame: Vec<f32> = weighted.collect();
            frame.resize(window, 0.0);
            let mut spectrum = self.forward.make_output_vec();
            self.forward
                .process(&mut frame, &mut spectrum)
                .expect("lengths are those of the plan");
            spectrum
        });
        spectra.collect()
    }

    /// The signal of these spectra, `length` samples.
    pub fn inverse(&self, spectra: &Spectra, length: usize) -> Vec<f32> {
        let (window, hop) = (self.window(), self.hop());
        let mut sum = vec![0.0; spectra.len() * hop + window];
        for (t, spectrum) in spectra.iter().enumerate() {
            let mut spectrum = spectrum.clone();
            let last = spectrum.len() - 1;
            (spectrum[0].im, spectrum[last].im) = (0.0, 0.0);
            let mut frame = self.inverse.make_output_vec();
            self.inverse
                .process(&mut spectrum, &mut frame)
                .expect("lengths are those of the plan");
            for ((sum, v), weight) in sum[t * hop..].iter_mut().zip(frame).zip(&self.weights) {
                *sum += v * weight / window as f32;
            }
        }
        sum.drain(..window - hop);
        sum.truncate(length);
        sum
    }

    /// The signal whose spectra are left and right by weights, given window, bin, left and right.
    pub fn weighted(
        &self,
        [left, right]: &Pair,
        weights: impl Fn(usize, usize, Complex32, Complex32) -> [f32; 2],
    ) -> Vec<f32> {
        let pairs = self.forward(left).into_iter().zip(self.forward(right));
        let spectra = pairs.enumerate().map(|(t, (left, right))| {
            let bins = left.into_iter().zip(right).enumerate();
            bins.map(|(k, (l, r))| {
                let [weight_left, weight_right] = weights(t, k, l, r);
                l * weight_left + r * weight_right
            })
            .collect()
        });
        let spectra: Spectra = spectra.collect();
        self.inverse(&spectra, left.len())
    }
}
