//! `proscenium export`: each export, run as its engine would, gives what the plugin's own engine plays.

use crate::engine::{self, difference_db};
use crate::support::{read_wave, run_in};
use proscenium_cli::export::camilladsp::{Capture, Coefficients, Configuration, Filter, Playback, Step};
use std::fs;
use std::path::Path;

/// Most that outputs may differ, relative to the peak, dB.
const SAME_DB: f64 = -90.0;

fn export(folder: &Path, engine: &str, more: &str) -> serde_json::Value {
    let options = format!("export --json --to {engine} {more}");
    let words: Vec<&str> = options.split_whitespace().collect();
    run_in(folder, &words).succeeds().json()
}

/// Convolves noise with the filters, `[input][driver]`.
fn convolve(input: &[Vec<f32>; 2], filters: &[Vec<Vec<f32>>; 2]) -> Vec<Vec<f32>> {
    let drivers = filters[0].len();
    let mut outputs = vec![vec![0.0; input[0].len()]; drivers];
    for (signal, filters) in input.iter().zip(filters) {
        for (output, filter) in outputs.iter_mut().zip(filters) {
            for (n, &x) in signal.iter().enumerate().filter(|(_, x)| **x != 0.0) {
                for (y, tap) in output[n..].iter_mut().zip(filter) {
                    *y += x * tap;
                }
            }
        }
    }
    outputs
}

#[test]
fn filters_are_the_engine_s_chain() {
    let noise = engine::noise(2000);
    for (options, settings) in [
        ("--device laptop", engine::Settings::new(2)),
        (
            "--device laptop --program binaural --cancel 40 --trim -3 --rate 44100",
            engine::Settings {
                binaural: true,
                cancel: 0.4,
                trim_db: -3.0,
                rate: 44_100,
                ..engine::Settings::new(2)
            },
        ),
        (
            "--device tabletop-full --width 71.3 --rate 96000",
            engine::Settings {
                width_deg: 71.3,
                rate: 96_000,
                ..engine::Settings::new(1)
            },
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let json = export(folder.path(), "wav", options);
        let filters = ["left.wav", "right.wav"].map(|name| read_wave(&folder.path().join(name)).1);
        let played = convolve(&noise, &filters);
        let latency = json["latency_samples"].as_u64().unwrap() as usize;
        let ours = engine::play(&noise, &settings);
        let difference = difference_db(&ours, &played, latency);
        println!("{options}: {difference:.1} dB");
        assert!(difference < SAME_DB, "{options}: {difference:.1} dB");
        assert!(
            difference_db(&ours, &played, latency + 1) > SAME_DB,
            "a wrong latency is not seen"
        );
    }
}

/// Read by the documented fields and no others, the configuration is the same chain.
#[test]
fn the_camilladsp_pipeline_leads_every_input_to_every_driver() {
    let folder = tempfile::tempdir().unwrap();
    let json = export(folder.path(), "camilladsp", "--device soundbar");
    let text = fs::read_to_string(folder.path().join("camilladsp.yml")).unwrap();
    assert!(text.contains("# Not in it: There is no centre extraction"), "{text}");
    let Configuration {
        devices,
        filters,
        mixers,
        pipeline,
    } = serde_saphyr::from_str(&text).unwrap();
    assert_eq!(devices.samplerate, 48_000);
    let Capture::Stdin { channels: inputs, .. } = devices.capture;
    let Playback::Stdout { channels: drivers, .. } = devices.playback;
    assert_eq!((inputs, drivers), (2, 8));
    // What each channel carries: names of inputs and of what they went through.
    let mut lanes: Vec<Vec<String>> = vec![vec![String::from("in 0")], vec![String::from("in 1")]];
    for step in &pipeline {
        match step {
            Step::Mixer { name } => {
                let mixer = &mixers[name];
                assert_eq!(
                    (mixer.channels.r#in, mixer.channels.out),
                    (lanes.len(), mixer.mapping.len())
                );
                lanes = mixer
                    .mapping
                    .iter()
                    .enumerate()
                    .map(|(dest, mapping)| {
                        assert_eq!(mapping.dest, dest);
                        mapping
                            .sources
                            .iter()
                            .flat_map(|source| lanes[source.channel].clone())
                            .collect()
                    })
                    .collect();
            }
            Step::Filter { channels, names } => {
                for &channel in channels {
                    for name in names {
                        let Filter::Conv { parameters } = &filters[name];
                        let Coefficients::Wav {
                            filename,
                            channel: column,
                        } = parameters;
                        let (rate, columns) = read_wave(&folder.path().join(filename));
                        assert_eq!((rate, columns.len()), (48_000, 8));
                        lanes[channel]
                            .iter_mut()
                            .for_each(|lane| *lane += &format!(" {filename} {column}"));
                    }
                }
            }
        }
    }
    let expected: Vec<_> = (0..8)
        .map(|driver| vec![format!("in 0 left.wav {driver}"), format!("in 1 right.wav {driver}")])
        .collect();
    assert_eq!(lanes, expected);
    assert_eq!(
        json["files"],
        serde_json::json!(["camilladsp.yml", "left.wav", "right.wav"])
    );
}

/// What the typed form lets through is what the documentation has: a field that it does not know is refused.
#[test]
fn unknown_fields_would_be_seen() {
    let folder = tempfile::tempdir().unwrap();
    export(folder.path(), "camilladsp", "--device laptop");
    let text = fs::read_to_string(folder.path().join("camilladsp.yml")).unwrap();
    for (right, wrong) in [
        ("samplerate:", "sample_rate:"),
        ("  chunksize:", "  volume: 1\n  chunksize:"),
        ("F32_LE", "F32"),
    ] {
        assert!(
            serde_saphyr::from_str::<Configuration>(&text.replace(right, wrong)).is_err(),
            "{wrong}"
        );
    }
}

/// Needs Debian's BruteFIR; `cargo xtask test` runs this by its name where BruteFIR can be had.
#[test]
#[ignore = "needs BruteFIR"]
fn brutefir_plays_what_the_engine_plays() {
    let noise = engine::noise(96_000);
    for (preset, device) in [(0, "tabletop"), (2, "laptop"), (5, "soundbar")] {
        let folder = tempfile::tempdir().unwrap();
        let json = export(folder.path(), "brutefir", &format!("--device {device}"));
        let played = engine::brutefir(folder.path(), &noise, json["routing"].as_array().unwrap().len());
        let latency = json["latency_samples"].as_u64().unwrap() as usize;
        let ours = engine::play(&noise, &engine::Settings::new(preset));
        let difference = difference_db(&ours, &played, latency);
        println!("BruteFIR on {device}: {difference:.1} dB");
        assert!(difference < SAME_DB, "{device}: {difference:.1} dB");
    }
}

#[test]
fn nothing_is_overwritten_and_the_rest_is_said() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("right.wav"), "mine").unwrap();
    run_in(folder.path(), &["export", "--to", "wav", "--device", "laptop"]).fails(1, &["right.wav exists"]);
    run_in(folder.path(), &["export"]).fails(2, &["--to"]);
    let said = run_in(
        folder.path(),
        &["export", "--to", "wav", "--device", "laptop", "--force"],
    )
    .succeeds();
    assert!(said.stdout.contains("Not in it:"), "{said:?}");
    assert!(
        run_in(folder.path(), &["export", "--help"])
            .stdout
            .contains("Not in it:")
    );
}
