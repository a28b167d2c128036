//! Errors of the two ear signals against a real pair at ±30°: `cargo run --release -p proscenium-dsp --example ear_signals`.

use proscenium_dsp::acoustics::HeadShape;
use proscenium_dsp::analysis::{EarSignalErrors, EarSignalTest};
use proscenium_dsp::array::presets;
use proscenium_dsp::design::{Design, DesignSettings};
use proscenium_dsp::engine::{Controls, Timing};
use proscenium_dsp::upmix::UpmixMode;

fn main() {
    println!(
        "{:14} {:22} {:>9} {:>7} {:>9}   {:>9} {:>7} {:>9}",
        "device", "", "hard: µs", "dB", "spectrum", "all: µs", "dB", "spectrum"
    );
    for preset in presets() {
        let device = &preset.device;
        let settings = DesignSettings {
            distance_m: device.nominal_distance_m() as f32,
            ..DesignSettings::default()
        };
        let timing = Timing::new(48_000.0, UpmixMode::High);
        let test = EarSignalTest::new(device, &HeadShape::default(), settings, timing);
        let design = Design::new(device, &settings, &timing);
        for (what, errors) in [
            ("plain stereo", test.plain()),
            ("Proscenium", test.engine(&design, Controls::default())),
        ] {
            let row = |e: EarSignalErrors| format!("{:9.0} {:7.2} {:9.2}", e.delay_us, e.level_db, e.spectrum_db);
            println!(
                "{:14} {what:22} {}   {}",
                device.name,
                row(errors.hard_panned),
                row(errors.panned)
            );
        }
    }
}
