//! The text form of a device: TOML, lengths in metres, angles in degrees.
//!
//! ```toml
//! name = "Tabletop"
//! listener_distance_m = 2.0   # optional
//! [enclosure]
//! shape = "sphere"            # or "free", the default
//! radius_m = 0.0875           # of the sphere
//! [[driver]]                  # 1 to 16
//! name = "left"
//! azimuth_deg = 90.0          # on a sphere; listener's left positive
//! elevation_deg = 0.0         # on a sphere; optional
//! # position_m = [0, 0.1, 0]  # free
//! # axis = [-1, 0, 0]         # free; optional
//! radius_m = 0.0255
//! band_hz = [150, 20000]      # optional
//! gain_db = 0.0               # optional
//! delay_ms = 0.0              # optional
//! invert = false              # optional
//! [reference]                 # optional: who plays each path when nothing is steered
//! left = ["left"]
//! right = ["left"]
//! center = ["left"]
//! ```
//!
//! For measured data see [`measured_keys`](super::measured_keys).

use super::device::{Device, Driver, Enclosure, Placement, Reference};
use super::error::{DeviceError, Problem};
use super::measured_keys::{ListenerTable, MeasuredTable, References};
use super::reference;
use super::validate::{Key, validate};
use crate::measured::ListenerHead;
use serde::{Deserialize, Serialize};
use std::path::Path;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct DeviceTable {
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    listener_distance_m: Option<f64>,
    enclosure: Option<EnclosureTable>,
    #[serde(default)]
    driver: Vec<DriverTable>,
    reference: Option<ReferenceTable>,
    #[serde(skip_serializing_if = "Option::is_none")]
    listener: Option<ListenerTable>,
    #[serde(skip_serializing_if = "Option::is_none")]
    measured: Option<MeasuredTable>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Shape {
    Sphere,
    Free,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct EnclosureTable {
    shape: Option<Shape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    radius_m: Option<f64>,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct DriverTable {
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    azimuth_deg: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    elevation_deg: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position_m: Option<[f64; 3]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    axis: Option<[f64; 3]>,
    radius_m: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    band_hz: Option<[f64; 2]>,
    #[serde(default)]
    gain_db: f64,
    #[serde(default)]
    delay_ms: f64,
    #[serde(default)]
    invert: bool,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ReferenceTable {
    left: Option<Vec<String>>,
    right: Option<Vec<String>>,
    center: Option<Vec<String>>,
}

/// Longest text of a device file, bytes. One of 16 drivers with every key takes 8 kB, a measured head 0.6 MB and as much measured
/// data of a device as there may be 1.4 MB.
pub const MAX_DEVICE_BYTES: usize = 5 << 19;

/// Most of a line that an error shows, characters.
const LINE_SHOWN: usize = 80;

impl Device {
    /// Reads and checks a device file. `origin` names the text in errors, e.g. its path.
    ///
    /// # Errors
    /// The first thing wrong, with the key it is wrong at and what is allowed there.
    pub fn from_toml(text: &str, origin: &str) -> Result<Self, DeviceError> {
        Self::read(text, &References { origin, folder: None })
    }

    /// The same for a text whose references to measured data are relative to a folder. They are read, and become part of the
    /// device. Takes a second or two with large ones.
    ///
    /// # Errors
    /// As [`from_toml`](Self::from_toml), and what is wrong with the measured data.
    pub fn from_toml_in(text: &str, origin: &str, folder: &Path) -> Result<Self, DeviceError> {
        Self::read(
            text,
            &References {
                origin,
                folder: Some(folder),
            },
        )
    }

    fn read(text: &str, references: &References) -> Result<Self, DeviceError> {
        let origin = references.origin;
        if text.len() > MAX_DEVICE_BYTES {
            return Err(Key::new(origin, "file").error(Problem::TooLong { bytes: text.len() }));
        }
        let table: DeviceTable = toml::from_str(text).map_err(|error| {
            let place = error
                .span()
                .map_or_else(|| "file".to_owned(), |span| line_at(text, span.start));
            Key::new(origin, place).error(Problem::Syntax(error.message().trim_end().replace('\n', "; ")))
        })?;
        table.into_device(references)
    }

    /// Writes the device as a file that [`Device::from_toml`] reads back to the same device.
    #[must_use]
    pub fn to_toml(&self) -> String {
        // Serialisation can only fail on types that TOML lacks, and there are none in these tables.
        toml::to_string(&DeviceTable::from(self)).unwrap_or_default()
    }
}

/// Number and text, as far as it helps, of the line that holds byte `at`.
fn line_at(text: &str, at: usize) -> String {
    let before = text.bytes().take(at).filter(|&byte| byte == b'\n').count();
    let line = text.lines().nth(before).unwrap_or_default().trim();
    let shown: String = line.chars().take(LINE_SHOWN).collect();
    let rest = if shown.len() < line.len() { "…" } else { "" };
    format!("line {}, `{shown}{rest}`", before + 1)
}

impl DeviceTable {
    fn into_device(self, references: &References) -> Result<Device, DeviceError> {
        let origin = references.origin;
        let key = |name: &str| Key::new(origin, name);
        let enclosure = match self.enclosure {
            Some(table) => table.into_enclosure(origin)?,
            None => Enclosure::Free,
        };
        let drivers = self.driver.into_iter().enumerate();
        let drivers = drivers.map(|(index, table)| table.into_driver(&enclosure, &Key::driver(origin, index)));
        let mut device = Device {
            name: key("name").require(self.name, "the name of the device")?,
            listener_distance_m: self.listener_distance_m,
            enclosure,
            drivers: drivers.collect::<Result<_, _>>()?,
            head: ListenerHead::default(),
            measured: None,
            reference: Reference::default(),
        };
        validate(&device, origin)?;
        if let Some(table) = self.listener {
            device.head = table.into_head(references)?;
        }
        device.reference = reference::by_rule(&device.drivers, &device.enclosure);
        if let Some(table) = self.reference {
            table.overrule(&mut device, origin)?;
        }
        if let Some(table) = self.measured {
            device.measured = table.into_measured(&device, references)?;
        }
        Ok(device)
    }
}

impl EnclosureTable {
    fn into_enclosure(self, origin: &str) -> Result<Enclosure, DeviceError> {
        let radius = Key::new(origin, "enclosure.radius_m");
        match Key::new(origin, "enclosure.shape").require(self.shape, "\"sphere\" or \"free\"")? {
            Shape::Sphere => Ok(Enclosure::Sphere {
                radius_m: radius.require(self.radius_m, "the radius of the sphere in metres")?,
            }),
            Shape::Free => {
                radius.refuse(self.radius_m.is_some(), "leave it out, or set shape = \"sphere\"")?;
                Ok(Enclosure::Free)
            }
        }
    }
}

impl DriverTable {
    fn into_driver(self, enclosure: &Enclosure, key: &Key) -> Result<Driver, DeviceError> {
        let placement = match enclosure {
            Enclosure::Sphere { .. } => {
                let hint = "a driver on a sphere is placed by azimuth_deg and elevation_deg";
                key.field("position_m").refuse(self.position_m.is_some(), hint)?;
                key.field("axis").refuse(self.axis.is_some(), hint)?;
                let allowed = "the azimuth in degrees, 0 towards the listener, the listener's left positive";
                Placement::Surface {
                    azimuth_deg: key.field("azimuth_deg").require(self.azimuth_deg, allowed)?,
                    elevation_deg: self.elevation_deg.unwrap_or(0.0),
                }
            }
            Enclosure::Free => {
                let hint = "a driver without an enclosure is placed by position_m and axis";
                key.field("azimuth_deg").refuse(self.azimuth_deg.is_some(), hint)?;
                key.field("elevation_deg").refuse(self.elevation_deg.is_some(), hint)?;
                let allowed = "[x, y, z] in metres, y towards the listener's left, z up";
                Placement::Free {
                    position_m: key.field("position_m").require(self.position_m, allowed)?,
                    axis: self.axis.unwrap_or([-1.0, 0.0, 0.0]),
                }
            }
        };
        Ok(Driver {
            name: key.field("name").require(self.name, "the name of the driver")?,
            placement,
            radius_m: key
                .field("radius_m")
                .require(self.radius_m, "the radius of the driver in metres")?,
            band_hz: self.band_hz,
            gain_db: self.gain_db,
            delay_ms: self.delay_ms,
            invert: self.invert,
        })
    }
}

impl ReferenceTable {
    /// Puts the drivers named here in place of those of the rule.
    fn overrule(self, device: &mut Device, origin: &str) -> Result<(), DeviceError> {
        let Device { drivers, reference, .. } = device;
        let paths = [
            ("reference.left", self.left, &mut reference.left),
            ("reference.right", self.right, &mut reference.right),
            ("reference.center", self.center, &mut reference.center),
        ];
        for (key, names, indices) in paths {
            if let Some(names) = names {
                *indices = resolve(drivers, &names, &Key::new(origin, key))?;
            }
        }
        Ok(())
    }
}

/// Indices of the drivers called `names`.
fn resolve(drivers: &[Driver], names: &[String], key: &Key) -> Result<Vec<usize>, DeviceError> {
    let allowed = || {
        drivers
            .iter()
            .map(|d| format!("\"{}\"", d.name))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut indices = Vec::with_capacity(names.len());
    for name in names {
        let index = drivers.iter().position(|d| d.name == *name);
        let unknown = || {
            key.error(Problem::UnknownDriver {
                name: name.clone(),
                allowed: allowed(),
            })
        };
        indices.push(index.ok_or_else(unknown)?);
    }
    let repeated = indices
        .iter()
        .enumerate()
        .any(|(i, index)| indices[..i].contains(index));
    if indices.is_empty() || repeated {
        return Err(key.error(Problem::BadReference { allowed: allowed() }));
    }
    Ok(indices)
}

impl From<&Device> for DeviceTable {
    fn from(device: &Device) -> Self {
        let (shape, radius_m) = match device.enclosure {
            Enclosure::Sphere { radius_m } => (Shape::Sphere, Some(radius_m)),
            Enclosure::Free => (Shape::Free, None),
        };
        let names = |indices: &[usize]| Some(indices.iter().map(|&i| device.drivers[i].name.clone()).collect());
        Self {
            name: Some(device.name.clone()),
            listener_distance_m: device.listener_distance_m,
            enclosure: Some(EnclosureTable {
                shape: Some(shape),
                radius_m,
            }),
            driver: device.drivers.iter().map(DriverTable::from).collect(),
            reference: Some(ReferenceTable {
                left: names(&device.reference.left),
                right: names(&device.reference.right),
                center: names(&device.reference.center),
            }),
            listener: ListenerTable::of(device),
            measured: MeasuredTable::of(device),
        }
    }
}

impl From<&Driver> for DriverTable {
    fn from(driver: &Driver) -> Self {
        let placed = match driver.placement {
            Placement::Surface {
                azimuth_deg,
                elevation_deg,
            } => Self {
                azimuth_deg: Some(azimuth_deg),
                elevation_deg: Some(elevation_deg),
                ..Self::default()
            },
            Placement::Free { position_m, axis } => Self {
                position_m: Some(position_m),
                axis: Some(axis),
                ..Self::default()
            },
        };
        Self {
            name: Some(driver.name.clone()),
            radius_m: Some(driver.radius_m),
            band_hz: driver.band_hz,
            gain_db: driver.gain_db,
            delay_ms: driver.delay_ms,
            invert: driver.invert,
            ..placed
        }
    }
}
