//! What a device is: its drivers, where they sit and where they point.
//!
//! Device coordinates are listener-aligned: `x` forward from the listener to the device, `y` to the listener's left, `z`
//! up, origin at the device. The listener is therefore towards `-x`, which is azimuth 0.

use crate::measured::{ListenerHead, MeasuredDevice};
use std::sync::Arc;

/// Distance of the listener for a device that names none, metres.
pub const DEFAULT_LISTENER_DISTANCE_M: f64 = 2.0;

/// A loudspeaker array, valid by construction: only [`Device::from_toml`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Device {
    /// Name shown to the user.
    pub name: String,
    /// Distance the device is made for, metres in 0.3..=5, from its origin to the centre of the listener's head.
    pub listener_distance_m: Option<f64>,
    /// The body that carries the drivers.
    pub enclosure: Enclosure,
    /// 1 to [`MAX_DRIVERS`](crate::constants::MAX_DRIVERS) drivers, in the order of the output channels.
    pub drivers: Vec<Driver>,
    /// The head of the listener that filters are designed for.
    pub head: ListenerHead,
    /// What is known of the device by measurement, in place of models.
    pub measured: Option<Arc<MeasuredDevice>>,
    pub(super) reference: Reference,
}

/// The body that carries the drivers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Enclosure {
    /// A rigid sphere around the origin; drivers are caps of its surface.
    Sphere {
        /// Radius of the sphere, metres.
        radius_m: f64,
    },
    /// No body: every driver radiates into the free field.
    Free,
}

/// One loudspeaker driver.
#[derive(Clone, Debug, PartialEq)]
pub struct Driver {
    /// Name, unique within the device.
    pub name: String,
    /// Where it sits.
    pub placement: Placement,
    /// Radius of the moving surface, metres.
    pub radius_m: f64,
    /// Operating band `[low, high]`, hertz; `None` is full-range.
    pub band_hz: Option<[f64; 2]>,
    /// Correction of the output channel's level, decibels in ±40, for unequal amplifiers. No part of the acoustics.
    pub gain_db: f64,
    /// Correction of the output channel's timing, milliseconds in 0..=50 by which the channel is delayed.
    pub delay_ms: f64,
    /// Whether the output channel is inverted, for a driver wired the wrong way round.
    pub invert: bool,
}

/// Where a driver sits and points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Placement {
    /// On the surface of the spherical enclosure, pointing outwards.
    Surface {
        /// Beam azimuth, degrees, listener's left positive.
        azimuth_deg: f64,
        /// Elevation, degrees, up positive.
        elevation_deg: f64,
    },
    /// Anywhere, for devices without an enclosure.
    Free {
        /// Centre of the driver in device coordinates, metres.
        position_m: [f64; 3],
        /// Direction the driver points, any length but zero.
        axis: [f64; 3],
    },
}

/// A signal path that ends at the drivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Path {
    /// What the listener shall hear from the left.
    Left,
    /// What the listener shall hear from the right.
    Right,
    /// The centre beam.
    Center,
}

impl Path {
    /// All paths, in the order of the stems.
    pub const ALL: [Self; 3] = [Self::Left, Self::Right, Self::Center];

    /// Beam azimuth this path is sent towards, degrees.
    #[must_use]
    pub fn azimuth_deg(self) -> f64 {
        match self {
            Self::Left => 90.0,
            Self::Right => -90.0,
            Self::Center => 0.0,
        }
    }
}

/// Indices of the drivers that play each path on their own when nothing is steered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reference {
    pub(super) left: Vec<usize>,
    pub(super) right: Vec<usize>,
    pub(super) center: Vec<usize>,
}

impl Device {
    /// One small driver at the origin that faces the listener: the flat source that others are compared with.
    #[must_use]
    pub fn point_source() -> Self {
        let driver = Driver {
            name: String::from("point"),
            placement: Placement::Free {
                position_m: [0.0; 3],
                axis: [-1.0, 0.0, 0.0],
            },
            radius_m: 1e-3,
            band_hz: None,
            gain_db: 0.0,
            delay_ms: 0.0,
            invert: false,
        };
        Self {
            name: String::from("Point"),
            listener_distance_m: None,
            enclosure: Enclosure::Free,
            drivers: vec![driver],
            head: ListenerHead::default(),
            measured: None,
            reference: Reference {
                left: vec![0],
                right: vec![0],
                center: vec![0],
            },
        }
    }

    /// The same device for a listener with another head.
    #[must_use]
    pub fn with_head(self, head: impl Into<ListenerHead>) -> Self {
        Self {
            head: head.into(),
            ..self
        }
    }

    /// The same device as its models have it, with nothing measured but the listener's head.
    #[must_use]
    pub fn modelled(&self) -> Self {
        Self {
            measured: None,
            ..self.clone()
        }
    }

    /// How far a driver is to be trusted at a frequency in hertz: 0 where a measurement has only noise, 1 for a model.
    #[must_use]
    pub fn trust(&self, driver: usize, frequency_hz: f64) -> f64 {
        let measured = self.measured.as_ref();
        measured.map_or(1.0, |measured| measured.trust(driver, frequency_hz))
    }

    /// Indices of the drivers that play `path` when nothing is steered, the main one first; never empty.
    ///
    /// One full-range driver, or several that together cover the band. See [`reference`](super::reference) for the rule
    /// that holds where the device file names none.
    #[must_use]
    pub fn reference_drivers(&self, path: Path) -> &[usize] {
        match path {
            Path::Left => &self.reference.left,
            Path::Right => &self.reference.right,
            Path::Center => &self.reference.center,
        }
    }

