//! Minimum-mean-square estimate of the phantom centre, per time-frequency bin.
//!
//! Model: `L = C + A`, `R = C + B` with centre, left and right part mutually uncorrelated. Then with `M = (L+R)/2` and
//! `S = (L−R)/2` the centre's power is `σ_c² = Φ_MM − Φ_SS = Re Φ_LR`, and the linear estimate of least mean-square
//! error is
//!
//! ```text
//! Ĉ = G (M − β S),   β = Re Φ_MS / Φ_SS,   G = Re Φ_LR / (Φ_MM − (Re Φ_MS)² / Φ_SS)
//! ```
//!
//! the part of the mid signal that is uncorrelated with the side signal, then a Wiener gain. In terms of the powers of
//! the parts, `β = (σ_a² − σ_b²)/(σ_a² + σ_b²)`, so
//!
//! ```text
//! Ĉ = G (w L + (1−w) R),   w = σ_b²/(σ_a² + σ_b²),   G = σ_c²/(σ_c² + σ_a² σ_b²/(σ_a² + σ_b²))
//! ```
//!
//! Two steps, since short averages make the correlations noisy (after Faller, JAES 54, 2006, who estimates the same model
//! from subband powers): the first form gives a provisional centre; what it leaves in left and right gives the powers of
//! the parts for the second form, whose weights cannot leave `0..1`. A coherent source panned off the centre has `M`
//! proportional to `S`, so nothing of it remains after the first step and it stays in the pair.

use multiversion::multiversion;

use super::stft::groups;
use crate::bins::{Bins, LANES};

/// Time constant of the smoothed powers, seconds.
const SMOOTHING_S: f64 = 0.025;

/// Regularisation of β relative to the centre's power: a lone source panned within about ±1.5 dB of the centre counts as
/// centred, as unequal channel gains should not empty the centre. It vanishes for a source on one side only.
const CENTER_TOLERANCE: f32 = 0.01;

/// Least residual power in left and right relative to the centre: settles the weights at one half for mono.
const RESIDUAL_FLOOR: f32 = 1e-7;

/// Keeps quotients of zero powers finite; far below any power of an audible signal.
const TINY: f32 = 1e-30;

/// Smoothed powers below this are silence; cut to zero before they decay into denormals.
const SILENCE: f32 = 1e-24;

/// Auto- and cross-powers over all bins, in full lanes, with one more value at either end for the neighbours' average.
struct Powers {
    left: Vec<f32>,
    right: Vec<f32>,
    cross: Vec<f32>,
}

impl Powers {
    fn new(len: usize) -> Self {
        Self {
            left: vec![0.0; len],
            right: vec![0.0; len],
            cross: vec![0.0; len],
        }
    }

    fn reset(&mut self) {
        for powers in [&mut self.left, &mut self.right, &mut self.cross] {
            powers.fill(0.0);
        }
    }
}

/// Smoothed powers of the provisional centre and of what it leaves in left and right, for a group of bins.
#[derive(Clone, Copy, Default)]
struct Parts {
    center: [f32; LANES],
    left: [f32; LANES],
    right: [f32; LANES],
}

/// Estimates the centre's spectrum from the spectra of left and right, window by window.
pub struct CenterEstimator {
    bins: usize,
    /// Weight of the newest window in the recursive averages.
    update: f32,
    instant: Powers,
    smoothed: Powers,
    parts: Vec<Parts>,
}

impl CenterEstimator {
    /// For windows of `window` samples that follow each other at `hop_rate_hz`.
    pub fn new(window: usize, hop_rate_hz: f64) -> Self {
        let padded = groups(window) * LANES;
        Self {
            bins: window / 2 + 1,
            update: -(-1.0 / (hop_rate_hz * SMOOTHING_S)).exp_m1() as f32,
            instant: Powers::new(padded + 2),
            smoothed: Powers::new(padded),
            parts: vec![Parts::default(); padded / LANES],
        }
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.smoothed.reset();
        self.parts.fill(Parts::default());
    }

