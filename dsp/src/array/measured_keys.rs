//! Keys of a device file for measured data: the listener's head, and responses of the drivers.
//!
//! ```toml
//! [listener]
//! head_radius_m = 0.0875      # a rigid sphere, or
//! # head = "head.sofa"        # a measured head, SimpleFreeFieldHRIR
//! [[measured.ears]]           # drivers to ears, of a head in one or several poses
//! sofa = "ears.sofa"          # or, for one pose:
//! # wav = ["left.wav", "right.wav"]  # a stereo file for each driver, left and right ear
//! # position_m = [-2.0, 0.0, 0.0]    # middle of the head; unless given, where the listener is
//! # yaw_deg = 0.0
//! [measured.polar]            # drivers to microphones on a circle or a sphere around the device
//! sofa = "polar.sofa"         # or:
//! # wav = ["left.wav", "right.wav"]  # a file for each driver, a channel for each microphone
//! # azimuth_deg = [-180.0, 0.0, 90.0]
//! # elevation_deg = [0.0, 0.0, 0.0]
//! # distance_m = 1.0
//! ```
//!
//! Paths are relative to the folder of the device file. A device that is written holds the data itself: `head_data`, and
//! `[measured.kept]`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::device::Device;
use super::error::{DeviceError, Problem};
use super::validate::Key;
use crate::acoustics::{HeadPose, HeadShape};
use crate::measured::{ListenerHead, MeasuredDevice, MeasuredError, MeasuredHead, MeasuredProblem, MeasuredText};

