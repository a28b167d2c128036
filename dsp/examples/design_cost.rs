//! Time of a whole filter design for every preset and either beam: `cargo run --release -p proscenium-dsp --example design_cost`.

use std::time::Instant;

use proscenium_dsp::array::presets;
use proscenium_dsp::design::{BeamKind, Design, DesignSettings};
use proscenium_dsp::engine::Timing;
use proscenium_dsp::upmix::UpmixMode;

fn main() {
    println!(
        "{:16} {:>7} {:>20} {:>9} {:>9}",
        "device", "drivers", "beam", "48 kHz", "192 kHz"
    );
    let kinds = [BeamKind::Nulls, BeamKind::ConstantDirectivity];
    for (preset, beam) in presets().iter().flat_map(|preset| kinds.map(|beam| (preset, beam))) {
        let settings = DesignSettings {
            beam,
            ..DesignSettings::default()
        };
        let milliseconds = [48_000.0, 192_000.0].map(|rate| {
            let timing = Timing::new(rate, UpmixMode::High);
            let mut times: Vec<f64> = (0..5)
                .map(|_| {
                    let started = Instant::now();
                    std::hint::black_box(Design::new(&preset.device, &settings, &timing));
                    started.elapsed().as_secs_f64() * 1e3
                })
                .collect();
            times.sort_by(f64::total_cmp);
            times[2]
        });
        let [low, high] = milliseconds;
        println!(
            "{:16} {:7} {:>20} {low:6.1} ms {high:6.1} ms",
            preset.device.name,
            preset.device.drivers.len(),
            format!("{beam:?}")
        );
    }
}
