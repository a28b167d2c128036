//! What can be wrong with a device file.

use super::device_file::MAX_DEVICE_BYTES;
use crate::constants::MAX_DRIVERS;
use crate::measured::MeasuredError;
use thiserror::Error;

/// A device file that cannot be used: which file, which key, what is wrong and what is allowed.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("{origin}: {key}: {problem}")]
pub struct DeviceError {
    /// Where the text came from: a path, or a word for it.
    pub origin: String,
    /// The offending key, e.g. `driver[2].radius_m` counting from 0, or the line where the text cannot be read.
    pub key: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a key of a device file; every message ends with what is allowed.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Problem {
    /// Too long a text to be a device.
    #[error("{bytes} bytes; allowed are at most {MAX_DEVICE_BYTES}")]
    TooLong {
        /// Length of the text, bytes.
        bytes: usize,
    },
    /// Not TOML, an unknown key or a value of the wrong type, in the words of the parser; the key is the line.
    #[error("{0}")]
    Syntax(String),
    /// A required key is absent.
    #[error("missing; give {allowed}")]
    Missing {
        /// What to write there.
        allowed: &'static str,
    },
    /// A key that has no meaning with this enclosure.
    #[error("has no meaning here; {hint}")]
    Misplaced {
        /// What to do instead.
        hint: &'static str,
    },
    /// A name without a visible character.
    #[error("empty; give a name")]
    EmptyName,
    /// NaN or an infinity.
    #[error("{value} is not a finite number; allowed is {allowed}")]
    NotFinite {
        /// The value given.
        value: f64,
        /// What is allowed.
        allowed: String,
    },
    /// A number outside its range.
    #[error("{value} is out of range; allowed is {allowed}")]
    OutOfRange {
        /// The value given.
        value: f64,
        /// What is allowed.
        allowed: String,
    },
    /// No drivers, or too many.
    #[error("{0} drivers; allowed are 1 to {max}", max = MAX_DRIVERS)]
    DriverCount(usize),
    /// An operating band whose ends are equal or swapped.
    #[error("the band runs from {low_hz} Hz to {high_hz} Hz; the first frequency must be below the second")]
    BandReversed {
        /// First frequency given, hertz.
        low_hz: f64,
        /// Second frequency given, hertz.
        high_hz: f64,
    },
    /// A driver wider than the sphere that carries it.
    #[error(
        "a driver of radius {value} m does not fit a sphere of radius {sphere_m} m; allowed is at most the sphere's radius"
    )]
    WiderThanSphere {
        /// The driver's radius, metres.
        value: f64,
        /// The sphere's radius, metres.
        sphere_m: f64,
    },
    /// A driver, or the spherical enclosure, where the listener's head is.
    #[error(
        "reaches into the listener's head, {clearance_m:.4} m from its centre at a listening distance of {distance_m} m; \
         allowed is at least {head_m} m: move it, or set listener_distance_m"
    )]
    InsideHead {
        /// Distance from the centre of the head, metres; negative if it reaches beyond.
        clearance_m: f64,
        /// Listening distance, metres.
        distance_m: f64,
        /// Least distance allowed, metres.
        head_m: f64,
    },
    /// An axis of no length.
    #[error("the axis has no length; give a direction such as [-1.0, 0.0, 0.0], towards the listener")]
    ZeroAxis,
    /// Two drivers of the same name.
    #[error("the name \"{0}\" is taken by an earlier driver; names must differ")]
    DuplicateName(String),
    /// A reference to a driver that does not exist.
    #[error("there is no driver \"{name}\"; allowed are {allowed}")]
    UnknownDriver {
        /// The name given.
        name: String,
        /// The names of all drivers.
        allowed: String,
    },
    /// A file of measured data is named by a text that is in no folder, such as that of a session.
    #[error(
        "refers to a file, and there is no folder to look in; load the device from its file, which then holds the data"
    )]
    NoFolder,
    /// Something is wrong with measured data.
    #[error("{0}")]
    Measured(Box<MeasuredError>),
    /// A path without a driver, or with the same one twice.
    #[error("names no driver, or one twice; give one or more different ones of {allowed}")]
    BadReference {
        /// The names of all drivers.
        allowed: String,
    },
}
