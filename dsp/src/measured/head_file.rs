//! Heads from SOFA files in `SimpleFreeFieldHRIR`: from wherever it was measured to the directions that a head is kept at.
//!
//! - The latency of the measurement goes: on average over directions and ears, sound arrives when it does at the spherical model.
//! - What all directions share, the loudspeaker of the measurement and the ear canal, is replaced by what all directions of the
//!   spherical model share. It is divided out as minimum phase and never boosted far, for where the loudspeaker was quiet there
//!   is noise.
//! - Below some hundred hertz, where a head is small against the wave and measurements fail, the spherical model takes over.

use std::path::Path;

use realfft::num_complex::Complex64;

use super::aligned::{Aligned, align, onset};
use super::error::{MeasuredError, MeasuredProblem};
use super::head::{BINS, MeasuredHead, TAPS, TAPS_BEFORE, TRANSFORM};
use super::sofa::SofaFile;
use super::transform::{Between, RATE_HZ, Transform, delay, minimum_phase, window};
use super::{rings, scattered};
use crate::acoustics::head::Head;
use crate::acoustics::legendre::LegendreSeries;
use crate::acoustics::{Ear, HeadShape};
use crate::array::{difference, dot, norm};
use crate::constants::SPEED_OF_SOUND;
use crate::parallel;

/// What is kept of a response: from before its onset until after, seconds.
const BEFORE_ONSET_S: f64 = 0.001;
const AFTER_ONSET_S: f64 = 0.010;
/// Shares of it over which it fades in and out.
const FADE_IN: f64 = 0.5;
const FADE_OUT: f64 = 0.25;
/// Below the first frequency the model holds, above the second the measurement, hertz.
const MODEL_BELOW_HZ: [f64; 2] = [150.0, 350.0];
/// The measurement ends at these shares of its sample rate; then the model holds again.
const MEASURED_UP_TO: [f64; 2] = [0.43, 0.48];
/// Where the model's source is, metres: far.
const FAR_M: f64 = 10.0;
/// What is shared is smoothed over this many octaves to either side.
const SMOOTHING_OCTAVES: f64 = 1.0 / 24.0;
/// Largest boost of what is shared against its mean over this band, dB and hertz.
const LARGEST_BOOST_DB: f64 = 12.0;
const MEAN_OVER_HZ: [f64; 2] = [500.0, 8000.0];
/// Largest gap between directions near the horizon, degrees, and what counts as near it.
const LARGEST_GAP_DEG: f64 = 16.0;
const NEAR_HORIZON_DEG: f64 = 10.0;

impl MeasuredHead {
    /// Reads a SOFA file in `SimpleFreeFieldHRIR`.
    ///
    /// # Errors
    /// If it cannot be read, is damaged, holds something else, or leaves out directions.
    pub fn open(path: &Path) -> Result<Self, MeasuredError> {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        Self::of_file(&SofaFile::open(path)?, &name)
    }

    /// The same for a file in memory; `origin` names it in errors.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn from_sofa(bytes: Vec<u8>, origin: &str) -> Result<Self, MeasuredError> {
        Self::of_file(&SofaFile::parse(bytes, origin)?, origin)
    }

    fn of_file(file: &SofaFile, name: &str) -> Result<Self, MeasuredError> {
        let measured = Measured::of_file(file).map_err(|problem| MeasuredError::new(&file.origin, problem))?;
        Ok(measured.kept(name))
    }
}

/// The directions of a file that the kept ones are made of.
struct Measured {
    sample_rate_hz: f64,
    /// Unit vectors.
    directions: Vec<[f64; 3]>,
    /// `[ear][direction]`
    ears: [Vec<Aligned>; 2],
}

