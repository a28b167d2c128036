//! `proscenium design`

use crate::support::{read_wave, run_in};
use proscenium_dsp::array::presets;
use proscenium_dsp::design::{BeamKind, Design, DesignSettings, DeviceChoice};
use proscenium_dsp::engine::{Fir, Timing};
use proscenium_dsp::upmix::UpmixMode;
use std::fs;

/// The filters in the files are those of the library for the same settings, at their places.
#[test]
fn files_hold_the_filters_that_the_library_designs() {
    let folder = tempfile::tempdir().unwrap();
    let options = "--device laptop --rate 44100 --zone 5 --offset -0.1 --yaw 10 --tone 50 --effort 9dB -o filters";
    let words: Vec<&str> = ["design", "--json", "--beam", "constant-directivity"]
        .into_iter()
        .chain(options.split(' '))
        .collect();
    let json = run_in(folder.path(), &words).succeeds().json();
    let settings = DesignSettings {
        device: DeviceChoice::Preset(2),
        tone: 0.5,
        zone_m: 0.05,
        distance_m: 0.6,
        offset_m: -0.1,
        yaw_rad: 10_f32.to_radians(),
        effort_db: 9.0,
        beam: BeamKind::ConstantDirectivity,
        ..DesignSettings::default()
    };
    let timing = Timing::new(44_100.0, UpmixMode::Off);
    let design = Design::new(&presets()[2].device, &settings, &timing);
    let [left, right, center] = &design.drivers;
    let [far_left, far_right] = &design.far.drivers;
    for (firs, name) in [
        (&left.base, "left-base"),
        (&left.full, "left-full"),
        (&right.base, "right-base"),
        (&right.full, "right-full"),
        (&center.base, "center-base"),
        (&center.full, "center-full"),
        (far_left, "left-far"),
        (far_right, "right-far"),
    ] {
        let (rate, channels) = read_wave(&folder.path().join(format!("filters/{name}.wav")));
        assert_eq!((rate, channels.len()), (44_100, 2));
        for (channel, fir) in channels.iter().zip(firs) {
            assert_eq!(channel.len(), json["taps"]);
            assert_near(channel, fir);
        }
    }
    assert_eq!(json["settings"]["distance"], 0.6);
    assert_eq!(json["settings"]["beam"], "constant-directivity");
    assert_eq!(json["engine_latency_samples"]["off"], timing.latency());
    assert_eq!(json["routing"][1]["driver"], "right");
    let written: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("filters/design.json")).unwrap()).unwrap();
    assert_eq!(written, json);
}

/// Settings may differ from those of the test by a rounding error.
fn assert_near(channel: &[f32], fir: &Fir) {
    let expected = |n: usize| match n.checked_sub(fir.start) {
        Some(tap) => fir.taps.get(tap).copied().unwrap_or(0.0),
        None => 0.0,
    };
    for (n, sample) in channel.iter().enumerate() {
        assert!(
            (sample - expected(n)).abs() < 1e-4,
            "tap {n}: {sample}, not {}",
            expected(n)
        );
    }
}

#[test]
fn nothing_is_overwritten_unless_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let design = |more: &[&str]| run_in(folder.path(), &[&["design", "--device", "laptop"], more].concat());
    fs::write(folder.path().join("center-full.wav"), "mine").unwrap();
    design(&[]).fails(1, &["center-full.wav exists", "--force"]);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "nothing else was written"
    );
    design(&["--force"]).succeeds();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 9);
    design(&["-o", "center-full.wav"]).fails(1, &["cannot make"]);
    design(&["--zone", "16"]).fails(2, &["--zone", "0 to 15 cm"]);
    design(&["--rate", "100"]).fails(2, &["--rate"]);
    design(&["--beam", "laser"]).fails(2, &["nulls, constant-directivity"]);
}
