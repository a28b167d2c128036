//! What can be wrong with a room.

use super::shoebox::Wall;
use thiserror::Error;

/// A room that cannot be modelled; every message ends with what is allowed.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum RoomError {
    /// A side that is no number or out of range.
    #[error("the room's {axis} is {value} m; allowed is {least} to {most} m")]
    Size {
        /// Which side.
        axis: &'static str,
        /// The value given, metres.
        value: f64,
        /// Least length allowed, metres.
        least: f64,
        /// Largest length allowed, metres.
        most: f64,
    },
    /// A wall that absorbs nothing, more than all, or no number.
    #[error("the {wall} absorbs {value} at {band_hz} Hz; allowed is {least} to 1")]
    Absorption {
        /// Which wall.
        wall: Wall,
        /// Middle of the octave band, hertz.
        band_hz: f64,
        /// The value given.
        value: f64,
        /// Least value allowed.
        least: f64,
    },
    /// A room that rings longer than its responses last.
    #[error(
        "the room reverberates for {seconds:.2} s at {band_hz} Hz (Eyring); allowed is at most {most} s: raise the absorption"
    )]
    TooReverberant {
        /// Middle of the octave band, hertz.
        band_hz: f64,
        /// Reverberation time, seconds.
        seconds: f64,
        /// Longest allowed, seconds.
        most: f64,
    },
    /// The device, or one of its drivers, within or behind a wall.
    #[error("{what} is at {position_m:?} m, outside the room; allowed is {clearance_m} m or more from every wall")]
    DeviceOutside {
        /// The device or the driver's name.
        what: String,
        /// Where, in the room, metres.
        position_m: [f64; 3],
        /// Least distance from a wall, metres.
        clearance_m: f64,
    },
    /// The listener's head within or behind a wall.
    #[error(
        "the listener's head is at {position_m:?} m, outside the room; allowed is {clearance_m} m or more from every wall: \
         come nearer to the device, or move it"
    )]
    ListenerOutside {
        /// Where, in the room, metres.
        position_m: [f64; 3],
        /// Least distance from a wall, metres.
        clearance_m: f64,
    },
    /// A sample rate that is no number or out of range.
    #[error("{0} Hz is no sample rate; allowed is 8000 to 384000 Hz")]
    SampleRate(f64),
}