impl Measured {
    fn of_file(file: &SofaFile) -> Result<Self, MeasuredProblem> {
        if file.convention != "SimpleFreeFieldHRIR" {
            return Err(MeasuredProblem::Convention {
                found: file.convention.clone(),
                allowed: "SimpleFreeFieldHRIR for a head",
            });
        }
        if file.data_type != "FIR" {
            return Err(MeasuredProblem::DataType {
                found: file.data_type.clone(),
                allowed: "FIR",
            });
        }
        let (leading, rows) = file.rows(file.responses.shape.len() - 1)?;
        let [measurements, receivers] = leading[..] else {
            return Err(MeasuredProblem::Size {
                name: "Data.IR",
                found: file.responses.shape.clone(),
                expected: String::from("measurements × 2 × samples"),
            });
        };
        if receivers != 2 {
            return Err(MeasuredProblem::NotTwoEars { receivers });
        }
        let source = file.source.as_ref().ok_or(MeasuredProblem::Missing("SourcePosition"))?;
        if source.len() != measurements {
            return Err(MeasuredProblem::Size {
                name: "SourcePosition",
                found: vec![source.len(), 3],
                expected: format!("{measurements} rows, one for each measurement"),
            });
        }
        let listener_m = |n| file.listener.as_ref().map_or([0.0; 3], |listener| listener.at(n));
        let mut directions = Vec::with_capacity(measurements);
        for n in 0..measurements {
            let place = difference(source.at(n), listener_m(n));
            let distance_m = norm(place);
            if !(0.05..1e4).contains(&distance_m) {
                return Err(MeasuredProblem::Place {
                    place: format!("the source of measurement {n}"),
                    position_m: place,
                    allowed: String::from("5 cm or more away from the listener"),
                });
            }
            directions.push(place.map(|x| x / distance_m));
        }
        check_horizon(&directions)?;
        // Receivers are told by where they are, if the file says so.
        let left_y = |receiver| {
            file.receiver
                .as_ref()
                .map_or(0.0, |receivers| receivers.at(receiver)[1])
        };
        let order = if left_y(0) < left_y(1) { [1, 0] } else { [0, 1] };
        let used = used_directions(&directions);
        let crop = Crop::new(file.sample_rate_hz);
        let ears = order.map(|receiver| -> Vec<Aligned> {
            let responses = parallel::map(used.len(), 16, |n| {
                let row = &rows[2 * used[n] + receiver];
                let mut response = crop.response(row);
                response.delay_s += file.delay_s(&[used[n], receiver]);
                response
            });
            align(
                &directions_of(&directions, &used),
                responses,
                RATE_HZ / TRANSFORM as f64,
            )
        });
        let measured = Self {
            sample_rate_hz: file.sample_rate_hz,
            directions: directions_of(&directions, &used),
            ears,
        };
        measured.check_sides()?;
        Ok(measured)
    }

    /// An error if sound from the left is louder on the right.
    fn check_sides(&self) -> Result<(), MeasuredProblem> {
        let balance = |ear: &[Aligned]| -> f64 {
            let sides = self.directions.iter().zip(ear);
            sides.map(|(unit, response)| unit[1] * response.power()).sum()
        };
        let [left, right] = self.ears.each_ref().map(|ear| balance(ear));
        if left > right {
            Ok(())
        } else {
            Err(MeasuredProblem::EarsExchanged)
        }
    }

    /// The head at the directions that one is kept at.
    fn kept(&self, name: &str) -> MeasuredHead {
        let directions = rings::directions();
        let mut nodes: Vec<[Aligned; 2]> = parallel::map(directions.len(), 16, |n| {
            let weights = scattered::weights(&self.directions, directions[n]);
            self.ears.each_ref().map(|ear| Aligned::mixed(ear, &weights))
        });
        let model = Model::new(&directions, |bin| self.measured_share(frequency_hz(bin)) < 1.0);
        let latency_s = model.latency_s(&nodes);
        for response in nodes.iter_mut().flatten() {
            response.delay_s -= latency_s;
        }
        let shared = self.shared(&nodes, &model);
        let transform = Transform::<f64>::new(TRANSFORM);
        let edge = window(TAPS, TAPS_BEFORE / 2, TAPS / 4);
        let responses = parallel::map(nodes.len(), 8, |n| -> [Vec<f64>; 2] {
            std::array::from_fn(|ear| {
                let Aligned { spectrum, delay_s } = &nodes[n][ear];
                let bins = spectrum.iter().zip(&shared).enumerate();
                let mixed = bins.map(|(bin, (value, shared))| {
                    let frequency_hz = frequency_hz(bin);
                    let measured = self.measured_share(frequency_hz);
                    let modelled = model.ears[n][ear][bin] * delay(frequency_hz, -delay_s);
                    value * shared * measured + modelled * (1.0 - measured)
                });
                let samples = transform.samples(mixed.collect(), TAPS_BEFORE);
                samples
                    .iter()
                    .take(TAPS)
                    .enumerate()
                    .map(|(n, x)| x * edge(n))
                    .collect()
            })
        });
        let delays_s: Vec<[f64; 2]> = nodes
            .iter()
            .map(|node| node.each_ref().map(|ear| ear.delay_s))
            .collect();
        MeasuredHead::new(name, responses, &delays_s)
    }