    /// Whether every smoothed power has come to rest at exactly zero.
    #[cfg(test)]
    pub fn is_silent(&self) -> bool {
        let Powers { left, right, cross } = &self.smoothed;
        let parts = self
            .parts
            .iter()
            .flat_map(|p| p.center.iter().chain(&p.left).chain(&p.right));
        left.iter()
            .chain(right)
            .chain(cross)
            .chain(parts)
            .all(|&power| power == 0.0)
    }

    /// Writes the centre's spectrum of the window whose left and right spectra are given.
    pub fn estimate(&mut self, left: &[Bins], right: &[Bins], center: &mut [Bins]) {
        self.measure(left, right);
        estimate_lanes(&self.smoothed, self.update, &mut self.parts, left, right, center);
    }

    /// Updates the smoothed auto- and cross-powers of left and right.
    fn measure(&mut self, left: &[Bins], right: &[Bins]) {
        let Self {
            instant,
            smoothed,
            bins,
            update,
            ..
        } = self;
        power(left, left, &mut instant.left[1..]);
        power(right, right, &mut instant.right[1..]);
        power(left, right, &mut instant.cross[1..]);
        for (instant, smoothed) in [
            (&mut instant.left, &mut smoothed.left),
            (&mut instant.right, &mut smoothed.right),
            (&mut instant.cross, &mut smoothed.cross),
        ] {
            // The spectrum of a real signal is symmetric about both of its ends.
            instant[0] = instant[2];
            instant[*bins + 1] = instant[*bins - 1];
            smooth(instant, smoothed, *update);
        }
    }
}

/// Both steps for all bins, from the smoothed powers.
#[multiversion(targets("x86_64+avx2+fma"))]
fn estimate_lanes(
    smoothed: &Powers,
    update: f32,
    parts: &mut [Parts],
    left: &[Bins],
    right: &[Bins],
    center: &mut [Bins],
) {
    let powers = lanes(&smoothed.left)
        .zip(lanes(&smoothed.right))
        .zip(lanes(&smoothed.cross));
    let spectra = left.iter().zip(right).zip(center);
    for ((part, ((ll, rr), lr)), ((left, right), center)) in parts.iter_mut().zip(powers).zip(spectra) {
        // Local copies: the compiler then knows that nothing overlaps and works on whole lanes.
        let (mut next, mut estimate) = (*part, Bins::default());
        let (Bins { re: l_re, im: l_im }, Bins { re: r_re, im: r_im }) = (left, right);
        for i in 0..LANES {
            let (l, r) = provisional_weights(ll[i], rr[i], lr[i]);
            let (provisional_re, provisional_im) = (l * l_re[i] + r * r_re[i], l * l_im[i] + r * r_im[i]);
            let power = |re: f32, im: f32| re * re + im * im;
            let track = |state: &mut f32, power: f32| *state = audible(*state + update * (power - *state));
            track(&mut next.center[i], power(provisional_re, provisional_im));
            track(
                &mut next.left[i],
                power(l_re[i] - provisional_re, l_im[i] - provisional_im),
            );
            track(
                &mut next.right[i],
                power(r_re[i] - provisional_re, r_im[i] - provisional_im),
            );
            let (l, r) = final_weights(next.center[i], next.left[i], next.right[i]);
            estimate.re[i] = l * l_re[i] + r * r_re[i];
            estimate.im[i] = l * l_im[i] + r * r_im[i];
        }
        (*part, *center) = (next, estimate);
    }
}

#[inline(always)]
fn lanes(values: &[f32]) -> impl Iterator<Item = &[f32; LANES]> {
    values.as_chunks().0.iter()
}

/// `value`, or zero where its magnitude is not worth keeping.
#[inline(always)]
fn audible(value: f32) -> f32 {
    if value.abs() < SILENCE { 0.0 } else { value }
}

/// Real part of `a b*`, bin by bin.
#[multiversion(targets("x86_64+avx2+fma"))]
fn power(a: &[Bins], b: &[Bins], output: &mut [f32]) {
    for (out, (a, b)) in output.as_chunks_mut::<LANES>().0.iter_mut().zip(a.iter().zip(b)) {
        let products = a.re.iter().zip(&b.re).zip(a.im.iter().zip(&b.im));
        for (out, ((a_re, b_re), (a_im, b_im))) in out.iter_mut().zip(products) {
            *out = a_re * b_re + a_im * b_im;
        }
    }
}

