//! A smoothed parameter that travels along with the audio it acts on.

use super::delay::Delay;
use super::ramp::Ramp;
use super::timing::Timing;
use crate::samples;

/// Length of the ramps of sample-accurate parameters, seconds.
const RAMP_S: f64 = 0.02;

/// One block of a parameter: a value for every sample, and the one value where they are all the same.
#[derive(Clone, Copy)]
pub(super) struct LaneBlock<'a> {
    pub(super) samples: &'a [f32],
    pub(super) steady: Option<f32>,
}

impl LaneBlock<'_> {
    /// `output = signal · value`.
    pub(super) fn scale(&self, signal: &[f32], output: &mut [f32]) {
        match self.steady {
            Some(1.0) => output.copy_from_slice(signal),
            Some(0.0) => output.fill(0.0),
            _ => samples::multiply(signal, self.samples, output),
        }
    }

    /// `signal *= value`.
    pub(super) fn scale_in_place(&self, signal: &mut [f32]) {
        match self.steady {
            Some(1.0) => {}
            Some(0.0) => signal.fill(0.0),
            _ => samples::multiply_in_place(signal, self.samples),
        }
    }

    /// `output = signal · (1 − value)`.
    pub(super) fn scale_by_rest(&self, signal: &[f32], output: &mut [f32]) {
        match self.steady {
            Some(0.0) => output.copy_from_slice(signal),
            Some(1.0) => output.fill(0.0),
            _ => samples::multiply_by_rest(signal, self.samples, output),
        }
    }

    /// `signal *= 1 − value`.
    pub(super) fn scale_in_place_by_rest(&self, signal: &mut [f32]) {
        match self.steady {
            Some(0.0) => {}
            Some(1.0) => signal.fill(0.0),
            _ => samples::multiply_in_place_by_rest(signal, self.samples),
        }
    }

    /// `output += signal · value`.
    pub(super) fn add_scaled(&self, signal: &[f32], output: &mut [f32]) {
        if self.steady != Some(0.0) {
            samples::add_multiplied(signal, self.samples, output);
        }
    }
}

/// Smooths a parameter and delays it. Costs next to nothing while the parameter does not move.
pub(super) struct Lane {
    ramp: Ramp,
    delay: Delay,
    delay_samples: usize,
    samples: Vec<f32>,
    /// Samples gathered since the value last changed.
    unchanged_for: usize,
}

impl Lane {
    /// A lane that is `delay` samples late.
    pub(super) fn new(timing: &Timing, delay: usize) -> Self {
        Self {
            ramp: Ramp::new((timing.sample_rate * RAMP_S) as usize),
            delay: Delay::new(delay, timing.block),
            delay_samples: delay,
            samples: vec![0.0; timing.block],
            unchanged_for: 0,
        }
    }

    /// Forgets the past; the next value is taken as if it had always been so.
    pub(super) fn reset(&mut self) {
        self.ramp.reset();
    }

    /// Notes the value wanted at the samples `from..to` of the block being gathered.
    pub(super) fn gather(&mut self, from: usize, to: usize, target: f32) {
        if self.ramp.is_fresh() && target.is_finite() {
            self.ramp.fill(target, &mut self.samples);
            self.delay.fill(target);
            self.unchanged_for = usize::MAX;
        }
        if self.ramp.is_settled_at(target) {
            self.unchanged_for = self.unchanged_for.saturating_add(to - from);
            if self.is_steady() {
                return;
            }
        } else {
            self.unchanged_for = 0;
        }
        self.ramp.fill(target, &mut self.samples[from..to]);
    }

    /// The gathered block, delayed.
    pub(super) fn advance(&mut self) -> LaneBlock<'_> {
        let steady = self.is_steady();
        if !steady {
            self.delay.process(&mut self.samples);
        }
        self.block()
    }

    /// The block that [`Self::advance`] returned last.
    pub(super) fn block(&self) -> LaneBlock<'_> {
        LaneBlock {
            samples: &self.samples,
            steady: self.is_steady().then(|| self.samples[0]),
        }
    }

    /// Whether the delay and the block hold one value only. Then neither needs to move.
    fn is_steady(&self) -> bool {
        self.unchanged_for > self.delay_samples + 3 * self.samples.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upmix::UpmixMode;

    /// A lane against a plain ramp and delay, with changes far apart and close together, in pieces of several sizes.
    #[test]
    fn is_a_delayed_ramp_whether_steady_or_not() {
        let timing = Timing::new(48_000.0, UpmixMode::Off);
        let block = timing.block;
        let target = |n: usize| [0.0, 1.0, 0.3, 0.3, 0.0][(n / 700) % 5] + if n > 20_000 { 2.0 } else { 0.0 };
        for delay in [0, 10, block, 200] {
            let mut lane = Lane::new(&timing, delay);
            let mut ramp = Ramp::new((48_000.0 * RAMP_S) as usize);
            let mut expected = vec![target(0); delay];
            for n in 0..block * 800 {
                let mut value = [0.0];
                ramp.fill(target(n), &mut value);
                expected.push(value[0]);
            }
            for at in (0..block * 800).step_by(block) {
                for from in (0..block).step_by(7) {
                    for n in from..(from + 7).min(block) {
                        lane.gather(n, n + 1, target(at + n));
                    }
                }
                let got = lane.advance();
                assert_eq!(got.samples, &expected[at..at + block], "delay {delay} at {at}");
                assert!(got.steady.is_none_or(|value| got.samples.iter().all(|x| *x == value)));
            }
        }
    }
}
