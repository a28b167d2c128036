//! The plugin as its editor sees it.

use std::sync::Arc;

use proscenium_dsp::engine::{Identify, Meters};

use crate::params::ProsceniumParams;
use crate::telemetry::Telemetry;

/// What the editor shares with the plugin: parameters with the session, and what the audio thread publishes through atomics.
#[derive(Clone, Default)]
pub(crate) struct Links {
    /// Parameters and session.
    pub(crate) params: Arc<ProsceniumParams>,
    /// Levels of the drivers.
    pub(crate) meters: Arc<Meters>,
    /// Requests for the noise burst that identifies a driver.
    pub(crate) identify: Arc<Identify>,
    /// State of the engine and the designer.
    pub(crate) telemetry: Arc<Telemetry>,
}
