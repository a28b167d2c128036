//! Estimate of the phantom centre, per time-frequency bin: the Wiener estimate of [`scene`](super::scene), with
//! powers that are expected from two memories.
//!
//! - What is usual: shares of the parts in a band over seconds. A band has a source at a position for long, so that what
//!   looks like a centre, but may as well be two sources at either side, is told by what has been there before.
//! - What was there just now: powers of the parts in the bin, over a tenth of a second.
//!
//! The covariance at the moment is not averaged over time, so that onsets stay sharp; over frequency only where bins are
//! finer than the ear.

use std::array;

use multiversion::multiversion;
use multiversion::target::target_cfg_f;

use super::scene::{self, Observed, PARTS};
use super::stft::groups;
use crate::bins::{Bins, LANES};
use crate::fused::{self, multiply_add};

/// Time constant of the shares of a band, seconds.
const USUAL_S: f64 = 2.0;

/// Time constant of the powers of a bin, seconds.
const RECENT_S: f64 = 0.1;

/// Width of a band relative to the ear's equivalent rectangular bandwidth.
const BAND_ERB: f64 = 3.0;

/// Width of a cell relative to the ear's equivalent rectangular bandwidth, where that is more than a group of bins. Finer
/// cells tell the centre no better and cost twice as much.
const CELL_ERB: f64 = 1.0;

/// Added to powers so that quotients of silence stay finite; far below any power of an audible signal.
const TINY: f32 = 1e-24;

/// Averages below this are silence; cut to zero before they decay into denormals.
const SILENCE: f32 = 1e-24;

/// Magnitudes of a window below this are silence: more than 180 dB below a full-scale sine, and far above the root of [`TINY`].
const SILENT_AMPLITUDE: f32 = 1e-7;

/// One value of every part, lane by lane.
type Parts = [[f32; LANES]; PARTS];

/// Groups of bins whose sources lie at the same positions.
struct Band {
    groups: usize,
    /// Groups that share their weights, lane by lane: sums over groups are cheap, and a cell of one group has weights for each
    /// bin.
    cell: usize,
    /// Powers of the parts over the square root of the whole, averaged over [`USUAL_S`].
    usual: Parts,
}

/// Estimates the centre's spectrum from the spectra of left and right, window by window.
pub struct CenterEstimator {
    /// Weight of the newest window in the shares of a band.
    usual_update: f32,
    /// Weight of the newest window in the powers of a bin.
    recent_update: f32,
    bands: Vec<Band>,
    recent: Vec<Parts>,
}

impl CenterEstimator {
    /// For windows of `window` samples that follow each other at `hop_rate_hz`.
    pub fn new(window: usize, hop_rate_hz: f64) -> Self {
        let count = groups(window);
        let update = |time_s: f64| -(-1.0 / (hop_rate_hz * time_s)).exp_m1() as f32;
        let group_hz = LANES as f64 * hop_rate_hz / super::OVERLAP as f64;
        let mut bands: Vec<Band> = Vec::new();
        let mut cells = 0;
        let mut first = 0;
        while first < count {
            // Glasberg and Moore, Hearing Research 47, 1990, eq. 3.
            let erb_hz = 24.7 + 0.108 * first as f64 * group_hz;
            let wide = |erb: f64| (erb * erb_hz / group_hz).max(1.0) as usize;
            let (groups, cell) = (wide(BAND_ERB).min(count - first), wide(CELL_ERB));
            bands.push(Band {
                groups,
                cell,
                usual: Parts::default(),
            });
            cells += groups.div_ceil(cell);
            first += groups;
        }
        Self {
            usual_update: update(USUAL_S),
            recent_update: update(RECENT_S),
            bands,
            recent: vec![Parts::default(); cells],
        }
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        for band in &mut self.bands {
            band.usual = Parts::default();
        }
        self.recent.fill(Parts::default());
    }

    /// Whether every average has come to rest at exactly zero.
    #[cfg(test)]
    pub fn is_silent(&self) -> bool {
        let usual = self.bands.iter().map(|band| &band.usual);
        usual.chain(&self.recent).flatten().flatten().all(|&value| value == 0.0)
    }

