//! The device in a room: what its drivers amount to at the ears of a listener between six walls.
//!
//! ```text
//! Room, device, pose ─► direct sound: the plant, as in the free field
//!                    ─► early reflections: image sources, each with the device's response in the direction it departs in,
//!                       the walls' reflection factors, the air, and the head's response for the direction it arrives from
//!                    ─► tail: noise with the images' decay, the drivers' radiated power and a diffuse field's ears
//!                    ─► RoomResponses ─► RoomFigures
//! ```
//!
//! A room's axes are those of the device, `x` forward from the listener: the listener faces the front wall. Everything is
//! computed off the audio thread, in `f64`, and is the same each time: the noise has fixed seeds.
//!
//! The walls are smooth: no reflection is scattered. So long as they are, a listener level with the device gets ways by floor
//! and ceiling in pairs of one length, which add up as pressures, 1.8 dB more than as energies; the tail does not have that.
//!
//! Allen and Berkley, JASA 65(4), 1979 (image sources in a shoebox); Luo and Kim, EUSIPCO 2020 (both ends directional).

mod absorption;
mod decay;
mod early;
mod error;
mod figures;
mod heard;
mod images;
mod listener;
mod materials;
mod measures;
mod preview;
mod radiated;
mod response;
mod reverberation;
mod shoebox;
mod synthesis;
mod tail;

pub use absorption::{OCTAVE_BANDS_HZ, OCTAVES, air_attenuation_db_per_m};
pub use decay::EnergyDecay;
pub use error::RoomError;
pub use figures::{DRR_RANGE_HZ, PathInRoom, RoomFigures, room_reverberation_s};
pub use heard::Heard;
pub use images::{Image, images_within};
pub use listener::{Absent, Listener, ListenerAtGrid};
pub use measures::{clarity_db, interaural_correlation, reverberation_s};
pub use response::RoomResponses;
pub use reverberation::REVERBERATION_BAND;
pub use shoebox::{Room, Shoebox, Wall};

#[cfg(test)]
mod tests;
