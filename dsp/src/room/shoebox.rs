//! A room of six walls, what they absorb, and where device and listener are in it.

use super::absorption::{OCTAVE_BANDS_HZ, OCTAVES, air_attenuation_db_per_m};
use super::error::RoomError;
use super::materials::{
    CARPET, CEILING_TILES, CURTAIN, LINOLEUM, PLASTERBOARD, PLASTERBOARD_CEILING, RENDERED_BRICK, UPHOLSTERY, WINDOW,
    WOOD, wall,
};
use crate::acoustics::HeadPose;
use crate::array::{Device, Enclosure, norm};
use crate::constants::{HEAD_RADIUS_M, SPEED_OF_SOUND};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Sides allowed, metres.
const LEAST_SIDE_M: f64 = 1.5;
const LARGEST_SIDE_M: f64 = 30.0;
/// Least absorption coefficient of a wall, that of polished stone. Rooms of none would ring for ever.
pub(super) const LEAST_ABSORPTION: f64 = 0.01;
/// Longest reverberation time in any band, seconds: responses end after as long.
pub(super) const LONGEST_REVERBERATION_S: f64 = 1.5;
/// Least distance of a driver from a wall, metres: not upon its own image.
const DRIVER_CLEARANCE_M: f64 = 0.01;

/// The walls, in the order of their absorption coefficients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wall {
    /// Behind the listener, at `x = 0`.
    Back,
    /// The one that the listener faces.
    Front,
    /// To the listener's right, at `y = 0`.
    Right,
    /// To the listener's left.
    Left,
    /// At `z = 0`.
    Floor,
    /// Above.
    Ceiling,
}

impl Wall {
    /// All walls: the lower and the upper one of each axis.
    pub const ALL: [Self; 6] = [
        Self::Back,
        Self::Front,
        Self::Right,
        Self::Left,
        Self::Floor,
        Self::Ceiling,
    ];
}

impl fmt::Display for Wall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Back => "back wall",
            Self::Front => "front wall",
            Self::Right => "right wall",
            Self::Left => "left wall",
            Self::Floor => "floor",
            Self::Ceiling => "ceiling",
        })
    }
}

/// A room as a user gives it. [`Room::new`] says whether it can be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shoebox {
    /// Length along `x`, width along `y`, height, metres: 1.5 to 30.
    pub size_m: [f64; 3],
    /// Absorption coefficients by [`Wall`] and octave band, 0.01 to 1: the share of the energy of a hit that stays in the wall.
    pub absorption: [[f64; OCTAVES]; 6],
    /// Whether the air absorbs too, as at 20 °C and 50 % relative humidity.
    pub air: bool,
    /// The device's origin in the room, metres from the corner at the back, right, on the floor. The listener's head is level
    /// with it.
    pub device_m: [f64; 3],
}

/// A room that can be modelled.
#[derive(Clone, Debug, PartialEq)]
pub struct Room {
    shoebox: Shoebox,
}

impl Room {
    /// Takes a room that is possible.
    ///
    /// # Errors
    /// Says which value is not, and what is allowed.
    pub fn new(shoebox: &Shoebox) -> Result<Self, RoomError> {
        for (axis, value) in ["length", "width", "height"].into_iter().zip(shoebox.size_m) {
            if !(LEAST_SIDE_M..=LARGEST_SIDE_M).contains(&value) {
                let (least, most) = (LEAST_SIDE_M, LARGEST_SIDE_M);
                return Err(RoomError::Size {
                    axis,
                    value,
                    least,
                    most,
                });
            }
        }
        for (wall, coefficients) in Wall::ALL.into_iter().zip(shoebox.absorption) {
            for (band_hz, value) in OCTAVE_BANDS_HZ.into_iter().zip(coefficients) {
                if !(LEAST_ABSORPTION..=1.0).contains(&value) {
                    let least = LEAST_ABSORPTION;
                    return Err(RoomError::Absorption {
                        wall,
                        band_hz,
                        value,
                        least,
                    });
                }
            }
        }
        let room = Self { shoebox: *shoebox };
        for (band, band_hz) in OCTAVE_BANDS_HZ.into_iter().enumerate() {
            let (seconds, most) = (room.eyring_s(band), LONGEST_REVERBERATION_S);
            if seconds > most {
                return Err(RoomError::TooReverberant { band_hz, seconds, most });
            }
        }
        if !room.holds(shoebox.device_m, DRIVER_CLEARANCE_M) {
            return Err(RoomError::DeviceOutside {
                what: String::from("the device"),
                position_m: shoebox.device_m,
                clearance_m: DRIVER_CLEARANCE_M,
            });
        }
        Ok(room)
    }

    /// For figures of rooms that need not be possible.
    pub(super) fn unchecked(shoebox: &Shoebox) -> Self {
        Self { shoebox: *shoebox }
    }

