//! What a part of a stereo programme's spectrum is made of: a centre, sources on one side only, sources at a position on
//! either side in between, ambience.
//!
//! Each is taken as Gaussian, uncorrelated with the others, of unknown power `p_j` and known gains `h_j` in left and right, so
//! that the two have the covariance `R = Σ p_j h_j h_jᵀ + p_a I/2`. Given the powers, the centre of least mean-square
//! error is the multichannel Wiener estimate `p_c h_c h_cᵀ R⁻¹ x`. The powers are expectations from the past, which the
//! covariance `Φ` at the moment sharpens against each other, by the multiplicative update for this model (Sawada et al.,
//! IEEE TASLP 21(5), 2013, eq. 42; without its square root, which makes one step count for two):
//!
//! ```text
//! p_j ← p_j (h_jᵀ R⁻¹ Φ R⁻¹ h_j) / (h_jᵀ R⁻¹ h_j)
//! ```
//!
//! All powers are relative to the sum of left and right, so that nothing over- or underflows. Where all is in both channels
//! alike, or in one only, what vanishes is a product of small numbers, never a difference of large ones.

use crate::fused::multiply_add;

/// Parts of a scene.
pub const PARTS: usize = 6;

/// A power for each of them, by the constants below.
pub type Powers = [f32; PARTS];

/// In both channels alike.
const CENTER: usize = 0;
const LEFT: usize = 1;
const RIGHT: usize = 2;
/// At [`NEAR`] to the left and to the right.
const NEAR_LEFT: usize = 3;
const NEAR_RIGHT: usize = 4;
/// Uncorrelated between the channels, in both at the same power.
const AMBIENCE: usize = 5;

/// Gains in the nearer and in the other channel of a source between the centre and one side: cosine and sine of 27°, where
/// 0° is one side only and 45° the centre, so 5.9 dB apart. No position is then further than 14° from one that is modelled;
/// more positions improve nothing.
const NEAR: [f32; 2] = [0.891_006_5, 0.453_990_5];

/// Weight of the centre in what is usual. Two sources at [`NEAR`] look like a centre in the long run; it is more likely to be one.
const FAVOUR: f32 = 1.2;

/// Weight of the centre's power in the model: what one window tells spreads over the parts, most of it taken from the centre.
/// With this and [`FAVOUR`], noise of equal power in left, centre and right comes within 1.5 dB of the best estimate.
const EMPHASIS: f32 = 2.0;

/// Share of its expectation that a power keeps in a step. Without, all is soon given to two parts, often the wrong ones.
pub const INERTIA: f32 = 0.4;

/// Least expected power relative to the most that can be: what has long been absent may return.
const RETURN: f32 = 0.03;

/// Most power of a part off the centre relative to that of left minus right: twice what a source at [`NEAR`] has, which
/// has the least difference for its power; twice since sources on either side may cancel in it.
const PER_DIFFERENCE: f32 = 10.0;

/// Added to the power of either channel: settles the weights at one half for mono.
const REGULARISATION: f32 = 1e-9;

/// Keeps quotients of zeros finite.
const TINY: f32 = 1e-30;

/// The covariance `Φ` of left and right at the moment.
#[derive(Clone, Copy)]
pub struct Observed {
    /// Power of left relative to the sum of both.
    pub left: f32,
    /// Power of right, likewise.
    pub right: f32,
    /// Power of left minus right, likewise: more exact where they are alike than their cross-power.
    pub difference: f32,
}

/// What is usual, with the centre favoured.
#[inline(always)]
pub fn favoured(mut usual: Powers) -> Powers {
    usual[CENTER] *= FAVOUR;
    usual
}

