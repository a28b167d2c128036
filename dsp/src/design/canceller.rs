//! Weights that are loud at one ear and silent at the other over a zone of head positions.
//!
//! For each virtual-ear signal `w ∝ (B + βI)⁻¹ h_i*`, with `B = E[h_c* h_cᵀ]` the covariance of the responses to the
//! contralateral ear over the zone and `h_i` those to the ipsilateral ear at the design point. Two drivers and one
//! point give the textbook inverse. β is found per frequency: the smallest that keeps the cancellation gain
//! `Γ = E|h_iᵀw|² / E|h_cᵀw|²` at or below its target and the effort at or below its limit.

use realfft::num_complex::Complex64;

use super::bands::{gates, slope};
use super::quadratic::{BINS_PER_GRAIN, Covariance, Limits, Weights};
use super::settings::ZoneGoal;
use super::target::TargetCurve;
use crate::acoustics::{Ear, EarResponses};
use crate::array::Device;
use crate::parallel;

/// Above the lower of these the effect fades, above the higher one the reference drivers play alone, Hz.
const FADE_OUT_HZ: [f64; 2] = [11_000.0, 16_000.0];

/// Steps towards the least maximum over the zone: after eight the worst position changes by less than 0.1 dB a step.
const LAWSON_STEPS: usize = 8;

/// What a canceller shall reach.
#[derive(Debug, Clone, PartialEq)]
pub struct CancellerGoal {
    /// Cancellation gain wanted, or the best feasible.
    pub target: TargetCurve,
    /// Largest norm of the weights relative to the reference weights at equal ipsilateral level, dB.
    pub effort_limit_db: f64,
    /// What the cancellation over the zone is judged by.
    pub zone_goal: ZoneGoal,
}

/// Responses at the head positions of a zone, with their shares; the first is the design point.
pub struct ZoneResponses {
    /// Responses and their weight in the mean.
    pub poses: Vec<(EarResponses, f64)>,
}

impl ZoneResponses {
    /// Responses at the design point.
    pub fn design_point(&self) -> &EarResponses {
        &self.poses[0].0
    }

    /// Responses of all drivers to one ear at one position and bin.
    fn row(responses: &EarResponses, ear: Ear, bin: usize, drivers: usize) -> Vec<Complex64> {
        (0..drivers).map(|driver| responses.at(ear, driver, bin)).collect()
    }
}

/// Weights `[bin][driver]` that bring a signal to the ear `ipsilateral` and keep it from the other, with the same
/// response at the design point as the `reference` weights.
pub fn canceller_weights(
    device: &Device,
    zone: &ZoneResponses,
    ipsilateral: Ear,
    reference: &[Weights],
    frequencies_hz: &[f64],
    goal: &CancellerGoal,
) -> Vec<Weights> {
    let drivers = device.drivers.len();
    let contralateral = ipsilateral.opposite();
    parallel::map(frequencies_hz.len(), BINS_PER_GRAIN, |bin| {
        let frequency_hz = frequencies_hz[bin];
        let fade = slope(frequency_hz, FADE_OUT_HZ[1], FADE_OUT_HZ[0]);
        let gates = gates(device, &reference[bin], frequency_hz, fade);
        let rows = |ear| -> Vec<Vec<Complex64>> {
            let poses = zone.poses.iter();
            poses
                .map(|(responses, _)| ZoneResponses::row(responses, ear, bin, drivers))
                .collect()
        };
        let (near, far) = (rows(ipsilateral), rows(contralateral));
        let shares: Vec<f64> = zone.poses.iter().map(|(_, weight)| *weight).collect();
        let loud = Covariance::mean(&gates, &near, &shares);
        let wanted = ZoneResponses::row(zone.design_point(), ipsilateral, bin, drivers);
        let pull: Vec<Complex64> = wanted.iter().map(Complex64::conj).collect();
        let solve = |shares: &[f64]| {
            let quiet = Covariance::mean(&gates, &far, shares);
            let limits = Limits {
                loud: &loud,
                quiet: &quiet,
                largest_ratio: 10_f64.powf(goal.target.gain_db(frequency_hz) / 10.0),
                effort: 10_f64.powf(goal.effort_limit_db / 20.0),
            };
            quiet.solve(&pull, &wanted, &reference[bin], &limits)
        };
        match goal.zone_goal {
            ZoneGoal::Mean => solve(&shares),
            ZoneGoal::WorstPosition => least_at_the_loudest(&far, shares, solve),
        }
    })
}

