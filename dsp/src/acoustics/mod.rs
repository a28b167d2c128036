//! Acoustic models: from a driver's motion to the listener's ears.
//!
//! Both spheres of the model, the enclosure and the head, are the same expansion into outgoing waves seen from its two
//! ends, so they share [`RadialSeries`](radial::RadialSeries) and [`LegendreSeries`](legendre::LegendreSeries).

pub mod bessel;
mod field;
pub mod head;
pub mod legendre;
mod piston;
mod plant;
mod pose;
pub mod radial;
mod radiator;
mod sparse;
pub mod sphere;

pub use field::{EarResponses, Field};
pub use head::{DirectionalHead, HeadShape};
pub use plant::{FieldShell, Plant};
pub use pose::{Ear, HeadPose};
pub use sparse::SparsePlant;

use crate::constants::SPEED_OF_SOUND;
use std::f64::consts::TAU;

/// Wavenumber of a frequency, radians per metre.
#[must_use]
pub fn wavenumber(frequency_hz: f64) -> f64 {
    TAU * frequency_hz / SPEED_OF_SOUND
}
