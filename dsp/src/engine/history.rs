//! What the filters have yet to hear: spectra of the latest blocks of all their inputs.

use std::sync::Arc;

use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

use crate::bins::{self, Bins};
use crate::samples;

/// One input.
struct Input {
    /// The block before the newest.
    previous: Vec<f32>,
    previous_sounds: bool,
    /// Ring of spectra.
    spectra: Vec<Bins>,
    /// Whether the spectrum in each slot of the ring is other than zero.
    sounding: Vec<bool>,
    /// How many are.
    sounding_count: usize,
}

impl Input {
    /// Notes whether the newest block sounds, and returns whether its spectrum does, which holds the block before too.
    fn note(&mut self, slot: usize, sounds: bool) -> bool {
        let before = std::mem::replace(&mut self.previous_sounds, sounds);
        let oldest = std::mem::replace(&mut self.sounding[slot], sounds || before);
        self.sounding_count = self.sounding_count + usize::from(sounds || before) - usize::from(oldest);
        sounds || before
    }
}

/// Spectra of the latest blocks of several inputs, each transformed once. Two inputs share a transform, as real and
/// imaginary part; inputs that are silent cost nothing.
pub struct InputHistory {
    forward: Arc<dyn Fft<f32>>,
    inputs: Vec<Input>,
    /// Slot of the newest block.
    newest: usize,
    partitions: usize,
    block: usize,
    /// A transform, and its first bin once more.
    frame: Vec<Complex32>,
    scratch: Vec<Complex32>,
    /// Half of a transform that an input has for itself.
    silence: Vec<f32>,
    /// Takes what belongs to nobody where an input has a transform of its own.
    unused: Vec<Bins>,
}

impl InputHistory {
    /// History of `inputs` inputs for convolution in blocks of `block` samples, a multiple of 8, with filters that end
    /// within `reach` samples.
    pub fn new(planner: &mut FftPlanner<f32>, inputs: usize, block: usize, reach: usize) -> Self {
        let forward = planner.plan_fft_forward(2 * block);
        let partitions = reach.div_ceil(block).max(1);
        let groups = bins::folded_groups(2 * block);
        let input = || Input {
            previous: vec![0.0; block],
            previous_sounds: false,
            spectra: vec![Bins::default(); partitions * groups],
            sounding: vec![false; partitions],
            sounding_count: 0,
        };
        Self {
            inputs: (0..inputs).map(|_| input()).collect(),
            newest: 0,
            partitions,
            block,
            frame: vec![Complex32::default(); 2 * block + 1],
            scratch: vec![Complex32::default(); forward.get_inplace_scratch_len()],
            silence: vec![0.0; block],
            unused: vec![Bins::default(); groups],
            forward,
        }
    }

    /// Forgets all input.
    pub fn reset(&mut self) {
        for input in &mut self.inputs {
            input.previous.fill(0.0);
            input.previous_sounds = false;
            input.sounding.fill(false);
            input.sounding_count = 0;
        }
        self.newest = 0;
    }

    /// Takes the next block of every input.
    ///
    /// # Panics
    /// If a signal is not one block long.
    pub fn push(&mut self, signals: &[Vec<f32>]) {
        self.begin();
        self.push_from(0, signals);
    }

    /// Begins the next block, which [`Self::push_from`] takes for some inputs at a time.
    pub(super) fn begin(&mut self) {
        self.newest = (self.newest + self.partitions - 1) % self.partitions;
    }

    /// Takes the block that has begun for the inputs from `first` on.
    ///
    /// # Panics
    /// If a signal is not one block long.
    pub(super) fn push_from(&mut self, first: usize, signals: &[Vec<f32>]) {
        let groups = self.unused.len();
        let slot = self.newest * groups..(self.newest + 1) * groups;
        let mut waiting: Option<(&mut Input, &[f32])> = None;
        for (input, signal) in self.inputs[first..].iter_mut().zip(signals) {
            if !input.note(self.newest, samples::sounds(signal)) {
                continue;
            }
            let Some((other, other_signal)) = waiting.take() else {
                waiting = Some((input, signal));
                continue;
            };
            let frame = &mut self.frame;
            let (older, newer) = frame[..2 * self.block].split_at_mut(self.block);
            bins::zip(&other.previous, &input.previous, older);
            bins::zip(other_signal, signal, newer);
            transform(self.forward.as_ref(), frame, &mut self.scratch);
            let spectra = (&mut other.spectra[slot.clone()], &mut input.spectra[slot.clone()]);
            separate(frame, spectra.0, spectra.1);
            other.previous.copy_from_slice(other_signal);
            input.previous.copy_from_slice(signal);
        }
        if let Some((input, signal)) = waiting {
            let frame = &mut self.frame;
            let (older, newer) = frame[..2 * self.block].split_at_mut(self.block);
            bins::zip(&input.previous, &self.silence, older);
            bins::zip(signal, &self.silence, newer);
            transform(self.forward.as_ref(), frame, &mut self.scratch);
            separate(frame, &mut input.spectra[slot], &mut self.unused);
            input.previous.copy_from_slice(signal);
        }
    }

