//! Brings filters and engines to the audio thread: from a thread of its own in real time, on the spot when the host
//! renders offline, from the host's main thread when it loads a session.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use nice_plug::prelude::*;
use proscenium_dsp::design::DesignSettings;
use proscenium_dsp::engine::{DesignRequest, DesignSource, FilterSet, Handover};
use proscenium_dsp::upmix::UpmixMode;

use crate::backstage::{Backstage, Station};

/// How often the thread looks for requests while they come, and while there are none: the audio thread cannot wake it
/// without a system call.
const POLL_PERIOD: Duration = Duration::from_millis(1);
const IDLE_POLL_PERIOD: Duration = Duration::from_millis(4);
/// So long after a request more of them are expected.
const BUSY_TIME: Duration = Duration::from_secs(2);

/// Source of filters and engines for one activation of the plugin.
pub(crate) struct Designer {
    backstage: Arc<Backstage>,
    /// Present in real time.
    thread: Option<DesignThread>,
}

impl Designer {
    /// A designer for a host that renders in the given mode.
    pub(crate) fn new(backstage: Backstage, mode: ProcessMode) -> Self {
        let backstage = Arc::new(backstage);
        let thread = (mode != ProcessMode::Offline).then(|| DesignThread::start(Arc::clone(&backstage)));
        Self { backstage, thread }
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
        self.backstage.engines.request((upmix, settings));
    }

    /// Audio thread: puts a waiting engine in the place of `station`'s; whether there was one.
    pub(crate) fn replace_engine(&self, station: &mut Box<Station>) -> bool {
        let engines = &self.backstage.engines;
        // Room first: an engine that cannot be given back must not be taken.
        if !engines.has_room() {
            return false;
        }
        let Some(next) = engines.poll() else {
            return false;
        };
        // There is room still: this thread is the only one that gives back.
        let _ = engines.retire(std::mem::replace(station, next));
        true
    }

    /// Audio thread: where an engine with these queues gets its filters from.
    pub(crate) fn source<'a>(&'a self, filters: &'a Handover) -> Source<'a> {
        Source {
            designer: self,
            filters,
        }
    }
}

/// Where one engine gets its filters from.
pub(crate) struct Source<'a> {
    designer: &'a Designer,
    filters: &'a Handover,
}

impl DesignSource for Source<'_> {
    fn request(&mut self, request: DesignRequest) {
        if self.designer.is_realtime() {
            self.filters.request(request);
        } else {
            util::permit_alloc(|| self.designer.backstage.fulfil(&request));
        }
    }

    fn poll(&mut self) -> Option<Arc<FilterSet>> {
        self.filters.poll()
    }

    fn retire(&mut self, set: Arc<FilterSet>) -> Result<(), Arc<FilterSet>> {
        if self.designer.is_realtime() {
            return self.filters.retire(set);
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
            let mut busy_until = Instant::now();
            while !stopped.load(Ordering::Acquire) {
                // Designs catch their own panics; this thread must outlive any other too.
                match catch_unwind(AssertUnwindSafe(|| backstage.serve())) {
                    Ok(true) => busy_until = Instant::now() + BUSY_TIME,
                    Ok(false) => {}
                    Err(_) => nice_error!("The design thread failed and goes on; the filters in use stay."),
                }
                let busy = Instant::now() < busy_until;
                std::thread::park_timeout(if busy { POLL_PERIOD } else { IDLE_POLL_PERIOD });
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
