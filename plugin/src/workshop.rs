//! Makes filters, rooms and engines, off the audio thread unless the host renders offline.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use nice_plug::prelude::*;
use proscenium_dsp::design::DesignSettings;
use proscenium_dsp::engine::{DesignRequest, Engine, FilterSet, Meters, RoomDelivery, Timing};
use proscenium_dsp::upmix::UpmixMode;

use crate::design_cache::{cached_design, cached_room};
use crate::session_store::SharedSession;
use crate::telemetry::Telemetry;

/// What an instance's filters and engines are made for.
#[derive(Clone)]
pub(crate) struct Workshop {
    /// Where custom devices and rooms come from.
    pub(crate) session: SharedSession,
    /// Block sizes of the engine.
    pub(crate) timing: Timing,
    /// Output channels of the engine.
    pub(crate) channels: usize,
    /// Where the engine reports its levels.
    pub(crate) meters: Arc<Meters>,
    /// Where designs are counted and timed.
    pub(crate) telemetry: Arc<Telemetry>,
}

impl Workshop {
    /// Designs filters, or finds them among the latest ones of this process. Takes up to 100 ms. `None` if the design
    /// failed, which is a defect of the program and goes to the log.
    pub(crate) fn filters(&self, request: &DesignRequest) -> Option<FilterSet> {
        self.attempt(request.settings, || self.make_filters(request))
    }

    /// Computes the room around the preview. Takes up to a second unless it was among the latest ones. `None` as for filters.
    pub(crate) fn room(&self, request: &DesignRequest) -> Option<Box<RoomDelivery>> {
        self.attempt(request.settings, || self.make_room(request))
    }

    /// An engine with filters and room for `settings`, in the timing of this workshop. `None` as for filters.
    pub(crate) fn engine(&self, settings: DesignSettings) -> Option<Engine> {
        self.attempt(settings, || {
            let request = DesignRequest { settings, apply_at: 0 };
            let filters = self.make_filters(&request);
            let room = self.make_room(&request);
            Engine::new(self.timing, self.channels, Arc::new(filters), Arc::clone(&self.meters)).with_room(room)
        })
    }

    fn make_room(&self, request: &DesignRequest) -> Box<RoomDelivery> {
        let DesignRequest { settings, apply_at } = *request;
        let Some(room) = self.session.room(settings.room) else {
            return RoomDelivery::none(apply_at);
        };
        let device = self.session.device(settings.device);
        match cached_room(&device, &settings, &room, &self.timing, &self.telemetry) {
            Ok(filters) => RoomDelivery::new(filters, &self.timing, apply_at),
            Err(error) => {
                nice_error!("The preview is heard without a room: {error}.");
                RoomDelivery::none(apply_at)
            }
        }
    }

    fn make_filters(&self, request: &DesignRequest) -> FilterSet {
        let device = self.session.device(request.settings.device);
        let design = cached_design(&device, &request.settings, &self.timing, &self.telemetry);
        FilterSet::new(&design, &self.timing, self.channels, request)
    }

    /// What `make` makes; a panic in it is reported.
    fn attempt<T>(&self, settings: DesignSettings, make: impl FnOnce() -> T) -> Option<T> {
        let _running = self.telemetry.designing();
        let made = catch_unwind(AssertUnwindSafe(make)).ok();
        if made.is_none() {
            nice_error!("The filter design failed for {settings:?}; the filters in use stay.");
        }
        self.telemetry.note_design_outcome(made.is_some());
        made
    }

    /// The same for another upmix mode.
    pub(crate) fn with_upmix(&self, upmix: UpmixMode) -> Self {
        Self {
            timing: Timing::new(self.timing.sample_rate, upmix),
            ..self.clone()
        }
    }
}