/// Weights whose loudest position among `far` is as quiet as it can be: the mean is taken anew with more of the positions
/// where the last weights were loud, as in Lawson's algorithm for the least maximum.
fn least_at_the_loudest(far: &[Vec<Complex64>], mut shares: Vec<f64>, solve: impl Fn(&[f64]) -> Weights) -> Weights {
    let mut best = (f64::INFINITY, Weights::new());
    for _ in 0..LAWSON_STEPS {
        let weights = solve(&shares);
        let heard = |row: &Vec<Complex64>| row.iter().zip(&weights).map(|(h, w)| h * w).sum::<Complex64>().norm();
        let levels: Vec<f64> = far.iter().map(heard).collect();
        let loudest = levels.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        for (share, level) in shares.iter_mut().zip(levels) {
            *share *= level / loudest;
        }
        let sum = shares.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        shares.iter_mut().for_each(|share| *share /= sum);
        if loudest < best.0 {
            best = (loudest, weights);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acoustics::{HeadPose, Plant};
    use crate::array::presets;
    use crate::design::zone_poses;

    const FREQUENCIES_HZ: [f64; 4] = [1000.0, 3000.0, 6000.0, 17_000.0];

    fn zone(device: &Device, zone_m: f64) -> ZoneResponses {
        let plant = Plant::new(device, &FREQUENCIES_HZ);
        let poses = zone_poses(HeadPose::at_distance(2.0), zone_m);
        ZoneResponses {
            poses: poses.iter().map(|p| (plant.ears(&p.pose), p.weight)).collect(),
        }
    }

    fn weights(device: &Device, zone: &ZoneResponses) -> Vec<Weights> {
        let goal = CancellerGoal {
            target: TargetCurve::of(&[[100.0, 60.0]]),
            effort_limit_db: 11.0,
            zone_goal: ZoneGoal::Mean,
        };
        let reference: Weights = (0..device.drivers.len())
            .map(|n| f64::from(u8::from(n == 0)).into())
            .collect();
        canceller_weights(device, zone, Ear::Left, &vec![reference; 4], &FREQUENCIES_HZ, &goal)
    }

    fn heard(responses: &EarResponses, ear: Ear, bin: usize, weights: &[Weights]) -> Complex64 {
        let terms = weights[bin].iter().enumerate();
        terms.map(|(n, w)| w * responses.at(ear, n, bin)).sum()
    }

    #[test]
    fn the_far_ear_is_quiet_and_the_near_one_keeps_its_response() {
        let device = &presets()[0].device;
        let zone = zone(device, 0.03);
        let weights = weights(device, &zone);
        let point = zone.design_point();
        for (bin, frequency_hz) in FREQUENCIES_HZ[..3].iter().enumerate() {
            let [near, far] = Ear::BOTH.map(|ear| heard(point, ear, bin, &weights));
            assert!((near - point.at(Ear::Left, 0, bin)).norm() < 1e-9 * near.norm());
            assert!(far.norm() < 0.1 * near.norm(), "{frequency_hz} Hz");
        }
    }

    #[test]
    fn a_wider_zone_holds_where_a_point_does_not() {
        let device = &presets()[0].device;
        let [point, wide] = [0.0, 0.08].map(|zone_m| zone(device, zone_m));
        let beside = Plant::new(device, &FREQUENCIES_HZ).ears(&HeadPose {
            offset_m: 0.06,
            ..HeadPose::at_distance(2.0)
        });
        let leak = |zone: &ZoneResponses| heard(&beside, Ear::Right, 2, &weights(device, zone)).norm();
        assert!(leak(&wide) < 0.8 * leak(&point), "{} {}", leak(&wide), leak(&point));
    }

    #[test]
    fn the_reference_plays_alone_at_the_top() {
        let device = &presets()[0].device;
        let top = &weights(device, &zone(device, 0.03))[3];
        assert!((top[0] - 1.0).norm() < 1e-9 && top[1..].iter().all(|w| *w == Complex64::default()));
    }
}
