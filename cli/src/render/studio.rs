//! Engines for files of any sample rate, all with the same settings.

use super::{OutputChoice, Player, RenderArguments};
use crate::device_source::NamedDevice;
use crate::failure::Failure;
use crate::{filters, room_source};
use proscenium_dsp::design::Design;
use proscenium_dsp::engine::{Controls, DesignRequest, FilterSet, RoomFilters, Timing};
use proscenium_dsp::room::{Room, RoomResponses};
use proscenium_dsp::upmix::UpmixMode;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Filters of a sample rate, or the place for some that a worker is at work on.
type Slot = Arc<OnceLock<Filters>>;

/// What an engine plays through: its filters, and the room around the preview.
#[derive(Clone)]
pub struct Filters {
    /// The filters.
    pub set: Arc<FilterSet>,
    /// The room, if there is one.
    pub room: Option<Arc<RoomFilters>>,
}

/// What the players of a run share.
pub struct Studio {
    device: NamedDevice,
    /// The room, if it is heard.
    room: Option<Room>,
    controls: Controls,
    upmix: UpmixMode,
    /// Channels of an engine, and of a file.
    engine_channels: usize,
    file_channels: usize,
    filters: Mutex<HashMap<u32, Slot>>,
}

impl Studio {
    /// For these arguments and the device and room that they name.
    ///
    /// # Errors
    /// When device or listener are not in the room.
    pub fn new(arguments: &RenderArguments, device: NamedDevice, room: Option<Room>) -> Result<Self, Failure> {
        let room = room.filter(|_| arguments.output == OutputChoice::Preview);
        let settings = arguments.design.settings(&device);
        let file_channels = match arguments.output {
            OutputChoice::Drivers => device.device.drivers.len(),
            OutputChoice::Headphones | OutputChoice::Preview => 2,
            OutputChoice::Stems => 3,
        };
        if let Some(room) = &room {
            room_source::check(room, &device, &settings.pose())?;
        }
        Ok(Self {
            controls: arguments
                .playback
                .controls(&arguments.sides, settings, arguments.output.into()),
            upmix: arguments.playback.upmix.into(),
            // The programme comes in on two.
            engine_channels: file_channels.max(2),
            file_channels,
            device,
            room,
            filters: Mutex::default(),
        })
    }

    /// A player for a file of a sample rate in hertz. The first of each rate designs its filters.
    #[must_use]
    pub fn player(&self, sample_rate_hz: u32) -> Player {
        let timing = Timing::new(f64::from(sample_rate_hz), self.upmix);
        let slot = {
            let mut filters = self.filters.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(filters.entry(sample_rate_hz).or_default())
        };
        let filters = slot.get_or_init(|| {
            let settings = self.controls.design;
            let design = filters::design(&self.device, &settings, sample_rate_hz);
            let request = DesignRequest { settings, apply_at: 0 };
            Filters {
                set: Arc::new(FilterSet::new(&design, &timing, self.engine_channels, &request)),
                room: self.room_filters(&design, &timing).map(Arc::new),
            }
        });
        Player::new(
            timing,
            self.controls,
            filters.clone(),
            self.engine_channels,
            self.file_channels,
        )
    }

    fn room_filters(&self, design: &Design, timing: &Timing) -> Option<RoomFilters> {
        let device = &self.device.device;
        let pose = self.controls.design.pose();
        let rate = timing.sample_rate;
        // That all are in the room is known, and the rates are those of the engine.
        let responses = RoomResponses::new(device, &pose, self.room.as_ref()?, &device.head, rate).ok()?;
        Some(RoomFilters::new(&responses.preview(device, design), timing))
    }
}
