//! Frequencies that filters are designed at.

use crate::engine::Timing;

/// Transform length relative to the filter length: room for what the window then cuts off.
const OVERSAMPLING: usize = 2;
/// No effect is designed above this, Hz; the reference drivers play alone there.
const HIGHEST_HZ: f64 = 20_000.0;

/// Bins of a real transform, up to the highest one at which anything is designed.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// Sample rate, Hz.
    pub sample_rate: f64,
    /// Length of the transform.
    pub fft_length: usize,
    /// Frequencies of bins 0, 1, … up to about 20 kHz, Hz. That of bin 0 is a quarter bin, since some models have no
    /// value at zero.
    pub frequencies_hz: Vec<f64>,
}

impl Grid {
    /// Grid for filters of the given engine.
    pub fn new(timing: &Timing) -> Self {
        let fft_length = OVERSAMPLING * timing.taps;
        let spacing = timing.sample_rate / fft_length as f64;
        let highest = HIGHEST_HZ.min(0.46 * timing.sample_rate);
        let bins = (highest / spacing) as usize + 1;
        let frequencies_hz = (0..bins).map(|bin| spacing * (bin as f64).max(0.25)).collect();
        Self {
            sample_rate: timing.sample_rate,
            fft_length,
            frequencies_hz,
        }
    }

    /// Number of designed bins.
    pub fn len(&self) -> usize {
        self.frequencies_hz.len()
    }

    /// Number of bins of the whole transform, up to half the sample rate.
    pub fn transform_bins(&self) -> usize {
        self.fft_length / 2 + 1
    }

    /// Never true: bin 0 always exists.
    pub fn is_empty(&self) -> bool {
        self.frequencies_hz.is_empty()
    }

    /// Phase advance of a bin over one sample, radians.
    pub fn omega(&self, bin: usize) -> f64 {
        std::f64::consts::TAU * bin as f64 / self.fft_length as f64
    }
}
