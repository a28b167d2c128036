//! From recorded responses to those that a design uses: in the model's time and level, cut to the direct sound, with the
//! distance from the noise of each driver.
//!
//! Latency and level of a recording are its own, common to all its responses. Against the models of the device, the latency is
//! the one that lets both correlate best, and the level that of equal power: drivers keep their differences, and tone and
//! alignment, which compare a device with a flat source at its place, mean the same as for a model.

use realfft::num_complex::Complex64;

use super::aligned::onset;
use super::device::{BANDS, EAR_TAPS, MeasuredDevice, MeasuredEars, MeasuredPolar, POLAR_TAPS, TAPS_BEFORE};
use super::error::{MeasuredError, MeasuredProblem};
use super::packed::Packed;
use super::recorded::{Recorded, Row};
use super::transform::{Between, RATE_HZ, Transform, delay, window};
use crate::acoustics::{Ear, HeadPose, Plant};
use crate::array::{Device, difference, norm};
use crate::constants::SPEED_OF_SOUND;
use crate::parallel;

/// Latency and level are judged over this band, in such steps, hertz.
const BAND_HZ: [f64; 2] = [300.0, 6000.0];
const STEP_HZ: f64 = 50.0;
/// Most responses that the latency is sought with.
const MOST_COMPARED: usize = 64;
/// Largest difference of an onset from the model's, when the latency is right, seconds.
const LARGEST_STRAY_S: f64 = 0.004;
/// The latency is sought around that of the onsets, in two rounds, seconds.
const SOUGHT_S: [[f64; 2]; 2] = [[1.5e-3, 1e-5], [1e-5, 2.5e-7]];
/// Spectra of recordings are this much finer than they need be, to be read between their bins.
const OVERSAMPLING: usize = 8;
/// Recordings end at these shares of the lower of their sample rate and that of kept ones.
const ENDS_AT: [f64; 2] = [0.46, 0.5];
/// Distance from the noise of a recording without any, dB.
const CLEAR_DB: f64 = 100.0;
/// Most quiet pieces of a recording that are looked at.
const MOST_QUIET_PIECES: usize = 16;
/// A piece with nothing but noise may by chance have up to so many times its mean power; as much is taken off.
const NOISE_ALONE: f64 = 3.0;
/// Energy is compared with that of the noise in blocks of this length, seconds, and is heard from this ratio on.
const BLOCK_S: f64 = 5e-4;
const ABOVE_NOISE: f64 = 1.5;
/// Shortest response that is kept after the flight, seconds.
const SHORTEST_S: f64 = 0.002;
/// Nearest and farthest that a head or a microphone may be from the device's origin, metres.
const DISTANCES_M: [f64; 2] = [0.1, 20.0];
/// Highest that the listener's head may be above or below the device, metres: beyond, the models of the head do not reach.
const HIGHEST_M: f64 = 0.3;

/// A response beside its model.
struct Compared<'a> {
    row: &'a Row,
    driver: usize,
    /// From the device's origin to the place that time is told from, metres.
    distance_m: f64,
    /// From the driver to the point, metres.
    way_m: f64,
    /// Pressure that the models expect, by calibration frequency.
    model: Vec<Complex64>,
}

