//! Uniformly partitioned overlap-save convolution of several inputs with a bank of filters.
//!
//! Every input is transformed once per block into an [`InputHistory`]; any number of [`FilterBank`]s read the same
//! history, so that two banks can be cross-faded without a warm-up. Filters accumulate in frequency and outputs are
//! transformed back two at a time, as real and imaginary part: a pair of filters from one input is one complex filter.
//! Inputs that have been silent for the length of a filter cost nothing.

use std::sync::Arc;

use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

use super::history::InputHistory;
use crate::bins::{self, Folded, Term};

/// A finite impulse response that begins `start` samples after the input.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fir {
    /// Samples of pure delay before the first tap.
    pub start: usize,
    /// Taps; none for a filter that passes nothing.
    pub taps: Vec<f32>,
}

impl Fir {
    /// Samples after which the response has ended.
    pub fn end(&self) -> usize {
        self.start + self.taps.len()
    }

    /// Whether nothing passes.
    pub(super) fn is_silent(&self) -> bool {
        self.taps.iter().all(|&tap| tap == 0.0)
    }
}

/// The filters from one input to a pair of outputs: spectra of consecutive partitions.
pub(super) struct Route {
    pub(super) input: usize,
    pub(super) first_partition: usize,
    pub(super) spectra: Vec<Folded>,
    /// Which outputs of the pair are reached.
    pub(super) reaches: [bool; 2],
}

/// Filters from several inputs to several outputs.
pub struct FilterBank {
    inverse: Arc<dyn Fft<f32>>,
    /// For each pair of outputs, what reaches it.
    pairs: Vec<Vec<Route>>,
    outputs: usize,
}

/// Working memory of [`FilterBank::process`], shared by all banks of one block size.
pub struct BankScratch {
    sum: Vec<Folded>,
    transform: TransformScratch,
}

/// The part of it that a transform back needs.
pub(super) struct TransformScratch {
    /// The sum in a row, and room for one bin more.
    frame: Vec<Complex32>,
    inverse: Vec<Complex32>,
}

impl BankScratch {
    /// Memory for banks of the given block size.
    pub fn new(planner: &mut FftPlanner<f32>, block: usize) -> Self {
        Self {
            sum: vec![Folded::default(); bins::folded_groups(2 * block)],
            transform: TransformScratch::new(planner, block),
        }
    }
}

impl TransformScratch {
    pub(super) fn new(planner: &mut FftPlanner<f32>, block: usize) -> Self {
        let inverse = planner.plan_fft_inverse(2 * block);
        Self {
            frame: vec![Complex32::default(); 2 * block + 1],
            inverse: vec![Complex32::default(); inverse.get_inplace_scratch_len()],
        }
    }

    /// Writes the newer half of the signals of a spectrum to a pair of outputs, or the first alone; silence where no sound
    /// reaches one.
    pub(super) fn write_pair(
        &mut self,
        inverse: &dyn Fft<f32>,
        sum: &[Folded],
        reached: [bool; 2],
        pair: &mut [Vec<f32>],
    ) {
        let length = self.frame.len() - 1;
        if reached != [false; 2] {
            bins::unfold(sum, &mut self.frame);
            inverse.process_with_scratch(&mut self.frame[..length], &mut self.inverse);
        }
        let signals = &self.frame[length / 2..length];
        match (reached, &mut *pair) {
            ([true, true], [first, second]) => bins::unzip(signals, first, second),
            _ => {
                for (part, (output, reached)) in pair.iter_mut().zip(reached).enumerate() {
                    if reached {
                        let samples = output.iter_mut().zip(signals);
                        samples.for_each(|(y, z)| *y = if part == 0 { z.re } else { z.im });
                    } else {
                        // Not what the other output's rounding leaves here.
                        output.fill(0.0);
                    }
                }
            }
        }
    }
}

