//! What the tests of the built bundles share: where the bundles are, how an instance is set up, test signals.

pub mod callgrind;
mod custom_device;
mod rig;
pub mod signals;

pub use custom_device::{custom_device_state, ring_toml};
pub use rig::{Rig, clap_path, debug_library_path, debug_program_path};
