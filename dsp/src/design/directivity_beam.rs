//! Weights of the centre beam of constant directivity: one directivity index and one width of the lobe over the useful range.
//!
//! Luo's designs ([`super::constant_directivity`]) fix one ratio of powers, and leave the pattern open once a device is half a
//! wavelength wide. From 300 Hz to 3 kHz, with electrical effort as their cost, they give
//!
//! | device | design | directivity index | width at −6 dB | at 180°, loudest |
//! |---|---|---|---|---|
//! | Tabletop | MSCD | 5.6 dB | 40–153° | −1.5 dB |
//! | Tabletop | MECD, ±45° as loud directions | 4.0–6.6 dB | 84–160° | −2.2 dB |
//! | Ring | MSCD | 6.0 dB | 39–143° | −0.3 dB |
//! | Ring | MECD | 4.2–7.9 dB | 66–150° | −4.6 dB |
//! | Soundbar | MSCD | 4.7 dB | 6–54° | 0 dB |
//!
//! MECD holds the ratio of a whole window, not that of the axis, where on some devices it is silent (Soundbar, Tablet): so it
//! cannot keep the response there that the strength of an effect needs. With one loud direction it is MSCD. So MSCD is used,
//! whose cost may be any form, and the cost is made of what is left to wish for: how far the lobe is from a common shape, what
//! goes to the rear, and the effort. The shape is the device's own: that of plain MSCD at the lowest frequency where it is
//! feasible, where there is one lobe and no choice. Tabletop then has 5.6 ± 0.2 dB and 134–151°.

use realfft::num_complex::Complex64;

use super::bands::{gates, slope};
use super::beam::{gathered, nearest_drivers_m, positions_m};
use super::constant_directivity::{Form, Vector, directivity_factor, least_cost, solved};
use super::quadratic::{BINS_PER_GRAIN, Covariance, Weights};
use super::sphere_average::sphere_directions;
use crate::acoustics::{Field, Plant};
use crate::array::{Device, direction, norm};
use crate::constants::SPEED_OF_SOUND;
use crate::parallel;

/// Range over which the directivity shall be constant, Hz.
pub const DIRECTIVITY_RANGE_HZ: [f64; 2] = [300.0, 3000.0];
/// The target lies this far below the lowest ceiling of the range, dB: what is left for the shape of the lobe.
const TARGET_BELOW_CEILING_DB: f64 = 0.8;
/// Least and largest target, dB. A beam of less is none, and one of more does not hold ±45°.
const TARGET_RANGE_DB: [f64; 2] = [3.0, 6.0];
/// Where the target is out of reach, this much below the ceiling is aimed for, dB: the last tenths cost most.
const BELOW_CEILING_DB: f64 = 0.2;
/// Frequencies per octave at which the ceiling is looked at.
const CEILINGS_PER_OCTAVE: f64 = 6.0;
/// Below the range the target falls to nothing, and the drivers play in phase, Hz.
const FADE_IN_HZ: [f64; 2] = [40.0, 300.0];
/// Around this the effect fades out, Hz, or where neighbouring drivers lie two wavelengths apart, if that is lower. Higher up a
/// driver of two inches has the directivity by itself.
const HIGHEST_HZ: f64 = 4500.0;
const HIGHEST_SPACING_WAVELENGTHS: f64 = 2.0;
/// The shape of the lobe is looked for from here on, Hz: lower down it is wider than effort-limited designs are above.
const SHAPE_FROM_HZ: f64 = 500.0;
/// The shape is held down to this level, dB; further out only the power counts.
const SHAPE_DOWN_TO_DB: f64 = -10.0;
/// Spacing of the azimuths of the lobe, degrees.
const LOBE_STEP_DEG: f64 = 10.0;
/// Azimuths from here on are the rear, degrees, and the weight of its mean power against the mean error of the lobe.
const REAR_FROM_DEG: f64 = 110.0;
const REAR_WEIGHT: f64 = 0.3;
/// Weight of the effort against the same, at the mean power of a driver. More makes filters smoother over frequency, which
/// truncation then hurts less, and lobes less alike.
const EFFORT_WEIGHT: f64 = 3e-3;
/// Passes that find the phases of the lobe, since only its level is wanted (Kassakian 2006).
const PHASE_PASSES: usize = 3;
/// Weights of the effort beyond all else, and halvings on the way there, where the effort is at its limit.
const LARGEST_EFFORT_WEIGHT: f64 = 1e4;
const HALVINGS: usize = 12;

