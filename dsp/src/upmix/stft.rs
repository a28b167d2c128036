//! Short-time Fourier transform of a stereo pair, and back for one channel: square-root Hann windows on both sides, 75 %
//! overlap, so that an untouched spectrum comes back as it was.

use std::f64::consts::PI;
use std::sync::Arc;

use realfft::{ComplexToReal, RealFftPlanner};
use rustfft::{Fft, FftPlanner, num_complex::Complex};

/// Windows that overlap at any sample; a hop is the window divided by this.
pub const OVERLAP: usize = 4;

/// Bins that are processed side by side; spectra are padded with zero bins to a multiple of it.
pub const LANES: usize = 8;

/// Square-root Hann window: applied at analysis and again at synthesis, four hops apart, its squares sum to 2.
fn sqrt_hann(window: usize, scale: f64) -> Vec<f32> {
    (0..window)
        .map(|n| (scale * (PI * n as f64 / window as f64).sin()) as f32)
        .collect()
}

/// Bins of a real spectrum of `window` samples, padded to whole lanes.
pub fn padded_bins(window: usize) -> usize {
    (window / 2 + 1).next_multiple_of(LANES)
}

/// Half spectrum with real and imaginary parts apart; bins `0..=window/2`, then zeros up to whole lanes.
pub struct Spectrum {
    pub re: Vec<f32>,
    pub im: Vec<f32>,
}

impl Spectrum {
    /// A spectrum of zeros.
    pub fn new(window: usize) -> Self {
        Self {
            re: vec![0.0; padded_bins(window)],
            im: vec![0.0; padded_bins(window)],
        }
    }
}

/// Sliding analysis of two real channels, packed as real and imaginary part of one complex transform.
pub struct StereoAnalysis {
    weights: Vec<f32>,
    history: Vec<Complex<f32>>,
    frame: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    transform: Arc<dyn Fft<f32>>,
    /// Spectrum of the left channel's latest window.
    pub left: Spectrum,
    /// Spectrum of the right channel's latest window.
    pub right: Spectrum,
}

impl StereoAnalysis {
    /// Plans the analysis of windows of `window` samples.
    pub fn new(window: usize) -> Self {
        let transform = FftPlanner::new().plan_fft_forward(window);
        let zeros = vec![Complex::ZERO; window];
        Self {
            // The two channels come apart as half the sum and half the difference of mirrored bins: the half is here.
            weights: sqrt_hann(window, 0.5),
            history: zeros.clone(),
            frame: zeros,
            scratch: vec![Complex::ZERO; transform.get_inplace_scratch_len()],
            transform,
            left: Spectrum::new(window),
            right: Spectrum::new(window),
        }
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.history.fill(Complex::ZERO);
    }

    /// Takes the next hop of both channels and updates [`left`](Self::left) and [`right`](Self::right) to the window
    /// that ends with it.
    pub fn advance(&mut self, left: &[f32], right: &[f32]) {
        let window = self.history.len();
        let hop = window / OVERLAP;
        self.history.copy_within(hop.., 0);
        for (packed, (&l, &r)) in self.history[window - hop..].iter_mut().zip(left.iter().zip(right)) {
            *packed = Complex::new(l, r);
        }
        for (out, (&packed, &weight)) in self.frame.iter_mut().zip(self.history.iter().zip(&self.weights)) {
            *out = packed * weight;
        }
        self.transform.process_with_scratch(&mut self.frame, &mut self.scratch);
        self.unpack();
    }

    /// Left is the conjugate-symmetric part of the packed spectrum, right the antisymmetric part over `i`.
    fn unpack(&mut self) {
        let middle = self.frame.len() / 2;
        for edge in [0, middle] {
            (self.left.re[edge], self.left.im[edge]) = (2.0 * self.frame[edge].re, 0.0);
            (self.right.re[edge], self.right.im[edge]) = (2.0 * self.frame[edge].im, 0.0);
        }
        let (lower, upper) = self.frame.split_at(middle);
        let left = self.left.re[1..middle].iter_mut().zip(&mut self.left.im[1..middle]);
        let right = self.right.re[1..middle].iter_mut().zip(&mut self.right.im[1..middle]);
        let bins = lower[1..].iter().zip(upper[1..].iter().rev());
        for (((l_re, l_im), (r_re, r_im)), (bin, mirror)) in left.zip(right).zip(bins) {
            *l_re = bin.re + mirror.re;
            *l_im = bin.im - mirror.im;
            *r_re = bin.im + mirror.im;
            *r_im = mirror.re - bin.re;
        }
    }
}

/// Overlap-add of one real channel.
pub struct Synthesis {
    weights: Vec<f32>,
    overlapped: Vec<f32>,
    frame: Vec<f32>,
    bins: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    transform: Arc<dyn ComplexToReal<f32>>,
}

impl Synthesis {
    /// Plans the synthesis of windows of `window` samples.
    pub fn new(window: usize) -> Self {
        let transform = RealFftPlanner::new().plan_fft_inverse(window);
        Self {
            // Squared windows sum to 2 and the inverse transform is unnormalised.
            weights: sqrt_hann(window, 0.5 / window as f64),
            overlapped: vec![0.0; window],
            frame: vec![0.0; window],
            bins: transform.make_input_vec(),
            scratch: transform.make_scratch_vec(),
            transform,
        }
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.overlapped.fill(0.0);
    }

    /// Adds the window with this spectrum and writes the hop it completes, which is the window's first.
    pub fn advance(&mut self, spectrum: &Spectrum, output: &mut [f32]) {
        for (bin, (&re, &im)) in self.bins.iter_mut().zip(spectrum.re.iter().zip(&spectrum.im)) {
            *bin = Complex::new(re, im);
        }
        let result = self
            .transform
            .process_with_scratch(&mut self.bins, &mut self.frame, &mut self.scratch);
        debug_assert!(
            result.is_ok(),
            "lengths are fixed by construction and the edge bins are real"
        );
        let window = self.frame.len();
        let hop = window / OVERLAP;
        for (sum, (&sample, &weight)) in self.overlapped.iter_mut().zip(self.frame.iter().zip(&self.weights)) {
            *sum += sample * weight;
        }
        output.copy_from_slice(&self.overlapped[..hop]);
        self.overlapped.copy_within(hop.., 0);
        self.overlapped[window - hop..].fill(0.0);
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
            let weights = sqrt_hann(window, 1.0);
            (0..window)
                .map(|n| {
                    let phase = -2.0 * PI * (n * k) as f64 / window as f64;
                    f64::from(x[n] * weights[n]) * Complex::from_polar(1.0, phase)
                })
                .sum()
        };
        for k in 0..=window / 2 {
            for (x, s) in [(&left, &analysis.left), (&right, &analysis.right)] {
                let error = direct(x, k) - Complex::new(f64::from(s.re[k]), f64::from(s.im[k]));
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
