//! Weights of the centre beam: a lobe towards the listener, nulls at ±90° and little to the rear.
//!
//! Least squares over directions: `w = (Q + vL + βI)⁻¹ p`, with `Q` the covariance of the responses over directions where
//! the beam shall be quiet, `L` that over the lobe, and `p = E[d* t]` the correlation of the responses `d` in the lobe with
//! the wanted ones `t`. Asking for a lobe of a given shape, not only for level on axis, keeps it as wide when a device is
//! many wavelengths across.

use realfft::num_complex::Complex64;

use super::bands::{gates, slope};
use super::fit::Held;
use super::quadratic::{BINS_PER_GRAIN, Covariance, Limits, Weights};
use super::target::TargetCurve;
use crate::acoustics::{Field, Plant, SparsePlant, wavenumber};
use crate::array::{Device, direction, dot, norm};
use crate::constants::SPEED_OF_SOUND;
use crate::parallel;

/// Spacing of the directions, degrees. Beams of a device wider than two wavelengths are sharper, but half of it costs 20 ms.
const STEP_DEG: f64 = 15.0;
/// Edge of the lobe, degrees to either side, and its level there relative to the axis, dB.
const LOBE_EDGE_DEG: f64 = 45.0;
const LOBE_EDGE_DB: f64 = -3.0;
/// Weight of the lobe's shape against all quiet directions together. A lobe that is right to a decibel or two is enough.
const SHAPE_WEIGHT: f64 = 0.2;
/// Beyond the lobe the weight of a quiet direction rises from that on the axis to that of the rear, degrees.
const QUIET_DEG: [f64; 2] = [50.0, 90.0];
/// Weight of quiet in the lobe relative to the rear: it favours beams that radiate little up and down.
const QUIET_ON_AXIS: f64 = 0.1;
/// Weight of the null directions relative to one direction of the rear.
const NULL_WEIGHT: f64 = 200.0;
/// Width of a null, degrees to either side.
const NULL_HALF_WIDTH_DEG: f64 = 2.0;
/// The effect fades out around this many wavelengths per spacing of neighbouring drivers.
const HIGHEST_SPACING_WAVELENGTHS: f64 = 2.0;
/// It does so around this frequency at the latest, Hz: single drivers beam by themselves higher up.
const HIGHEST_HZ: f64 = 8000.0;

/// What a beam shall reach.
#[derive(Debug, Clone, PartialEq)]
pub struct BeamGoal {
    /// On-axis over off-axis power wanted, or the best feasible.
    pub target: TargetCurve,
    /// Largest norm of the weights relative to the reference weights at equal on-axis level, dB.
    pub effort_limit_db: f64,
}

/// Weight of an error at the nulls against one on the axis, where filters are fitted: this at [`NULLS_FROM_HZ`], falling with the
/// square root of frequency, since a null is judged by octaves.
const NULL_ERROR_WEIGHT: f64 = 1.5;
/// The nulls are held from here on, Hz; what leads there is a slope that nobody is to hold.
const NULLS_FROM_HZ: [f64; 2] = [180.0, 300.0];

/// A direction, relative to that of the listener, and how quiet it shall be.
struct QuietDirection {
    azimuth_deg: f64,
    elevation_deg: f64,
    weight: f64,
}

/// Directions all around, weighted by the area that they stand for, and the nulls. The weights add up to 1.
fn quiet_directions() -> Vec<QuietDirection> {
    let mut directions = Vec::new();
    for step in 0..(360.0 / STEP_DEG) as usize {
        let azimuth_deg = STEP_DEG * step as f64 - 180.0;
        let [lobe, rear] = QUIET_DEG;
        let weight = QUIET_ON_AXIS + (1.0 - QUIET_ON_AXIS) * slope(azimuth_deg.abs().max(1.0), lobe, rear);
        for elevation_deg in [-45.0, 0.0, 45.0] {
            directions.push(QuietDirection {
                azimuth_deg,
                elevation_deg,
                weight: weight * elevation_deg.to_radians().cos(),
            });
        }
    }
    for side in [-90.0, 90.0] {
        for off in [-NULL_HALF_WIDTH_DEG, 0.0, NULL_HALF_WIDTH_DEG] {
            directions.push(QuietDirection {
                azimuth_deg: side + off,
                elevation_deg: 0.0,
                weight: NULL_WEIGHT,
            });
        }
    }
    let total: f64 = directions.iter().map(|direction| direction.weight).sum();
    for direction in &mut directions {
        direction.weight /= total;
    }
    directions
}