    /// Whether an input has been silent for as long as any filter can tell.
    pub(super) fn is_silent(&self, input: usize) -> bool {
        self.inputs[input].sounding_count == 0
    }

    /// Twice the spectra of an input's blocks, each with the one before it, up to the middle bin, from `age` blocks ago back to the oldest;
    /// `None` where both were silence.
    pub(super) fn spectra(&self, input: usize, age: usize) -> impl Iterator<Item = Option<&[Bins]>> {
        let Input { spectra, sounding, .. } = &self.inputs[input];
        let slots = sounding.iter().zip(spectra.chunks_exact(self.unused.len()));
        // The ring from the newest to its end, then from its start.
        let (wrapped, newest) = (slots.clone().take(self.newest), slots.skip(self.newest));
        let block = |(sounds, spectrum): (&bool, _)| sounds.then_some(spectrum);
        newest.chain(wrapped).skip(age).map(block)
    }

    /// The first of [`Self::spectra`]; `None` too where so old a block is not kept.
    pub(super) fn spectrum(&self, input: usize, age: usize) -> Option<&[Bins]> {
        let Input { spectra, sounding, .. } = &self.inputs[input];
        let slot = (self.newest + age) % self.partitions;
        let groups = self.unused.len();
        (age < self.partitions && sounding[slot]).then(|| &spectra[slot * groups..(slot + 1) * groups])
    }
}

/// Transforms a frame in place, and repeats the first bin behind the last.
fn transform(forward: &dyn Fft<f32>, frame: &mut [Complex32], scratch: &mut [Complex32]) {
    let length = frame.len() - 1;
    forward.process_with_scratch(&mut frame[..length], scratch);
    frame[length] = frame[0];
}

/// Twice the spectra of the two real signals whose [`bins::zip`] has this spectrum, up to the middle bin. The first bin is
/// repeated behind the last.
fn separate(zipped: &[Complex32], first: &mut [Bins], second: &mut [Bins]) {
    let (middle, whole) = (zipped[zipped.len() / 2], first.len() - 1);
    bins::separate(zipped, &mut first[..whole], &mut second[..whole]);
    (first[whole].re[0], second[whole].re[0]) = (2.0 * middle.re, 2.0 * middle.im);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    const BLOCK: usize = 32;

    /// Inputs that sound and fall silent by turns, so that they share transforms in all ways.
    fn signals(block: usize) -> Vec<Vec<f32>> {
        let sounds = |input: usize| (block >> input) & 1 == 1;
        let signal = |input| noise((block * 8 + input) as u64, BLOCK);
        let silence = vec![0.0; BLOCK];
        (0..4)
            .map(|input| if sounds(input) { signal(input) } else { silence.clone() })
            .collect()
    }

    #[test]
    fn spectra_are_those_of_each_input_however_transforms_are_shared() {
        let mut planner = FftPlanner::new();
        let forward = planner.plan_fft_forward(2 * BLOCK);
        let partitions = 3;
        let mut history = InputHistory::new(&mut planner, 4, BLOCK, partitions * BLOCK);
        for block in 0..40 {
            history.push(&signals(block));
            for age in 0..partitions.min(block) {
                let (before, newest) = (signals(block - age - 1), signals(block - age));
                for input in 0..4 {
                    let time = before[input].iter().chain(&newest[input]);
                    let mut expected: Vec<_> = time.map(|&x| Complex32::new(2.0 * x, 0.0)).collect();
                    let sounds = expected.iter().any(|z| z.re != 0.0);
                    let spectrum = history.spectra(input, age).next().expect("a block of this age");
                    assert_eq!(spectrum.is_some(), sounds);
                    assert!(!(sounds && history.is_silent(input)));
                    let Some(spectrum) = spectrum else {
                        continue;
                    };
                    forward.process(&mut expected);
                    let mut got = vec![Complex32::default(); spectrum.len() * bins::LANES];
                    bins::join(spectrum, &mut got);
                    got.truncate(BLOCK + 1);
                    let error = got.iter().zip(&expected).map(|(a, b)| (a - b).norm());
                    assert!(error.fold(0.0, f32::max) < 1e-4, "input {input}, block {block}");
                }
            }
        }
    }

    #[test]
    fn reset_equals_fresh() {
        let mut planner = FftPlanner::new();
        let new = |planner: &mut FftPlanner<f32>| InputHistory::new(planner, 4, BLOCK, 100);
        let (mut used, mut fresh) = (new(&mut planner), new(&mut planner));
        (0..20).for_each(|block| used.push(&signals(block)));
        let silence = vec![vec![0.0; BLOCK]; 4];
        (0..4).for_each(|_| used.push(&silence));
        assert!((0..4).any(|input| !used.is_silent(input)), "the last block still rings");
        used.push(&silence);
        assert!((0..4).all(|input| used.is_silent(input)));
        (0..20).for_each(|block| used.push(&signals(block)));
        used.reset();
        for block in 3..20 {
            used.push(&signals(block));
            fresh.push(&signals(block));
            for input in 0..4 {
                assert!(used.spectra(input, 0).eq(fresh.spectra(input, 0)));
            }
        }
    }
}
