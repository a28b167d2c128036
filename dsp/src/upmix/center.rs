//! Estimate of the phantom centre, per time-frequency bin: the Wiener estimate of [`scene`](super::scene), whose powers are
//! sought from what is expected.
//!
//! - What is usual: shares of the parts over half a second. A source stays at its position for long, so that what looks like
//!   a centre, but may as well be two sources at either side, is told by what has been there before.
//! - What was there just now: powers of the parts that explain the covariance of the last tenth of a second, sought from what is
//!   usual.
//!
//! Nothing is learnt from its own results: averages are of the input's covariance, or of parts that are sought in it
//! from nothing known. So all memory fades with the time constants below, and a fault leaves no trace.
//!
//! While the sound is steady the covariance at the moment is taken for noise around its average, and the weights do not follow
//! how neighbouring tones beat; at an onset it counts alone. Weights are smoothed over three bins, since a gain that differs from
//! bin to bin is a long filter, whose response wraps around in the window: sidebands of steady tones. It also takes
//! some of the noise off the estimates.

use std::array;

use multiversion::multiversion;
use multiversion::target::target_cfg_f;

use super::covariance::{Covariance, Novelty, audible};
use super::scene;
use super::search::{Parts, Relative, UNKNOWN, by_lane, lane, shares, sought};
use super::stft::groups;
use crate::bins::{Bins, LANES};
use crate::fused::{self, multiply_add};

/// Time constant of the shares of a band, seconds.
pub const USUAL_S: f64 = 0.5;

/// Time constant of the average covariance, seconds.
pub const RECENT_S: f64 = 0.1;

/// Time after which the expectations of a band are made anew, seconds: at every second window of High, every eighth of Low Latency,
/// in which bands take turns.
const REFRESH_S: f64 = 0.0213;

/// Width of a band relative to the ear's equivalent rectangular bandwidth.
const BAND_ERB: f64 = 3.0;

/// Width of a cell relative to the ear's equivalent rectangular bandwidth, where that is more than a group of bins. Finer
/// cells tell the centre no better and cost twice as much.
const CELL_ERB: f64 = 1.0;

/// Novelty of a band (see [`Novelty::ratio`]) up to which it is steady, and from which on it is new.
const STEADY_TO_NEW: [f32; 2] = [0.1, 0.5];

/// Share of the moment in the covariance of a steady sound.
const STEADY_SHARE: f32 = 0.1;

/// Updates by which parts are sought: from nothing known, for the usual shares; from what is usual in the average covariance; from
/// what is expected in that of the moment.
const UNKNOWN_STEPS: usize = 4;
const RECENT_STEPS: usize = 1;
const STEPS: usize = 2;

/// Part of what is usual that is expected even if it was not there just now.
const LATENT: f32 = 1e-3;

/// Sums of the powers in a band below this are silence, after which another piece may follow: the band forgets what was before.
/// More than 140 dB below a full-scale sine.
const SILENT_POWER: f32 = 1e-10;

/// Neighbouring cells, whose sources lie at the same positions.
struct Band {
    cells: usize,
    /// Powers of the parts, averaged over [`USUAL_S`].
    usual: Parts,
}

impl Band {
    /// Forgets the past, which is in its cells too.
    fn forget(&mut self, cells: &mut [Cell]) {
        self.usual = Parts::default();
        for cell in cells {
            cell.mean = Covariance::default();
            cell.expected = Parts::default();
        }
    }
}

/// Groups of bins that share their weights, lane by lane: sums over groups are cheap, and a cell of one group has weights for
/// each bin.
#[derive(Default)]
struct Cell {
    groups: usize,
    /// Covariance in this window.
    now: Covariance,
    /// Averaged over [`RECENT_S`].
    mean: Covariance,
    /// Powers of the parts to be expected over the square root of the power of the moment.
    expected: Parts,
}

/// Estimates the centre's spectrum from the spectra of left and right, window by window.
pub struct CenterEstimator {
    /// Weight of the newest window in the shares of a band.
    usual_update: f32,
    /// Weight of the newest window in the average covariance.
    recent_update: f32,
    bands: Vec<Band>,
    cells: Vec<Cell>,
    /// Weights of left and of right in the centre: lanes of all cells in a row, and one more at either end.
    weights: [Vec<f32>; 2],
    /// Windows from one refresh of a band to the next.
    period: usize,
    /// Windows since the bands' first turn.
    turn: usize,
}

