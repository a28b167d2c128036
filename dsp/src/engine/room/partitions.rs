//! How the room's responses are parted: a head in blocks of the engine, and a tail in long ones.
//!
//! ```text
//! taps 0 ........ head (K + 3 hops) ......... tail, in partitions of K hops ........ longest
//!                 at every hop                a quarter of the work at each of four hops
//! ```
//!
//! A long block is complete after K hops, and what it amounts to is computed in four, the one in which it became complete
//! among them. So the tail can begin `K + 3` hops after the input, and the head, of as many partitions, bridges the time until
//! then. Gardner, JAES 43(3), 1995, with two sizes. More hops would spread the work further and make the head longer.

use crate::engine::timing::{Timing, rate_scale};

/// Length of a long block at 48 kHz, samples, unless that is too few hops.
const LONG_BLOCK: f64 = 1024.0;
/// Hops over which the work on a long block is spread: one for each transform of two inputs, and one for the transform back.
pub(super) const WORK_HOPS: usize = 4;
/// Longest response, seconds: the longest reverberation of a room, and the filters before it.
const LONGEST_S: f64 = 1.6;

/// Sizes in samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Partitions {
    /// Block of the engine.
    pub(super) hop: usize,
    /// Hops in a long block.
    pub(super) hops: usize,
    /// Responses end there at the latest.
    pub(super) longest: usize,
}

impl Partitions {
    pub(super) fn new(timing: &Timing) -> Self {
        let long = (LONG_BLOCK * rate_scale(timing.sample_rate)) as usize;
        Self {
            hop: timing.block,
            hops: (long / timing.block).max(WORK_HOPS),
            longest: (LONGEST_S * timing.sample_rate) as usize,
        }
    }

    /// Length of a long block.
    pub(super) fn long(&self) -> usize {
        self.hop * self.hops
    }

    /// Length of the head.
    pub(super) fn head(&self) -> usize {
        (self.hops + WORK_HOPS - 1) * self.hop
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upmix::UpmixMode;

    #[test]
    fn the_head_reads_no_older_blocks_than_the_engine_keeps_and_a_cross_fade_fits_a_long_block() {
        for rate in [8_000.0, 44_100.0, 48_000.0, 96_000.0, 192_000.0, 384_000.0] {
            for upmix in [UpmixMode::Off, UpmixMode::LowLatency, UpmixMode::High] {
                let timing = Timing::new(rate, upmix);
                let partitions = Partitions::new(&timing);
                assert!(partitions.head() <= timing.extra_delay + timing.taps, "{timing:?}");
                assert!(timing.fade <= partitions.long(), "{timing:?}");
            }
        }
    }
}
