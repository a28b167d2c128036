//! A headless CLAP host: loads a plugin into this process and renders audio through it.
//!
//! ```no_run
//! use proscenium_host::{BlockSizes, ClapHost, RenderJob, Rendered};
//!
//! # fn main() -> Result<(), proscenium_host::HostError> {
//! let mut plugin = ClapHost::load("target/bundled/Proscenium.clap", None)?;
//! plugin.select_output_channels(8)?;
//! plugin.set_text("Width", "60 °")?;
//! let silence = vec![vec![0.0; 48_000]; 2];
//! let rendered: Rendered = plugin.render(&RenderJob::new(&silence, 48_000.0).blocks(BlockSizes::Fixed(256)))?;
//! assert!(rendered.faults.is_none());
//! # Ok(())
//! # }
//! ```
//!
//! The calling thread plays both of CLAP's roles: main thread between blocks, audio thread within [`ClapHost::process`];
//! [`ClapHost::detach_audio`] gives the second role to another thread. Output buffers hold a recognisable NaN before each
//! call, and blocks lie between guarded margins, so a sample that the plugin left unwritten, made non-finite or subnormal,
//! or wrote out of bounds is reported with its port, channel and frame ([`Faults`]). Calls at a time or from a thread
//! where CLAP forbids them are noted too ([`ClapHost::violations`]).
//!
//! Channels are numbered across ports: the first port's channels, then the second's, and so on.

mod audio;
mod buffers;
#[cfg(target_os = "linux")]
pub mod editor;
mod error;
mod faults;
mod handlers;
mod instance;
mod library;
mod params;
mod ports;
mod render;
mod session;
mod wav;

pub use audio::AudioSide;
pub use clack_extensions::render::RenderMode;
pub use clack_extensions::tail::TailLength;
pub use clack_host::utils::ClapId;
pub use error::HostError;
pub use faults::{Fault, FaultKind, Faults};
pub use instance::ClapHost;
pub use library::Descriptor;
pub use params::{ParamEvent, ParamInfo, ParamNews};
pub use ports::PortConfig;
pub use render::{BlockSizes, RenderJob, Rendered};
pub use wav::{Wav, WavError};

/// Result of this crate's operations.
pub type Result<T, E = HostError> = std::result::Result<T, E>;
