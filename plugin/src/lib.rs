//! Proscenium as a VST3 and CLAP plugin: wide and near stereo from compact loudspeakers.
//!
//! The audio path is `proscenium_dsp`; this crate connects it with hosts.

mod designer;
mod params;
mod plugin;
mod session;
mod text;
mod variants;
mod workshop;

pub use params::{DeviceParam, OutputParam, ProgrammeParam, ProsceniumParams, UpmixParam};
pub use plugin::Proscenium;
pub use session::{EditorView, SESSION_VERSION, Session, SessionStore, SharedSession};
pub use variants::{Array, Main, MultiOut, Variant};

nice_plug::nice_export_clap!(Proscenium<Main>, Proscenium<MultiOut>);
nice_plug::nice_export_vst3!(Proscenium<Main>, Proscenium<Array>);
