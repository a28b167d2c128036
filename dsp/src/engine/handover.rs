//! Lock-free hand-over of designs between the audio thread and the designer.

use std::sync::Arc;

use crossbeam::queue::ArrayQueue;

use super::filter_set::FilterSet;
use crate::design::DesignSettings;

/// Sets that may wait for their release; more than a designer that looks every few milliseconds can let pile up,
/// since a cross-fade lasts 20 ms.
const RETIRED_CAPACITY: usize = 16;

/// What the audio thread asks of the designer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DesignRequest {
    /// What to design for.
    pub settings: DesignSettings,
    /// Programme sample at which the settings took effect.
    pub apply_at: i64,
}

/// Where the engine gets its filters from. All methods are called on the audio thread.
pub trait DesignSource {
    /// Asks for filters. A newer request replaces one that has not been taken up yet.
    fn request(&mut self, request: DesignRequest);
    /// The newest finished filters, if any.
    fn poll(&mut self) -> Option<Arc<FilterSet>>;
    /// Gives filters back to be freed elsewhere.
    ///
    /// # Errors
    ///
    /// Returns the set if it cannot be taken now; the caller keeps it and tries again.
    fn retire(&mut self, set: Arc<FilterSet>) -> Result<(), Arc<FilterSet>>;
}

/// The two queues between one engine and its designer, and the way back for filters to be freed.
pub struct Handover {
    requests: ArrayQueue<DesignRequest>,
    finished: ArrayQueue<Arc<FilterSet>>,
    retired: ArrayQueue<Arc<FilterSet>>,
}

impl Default for Handover {
    fn default() -> Self {
        Self {
            requests: ArrayQueue::new(1),
            finished: ArrayQueue::new(1),
            retired: ArrayQueue::new(RETIRED_CAPACITY),
        }
    }
}

impl Handover {
    /// Designer: the newest request, if there is one.
    pub fn take_request(&self) -> Option<DesignRequest> {
        self.requests.pop()
    }

    /// Designer: hands finished filters to the audio thread. An older set that was never taken is freed here.
    pub fn publish(&self, set: FilterSet) {
        drop(self.finished.force_push(Arc::new(set)));
    }

    /// Designer: frees what the audio thread has given back.
    pub fn free_retired(&self) {
        while self.retired.pop().is_some() {}
    }
}

impl DesignSource for &Handover {
    fn request(&mut self, request: DesignRequest) {
        self.requests.force_push(request);
    }

    fn poll(&mut self) -> Option<Arc<FilterSet>> {
        self.finished.pop()
    }

    fn retire(&mut self, set: Arc<FilterSet>) -> Result<(), Arc<FilterSet>> {
        self.retired.push(set)
    }
}
