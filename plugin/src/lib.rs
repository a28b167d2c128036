//! Proscenium as a VST3 and CLAP plugin: wide and near stereo from compact loudspeakers.
//!
//! The audio path is `proscenium_dsp`; this crate connects it with hosts.

mod backstage;
mod design_cache;
mod designer;
mod device_files;
mod editor;
mod params;
#[cfg(debug_assertions)]
mod planted;
mod plugin;
mod session;
mod session_store;
mod shared;
mod telemetry;
mod text;
mod tracker;
mod variants;
mod workshop;

pub use editor::{EditorWindow, ProsceniumEditor, ProsceniumEditorHandle};
pub use params::{DeviceParam, OutputParam, ProgrammeParam, ProsceniumParams, UpmixParam};
pub use plugin::Proscenium;
pub use session::{DEFAULT_OSC_PORT, EditorView, MAX_GAIN_DB, MIN_GAIN_DB, OscSettings, SESSION_VERSION, Session};
pub use session_store::{SessionStore, SharedSession};
pub use telemetry::Telemetry;
pub use tracker::{ListenerPose, TrackedHead, decode_listener};
pub use variants::{Array, Main, MultiOut, Variant};

nice_plug::nice_export_clap!(Proscenium<Main>, Proscenium<MultiOut>);
nice_plug::nice_export_vst3!(Proscenium<Main>, Proscenium<Array>);
