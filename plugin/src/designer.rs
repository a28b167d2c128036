//! Brings filters, rooms and engines to the audio thread: from threads of their own in real time, on the spot when the host
//! renders offline, from the host's main thread when it loads a session.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use nice_plug::prelude::*;
use proscenium_dsp::design::DesignSettings;
use proscenium_dsp::engine::{DesignRequest, DesignSource, FilterSet, Handover, RoomDelivery, RoomHandover};
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
    /// Present in real time: for filters and engines, and for rooms, which take longer.
    threads: Option<[DesignThread; 2]>,
}

impl Designer {
    /// A designer for a host that renders in the given mode.
    pub(crate) fn new(backstage: Backstage, mode: ProcessMode) -> Self {
        let backstage = Arc::new(backstage);
        let threads = (mode != ProcessMode::Offline).then(|| {
            let rooms = DesignThread::for_rooms(&backstage);
            if let Some(thread) = &rooms.thread {
                backstage.set_room_thread(thread.thread().clone());
            }
            [DesignThread::for_filters(&backstage), rooms]
        });
        Self { backstage, threads }
    }

    /// What others than the audio thread may prepare.
    pub(crate) fn backstage(&self) -> &Arc<Backstage> {
        &self.backstage
    }

    /// Whether a thread designs, because the host renders in real time.
    pub(crate) fn is_realtime(&self) -> bool {
        self.threads.is_some()
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

    /// Audio thread: where an engine with these queues gets its filters and rooms from.
    pub(crate) fn source<'a>(&'a self, filters: &'a Handover, rooms: &'a RoomHandover) -> Source<'a> {
        Source {
            designer: self,
            filters,
            rooms,
        }
    }
}

/// Where one engine gets its filters and rooms from.
pub(crate) struct Source<'a> {
    designer: &'a Designer,
    filters: &'a Handover,
    rooms: &'a RoomHandover,
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

    fn poll_room(&mut self) -> Option<Box<RoomDelivery>> {
        self.rooms.poll()
    }

    fn retire_room(&mut self, room: Box<RoomDelivery>) -> Result<(), Box<RoomDelivery>> {
        if self.designer.is_realtime() {
            return self.rooms.retire(room);
        }
        util::permit_alloc(|| drop(room));
        Ok(())
    }
}

/// What `serve` says. Designs catch their own panics; the threads must outlive any other too.
fn attempt(serve: impl FnOnce() -> bool) -> bool {
    catch_unwind(AssertUnwindSafe(serve)).unwrap_or_else(|_| {
        nice_error!("A design thread failed and goes on; the filters in use stay.");
        false
    })
}

/// A thread that serves one activation until it is dropped.
struct DesignThread {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl DesignThread {
    /// Looks for requests all the time.
    fn for_filters(backstage: &Arc<Backstage>) -> Self {
        let backstage = Arc::clone(backstage);
        let mut busy_until = Instant::now();
        Self::start("proscenium-design", move || {
            if attempt(|| backstage.serve()) {
                busy_until = Instant::now() + BUSY_TIME;
            }
            let busy = Instant::now() < busy_until;
            std::thread::park_timeout(if busy { POLL_PERIOD } else { IDLE_POLL_PERIOD });
        })
    }

    /// Sleeps until the other one has something to do.
    fn for_rooms(backstage: &Arc<Backstage>) -> Self {
        let backstage = Arc::clone(backstage);
        Self::start("proscenium-room", move || {
            if !attempt(|| backstage.serve_room()) {
                std::thread::park();
            }
        })
    }

    fn start(name: &str, mut serve: impl FnMut() + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let serve = move || {
            while !stopped.load(Ordering::Acquire) {
                serve();
            }
        };
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(serve);
        if let Err(error) = &thread {
            nice_error!("No thread {name}: {error}. The filters in use stay.");
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
