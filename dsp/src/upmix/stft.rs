//! Short-time Fourier transform of a stereo pair, and back for one channel: Hann windows on both sides, 75 % overlap, so that an
//! untouched spectrum comes back as it was. Not their square roots, which have finer bins but far skirts: a tone's
//! skirts are weighted as the sources there are, which makes sidebands of it.

use std::f64::consts::{PI, TAU};
use std::sync::Arc;

use multiversion::multiversion;
use rustfft::{Fft, FftPlanner, num_complex::Complex};

use crate::bins::{self, Bins, LANES};

/// Windows that overlap at any sample; a hop is the window divided by this.
pub const OVERLAP: usize = 4;

/// What the squares of the Hann windows that overlap sum to.
const SQUARES: f64 = 1.5;

/// Hann window: applied at analysis and again at synthesis.
fn hann(window: usize, scale: f64) -> Vec<f32> {
    (0..window)
        .map(|n| (scale * (PI * n as f64 / window as f64).sin().powi(2)) as f32)
        .collect()
}

/// Groups of bins in the spectrum of a real window of `window` samples: bins `0..=window/2`, then zeros.
pub fn groups(window: usize) -> usize {
    (window / 2 + 1).div_ceil(LANES)
}

/// Sliding analysis of two real channels, packed as real and imaginary part of one complex transform.
pub struct StereoAnalysis {
    weights: Vec<f32>,
    /// Ring of the latest hops.
    history: Vec<Complex<f32>>,
    /// Where the oldest hop lies, which the next one replaces.
    oldest: usize,
    /// A transform, and its first bin once more.
    frame: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    transform: Arc<dyn Fft<f32>>,
    /// Spectrum of the left channel's latest window.
    pub left: Vec<Bins>,
    /// Spectrum of the right channel's latest window.
    pub right: Vec<Bins>,
}

impl StereoAnalysis {
    /// Plans the analysis of windows of `window` samples, a multiple of twice [`LANES`].
    pub fn new(window: usize) -> Self {
        let transform = FftPlanner::new().plan_fft_forward(window);
        Self {
            // The two channels come apart as half the sum and half the difference of mirrored bins: the half is here.
            weights: hann(window, 0.5),
            history: vec![Complex::ZERO; window],
            oldest: 0,
            frame: vec![Complex::ZERO; window + 1],
            scratch: vec![Complex::ZERO; transform.get_inplace_scratch_len()],
            transform,
            left: vec![Bins::default(); groups(window)],
            right: vec![Bins::default(); groups(window)],
        }
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.history.fill(Complex::ZERO);
        self.oldest = 0;
    }

    /// Takes the next hop of both channels and updates [`left`](Self::left) and [`right`](Self::right) to the window
    /// that ends with it.
    pub fn advance(&mut self, left: &[f32], right: &[f32]) {
        let window = self.history.len();
        let hop = window / OVERLAP;
        bins::zip(left, right, &mut self.history[self.oldest..][..hop]);
        self.oldest = (self.oldest + hop) % window;
        let (wrapped, oldest) = self.history.split_at(self.oldest);
        for (signal, at) in [(oldest, 0), (wrapped, oldest.len())] {
            weight(signal, &self.weights[at..], &mut self.frame[at..]);
        }
        self.transform
            .process_with_scratch(&mut self.frame[..window], &mut self.scratch);
        self.frame[window] = self.frame[0];
        let (middle, whole) = (self.frame[window / 2], window / 2 / LANES);
        bins::separate(&self.frame, &mut self.left[..whole], &mut self.right[..whole]);
        (self.left[whole].re[0], self.right[whole].re[0]) = (2.0 * middle.re, 2.0 * middle.im);
    }
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn weight(signal: &[Complex<f32>], weights: &[f32], output: &mut [Complex<f32>]) {
    for (out, (z, weight)) in output.iter_mut().zip(signal.iter().zip(weights)) {
        *out = Complex::new(z.re * weight, z.im * weight);
    }
}

/// Overlap-add of one real channel. Neighbouring samples, of which the first has an even index, are real and imaginary
/// part of one complex number, which makes the transform half as long.
pub struct Synthesis {
    weights: Vec<Complex<f32>>,
    /// Sum of the windows so far from the next hop on.
    overlapped: Vec<Complex<f32>>,
    frame: Vec<Complex<f32>>,
    /// The spectrum in a row.
    bins: Vec<Complex<f32>>,
    /// Spectrum of the even samples, then with that of the odd ones as imaginary part.
    even: Vec<Bins>,
    /// Spectrum of the odd samples over `i`, as if they lay where the even ones do.
    odd: Vec<Bins>,
    /// `−e^{2πik/window}` at bin `k`: odd samples lie between even ones.
    turn: Vec<Bins>,
    scratch: Vec<Complex<f32>>,
    transform: Arc<dyn Fft<f32>>,
}

impl Synthesis {
    /// Plans the synthesis of windows of `window` samples, a multiple of twice [`LANES`].
    pub fn new(window: usize) -> Self {
        let pairs = window / 2;
        let transform = FftPlanner::new().plan_fft_inverse(pairs);
        let turn = |k: usize| {
            let (sin, cos) = (TAU * k as f64 / window as f64).sin_cos();
            Complex::new(-cos as f32, -sin as f32)
        };
        let turns: Vec<Complex<f32>> = (0..pairs).map(turn).collect();
        let spectrum = || vec![Bins::default(); pairs / LANES];
        let mut turn = spectrum();
        bins::split(&turns, &mut turn);
        // The inverse transform is unnormalised.
        let weights = hann(window, 1.0 / (SQUARES * window as f64));
        Self {
            weights: weights
                .chunks_exact(2)
                .map(|pair| Complex::new(pair[0], pair[1]))
                .collect(),
            overlapped: vec![Complex::ZERO; pairs - pairs / OVERLAP],
            frame: vec![Complex::ZERO; pairs],
            bins: vec![Complex::ZERO; pairs + 1],
            even: spectrum(),
            odd: spectrum(),
            turn,
            scratch: vec![Complex::ZERO; transform.get_inplace_scratch_len()],
            transform,
        }
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.overlapped.fill(Complex::ZERO);
    }

