//! The loudspeaker array: geometry, device files, presets.

mod device;
mod device_file;
mod error;
mod measured_keys;
mod presets;
pub mod reference;
mod validate;

pub use device::{DEFAULT_LISTENER_DISTANCE_M, Device, Driver, Enclosure, Path, Placement, direction};
pub(crate) use device::{difference, dot, norm};
pub use device_file::MAX_DEVICE_BYTES;
pub use error::{DeviceError, Problem};
pub use presets::{Preset, presets};