/// Powers limited to what can be: a centre as strong as the weaker channel, the rest in proportion to the difference. So nothing
/// of mono, or of a source on one side only, gets where it does not belong.
#[inline(always)]
pub fn limited<const FUSED: bool>(observed: &Observed, powers: &Powers) -> Powers {
    let most_off_center = (PER_DIFFERENCE * observed.difference).min(1.0);
    let most_center = 2.0 * observed.left.min(observed.right);
    let mut limited = [0.0; PARTS];
    for part in 0..PARTS {
        let most = if part == CENTER { most_center } else { most_off_center };
        limited[part] = multiply_add::<FUSED>(RETURN, most, powers[part].min(most));
    }
    limited
}

/// The covariance `R` of the sum of all parts.
struct Modelled {
    /// Powers of left and right and their cross-power, without the centre.
    left: f32,
    right: f32,
    cross: f32,
    /// The centre's power in each channel.
    center: f32,
    /// Determinant of `R`.
    determinant: f32,
}

impl Modelled {
    #[inline(always)]
    fn new<const FUSED: bool>(powers: &Powers) -> Self {
        let [near, far] = NEAR.map(|gain| gain * gain);
        let ambience = multiply_add::<FUSED>(0.5, powers[AMBIENCE], REGULARISATION);
        let channel = |side: usize, nearer: usize, other: usize| {
            let between = multiply_add::<FUSED>(far, powers[other], ambience);
            powers[side] + multiply_add::<FUSED>(near, powers[nearer], between)
        };
        let left = channel(LEFT, NEAR_LEFT, NEAR_RIGHT);
        let right = channel(RIGHT, NEAR_RIGHT, NEAR_LEFT);
        let cross = NEAR[0] * NEAR[1] * (powers[NEAR_LEFT] + powers[NEAR_RIGHT]);
        let center = 0.5 * EMPHASIS * powers[CENTER];
        let without_center = multiply_add::<FUSED>(left, right, -cross * cross).max(TINY);
        let difference = (right - cross) + (left - cross);
        Self {
            left,
            right,
            cross,
            center,
            determinant: multiply_add::<FUSED>(center, difference, without_center),
        }
    }

    /// Powers of left and of right less their cross-power; the centre, which has them equal, does not matter.
    #[inline(always)]
    fn apart(&self) -> [f32; 2] {
        [self.left - self.cross, self.right - self.cross]
    }
}

/// Powers nearer to those that explain what is observed, by one update, which keeps a share of the expectation: the `inertia`.
#[inline(always)]
pub fn sharpened<const FUSED: bool>(observed: &Observed, powers: &Powers, expected: &Powers, inertia: f32) -> Powers {
    let modelled = Modelled::new::<FUSED>(powers);
    // The adjugate of R is [c + d, −d; −d, b + d], with y = adj(R) x = [c L + d (L − R), b R − d (L − R)].
    let [b, c] = modelled.apart();
    let d = modelled.center + modelled.cross;
    let &Observed {
        left,
        right,
        difference,
    } = observed;
    let imbalance = left - right;
    let spread = d * d * difference;
    let left_left = multiply_add::<FUSED>(
        c * d,
        imbalance + difference,
        multiply_add::<FUSED>(c * c, left, spread),
    );
    let right_right = multiply_add::<FUSED>(
        b * d,
        difference - imbalance,
        multiply_add::<FUSED>(b * b, right, spread),
    );
    // Of c L + b R.
    let cross = b * c * (left + right - difference);
    let both = multiply_add::<FUSED>(c * c, left, multiply_add::<FUSED>(b * b, right, cross));
    let [left_left, right_right, both] = [left_left, right_right, both].map(|power| power.max(0.0));
    let twice_cross = both - (left_left + right_right);
    let [near, far] = NEAR.map(|gain| gain * gain);
    let product = NEAR[0] * NEAR[1];
    let position = |near, far| {
        let seen = multiply_add::<FUSED>(
            near,
            left_left,
            multiply_add::<FUSED>(far, right_right, product * twice_cross),
        );
        let modelled = multiply_add::<FUSED>(near, c + d, multiply_add::<FUSED>(far, b + d, -2.0 * product * d));
        (seen.max(0.0), modelled)
    };
    let ratios = [
        (both, b + c),
        (left_left, c + d),
        (right_right, b + d),
        position(near, far),
        position(far, near),
        (left_left + right_right, b + c + 2.0 * d),
    ];
    let mut next = *powers;
    for (part, (seen, modelled_seen)) in ratios.into_iter().enumerate() {
        let updated = powers[part] * seen / (modelled_seen.max(TINY) * modelled.determinant);
        next[part] = multiply_add::<FUSED>(inertia, expected[part] - updated, updated).min(1.0);
    }
    next
}

