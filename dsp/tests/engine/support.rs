//! Engines with real designs, and how they are played.

use std::sync::Arc;

use proscenium_dsp::array::presets;
use proscenium_dsp::design::{Design, DesignSettings, DeviceChoice, RoomChoice};
use proscenium_dsp::engine::{
    Controls, DesignRequest, DesignSource, Engine, FilterSet, Meters, Output, Programme, RoomDelivery, RoomFilters,
    Timing,
};
use proscenium_dsp::upmix::UpmixMode;

pub const RATE: f64 = 48_000.0;
pub const CHANNELS: usize = 6;
pub const MODES: [UpmixMode; 3] = [UpmixMode::Off, UpmixMode::LowLatency, UpmixMode::High];

/// White noise at 0.1, the same for the same seed.
pub fn noise(seed: u32, samples: usize) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..samples).map(|_| 0.1 * next()).collect()
}

pub fn sine(amplitude: f32, frequency_hz: f64, samples: usize) -> Vec<f32> {
    let step = std::f64::consts::TAU * frequency_hz / RATE;
    (0..samples)
        .map(|n| amplitude * (step * n as f64).sin() as f32)
        .collect()
}

fn filter_set(timing: &Timing, channels: usize, request: &DesignRequest) -> FilterSet {
    let DeviceChoice::Preset(preset) = request.settings.device else {
        panic!("no custom devices here")
    };
    let design = Design::new(&presets()[usize::from(preset)].device, &request.settings, timing);
    FilterSet::new(&design, timing, channels, request)
}

/// An engine with filters for these settings.
pub fn engine_for(upmix: UpmixMode, channels: usize, settings: DesignSettings, meters: &Arc<Meters>) -> Engine {
    let timing = Timing::new(RATE, upmix);
    let set = filter_set(&timing, channels, &DesignRequest { settings, apply_at: 0 });
    Engine::new(timing, channels, Arc::new(set), Arc::clone(meters))
}

pub fn engine(upmix: UpmixMode) -> Engine {
    engine_for(upmix, CHANNELS, DesignSettings::default(), &Arc::default())
}

/// Answers every request at once, and counts what comes back.
pub struct Inline {
    timing: Timing,
    finished: Option<Arc<FilterSet>>,
    pub retired: Vec<Arc<FilterSet>>,
    /// What [`RoomChoice::LivingRoom`] stands for.
    pub living_room: Option<Arc<RoomFilters>>,
    room: Option<Box<RoomDelivery>>,
    pub retired_rooms: usize,
}

impl Inline {
    pub fn new(upmix: UpmixMode) -> Self {
        Self {
            timing: Timing::new(RATE, upmix),
            finished: None,
            retired: Vec::new(),
            living_room: None,
            room: None,
            retired_rooms: 0,
        }
    }
}

impl DesignSource for Inline {
    fn request(&mut self, request: DesignRequest) {
        self.finished = Some(Arc::new(filter_set(&self.timing, CHANNELS, &request)));
        if let Some(room) = &self.living_room {
            self.room = Some(match request.settings.room {
                RoomChoice::LivingRoom => RoomDelivery::new(Arc::clone(room), &self.timing, request.apply_at),
                _ => RoomDelivery::none(request.apply_at),
            });
        }
    }

    fn poll(&mut self) -> Option<Arc<FilterSet>> {
        self.finished.take()
    }

    fn retire(&mut self, set: Arc<FilterSet>) -> Result<(), Arc<FilterSet>> {
        self.retired.push(set);
        Ok(())
    }

    fn poll_room(&mut self) -> Option<Box<RoomDelivery>> {
        self.room.take()
    }

    fn retire_room(&mut self, _: Box<RoomDelivery>) -> Result<(), Box<RoomDelivery>> {
        self.retired_rooms += 1;
        Ok(())
    }
}

/// An engine under a host.
pub struct Player<'a> {
    pub engine: Engine,
    channels: usize,
    source: &'a mut Inline,
    /// Samples at which a driver is to be identified; each at the beginning of a host block.
    pub identify: Vec<(usize, usize)>,
}

impl<'a> Player<'a> {
    pub fn with(engine: Engine, source: &'a mut Inline) -> Self {
        Self {
            engine,
            channels: CHANNELS,
            source,
            identify: Vec::new(),
        }
    }

    pub fn channels(mut self, channels: usize) -> Self {
        self.channels = channels;
        self
    }

    /// Output for a signal on both inputs, in host blocks of the given size, with controls that depend on the sample.
    pub fn play(&mut self, signal: &[f32], block: usize, controls: impl Fn(usize) -> Controls) -> Vec<Vec<f32>> {
        let mut channels = vec![vec![0.0; signal.len()]; self.channels];
        channels[0].copy_from_slice(signal);
        channels[1].copy_from_slice(signal);
        for from in (0..signal.len()).step_by(block) {
            for (_, driver) in self.identify.iter().filter(|(at, _)| *at == from) {
                self.engine.identify(*driver);
            }
            let to = (from + block).min(signal.len());
            let mut slices: Vec<&mut [f32]> = channels.iter_mut().map(|channel| &mut channel[from..to]).collect();
            self.engine.process(&mut slices, &controls(from), self.source);
        }
        channels
    }
}

pub fn drivers() -> Controls {
    Controls {
        output: Output::Drivers,
        // Its gain would tie every channel to all others.
        guard: false,
        ..Controls::default()
    }
}

/// The inputs on the left and right reference drivers as they are.
pub fn neutral() -> Controls {
    let mut controls = Controls {
        programme: Programme::Binaural,
        cancel: 0.0,
        ..drivers()
    };
    controls.design.tone = 0.0;
    controls
}

/// Mean square of a signal.
pub fn power(signal: &[f32]) -> f64 {
    signal.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / signal.len() as f64
}

pub fn peak(signal: &[f32]) -> f32 {
    signal.iter().fold(0.0, |peak, x| peak.max(x.abs()))
}