/// Responses at the ears of a head, in one or more poses.
pub(super) fn at_ears(recorded: &Recorded, device: &Device) -> Result<MeasuredDevice, MeasuredError> {
    let frequencies_hz = calibration_hz();
    let plant = Plant::new(&device.modelled(), &frequencies_hz);
    let mut poses = Vec::with_capacity(recorded.places.len());
    let mut compared = Vec::new();
    for (place, drivers) in recorded.places.iter().zip(&recorded.rows) {
        if place.receivers_m.len() != 2 {
            return Err(recorded.fail(MeasuredProblem::NotTwoEars {
                receivers: place.receivers_m.len(),
            }));
        }
        let center_m = place.listener_m;
        let in_front = center_m[0] < 0.0 && center_m[2].abs() <= HIGHEST_M;
        check_place(
            recorded,
            "the listener",
            center_m,
            in_front,
            "at the height of the device, in front of it",
        )?;
        let pose = HeadPose {
            offset_m: center_m[1],
            yaw_rad: place.yaw_rad,
            ..HeadPose::at_distance(-center_m[0])
        };
        let ears = plant.ears(&pose);
        // Receivers are told by where they are, if that is told.
        let left_first = place.receivers_m[0][1] >= place.receivers_m[1][1];
        let order = if left_first { Ear::BOTH } else { [Ear::Right, Ear::Left] };
        for (driver, receivers) in drivers.iter().enumerate() {
            for ear in Ear::BOTH {
                let receiver = usize::from(order[0] != ear);
                compared.push(Compared {
                    row: &receivers[receiver],
                    driver,
                    distance_m: norm(pose.center_m()),
                    way_m: norm(difference(
                        pose.center_m(),
                        device.drivers[driver].position_m(&device.enclosure),
                    )),
                    model: ears.driver(ear, driver).to_vec(),
                });
            }
        }
        poses.push(pose);
    }
    recorded.check_count(poses.len())?;
    let calibration = Calibration::new(recorded, &compared, &frequencies_hz)?;
    let kept = calibration.kept(&compared, EAR_TAPS);
    let per_pose = kept.len() / poses.len().max(1);
    let mut kept = kept.into_iter();
    let ears = poses.into_iter().map(|pose| MeasuredEars {
        pose,
        responses: Packed::new(EAR_TAPS, kept.by_ref().take(per_pose)),
    });
    Ok(MeasuredDevice {
        ears: ears.collect(),
        polar: None,
        clearance_db: calibration.clearance_db(&compared, device.drivers.len(), EAR_TAPS),
    })
}

/// Responses at points around the device, without a listener.
pub(super) fn around(recorded: &Recorded, device: &Device) -> Result<MeasuredDevice, MeasuredError> {
    let frequencies_hz = calibration_hz();
    let plant = Plant::new(&device.modelled(), &frequencies_hz);
    let points: Vec<(usize, usize, [f64; 3])> = recorded
        .places
        .iter()
        .enumerate()
        .flat_map(|(n, place)| {
            let receivers = place.receivers_m.iter().enumerate();
            receivers.map(move |(r, &receiver_m)| {
                let at: [f64; 3] = std::array::from_fn(|axis| place.listener_m[axis] + receiver_m[axis]);
                (n, r, at)
            })
        })
        .collect();
    recorded.check_count(points.len())?;
    for (_, _, point_m) in &points {
        check_place(recorded, "a microphone", *point_m, true, "around the device")?;
    }
    let fields = parallel::map(points.len(), 4, |n| plant.field(points[n].2));
    let drivers = device.drivers.len();
    let compare = |(driver, n): (usize, usize)| {
        let (place, receiver, point_m) = points[n];
        Compared {
            row: &recorded.rows[place][driver][receiver],
            driver,
            distance_m: norm(point_m),
            way_m: norm(difference(
                point_m,
                device.drivers[driver].position_m(&device.enclosure),
            )),
            model: fields[n].driver(driver).to_vec(),
        }
    };
    let order = (0..drivers).flat_map(|driver| (0..points.len()).map(move |n| (driver, n)));
    let compared: Vec<Compared> = order.map(compare).collect();
    let calibration = Calibration::new(recorded, &compared, &frequencies_hz)?;
    Ok(MeasuredDevice {
        ears: Vec::new(),
        polar: Some(MeasuredPolar {
            points_m: points.iter().map(|(_, _, point_m)| *point_m).collect(),
            responses: Packed::new(POLAR_TAPS, calibration.kept(&compared, POLAR_TAPS)),
        }),
        clearance_db: calibration.clearance_db(&compared, drivers, POLAR_TAPS),
    })
}

fn check_place(
    recorded: &Recorded,
    place: &str,
    position_m: [f64; 3],
    right: bool,
    allowed: &str,
) -> Result<(), MeasuredError> {
    let [nearest, farthest] = DISTANCES_M;
    if right && (nearest..=farthest).contains(&norm(position_m)) {
        return Ok(());
    }
    Err(recorded.fail(MeasuredProblem::Place {
        place: place.to_owned(),
        position_m,
        allowed: format!("{allowed}, {nearest} to {farthest} m away"),
    }))
}

