//! What the audio side and the editor of one instance have in common.

use std::sync::Arc;

use proscenium_dsp::engine::{Identify, Meters};

use crate::params::ProsceniumParams;
use crate::telemetry::Telemetry;

/// Handles to the state of one instance; cheap to clone. The audio thread reads and writes atomics only.
#[derive(Clone, Default)]
pub(crate) struct Shared {
    /// Parameters and the session.
    pub(crate) params: Arc<ProsceniumParams>,
    /// Levels, from the audio thread.
    pub(crate) meters: Arc<Meters>,
    /// Requests for a burst of noise from one driver, to the audio thread.
    pub(crate) identify: Arc<Identify>,
    /// How the instance is doing.
    pub(crate) telemetry: Arc<Telemetry>,
}
