//! Makes filters and engines, off the audio thread unless the host renders offline.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use nice_plug::prelude::*;
use proscenium_dsp::array::Device;
use proscenium_dsp::design::{Design, DesignSettings};
use proscenium_dsp::engine::{DesignRequest, Engine, FilterSet, Meters, Timing};
use proscenium_dsp::upmix::UpmixMode;

use crate::session::SharedSession;

/// Finished designs kept for the other instances of the process and for repeated activations.
const CACHE_SIZE: usize = 16;

/// What an instance's filters and engines are made for.
#[derive(Clone)]
pub(crate) struct Workshop {
    /// Where custom devices come from.
    pub(crate) session: SharedSession,
    /// Block sizes of the engine.
    pub(crate) timing: Timing,
    /// Output channels of the engine.
    pub(crate) channels: usize,
    /// Where the engine reports its levels.
    pub(crate) meters: Arc<Meters>,
}

impl Workshop {
    /// Designs filters, or finds them among the latest ones of this process. Takes up to 100 ms. `None` if the design
    /// failed, which is a defect of the program and goes to the log.
    pub(crate) fn filters(&self, request: &DesignRequest) -> Option<FilterSet> {
        let device = self.session.device(request.settings.device);
        let make = || {
            let design = cached_design(&device, &request.settings, &self.timing);
            FilterSet::new(&design, &self.timing, self.channels, request)
        };
        let made = catch_unwind(AssertUnwindSafe(make));
        if made.is_err() {
            nice_error!(
                "The filter design failed for {:?}; the filters in use stay.",
                request.settings
            );
        }
        made.ok()
    }

    /// An engine with filters for `settings`, in the timing of this workshop.
    pub(crate) fn engine(&self, settings: DesignSettings) -> Option<Engine> {
        let filters = self.filters(&DesignRequest { settings, apply_at: 0 })?;
        Some(Engine::new(
            self.timing,
            self.channels,
            Arc::new(filters),
            Arc::clone(&self.meters),
        ))
    }

    /// The same for another upmix mode.
    pub(crate) fn with_upmix(&self, upmix: UpmixMode) -> Self {
        Self {
            timing: Timing::new(self.timing.sample_rate, upmix),
            ..self.clone()
        }
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