/// A direction of the lobe.
struct LobeDirection {
    field: Field,
    unit: [f64; 3],
    /// Wanted level relative to the axis, linear.
    level: f64,
}

/// Weights `[bin][driver]` of the beam towards a listener at `listener_m` (device coordinates), with the response
/// there of the `reference` weights. Two drivers are too few for a beam; they stay the in-phase pair of the reference.
pub fn beam_weights(
    device: &Device,
    frequencies_hz: &[f64],
    listener_m: [f64; 3],
    reference: &[Weights],
    goal: &BeamGoal,
) -> Vec<Weights> {
    let highest_hz = highest_frequency_hz(device);
    let half_octave = std::f64::consts::SQRT_2;
    let bins = frequencies_hz.partition_point(|&f| f < highest_hz * half_octave);
    if device.drivers.len() <= 2 || bins == 0 {
        return reference.to_vec();
    }
    let plant = Plant::new(device, &frequencies_hz[..bins]);
    let distance_m = norm(listener_m);
    let toward_listener = azimuth_rad(listener_m);
    let unit_at = |azimuth_deg: f64, elevation_deg: f64| {
        direction(toward_listener + azimuth_deg.to_radians(), elevation_deg.to_radians())
    };
    let shell = plant.shell(distance_m);
    let field = |unit: [f64; 3]| shell.field(unit);
    let directions = quiet_directions();
    let quiet: Vec<(Field, f64)> = parallel::map(directions.len(), 2, |n| {
        let direction = &directions[n];
        let unit = unit_at(direction.azimuth_deg, direction.elevation_deg);
        (field(unit), direction.weight)
    });
    let lobe: Vec<LobeDirection> = (0..=(2.0 * LOBE_EDGE_DEG / STEP_DEG) as usize)
        .map(|step| {
            let azimuth_deg = STEP_DEG * step as f64 - LOBE_EDGE_DEG;
            let unit = unit_at(azimuth_deg, 0.0);
            LobeDirection {
                field: field(unit),
                unit,
                level: 10_f64.powf(LOBE_EDGE_DB * (azimuth_deg / LOBE_EDGE_DEG).powi(2) / 20.0),
            }
        })
        .collect();
    let on_axis = plant.field(listener_m);
    let positions_m = positions_m(device);
    let row = |field: &Field, bin: usize| -> Vec<Complex64> {
        (0..device.drivers.len()).map(|driver| field.at(driver, bin)).collect()
    };
    let weights_at = |bin: usize| {
        let frequency_hz = frequencies_hz[bin];
        let reference = &reference[bin];
        let fade = slope(frequency_hz, highest_hz * half_octave, highest_hz / half_octave);
        let gates = gates(device, reference, frequency_hz, fade);
        let mut off_axis = Covariance::new(gates.clone());
        for (field, weight) in &quiet {
            off_axis.add(&row(field, bin), *weight);
        }
        let mut error = off_axis.clone();
        let mut pull = vec![Complex64::default(); device.drivers.len()];
        let weight = SHAPE_WEIGHT / lobe.len() as f64;
        for direction in &lobe {
            let response = row(&direction.field, bin);
            let wanted = gathered(reference, &response, &positions_m, direction.unit, frequency_hz) * direction.level;
            error.add(&response, weight);
            for (pull, response) in pull.iter_mut().zip(&response) {
                *pull += response.conj() * wanted;
            }
        }
        let axis = row(&on_axis, bin);
        let mut loud = Covariance::new(gates);
        loud.add(&axis, 1.0);
        let limits = Limits {
            loud: &loud,
            quiet: &off_axis,
            largest_ratio: 10_f64.powf(goal.target.gain_db(frequency_hz) / 10.0),
            effort: 10_f64.powf(goal.effort_limit_db / 20.0),
        };
        error.solve(&pull, &axis, reference, &limits)
    };
    let mut weights = parallel::map(bins, BINS_PER_GRAIN, weights_at);
    weights.extend_from_slice(&reference[bins..]);
    weights
}

