//! Weights that are loud at one ear and silent at the other over a zone of head positions.
//!
//! For each virtual-ear signal `w ∝ (B + βI)⁻¹ h_i*`, with `B = E[h_c* h_cᵀ]` the covariance of the responses to the
//! contralateral ear over the zone and `h_i` those to the ipsilateral ear at the design point. Two drivers and one
//! point give the textbook inverse. β is found per frequency: the smallest that keeps the cancellation gain
//! `Γ = E|h_iᵀw|² / E|h_cᵀw|²` at or below its target and the effort at or below its limit.

use realfft::num_complex::Complex64;

use super::bands::{gates, slope};
use super::quadratic::{Covariance, Limits, Weights};
use super::target::TargetCurve;
use crate::acoustics::{Ear, EarResponses};
use crate::array::Device;

/// Above the lower of these the effect fades, above the higher one the reference drivers play alone, Hz.
const FADE_OUT_HZ: [f64; 2] = [11_000.0, 16_000.0];

/// What a canceller shall reach.
#[derive(Debug, Clone, PartialEq)]
pub struct CancellerGoal {
    /// Cancellation gain wanted, or the best feasible.
    pub target: TargetCurve,
    /// Largest norm of the weights relative to the reference weights at equal ipsilateral level, dB.
    pub effort_limit_db: f64,
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
    frequencies_hz
        .iter()
        .enumerate()
        .map(|(bin, &frequency_hz)| {
            let fade = slope(frequency_hz, FADE_OUT_HZ[1], FADE_OUT_HZ[0]);
            let gates = gates(device, &reference[bin], frequency_hz, fade);
            let mut quiet = Covariance::new(gates.clone());
            let mut loud = Covariance::new(gates);
            for (responses, weight) in &zone.poses {
                quiet.add(&ZoneResponses::row(responses, contralateral, bin, drivers), *weight);
                loud.add(&ZoneResponses::row(responses, ipsilateral, bin, drivers), *weight);
            }
            let wanted = ZoneResponses::row(zone.design_point(), ipsilateral, bin, drivers);
            let pull: Vec<Complex64> = wanted.iter().map(Complex64::conj).collect();
            let limits = Limits {
                loud: &loud,
                quiet: &quiet,
                largest_ratio: 10_f64.powf(goal.target.gain_db(frequency_hz) / 10.0),
                effort: 10_f64.powf(goal.effort_limit_db / 20.0),
            };
            quiet.solve(&pull, &wanted, &reference[bin], &limits)
        })
        .collect()
}