    /// Writes the centre's spectrum of the window whose left and right spectra are given.
    pub fn estimate(&mut self, left: &[Bins], right: &[Bins], center: &mut [Bins]) {
        estimate_bands(self, left, right, center);
    }
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn estimate_bands(estimator: &mut CenterEstimator, left: &[Bins], right: &[Bins], center: &mut [Bins]) {
    if target_cfg_f!(target_feature = "fma") {
        estimate_all::<true>(estimator, left, right, center);
    } else {
        estimate_all::<{ fused::ALWAYS }>(estimator, left, right, center);
    }
}

#[inline(always)]
fn estimate_all<const FUSED: bool>(
    estimator: &mut CenterEstimator,
    mut left: &[Bins],
    mut right: &[Bins],
    mut center: &mut [Bins],
) {
    let (usual_update, recent_update) = (estimator.usual_update, estimator.recent_update);
    let mut recent = estimator.recent.iter_mut();
    for band in &mut estimator.bands {
        let shares = shares(&band.usual);
        let mut sum = Parts::default();
        let (l, r, c);
        (l, left) = left.split_at(band.groups);
        (r, right) = right.split_at(band.groups);
        (c, center) = center.split_at_mut(band.groups);
        let spectra = l
            .chunks(band.cell)
            .zip(r.chunks(band.cell))
            .zip(c.chunks_mut(band.cell));
        for (((left, right), center), recent) in spectra.zip(&mut recent) {
            let powers = ChannelPowers::new::<FUSED>(left, right);
            // Local copies: the compiler then knows that nothing overlaps and works on whole lanes.
            let ([mut weight_left, mut weight_right], mut next) = ([[0.0; LANES]; 2], *recent);
            for i in 0..LANES {
                let power = powers.left[i] + powers.right[i] + TINY;
                let (amplitude, per_power) = (power.sqrt(), 1.0 / power);
                let kept = kept(amplitude);
                let observed = Observed {
                    left: powers.left[i] * per_power,
                    right: powers.right[i] * per_power,
                    difference: powers.difference[i] * per_power,
                };
                let usual = array::from_fn(|part| shares[part][i]);
                let recent = array::from_fn(|part| next[part][i] * per_power);
                let expected = scene::expected::<FUSED>(&observed, &usual, &recent);
                let parts = scene::sharpened::<FUSED>(&observed, &expected, &expected);
                let parts = scene::sharpened::<FUSED>(&observed, &parts, &expected);
                for part in 0..PARTS {
                    let change = multiply_add::<FUSED>(parts[part], power, -next[part][i]);
                    next[part][i] = kept * audible(multiply_add::<FUSED>(recent_update, change, next[part][i]));
                    sum[part][i] = multiply_add::<FUSED>(amplitude, parts[part], sum[part][i]);
                }
                [weight_left[i], weight_right[i]] = scene::center_weights::<FUSED>(&parts);
            }
            *recent = next;
            for (center, (left, right)) in center.iter_mut().zip(left.iter().zip(right)) {
                for i in 0..LANES {
                    center.re[i] = multiply_add::<FUSED>(weight_left[i], left.re[i], weight_right[i] * right.re[i]);
                    center.im[i] = multiply_add::<FUSED>(weight_left[i], left.im[i], weight_right[i] * right.im[i]);
                }
            }
        }
        update_usual::<FUSED>(&mut band.usual, &sum, usual_update);
    }
}

/// 1, or 0 in digital silence: another piece may follow, so averages forget what was before.
#[inline(always)]
fn kept(amplitude: f32) -> f32 {
    if amplitude > SILENT_AMPLITUDE { 1.0 } else { 0.0 }
}

/// Averages the sums of a window in.
#[inline(always)]
fn update_usual<const FUSED: bool>(usual: &mut Parts, sum: &Parts, update: f32) {
    for i in 0..LANES {
        let total: f32 = sum.iter().map(|part| part[i]).sum();
        let kept = kept(total);
        for (usual, sum) in usual.iter_mut().zip(sum) {
            usual[i] = kept * audible(multiply_add::<FUSED>(update, sum[i] - usual[i], usual[i]));
        }
    }
}

/// Sums over the groups of a cell, lane by lane.
struct ChannelPowers {
    left: [f32; LANES],
    right: [f32; LANES],
    /// Of left minus right.
    difference: [f32; LANES],
}

impl ChannelPowers {
    #[inline(always)]
    fn new<const FUSED: bool>(left: &[Bins], right: &[Bins]) -> Self {
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
}

/// Shares of the parts in their sum; equal ones of nothing.
#[inline(always)]
fn shares(usual: &Parts) -> Parts {
    let mut shares = Parts::default();
    for i in 0..LANES {
        let total: f32 = usual.iter().map(|part| part[i] + TINY).sum();
        for (share, part) in shares.iter_mut().zip(usual) {
            share[i] = (part[i] + TINY) / total;
        }
    }
    shares
}

/// `value`, or zero where it is not worth keeping.
#[inline(always)]
fn audible(value: f32) -> f32 {
    if value < SILENCE { 0.0 } else { value }
}
