//! Physical sanity of a device: ranges, sizes, and room for the listener's head.

use super::device::{Device, Driver, Enclosure, Placement, difference, norm};
use super::error::{DeviceError, Problem};
use crate::constants::{HEAD_RADIUS_M, MAX_DRIVERS};
use std::ops::RangeInclusive;

/// Largest driver or sphere, metres; small enough that a mistaken unit (cm, mm) is caught.
const LARGEST_RADIUS_M: f64 = 1.0;
/// Smallest driver or sphere, metres.
const SMALLEST_RADIUS_M: f64 = 1e-4;
/// Farthest a driver may sit from the device's origin along any axis, metres.
const FARTHEST_M: f64 = 10.0;

/// A key of a device file, for errors to point at.
pub(super) struct Key {
    origin: String,
    key: String,
}

impl Key {
    pub(super) fn new(origin: &str, key: impl Into<String>) -> Self {
        Self {
            origin: origin.to_owned(),
            key: key.into(),
        }
    }

    pub(super) fn driver(origin: &str, index: usize) -> Self {
        Self::new(origin, format!("driver[{index}]"))
    }

    pub(super) fn field(&self, name: &str) -> Self {
        Self::new(&self.origin, format!("{}.{name}", self.key))
    }

    pub(super) fn error(&self, problem: Problem) -> DeviceError {
        DeviceError {
            origin: self.origin.clone(),
            key: self.key.clone(),
            problem,
        }
    }

    /// The value, or an error if there is none.
    pub(super) fn require<T>(&self, value: Option<T>, allowed: &'static str) -> Result<T, DeviceError> {
        value.ok_or_else(|| self.error(Problem::Missing { allowed }))
    }

    /// An error if a key without meaning is `present`.
    pub(super) fn refuse(&self, present: bool, hint: &'static str) -> Result<(), DeviceError> {
        if present {
            Err(self.error(Problem::Misplaced { hint }))
        } else {
            Ok(())
        }
    }

    /// An error unless `value` lies in `range`.
    pub(super) fn within(&self, value: f64, range: RangeInclusive<f64>, unit: &str) -> Result<(), DeviceError> {
        let allowed = || format!("{} to {} {unit}", range.start(), range.end());
        if !value.is_finite() {
            Err(self.error(Problem::NotFinite {
                value,
                allowed: allowed(),
            }))
        } else if !range.contains(&value) {
            Err(self.error(Problem::OutOfRange {
                value,
                allowed: allowed(),
            }))
        } else {
            Ok(())
        }
    }

    /// An error if a name has no visible character.
    fn named(&self, name: &str) -> Result<(), DeviceError> {
        if name.trim().is_empty() {
            Err(self.error(Problem::EmptyName))
        } else {
            Ok(())
        }
    }

    /// An error if something `clearance_m` from the centre of the head reaches into it.
    fn clear_of_head(&self, clearance_m: f64, distance_m: f64) -> Result<(), DeviceError> {
        if clearance_m < HEAD_RADIUS_M {
            return Err(self.error(Problem::InsideHead {
                clearance_m,
                distance_m,
                head_m: HEAD_RADIUS_M,
            }));
        }
        Ok(())
    }
}

/// Checks everything but the references.
pub(super) fn validate(device: &Device, origin: &str) -> Result<(), DeviceError> {
    Key::new(origin, "name").named(&device.name)?;
    if let Some(distance_m) = device.listener_distance_m {
        Key::new(origin, "listener_distance_m").within(distance_m, 0.3..=5.0, "m")?;
    }
    let distance_m = device.nominal_distance_m();
    if let Enclosure::Sphere { radius_m } = device.enclosure {
        let key = Key::new(origin, "enclosure.radius_m");
        key.within(radius_m, SMALLEST_RADIUS_M..=LARGEST_RADIUS_M, "m")?;
        key.clear_of_head(distance_m - radius_m, distance_m)?;
    }
    let count = device.drivers.len();
    if !(1..=MAX_DRIVERS).contains(&count) {
        return Err(Key::new(origin, "driver").error(Problem::DriverCount(count)));
    }
    for (index, driver) in device.drivers.iter().enumerate() {
        let key = Key::driver(origin, index);
        key.field("name").named(&driver.name)?;
        if device.drivers[..index]
            .iter()
            .any(|earlier| earlier.name == driver.name)
        {
            return Err(key.field("name").error(Problem::DuplicateName(driver.name.clone())));
        }
        validate_driver(driver, &device.enclosure, distance_m, &key)?;
    }
    Ok(())
}

fn validate_driver(driver: &Driver, enclosure: &Enclosure, distance_m: f64, key: &Key) -> Result<(), DeviceError> {
    let radius = key.field("radius_m");
    radius.within(driver.radius_m, SMALLEST_RADIUS_M..=LARGEST_RADIUS_M, "m")?;
    if let Enclosure::Sphere { radius_m: sphere_m } = *enclosure
        && driver.radius_m > sphere_m
    {
        return Err(radius.error(Problem::WiderThanSphere {
            value: driver.radius_m,
            sphere_m,
        }));
    }
    match driver.placement {
        Placement::Surface {
            azimuth_deg,
            elevation_deg,
        } => {
            key.field("azimuth_deg")
                .within(azimuth_deg, -360.0..=360.0, "degrees")?;
            key.field("elevation_deg")
                .within(elevation_deg, -90.0..=90.0, "degrees")?;
        }
        Placement::Free { position_m, axis } => {
            let position = key.field("position_m");
            for metres in position_m {
                position.within(metres, -FARTHEST_M..=FARTHEST_M, "m")?;
            }
            position.clear_of_head(norm(difference(position_m, [-distance_m, 0.0, 0.0])), distance_m)?;
            let axis_key = key.field("axis");
            for component in axis {
                axis_key.within(component, -1e6..=1e6, "for each component")?;
            }
            if norm(axis) < 1e-6 {
                return Err(axis_key.error(Problem::ZeroAxis));
            }
        }
    }
    if let Some([low_hz, high_hz]) = driver.band_hz {
        let band = key.field("band_hz");
        band.within(low_hz, 1.0..=1e6, "Hz")?;
        band.within(high_hz, 1.0..=1e6, "Hz")?;
        if low_hz >= high_hz {
            return Err(band.error(Problem::BandReversed { low_hz, high_hz }));
        }
    }
    key.field("gain_db").within(driver.gain_db, -40.0..=40.0, "dB")?;
    key.field("delay_ms").within(driver.delay_ms, 0.0..=50.0, "ms")
}
