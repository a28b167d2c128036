//! A whole design: weights of all paths, equalised, aligned and realised as filters.

use realfft::num_complex::Complex64;

use super::align::arrival_samples;
use super::bands::reference_weights;
use super::beam::{BeamGoal, beam_weights};
use super::canceller::{CancellerGoal, ZoneResponses, canceller_weights};
use super::grid::Grid;
use super::quadratic::Weights;
use super::realise::Realiser;
use super::settings::DesignSettings;
use super::target::TargetCurve;
use super::tone::tone_response;
use super::zone::zone_poses;
use crate::acoustics::{Ear, HeadPose, Plant};
use crate::array::{Device, Driver, Path};
use crate::constants::SPEED_OF_SOUND;
use crate::engine::{Fir, Timing};
use crate::level::CenterShelf;

/// Targets `[Hz, dB]`: as much as the effort allows in the useful range; below it the in-phase sum of all drivers.
const CANCELLATION_TARGET: [[f64; 2]; 3] = [[100.0, 0.0], [250.0, 20.0], [400.0, 60.0]];
const BEAM_TARGET: [[f64; 2]; 3] = [[80.0, 0.0], [180.0, 20.0], [250.0, 60.0]];
/// Limits of the norm of the weights against the reference drivers alone, dB.
const CANCELLER_EFFORT_DB: f64 = 11.4;
const BEAM_EFFORT_DB: f64 = 9.0;
/// Arrival times closer than this are equal, samples.
const ARRIVAL_TOLERANCE: f64 = 1e-3;
/// Share of the modelling delay by which the centre may be played earlier, where it is the slower path.
const LARGEST_ADVANCE: f64 = 0.5;
/// A path delay up to this share of the filter's length is part of its taps; a longer one precedes them.
const LONGEST_DELAY_IN_TAPS: f64 = 0.25;

/// Filters of one path, one per output; the mixture `base + strength · (full − base)` is the path at that strength.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PathFilters {
    /// Reference drivers alone.
    pub base: Vec<Fir>,
    /// The full effect.
    pub full: Vec<Fir>,
}

/// A finished design as finite impulse responses.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// Position of each driver towards the listener's left, metres.
    pub lateral_m: Vec<f64>,
    /// Main reference driver of the left and the right path.
    pub reference_drivers: [usize; 2],
    /// Filters to the drivers, by [`Path`].
    pub drivers: [PathFilters; 3],
    /// Filters to the listener's ears, by [`Path`].
    pub preview: [PathFilters; 3],
}

impl Design {
    /// Designs the filters of a device. Takes tens of milliseconds; not for the audio thread.
    pub fn new(device: &Device, settings: &DesignSettings, timing: &Timing) -> Self {
        let weights = PathWeights::new(device, settings, timing);
        weights.realise(device, settings, timing)
    }
}

/// Weights and responses of all paths on the grid, before they become filters.
struct PathWeights {
    grid: Grid,
    zone: ZoneResponses,
    /// `w₀` by path.
    base: [Vec<Weights>; 3],
    /// `w₁` by path.
    full: [Vec<Weights>; 3],
    /// Tone equaliser by path.
    tone: [Vec<Complex64>; 3],
    /// Arrival at the listener by path, samples, without the modelling delay.
    arrival: [f64; 3],
    distance_m: f64,
}

impl PathWeights {
    fn new(device: &Device, settings: &DesignSettings, timing: &Timing) -> Self {
        let grid = Grid::new(timing);
        let frequencies = &grid.frequencies_hz;
        let pose = HeadPose {
            offset_m: f64::from(settings.offset_m),
            ..HeadPose::at_distance(f64::from(settings.distance_m))
        };
        let plant = Plant::new(device, frequencies);
        let poses = zone_poses(pose, f64::from(settings.zone_m));
        let zone = ZoneResponses {
            poses: poses.iter().map(|p| (plant.ears(&p.pose), p.weight)).collect(),
        };

        let references = Path::ALL.map(|path| device.reference_drivers(path));
        let base = references.map(|drivers| reference_weights(device, drivers, frequencies));
        let goal = CancellerGoal {
            target: TargetCurve::of(&CANCELLATION_TARGET),
            effort_limit_db: CANCELLER_EFFORT_DB,
        };
        let canceller = |path: usize, ear| canceller_weights(device, &zone, ear, &base[path], frequencies, &goal);
        let beam_goal = BeamGoal {
            target: TargetCurve::of(&BEAM_TARGET),
            effort_limit_db: BEAM_EFFORT_DB,
        };
        let full = [
            canceller(0, Ear::Left),
            canceller(1, Ear::Right),
            beam_weights(device, frequencies, pose.center_m(), &base[2], &beam_goal),
        ];

        let distance_m = pose.center_m().iter().map(|x| x * x).sum::<f64>().sqrt();
        let heard = Heard::new(&zone, &base);
        let flat = Plant::new(&Device::point_source(), frequencies).ears(&pose);
        let flat_power = |ears: &[Ear]| mean_power(ears, grid.len(), |ear, bin| flat.at(ear, 0, bin));
        let strength = f64::from(settings.tone);
        let tone = [
            tone_response(
                &grid,
                &heard.power(0, &[Ear::Left]),
                &flat_power(&[Ear::Left]),
                strength,
            ),
            tone_response(
                &grid,
                &heard.power(1, &[Ear::Right]),
                &flat_power(&[Ear::Right]),
                strength,
            ),
            tone_response(&grid, &heard.power(2, &Ear::BOTH), &flat_power(&Ear::BOTH), strength),
        ];

        let bulk = distance_m / SPEED_OF_SOUND * timing.sample_rate;
        let shelf = CenterShelf::new(timing.sample_rate);
        let arrival = [
            arrival_samples(&grid, &heard.response(0, Ear::Left, &tone[0]), bulk),
            arrival_samples(&grid, &heard.response(1, Ear::Right, &tone[1]), bulk),
            {
                let shelved: Vec<Complex64> = tone[2]
                    .iter()
                    .zip(frequencies)
                    .map(|(tone, &f)| tone * shelf.response(f))
                    .collect();
                let at = |ear| arrival_samples(&grid, &heard.response(2, ear, &shelved), bulk);
                0.5 * (at(Ear::Left) + at(Ear::Right))
            },
        ];
        Self {
            grid,
            zone,
            base,
            full,
            tone,
            arrival,
            distance_m,
        }
    }