impl FilterBank {
    /// A bank of `outputs` outputs from `(input, output, filter)` triples, at most one for an input and output.
    pub fn new<'a>(
        planner: &mut FftPlanner<f32>,
        block: usize,
        outputs: usize,
        filters: impl IntoIterator<Item = (usize, usize, &'a Fir)>,
    ) -> Self {
        let forward = planner.plan_fft_forward(2 * block);
        let mut filters: Vec<(usize, usize, &Fir)> = filters.into_iter().filter(|(.., fir)| !fir.is_silent()).collect();
        filters.sort_by_key(|&(input, output, _)| (output / 2, input));
        let mut pairs: Vec<Vec<Route>> = (0..outputs.div_ceil(2)).map(|_| Vec::new()).collect();
        for both in filters.chunk_by(|a, b| (a.0, a.1 / 2) == (b.0, b.1 / 2)) {
            let (input, output, _) = both[0];
            let firs = both.iter().map(|&(_, output, fir)| (output % 2, fir));
            pairs[output / 2].push(Route::new(forward.as_ref(), block, input, firs));
        }
        Self {
            inverse: planner.plan_fft_inverse(2 * block),
            pairs,
            outputs,
        }
    }

    /// Number of outputs.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Convolves the newest block of every input; writes one block per output.
    pub fn process(&self, inputs: &InputHistory, outputs: &mut [Vec<f32>], scratch: &mut BankScratch) {
        for (routes, pair) in self.pairs.iter().zip(outputs[..self.outputs].chunks_mut(2)) {
            let BankScratch { sum, transform } = &mut *scratch;
            let reached = accumulate(routes, inputs, sum);
            transform.write_pair(self.inverse.as_ref(), sum, reached, pair);
        }
    }
}

/// Writes the spectrum of a pair of outputs, unless neither is reached by any sound. Returns which are.
fn accumulate(routes: &[Route], inputs: &InputHistory, sum: &mut [Folded]) -> [bool; 2] {
    let mut reached = [false; 2];
    let mut empty = true;
    let mut terms: [Term; bins::TERMS] = Default::default();
    let mut waiting = 0;
    for route in routes.iter().filter(|route| !inputs.is_silent(route.input)) {
        let filters = route.spectra.chunks_exact(sum.len());
        let mut sounding = false;
        for (input, filter) in inputs.spectra(route.input, route.first_partition).zip(filters) {
            let Some(input) = input else { continue };
            sounding = true;
            terms[waiting] = (input, filter);
            waiting += 1;
            if waiting == terms.len() {
                bins::accumulate(sum, &terms, empty);
                (waiting, empty) = (0, false);
            }
        }
        if sounding {
            reached = [reached[0] | route.reaches[0], reached[1] | route.reaches[1]];
        }
    }
    if waiting > 0 {
        bins::accumulate(sum, &terms[..waiting], empty);
    }
    reached
}

impl Route {
    /// Filters from `input` to the first (0) or second (1) output of a pair.
    pub(super) fn new<'a>(
        forward: &dyn Fft<f32>,
        block: usize,
        input: usize,
        firs: impl Iterator<Item = (usize, &'a Fir)> + Clone,
    ) -> Self {
        let first_partition = firs.clone().map(|(_, fir)| fir.start).min().unwrap_or(0) / block;
        let end = firs.clone().map(|(_, fir)| fir.end()).max().unwrap_or(0);
        let partitions = end.div_ceil(block) - first_partition;
        let mut taps = vec![Complex32::default(); partitions * block];
        let mut reaches = [false; 2];
        // The transforms there and back leave a factor of their length, the history one of 2.
        let scale = 0.5 / (2 * block) as f32;
        for (part, fir) in firs {
            reaches[part] = true;
            let offset = fir.start - first_partition * block;
            for (z, &tap) in taps[offset..].iter_mut().zip(&fir.taps) {
                *(if part == 0 { &mut z.re } else { &mut z.im }) = scale * tap;
            }
        }
        let groups = bins::folded_groups(2 * block);
        let mut spectra = vec![Folded::default(); partitions * groups];
        let mut frame = vec![Complex32::default(); 2 * block];
        for (taps, spectrum) in taps.chunks_exact(block).zip(spectra.chunks_exact_mut(groups)) {
            frame[..block].copy_from_slice(taps);
            frame[block..].fill(Complex32::default());
            forward.process(&mut frame);
            bins::fold(&frame, spectrum);
        }
        Self {
            input,
            first_partition,
            spectra,
            reaches,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Deterministic noise in −1 to 1.
    fn noise(seed: u32, len: usize) -> Vec<f32> {
        let mut state = seed.wrapping_mul(747_796_405).wrapping_add(1);
        (0..len)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / (1 << 23) as f32 - 1.0
            })
            .collect()
    }

