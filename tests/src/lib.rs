//! What the tests of the built bundles share: where the bundles are, how an instance is set up, test signals.

mod rig;
pub mod signals;

pub use rig::{Rig, clap_path, debug_library_path, debug_program_path};