    /// Delay of each path that makes all arrive together, samples. The centre, which fills few taps before its main
    /// one, is rather played earlier than the sides later.
    fn path_delays(&self, timing: &Timing) -> [f64; 3] {
        let [left, right, center] = self.arrival;
        let largest_advance = LARGEST_ADVANCE * timing.modelling_delay as f64;
        let together = left.max(right).max(center - largest_advance);
        [left, right, center].map(|arrival| {
            let delay = together - arrival;
            if delay.abs() < ARRIVAL_TOLERANCE { 0.0 } else { delay }
        })
    }

    fn realise(&self, device: &Device, settings: &DesignSettings, timing: &Timing) -> Design {
        let mut realiser = Realiser::new(self.grid.clone(), timing.taps);
        let delays = self.path_delays(timing);
        let heard = (0..device.drivers.len())
            .map(|driver| settings.muted >> driver & 1 == 0)
            .collect::<Vec<_>>();
        let unit = |path: usize, weights: &[Weights], realiser: &mut Realiser| -> Vec<Fir> {
            (0..device.drivers.len())
                .map(|driver| {
                    if !heard[driver] {
                        return Fir::default();
                    }
                    let spectrum: Vec<Complex64> = weights
                        .iter()
                        .zip(&self.tone[path])
                        .map(|(w, tone)| w[driver] * tone)
                        .collect();
                    realise_one(realiser, &spectrum, delays[path], timing)
                })
                .collect()
        };
        let ideal: [PathFilters; 3] = std::array::from_fn(|path| {
            let base = self.realise_base(path, delays[path], &heard, &mut realiser, timing);
            let change: Vec<Weights> = self.full[path]
                .iter()
                .zip(&self.base[path])
                .map(|(full, base)| full.iter().zip(base).map(|(full, base)| full - base).collect())
                .collect();
            let full = unit(path, &change, &mut realiser)
                .iter()
                .zip(&base)
                .map(|(change, base)| sum(change, base))
                .collect();
            PathFilters { base, full }
        });
        let preview = std::array::from_fn(|path| PathFilters {
            base: self.to_ears(&ideal[path].base, &mut realiser, timing),
            full: self.to_ears(&ideal[path].full, &mut realiser, timing),
        });
        let corrected = |firs: &[Fir]| -> Vec<Fir> {
            firs.iter()
                .zip(&device.drivers)
                .map(|(fir, driver)| correct(fir, driver, timing.sample_rate))
                .collect()
        };
        Design {
            lateral_m: device
                .drivers
                .iter()
                .map(|driver| driver.position_m(&device.enclosure)[1])
                .collect(),
            reference_drivers: [Path::Left, Path::Right].map(|path| main_reference(device, path)),
            drivers: ideal.map(|path| PathFilters {
                base: corrected(&path.base),
                full: corrected(&path.full),
            }),
            preview,
        }
    }

    /// Filters of the reference drivers. A plain weight without tone or fractional delay is a single tap, exactly.
    fn realise_base(
        &self,
        path: usize,
        delay: f64,
        heard: &[bool],
        realiser: &mut Realiser,
        timing: &Timing,
    ) -> Vec<Fir> {
        let plain_tone = self.tone[path].iter().all(|&tone| tone == Complex64::from(1.0));
        (0..heard.len())
            .map(|driver| {
                let weight = self.base[path][0][driver];
                let constant = self.base[path].iter().all(|weights| weights[driver] == weight);
                if !heard[driver] || (constant && weight == Complex64::default()) {
                    return Fir::default();
                }
                if constant && plain_tone && delay == 0.0 {
                    return Fir {
                        start: timing.modelling_delay,
                        taps: vec![weight.re as f32],
                    };
                }
                let spectrum: Vec<Complex64> = self.base[path]
                    .iter()
                    .zip(&self.tone[path])
                    .map(|(w, tone)| w[driver] * tone)
                    .collect();
                realise_one(realiser, &spectrum, delay, timing)
            })
            .collect()
    }

