//! The search for the parts of a [`scene`](super::scene) that explain a cell's covariance, in all lanes at once.

use std::array;

use super::covariance::Covariance;
use super::scene::{self, Observed, PARTS, Powers};
use crate::bins::LANES;

/// Added to powers so that quotients of silence stay finite; far below any power of an audible signal.
const TINY: f32 = 1e-24;

/// One value of every part, lane by lane.
pub type Parts = [[f32; LANES]; PARTS];

/// Equal shares, where nothing is known.
pub const UNKNOWN: Parts = [[1.0 / PARTS as f32; LANES]; PARTS];

/// Values of the parts, from those of each lane.
#[inline(always)]
pub fn by_lane(mut values: impl FnMut(usize) -> Powers) -> Parts {
    let mut parts = Parts::default();
    for i in 0..LANES {
        for (part, value) in parts.iter_mut().zip(values(i)) {
            part[i] = value;
        }
    }
    parts
}

/// Values of one lane.
#[inline(always)]
pub fn lane(parts: &Parts, lane: usize) -> Powers {
    array::from_fn(|part| parts[part][lane])
}

/// Shares of the parts in their sum; equal ones of nothing.
#[inline(always)]
pub fn shares(parts: &Parts) -> Parts {
    by_lane(|i| {
        let powers = lane(parts, i).map(|power| power + TINY);
        let total: f32 = powers.iter().sum();
        powers.map(|power| power / total)
    })
}

/// A covariance relative to the power of left and right together.
pub struct Relative {
    covariance: Covariance,
    /// Power of left and right.
    pub power: [f32; LANES],
}

impl Relative {
    /// Divides by the power.
    #[inline(always)]
    pub fn new(covariance: &Covariance) -> Self {
        let power: [f32; LANES] = array::from_fn(|i| covariance.left[i] + covariance.right[i] + TINY);
        Self {
            covariance: covariance.scaled(&power.map(|power| 1.0 / power)),
            power,
        }
    }

    #[inline(always)]
    fn lane(&self, lane: usize) -> Observed {
        Observed {
            left: self.covariance.left[lane],
            right: self.covariance.right[lane],
            difference: self.covariance.difference[lane],
        }
    }
}

/// Powers that explain what is observed, from what is `expected` by so many updates. Every step takes all lanes, so that the
/// compiler works on whole registers.
#[inline(always)]
pub fn sought<const STEPS: usize, const FUSED: bool>(observed: &Relative, expected: &Parts, inertia: f32) -> Parts {
    let limited = by_lane(|i| scene::limited::<FUSED>(&observed.lane(i), &lane(expected, i)));
    let mut parts = limited;
    for _ in 0..STEPS {
        parts = by_lane(|i| {
            let (before, expected) = (lane(&parts, i), lane(&limited, i));
            scene::sharpened::<FUSED>(&observed.lane(i), &before, &expected, inertia)
        });
    }
    parts
}
