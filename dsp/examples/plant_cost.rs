//! What the acoustics of a design cost: `cargo run --release -p proscenium-dsp --example plant_cost`.

use proscenium_dsp::acoustics::{HeadPose, Plant};
use proscenium_dsp::array::presets;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Bins from 0 to 24 kHz, as of a transform of 1024 points at 48 kHz.
const BINS: u32 = 513;
const RUNS: usize = 21;

fn main() {
    let frequencies_hz: Vec<f64> = (0..BINS).map(|bin| f64::from(bin) * 48_000.0 / 1024.0).collect();
    println!(
        "{:14} {:>7} {:>9} {:>13}   ({BINS} frequencies)",
        "device", "drivers", "new, ms", "ears, ms/pose"
    );
    for preset in presets() {
        let device = &preset.device;
        let plant = Plant::new(device, &frequencies_hz);
        let new = median(|| drop(black_box(Plant::new(black_box(device), &frequencies_hz))));
        let pose = HeadPose {
            offset_m: 0.02,
            ..HeadPose::at_distance(device.nominal_distance_m())
        };
        let ears = median(|| drop(black_box(plant.ears(black_box(&pose)))));
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        println!(
            "{:14} {:>7} {:>9.3} {:>13.3}",
            device.name,
            plant.drivers(),
            ms(new),
            ms(ears)
        );
    }
}

/// Median time of a call.
fn median(mut call: impl FnMut()) -> Duration {
    let mut times: Vec<_> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            call();
            start.elapsed()
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}