    /// A furnished living room of 5 × 4 × 2.6 m, reverberation time about 0.5 s: rug, sofa at the back, curtained window to
    /// the right, shelves in front. The device stands on a sideboard, a little off the middle.
    #[must_use]
    pub fn living_room() -> Self {
        let shoebox = Shoebox {
            size_m: [5.0, 4.0, 2.6],
            absorption: [
                wall(RENDERED_BRICK, &[(0.35, UPHOLSTERY)]),
                wall(RENDERED_BRICK, &[(0.40, WOOD), (0.15, UPHOLSTERY)]),
                wall(RENDERED_BRICK, &[(0.15, WINDOW), (0.40, CURTAIN)]),
                wall(RENDERED_BRICK, &[(0.25, WOOD), (0.15, CURTAIN)]),
                wall(WOOD, &[(0.40, CARPET), (0.10, UPHOLSTERY)]),
                PLASTERBOARD_CEILING,
            ],
            air: true,
            device_m: [4.3, 2.15, 1.1],
        };
        Self { shoebox }
    }

    /// A small office of 4.2 × 3.2 × 2.7 m: reverberation time about 0.5 s: acoustic ceiling, hard floor, chairs, a
    /// curtained window behind the desk on which the device stands.
    #[must_use]
    pub fn office() -> Self {
        let shoebox = Shoebox {
            size_m: [4.2, 3.2, 2.7],
            absorption: [
                wall(PLASTERBOARD, &[(0.20, WOOD), (0.15, UPHOLSTERY)]),
                wall(RENDERED_BRICK, &[(0.30, WINDOW), (0.20, CURTAIN)]),
                wall(PLASTERBOARD, &[(0.30, WOOD), (0.15, CURTAIN)]),
                wall(PLASTERBOARD, &[(0.20, UPHOLSTERY)]),
                wall(LINOLEUM, &[(0.20, WOOD), (0.05, UPHOLSTERY)]),
                wall(PLASTERBOARD_CEILING, &[(0.80, CEILING_TILES)]),
            ],
            air: true,
            device_m: [3.6, 1.7, 1.15],
        };
        Self { shoebox }
    }

    /// The room as given.
    #[must_use]
    pub fn shoebox(&self) -> &Shoebox {
        &self.shoebox
    }

    /// Where the head of a listener is, metres from the room's corner.
    ///
    /// # Errors
    /// If that is outside, or within a wall.
    pub fn listener_m(&self, pose: &HeadPose) -> Result<[f64; 3], RoomError> {
        let center_m = pose.center_m();
        let position_m = std::array::from_fn(|axis| self.shoebox.device_m[axis] + center_m[axis]);
        if self.holds(position_m, HEAD_RADIUS_M) {
            return Ok(position_m);
        }
        Err(RoomError::ListenerOutside {
            position_m,
            clearance_m: HEAD_RADIUS_M,
        })
    }

    /// Whether all of a device is within the walls.
    ///
    /// # Errors
    /// Names what is not.
    pub fn admit(&self, device: &Device) -> Result<(), RoomError> {
        let outside = |what: &str, position_m, clearance_m| RoomError::DeviceOutside {
            what: what.to_owned(),
            position_m,
            clearance_m,
        };
        let origin_m = self.shoebox.device_m;
        if let Enclosure::Sphere { radius_m } = device.enclosure
            && !self.holds(origin_m, radius_m)
        {
            return Err(outside("the device", origin_m, radius_m));
        }
        for driver in &device.drivers {
            let from_origin_m = driver.position_m(&device.enclosure);
            let position_m = std::array::from_fn(|axis| origin_m[axis] + from_origin_m[axis]);
            if !self.holds(position_m, DRIVER_CLEARANCE_M) {
                let what = format!("the driver \"{}\"", driver.name);
                return Err(outside(&what, position_m, DRIVER_CLEARANCE_M));
            }
        }
        Ok(())
    }

    /// Volume, cubic metres.
    #[must_use]
    pub fn volume_m3(&self) -> f64 {
        self.shoebox.size_m.iter().product()
    }

    /// Area of all walls, square metres.
    #[must_use]
    pub fn surface_m2(&self) -> f64 {
        Wall::ALL.into_iter().map(|wall| self.area_m2(wall)).sum()
    }

    /// Reverberation time in an octave band, seconds, if sound met the walls at random: Eyring, JASA 1(2), 1930, with the air.
    ///
    /// # Panics
    /// If there is no such band.
    #[must_use]
    pub fn eyring_s(&self, band: usize) -> f64 {
        self.diffuse_s(band, |mean| -(-mean).ln_1p())
    }

    /// The same after Sabine, which is shorter than nothing where walls absorb all.
    ///
    /// # Panics
    /// If there is no such band.
    #[must_use]
    pub fn sabine_s(&self, band: usize) -> f64 {
        self.diffuse_s(band, |mean| mean)
    }

