//! Engines for files of any sample rate, all with the same settings.

use super::{OutputChoice, Player, RenderArguments};
use crate::device_source::NamedDevice;
use crate::filters;
use proscenium_dsp::engine::{Controls, DesignRequest, FilterSet, Timing};
use proscenium_dsp::upmix::UpmixMode;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Filters of a sample rate, or the place for some that a worker is at work on.
type Slot = Arc<OnceLock<Arc<FilterSet>>>;

/// What the players of a run share.
pub struct Studio {
    device: NamedDevice,
    controls: Controls,
    upmix: UpmixMode,
    /// Channels of an engine, and of a file.
    engine_channels: usize,
    file_channels: usize,
    filters: Mutex<HashMap<u32, Slot>>,
}

impl Studio {
    /// For these arguments and the device that they name.
    #[must_use]
    pub fn new(arguments: &RenderArguments, device: NamedDevice) -> Self {
        let settings = arguments.design.settings(&device);
        let file_channels = match arguments.output {
            OutputChoice::Drivers => device.device.drivers.len(),
            OutputChoice::Headphones | OutputChoice::Preview => 2,
            OutputChoice::Stems => 3,
        };
        Self {
            controls: arguments
                .playback
                .controls(&arguments.sides, settings, arguments.output.into()),
            upmix: arguments.playback.upmix.into(),
            // The programme comes in on two.
            engine_channels: file_channels.max(2),
            file_channels,
            device,
            filters: Mutex::default(),
        }
    }

    /// A player for a file of a sample rate in hertz. The first of each rate designs its filters.
    #[must_use]
    pub fn player(&self, sample_rate_hz: u32) -> Player {
        let timing = Timing::new(f64::from(sample_rate_hz), self.upmix);
        let slot = {
            let mut filters = self.filters.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(filters.entry(sample_rate_hz).or_default())
        };
        let set = slot.get_or_init(|| {
            let settings = self.controls.design;
            let design = filters::design(&self.device, &settings, sample_rate_hz);
            let request = DesignRequest { settings, apply_at: 0 };
            Arc::new(FilterSet::new(&design, &timing, self.engine_channels, &request))
        });
        Player::new(
            timing,
            self.controls,
            Arc::clone(set),
            self.engine_channels,
            self.file_channels,
        )
    }
}
