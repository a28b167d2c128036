//! Weights of all paths on the frequency grid, their tone equaliser and when they arrive.

use realfft::num_complex::Complex64;

use super::align::arrival_samples;
use super::bands::{reference_weights, shares_one_band};
use super::beam::{BeamGoal, beam_weights, held_points};
use super::canceller::{CancellerGoal, ZoneResponses, canceller_weights};
use super::carrier::{Source, with_carrier};
use super::directivity_beam::{DirectivityBeam, directivity_beam};
use super::fit::Held;
use super::grid::Grid;
use super::quadratic::Weights;
use super::settings::{BeamKind, DesignSettings};
use super::target::TargetCurve;
use super::tone::tone_response;
use super::zone::zone_poses;
use crate::acoustics::{Ear, Plant, SparsePlant};
use crate::array::{Device, Path, norm};
use crate::constants::SPEED_OF_SOUND;
use crate::engine::Timing;
use crate::level::CenterShelf;
use crate::parallel;

/// Target of the beam with nulls, `[Hz, dB]`.
const BEAM_TARGET: [[f64; 2]; 3] = [[80.0, 0.0], [180.0, 20.0], [250.0, 60.0]];
/// Truncation of the filters adds to the effort, in most cases no more than this, dB.
const EFFORT_ADDED_BY_TRUNCATION_DB: f64 = 0.8;
/// Limit of the norm of the beam's weights against the reference drivers alone, dB.
const BEAM_EFFORT_DB: f64 = 9.0;
/// Arrivals are sought this long around that of a source at the device's origin, seconds, and by its size longer.
const ARRIVAL_RANGE_S: f64 = 0.0015;
/// Arrival times closer than this are equal, samples.
const ARRIVAL_TOLERANCE: f64 = 1e-3;
/// Share of the modelling delay by which the centre may be played earlier, where it is the slower path.
const LARGEST_ADVANCE: f64 = 0.5;

/// Weights and responses of all paths on the grid, before they become filters.
pub(super) struct PathWeights {
    pub(super) grid: Grid,
    pub(super) zone: ZoneResponses,
    /// Where the filters of the beam are held to its weights.
    pub(super) beam_points: Vec<Held>,
    /// `w₀` by path: the reference drivers, with what carries the treble for them.
    pub(super) base: [Vec<Weights>; 3],
    /// `w₁` by path.
    pub(super) full: [Vec<Weights>; 3],
    /// Tone equaliser by path.
    pub(super) tone: [Vec<Complex64>; 3],
    /// Arrival at the listener by path, samples, without the modelling delay.
    pub(super) arrival: [f64; 3],
    pub(super) distance_m: f64,
    /// What [`DirectivityBeam`] aims for.
    pub(super) directivity_target_db: Option<f64>,
}

