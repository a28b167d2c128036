//! Physical constants and fixed geometry, each written once.

/// Speed of sound in dry air at about 20 °C, metres per second.
pub const SPEED_OF_SOUND: f64 = 343.0;

/// Radius of the spherical head model, metres (Duda and Martens 1998; Brown and Duda 1998).
pub const HEAD_RADIUS_M: f64 = 0.0875;

/// Azimuth of the ears on the spherical head, degrees from the front (Duda and Martens 1998, behind the frontal plane).
pub const EAR_AZIMUTH_DEG: f64 = 100.0;

/// Most drivers a device may have.
pub const MAX_DRIVERS: usize = 16;