/// A beam of constant directivity.
pub struct DirectivityBeam {
    /// Weights `[bin][driver]`.
    pub weights: Vec<Weights>,
    /// The directivity index that the beam holds over [`DIRECTIVITY_RANGE_HZ`] wherever it is feasible and not below that of
    /// the reference, dB. `None` where there is no beam.
    pub target_db: Option<f64>,
}

/// Weights of the beam towards a listener at `listener_m` (device coordinates), with the response there
/// of the `reference` weights, and an effort of at most `effort_limit_db` above theirs. Two drivers are too few; they stay
/// the in-phase pair of the reference.
pub fn directivity_beam(
    device: &Device,
    frequencies_hz: &[f64],
    listener_m: [f64; 3],
    reference: &[Weights],
    effort_limit_db: f64,
) -> DirectivityBeam {
    let highest_hz = (HIGHEST_SPACING_WAVELENGTHS * SPEED_OF_SOUND / nearest_drivers_m(device)).min(HIGHEST_HZ);
    let half_octave = std::f64::consts::SQRT_2;
    let bins = frequencies_hz.partition_point(|&f| f < highest_hz * half_octave);
    if device.drivers.len() <= 2 || bins == 0 {
        return DirectivityBeam {
            weights: reference.to_vec(),
            target_db: None,
        };
    }
    let surroundings = Surroundings::new(device, &frequencies_hz[..bins], listener_m);
    let effort = 10_f64.powf(effort_limit_db / 20.0);
    let points = parallel::map(bins, BINS_PER_GRAIN, |bin| {
        let fade = slope(frequencies_hz[bin], highest_hz * half_octave, highest_hz / half_octave);
        let gates = gates(device, &reference[bin], frequencies_hz[bin], fade);
        Point::new(&surroundings, bin, gates, &reference[bin], effort)
    });
    let target_db = target_db(frequencies_hz, &points);
    let shape = Shape::new(frequencies_hz, &points, &surroundings, target_db);
    let mut weights = parallel::map(bins, BINS_PER_GRAIN, |bin| {
        let strength = slope(frequencies_hz[bin], FADE_IN_HZ[0], FADE_IN_HZ[1]);
        points[bin].weights(&surroundings, &shape, target_db, strength)
    });
    weights.extend_from_slice(&reference[bins..]);
    DirectivityBeam {
        weights,
        target_db: Some(target_db),
    }
}

