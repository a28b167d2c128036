//! The upmix on the engine's blocks, of which a hop of its windows may hold several.

use super::timing::Timing;
use crate::upmix::CenterExtractor;

/// Gathers blocks into hops, and hands out the centre of a hop block by block.
pub(super) struct HopwiseCenter {
    extractor: CenterExtractor,
    /// The hop being gathered: left, right.
    gathered: [Vec<f32>; 2],
    /// The centre of the latest whole hop.
    center: Vec<f32>,
    /// Samples gathered.
    filled: usize,
}

impl HopwiseCenter {
    /// `None` where there is no upmix.
    pub(super) fn new(timing: &Timing) -> Option<Self> {
        let window = timing.upmix.window(timing.sample_rate);
        if window == 0 {
            return None;
        }
        let extractor = CenterExtractor::new(window, timing.sample_rate);
        let hop = || vec![0.0; extractor.hop()];
        Some(Self {
            gathered: [hop(), hop()],
            center: hop(),
            filled: 0,
            extractor,
        })
    }

    /// Forgets the past.
    pub(super) fn reset(&mut self) {
        self.extractor.reset();
        self.center.fill(0.0);
        self.filled = 0;
    }

    /// Lets a hop begin with the next block. All input since the window's length must have been silence.
    pub(super) fn align(&mut self) {
        self.filled = 0;
    }

    /// Takes a block of left and right, an even part of a hop, and writes one of the centre, which belongs to the input
    /// that came earlier by the window less a block. The block that completes a hop costs the transforms of all.
    pub(super) fn process(&mut self, left: &[f32], right: &[f32], center: &mut [f32]) {
        let to = self.filled + left.len();
        for (gathered, signal) in self.gathered.iter_mut().zip([left, right]) {
            gathered[self.filled..to].copy_from_slice(signal);
        }
        self.filled = to;
        if self.filled == self.extractor.hop() {
            let [left, right] = &self.gathered;
            self.extractor.process_hop(left, right, &mut self.center);
            self.filled = 0;
        }
        center.copy_from_slice(&self.center[self.filled..][..center.len()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;
    use crate::upmix::UpmixMode;

    #[test]
    fn is_the_extractor_in_every_mode() {
        for upmix in [UpmixMode::LowLatency, UpmixMode::High] {
            let timing = Timing::new(48_000.0, upmix);
            let window = upmix.window(timing.sample_rate);
            let mut extractor = CenterExtractor::new(window, timing.sample_rate);
            let mut hopwise = HopwiseCenter::new(&timing).expect("an upmix");
            let [left, right] = [1, 2].map(|seed| noise(seed, 8 * window));
            let both = |length| left.chunks_exact(length).zip(right.chunks_exact(length));
            let (mut expected, mut got) = (Vec::new(), Vec::new());
            let mut hop = vec![0.0; extractor.hop()];
            for (left, right) in both(extractor.hop()) {
                extractor.process_hop(left, right, &mut hop);
                expected.extend_from_slice(&hop);
            }
            let mut block = vec![0.0; timing.block];
            for (left, right) in both(timing.block) {
                hopwise.process(left, right, &mut block);
                got.extend_from_slice(&block);
            }
            // The lag of the extractor and of a whole hop against that of the upmix and of a block.
            let early = extractor.hop() - timing.block;
            assert_eq!(extractor.lag_samples() + early, timing.upmix_delay);
            assert_eq!(got[early..], expected[..expected.len() - early]);
        }
    }
}