    /// Filters from a path to the two ears through the drivers, level with the input and aligned to the modelling
    /// delay.
    fn to_ears(&self, drivers: &[Fir], realiser: &mut Realiser, timing: &Timing) -> Vec<Fir> {
        let spectra: Vec<Vec<Complex64>> = drivers.iter().map(|fir| realiser.spectrum(fir)).collect();
        let design_point = self.zone.design_point();
        let arrival = self.arrival[0].max(self.arrival[1]) - timing.modelling_delay as f64;
        Ear::BOTH
            .iter()
            .map(|&ear| {
                let spectrum: Vec<Complex64> = (0..self.grid.len())
                    .map(|bin| {
                        let pressure: Complex64 = spectra
                            .iter()
                            .enumerate()
                            .map(|(n, s)| s[bin] * design_point.at(ear, n, bin))
                            .sum();
                        pressure * self.distance_m * Complex64::from_polar(1.0, self.grid.omega(bin) * arrival)
                    })
                    .collect();
                realise_one(realiser, &spectrum, 0.0, timing)
            })
            .collect()
    }
}

/// Responses of the reference weights at the design point.
struct Heard<'a> {
    zone: &'a ZoneResponses,
    base: &'a [Vec<Weights>; 3],
}

impl<'a> Heard<'a> {
    fn new(zone: &'a ZoneResponses, base: &'a [Vec<Weights>; 3]) -> Self {
        Self { zone, base }
    }

    fn at(&self, path: usize, ear: Ear, bin: usize) -> Complex64 {
        let responses = self.zone.design_point();
        self.base[path][bin]
            .iter()
            .enumerate()
            .map(|(driver, w)| w * responses.at(ear, driver, bin))
            .sum()
    }

    fn power(&self, path: usize, ears: &[Ear]) -> Vec<f64> {
        mean_power(ears, self.base[path].len(), |ear, bin| self.at(path, ear, bin))
    }

    fn response(&self, path: usize, ear: Ear, equaliser: &[Complex64]) -> Vec<Complex64> {
        equaliser
            .iter()
            .enumerate()
            .map(|(bin, eq)| eq * self.at(path, ear, bin))
            .collect()
    }
}

fn mean_power(ears: &[Ear], bins: usize, response: impl Fn(Ear, usize) -> Complex64) -> Vec<f64> {
    (0..bins)
        .map(|bin| ears.iter().map(|&ear| response(ear, bin).norm_sqr()).sum::<f64>() / ears.len() as f64)
        .collect()
}

/// The reference driver of a path that works over the widest band.
fn main_reference(device: &Device, path: Path) -> usize {
    let octaves = |driver: usize| {
        device.drivers[driver]
            .band_hz
            .map_or(f64::INFINITY, |[low, high]| (high / low).log2())
    };
    let references = device.reference_drivers(path);
    references
        .iter()
        .copied()
        .reduce(|best, n| if octaves(n) > octaves(best) { n } else { best })
        .unwrap_or(0)
}

/// Taps of a spectrum with the modelling delay and a path delay; a long delay precedes the taps.
fn realise_one(realiser: &mut Realiser, spectrum: &[Complex64], delay: f64, timing: &Timing) -> Fir {
    let start = if delay > LONGEST_DELAY_IN_TAPS * timing.taps as f64 {
        delay.floor()
    } else {
        0.0
    };
    let taps = realiser.impulse_response(spectrum, timing.modelling_delay as f64 + delay - start);
    Fir {
        start: start as usize,
        taps: taps.iter().map(|&tap| tap as f32).collect(),
    }
}

/// Sum of two filters.
fn sum(a: &Fir, b: &Fir) -> Fir {
    let sounding: Vec<&Fir> = [a, b].into_iter().filter(|fir| !fir.taps.is_empty()).collect();
    let start = sounding.iter().map(|fir| fir.start).min().unwrap_or(0);
    let end = sounding.iter().map(|fir| fir.end()).max().unwrap_or(0);
    let mut taps = vec![0.0; end - start];
    for fir in sounding {
        for (sum, tap) in taps[fir.start - start..].iter_mut().zip(&fir.taps) {
            *sum += tap;
        }
    }
    Fir { start, taps }
}

/// A filter with its output channel's own gain, delay and polarity.
fn correct(fir: &Fir, driver: &Driver, sample_rate: f64) -> Fir {
    let gain = driver.output_gain() as f32;
    Fir {
        start: fir.start + driver.output_delay_samples(sample_rate),
        taps: fir.taps.iter().map(|tap| tap * gain).collect(),
    }
}