    /// How much of a frequency is measured, the rest is modelled.
    fn measured_share(&self, frequency_hz: f64) -> f64 {
        let [low, high] = MODEL_BELOW_HZ;
        let [end, beyond] = MEASURED_UP_TO.map(|share| share * self.sample_rate_hz);
        let rise = |from: f64, to: f64| ((frequency_hz - from) / (to - from)).clamp(0.0, 1.0);
        rise(low, high) * rise(beyond, end)
    }

    /// What turns what all measured directions share into what all modelled ones do, by bin.
    fn shared(&self, nodes: &[[Aligned; 2]], model: &Model) -> Vec<Complex64> {
        let gain_db = |bin: usize| {
            let ears = nodes.iter().flatten().map(|ear| ear.spectrum[bin].norm_sqr());
            let measured = ears.sum::<f64>() / (2 * nodes.len()) as f64;
            10.0 * (model.mean_power[bin] / measured.max(f64::MIN_POSITIVE)).log10()
        };
        let gains_db: Vec<f64> = (0..BINS).map(gain_db).collect();
        let smoothed: Vec<f64> = (0..BINS)
            .map(|bin| {
                let reach = bin as f64 * (SMOOTHING_OCTAVES.exp2() - 1.0);
                let reach = reach.round() as usize;
                let around = &gains_db[bin - reach.min(bin)..(bin + reach + 1).min(BINS)];
                around.iter().sum::<f64>() / around.len() as f64
            })
            .collect();
        let [low, high] = MEAN_OVER_HZ;
        let middle: Vec<f64> = (0..BINS)
            .filter(|&bin| (low..=high).contains(&frequency_hz(bin)))
            .map(|bin| smoothed[bin])
            .collect();
        let middle_db = middle.iter().sum::<f64>() / middle.len().max(1) as f64;
        let bounded = smoothed.iter().map(|&db| db.min(middle_db + LARGEST_BOOST_DB));
        minimum_phase(&bounded.collect::<Vec<f64>>())
    }
}

fn directions_of(directions: &[[f64; 3]], used: &[usize]) -> Vec<[f64; 3]> {
    used.iter().map(|&n| directions[n]).collect()
}

fn frequency_hz(bin: usize) -> f64 {
    bin as f64 * RATE_HZ / TRANSFORM as f64
}

/// Indices of the directions that kept ones are made of. Dense sets have many more.
fn used_directions(directions: &[[f64; 3]]) -> Vec<usize> {
    let kept = rings::directions();
    let near = parallel::map(kept.len(), 32, |n| scattered::weights(directions, kept[n]));
    let mut used: Vec<usize> = near.into_iter().flatten().map(|(index, _)| index).collect();
    used.sort_unstable();
    used.dedup();
    used
}

/// An error unless directions on the horizon are dense.
fn check_horizon(directions: &[[f64; 3]]) -> Result<(), MeasuredProblem> {
    let near = |unit: &&[f64; 3]| unit[2].abs() < NEAR_HORIZON_DEG.to_radians().sin();
    let azimuth_deg = |unit: &[f64; 3]| unit[1].atan2(unit[0]).to_degrees();
    let mut azimuths: Vec<f64> = directions.iter().filter(near).map(azimuth_deg).collect();
    azimuths.sort_by(f64::total_cmp);
    azimuths.dedup_by(|a, b| (*a - *b).abs() < 0.01);
    let around = match (azimuths.first(), azimuths.last()) {
        (Some(first), Some(last)) => first + 360.0 - last,
        _ => 360.0,
    };
    let gap_deg = azimuths.windows(2).map(|pair| pair[1] - pair[0]).fold(around, f64::max);
    if gap_deg > LARGEST_GAP_DEG {
        return Err(MeasuredProblem::SparseDirections {
            found: azimuths.len(),
            gap_deg,
            allowed_deg: LARGEST_GAP_DEG,
        });
    }
    Ok(())
}

/// Takes responses out of recordings of one rate.
struct Crop {
    sample_rate_hz: f64,
    before: usize,
    samples: usize,
    transform: Transform<f64>,
    between: Vec<Between>,
}