fn calibration_hz() -> Vec<f64> {
    let [low, high] = BAND_HZ;
    (0..=((high - low) / STEP_HZ) as usize)
        .map(|n| low + STEP_HZ * n as f64)
        .collect()
}

/// What all responses of a recording have in common.
struct Calibration {
    sample_rate_hz: f64,
    latency_s: f64,
    gain: f64,
    /// How long after the flight responses are above the noise, samples of kept responses.
    audible: usize,
}

impl Calibration {
    fn new(recorded: &Recorded, compared: &[Compared], frequencies_hz: &[f64]) -> Result<Self, MeasuredError> {
        let sample_rate_hz = recorded.sample_rate_hz;
        let late =
            |c: &Compared| onset(&c.row.samples) as f64 / sample_rate_hz + c.row.delay_s - c.way_m / SPEED_OF_SOUND;
        let mut latencies: Vec<f64> = compared.iter().map(late).collect();
        latencies.sort_by(f64::total_cmp);
        let median_s = latencies.get(latencies.len() / 2).copied().unwrap_or(0.0);
        // A few may stray, where noise or a reflection is louder than what comes around the device.
        let strays = latencies
            .iter()
            .filter(|late| (**late - median_s).abs() > LARGEST_STRAY_S)
            .count();
        if strays * 4 > latencies.len() {
            return Err(recorded.fail(MeasuredProblem::NoDirectSound));
        }
        let coarse = Self {
            sample_rate_hz,
            latency_s: median_s,
            gain: 1.0,
            audible: EAR_TAPS,
        };
        let reader = coarse.reader(EAR_TAPS);
        let step = compared.len().div_ceil(MOST_COMPARED);
        let pairs: Vec<(Vec<Complex64>, &Compared)> = compared
            .iter()
            .step_by(step.max(1))
            .map(|c| {
                let spectrum = reader.spectrum(c, coarse.start_s(c));
                let bulk_s = c.distance_m / SPEED_OF_SOUND;
                let at = |f: f64| reader.at(f, &spectrum) * delay(f, bulk_s);
                (frequencies_hz.iter().map(|&f| at(f)).collect(), c)
            })
            .collect();
        let likeness = |late_s: f64| -> f64 {
            let turns: Vec<Complex64> = frequencies_hz.iter().map(|&f| delay(f, -late_s)).collect();
            let likeness = |(spectrum, c): &(Vec<Complex64>, &Compared)| {
                let bins = spectrum.iter().zip(&c.model).zip(&turns);
                let sum: f64 = bins
                    .map(|((value, model), turn)| (value * model.conj() * turn).re)
                    .sum();
                // A driver may be wired the wrong way round.
                sum.abs()
            };
            pairs.iter().map(likeness).sum()
        };
        let mut late_s = 0.0;
        for [range_s, step_s] in SOUGHT_S {
            let steps = (range_s / step_s) as i32;
            let trials: Vec<f64> = (-steps..=steps).map(|n| late_s + f64::from(n) * step_s).collect();
            let tried = parallel::map(trials.len(), 8, |n| likeness(trials[n]));
            let best = tried.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
            late_s = best.map_or(late_s, |(n, _)| trials[n]);
        }
        let power = |values: &[Complex64]| values.iter().map(Complex64::norm_sqr).sum::<f64>();
        let measured: f64 = pairs.iter().map(|(spectrum, _)| power(spectrum)).sum();
        let modelled: f64 = pairs.iter().map(|(_, c)| power(&c.model)).sum();
        let level = Self {
            latency_s: median_s + late_s,
            gain: (modelled / measured.max(f64::MIN_POSITIVE)).sqrt(),
            ..coarse
        };
        Ok(Self {
            audible: level.audible(compared),
            ..level
        })
    }