#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListenerTable {
    #[serde(skip_serializing_if = "Option::is_none")]
    head_radius_m: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    head: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    head_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    head_data: Option<String>,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MeasuredTable {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ears: Vec<EarsTable>,
    #[serde(skip_serializing_if = "Option::is_none")]
    polar: Option<PolarTable>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<KeptTable>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct EarsTable {
    sofa: Option<String>,
    wav: Option<Vec<String>>,
    position_m: Option<[f64; 3]>,
    yaw_deg: Option<f64>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct PolarTable {
    sofa: Option<String>,
    wav: Option<Vec<String>>,
    azimuth_deg: Option<Vec<f64>>,
    elevation_deg: Option<Vec<f64>>,
    distance_m: Option<f64>,
}

/// Data that a device was written with.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct KeptTable {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    clearance_db: Vec<Vec<f32>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ears: Vec<KeptEars>,
    #[serde(skip_serializing_if = "Option::is_none")]
    polar: Option<KeptPolar>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct KeptEars {
    /// Distance, offset, depth in metres, turn in radians.
    pose: [f64; 4],
    data: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct KeptPolar {
    points_m: Vec<[f64; 3]>,
    data: String,
}

/// Where the files are that a device file refers to.
pub(super) struct References<'a> {
    pub(super) origin: &'a str,
    /// None for a text that came from nowhere.
    pub(super) folder: Option<&'a Path>,
}

impl References<'_> {
    fn key(&self, key: impl Into<String>) -> Key {
        Key::new(self.origin, key)
    }

    fn path(&self, key: &Key, name: &str) -> Result<PathBuf, DeviceError> {
        let folder = self.folder.ok_or_else(|| key.error(Problem::NoFolder))?;
        Ok(folder.join(name))
    }

    fn paths(&self, key: &Key, names: &[String]) -> Result<Vec<PathBuf>, DeviceError> {
        names.iter().map(|name| self.path(key, name)).collect()
    }
}

fn measured(key: Key) -> impl Fn(MeasuredError) -> DeviceError {
    move |error| key.error(Problem::Measured(Box::new(error)))
}

/// An error unless exactly one of the keys `sofa` and `wav` is there.
fn one_of(key: &Key, present: [bool; 2], allowed: &'static str) -> Result<(), DeviceError> {
    let hint = "give sofa or wav, not both";
    match present {
        [false, false] => Err(key.error(Problem::Missing { allowed })),
        [true, true] => Err(key.error(Problem::Misplaced { hint })),
        _ => Ok(()),
    }
}

impl ListenerTable {
    pub(super) fn into_head(self, references: &References) -> Result<ListenerHead, DeviceError> {
        let at = |name: &str| references.key(format!("listener.{name}"));
        let given = [
            self.head_radius_m.is_some(),
            self.head.is_some(),
            self.head_data.is_some(),
        ];
        if given.into_iter().filter(|given| *given).count() > 1 {
            let hint = "give one of head_radius_m and head";
            return Err(references.key("listener").error(Problem::Misplaced { hint }));
        }
        if let Some(name) = self.head {
            let key = at("head");
            let path = references.path(&key, &name)?;
            return MeasuredHead::open(&path).map(ListenerHead::from).map_err(measured(key));
        }
        if let Some(data) = self.head_data {
            let head = MeasuredHead::from_text(&self.head_name.unwrap_or_default(), &data);
            let damaged = || {
                let problem = MeasuredProblem::Embedded("the responses of the head");
                at("head_data").error(Problem::Measured(Box::new(MeasuredError::new("data", problem))))
            };
            return head.map(ListenerHead::from).ok_or_else(damaged);
        }
        let Some(radius_m) = self.head_radius_m else {
            return Ok(ListenerHead::default());
        };
        at("head_radius_m").within(radius_m, 0.05..=0.15, "m")?;
        Ok(ListenerHead::from(HeadShape {
            radius_m,
            ..HeadShape::default()
        }))
    }

    /// The table of a device, unless its head is the default.
    pub(super) fn of(device: &Device) -> Option<Self> {
        match &device.head {
            head if *head == ListenerHead::default() => None,
            ListenerHead::Sphere(shape) => Some(Self {
                head_radius_m: Some(shape.radius_m),
                ..Self::default()
            }),
            ListenerHead::Measured(head) => Some(Self {
                head_name: Some(head.name().to_owned()),
                head_data: Some(head.to_text()),
                ..Self::default()
            }),
        }
    }
}

impl MeasuredTable {
    /// Reads what the table refers to, for a device that is complete otherwise.
    pub(super) fn into_measured(
        self,
        device: &Device,
        references: &References,
    ) -> Result<Option<Arc<MeasuredDevice>>, DeviceError> {
        let mut all = MeasuredDevice::default();
        if let Some(kept) = self.kept {
            let key = references.key("measured.kept");
            let kept = MeasuredDevice::embedded(kept.into_text(), device.drivers.len())
                .map_err(|problem| key.error(Problem::Measured(Box::new(MeasuredError::new("data", problem)))))?;
            all.add(kept);
        }
        for (n, ears) in self.ears.into_iter().enumerate() {
            all.add(ears.read(device, references, &format!("measured.ears[{n}]"))?);
        }
        if let Some(polar) = self.polar {
            all.add(polar.read(device, references)?);
        }
        let key = references.key("measured");
        all.check_size("all files together").map_err(measured(key))?;
        Ok((!all.is_empty()).then(|| Arc::new(all)))
    }

    /// The table of a device, if anything is measured.
    pub(super) fn of(device: &Device) -> Option<Self> {
        let MeasuredText {
            ears,
            polar,
            clearance_db,
        } = device.measured.as_ref()?.to_text();
        let ears = ears.into_iter().map(|(pose, data)| KeptEars {
            pose: [pose.distance_m, pose.offset_m, pose.depth_m, pose.yaw_rad],
            data,
        });
        Some(Self {
            kept: Some(KeptTable {
                clearance_db,
                ears: ears.collect(),
                polar: polar.map(|(points_m, data)| KeptPolar { points_m, data }),
            }),
            ..Self::default()
        })
    }
}

impl KeptTable {
    fn into_text(self) -> MeasuredText {
        let pose = |[distance_m, offset_m, depth_m, yaw_rad]: [f64; 4]| HeadPose {
            distance_m,
            offset_m,
            depth_m,
            yaw_rad,
        };
        MeasuredText {
            ears: self.ears.into_iter().map(|ears| (pose(ears.pose), ears.data)).collect(),
            polar: self.polar.map(|polar| (polar.points_m, polar.data)),
            clearance_db: self.clearance_db,
        }
    }
}

impl EarsTable {
    fn read(self, device: &Device, references: &References, place: &str) -> Result<MeasuredDevice, DeviceError> {
        let at = |name: &str| references.key(format!("{place}.{name}"));
        let allowed = "sofa = \"ears.sofa\", or wav = [...] with a stereo file for each driver";
        one_of(
            &references.key(place),
            [self.sofa.is_some(), self.wav.is_some()],
            allowed,
        )?;
        if let Some(name) = self.sofa {
            let hint = "a SOFA file says itself where the head is";
            at("position_m").refuse(self.position_m.is_some(), hint)?;
            at("yaw_deg").refuse(self.yaw_deg.is_some(), hint)?;
            let path = references.path(&at("sofa"), &name)?;
            return MeasuredDevice::ears_from_sofa(&path, device).map_err(measured(at("sofa")));
        }
        let [x, y, z] = self.position_m.unwrap_or([-device.nominal_distance_m(), 0.0, 0.0]);
        let position = at("position_m");
        position.within(x, -20.0..=-0.1, "m for x, which points from the listener to the device")?;
        position.within(y, -20.0..=20.0, "m for y")?;
        position.within(
            z,
            0.0..=0.0,
            "m for z, for models have the head at the height of the device",
        )?;
        let yaw_deg = self.yaw_deg.unwrap_or(0.0);
        at("yaw_deg").within(yaw_deg, -180.0..=180.0, "degrees")?;
        let pose = HeadPose {
            offset_m: y,
            yaw_rad: yaw_deg.to_radians(),
            ..HeadPose::at_distance(-x)
        };
        let paths = references.paths(&at("wav"), &self.wav.unwrap_or_default())?;
        MeasuredDevice::ears_from_waves(&paths, &pose, device).map_err(measured(at("wav")))
    }
}

impl PolarTable {
    fn read(self, device: &Device, references: &References) -> Result<MeasuredDevice, DeviceError> {
        let at = |name: &str| references.key(format!("measured.polar.{name}"));
        let allowed = "sofa = \"polar.sofa\", or wav = [...] with a file for each driver";
        let table = references.key("measured.polar");
        one_of(&table, [self.sofa.is_some(), self.wav.is_some()], allowed)?;
        if let Some(name) = self.sofa {
            let hint = "a SOFA file says itself where the microphones are";
            at("azimuth_deg").refuse(self.azimuth_deg.is_some(), hint)?;
            at("elevation_deg").refuse(self.elevation_deg.is_some(), hint)?;
            at("distance_m").refuse(self.distance_m.is_some(), hint)?;
            let path = references.path(&at("sofa"), &name)?;
            return MeasuredDevice::polar_from_sofa(&path, device).map_err(measured(at("sofa")));
        }
        let allowed = "an azimuth in degrees for each channel, 0 towards the listener, the listener's left positive";
        let azimuths = at("azimuth_deg").require(self.azimuth_deg, allowed)?;
        let elevations = self.elevation_deg.unwrap_or_else(|| vec![0.0; azimuths.len()]);
        if elevations.len() != azimuths.len() {
            let hint = "give as many as azimuth_deg has, or none";
            return Err(at("elevation_deg").error(Problem::Misplaced { hint }));
        }
        for &azimuth_deg in &azimuths {
            at("azimuth_deg").within(azimuth_deg, -360.0..=360.0, "degrees")?;
        }
        for &elevation_deg in &elevations {
            at("elevation_deg").within(elevation_deg, -90.0..=90.0, "degrees")?;
        }
        let distance_m = at("distance_m").require(self.distance_m, "the distance of the microphones in metres")?;
        at("distance_m").within(distance_m, 0.1..=20.0, "m")?;
        let directions: Vec<[f64; 2]> = azimuths.into_iter().zip(elevations).map(|(a, e)| [a, e]).collect();
        let paths = references.paths(&at("wav"), &self.wav.unwrap_or_default())?;
        MeasuredDevice::polar_from_waves(&paths, &directions, distance_m, device).map_err(measured(at("wav")))
    }
}