    /// Distance the device is made for, or [`DEFAULT_LISTENER_DISTANCE_M`], metres.
    #[must_use]
    pub fn nominal_distance_m(&self) -> f64 {
        self.listener_distance_m.unwrap_or(DEFAULT_LISTENER_DISTANCE_M)
    }

    /// Beam azimuth of driver `index`, degrees in −180..=180: see [`Driver::direction`].
    ///
    /// # Panics
    /// If there is no such driver.
    #[must_use]
    pub fn driver_azimuth_deg(&self, index: usize) -> f64 {
        let [x, y, _] = self.drivers[index].direction();
        y.atan2(-x).to_degrees()
    }
}

impl Driver {
    /// Centre of the driver's moving surface in device coordinates, metres. `enclosure` is that of its device.
    #[must_use]
    pub fn position_m(&self, enclosure: &Enclosure) -> [f64; 3] {
        match (self.placement, enclosure) {
            (Placement::Free { position_m, .. }, _) => position_m,
            (Placement::Surface { .. }, Enclosure::Sphere { radius_m }) => self.axis().map(|u| u * radius_m),
            (Placement::Surface { .. }, Enclosure::Free) => [0.0; 3],
        }
    }

    /// Unit vector the driver points along.
    #[must_use]
    pub fn axis(&self) -> [f64; 3] {
        match self.placement {
            Placement::Surface {
                azimuth_deg,
                elevation_deg,
            } => direction(azimuth_deg.to_radians(), elevation_deg.to_radians()),
            Placement::Free { axis, .. } => axis.map(|u| u / norm(axis)),
        }
    }

    /// Gain of the output channel, linear, negative where it is inverted.
    #[must_use]
    pub fn output_gain(&self) -> f64 {
        let polarity = if self.invert { -1.0 } else { 1.0 };
        polarity * 10_f64.powf(self.gain_db / 20.0)
    }

    /// Delay of the output channel in whole samples.
    #[must_use]
    pub fn output_delay_samples(&self, sample_rate: f64) -> usize {
        (self.delay_ms * 1e-3 * sample_rate).round() as usize
    }

    /// Unit vector from the device's origin towards the driver; its axis where it sits at the origin.
    #[must_use]
    pub fn direction(&self) -> [f64; 3] {
        match self.placement {
            Placement::Free { position_m, .. } if norm(position_m) > 1e-6 => position_m.map(|u| u / norm(position_m)),
            _ => self.axis(),
        }
    }

    /// Whether the driver's band holds all of `low_hz..=high_hz`.
    #[must_use]
    pub fn covers(&self, low_hz: f64, high_hz: f64) -> bool {
        self.band_hz.is_none_or(|[low, high]| low <= low_hz && high >= high_hz)
    }
}

/// Unit vector towards a beam azimuth (0 towards the listener, the listener's left positive) and elevation, radians.
#[must_use]
pub fn direction(azimuth_rad: f64, elevation_rad: f64) -> [f64; 3] {
    let (sin_az, cos_az) = azimuth_rad.sin_cos();
    let (sin_el, cos_el) = elevation_rad.sin_cos();
    [-cos_el * cos_az, cos_el * sin_az, sin_el]
}

/// Length of a vector.
pub(crate) fn norm(v: [f64; 3]) -> f64 {
    dot(v, v).sqrt()
}

/// Scalar product.
pub(crate) fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// The vector from `b` to `a`.
pub(crate) fn difference(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn driver(placement: Placement) -> Driver {
        Driver {
            name: "d".into(),
            placement,
            radius_m: 0.01,
            band_hz: None,
            gain_db: 0.0,
            delay_ms: 0.0,
            invert: false,
        }
    }

    fn assert_near(a: [f64; 3], b: [f64; 3]) {
        assert!(norm(difference(a, b)) < 1e-12, "{a:?} is not {b:?}");
    }

    #[test]
    fn azimuth_runs_from_the_listener_to_the_listeners_left() {
        assert_near(direction(0.0, 0.0), [-1.0, 0.0, 0.0]);
        assert_near(direction(90_f64.to_radians(), 0.0), [0.0, 1.0, 0.0]);
        assert_near(direction(180_f64.to_radians(), 0.0), [1.0, 0.0, 0.0]);
        assert_near(direction(0.3, 90_f64.to_radians()), [0.0, 0.0, 1.0]);
    }

    #[test]
    fn surface_driver_sits_on_the_sphere_along_its_axis() {
        let d = driver(Placement::Surface {
            azimuth_deg: -90.0,
            elevation_deg: 0.0,
        });
        assert_near(d.position_m(&Enclosure::Sphere { radius_m: 0.1 }), [0.0, -0.1, 0.0]);
        assert_near(d.direction(), d.axis());
    }

    #[test]
    fn free_driver_has_a_unit_axis_and_is_seen_where_it_sits() {
        let d = driver(Placement::Free {
            position_m: [0.0, 0.2, 0.0],
            axis: [-3.0, 0.0, 4.0],
        });
        assert_near(d.axis(), [-0.6, 0.0, 0.8]);
        assert_near(d.direction(), [0.0, 1.0, 0.0]);
        let centred = driver(Placement::Free {
            position_m: [0.0; 3],
            axis: [-2.0, 0.0, 0.0],
        });
        assert_near(centred.direction(), [-1.0, 0.0, 0.0]);
    }
}