impl PathWeights {
    pub(super) fn new(device: &Device, settings: &DesignSettings, timing: &Timing) -> Self {
        let grid = Grid::new(timing);
        let frequencies = &grid.frequencies_hz;
        let pose = settings.pose();
        let distance_m = norm(pose.center_m());
        let (plant, flat) = parallel::join(
            || SparsePlant::new(device, frequencies),
            || Plant::with_head(&Device::point_source(), frequencies, device.head.clone()).ears(&pose),
        );
        let poses = zone_poses(pose, f64::from(settings.zone_m));
        let zone = ZoneResponses {
            poses: parallel::map(poses.len(), 1, |n| (plant.ears(&poses[n].pose), poses[n].weight)),
        };
        let clock = Clock::new(&grid, device, distance_m);

        let plain = Path::ALL.map(|path| {
            let references = device.reference_drivers(path);
            let delays = clock.reference_delays(device, references, &plant, pose.center_m());
            reference_weights(device, references, &delays, &grid)
        });
        let flat_power = |path| mean_power(ears_of(path), grid.len(), |ear, bin| flat.at(ear, 0, bin));
        let tone = f64::from(settings.tone);
        let base = Path::ALL.map(|path| {
            let at_ear = |source: Path, ear: Ear| -> Vec<Complex64> {
                let weights = &plain[source as usize];
                (0..grid.len())
                    .map(|bin| heard(&zone, &weights[bin], ear, bin))
                    .collect()
            };
            let ear = match path {
                Path::Left => Ear::Left,
                Path::Right => Ear::Right,
                Path::Center => return plain[Path::Center as usize].clone(),
            };
            let [own, carrier] = [path, Path::Center].map(|source| (&plain[source as usize], at_ear(source, ear)));
            let source = |(weights, heard)| Source { weights, heard };
            with_carrier(
                &grid,
                source((own.0, &own.1)),
                source((carrier.0, &carrier.1)),
                &flat_power(path),
                tone,
                clock.range,
            )
        });
        let goal = CancellerGoal {
            target: settings.target.curve(),
            effort_limit_db: (f64::from(settings.effort_db) - EFFORT_ADDED_BY_TRUNCATION_DB).max(0.0),
            zone_goal: settings.zone_goal,
        };
        let canceller =
            |path: Path, ear| canceller_weights(device, &zone, ear, &base[path as usize], frequencies, &goal);
        let beam = || {
            let (listener_m, reference) = (pose.center_m(), &base[Path::Center as usize]);
            match settings.beam {
                BeamKind::Nulls => {
                    let goal = BeamGoal {
                        target: TargetCurve::of(&BEAM_TARGET),
                        effort_limit_db: BEAM_EFFORT_DB,
                    };
                    DirectivityBeam {
                        weights: beam_weights(device, frequencies, listener_m, reference, &goal),
                        target_db: None,
                    }
                }
                BeamKind::ConstantDirectivity => {
                    directivity_beam(device, frequencies, listener_m, reference, BEAM_EFFORT_DB)
                }
            }
        };
        let DirectivityBeam {
            weights: center,
            target_db: directivity_target_db,
        } = beam();
        let full = [
            canceller(Path::Left, Ear::Left),
            canceller(Path::Right, Ear::Right),
            center,
        ];

        let heard = Heard {
            zone: &zone,
            base: &base,
        };
        let equalisers = Path::ALL.map(|path| {
            let flat = flat_power(path);
            let heard = unboosted_noise(device, path, heard.power(path, ears_of(path)), &flat, frequencies);
            tone_response(&grid, &heard, &flat, tone)
        });
        let shelf = CenterShelf::new(timing.sample_rate);
        let arrival = Path::ALL.map(|path| {
            let level = |frequency_hz: f64| match path {
                Path::Center => shelf.response(frequency_hz),
                Path::Left | Path::Right => Complex64::from(1.0),
            };
            let tone = &equalisers[path as usize];
            let equaliser: Vec<Complex64> = tone.iter().zip(frequencies).map(|(tone, &f)| tone * level(f)).collect();
            let ears = ears_of(path).iter();
            let arrivals = ears.map(|&ear| clock.arrival(&heard.response(path, ear, &equaliser)));
            arrivals.sum::<f64>() / ears_of(path).len() as f64
        });
        Self {
            beam_points: held_points(&plant, frequencies, pose.center_m()),
            zone,
            base,
            full,
            tone: equalisers,
            arrival,
            distance_m,
            directivity_target_db,
            grid,
        }
    }

    /// Flight to the listener that the preview leaves out, samples: that of the later side.
    pub(super) fn flight_samples(&self) -> f64 {
        let [left, right, _] = self.arrival;
        left.max(right)
    }

    /// Delay of each path that makes all arrive together, samples. The centre, which fills few taps before its main
    /// one, is rather played earlier than the sides later.
    pub(super) fn path_delays(&self, timing: &Timing) -> [f64; 3] {
        let [left, right, center] = self.arrival;
        let largest_advance = LARGEST_ADVANCE * timing.modelling_delay as f64;
        let together = left.max(right).max(center - largest_advance);
        [left, right, center].map(|arrival| {
            let delay = together - arrival;
            if delay.abs() < ARRIVAL_TOLERANCE { 0.0 } else { delay }
        })
    }
}

/// Finds out when something arrives at the listener.
struct Clock<'a> {
    grid: &'a Grid,
    /// Arrival from a source at the device's origin, samples, and how far from it others may be.
    bulk: f64,
    range: f64,
}

