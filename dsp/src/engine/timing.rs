//! Block sizes and delays of the engine at a sample rate and upmix mode.

use crate::upmix::{OVERLAP, UpmixMode};
use crate::virtualiser;

/// Filter length at 48 kHz, samples. 2048 taps would gain 1 dB of mean cancellation for four times the cost.
const TAPS: f64 = 512.0;
/// Modelling delay at 48 kHz, samples: room for the acausal part of the filters. Together with the interpolator of the
/// virtualiser 128 samples, which costs 1 dB of mean cancellation against unbounded delay; 64 would cost 4 dB.
const MODELLING_DELAY: f64 = 120.0;
/// Block without upmix at 48 kHz, samples. With upmix it is a hop of its windows: to convolve by halves of a hop would cost as
/// much and halve what falls into one block of the host, but leave the peak guard half as far to look ahead.
const SMALL_BLOCK: f64 = 64.0;
/// Cross-fade of filters and outputs at 48 kHz, samples (21 ms).
const FADE: f64 = 1024.0;
/// Room for alignment and driver delays beyond the filter's length at 48 kHz, samples (85 ms).
const EXTRA_DELAY: f64 = 4096.0;
/// Parameters that need new filters are sampled this often, seconds of programme, so that a listener who begins to move is
/// soon followed.
const DESIGN_SAMPLING_S: f64 = 0.005;
/// Filters are asked for no more often than this, seconds of programme: a cross-fade takes as long.
const DESIGN_SPACING_S: f64 = 0.02;

/// Block sizes and delays, samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Timing {
    /// Sample rate, Hz.
    pub sample_rate: f64,
    /// Upmix mode that the sizes are for.
    pub upmix: UpmixMode,
    /// Samples that the engine processes at a time.
    pub block: usize,
    /// Length of every filter.
    pub taps: usize,
    /// Delay of the filters' main tap.
    pub modelling_delay: usize,
    /// Delay of the upmix beyond the block itself.
    pub upmix_delay: usize,
    /// Length of a cross-fade.
    pub fade: usize,
    /// Longest delay that a filter may add before its first tap.
    pub extra_delay: usize,
    /// Period at which parameters that need a redesign are sampled.
    pub design_period: usize,
    /// Least programme between two requests for filters.
    pub design_spacing: usize,
}

impl Timing {
    /// Sizes for a sample rate (Hz) and an upmix mode; sizes in samples scale with the rate in powers of two.
    pub fn new(sample_rate: f64, upmix: UpmixMode) -> Self {
        let scale = rate_scale(sample_rate);
        let scaled = |at_48_khz: f64| (at_48_khz * scale) as usize;
        let window = upmix.window(sample_rate);
        let block = if upmix == UpmixMode::Off {
            scaled(SMALL_BLOCK)
        } else {
            window / OVERLAP
        };
        Self {
            sample_rate,
            upmix,
            block,
            taps: scaled(TAPS),
            modelling_delay: scaled(MODELLING_DELAY),
            upmix_delay: window.saturating_sub(block),
            fade: scaled(FADE),
            extra_delay: scaled(EXTRA_DELAY),
            design_period: (sample_rate * DESIGN_SAMPLING_S).round() as usize,
            design_spacing: (sample_rate * DESIGN_SPACING_S).round() as usize,
        }
    }

    /// Delay from the filter inputs' programme to the output: interpolator of the virtualiser and modelling delay.
    pub fn filter_delay(&self) -> usize {
        virtualiser::LATENCY_SAMPLES + self.modelling_delay
    }

    /// Total latency from input to output, to be reported to the host.
    pub fn latency(&self) -> usize {
        self.block + self.upmix_delay + self.filter_delay()
    }
}

/// Power of two nearest to `sample_rate / 48 kHz` on a logarithmic scale, between 1/4 and 8.
pub fn rate_scale(sample_rate: f64) -> f64 {
    (sample_rate / 48_000.0).log2().round().clamp(-2.0, 3.0).exp2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latency_stays_within_its_budget_at_every_rate() {
        for rate in [44_100.0, 48_000.0, 88_200.0, 96_000.0, 176_400.0, 192_000.0] {
            let scale = rate_scale(rate);
            for (upmix, budget) in [
                (UpmixMode::Off, 192.0),
                (UpmixMode::LowLatency, 512.0 + 192.0),
                (UpmixMode::High, 2048.0 + 192.0),
            ] {
                let latency = Timing::new(rate, upmix).latency() as f64;
                assert!(latency <= budget * scale, "{upmix:?} at {rate} Hz: {latency} samples");
            }
        }
    }
}