/// The directivity index to hold over the range, dB: below the ceilings of all its frequencies, but not below what the
/// reference drivers have by themselves.
fn target_db(frequencies_hz: &[f64], points: &[Point<'_>]) -> f64 {
    let [low, high] = DIRECTIVITY_RANGE_HZ;
    let steps = (CEILINGS_PER_OCTAVE * (high / low).log2()) as u32;
    let in_range: Vec<&Point<'_>> = (0..=steps)
        .map(|n| low * (f64::from(n) / CEILINGS_PER_OCTAVE).exp2())
        .filter_map(|f| points.get(frequencies_hz.partition_point(|&bin| bin < f)))
        .collect();
    let ceilings = in_range.iter().map(|point| point.ceiling_db);
    let by_itself = in_range.iter().map(|point| point.reference_db);
    let lowest = ceilings.fold(f64::INFINITY, f64::min) - TARGET_BELOW_CEILING_DB;
    let [least, largest] = TARGET_RANGE_DB;
    by_itself.fold(lowest, f64::max).clamp(least, largest)
}

/// Responses all around a device.
struct Surroundings {
    drivers: usize,
    /// Evenly over the sphere.
    sphere: Vec<Field>,
    /// Whether a direction of the sphere belongs to the rear.
    rear: Vec<bool>,
    /// In the horizontal plane, with the directions as unit vectors; azimuths from the listener's, degrees.
    around: Vec<(Field, [f64; 3])>,
    azimuths_deg: Vec<f64>,
    /// Towards the listener.
    axis: Field,
    positions_m: Vec<[f64; 3]>,
    frequencies_hz: Vec<f64>,
}

impl Surroundings {
    fn new(device: &Device, frequencies_hz: &[f64], listener_m: [f64; 3]) -> Self {
        let plant = Plant::new(device, frequencies_hz);
        let shell = plant.shell(norm(listener_m));
        let toward_listener = listener_m[1].atan2(-listener_m[0]);
        let positions_m = positions_m(device);
        let radius_m = positions_m.iter().map(|p| norm(*p)).fold(0.0, f64::max);
        let units = sphere_directions(radius_m, DIRECTIVITY_RANGE_HZ[1]);
        let facing = direction(toward_listener, 0.0);
        let behind = REAR_FROM_DEG.to_radians().cos();
        let rear = units
            .iter()
            .map(|unit| crate::array::dot(*unit, facing) < behind)
            .collect();
        let azimuths_deg: Vec<f64> = (0..(360.0 / LOBE_STEP_DEG) as usize)
            .map(|step| LOBE_STEP_DEG * step as f64 - 180.0)
            .collect();
        let ring: Vec<[f64; 3]> = azimuths_deg
            .iter()
            .map(|azimuth| direction(toward_listener + azimuth.to_radians(), 0.0))
            .collect();
        let mut fields = parallel::map(units.len() + ring.len(), 4, |n| {
            shell.field(units.iter().chain(&ring).nth(n).copied().unwrap_or(facing))
        });
        let around = fields.split_off(units.len());
        Self {
            drivers: device.drivers.len(),
            sphere: fields,
            rear,
            around: around.into_iter().zip(ring).collect(),
            azimuths_deg,
            axis: plant.field(listener_m),
            positions_m,
            frequencies_hz: frequencies_hz.to_vec(),
        }
    }

    fn row(&self, field: &Field, bin: usize) -> Vec<Complex64> {
        (0..self.drivers).map(|driver| field.at(driver, bin)).collect()
    }
}

/// One frequency. All responses are gated, and in units of the mean power of a driver.
struct Point<'a> {
    bin: usize,
    gates: Vec<f64>,
    /// `1/√(mean power of a driver)`.
    unit: f64,
    /// Mean over the sphere, and what of it goes to the rear.
    mean_power: Form,
    rear_power: Form,
    /// `c`, towards the listener.
    toward: Vector,
    reference: &'a [Complex64],
    /// Largest norm of the driver weights.
    largest_norm: f64,
    /// Largest directivity index within the effort, and that of the reference, dB.
    ceiling_db: f64,
    reference_db: f64,
}

impl<'a> Point<'a> {
    fn new(surroundings: &Surroundings, bin: usize, gates: Vec<f64>, reference: &'a [Complex64], effort: f64) -> Self {
        let mut mean_power = Covariance::new(gates.clone());
        let mut rear_power = Covariance::new(gates.clone());
        let share = 1.0 / surroundings.sphere.len() as f64;
        for (field, rear) in surroundings.sphere.iter().zip(&surroundings.rear) {
            let row = surroundings.row(field, bin);
            mean_power.add(&row, share);
            if *rear {
                rear_power.add(&row, share);
            }
        }
        let mean_power = mean_power.into_form();
        let power = mean_power.trace().re / gates.len() as f64;
        let unit = power.max(f64::MIN_POSITIVE).sqrt().recip();
        let per_power = Complex64::from(unit * unit);
        let axis = surroundings.row(&surroundings.axis, bin);
        let toward = axis.iter().zip(&gates).map(|(a, gate)| a.conj() * (gate * unit));
        let norm = reference.iter().map(Complex64::norm_sqr).sum::<f64>().sqrt();
        let mut point = Self {
            bin,
            unit,
            mean_power: mean_power * per_power,
            rear_power: rear_power.into_form() * per_power,
            toward: Vector::from_iterator(gates.len(), toward),
            reference,
            largest_norm: effort * norm,
            ceiling_db: 0.0,
            reference_db: 0.0,
            gates,
        };
        // The reference, as weights before the gates.
        let ungated = reference
            .iter()
            .zip(&point.gates)
            .map(|(w, gate)| w / gate.max(f64::MIN_POSITIVE));
        let ungated = Vector::from_iterator(reference.len(), ungated);
        point.reference_db = point.index_db(&ungated);
        point.ceiling_db = point
            .most_directive()
            .map_or(point.reference_db, |w| point.index_db(&w));
        point
    }

