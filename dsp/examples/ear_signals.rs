//! Errors of the two ear signals against a real pair at ±30°: `cargo run --release -p proscenium-dsp --example ear_signals`.
//!
//! With Debian's `libmysofa1` also for KEMAR as the listener, with filters for the sphere and for KEMAR.

use std::path::Path;

use proscenium_dsp::analysis::{EarSignalErrors, EarSignalTest, EarSignals};
use proscenium_dsp::array::presets;
use proscenium_dsp::design::{Design, DesignSettings};
use proscenium_dsp::engine::{Controls, Timing};
use proscenium_dsp::measured::{ListenerHead, MeasuredHead};
use proscenium_dsp::upmix::UpmixMode;

const KEMAR: &str = "/usr/share/libmysofa/MIT_KEMAR_normal_pinna.sofa";

fn main() {
    let kemar = MeasuredHead::open(Path::new(KEMAR)).map(ListenerHead::from);
    println!(
        "{:14} {:24} {:>9} {:>7} {:>9}   {:>9} {:>7} {:>9}",
        "device", "filters, listener", "hard: µs", "dB", "spectrum", "all: µs", "dB", "spectrum"
    );
    for preset in presets() {
        let device = &preset.device;
        let settings = DesignSettings {
            distance_m: device.nominal_distance_m() as f32,
            ..DesignSettings::default()
        };
        let timing = Timing::new(48_000.0, UpmixMode::High);
        let print = |what: &str, errors: EarSignals| {
            let row = |e: EarSignalErrors| format!("{:9.0} {:7.2} {:9.2}", e.delay_us, e.level_db, e.spectrum_db);
            println!(
                "{:14} {what:24} {}   {}",
                device.name,
                row(errors.hard_panned),
                row(errors.panned)
            );
        };
        let for_sphere = Design::new(device, &settings, &timing);
        let sphere = EarSignalTest::new(device, &device.head, settings, timing);
        print("plain stereo, sphere", sphere.plain());
        print("for sphere, sphere", sphere.engine(&for_sphere, Controls::default()));
        let Ok(kemar) = &kemar else { continue };
        let for_kemar = Design::new(&device.clone().with_head(kemar.clone()), &settings, &timing);
        let listener = EarSignalTest::new(device, kemar, settings, timing);
        print("plain stereo, KEMAR", listener.plain());
        print("for sphere, KEMAR", listener.engine(&for_sphere, Controls::default()));
        print("for KEMAR, KEMAR", listener.engine(&for_kemar, Controls::default()));
    }
}