    /// How long after the flight responses are above the noise, samples of kept responses: what comes later would add only noise.
    fn audible(&self, compared: &[Compared]) -> usize {
        let block = (BLOCK_S * self.sample_rate_hz) as usize;
        let blocks = (EAR_TAPS as f64 / RATE_HZ / BLOCK_S) as usize;
        let (mut energies, mut noise) = (vec![0.0; blocks], 0.0);
        let reader = self.reader(EAR_TAPS);
        for c in compared {
            let start = (self.start_s(c) * self.sample_rate_hz).max(0.0) as usize;
            let energy = |first: usize| -> f64 {
                let samples = c.row.samples.iter().skip(first).take(block);
                samples.map(|x| x * x).sum()
            };
            for (n, sum) in energies.iter_mut().enumerate() {
                *sum += energy(start + n * block);
            }
            let quiet = reader.quiet_starts_s(&c.row.samples, self.start_s(c));
            let firsts = quiet.iter().map(|start_s| (start_s * self.sample_rate_hz) as usize);
            noise += firsts.map(energy).sum::<f64>() / quiet.len().max(1) as f64;
        }
        let last = energies
            .iter()
            .rposition(|energy| *energy > noise * ABOVE_NOISE)
            .unwrap_or(0);
        let end_s = ((last + 2) as f64 * BLOCK_S).max(SHORTEST_S);
        (end_s * RATE_HZ) as usize
    }

    fn reader(&self, taps: usize) -> Reader {
        Reader::new(self.sample_rate_hz, taps, self.audible)
    }

    /// When the flight from the device's origin is over in a recording, seconds from its first sample.
    fn start_s(&self, c: &Compared) -> f64 {
        c.distance_m / SPEED_OF_SOUND + self.latency_s - c.row.delay_s
    }

    /// The responses at the rate of kept ones, around the end of the flight.
    fn kept(&self, compared: &[Compared], taps: usize) -> Vec<Vec<f64>> {
        let reader = self.reader(taps);
        let transform = Transform::<f64>::new(2 * taps);
        let spacing_hz = RATE_HZ / (2 * taps) as f64;
        let [end, beyond] = ENDS_AT.map(|share| share * self.sample_rate_hz.min(RATE_HZ));
        let edge = window(taps, TAPS_BEFORE / 2, taps / 4);
        parallel::map(compared.len(), 4, |n| {
            let spectrum = reader.spectrum(&compared[n], self.start_s(&compared[n]));
            let value = |bin: usize| {
                let frequency_hz = bin as f64 * spacing_hz;
                let share = ((beyond - frequency_hz) / (beyond - end)).clamp(0.0, 1.0);
                reader.at(frequency_hz, &spectrum) * (self.gain * share)
            };
            let samples = transform.samples((0..=taps).map(value).collect(), TAPS_BEFORE);
            samples
                .iter()
                .take(taps)
                .enumerate()
                .map(|(n, x)| x * edge(n))
                .collect()
        })
    }

    /// How far each driver lies above the noise, by band: the power of what is used of its responses over that of quiet pieces of
    /// the recordings of the same length.
    fn clearance_db(&self, compared: &[Compared], drivers: usize, taps: usize) -> Vec<[f32; BANDS]> {
        let reader = self.reader(taps);
        let powers = parallel::map(compared.len(), 4, |n| {
            let c = &compared[n];
            let signal = reader.bands(&reader.spectrum(c, self.start_s(c)));
            let starts_s = reader.quiet_starts_s(&c.row.samples, self.start_s(c));
            let pieces: Vec<[f64; BANDS]> = starts_s
                .iter()
                .map(|&start_s| reader.bands(&reader.spectrum(c, start_s)))
                .collect();
            let mean = |band: usize| pieces.iter().map(|bands| bands[band]).sum::<f64>() / pieces.len() as f64;
            (
                signal,
                (!pieces.is_empty()).then(|| std::array::from_fn::<f64, BANDS, _>(mean)),
            )
        });
        let mut clearance_db = vec![[CLEAR_DB as f32; BANDS]; drivers];
        for (driver, clearance_db) in clearance_db.iter_mut().enumerate() {
            let (mut signal, mut noise) = ([0.0; BANDS], [0.0; BANDS]);
            let own = compared.iter().zip(&powers).filter(|(c, _)| c.driver == driver);
            for (own, quiet) in own.filter_map(|(_, (own, quiet))| quiet.as_ref().map(|quiet| (own, quiet))) {
                for band in 0..BANDS {
                    signal[band] += own[band];
                    noise[band] += quiet[band];
                }
            }
            for band in 0..BANDS {
                if noise[band] > 0.0 {
                    let above = signal[band] / noise[band] - NOISE_ALONE;
                    let db = 10.0 * above.max(1e-10).log10();
                    clearance_db[band] = db.min(CLEAR_DB) as f32;
                }
            }
        }
        clearance_db
    }
}

