//! What passes to the audio thread when the room changes, and back.

use std::sync::Arc;

use super::filters::RoomFilters;
use super::memory::RoomMemory;
use crate::engine::timing::Timing;

/// A room for the preview, or none, with the programme sample from which it is to be heard. All memory that it needs on the
/// audio thread comes with it, and goes back with it or with the engine.
pub struct RoomDelivery {
    pub(super) filters: Option<Arc<RoomFilters>>,
    pub(super) memory: Option<Box<RoomMemory>>,
    pub(super) apply_at: i64,
}

impl RoomDelivery {
    /// A room, made for the timing of the engine that it is to be given to.
    #[must_use]
    pub fn new(filters: Arc<RoomFilters>, timing: &Timing, apply_at: i64) -> Box<Self> {
        Box::new(Self {
            filters: Some(filters),
            memory: Some(Box::new(RoomMemory::new(timing))),
            apply_at,
        })
    }

    /// The free field.
    #[must_use]
    pub fn none(apply_at: i64) -> Box<Self> {
        Box::new(Self {
            filters: None,
            memory: None,
            apply_at,
        })
    }

    /// Whether there is a room.
    #[must_use]
    pub fn is_room(&self) -> bool {
        self.filters.is_some()
    }
}