impl CenterEstimator {
    /// For windows of `window` samples that follow each other at `hop_rate_hz`.
    pub fn new(window: usize, hop_rate_hz: f64) -> Self {
        // The last group has the last bin only, which joins the last cell.
        let count = groups(window) - 1;
        let period = (hop_rate_hz * REFRESH_S).round().max(1.0);
        let update = |time_s: f64, step: f64| -(-step / (hop_rate_hz * time_s)).exp_m1() as f32;
        let group_hz = LANES as f64 * hop_rate_hz / super::OVERLAP as f64;
        let (mut bands, mut cells): (Vec<Band>, Vec<Cell>) = (Vec::new(), Vec::new());
        let mut first = 0;
        while first < count {
            // Glasberg and Moore, Hearing Research 47, 1990, eq. 3.
            let erb_hz = 24.7 + 0.108 * first as f64 * group_hz;
            let wide = |erb: f64| (erb * erb_hz / group_hz).max(1.0) as usize;
            let (end, cell) = ((first + wide(BAND_ERB)).min(count), wide(CELL_ERB));
            let before = cells.len();
            while first < end {
                let groups = cell.min(end - first);
                cells.push(Cell {
                    groups,
                    ..Cell::default()
                });
                first += groups;
            }
            bands.push(Band {
                cells: cells.len() - before,
                usual: Parts::default(),
            });
        }
        if let Some(last) = cells.last_mut() {
            last.groups += 1;
        }
        let lanes = LANES * cells.len() + 2;
        Self {
            usual_update: update(USUAL_S, period),
            recent_update: update(RECENT_S, 1.0),
            bands,
            cells,
            weights: [vec![0.0; lanes], vec![0.0; lanes]],
            period: period as usize,
            turn: 0,
        }
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        let mut cells = &mut self.cells[..];
        for band in &mut self.bands {
            let of_band;
            (of_band, cells) = cells.split_at_mut(band.cells);
            band.forget(of_band);
        }
        self.turn = 0;
    }

