//! An engine in the hands of a host, for the examples that tell what it costs.

use std::hint::black_box;
use std::sync::Arc;

use proscenium_dsp::design::{Design, DesignSettings};
use proscenium_dsp::engine::{
    Controls, DesignRequest, DesignSource, Engine, FilterSet, Meters, Output, RoomDelivery, RoomFilters, Timing,
};

/// Samples of programme, played over and over.
const PROGRAMME: usize = 48_000;

/// White noise at 0.1, the same for the same seed.
pub fn noise(seed: u32, samples: usize) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..samples).map(|_| 0.1 * next()).collect()
}

/// Hands out the same filters again and again, if any.
struct Sets(Option<Arc<FilterSet>>);

impl DesignSource for Sets {
    fn request(&mut self, _: DesignRequest) {}

    fn poll(&mut self) -> Option<Arc<FilterSet>> {
        self.0.clone()
    }

    fn retire(&mut self, _: Arc<FilterSet>) -> Result<(), Arc<FilterSet>> {
        Ok(())
    }
}

/// An engine in the hands of a host.
pub struct Player {
    engine: Engine,
    controls: Controls,
    source: Sets,
    /// A phantom centre and two sides: left, right.
    programme: [Vec<f32>; 2],
    channels: Vec<Vec<f32>>,
    block: usize,
    position: usize,
}

impl Player {
    /// Plays a design to as many channels as it has drivers, for a host that asks for `block` samples at a time. With
    /// `fading` one cross-fade follows another, each to the same filters.
    pub fn new(design: &Design, settings: DesignSettings, timing: Timing, block: usize, fading: bool) -> Self {
        let channels = design.lateral_m.len();
        let request = DesignRequest { settings, apply_at: 0 };
        let set = Arc::new(FilterSet::new(design, &timing, channels, &request));
        let source = Sets(fading.then(|| Arc::clone(&set)));
        let [center, left, right] = [1, 2, 3].map(|seed| noise(seed, PROGRAMME));
        let mixed = |side: &[f32]| side.iter().zip(&center).map(|(s, c)| s + c).collect();
        Self {
            engine: Engine::new(timing, channels, set, Arc::new(Meters::default())),
            controls: Controls {
                design: settings,
                output: Output::Drivers,
                ..Controls::default()
            },
            source,
            programme: [mixed(&left), mixed(&right)],
            channels: vec![vec![0.0; block]; channels],
            block,
            position: 0,
        }
    }

    /// The same to a listener's ears, in a room or in none.
    #[must_use]
    #[allow(dead_code)] // Not every example does.
    pub fn preview(mut self, room: Option<RoomFilters>) -> Self {
        self.controls.output = Output::Preview;
        if let Some(room) = room {
            let timing = *self.engine.timing();
            self.engine = self.engine.with_room(RoomDelivery::new(Arc::new(room), &timing, 0));
        }
        self
    }

    /// Plays on for as many seconds of audio.
    pub fn play(&mut self, seconds: f64) {
        for _ in 0..(seconds * self.engine.timing().sample_rate) as usize / self.block {
            let at = self.position % (PROGRAMME - self.block);
            self.position += self.block;
            for (channel, signal) in self.channels.iter_mut().zip(&self.programme) {
                channel.copy_from_slice(&signal[at..at + self.block]);
            }
            let mut slices: Vec<&mut [f32]> = self.channels.iter_mut().map(Vec::as_mut_slice).collect();
            self.engine.process(&mut slices, &self.controls, &mut self.source);
        }
        black_box(&self.channels);
    }
}
