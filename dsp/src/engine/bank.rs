//! Uniformly partitioned overlap-save convolution of several inputs with a bank of filters.
//!
//! Every input is transformed once per block into an [`InputHistory`]; any number of [`FilterBank`]s read the same
//! histories, so that two banks can be cross-faded without a warm-up. Filters accumulate in frequency and each output
//! is transformed back once. Inputs that have been silent for the length of a filter cost nothing.

use std::sync::Arc;

use multiversion::multiversion;
use realfft::num_complex::Complex32;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

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
}

/// Spectra of the latest blocks of one input, newest first.
pub struct InputHistory {
    forward: Arc<dyn RealToComplex<f32>>,
    /// The previous and the newest block, time domain.
    frame: Vec<f32>,
    work: Vec<f32>,
    scratch: Vec<Complex32>,
    /// Ring of spectra, `bins` each.
    spectra: Vec<Complex32>,
    /// Whether the spectrum in each slot of the ring is other than zero.
    sounding: Vec<bool>,
    newest: usize,
    block: usize,
    last_block_sounded: bool,
}

impl InputHistory {
    /// History for convolution in blocks of `block` samples with filters that end within `reach` samples.
    pub fn new(planner: &mut RealFftPlanner<f32>, block: usize, reach: usize) -> Self {
        let forward = planner.plan_fft_forward(2 * block);
        let partitions = reach.div_ceil(block).max(1);
        Self {
            frame: vec![0.0; 2 * block],
            work: vec![0.0; 2 * block],
            scratch: forward.make_scratch_vec(),
            spectra: vec![Complex32::default(); partitions * (block + 1)],
            sounding: vec![false; partitions],
            newest: 0,
            block,
            last_block_sounded: false,
            forward,
        }
    }

    /// Forgets all input.
    pub fn reset(&mut self) {
        self.frame.fill(0.0);
        self.sounding.fill(false);
        self.newest = 0;
        self.last_block_sounded = false;
    }

    /// Takes the next block of input.
    pub fn push(&mut self, input: &[f32]) {
        debug_assert_eq!(input.len(), self.block);
        self.frame.copy_within(self.block.., 0);
        self.frame[self.block..].copy_from_slice(input);
        let sounds = input.iter().any(|&x| x != 0.0);
        self.newest = (self.newest + self.sounding.len() - 1) % self.sounding.len();
        self.sounding[self.newest] = sounds || self.last_block_sounded;
        if self.sounding[self.newest] {
            self.work.copy_from_slice(&self.frame);
            let bins = self.block + 1;
            let spectrum = &mut self.spectra[self.newest * bins..(self.newest + 1) * bins];
            // The lengths are fixed at construction, so the transform cannot fail.
            let _ = self
                .forward
                .process_with_scratch(&mut self.work, spectrum, &mut self.scratch);
        }
        self.last_block_sounded = sounds;
    }

    /// Spectrum of the block `age` blocks ago, or `None` where that was silence.
    fn spectrum(&self, age: usize) -> Option<&[Complex32]> {
        let slot = (self.newest + age) % self.sounding.len();
        let bins = self.block + 1;
        self.sounding[slot].then(|| &self.spectra[slot * bins..(slot + 1) * bins])
    }
}

/// One filter of a bank: spectra of consecutive partitions.
struct Route {
    input: usize,
    output: usize,
    first_partition: usize,
    spectra: Vec<Complex32>,
}

/// Filters from several inputs to several outputs.
pub struct FilterBank {
    inverse: Arc<dyn ComplexToReal<f32>>,
    /// Ordered by output.
    routes: Vec<Route>,
    outputs: usize,
    block: usize,
}

/// Working memory of [`FilterBank::process`], shared by all banks of one block size.
pub struct BankScratch {
    sum: Vec<Complex32>,
    time: Vec<f32>,
    inverse: Vec<Complex32>,
}

impl BankScratch {
    /// Memory for banks of the given block size.
    pub fn new(planner: &mut RealFftPlanner<f32>, block: usize) -> Self {
        let inverse = planner.plan_fft_inverse(2 * block);
        Self {
            sum: inverse.make_input_vec(),
            time: inverse.make_output_vec(),
            inverse: inverse.make_scratch_vec(),
        }
    }
}

impl FilterBank {
    /// A bank of `outputs` outputs from `(input, output, filter)` triples.
    pub fn new<'a>(
        planner: &mut RealFftPlanner<f32>,
        block: usize,
        outputs: usize,
        filters: impl IntoIterator<Item = (usize, usize, &'a Fir)>,
    ) -> Self {
        let forward = planner.plan_fft_forward(2 * block);
        let mut routes: Vec<Route> = filters
            .into_iter()
            .filter(|(_, _, fir)| fir.taps.iter().any(|&tap| tap != 0.0))
            .map(|(input, output, fir)| Route::new(forward.as_ref(), block, input, output, fir))
            .collect();
        routes.sort_by_key(|route| route.output);
        Self {
            inverse: planner.plan_fft_inverse(2 * block),
            routes,
            outputs,
            block,
        }
    }

