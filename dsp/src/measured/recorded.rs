//! Responses of the drivers of a device as they were recorded, from SOFA files or WAV files.

use std::path::{Path, PathBuf};

use super::error::{MeasuredError, MeasuredProblem};
use super::limits::MOST_POINTS;
use super::sofa::{SofaFile, silent};
use super::wave::Wave;
use crate::array::{Device, difference, norm};

/// Conventions of SOFA that responses of a device may be in.
const CONVENTIONS: &str =
    "GeneralFIR, GeneralFIR-E, SingleRoomSRIR, SingleRoomMIMOSRIR and MultiSpeakerBRIR for a device";
/// Sources closer than this are one, metres.
const SAME_M: f64 = 1e-4;

/// Responses of all drivers at some places.
pub(super) struct Recorded {
    pub(super) origin: String,
    pub(super) sample_rate_hz: f64,
    /// `[place][driver][receiver]`
    pub(super) rows: Vec<Vec<Vec<Row>>>,
    pub(super) places: Vec<PlaceOfReceivers>,
}

/// One response.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) samples: Vec<f64>,
    /// To be added to the time of every sample, seconds.
    pub(super) delay_s: f64,
}

/// Where receivers were, in device coordinates.
pub(super) struct PlaceOfReceivers {
    /// The listener, metres.
    pub(super) listener_m: [f64; 3],
    /// The listener's turn to the left, radians.
    pub(super) yaw_rad: f64,
    /// Receivers from the listener, metres.
    pub(super) receivers_m: Vec<[f64; 3]>,
}

impl Recorded {
    /// From a SOFA file: the source is the device, its emitters are the drivers, in the order of the device file. Where there
    /// is one emitter, measurements are drivers: those with sources at as many places, else in turn.
    pub(super) fn from_sofa(path: &Path, device: &Device) -> Result<Self, MeasuredError> {
        let file = SofaFile::open(path)?;
        Self::of_file(&file, device).map_err(|problem| MeasuredError::new(&file.origin, problem))
    }

    fn of_file(file: &SofaFile, device: &Device) -> Result<Self, MeasuredProblem> {
        let known = ["GeneralFIR", "SingleRoomSRIR", "SingleRoomMIMOSRIR", "MultiSpeakerBRIR"];
        if !known
            .iter()
            .any(|known| file.convention.trim_end_matches("-E") == *known)
        {
            return Err(MeasuredProblem::Convention {
                found: file.convention.clone(),
                allowed: CONVENTIONS,
            });
        }
        let dimensions = file.responses.shape.len();
        let samples_axis = match (file.data_type.as_str(), dimensions) {
            ("FIR", 3) => 2,
            // Emitters last (SOFA 2) or before the samples (SOFA 1).
            ("FIR-E", 4) => 2,
            ("FIRE", 4) => 3,
            ("FIR" | "FIR-E" | "FIRE", _) => {
                return Err(MeasuredProblem::Size {
                    name: "Data.IR",
                    found: file.responses.shape.clone(),
                    expected: format!("the dimensions of {}", file.data_type),
                });
            }
            _ => {
                return Err(MeasuredProblem::DataType {
                    found: file.data_type.clone(),
                    allowed: "FIR and FIR-E",
                });
            }
        };
        let (leading, rows) = file.rows(samples_axis)?;
        let (measurements, receivers) = (leading[0], leading[1]);
        let emitters = leading.get(2).copied().unwrap_or(1);
        let source = file.source.as_ref().ok_or(MeasuredProblem::Missing("SourcePosition"))?;
        let listener = file
            .listener
            .as_ref()
            .ok_or(MeasuredProblem::Missing("ListenerPosition"))?;
        let drivers = device.drivers.len();
        let (order, origin_m) = if dimensions == 4 {
            if emitters != drivers {
                return Err(wrong_count(emitters, device));
            }
            let order = (0..measurements)
                .map(|m| (0..drivers).map(|e| (m, e)).collect())
                .collect();
            (order, source.at(0))
        } else {
            let places: Vec<[f64; 3]> = (0..measurements).map(|m| source.at(m)).collect();
            by_driver(&places, device)?
        };
        let order: Vec<Vec<(usize, usize)>> = order;
        let row = |(m, e): (usize, usize), receiver: usize| {
            let at = (m * receivers + receiver) * emitters + e;
            Row {
                samples: rows[at].clone(),
                delay_s: file.delay_s(&[m, receiver, e][..leading.len()]),
            }
        };
        let receiver_m = |n| file.receiver.as_ref().map_or([0.0; 3], |receiver| receiver.at(n));
        let place = |drivers: &Vec<(usize, usize)>| {
            let first = drivers.first().map_or(0, |(m, _)| *m);
            let view = file
                .listener_view
                .as_ref()
                .map_or([1.0, 0.0, 0.0], |view| view.at(first));
            PlaceOfReceivers {
                listener_m: difference(listener.at(first), origin_m),
                yaw_rad: view[1].atan2(view[0]),
                receivers_m: (0..receivers).map(receiver_m).collect(),
            }
        };
        Ok(Self {
            origin: file.origin.clone(),
            sample_rate_hz: file.sample_rate_hz,
            places: order.iter().map(place).collect(),
            rows: order
                .iter()
                .map(|drivers| {
                    let receivers = |&at: &(usize, usize)| (0..receivers).map(|r| row(at, r)).collect();
                    drivers.iter().map(receivers).collect()
                })
                .collect(),
        })
    }

