//! Figures of merit of the library and of every preset: `cargo run --release -p proscenium-dsp --example figures`.

use proscenium_dsp::acoustics::{HeadPose, Plant};
use proscenium_dsp::analysis::figures::{DirectivityFigures, ToneFigures};
use proscenium_dsp::analysis::{BeamPattern, Cancellation, DriverSpectra, figures, log_frequencies_hz, mean};
use proscenium_dsp::array::{Device, Path, presets};
use proscenium_dsp::design::{Design, DesignSettings};
use proscenium_dsp::engine::Timing;
use proscenium_dsp::upmix::UpmixMode;

const SAMPLE_RATE: f64 = 48_000.0;
/// A null is deep from here on, dB.
const DEEP_DB: f64 = 20.0;

fn main() {
    let preset = |file_stem: &str| presets().iter().find(|preset| preset.file_stem == file_stem);
    if let (Some(tabletop), Some(laptop)) = (preset("tabletop"), preset("laptop")) {
        let sections = [
            ("Tabletop at 2 m", figures::tabletop(&tabletop.device)),
            ("Laptop at 0.6 m", figures::laptop(&laptop.device)),
        ];
        for (title, figures) in sections {
            println!("{title}");
            for figure in figures {
                println!("  {figure}");
            }
        }
    }
    println!("\nAll presets at their own distance, listener in the middle and 0.5 m to the left; Tone 0; means in dB:");
    println!(
        "{:16} {:>6} {:>12} {:>6} {:>6} {:>7} {:>6} {:>6} {:>6} {:>6} {:>9}",
        "device", "offset", "cancellation", "±2 cm", "effort", "filter", "±90°", "worst", "±45°", "DI", "null up to"
    );
    for preset in presets() {
        for offset_m in [0.0, 0.5] {
            println!(
                "{:16} {offset_m:4} m {}",
                preset.device.name,
                row(&preset.device, offset_m)
            );
        }
    }
    println!("\nBeam of constant directivity, 300 Hz–3 kHz, Tone 0; dB, degrees:");
    println!(
        "{:16} {:>6} {:>13} {:>13} {:>13} {:>7} {:>7} {:>7} {:>6}",
        "device", "target", "reached", "possible", "−6 dB width", "spread", "on axis", "effort", "180°"
    );
    for preset in presets() {
        let figures = DirectivityFigures::new(&preset.device);
        let target = figures.target_db.map_or(String::from("none"), |db| format!("{db:.2}"));
        let span = |[low, high]: [f64; 2], decimals: usize| format!("{low:.decimals$} to {high:.decimals$}");
        println!(
            "{:16} {target:>6} {:>13} {:>13} {:>13} {:>6.1}% {:7.2} {:+7.1} {:6.1}",
            preset.device.name,
            span(figures.index_db, 2),
            span(figures.ceiling_db, 2),
            span(figures.width_deg, 0),
            figures.width_spread_percent(),
            figures.colour_db,
            figures.effort_db,
            figures.rear_db,
        );
    }
    print_tone();
}

/// How well the paths agree, for every preset.
fn print_tone() {
    println!("\nPaths at the listener with Tone 100 %, third octaves 200 Hz–8 kHz, dB:");
    println!(
        "{:16} {:>16} {:>16} {:>16} {:>16}",
        "device", "differ by", "without effects", "sides re flat ±", "centre re flat ±"
    );
    for preset in presets() {
        let ToneFigures {
            difference_db,
            difference_without_effects_db,
            sides_db,
            center_db,
        } = ToneFigures::new(&preset.device);
        println!(
            "{:16} {difference_db:16.2} {difference_without_effects_db:16.2} {sides_db:16.2} {center_db:16.2}",
            preset.device.name
        );
    }
}

/// Figures of one device.
fn row(device: &Device, offset_m: f32) -> String {
    let settings = DesignSettings {
        distance_m: device.nominal_distance_m() as f32,
        offset_m,
        tone: 0.0,
        ..DesignSettings::default()
    };
    let design = Design::new(device, &settings, &Timing::new(SAMPLE_RATE, UpmixMode::High));
    let pose = HeadPose {
        offset_m: f64::from(offset_m),
        ..HeadPose::at_distance(device.nominal_distance_m())
    };
    let plant = Plant::new(device, &log_frequencies_hz(500.0, 8000.0, 12));
    let cancellation = Cancellation::new(device, &design, SAMPLE_RATE, &plant);
    let beside = HeadPose {
        offset_m: pose.offset_m + 0.02,
        ..pose
    };
    let effort = cancellation
        .effort_db(&pose)
        .concat()
        .into_iter()
        .fold(f64::NEG_INFINITY, f64::max);

    let plant = Plant::new(device, &log_frequencies_hz(300.0, 8000.0, 12));
    let [base, beam] = [0.0, 1.0].map(|strength| {
        let filters = &design.drivers[Path::Center as usize];
        let spectra = DriverSpectra::new(device, filters, strength, SAMPLE_RATE, plant.frequencies_hz());
        BeamPattern::new(&plant, &spectra, pose.center_m())
    });
    let depth_db = beam.depth_db(90.0);
    let deep = depth_db.iter().take_while(|&&depth_db| depth_db >= DEEP_DB).count();
    let null_up_to = match deep {
        0 => String::from("none"),
        _ => format!("{:.0} Hz", plant.frequencies_hz()[deep - 1]),
    };
    let midrange = ..plant.frequencies_hz().partition_point(|&f| f < 3001.0);
    let null = &depth_db[midrange];
    format!(
        "{:12.1} {:6.1} {effort:6.1} {:7.1} {:6.1} {:6.1} {:6.1} {:+6.1} {null_up_to:>9}",
        mean(&cancellation.gain_db(&pose)),
        mean(&cancellation.gain_db(&beside)),
        cancellation.largest_filter_gain_db(),
        mean(null),
        null.iter().copied().fold(f64::INFINITY, f64::min),
        -mean(&beam.depth_db(45.0)[midrange]),
        mean(&beam.directivity_index_db[midrange]) - mean(&base.directivity_index_db[midrange]),
    )
}
