//! Weights of the centre beam: towards the listener, with nulls at ±90° and little to the rear.
//!
//! `w ∝ (Q + βI)⁻¹ d*` with `d` the responses towards the listener and `Q` the covariance of the responses over
//! directions where the beam shall be quiet, so that on-axis over off-axis power is the largest for its effort.

use realfft::num_complex::Complex64;

use super::bands::{band_gate, slope};
use super::quadratic::{Covariance, Weights};
use super::target::TargetCurve;
use crate::acoustics::{Field, Plant};
use crate::array::Device;
use crate::constants::SPEED_OF_SOUND;

/// Weight of the null directions relative to one direction of the rear.
const NULL_WEIGHT: f64 = 30.0;
/// Width of a null, degrees to either side.
const NULL_HALF_WIDTH_DEG: f64 = 4.0;
/// Weight of directions in the main lobe, which only keeps the beam from waste.
const LOBE_WEIGHT: f64 = 0.02;
/// Weight of directions out of the horizontal plane.
const ELEVATED_WEIGHT: f64 = 0.3;
/// The effect fades out around this many wavelengths per spacing of neighbouring drivers.
const HIGHEST_SPACING_WAVELENGTHS: f64 = 2.0;

/// What a beam shall reach.
#[derive(Debug, Clone, PartialEq)]
pub struct BeamGoal {
    /// On-axis over off-axis power wanted, or the best feasible.
    pub target: TargetCurve,
    /// Largest norm of the weights relative to the reference weights at equal on-axis level, dB.
    pub effort_limit_db: f64,
}

/// A direction and how quiet it shall be.
struct QuietDirection {
    azimuth_deg: f64,
    elevation_deg: f64,
    weight: f64,
}

fn quiet_directions() -> Vec<QuietDirection> {
    let at = |azimuth_deg: f64, elevation_deg: f64, weight| QuietDirection {
        azimuth_deg,
        elevation_deg,
        weight,
    };
    let mut directions = Vec::new();
    for step in -11..=12 {
        let azimuth = 15.0 * f64::from(step);
        // From the edge of the lobe the weight rises to that of the rear.
        let weight = LOBE_WEIGHT + (1.0 - LOBE_WEIGHT) * slope(azimuth.abs().max(1.0), 50.0, 90.0);
        directions.push(at(azimuth, 0.0, weight));
        for elevation in [-45.0, 45.0] {
            let area = f64::to_radians(elevation).cos();
            directions.push(at(azimuth, elevation, ELEVATED_WEIGHT * area * weight));
        }
    }
    for side in [-90.0, 90.0] {
        for off in [-NULL_HALF_WIDTH_DEG, 0.0, NULL_HALF_WIDTH_DEG] {
            directions.push(at(side + off, 0.0, NULL_WEIGHT));
        }
    }
    directions
}

/// Weights `[bin][driver]` of the beam towards a listener at `listener_m` (device coordinates), with the response
/// there of the `reference` weights. Two drivers are too few for a beam; they stay the in-phase pair of the reference.
pub fn beam_weights(
    device: &Device,
    frequencies_hz: &[f64],
    listener_m: [f64; 3],
    reference: &[Weights],
    references: &[usize],
    goal: &BeamGoal,
) -> Vec<Weights> {
    let highest_hz = highest_frequency_hz(device);
    let half_octave = std::f64::consts::SQRT_2;
    let bins = frequencies_hz.partition_point(|&f| f < highest_hz * half_octave);
    if device.drivers.len() <= 2 || bins == 0 {
        return reference.to_vec();
    }
    let plant = Plant::new(device, &frequencies_hz[..bins]);
    let distance_m = listener_m.iter().map(|x| x * x).sum::<f64>().sqrt();
    let toward_listener = listener_m[1].atan2(-listener_m[0]);
    let quiet: Vec<(Field, f64)> = quiet_directions()
        .iter()
        .map(|direction| {
            let azimuth = toward_listener + direction.azimuth_deg.to_radians();
            let unit = crate::array::direction(azimuth, direction.elevation_deg.to_radians());
            (plant.field(unit.map(|x| x * distance_m)), direction.weight)
        })
        .collect();
    let total: f64 = quiet.iter().map(|(_, weight)| weight).sum();
    let on_axis = plant.field(listener_m);
    let effort_limit = 10_f64.powf(goal.effort_limit_db / 20.0);
    let row = |field: &Field, bin: usize| -> Vec<Complex64> {
        (0..device.drivers.len()).map(|driver| field.at(driver, bin)).collect()
    };
    let weights_at = |(bin, &frequency_hz): (usize, &f64)| {
        let gates: Vec<f64> = (0..device.drivers.len())
            .map(|driver| {
                if references.contains(&driver) {
                    return 1.0;
                }
                band_gate(device.drivers[driver].band_hz, frequency_hz)
                    * slope(frequency_hz, highest_hz * half_octave, highest_hz / half_octave)
            })
            .collect();
        let mut off_axis = Covariance::new(gates.clone());
        for (field, weight) in &quiet {
            off_axis.add(&row(field, bin), weight / total);
        }
        let wanted = row(&on_axis, bin);
        let mut loud = Covariance::new(gates);
        loud.add(&wanted, 1.0);
        let target = 10_f64.powf(goal.target.gain_db(frequency_hz) / 10.0);
        off_axis.solve(&loud, &wanted, &reference[bin], target, effort_limit)
    };
    let steered = plant.frequencies_hz().iter().enumerate().map(weights_at);
    steered.chain(reference[bins..].iter().cloned()).collect()
}

/// Frequency at which neighbouring drivers lie two wavelengths apart; higher up a beam would have grating lobes only.
fn highest_frequency_hz(device: &Device) -> f64 {
    let positions: Vec<[f64; 3]> = device
        .drivers
        .iter()
        .map(|driver| driver.position_m(&device.enclosure))
        .collect();
    let spacing = |a: &[f64; 3], b: &[f64; 3]| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
    let nearest = positions
        .iter()
        .enumerate()
        .flat_map(|(n, a)| positions[n + 1..].iter().map(move |b| spacing(a, b)))
        .fold(f64::INFINITY, f64::min);
    HIGHEST_SPACING_WAVELENGTHS * SPEED_OF_SOUND / nearest.max(1e-3)
}