    /// Number of outputs.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Convolves the newest block of every input; writes one block per output.
    pub fn process(&self, inputs: &[InputHistory], outputs: &mut [Vec<f32>], scratch: &mut BankScratch) {
        let bins = self.block + 1;
        let mut routes = self.routes.iter().peekable();
        for (index, output) in outputs.iter_mut().enumerate().take(self.outputs) {
            let mut sounds = false;
            while let Some(route) = routes.next_if(|route| route.output == index) {
                for (partition, filter) in route.spectra.chunks_exact(bins).enumerate() {
                    let Some(input) = inputs[route.input].spectrum(route.first_partition + partition) else {
                        continue;
                    };
                    if sounds {
                        multiply_add(&mut scratch.sum, input, filter);
                    } else {
                        multiply(&mut scratch.sum, input, filter);
                        sounds = true;
                    }
                }
            }
            if !sounds {
                output.fill(0.0);
                continue;
            }
            // The imaginary parts at zero and Nyquist vanish up to rounding, which the real transform insists on.
            scratch.sum[0].im = 0.0;
            scratch.sum[bins - 1].im = 0.0;
            let _ = self
                .inverse
                .process_with_scratch(&mut scratch.sum, &mut scratch.time, &mut scratch.inverse);
            output.copy_from_slice(&scratch.time[self.block..]);
        }
    }
}

impl Route {
    fn new(forward: &dyn RealToComplex<f32>, block: usize, input: usize, output: usize, fir: &Fir) -> Self {
        let first_partition = fir.start / block;
        let offset = fir.start % block;
        let partitions = (offset + fir.taps.len()).div_ceil(block);
        let mut padded = vec![0.0; partitions * block];
        padded[offset..offset + fir.taps.len()].copy_from_slice(&fir.taps);
        let scale = 1.0 / (2 * block) as f32;
        let mut spectra = Vec::with_capacity(partitions * (block + 1));
        let mut frame = forward.make_input_vec();
        let mut spectrum = forward.make_output_vec();
        for partition in padded.chunks_exact(block) {
            frame.fill(0.0);
            frame[..block].copy_from_slice(partition);
            let _ = forward.process(&mut frame, &mut spectrum);
            spectra.extend(spectrum.iter().map(|bin| bin * scale));
        }
        Self {
            input,
            output,
            first_partition,
            spectra,
        }
    }
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn multiply(sum: &mut [Complex32], a: &[Complex32], b: &[Complex32]) {
    for ((sum, a), b) in sum.iter_mut().zip(a).zip(b) {
        *sum = a * b;
    }
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn multiply_add(sum: &mut [Complex32], a: &[Complex32], b: &[Complex32]) {
    for ((sum, a), b) in sum.iter_mut().zip(a).zip(b) {
        *sum += a * b;
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
            let mut planner = RealFftPlanner::new();
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
            let mut histories: Vec<_> = (0..inputs)
                .map(|_| InputHistory::new(&mut planner, block, reach))
                .collect();
            let length = block * 20;
            let mut signals: Vec<_> = (0..inputs).map(|index| noise(100 + index as u32, length)).collect();
            for signal in &mut signals {
                signal[length / 4..length / 2].fill(0.0);
            }
            let mut result = vec![Vec::new(); outputs];
            let mut buffers = vec![vec![0.0; block]; outputs];
            for at in (0..length).step_by(block) {
                for (history, signal) in histories.iter_mut().zip(&signals) {
                    history.push(&signal[at..at + block]);
                }
                bank.process(&histories, &mut buffers, &mut scratch);
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
        let mut planner = RealFftPlanner::new();
        let fir = Fir {
            start: 0,
            taps: noise(1, 100),
        };
        let bank = FilterBank::new(&mut planner, 32, 2, [(0, 0, &fir)]);
        let mut scratch = BankScratch::new(&mut planner, 32);
        let mut histories = [InputHistory::new(&mut planner, 32, fir.end())];
        let mut buffers = vec![vec![1.0; 32]; 2];
        histories[0].push(&noise(2, 32));
        bank.process(&histories, &mut buffers, &mut scratch);
        assert!(buffers[0].iter().any(|&y| y != 0.0));
        assert!(
            buffers[1].iter().all(|&y| y == 0.0),
            "an output without a filter is silent"
        );
        histories[0].reset();
        histories[0].push(&[0.0; 32]);
        bank.process(&histories, &mut buffers, &mut scratch);
        assert!(buffers[0].iter().all(|&y| y == 0.0), "reset leaves no history");
    }
}
