//! What the tests of the built bundles share: where the bundles are, how an instance is set up, test signals.

#[cfg(target_os = "linux")]
mod display;
mod rig;
pub mod signals;

#[cfg(target_os = "linux")]
pub use display::VirtualDisplay;
pub use rig::{Rig, clap_path, debug_library_path, debug_program_path};