    fn index_db(&self, weights: &Vector) -> f64 {
        10.0 * directivity_factor(&self.toward, &self.mean_power, weights).log10()
    }

    /// The weights that the drivers get: gated, with the response of the reference on axis. `None` where that is nothing.
    fn played(&self, weights: &Vector) -> Option<Weights> {
        let terms = self.toward.iter().zip(&self.gates).zip(self.reference);
        // The response of the reference: its drivers' responses without their gates.
        let wanted: Complex64 = terms
            .map(|((c, gate), w)| c.conj() * w / gate.max(f64::MIN_POSITIVE))
            .sum();
        let scale = wanted / self.toward.dotc(weights);
        let played: Weights = weights
            .iter()
            .zip(&self.gates)
            .map(|(w, gate)| w * scale * gate)
            .collect();
        played.iter().all(|w| w.is_finite()).then_some(played)
    }

    /// Whether weights stay within the effort.
    fn affordable(&self, weights: &Vector) -> bool {
        let power = |played: Weights| played.iter().map(Complex64::norm_sqr).sum::<f64>();
        self.played(weights)
            .is_some_and(|played| power(played).sqrt() <= self.largest_norm)
    }

    /// The `weights` for the least number that makes them affordable; `low` and `high` are logarithms of such numbers.
    fn bisected(&self, [mut low, mut high]: [f64; 2], weights: impl Fn(f64) -> Option<Vector>) -> Option<Vector> {
        let mut best = None;
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            match weights(middle.exp()) {
                Some(weights) if self.affordable(&weights) => {
                    high = middle;
                    best = Some(weights);
                }
                _ => low = middle,
            }
        }
        best
    }

    /// The most directive weights within the effort: `(R + βI)⁻¹c` for the least β.
    fn most_directive(&self) -> Option<Vector> {
        const LEAST_LOADING: f64 = 1e-9;
        let loaded = |loading: f64| {
            let form = &self.mean_power + Form::identity(self.gates.len(), self.gates.len()) * Complex64::from(loading);
            solved(form, &self.toward)
        };
        loaded(LEAST_LOADING)
            .filter(|weights| self.affordable(weights))
            .or_else(|| self.bisected([LEAST_LOADING.ln(), LARGEST_EFFORT_WEIGHT.ln()], loaded))
    }

    /// The directivity index to aim for, dB.
    fn aim_db(&self, target_db: f64) -> f64 {
        target_db.max(self.reference_db).min(self.ceiling_db - BELOW_CEILING_DB)
    }

    /// The weights of the drivers.
    fn weights(&self, surroundings: &Surroundings, shape: &Shape, target_db: f64, strength: f64) -> Weights {
        let identity = Form::identity(self.gates.len(), self.gates.len());
        let factor = 10_f64.powf(0.1 * strength * self.aim_db(target_db));
        let mut phases = self.reference_phases(surroundings);
        let mut found = None;
        for pass in 1..=PHASE_PASSES {
            let error = self.shape_error(surroundings, shape, &phases) * Complex64::from(strength);
            let with_effort = |weight: f64| {
                let cost = &error + &identity * Complex64::from(weight);
                least_cost(&cost, &self.toward, &self.mean_power, factor)
            };
            let mut weights = with_effort(EFFORT_WEIGHT);
            if pass == PHASE_PASSES && weights.as_ref().is_none_or(|weights| !self.affordable(weights)) {
                weights = self.bisected([EFFORT_WEIGHT.ln(), LARGEST_EFFORT_WEIGHT.ln()], with_effort);
            }
            found = None;
            let Some(weights) = weights else { break };
            phases = self.phases(surroundings, &weights);
            found = Some(weights);
        }
        found
            .and_then(|weights| self.played(&weights))
            .unwrap_or_else(|| self.reference.to_vec())
    }

    /// Gated response of the drivers in a direction.
    fn response(&self, surroundings: &Surroundings, field: &Field) -> Vector {
        let row = surroundings.row(field, self.bin);
        let gated = row.iter().zip(&self.gates).map(|(h, gate)| h * (gate * self.unit));
        Vector::from_iterator(self.gates.len(), gated)
    }

    /// Error of the lobe's shape and power to the rear. Weights have the response `aᵀw` on axis, so `hᵀw` shall be
    /// `T·aᵀw`, with the shape's level and the given phase in `T`: what `(h − T a)ᵀw` is left.
    fn shape_error(&self, surroundings: &Surroundings, shape: &Shape, phases: &[Complex64]) -> Form {
        let mut error = &self.rear_power * Complex64::from(REAR_WEIGHT);
        let share = Complex64::from(1.0 / shape.lobe.len().max(1) as f64);
        for &(azimuth, level) in &shape.lobe {
            let response = self.response(surroundings, &surroundings.around[azimuth].0);
            let wanted = self.toward.conjugate() * (phases[azimuth] * level);
            let off = (response - wanted).conjugate();
            error += &off * off.adjoint() * share;
        }
        error
    }

    /// Phases around the device relative to that on axis.
    fn phases(&self, surroundings: &Surroundings, weights: &Vector) -> Vec<Complex64> {
        let axis = self.toward.dotc(weights);
        let around = surroundings.around.iter();
        around
            .map(|(field, _)| unit_phase(self.response(surroundings, field).dot(weights) / axis))
            .collect()
    }

    /// The same of the reference drivers as if all sat at their common centre.
    fn reference_phases(&self, surroundings: &Surroundings) -> Vec<Complex64> {
        let frequency_hz = surroundings.frequencies_hz[self.bin];
        let heard = |(field, unit): &(Field, [f64; 3])| {
            let row = surroundings.row(field, self.bin);
            gathered(self.reference, &row, &surroundings.positions_m, *unit, frequency_hz)
        };
        let axis = surroundings
            .azimuths_deg
            .iter()
            .position(|azimuth| azimuth.abs() < 0.5 * LOBE_STEP_DEG);
        let axis = axis.map_or(Complex64::from(1.0), |axis| heard(&surroundings.around[axis]));
        surroundings
            .around
            .iter()
            .map(|around| unit_phase(heard(around) / axis))
            .collect()
    }
}

