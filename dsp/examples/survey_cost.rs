//! Time from a change of settings to a picture of the new design, for every preset at its own distance:
//! `cargo run --release -p proscenium-dsp --example survey_cost`.

use std::hint::black_box;
use std::time::Instant;

use proscenium_dsp::analysis::{Strengths, Survey};
use proscenium_dsp::array::presets;
use proscenium_dsp::design::{Design, DesignSettings};
use proscenium_dsp::engine::Timing;
use proscenium_dsp::upmix::UpmixMode;

const SAMPLE_RATE: f64 = 48_000.0;
const RUNS: usize = 15;

fn main() {
    let timing = Timing::new(SAMPLE_RATE, UpmixMode::High);
    println!(
        "{:16} {:>7} {:>10} {:>10} {:>10} {:>10}   (medians, ms)",
        "device", "drivers", "design", "survey", "picture", "together"
    );
    for preset in presets() {
        let device = &preset.device;
        let settings = DesignSettings {
            distance_m: device.nominal_distance_m() as f32,
            ..DesignSettings::default()
        };
        let strengths = Strengths {
            cancel: 0.7,
            depth: 0.9,
        };
        let design = Design::new(device, &settings, &timing);
        let survey = Survey::new(device, &design, &settings, SAMPLE_RATE);
        let design_ms = median_ms(|| drop(black_box(Design::new(device, &settings, &timing))));
        let survey_ms = median_ms(|| drop(black_box(Survey::new(device, &design, &settings, SAMPLE_RATE))));
        let picture_ms = median_ms(|| drop(black_box(survey.picture(black_box(strengths)))));
        println!(
            "{:16} {:>7} {design_ms:>10.2} {survey_ms:>10.2} {picture_ms:>10.2} {:>10.2}",
            device.name,
            device.drivers.len(),
            design_ms + survey_ms + picture_ms
        );
    }
}

/// Median time of a call.
fn median_ms(mut call: impl FnMut()) -> f64 {
    let mut times_ms: Vec<f64> = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            call();
            started.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times_ms.sort_by(f64::total_cmp);
    times_ms[RUNS / 2]
}