/// Reads pieces of recordings as spectra.
struct Reader {
    sample_rate_hz: f64,
    /// Samples of a piece, and how many of them come before its time zero.
    samples: usize,
    before: usize,
    /// Samples until it has faded out.
    used: usize,
    transform: Transform<f64>,
    spacing_hz: f64,
    bins: usize,
}

impl Reader {
    /// For pieces as long as so many samples of kept responses, of which so many after time zero are used.
    fn new(sample_rate_hz: f64, taps: usize, audible: usize) -> Self {
        let scaled = |taps: usize| (taps as f64 * sample_rate_hz / RATE_HZ).ceil() as usize;
        let samples = scaled(taps);
        let length = (OVERSAMPLING * samples).next_power_of_two();
        Self {
            sample_rate_hz,
            samples,
            before: scaled(TAPS_BEFORE),
            used: scaled(TAPS_BEFORE + audible).min(samples),
            transform: Transform::new(length),
            spacing_hz: sample_rate_hz / length as f64,
            bins: length / 2 + 1,
        }
    }

    /// Spectrum of the piece whose time zero is `start_s` after the first sample.
    fn spectrum(&self, c: &Compared, start_s: f64) -> Vec<Complex64> {
        let start = start_s * self.sample_rate_hz;
        let whole = start.floor();
        let edge = window(self.used, self.before / 2, (self.used - self.before) / 3);
        let sample = |n: usize| {
            let at = whole + n as f64 - self.before as f64;
            let value = if at >= 0.0 {
                c.row.samples.get(at as usize).copied()
            } else {
                None
            };
            value.unwrap_or(0.0) * edge(n)
        };
        let mut spectrum = self.transform.spectrum((0..self.used).map(sample), self.before);
        let rest_s = (start - whole) / self.sample_rate_hz;
        for (bin, value) in spectrum.iter_mut().enumerate() {
            *value *= delay(bin as f64 * self.spacing_hz, -rest_s);
        }
        spectrum
    }

    fn at(&self, frequency_hz: f64, spectrum: &[Complex64]) -> Complex64 {
        Between::new(frequency_hz, self.spacing_hz, self.bins).value(spectrum)
    }

    /// Power in third octaves.
    fn bands(&self, spectrum: &[Complex64]) -> [f64; BANDS] {
        std::array::from_fn(|band| {
            let middle_hz = 20.0 * (band as f64 / 3.0).exp2();
            let [first, last] = [-1.0, 1.0].map(|side: f64| {
                let edge_hz = middle_hz * (side / 6.0).exp2();
                ((edge_hz / self.spacing_hz).round() as usize).min(self.bins - 1)
            });
            let bins = &spectrum[first..=last];
            bins.iter().map(Complex64::norm_sqr).sum::<f64>() / bins.len() as f64
        })
    }

    /// Time zeros of the quieter half of the pieces beside the one that starts at `start_s`, where reflections are not; none where
    /// the recording is too short.
    fn quiet_starts_s(&self, samples: &[f64], start_s: f64) -> Vec<f64> {
        let used = (start_s * self.sample_rate_hz) as i64 - self.before as i64;
        let length = self.samples as i64;
        let beside = |first: &i64| *first + length <= used || *first >= used + length;
        let firsts = (0..=samples.len() as i64 - length)
            .step_by(self.samples.max(2) / 2)
            .filter(beside);
        let energy = |first: i64| -> f64 {
            let piece = &samples[first as usize..(first + length) as usize];
            piece.iter().map(|x| x * x).sum()
        };
        let mut pieces: Vec<(i64, f64)> = firsts.map(|first| (first, energy(first))).collect();
        pieces.sort_by(|a, b| a.1.total_cmp(&b.1));
        pieces.truncate(pieces.len().div_ceil(2).min(MOST_QUIET_PIECES));
        let start_s = |(first, _)| (first + self.before as i64) as f64 / self.sample_rate_hz;
        pieces.into_iter().map(start_s).collect()
    }
}