    /// Adds the window with this spectrum, whose first and last bin are real, and writes the hop it completes, which is
    /// the window's first.
    pub fn advance(&mut self, spectrum: &[Bins], output: &mut [f32]) {
        let (whole, last) = spectrum.split_at(self.turn.len());
        bins::join(whole, &mut self.bins);
        self.bins[self.frame.len()] = Complex::new(last[0].re[0], 0.0);
        // With m the mirrored bin's conjugate: c + m and −i (c − m).
        bins::separate(&self.bins, &mut self.even, &mut self.odd);
        bins::add_product(&self.odd, &self.turn, &mut self.even);
        bins::join(&self.even, &mut self.frame);
        self.transform.process_with_scratch(&mut self.frame, &mut self.scratch);
        add_window(&self.frame, &self.weights, &mut self.overlapped, output);
    }
}

/// Adds a weighted window to the sum of the earlier ones, writes the hop that is complete and moves on by it.
#[multiversion(targets("x86_64+avx2+fma"))]
fn add_window(window: &[Complex<f32>], weights: &[Complex<f32>], overlapped: &mut [Complex<f32>], output: &mut [f32]) {
    let hop = window.len() / OVERLAP;
    let pairs = output.as_chunks_mut::<2>().0.iter_mut().zip(overlapped.iter());
    for ((out, sum), (z, w)) in pairs.zip(window.iter().zip(weights)) {
        *out = [sum.re + z.re * w.re, sum.im + z.im * w.im];
    }
    for at in (hop..window.len()).step_by(hop) {
        let (moved, rest) = overlapped.split_at_mut(at);
        let weighted = window[at..at + hop].iter().zip(&weights[at..at + hop]);
        let moved = moved[at - hop..].iter_mut();
        if rest.is_empty() {
            for (sum, (z, w)) in moved.zip(weighted) {
                *sum = Complex::new(z.re * w.re, z.im * w.im);
            }
        } else {
            for ((sum, before), (z, w)) in moved.zip(rest).zip(weighted) {
                *sum = Complex::new(before.re + z.re * w.re, before.im + z.im * w.im);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_spectra_match_a_direct_transform() {
        let window = 64;
        let left: Vec<f32> = (0..window).map(|n| (0.3 * n as f32).sin()).collect();
        let right: Vec<f32> = (0..window).map(|n| ((n * n) as f32 * 0.07).cos()).collect();
        let mut analysis = StereoAnalysis::new(window);
        for (l, r) in left.chunks(window / OVERLAP).zip(right.chunks(window / OVERLAP)) {
            analysis.advance(l, r);
        }
        let direct = |x: &[f32], k: usize| -> Complex<f64> {
            let weights = hann(window, 1.0);
            (0..window)
                .map(|n| {
                    let phase = -2.0 * PI * (n * k) as f64 / window as f64;
                    f64::from(x[n] * weights[n]) * Complex::from_polar(1.0, phase)
                })
                .sum()
        };
        for k in 0..=window / 2 {
            for (x, s) in [(&left, &analysis.left), (&right, &analysis.right)] {
                let [re, im] = [s[k / LANES].re, s[k / LANES].im].map(|parts| f64::from(parts[k % LANES]));
                let error = direct(x, k) - Complex::new(re, im);
                assert!(error.norm() < 1e-5, "bin {k}: {error}");
            }
        }
    }

    #[test]
    fn untouched_spectrum_reconstructs_the_input() {
        for window in [64, 512, 2048, 8192] {
            let (hop, lag) = (window / OVERLAP, window - window / OVERLAP);
            let left: Vec<f32> = (0..8 * window)
                .map(|n| ((n * n % 7919) as f32 / 7919.0) - 0.5)
                .collect();
            let right: Vec<f32> = left.iter().rev().copied().collect();
            let (mut analysis, mut synthesis) = (StereoAnalysis::new(window), Synthesis::new(window));
            let mut output = vec![0.0; left.len()];
            for (out, (l, r)) in output.chunks_mut(hop).zip(left.chunks(hop).zip(right.chunks(hop))) {
                analysis.advance(l, r);
                synthesis.advance(&analysis.right, out);
            }
            let energy = |x: &mut dyn Iterator<Item = f32>| x.map(|v| f64::from(v).powi(2)).sum::<f64>();
            let error = energy(&mut output[lag..].iter().zip(&right).map(|(y, x)| y - x));
            let error_db = 10.0 * (error / energy(&mut right.iter().copied())).log10();
            assert!(error_db < -125.0, "window {window}: {error_db} dB");
        }
    }
}
