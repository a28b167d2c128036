//! What the audio side and the editor of one instance have in common.

use std::sync::Arc;

use proscenium_dsp::engine::{Identify, Meters};

use crate::device_files::DeviceFiles;
use crate::params::ProsceniumParams;
use crate::telemetry::Telemetry;
use crate::tracker::Tracker;

/// Handles to the state of one instance; cheap to clone. The audio thread reads and writes atomics only.
#[derive(Clone)]
pub(crate) struct Shared {
    /// Parameters and the session.
    pub(crate) params: Arc<ProsceniumParams>,
    /// Levels, from the audio thread.
    pub(crate) meters: Arc<Meters>,
    /// Requests for a burst of noise from one driver, to the audio thread.
    pub(crate) identify: Arc<Identify>,
    /// How the instance is doing.
    pub(crate) telemetry: Arc<Telemetry>,
    /// Head tracking, as the session has it.
    pub(crate) tracker: Arc<Tracker>,
    /// Reads, writes and follows device files.
    pub(crate) device_files: Arc<DeviceFiles>,
}

impl Default for Shared {
    fn default() -> Self {
        let params = Arc::<ProsceniumParams>::default();
        let tracker = Arc::new(Tracker::new(Arc::clone(&params.tracked)));
        let heeding = Arc::clone(&tracker);
        params.session.when_osc_set(move |osc| heeding.apply(osc));
        let device_files = Arc::new(DeviceFiles::new(params.session.clone()));
        // The session must not keep alive what keeps the session.
        let following = Arc::downgrade(&device_files);
        params.session.when_replaced(move || {
            if let Some(files) = following.upgrade() {
                files.follow_session();
            }
        });
        Self {
            params,
            meters: Arc::default(),
            identify: Arc::default(),
            telemetry: Arc::default(),
            tracker,
            device_files,
        }
    }
}