/// Where the filters of a beam towards `listener_m` are held to its weights: on its axis and in its nulls.
pub(super) fn held_points(plant: &SparsePlant, frequencies_hz: &[f64], listener_m: [f64; 3]) -> Vec<Held> {
    let axis_rad = azimuth_rad(listener_m);
    let null_weight = |&f: &f64| {
        let [from_hz, to_hz] = NULLS_FROM_HZ;
        slope(f, from_hz, to_hz) * NULL_ERROR_WEIGHT * (to_hz / f.max(from_hz)).sqrt()
    };
    let null = |side_deg: f64| Held {
        field: plant.field(direction(axis_rad + side_deg.to_radians(), 0.0).map(|x| x * norm(listener_m))),
        weights: frequencies_hz.iter().map(null_weight).collect(),
    };
    let axis = Held {
        field: plant.field(listener_m),
        weights: vec![1.0; frequencies_hz.len()],
    };
    vec![axis, null(90.0), null(-90.0)]
}

/// Beam azimuth of a point.
fn azimuth_rad(point_m: [f64; 3]) -> f64 {
    point_m[1].atan2(-point_m[0])
}

/// Response of the reference drivers in a direction as if all sat at their common centre, so that it has the timing of the
/// reference and no interference of its drivers.
pub(super) fn gathered(
    reference: &[Complex64],
    response: &[Complex64],
    positions_m: &[[f64; 3]],
    unit: [f64; 3],
    frequency_hz: f64,
) -> Complex64 {
    let ahead_m = |position_m: &[f64; 3]| dot(*position_m, unit);
    let power: f64 = reference.iter().map(Complex64::norm_sqr).sum();
    let weighted = reference
        .iter()
        .zip(positions_m)
        .map(|(w, position_m)| w.norm_sqr() * ahead_m(position_m));
    let center_m = weighted.sum::<f64>() / power;
    let k = wavenumber(frequency_hz);
    let terms = reference.iter().zip(response).zip(positions_m);
    terms
        .map(|((w, h), position_m)| w * h * Complex64::from_polar(1.0, -k * (ahead_m(position_m) - center_m)))
        .sum()
}

pub(super) fn positions_m(device: &Device) -> Vec<[f64; 3]> {
    let position = |driver: &crate::array::Driver| driver.position_m(&device.enclosure);
    device.drivers.iter().map(position).collect()
}

/// Frequency at which neighbouring drivers lie two wavelengths apart; higher up a beam would have grating lobes only;
/// at most [`HIGHEST_HZ`].
fn highest_frequency_hz(device: &Device) -> f64 {
    (HIGHEST_SPACING_WAVELENGTHS * SPEED_OF_SOUND / nearest_drivers_m(device)).min(HIGHEST_HZ)
}

