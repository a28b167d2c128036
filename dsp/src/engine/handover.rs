//! Lock-free hand-over of what the audio thread needs and another thread makes: filters, or whole engines.

use std::sync::Arc;

use super::filter_set::FilterSet;
use super::room::RoomDelivery;
use crate::design::DesignSettings;
use queue::{LockFree, Queue, Queues};

mod queue;

/// Goods that may wait for their release; more than a maker that looks every few milliseconds can let pile up, since a
/// cross-fade lasts 20 ms.
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
    /// The newest room for the preview, if any. It may come later than the filters of the same request.
    fn poll_room(&mut self) -> Option<Box<RoomDelivery>> {
        None
    }
    /// Gives a room back to be freed elsewhere.
    ///
    /// # Errors
    ///
    /// Returns the room if it cannot be taken now; the caller keeps it and tries again.
    fn retire_room(&mut self, room: Box<RoomDelivery>) -> Result<(), Box<RoomDelivery>> {
        Err(room)
    }
}

/// A source without any other filters than those that an engine has: for benchmarks and static playback.
#[derive(Debug, Clone, Copy)]
pub struct Settled;

impl DesignSource for Settled {
    fn request(&mut self, _: DesignRequest) {}

    fn poll(&mut self) -> Option<Arc<FilterSet>> {
        None
    }

    fn retire(&mut self, _: Arc<FilterSet>) -> Result<(), Arc<FilterSet>> {
        Ok(())
    }
}

/// The queues between the audio thread and those who make something for it: requests one way, finished goods the other,
/// and the way back for goods to be freed. Nothing is ever freed on the audio thread: a request owns nothing, and goods
/// come and go whole.
///
/// The protocol is model-checked in `handover/model.rs` over queues that a model checker sees into, and stress-tested with
/// the real ones in `tests/handover.rs`.
pub struct Handover<Request = DesignRequest, Goods = Arc<FilterSet>, Q: Queues = LockFree> {
    requests: Q::Of<Request>,
    finished: Q::Of<Goods>,
    retired: Q::Of<Goods>,
}

impl<Request: Copy, Goods, Q: Queues> Default for Handover<Request, Goods, Q> {
    fn default() -> Self {
        Self::with_room(RETIRED_CAPACITY)
    }
}

impl<Request: Copy, Goods, Q: Queues> Handover<Request, Goods, Q> {
    /// Queues in which `retired` goods may wait for their release.
    fn with_room(retired: usize) -> Self {
        Self {
            requests: Queue::bounded(1),
            finished: Queue::bounded(1),
            retired: Queue::bounded(retired),
        }
    }

    /// Maker: the newest request, if there is one.
    pub fn take_request(&self) -> Option<Request> {
        self.requests.pop()
    }

    /// Maker: hands finished goods to the audio thread. Older ones that were never taken are freed here.
    pub fn publish(&self, goods: Goods) {
        drop(self.finished.force_push(goods));
    }

    /// Maker: frees what the audio thread has given back.
    pub fn free_retired(&self) {
        while self.retired.pop().is_some() {}
    }

    /// Audio thread: asks for goods. A newer request replaces one that has not been taken up yet.
    pub fn request(&self, request: Request) {
        self.requests.force_push(request);
    }

    /// Audio thread: the newest finished goods, if any.
    pub fn poll(&self) -> Option<Goods> {
        self.finished.pop()
    }

    /// Audio thread: whether goods can be given back. What is true stays so until then, for nobody else gives any back.
    pub fn has_room(&self) -> bool {
        !self.retired.is_full()
    }

    /// Audio thread: gives goods back to be freed elsewhere.
    ///
    /// # Errors
    ///
    /// Returns them if there is no room; the caller keeps them and tries again.
    pub fn retire(&self, goods: Goods) -> Result<(), Goods> {
        self.retired.push(goods)
    }
}

/// The same for rooms, which nobody asks for by themselves: a [`DesignRequest`] names them.
pub type RoomHandover = Handover<(), Box<RoomDelivery>>;

impl DesignSource for &Handover {
    fn request(&mut self, request: DesignRequest) {
        Handover::request(self, request);
    }

    fn poll(&mut self) -> Option<Arc<FilterSet>> {
        Handover::poll(self)
    }

    fn retire(&mut self, set: Arc<FilterSet>) -> Result<(), Arc<FilterSet>> {
        Handover::retire(self, set)
    }
}

#[cfg(test)]
mod model;
