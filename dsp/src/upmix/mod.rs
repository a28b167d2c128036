//! Left, right to left, centre, right: the phantom centre of a stereo programme as a signal of its own.
//!
//! The caller takes the estimate `c` from `L` and `R`, delayed alike, so `l = L − c` and `r = R − c` and the stems sum to
//! the programme whatever the estimator does.
//!
//! ```text
//! L,R ─► StereoAnalysis ─► CenterEstimator ─► Synthesis ─► c
//! ```

mod center;
mod covariance;
mod scene;
mod search;
mod stft;

use center::CenterEstimator;
pub use stft::OVERLAP;
use stft::{StereoAnalysis, Synthesis};

use crate::bins::Bins;

/// How the phantom centre is estimated: a longer window tells more sources apart, and delays more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum UpmixMode {
    /// No centre: left and right stay as they are, without delay.
    Off,
    /// 512 samples at 44.1 and 48 kHz.
    LowLatency,
    /// 2048 samples at 44.1 and 48 kHz.
    #[default]
    High,
}

impl UpmixMode {
    /// Window of the analysis in samples: about the same duration at any sample rate, a power of two from 64 to 65536,
    /// or 0 for [`Off`](Self::Off). It is also the delay in samples of the whole upmix, hop buffering included.
    pub fn window(self, sample_rate: f64) -> usize {
        let nominal = match self {
            Self::Off => return 0,
            Self::LowLatency => 512.0,
            Self::High => 2048.0,
        };
        let octaves = (sample_rate / 48_000.0).log2().round();
        (nominal * octaves.exp2()).clamp(64.0, 65_536.0) as usize
    }
}

/// Extracts the phantom centre of a stereo signal, hop by hop.
pub struct CenterExtractor {
    analysis: StereoAnalysis,
    estimator: CenterEstimator,
    center: Vec<Bins>,
    synthesis: Synthesis,
    hop: usize,
}

impl CenterExtractor {
    /// For windows of `window` samples (a power of two, at least 64; see [`UpmixMode::window`]).
    pub fn new(window: usize, sample_rate: f64) -> Self {
        let hop = window / OVERLAP;
        Self {
            analysis: StereoAnalysis::new(window),
            estimator: CenterEstimator::new(window, sample_rate / hop as f64),
            center: vec![Bins::default(); stft::groups(window)],
            synthesis: Synthesis::new(window),
            hop,
        }
    }

    /// Samples per call of [`process_hop`](Self::process_hop): a quarter of the window.
    pub fn hop(&self) -> usize {
        self.hop
    }

    /// Samples by which the centre lags the input of the same call: three quarters of the window. Collecting a hop adds
    /// the last quarter in the caller.
    pub fn lag_samples(&self) -> usize {
        (OVERLAP - 1) * self.hop
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.analysis.reset();
        self.estimator.reset();
        self.synthesis.reset();
    }

    /// Takes the next [`hop`](Self::hop) samples of left and right and writes as many of the centre, which belong to the
    /// input [`lag_samples`](Self::lag_samples) earlier.
    ///
    /// # Panics
    /// If a slice is not one hop long.
    pub fn process_hop(&mut self, left: &[f32], right: &[f32], center: &mut [f32]) {
        assert!(
            [left.len(), right.len(), center.len()] == [self.hop; 3],
            "slices must be one hop long"
        );
        self.analysis.advance(left, right);
        self.estimator
            .estimate(&self.analysis.left, &self.analysis.right, &mut self.center);
        self.synthesis.advance(&self.center, center);
    }
}

#[cfg(test)]
mod tests;