/// Average over three bins, weighted 1:2:1, then recursively over time.
#[multiversion(targets("x86_64+avx2+fma"))]
fn smooth(instant: &[f32], smoothed: &mut [f32], update: f32) {
    for (state, ((below, at), above)) in smoothed
        .iter_mut()
        .zip(instant.iter().zip(&instant[1..]).zip(&instant[2..]))
    {
        *state = audible(*state + update * (0.25 * (below + above) + 0.5 * at - *state));
    }
}

/// Weights of left and right in the provisional centre `G (M − β S)` from the powers of left and right and the real part
/// of their cross-power.
#[inline(always)]
fn provisional_weights(left: f32, right: f32, cross: f32) -> (f32, f32) {
    let shared = cross.max(0.0);
    let (mid, side) = (0.25 * (left + right + 2.0 * cross), 0.25 * (left + right - 2.0 * cross));
    let mid_side = 0.25 * (left - right);
    let beta = mid_side / (side.max(0.0) + CENTER_TOLERANCE * shared + TINY);
    let residual = mid - 2.0 * beta * mid_side + beta * beta * side;
    let gain = (shared / (residual.max(0.0) + TINY)).min(1.0);
    (0.5 * gain * (1.0 - beta), 0.5 * gain * (1.0 + beta))
}

/// Weights of left and right in the estimate from the powers of the centre and of what it leaves in left and right.
#[inline(always)]
fn final_weights(center: f32, left: f32, right: f32) -> (f32, f32) {
    let floor = RESIDUAL_FLOOR * center + TINY;
    let balance = (right + floor) / (left + right + 2.0 * floor);
    let gain = center / (center + left * balance + TINY);
    (gain * balance, gain * (1.0 - balance))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Powers of left, right and their cross-power for uncorrelated parts of these powers.
    fn observed(center: f32, left: f32, right: f32) -> (f32, f32, f32) {
        (center + left, center + right, center)
    }

    #[test]
    fn both_steps_are_the_linear_estimate_of_least_mean_square_error() {
        for (c, a, b) in [(1.0, 1.0, 1.0), (0.3, 2.0, 0.7), (5.0, 0.5, 3.0)] {
            // Normal equations: E[x xᵀ] w = E[x c], x = (L, R).
            let (ll, rr, lr) = observed(c, a, b);
            let determinant = ll * rr - lr * lr;
            let exact = (c * (rr - lr) / determinant, c * (ll - lr) / determinant);
            let (l, r) = final_weights(c, a, b);
            assert!(
                (l - exact.0).abs() < 1e-5 && (r - exact.1).abs() < 1e-5,
                "{l} {r} against {exact:?}"
            );
            // The tolerance for nearly centred sources costs the first step some of its optimality.
            let (l, r) = provisional_weights(ll, rr, lr);
            assert!(
                (l - exact.0).abs() < 0.1 && (r - exact.1).abs() < 0.1,
                "{l} {r} against {exact:?}"
            );
        }
    }

    #[test]
    fn extreme_powers_give_the_exact_answer() {
        assert_eq!(provisional_weights(3.0, 3.0, 3.0), (0.5, 0.5));
        assert_eq!(final_weights(3.0, 0.0, 0.0), (0.5, 0.5));
        assert_eq!(provisional_weights(3.0, 0.0, 0.0), (0.0, 0.0));
        assert_eq!(final_weights(0.0, 3.0, 0.0), (0.0, 0.0));
        assert_eq!(provisional_weights(0.0, 0.0, 0.0), (0.0, 0.0));
        assert_eq!(final_weights(0.0, 0.0, 0.0), (0.0, 0.0));
        let (l, r) = provisional_weights(1.0, 1.0, -1.0);
        assert_eq!((l, r), (0.0, 0.0), "opposite phase is not a centre");
    }
}