    fn diffuse_s(&self, band: usize, exponent: impl Fn(f64) -> f64) -> f64 {
        let areas = Wall::ALL.into_iter().map(|wall| self.area_m2(wall));
        let absorbed: f64 = areas
            .zip(self.shoebox.absorption)
            .map(|(area, coefficients)| area * coefficients[band])
            .sum();
        let surface = self.surface_m2();
        // Of energy, per metre.
        let air = self.air_db_per_m(OCTAVE_BANDS_HZ[band]) * std::f64::consts::LN_10 / 10.0;
        let area = surface * exponent(absorbed / surface) + 4.0 * air * self.volume_m3();
        24.0 * std::f64::consts::LN_10 / SPEED_OF_SOUND * self.volume_m3() / area
    }

    /// Attenuation of the room's air, dB per metre.
    pub(super) fn air_db_per_m(&self, frequency_hz: f64) -> f64 {
        if self.shoebox.air {
            air_attenuation_db_per_m(frequency_hz)
        } else {
            0.0
        }
    }

    fn area_m2(&self, wall: Wall) -> f64 {
        let [x, y, z] = self.shoebox.size_m;
        match wall {
            Wall::Back | Wall::Front => y * z,
            Wall::Right | Wall::Left => x * z,
            Wall::Floor | Wall::Ceiling => x * y,
        }
    }

    fn holds(&self, position_m: [f64; 3], clearance_m: f64) -> bool {
        let sides = position_m.into_iter().zip(self.shoebox.size_m);
        norm(position_m).is_finite()
            && sides
                .into_iter()
                .all(|(x, size)| x >= clearance_m && x <= size - clearance_m)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(change: impl Fn(&mut Shoebox)) -> Result<Room, RoomError> {
        let mut shoebox = *Room::living_room().shoebox();
        change(&mut shoebox);
        Room::new(&shoebox)
    }

    #[test]
    fn presets_are_rooms_that_can_be_and_hold_their_listeners() {
        for room in [Room::living_room(), Room::office()] {
            assert_eq!(Room::new(room.shoebox()).as_ref(), Ok(&room));
            for preset in crate::array::presets() {
                assert_eq!(room.admit(&preset.device), Ok(()), "{}", preset.device.name);
                let pose = HeadPose::at_distance(preset.device.nominal_distance_m());
                assert!(room.listener_m(&pose).is_ok());
            }
        }
    }

    #[test]
    fn impossible_sizes_are_named() {
        for value in [-4.0, 0.0, 1e3, f64::NAN, f64::INFINITY] {
            let error = with(|room| room.size_m[1] = value).unwrap_err();
            assert!(matches!(error, RoomError::Size { axis: "width", .. }), "{error}");
        }
    }

    #[test]
    fn impossible_walls_are_named() {
        for value in [0.0, -0.1, 1.1, f64::NAN] {
            let error = with(|room| room.absorption[4][2] = value).unwrap_err();
            let named = matches!(
                error,
                RoomError::Absorption {
                    wall: Wall::Floor,
                    band_hz: 500.0,
                    ..
                }
            );
            assert!(named, "{error}");
        }
        let error = with(|room| room.absorption = [[0.02; OCTAVES]; 6]).unwrap_err();
        assert!(matches!(error, RoomError::TooReverberant { .. }), "{error}");
    }

    #[test]
    fn whoever_is_outside_is_named() {
        for value in [-1.0, 5.5, f64::NAN] {
            let error = with(|room| room.device_m[0] = value).unwrap_err();
            assert!(matches!(error, RoomError::DeviceOutside { .. }), "{error}");
        }
        let room = Room::living_room();
        for distance_m in [4.25, 5.0, -2.0, f64::NAN] {
            let error = room.listener_m(&HeadPose::at_distance(distance_m)).unwrap_err();
            assert!(matches!(error, RoomError::ListenerOutside { .. }), "{error}");
        }
        let close = with(|room| room.device_m[1] = 0.3).unwrap();
        let soundbar = &crate::array::presets()[5].device;
        let error = close.admit(soundbar).unwrap_err();
        assert!(error.to_string().contains("driver"), "{error}");
        let sphere = with(|room| room.device_m[1] = 0.05).unwrap();
        assert!(sphere.admit(&crate::array::presets()[0].device).is_err());
    }

    #[test]
    fn formulas_of_reverberation() {
        let room = with(|room| (room.absorption, room.air) = ([[0.3; OCTAVES]; 6], false)).unwrap();
        let surface = 2.0 * (20.0 + 13.0 + 10.4);
        assert!((room.surface_m2() - surface).abs() < 1e-9);
        assert!((room.sabine_s(3) / (0.1611 * 52.0 / (0.3 * surface)) - 1.0).abs() < 1e-3);
        assert!((room.eyring_s(3) / (0.1611 * 52.0 / (0.35667 * surface)) - 1.0).abs() < 1e-3);
    }
}
