//! Rendered files hold the samples of the plugin's offline bounce, to the bit.

use proscenium_host::{RenderJob, Wav};
use proscenium_tests::{Rig, debug_program_path, signals};
use std::process::Command;

/// Channels of the plugin, more than any device of these tests has drivers.
const CHANNELS: u32 = 8;
const FRAMES: usize = 30_000;

/// Renders a programme with the program and in the plugin, with settings as (option, value, parameter's name, text).
fn assert_same(rate: u32, settings: &[[&str; 4]], channels: usize) {
    let folder = std::env::temp_dir().join(format!(
        "proscenium-bounce-{}-{:?}",
        std::process::id(),
        std::thread::current().id()
    ));
    std::fs::create_dir_all(&folder).unwrap();
    let programme = Wav {
        // Loud enough for the peak guard to act.
        channels: signals::programme(FRAMES)
            .iter()
            .map(|channel| channel.iter().map(|x| 12.0 * x).collect())
            .collect(),
        sample_rate_hz: rate,
    };
    programme.write(folder.join("in.wav")).unwrap();
    let mut program = Command::new(debug_program_path("proscenium", "cargo build --package proscenium-cli"));
    program
        .args(["render", "in.wav", "--force", "-o", "."])
        .current_dir(&folder);
    let mut output = "drivers";
    for [option, value, ..] in settings {
        program.args([option, value]);
        if *option == "--output" {
            output = value;
        }
    }
    let run = program.output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let rendered = Wav::read(folder.join(format!("in.{output}.wav"))).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();

    let parameters: Vec<(&str, &str)> = settings.iter().map(|[.., name, text]| (*name, *text)).collect();
    let mut rig = Rig::new(CHANNELS).with(&parameters);
    rig.host.activate(f64::from(rate), 256).unwrap();
    let latency = rig.host.latency_samples() as usize;
    rig.host.deactivate().unwrap();
    let job = RenderJob::new(&programme.channels, f64::from(rate)).flush(latency);
    let mut bounced = rig.render(&job).aligned(FRAMES);
    bounced.truncate(channels);
    assert!(signals::peak(&bounced) > 0.1);
    assert_eq!(rendered.sample_rate_hz, rate);
    signals::assert_identical(&rendered.channels, &bounced, &format!("{settings:?}"));
}

#[test]
fn defaults_are_those_of_the_plugin() {
    assert_same(48_000, &[], 4);
}

#[test]
fn every_output_is_that_of_the_plugin() {
    for (output, name, channels) in [
        ("drivers", "Drivers", 4),
        ("headphones", "Headphones", 2),
        ("preview", "Preview", 2),
        ("stems", "Stems", 3),
    ] {
        let settings = [
            ["--output", output, "Output", name],
            ["--upmix", "low-latency", "Upmix", "Low Latency"],
            ["--width", "47.3", "Width", "47.3 °"],
        ];
        assert_same(44_100, &settings, channels);
    }
}

#[test]
fn every_parameter_does_what_it_does_in_the_plugin() {
    let settings = [
        ["--device", "soundbar", "Device", "Soundbar"],
        ["--distance", "1.37", "Distance", "1.37 m"],
        ["--depth", "83.1", "Depth", "83.1 %"],
        ["--center", "61.7", "Center", "61.7 %"],
        ["--center-level", "-2.35", "Center Level", "-2.35 dB"],
        ["--cancel", "71.9", "Cancellation", "71.9 %"],
        ["--tone", "43.3", "Tone", "43.3 %"],
        ["--zone", "4.7", "Listening Zone", "4.7 cm"],
        ["--offset", "-0.13", "Listener Offset", "-0.13 m"],
        ["--yaw", "7.7", "Head Turn", "7.7 °"],
        ["--effort", "8.3", "Effort", "8.3 dB"],
        ["--trim", "-1.75", "Output Trim", "-1.75 dB"],
        ["--beam", "constant-directivity", "Beam", "Constant directivity"],
        ["--zone-goal", "worst-position", "Zone Goal", "Worst position"],
        ["--output", "drivers", "Output", "Drivers"],
    ];
    assert_same(48_000, &settings, 8);
}

#[test]
fn binaural_without_guard_and_bypass_are_those_of_the_plugin() {
    let laptop = [
        ["--device", "laptop", "Device", "Laptop"],
        ["--program", "binaural", "Programme", "Binaural"],
        ["--guard", "off", "Peak Guard", "off"],
        ["--upmix", "off", "Upmix", "Off"],
        // What picking the device in the editor sets.
        ["--trim", "0", "Distance", "0.6 m"],
    ];
    assert_same(96_000, &laptop, 2);
    assert_same(48_000, &[["--bypass", "on", "Bypass", "on"]], 4);
}

#[test]
fn a_room_is_that_of_the_plugin() {
    for (room, name, upmix, mode) in [
        ("living-room", "Living Room", "high", "High"),
        ("office", "Office", "off", "Off"),
    ] {
        let settings = [
            ["--output", "preview", "Output", "Preview"],
            ["--room", room, "Room", name],
            ["--upmix", upmix, "Upmix", mode],
            ["--depth", "43.1", "Depth", "43.1 %"],
            ["--distance", "1.37", "Distance", "1.37 m"],
        ];
        assert_same(48_000, &settings, 2);
    }
}

/// So that nobody need believe that a difference would be seen.
#[test]
#[should_panic(expected = "differs from frame")]
fn a_hundredth_of_a_degree_is_seen() {
    assert_same(48_000, &[["--width", "30.01", "Width", "30 °"]], 4);
}