    /// From a WAV file for each driver, in the order of the device file, with a channel for each receiver.
    pub(super) fn from_waves(
        paths: &[PathBuf],
        device: &Device,
        place: PlaceOfReceivers,
    ) -> Result<Self, MeasuredError> {
        let origin = paths.first().map(|path| path.display().to_string()).unwrap_or_default();
        if paths.len() != device.drivers.len() {
            return Err(MeasuredError::new(&origin, wrong_count(paths.len(), device)));
        }
        let receivers = place.receivers_m.len();
        let mut sample_rate_hz = None;
        let mut drivers = Vec::with_capacity(paths.len());
        for path in paths {
            let wave = Wave::open(path)?;
            let fail = |problem| Err(MeasuredError::new(&path.display().to_string(), problem));
            let expected = *sample_rate_hz.get_or_insert(wave.sample_rate_hz);
            if wave.sample_rate_hz != expected {
                return fail(MeasuredProblem::RatesDiffer {
                    found: wave.sample_rate_hz,
                    expected,
                });
            }
            if wave.channels.len() != receivers {
                return fail(MeasuredProblem::Channels {
                    found: wave.channels.len(),
                    expected: format!("{receivers}, one for each microphone"),
                });
            }
            drivers.push(wave.channels);
        }
        let all: Vec<Vec<f64>> = drivers.concat();
        if let Some(n) = silent(&all) {
            let place = format!("channel {} of {}", n % receivers + 1, paths[n / receivers].display());
            return Err(MeasuredError::new(&origin, MeasuredProblem::Silent { place }));
        }
        let row = |samples| Row { samples, delay_s: 0.0 };
        Ok(Self {
            origin,
            sample_rate_hz: sample_rate_hz.unwrap_or(f64::NAN),
            rows: vec![
                drivers
                    .into_iter()
                    .map(|channels| channels.into_iter().map(row).collect())
                    .collect(),
            ],
            places: vec![place],
        })
    }

    pub(super) fn fail(&self, problem: MeasuredProblem) -> MeasuredError {
        MeasuredError::new(&self.origin, problem)
    }

    /// An error unless there are so many points that a design can use them.
    pub(super) fn check_count(&self, points: usize) -> Result<(), MeasuredError> {
        if (1..=MOST_POINTS).contains(&points) {
            Ok(())
        } else {
            Err(self.fail(MeasuredProblem::PointCount { found: points }))
        }
    }
}

fn wrong_count(found: usize, device: &Device) -> MeasuredProblem {
    let names: Vec<&str> = device.drivers.iter().map(|driver| driver.name.as_str()).collect();
    MeasuredProblem::DriverCount {
        found,
        drivers: names.len(),
        names: names.join(", "),
    }
}

/// Which measurement (and emitter 0) is which place and driver, and where the device is.
#[allow(clippy::type_complexity)] // Indices, used next to this.
fn by_driver(places: &[[f64; 3]], device: &Device) -> Result<(Vec<Vec<(usize, usize)>>, [f64; 3]), MeasuredProblem> {
    let drivers = device.drivers.len();
    let mut sources: Vec<[f64; 3]> = Vec::new();
    let mut source_of = Vec::with_capacity(places.len());
    for &place in places {
        let known = sources
            .iter()
            .position(|&source| norm(difference(source, place)) < SAME_M);
        let index = known.unwrap_or_else(|| {
            sources.push(place);
            sources.len() - 1
        });
        // More sources than drivers could be are no sources of this device.
        if index >= drivers {
            return Err(wrong_count(index + 1, device));
        }
        source_of.push(index);
    }
    let told = sources.len() == drivers && drivers > 1;
    if !told && sources.len() > 1 {
        return Err(wrong_count(sources.len(), device));
    }
    let mut order: Vec<Vec<(usize, usize)>> = Vec::new();
    let mut seen = vec![0; drivers];
    for (measurement, &source) in source_of.iter().enumerate() {
        let driver = if told { source } else { measurement % drivers };
        let place = seen[driver];
        seen[driver] += 1;
        if order.len() <= place {
            order.push(vec![(usize::MAX, 0); drivers]);
        }
        order[place][driver] = (measurement, 0);
    }
    if seen.iter().any(|&count| count != order.len()) {
        let complete = seen.iter().filter(|&&count| count == order.len()).count();
        return Err(wrong_count(complete, device));
    }
    // The middle of the sources, where each driver is one: drivers that lie around the device's origin.
    let sum = |axis: usize| sources.iter().map(|source| source[axis]).sum::<f64>();
    let mean = std::array::from_fn(|axis| sum(axis) / sources.len().max(1) as f64);
    let origin = if told {
        let own = device.drivers.iter().map(|driver| driver.position_m(&device.enclosure));
        let own_mean = own.fold([0.0; 3], |sum: [f64; 3], p| {
            std::array::from_fn(|axis| sum[axis] + p[axis] / drivers as f64)
        });
        difference(mean, own_mean)
    } else {
        mean
    };
    Ok((order, origin))
}