impl<'a> Clock<'a> {
    fn new(grid: &'a Grid, device: &Device, distance_m: f64) -> Self {
        let reach_m = |driver: &crate::array::Driver| norm(driver.position_m(&device.enclosure));
        let size_m = device.drivers.iter().map(reach_m).fold(0.0, f64::max);
        Self {
            grid,
            bulk: distance_m / SPEED_OF_SOUND * grid.sample_rate,
            range: (ARRIVAL_RANGE_S + size_m / SPEED_OF_SOUND) * grid.sample_rate,
        }
    }

    fn arrival(&self, response: &[Complex64]) -> f64 {
        arrival_samples(self.grid, response, self.bulk, self.range)
    }

    /// Delays of all drivers, samples, that let the reference drivers of a path arrive together where they meet at a
    /// crossover; else none.
    fn reference_delays(
        &self,
        device: &Device,
        references: &[usize],
        plant: &SparsePlant,
        listener_m: [f64; 3],
    ) -> Vec<f64> {
        let mut delays = vec![0.0; device.drivers.len()];
        if shares_one_band(device, references) {
            return delays;
        }
        let field = plant.field(listener_m);
        let arrivals: Vec<f64> = references
            .iter()
            .map(|&driver| self.arrival(field.driver(driver)))
            .collect();
        let last = arrivals.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for (&driver, arrival) in references.iter().zip(arrivals) {
            delays[driver] = last - arrival;
        }
        delays
    }
}

/// The ears that a path is meant for.
fn ears_of(path: Path) -> &'static [Ear] {
    match path {
        Path::Left => &[Ear::Left],
        Path::Right => &[Ear::Right],
        Path::Center => &Ear::BOTH,
    }
}

/// Response of the drivers with some weights at one ear at the design point.
fn heard(zone: &ZoneResponses, weights: &[Complex64], ear: Ear, bin: usize) -> Complex64 {
    let responses = zone.design_point();
    let weights = weights.iter().enumerate();
    weights.map(|(driver, w)| w * responses.at(ear, driver, bin)).sum()
}

/// Responses of the reference weights at the design point.
struct Heard<'a> {
    zone: &'a ZoneResponses,
    base: &'a [Vec<Weights>; 3],
}

impl Heard<'_> {
    fn at(&self, path: Path, ear: Ear, bin: usize) -> Complex64 {
        heard(self.zone, &self.base[path as usize][bin], ear, bin)
    }

    fn power(&self, path: Path, ears: &[Ear]) -> Vec<f64> {
        mean_power(ears, self.base[path as usize].len(), |ear, bin| self.at(path, ear, bin))
    }

    fn response(&self, path: Path, ear: Ear, equaliser: &[Complex64]) -> Vec<Complex64> {
        let bins = equaliser.iter().enumerate();
        bins.map(|(bin, eq)| eq * self.at(path, ear, bin)).collect()
    }
}

/// The power that is heard of a path, raised towards `flat` where it is less and the reference drivers are not known well: what
/// was not measured above the noise must not be boosted for its absence.
fn unboosted_noise(device: &Device, path: Path, mut heard: Vec<f64>, flat: &[f64], frequencies_hz: &[f64]) -> Vec<f64> {
    let references = device.reference_drivers(path);
    for ((heard, &flat), &frequency_hz) in heard.iter_mut().zip(flat).zip(frequencies_hz) {
        let trust = references
            .iter()
            .map(|&driver| device.trust(driver, frequency_hz))
            .fold(0.0, f64::max);
        // What is half known is not worth half a boost.
        let trust = trust * trust;
        if trust < 1.0 && *heard < flat {
            *heard = heard.max(f64::MIN_POSITIVE).powf(trust) * flat.powf(1.0 - trust);
        }
    }
    heard
}

fn mean_power(ears: &[Ear], bins: usize, response: impl Fn(Ear, usize) -> Complex64) -> Vec<f64> {
    (0..bins)
        .map(|bin| ears.iter().map(|&ear| response(ear, bin).norm_sqr()).sum::<f64>() / ears.len() as f64)
        .collect()
}