    fn convolve(input: &[f32], fir: &Fir) -> Vec<f64> {
        (0..input.len())
            .map(|n| {
                let taps = fir.taps.iter().enumerate();
                taps.filter(|(k, _)| n >= fir.start + k)
                    .map(|(k, &tap)| f64::from(tap) * f64::from(input[n - fir.start - k]))
                    .sum()
            })
            .collect()
    }

    #[test]
    fn equals_direct_convolution_at_awkward_lengths_and_channel_counts() {
        for (block, lengths, inputs, outputs) in [
            (16, [1, 5, 16], 1, 1),
            (32, [31, 33, 64], 2, 3),
            (64, [200, 17, 63], 3, 5),
            (8, [40, 41, 7], 6, 2),
        ] {
            let mut planner = FftPlanner::new();
            let firs: Vec<(usize, usize, Fir)> = (0..inputs * outputs)
                .filter(|index| index % 4 != 3)
                .map(|index| {
                    let fir = Fir {
                        start: index * 7 % 50,
                        taps: noise(index as u32, lengths[index % 3]),
                    };
                    (index % inputs, index / inputs, fir)
                })
                .collect();
            let reach = firs.iter().map(|(.., fir)| fir.end()).max().unwrap();
            let bank = FilterBank::new(
                &mut planner,
                block,
                outputs,
                firs.iter().map(|(i, o, fir)| (*i, *o, fir)),
            );
            let mut scratch = BankScratch::new(&mut planner, block);
            let mut history = InputHistory::new(&mut planner, inputs, block, reach);
            let length = block * 20;
            let mut signals: Vec<_> = (0..inputs).map(|index| noise(100 + index as u32, length)).collect();
            for signal in &mut signals {
                signal[length / 4..length / 2].fill(0.0);
            }
            let mut result = vec![Vec::new(); outputs];
            let mut buffers = vec![vec![0.0; block]; outputs];
            for at in (0..length).step_by(block) {
                let blocks: Vec<Vec<f32>> = signals.iter().map(|signal| signal[at..at + block].to_vec()).collect();
                history.push(&blocks);
                bank.process(&history, &mut buffers, &mut scratch);
                for (all, buffer) in result.iter_mut().zip(&buffers) {
                    all.extend_from_slice(buffer);
                }
            }
            for (output, result) in result.iter().enumerate() {
                let mut expected = vec![0.0; length];
                for (input, _, fir) in firs.iter().filter(|(_, o, _)| *o == output) {
                    for (sum, y) in expected.iter_mut().zip(convolve(&signals[*input], fir)) {
                        *sum += y;
                    }
                }
                let worst = result
                    .iter()
                    .zip(&expected)
                    .map(|(y, e)| (f64::from(*y) - e).abs())
                    .fold(0.0, f64::max);
                assert!(worst < 2e-5, "block {block}, output {output}: error {worst}");
            }
        }
    }

    #[test]
    fn a_silent_bank_is_exactly_silent_and_reset_equals_fresh() {
        let mut planner = FftPlanner::new();
        let fir = Fir {
            start: 0,
            taps: noise(1, 100),
        };
        let bank = FilterBank::new(&mut planner, 32, 2, [(0, 0, &fir)]);
        let mut scratch = BankScratch::new(&mut planner, 32);
        let mut history = InputHistory::new(&mut planner, 1, 32, fir.end());
        let mut buffers = vec![vec![1.0; 32]; 2];
        history.push(&[noise(2, 32)]);
        bank.process(&history, &mut buffers, &mut scratch);
        assert!(buffers[0].iter().any(|&y| y != 0.0));
        assert!(
            buffers[1].iter().all(|&y| y == 0.0),
            "an output without a filter is silent, though it shares its transform"
        );
        history.reset();
        history.push(&[vec![0.0; 32]]);
        bank.process(&history, &mut buffers, &mut scratch);
        assert!(buffers[0].iter().all(|&y| y == 0.0), "reset leaves no history");
    }
}