    /// Whether every average has come to rest at exactly zero.
    #[cfg(test)]
    pub fn is_silent(&self) -> bool {
        let usual = self.bands.iter().map(|band| &band.usual);
        let expected = self.cells.iter().map(|cell| &cell.expected);
        let means = self.cells.iter().map(|cell| &cell.mean);
        let means = means.flat_map(|mean| [mean.left, mean.right, mean.difference]);
        let mut values = usual.chain(expected).flatten().copied().chain(means).flatten();
        values.all(|value| value == 0.0)
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
    left: &[Bins],
    right: &[Bins],
    center: &mut [Bins],
) {
    observe::<FUSED>(&mut estimator.cells, left, right);
    let mut cells = &mut estimator.cells[..];
    let [weights_left, weights_right] = &mut estimator.weights;
    let weights_left = weights_left[1..].as_chunks_mut().0.iter_mut();
    let mut weights = weights_left.zip(weights_right[1..].as_chunks_mut().0);
    let mut sounds = false;
    for (index, band) in estimator.bands.iter_mut().enumerate() {
        let of_band;
        (of_band, cells) = cells.split_at_mut(band.cells);
        let moment = take_in::<FUSED>(of_band, estimator.recent_update);
        if moment.is_none() {
            band.forget(of_band);
        } else if (index + estimator.turn).is_multiple_of(estimator.period) {
            refresh::<FUSED>(band, of_band, estimator.usual_update);
        }
        sounds |= moment.is_some();
        for (cell, (left, right)) in of_band.iter().zip(&mut weights) {
            [*left, *right] = weigh::<FUSED>(cell, moment.unwrap_or(1.0));
        }
    }
    // Turns begin with the sound, so that silence before it changes nothing.
    estimator.turn = if sounds {
        (estimator.turn + 1) % estimator.period
    } else {
        0
    };
    apply::<FUSED>(&estimator.cells, &mut estimator.weights, left, right, center);
}

/// Covariances of this window.
#[inline(always)]
fn observe<const FUSED: bool>(cells: &mut [Cell], mut left: &[Bins], mut right: &[Bins]) {
    for cell in cells {
        let (l, r);
        (l, left) = left.split_at(cell.groups);
        (r, right) = right.split_at(cell.groups);
        cell.now = Covariance::new::<FUSED>(l, r);
    }
}

/// Averages the window in and tells how much it counts against the averages: from [`STEADY_SHARE`] to 1 for what is new. None
/// in silence.
#[inline(always)]
fn take_in<const FUSED: bool>(cells: &mut [Cell], update: f32) -> Option<f32> {
    let mut novelty = Novelty::default();
    for cell in &mut *cells {
        novelty.add(&cell.now, &cell.mean);
        cell.mean = cell.mean.towards::<FUSED>(&cell.now, update);
    }
    let [steady, new] = STEADY_TO_NEW;
    let sounds = novelty.power() >= SILENT_POWER;
    sounds.then(|| ((novelty.ratio() - steady) / (new - steady)).clamp(STEADY_SHARE, 1.0))
}

/// Learns what is usual in a band, and makes its expectations anew.
#[inline(always)]
fn refresh<const FUSED: bool>(band: &mut Band, cells: &mut [Cell], update: f32) {
    let usual = shares(&band.usual);
    let favoured = by_lane(|i| scene::favoured(lane(&usual, i)));
    let mut sum = Parts::default();
    for cell in cells {
        let now = Relative::new(&cell.now);
        let parts = sought::<UNKNOWN_STEPS, FUSED>(&now, &UNKNOWN, 0.0);
        sum = by_lane(|i| array::from_fn(|part| multiply_add::<FUSED>(now.power[i], parts[part][i], sum[part][i])));
        let mean = Relative::new(&cell.mean);
        let recent = sought::<RECENT_STEPS, FUSED>(&mean, &favoured, scene::INERTIA);
        // The geometric mean of what is usual and what was there just now.
        let expected = |part: usize, i: usize| {
            let likely = multiply_add::<FUSED>(LATENT, usual[part][i], recent[part][i]);
            audible(favoured[part][i] * likely * mean.power[i]).sqrt()
        };
        cell.expected = by_lane(|i| array::from_fn(|part| expected(part, i)));
    }
    let learnt = |before: f32, now: f32| audible(multiply_add::<FUSED>(update, now - before, before));
    band.usual = by_lane(|i| array::from_fn(|part| learnt(band.usual[part][i], sum[part][i])));
}

/// Weights of left and right in the centre of a cell.
#[inline(always)]
fn weigh<const FUSED: bool>(cell: &Cell, moment: f32) -> [[f32; LANES]; 2] {
    let observed = Relative::new(&cell.mean.towards::<FUSED>(&cell.now, moment));
    let expected = by_lane(|i| {
        let per_amplitude = 1.0 / observed.power[i].sqrt();
        lane(&cell.expected, i).map(|value| value * per_amplitude)
    });
    let parts = sought::<STEPS, FUSED>(&observed, &expected, scene::INERTIA);
    let weights: [[f32; 2]; LANES] = array::from_fn(|i| scene::center_weights::<FUSED>(&lane(&parts, i)));
    [weights.map(|[left, _]| left), weights.map(|[_, right]| right)]
}

/// The centre's spectrum, by weights that are smoothed over three bins.
#[inline(always)]
fn apply<const FUSED: bool>(
    cells: &[Cell],
    weights: &mut [Vec<f32>; 2],
    mut left: &[Bins],
    mut right: &[Bins],
    mut center: &mut [Bins],
) {
    for weights in &mut *weights {
        // The spectrum goes on mirrored at either end.
        let end = weights.len() - 1;
        (weights[0], weights[end]) = (weights[2], weights[end - 2]);
    }
    for (index, cell) in cells.iter().enumerate() {
        let smooth = |weights: &[f32]| -> [f32; LANES] {
            let near = &weights[index * LANES..][..LANES + 2];
            array::from_fn(|i| multiply_add::<FUSED>(0.25, near[i] + near[i + 2], 0.5 * near[i + 1]))
        };
        let (weight_left, weight_right) = (smooth(&weights[0]), smooth(&weights[1]));
        let (l, r, c);
        (l, left) = left.split_at(cell.groups);
        (r, right) = right.split_at(cell.groups);
        (c, center) = center.split_at_mut(cell.groups);
        for (center, (left, right)) in c.iter_mut().zip(l.iter().zip(r)) {
            for i in 0..LANES {
                center.re[i] = multiply_add::<FUSED>(weight_left[i], left.re[i], weight_right[i] * right.re[i]);
                center.im[i] = multiply_add::<FUSED>(weight_left[i], left.im[i], weight_right[i] * right.im[i]);
            }
        }
    }
}