/// A number's direction; 1 for what has none.
fn unit_phase(value: Complex64) -> Complex64 {
    let unit = value / value.norm();
    if unit.is_finite() { unit } else { Complex64::from(1.0) }
}

/// The shape of the lobe: indices of azimuths and levels relative to the axis, linear.
#[derive(Default)]
struct Shape {
    lobe: Vec<(usize, f64)>,
}

impl Shape {
    /// The shape that the plain design has at the lowest frequency that it is feasible at; none where it never is.
    fn new(frequencies_hz: &[f64], points: &[Point<'_>], surroundings: &Surroundings, target_db: f64) -> Self {
        let first = frequencies_hz.partition_point(|&f| f < SHAPE_FROM_HZ);
        let feasible = |point: &&Point<'_>| point.aim_db(target_db) >= target_db;
        let Some(point) = points.iter().skip(first).find(feasible) else {
            return Self::default();
        };
        let identity = Form::identity(point.gates.len(), point.gates.len());
        let factor = 10_f64.powf(0.1 * target_db);
        let Some(weights) = least_cost(&identity, &point.toward, &point.mean_power, factor) else {
            return Self::default();
        };
        let axis = point.toward.dotc(&weights).norm();
        let around = surroundings.around.iter();
        let levels: Vec<f64> = around
            .map(|(field, _)| point.response(surroundings, field).dot(&weights).norm() / axis)
            .collect();
        let least = 10_f64.powf(SHAPE_DOWN_TO_DB / 20.0);
        let middle = levels.len() / 2;
        let left = (middle..levels.len()).take_while(|&n| levels[n] > least);
        let right = (0..middle).rev().take_while(|&n| levels[n] > least);
        Self {
            lobe: right.chain(left).map(|n| (n, levels[n])).collect(),
        }
    }
}