/// Weights of left and right in the centre of each channel, given the powers.
#[inline(always)]
pub fn center_weights<const FUSED: bool>(powers: &Powers) -> [f32; 2] {
    let modelled = Modelled::new::<FUSED>(powers);
    let gain = modelled.center / modelled.determinant;
    let [left, right] = modelled.apart();
    [gain * right, gain * left]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gains of the parts with a position.
    const GAINS: [[f32; 2]; AMBIENCE] = [
        [std::f32::consts::FRAC_1_SQRT_2; 2],
        [1.0, 0.0],
        [0.0, 1.0],
        NEAR,
        [NEAR[1], NEAR[0]],
    ];

    /// Power of left and of right, and their cross-power, by the sum over the parts.
    fn covariance(powers: &Powers) -> [f32; 3] {
        let positions = GAINS.iter().zip(powers);
        positions.fold(
            [0.5 * powers[AMBIENCE], 0.5 * powers[AMBIENCE], 0.0],
            |[ll, rr, lr], ([l, r], power)| [ll + power * l * l, rr + power * r * r, lr + power * l * r],
        )
    }

    #[test]
    fn weights_are_the_linear_estimate_of_least_mean_square_error() {
        for powers in [[0.3, 0.1, 0.2, 0.1, 0.2, 0.1], [0.05, 0.6, 0.1, 0.1, 0.05, 0.1]] {
            let mut emphasised = powers;
            emphasised[CENTER] *= EMPHASIS;
            // Normal equations: E[x xᵀ] w = E[x c], x = (L, R).
            let [ll, rr, lr] = covariance(&emphasised);
            let center = 0.5 * emphasised[CENTER];
            let scale = center / (ll * rr - lr * lr);
            let exact = [scale * (rr - lr), scale * (ll - lr)];
            for (weight, exact) in center_weights::<false>(&powers).iter().zip(exact) {
                assert!((weight - exact).abs() < 1e-5, "{weight}, exactly {exact}");
            }
        }
    }

    #[test]
    fn powers_that_explain_what_is_observed_stay() {
        let powers = [0.15, 0.1, 0.2, 0.1, 0.2, 0.1];
        let mut emphasised = powers;
        emphasised[CENTER] *= EMPHASIS;
        let [left, right, cross] = covariance(&emphasised);
        let observed = Observed {
            left,
            right,
            difference: left + right - 2.0 * cross,
        };
        for (next, power) in sharpened::<false>(&observed, &powers, &powers, INERTIA)
            .iter()
            .zip(powers)
        {
            assert!((next - power).abs() < 1e-5, "{next}, before {power}");
        }
    }

    #[test]
    fn nothing_is_expected_where_it_cannot_be() {
        let unknown = [1.0 / PARTS as f32; PARTS];
        let mono = Observed {
            left: 0.5,
            right: 0.5,
            difference: 0.0,
        };
        let in_mono = limited::<false>(&mono, &unknown);
        assert!(in_mono[CENTER] > 0.1);
        assert_eq!(in_mono[LEFT..], [0.0; PARTS - 1]);
        let one_side = Observed {
            left: 1.0,
            right: 0.0,
            difference: 1.0,
        };
        assert_eq!(limited::<false>(&one_side, &unknown)[CENTER], 0.0);
    }
}
