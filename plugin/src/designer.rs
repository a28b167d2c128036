//! Brings filters and engines to the audio thread: from a thread of its own in real time, on the spot when the host
//! renders offline, from the host's main thread when it loads a session.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam::queue::ArrayQueue;
use nice_plug::prelude::*;
use proscenium_dsp::design::DesignSettings;
use proscenium_dsp::engine::{DesignRequest, DesignSource, Engine, FilterSet, Handover};
use proscenium_dsp::upmix::UpmixMode;

use crate::workshop::Workshop;

/// How often the thread looks for requests. The audio thread cannot wake it without a system call.
const POLL_PERIOD: Duration = Duration::from_millis(5);
/// A programme position that has always been reached: such filters are taken up at once.
const AT_ONCE: i64 = i64::MIN / 2;

/// An engine that the audio thread wants because the upmix mode has changed.
type EngineRequest = (UpmixMode, DesignSettings);

/// What passes between the audio thread and the others. All queues are lock-free.
pub(crate) struct Backstage {
    filters: Handover,
    wanted_engine: ArrayQueue<EngineRequest>,
    next_engine: ArrayQueue<Box<Engine>>,
    retired_engines: ArrayQueue<Box<Engine>>,
    /// Not for the audio thread.
    workshop: Mutex<Workshop>,
}

impl Backstage {
    fn new(workshop: Workshop) -> Self {
        Self {
            filters: Handover::default(),
            wanted_engine: ArrayQueue::new(1),
            next_engine: ArrayQueue::new(1),
            retired_engines: ArrayQueue::new(2),
            workshop: Mutex::new(workshop),
        }
    }

    fn workshop(&self) -> MutexGuard<'_, Workshop> {
        self.workshop.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Main thread: has everything ready for parameters that were loaded while the plugin is active, so that they are
    /// heard from the first sample. `may_replace_engine` where the host allows a new latency without reactivation.
    pub(crate) fn prepare(&self, upmix: UpmixMode, settings: DesignSettings, may_replace_engine: bool) {
        if self.workshop().timing.upmix == upmix {
            let request = DesignRequest {
                settings,
                apply_at: AT_ONCE,
            };
            if let Some(filters) = self.workshop().filters(&request) {
                self.filters.publish(filters);
            }
        } else if may_replace_engine {
            self.prepare_engine(upmix, settings);
        }
    }

    fn prepare_engine(&self, upmix: UpmixMode, settings: DesignSettings) {
        let mut workshop = self.workshop();
        let other = workshop.with_upmix(upmix);
        if let Some(engine) = other.engine(settings) {
            *workshop = other;
            drop(self.next_engine.force_push(Box::new(engine)));
        }
    }

    /// Design thread: does whatever there is to do.
    fn serve(&self) {
        if let Some((upmix, settings)) = self.wanted_engine.pop() {
            self.prepare_engine(upmix, settings);
        }
        if let Some(request) = self.filters.take_request() {
            // Not while holding the lock: the main thread must not wait for a design that it does not need.
            let workshop = self.workshop().clone();
            if let Some(filters) = workshop.filters(&request) {
                self.filters.publish(filters);
            }
        }
        self.filters.free_retired();
        while self.retired_engines.pop().is_some() {}
    }
}

/// Source of filters and engines for one activation of the plugin.
pub(crate) struct Designer {
    backstage: Arc<Backstage>,
    /// Present in real time.
    thread: Option<DesignThread>,
    /// Filters made on the spot, until the engine takes them.
    finished: Option<Arc<FilterSet>>,
}

impl Designer {
    /// A designer for a host that renders in the given mode.
    pub(crate) fn new(workshop: Workshop, mode: ProcessMode) -> Self {
        let backstage = Arc::new(Backstage::new(workshop));
        let thread = (mode != ProcessMode::Offline).then(|| DesignThread::start(Arc::clone(&backstage)));
        Self {
            backstage,
            thread,
            finished: None,
        }
    }

    /// What others than the audio thread may prepare.
    pub(crate) fn backstage(&self) -> &Arc<Backstage> {
        &self.backstage
    }

    /// Whether a thread designs, because the host renders in real time.
    pub(crate) fn is_realtime(&self) -> bool {
        self.thread.is_some()
    }

    /// Audio thread: asks for an engine in another upmix mode. Only in real time, where a thread makes it.
    pub(crate) fn request_engine(&self, upmix: UpmixMode, settings: DesignSettings) {
        self.backstage.wanted_engine.force_push((upmix, settings));
    }

    /// Audio thread: puts a waiting engine in the place of `engine`; whether there was one.
    pub(crate) fn replace_engine(&self, engine: &mut Box<Engine>) -> bool {
        if self.backstage.retired_engines.is_full() {
            return false;
        }
        let Some(next) = self.backstage.next_engine.pop() else {
            return false;
        };
        let old = std::mem::replace(engine, next);
        // There is room: this thread is the only one that adds to the queue.
        let _ = self.backstage.retired_engines.push(old);
        true
    }
}

impl DesignSource for Designer {
    fn request(&mut self, request: DesignRequest) {
        if self.thread.is_some() {
            (&self.backstage.filters).request(request);
        } else {
            let filters = util::permit_alloc(|| self.backstage.workshop().filters(&request).map(Arc::new));
            self.finished = filters.or(self.finished.take());
        }
    }

    fn poll(&mut self) -> Option<Arc<FilterSet>> {
        self.finished.take().or_else(|| (&self.backstage.filters).poll())
    }

    fn retire(&mut self, set: Arc<FilterSet>) -> Result<(), Arc<FilterSet>> {
        if self.thread.is_some() {
            return (&self.backstage.filters).retire(set);
        }
        util::permit_alloc(|| drop(set));
        Ok(())
    }
}

/// A thread that serves one activation until it is dropped.
struct DesignThread {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl DesignThread {
    fn start(backstage: Arc<Backstage>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let serve = move || {
            while !stopped.load(Ordering::Acquire) {
                backstage.serve();
                std::thread::park_timeout(POLL_PERIOD);
            }
        };
        let thread = std::thread::Builder::new()
            .name(String::from("proscenium-design"))
            .spawn(serve);
        if let Err(error) = &thread {
            nice_error!("No thread to design filters on: {error}. The filters in use stay.");
        }
        Self {
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
