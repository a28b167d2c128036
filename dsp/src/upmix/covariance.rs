//! Second-order statistics of left and right in a cell of the spectrum.

use crate::bins::{Bins, LANES};
use crate::fused::multiply_add;

/// Powers below this are silence; cut to zero before averages decay into denormals.
const SILENCE: f32 = 1e-24;

/// Covariance of left and right, lane by lane.
#[derive(Clone, Copy, Default)]
pub struct Covariance {
    /// Powers of left.
    pub left: [f32; LANES],
    /// Powers of right.
    pub right: [f32; LANES],
    /// Powers of left minus right: more exact where they are alike than their cross-powers.
    pub difference: [f32; LANES],
}

impl Covariance {
    /// Of these spectra, summed over groups.
    #[inline(always)]
    pub fn new<const FUSED: bool>(left: &[Bins], right: &[Bins]) -> Self {
        let [mut l, mut r, mut d] = [[0.0; LANES]; 3];
        for (left, right) in left.iter().zip(right) {
            for i in 0..LANES {
                let add = |re: f32, im: f32, sum| multiply_add::<FUSED>(re, re, multiply_add::<FUSED>(im, im, sum));
                l[i] = add(left.re[i], left.im[i], l[i]);
                r[i] = add(right.re[i], right.im[i], r[i]);
                d[i] = add(left.re[i] - right.re[i], left.im[i] - right.im[i], d[i]);
            }
        }
        Self {
            left: l,
            right: r,
            difference: d,
        }
    }

    /// Times a factor in each lane.
    #[inline(always)]
    pub fn scaled(&self, factors: &[f32; LANES]) -> Self {
        let scaled = |powers: &[f32; LANES]| std::array::from_fn(|i| powers[i] * factors[i]);
        Self {
            left: scaled(&self.left),
            right: scaled(&self.right),
            difference: scaled(&self.difference),
        }
    }

    /// `self + share (other − self)`.
    #[inline(always)]
    pub fn towards<const FUSED: bool>(&self, other: &Self, share: f32) -> Self {
        let mut mixed = *self;
        for i in 0..LANES {
            let mix = |from: f32, to: f32| audible(multiply_add::<FUSED>(share, to - from, from));
            mixed.left[i] = mix(self.left[i], other.left[i]);
            mixed.right[i] = mix(self.right[i], other.right[i]);
            mixed.difference[i] = mix(self.difference[i], other.difference[i]);
        }
        mixed
    }
}

/// How far the powers in a band are from their averages.
#[derive(Default)]
pub struct Novelty {
    apart: [f32; LANES],
    now: [f32; LANES],
    mean: [f32; LANES],
}

impl Novelty {
    /// Takes a cell of the band in.
    #[inline(always)]
    pub fn add(&mut self, now: &Covariance, mean: &Covariance) {
        for i in 0..LANES {
            for (now, mean) in [
                (now.left[i], mean.left[i]),
                (now.right[i], mean.right[i]),
                (now.difference[i], mean.difference[i]),
            ] {
                self.apart[i] += (now - mean).abs();
                self.now[i] += now;
                self.mean[i] += mean;
            }
        }
    }

    /// Sum of the distances relative to the sum of the powers: 0 of a steady sound, 1 of one that begins or ends.
    #[inline(always)]
    pub fn ratio(&self) -> f32 {
        let mean: f32 = self.mean.iter().sum();
        self.apart.iter().sum::<f32>() / (self.power() + mean + f32::MIN_POSITIVE)
    }

    /// Sum of the powers at the moment.
    #[inline(always)]
    pub fn power(&self) -> f32 {
        self.now.iter().sum()
    }
}

/// `value`, or zero where it is not worth keeping.
#[inline(always)]
pub fn audible(value: f32) -> f32 {
    if value < SILENCE { 0.0 } else { value }
}