/// Distance of the two drivers that lie nearest to each other, metres; at least a millimetre.
pub(super) fn nearest_drivers_m(device: &Device) -> f64 {
    let positions = positions_m(device);
    let spacing = |a: &[f64; 3], b: &[f64; 3]| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
    let nearest = positions
        .iter()
        .enumerate()
        .flat_map(|(n, a)| positions[n + 1..].iter().map(move |b| spacing(a, b)))
        .fold(f64::INFINITY, f64::min);
    nearest.max(1e-3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::presets;

    const FREQUENCIES_HZ: [f64; 4] = [50.0, 500.0, 1000.0, 2000.0];

    fn device(file_stem: &str) -> &'static Device {
        &presets()
            .iter()
            .find(|preset| preset.file_stem == file_stem)
            .unwrap()
            .device
    }

    fn weights(device: &Device, reference: Weights) -> Vec<Weights> {
        let goal = BeamGoal {
            target: TargetCurve::of(&[[100.0, 0.0], [200.0, 60.0]]),
            effort_limit_db: 9.0,
        };
        let reference = vec![reference; FREQUENCIES_HZ.len()];
        beam_weights(device, &FREQUENCIES_HZ, [-2.0, 0.0, 0.0], &reference, &goal)
    }

    fn level(device: &Device, weights: &[Weights], bin: usize, azimuth_deg: f64) -> f64 {
        let point_m = direction(azimuth_deg.to_radians(), 0.0).map(|x| 2.0 * x);
        let field = Plant::new(device, &FREQUENCIES_HZ).field(point_m);
        let sum: Complex64 = weights[bin].iter().enumerate().map(|(n, w)| w * field.at(n, bin)).sum();
        sum.norm()
    }

    #[test]
    fn sides_are_quiet_and_the_lobe_is_wide() {
        let front = |drivers: usize, playing: &[usize]| -> Weights {
            let share = 1.0 / playing.len() as f64;
            (0..drivers)
                .map(|n| if playing.contains(&n) { share.into() } else { 0.0.into() })
                .collect()
        };
        for (file_stem, playing) in [("tabletop", vec![3]), ("ring", vec![0]), ("soundbar", vec![3, 4])] {
            let device = device(file_stem);
            let weights = weights(device, front(device.drivers.len(), &playing));
            // 2 kHz is above what the spacing of the soundbar allows.
            let bins = if file_stem == "soundbar" { 1..3 } else { 1..4 };
            for bin in bins {
                let level = |azimuth_deg| level(device, &weights, bin, azimuth_deg);
                assert!(
                    level(90.0) < 0.1 * level(0.0),
                    "{file_stem} at {} Hz",
                    FREQUENCIES_HZ[bin]
                );
                assert!(
                    level(45.0) > 0.5 * level(0.0),
                    "{file_stem} at {} Hz",
                    FREQUENCIES_HZ[bin]
                );
            }
        }
    }

    #[test]
    fn drivers_play_in_phase_below_the_useful_range() {
        let reference: Weights = (0..8).map(|n| f64::from(u8::from(n == 3)).into()).collect();
        let weights = weights(device("soundbar"), reference);
        let lowest = &weights[0];
        assert!(
            lowest
                .iter()
                .all(|w| (w.norm() - 0.125).abs() < 0.03 && w.arg().abs() < 0.3),
            "{lowest:?}"
        );
    }

    #[test]
    fn a_pair_stays_as_it_is() {
        let pair = vec![Complex64::from(0.5); 2];
        assert!(
            weights(device("laptop"), pair.clone())
                .iter()
                .all(|weights| *weights == pair)
        );
    }

    #[test]
    fn gathered_drivers_do_not_interfere() {
        // Half a wavelength apart to the sides: in phase ahead, cancelled at the side, but not when gathered.
        let frequency_hz = 1000.0;
        let half_m = 0.25 * SPEED_OF_SOUND / frequency_hz;
        let positions_m = [[0.0, half_m, 0.0], [0.0, -half_m, 0.0]];
        let k = wavenumber(frequency_hz);
        let side = [0.0, 1.0, 0.0];
        let response = positions_m.map(|p| Complex64::from_polar(1.0, k * dot(p, side)));
        let pair = [Complex64::from(0.5); 2];
        assert!((pair[0] * (response[0] + response[1])).norm() < 1e-9);
        let sum = gathered(&pair, &response, &positions_m, side, frequency_hz);
        assert!((sum - 1.0).norm() < 1e-9);
    }
}
