//! Designs filters for an engine: on a thread of its own in real time, on the spot when the host renders offline.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use nice_plug::prelude::*;
use proscenium_dsp::array::Device;
use proscenium_dsp::design::{Design, DesignSettings};
use proscenium_dsp::engine::{DesignRequest, DesignSource, FilterSet, Handover, Timing};

use crate::session::SharedSession;

/// How often the thread looks for requests. The audio thread cannot wake it without a system call.
const POLL_PERIOD: Duration = Duration::from_millis(5);
/// Finished designs kept for the other instances of the process and for repeated activations.
const CACHE_SIZE: usize = 16;

/// What one engine's filters are made for.
#[derive(Clone)]
pub(crate) struct Workshop {
    /// Where custom devices come from.
    pub(crate) session: SharedSession,
    /// Block sizes of the engine.
    pub(crate) timing: Timing,
    /// Output channels of the engine.
    pub(crate) channels: usize,
}

impl Workshop {
    /// Designs filters, or finds them among the latest ones of this process. Takes up to 100 ms.
    pub(crate) fn make(&self, request: &DesignRequest) -> FilterSet {
        let device = self.session.device(request.settings.device);
        let design = cached_design(&device, &request.settings, &self.timing);
        FilterSet::new(&design, &self.timing, self.channels, request)
    }

    /// Like [`Self::make`], but a defect in the design costs no more than the new filters.
    fn try_make(&self, request: &DesignRequest) -> Option<FilterSet> {
        let made = catch_unwind(AssertUnwindSafe(|| self.make(request)));
        if made.is_err() {
            nice_error!(
                "The filter design failed for {:?}; the filters in use stay.",
                request.settings
            );
        }
        made.ok()
    }
}

/// A design and all that it depends on.
struct CacheEntry {
    device: Arc<Device>,
    settings: DesignSettings,
    sample_rate: f64,
    design: Arc<Design>,
}

fn cached_design(device: &Arc<Device>, settings: &DesignSettings, timing: &Timing) -> Arc<Design> {
    static CACHE: Mutex<VecDeque<CacheEntry>> = Mutex::new(VecDeque::new());
    // Neither the number of the device nor the routing matters to the design itself.
    let settings = DesignSettings {
        device: DesignSettings::default().device,
        route: Default::default(),
        ..*settings
    };
    let matches = |entry: &CacheEntry| {
        entry.settings == settings && entry.sample_rate == timing.sample_rate && *entry.device == **device
    };
    let lock = || CACHE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(entry) = lock().iter().find(|entry| matches(entry)) {
        return Arc::clone(&entry.design);
    }
    let design = Arc::new(Design::new(device, &settings, timing));
    let mut cache = lock();
    cache.truncate(CACHE_SIZE - 1);
    cache.push_front(CacheEntry {
        device: Arc::clone(device),
        settings,
        sample_rate: timing.sample_rate,
        design: Arc::clone(&design),
    });
    design
}

/// Source of filters for one engine.
pub(crate) enum Designer {
    /// The host renders in real time: a thread designs.
    Background(DesignThread),
    /// The host renders offline: designs are made where they are asked for, so that every bounce is the same.
    Inline {
        /// What to make filters for.
        workshop: Workshop,
        /// The filters made last, until the engine takes them.
        finished: Option<Arc<FilterSet>>,
    },
}

impl Designer {
    /// A designer for an engine whose host renders in the given mode.
    pub(crate) fn new(workshop: Workshop, mode: ProcessMode) -> Self {
        match mode {
            ProcessMode::Offline => Self::Inline {
                workshop,
                finished: None,
            },
            ProcessMode::Realtime | ProcessMode::Buffered => Self::Background(DesignThread::start(workshop)),
        }
    }
}

impl DesignSource for Designer {
    fn request(&mut self, request: DesignRequest) {
        match self {
            Self::Background(thread) => (&*thread.handover).request(request),
            Self::Inline { workshop, finished } => {
                *finished = util::permit_alloc(|| workshop.try_make(&request).map(Arc::new)).or(finished.take());
            }
        }
    }

    fn poll(&mut self) -> Option<Arc<FilterSet>> {
        match self {
            Self::Background(thread) => (&*thread.handover).poll(),
            Self::Inline { finished, .. } => finished.take(),
        }
    }

    fn retire(&mut self, set: Arc<FilterSet>) -> Result<(), Arc<FilterSet>> {
        match self {
            Self::Background(thread) => (&*thread.handover).retire(set),
            Self::Inline { .. } => {
                util::permit_alloc(|| drop(set));
                Ok(())
            }
        }
    }
}

/// A thread that serves one engine until it is dropped.
pub(crate) struct DesignThread {
    handover: Arc<Handover>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl DesignThread {
    fn start(workshop: Workshop) -> Self {
        let handover = Arc::new(Handover::default());
        let stop = Arc::new(AtomicBool::new(false));
        let serve = {
            let (handover, stop) = (Arc::clone(&handover), Arc::clone(&stop));
            move || {
                while !stop.load(Ordering::Acquire) {
                    if let Some(set) = handover.take_request().and_then(|request| workshop.try_make(&request)) {
                        handover.publish(set);
                    }
                    handover.free_retired();
                    std::thread::park_timeout(POLL_PERIOD);
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name(String::from("proscenium-design"))
            .spawn(serve);
        if let Err(error) = &thread {
            nice_error!("No thread to design filters on: {error}. The filters in use stay.");
        }
        Self {
            handover,
            stop,
            thread: thread.ok(),
        }
    }
}

impl Drop for DesignThread {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A panic in the thread has been logged where it happened.
            let _ = thread.join();
        }
    }
}
