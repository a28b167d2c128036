//! The whole engine with real designs.

use std::sync::Arc;

use proscenium_dsp::array::presets;
use proscenium_dsp::design::{Design, DesignSettings};
use proscenium_dsp::engine::{Controls, DesignRequest, Engine, FilterSet, Handover, Meters, Output, Timing};
use proscenium_dsp::upmix::UpmixMode;

const RATE: f64 = 48_000.0;
const CHANNELS: usize = 6;

fn noise(seed: u32, samples: usize) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..samples).map(|_| 0.1 * next()).collect()
}

fn filter_set(timing: &Timing, settings: DesignSettings) -> FilterSet {
    let design = Design::new(&presets()[0].device, &settings, timing);
    FilterSet::new(&design, timing, CHANNELS, &DesignRequest { settings, apply_at: 0 })
}

fn engine(upmix: UpmixMode) -> Engine {
    let timing = Timing::new(RATE, upmix);
    let set = filter_set(&timing, DesignSettings::default());
    Engine::new(timing, CHANNELS, Arc::new(set), Arc::new(Meters::default()))
}

/// Output of stereo noise in host blocks of the given size, with controls that may depend on the sample.
fn run(engine: &mut Engine, samples: usize, block: usize, controls: impl Fn(usize) -> Controls) -> Vec<Vec<f32>> {
    let handover = Handover::default();
    let mut channels = vec![vec![0.0; samples]; CHANNELS];
    channels[0] = noise(1, samples);
    channels[1] = noise(2, samples);
    for from in (0..samples).step_by(block) {
        let to = (from + block).min(samples);
        let mut slices: Vec<&mut [f32]> = channels.iter_mut().map(|channel| &mut channel[from..to]).collect();
        engine.process(&mut slices, &controls(from), &mut &handover);
    }
    channels
}

const MODES: [UpmixMode; 3] = [UpmixMode::Off, UpmixMode::LowLatency, UpmixMode::High];

#[test]
fn reset_equals_fresh_in_every_mode() {
    for upmix in MODES {
        let controls = |_| Controls {
            output: Output::Drivers,
            ..Controls::default()
        };
        let fresh = run(&mut engine(upmix), 20_000, 512, controls);
        let mut used = engine(upmix);
        run(&mut used, 5_000, 100, |_| Controls {
            cancel: 0.3,
            width_rad: 1.0,
            bypass: true,
            ..Controls::default()
        });
        used.reset();
        assert!(run(&mut used, 20_000, 512, controls) == fresh, "{upmix:?}");
    }
}
