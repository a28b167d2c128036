//! Measured responses of a device, as a design uses them and as files and sessions keep them.

use super::error::{MeasuredError, MeasuredProblem};
use super::limits::{MOST_KEPT_SAMPLES, MOST_POINTS};
use super::packed::Packed;
use crate::acoustics::HeadPose;

/// Samples of a kept response at 48 kHz: at the ears, and around the device, where there are more of them.
pub(super) const EAR_TAPS: usize = 768;
pub(super) const POLAR_TAPS: usize = 320;
/// Samples of it before the flight from the device's origin is over.
pub(super) const TAPS_BEFORE: usize = 160;
/// Bands that the distance from the noise is told in: third octaves from 20 Hz to 20 kHz.
pub(super) const BANDS: usize = 31;

/// What is known of a device by measurement. It takes the place of the models of its drivers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MeasuredDevice {
    pub(super) ears: Vec<MeasuredEars>,
    pub(super) polar: Option<MeasuredPolar>,
    /// How far each driver lies above the noise, dB, `[driver][band]`.
    pub(super) clearance_db: Vec<[f32; BANDS]>,
}

/// Responses of all drivers at the ears of a head in one pose.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredEars {
    pub(super) pose: HeadPose,
    /// `[driver][ear]`, from [`TAPS_BEFORE`] samples before the flight to the middle of the head is over.
    pub(super) responses: Packed,
}

/// Responses of all drivers at points around the device.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredPolar {
    /// Device coordinates, metres.
    pub(super) points_m: Vec<[f64; 3]>,
    /// `[driver][point]`, from [`TAPS_BEFORE`] samples before the flight to the point is over.
    pub(super) responses: Packed,
}

impl MeasuredDevice {
    /// Whether nothing is measured.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ears.is_empty() && self.polar.is_none()
    }

    /// Poses of the heads whose ears the drivers were measured at.
    pub fn poses(&self) -> impl Iterator<Item = &HeadPose> {
        self.ears.iter().map(|ears| &ears.pose)
    }

    /// Points around the device that its drivers were measured at, in device coordinates, metres.
    #[must_use]
    pub fn points_m(&self) -> &[[f64; 3]] {
        self.polar.as_ref().map_or(&[], |polar| &polar.points_m)
    }

    /// How far a driver is to be trusted at a frequency in hertz: from 0, where there was only noise, to 1.
    #[must_use]
    pub fn trust(&self, driver: usize, frequency_hz: f64) -> f64 {
        /// Below the first of these above the noise a response is worth nothing, above the second all, dB: at 20 dB, noise
        /// bounds cancellation to as much.
        const CLEARANCE_DB: [f64; 2] = [6.0, 20.0];
        let Some(bands) = self.clearance_db.get(driver) else {
            return 1.0;
        };
        let place = (3.0 * (frequency_hz.max(1.0) / 20.0).log2()).clamp(0.0, (BANDS - 1) as f64);
        let (here, share) = (place as usize, place.fract());
        let at = |band: usize| f64::from(bands[band.min(BANDS - 1)]);
        let clearance_db = at(here) + (at(here + 1) - at(here)) * share;
        let [none, all] = CLEARANCE_DB;
        ((clearance_db - none) / (all - none)).clamp(0.0, 1.0)
    }

    /// Adds another measurement of the same drivers.
    pub(crate) fn add(&mut self, other: Self) {
        self.ears.extend(other.ears);
        self.polar = other.polar.or(self.polar.take());
        self.add_clearance(other.clearance_db);
    }

    /// The smaller clearance counts.
    fn add_clearance(&mut self, clearance_db: Vec<[f32; BANDS]>) {
        if self.clearance_db.is_empty() {
            self.clearance_db = clearance_db;
            return;
        }
        for (own, other) in self.clearance_db.iter_mut().zip(clearance_db) {
            for (own, other) in own.iter_mut().zip(other) {
                *own = own.min(other);
            }
        }
    }

    /// Samples of all responses.
    fn kept_samples(&self) -> usize {
        let packed = self.ears.iter().map(|ears| &ears.responses);
        let packed = packed.chain(self.polar.iter().map(|polar| &polar.responses));
        packed.map(|packed| packed.len() * packed.taps()).sum()
    }

    /// An error if there is more than a session should hold.
    pub(crate) fn check_size(&self, origin: &str) -> Result<(), MeasuredError> {
        let samples = self.kept_samples();
        if samples > MOST_KEPT_SAMPLES {
            let problem = MeasuredProblem::TooMuchKept { samples };
            return Err(MeasuredError::new(origin, problem));
        }
        Ok(())
    }

    pub(crate) fn polar(&self) -> Option<&MeasuredPolar> {
        self.polar.as_ref()
    }

    /// The parts as text; see [`embedded`](Self::embedded).
    pub(crate) fn to_text(&self) -> MeasuredText {
        MeasuredText {
            ears: self
                .ears
                .iter()
                .map(|ears| (ears.pose, ears.responses.to_text()))
                .collect(),
            polar: self
                .polar
                .as_ref()
                .map(|polar| (polar.points_m.clone(), polar.responses.to_text())),
            clearance_db: self.clearance_db.iter().map(|bands| bands.to_vec()).collect(),
        }
    }

    /// Reads what [`to_text`](Self::to_text) wrote for a device of so many drivers.
    pub(crate) fn embedded(text: MeasuredText, drivers: usize) -> Result<Self, MeasuredProblem> {
        let damaged = MeasuredProblem::Embedded;
        let mut measured = Self::default();
        for (pose, text) in text.ears {
            let numbers = [pose.distance_m, pose.offset_m, pose.depth_m, pose.yaw_rad];
            if !numbers.iter().all(|x| x.is_finite() && x.abs() <= 100.0) || crate::array::norm(pose.center_m()) < 0.01
            {
                return Err(damaged("a head where none can be"));
            }
            let responses = Packed::from_text(&text, 2 * drivers).filter(|packed| packed.taps() == EAR_TAPS);
            measured.ears.push(MeasuredEars {
                pose,
                responses: responses.ok_or(damaged("responses at the ears"))?,
            });
        }
        if let Some((points_m, text)) = text.polar {
            let possible = |point: &[f64; 3]| {
                point.iter().all(|x| x.is_finite() && x.abs() <= 100.0) && crate::array::norm(*point) > 0.01
            };
            if !(1..=MOST_POINTS).contains(&points_m.len()) || !points_m.iter().all(possible) {
                return Err(damaged("points where none can be"));
            }
            let count = drivers * points_m.len();
            let responses = Packed::from_text(&text, count).filter(|packed| packed.taps() == POLAR_TAPS);
            measured.polar = Some(MeasuredPolar {
                responses: responses.ok_or(damaged("responses around the device"))?,
                points_m,
            });
        }
        for bands in text.clearance_db {
            let bands: [f32; BANDS] = bands.try_into().map_err(|_| damaged("distances from the noise"))?;
            if !bands.iter().all(|db| db.is_finite()) {
                return Err(damaged("distances from the noise"));
            }
            measured.clearance_db.push(bands);
        }
        if ![0, drivers].contains(&measured.clearance_db.len()) || measured.kept_samples() > MOST_KEPT_SAMPLES {
            return Err(damaged("too much or too little of them"));
        }
        Ok(measured)
    }
}

/// Measured data as a device file holds them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct MeasuredText {
    pub(crate) ears: Vec<(HeadPose, String)>,
    pub(crate) polar: Option<(Vec<[f64; 3]>, String)>,
    pub(crate) clearance_db: Vec<Vec<f32>>,
}