impl Crop {
    fn new(sample_rate_hz: f64) -> Self {
        let count = |seconds: f64| (seconds * sample_rate_hz).ceil() as usize;
        let samples = count(BEFORE_ONSET_S + AFTER_ONSET_S);
        let length = (4 * samples).next_power_of_two();
        let spacing_hz = sample_rate_hz / length as f64;
        Self {
            sample_rate_hz,
            before: count(BEFORE_ONSET_S),
            samples,
            transform: Transform::new(length),
            between: (0..BINS)
                .map(|bin| Between::new(frequency_hz(bin), spacing_hz, length / 2 + 1))
                .collect(),
        }
    }

    /// A response around its onset, as a spectrum on the bins that heads are kept in. Its spectrum is that of an impulse
    /// response per sample of the recording, which is what a filter of that rate is.
    fn response(&self, row: &[f64]) -> Aligned {
        let onset = onset(row);
        let edge = window(
            self.samples,
            (self.before as f64 * FADE_IN) as usize,
            (self.samples as f64 * FADE_OUT) as usize,
        );
        let sample = |n: usize| (onset + n).checked_sub(self.before).and_then(|at| row.get(at));
        let samples = (0..self.samples).map(|n| sample(n).copied().unwrap_or(0.0) * edge(n));
        let spectrum = self.transform.spectrum(samples, self.before);
        Aligned {
            spectrum: self.between.iter().map(|place| place.value(&spectrum)).collect(),
            delay_s: onset as f64 / self.sample_rate_hz,
        }
    }
}

/// The spherical head at the directions that a head is kept at.
struct Model {
    directions: Vec<[f64; 3]>,
    /// `[direction][ear][bin]`, where needed, else zero.
    ears: Vec<[Vec<Complex64>; 2]>,
    /// Mean over all directions by bin: of a series in Legendre polynomials, `Σ |c_n|² / (2n + 1)`.
    mean_power: Vec<f64>,
}

impl Model {
    /// Directions are needed in some bins only.
    fn new(directions: &[[f64; 3]], needed: impl Fn(usize) -> bool) -> Self {
        let shape = HeadShape::default();
        let terms: Vec<Vec<Complex64>> = (0..BINS)
            .map(|bin| {
                let mut terms = Vec::new();
                Head::new(frequency_hz(bin).max(1.0), shape.radius_m).terms(FAR_M, &mut terms);
                terms
            })
            .collect();
        let needed: Vec<bool> = (0..BINS).map(needed).collect();
        let legendre = LegendreSeries::new(terms.iter().map(Vec::len).max().unwrap_or(0));
        let ears = parallel::map(directions.len(), 8, |n| {
            let cos_angles = Ear::BOTH.map(|ear| dot(ear_axis(&shape, ear), directions[n]).clamp(-1.0, 1.0));
            let pair = |(terms, needed): (&Vec<Complex64>, &bool)| match needed {
                true => legendre.sum_pair(terms, cos_angles),
                false => [Complex64::default(); 2],
            };
            let by_bin: Vec<[Complex64; 2]> = terms.iter().zip(&needed).map(pair).collect();
            [0, 1].map(|ear| by_bin.iter().map(|pair| pair[ear]).collect())
        });
        Self {
            directions: directions.to_vec(),
            ears,
            mean_power: terms
                .iter()
                .map(|terms| {
                    let orders = terms.iter().enumerate();
                    orders.map(|(n, term)| term.norm_sqr() / (2 * n + 1) as f64).sum()
                })
                .collect(),
        }
    }

    /// How much later measured responses arrive than modelled ones on average, seconds: along a ray to the ear, around the head
    /// where it is in the shadow (Woodworth).
    fn latency_s(&self, nodes: &[[Aligned; 2]]) -> f64 {
        let shape = HeadShape::default();
        let arrival_s = |unit: [f64; 3], ear: Ear| {
            let cos_angle = dot(ear_axis(&shape, ear), unit).clamp(-1.0, 1.0);
            let way = if cos_angle > 0.0 {
                -cos_angle
            } else {
                cos_angle.acos() - std::f64::consts::FRAC_PI_2
            };
            way * shape.radius_m / SPEED_OF_SOUND
        };
        let late = self.directions.iter().zip(nodes).flat_map(|(&unit, node)| {
            let ears = Ear::BOTH.into_iter().zip(node);
            ears.map(move |(ear, response)| response.delay_s - arrival_s(unit, ear))
        });
        late.sum::<f64>() / (2 * nodes.len()).max(1) as f64
    }
}

fn ear_axis(shape: &HeadShape, ear: Ear) -> [f64; 3] {
    let (sin, cos) = shape.ear_azimuth_rad(ear).sin_cos();
    [cos, sin, 0.0]
}

#[cfg(test)]
mod tests;
