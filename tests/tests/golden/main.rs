//! Sound compatibility: what the built plugin makes of a short clip, against what it made when the goldens were taken.
//!
//! `tests/data/golden.toml` holds a hash of every render, exact to the bit, and levels in octave bands for what the hash
//! cannot tell: how far off it is. A change in sound needs a line in CHANGELOG.md and new goldens: `cargo xtask golden`.
//!
//! Filters are designed with the system's mathematics and run on the widest vectors that the processor has; both may round
//! differently elsewhere. There the levels alone count.

#![allow(clippy::unwrap_used)] // A failed set-up is a failed test.

mod levels;
mod numerics;

use levels::{BANDS_HZ, octave_levels_db};
use proscenium_host::{RenderJob, Rendered};
use proscenium_tests::Rig;
use proscenium_tests::signals::programme;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// Set to anything, the goldens are taken anew.
const TAKE_VARIABLE: &str = "PROSCENIUM_TAKE_GOLDENS";
/// Length of the clip, seconds.
const CLIP_S: f64 = 0.5;
/// Levels may differ by this much from those in the file, which are rounded to tenths, dB.
const TOLERANCE_DB: f64 = 0.1;

/// A render to keep: name, sample rate in hertz, settings.
type Case = (&'static str, f64, &'static [(&'static str, &'static str)]);

const CASES: [Case; 18] = [
    ("tabletop", 48_000.0, &[]),
    ("tabletop at 44.1 kHz", 44_100.0, &[]),
    ("tabletop at 96 kHz", 96_000.0, &[]),
    ("tabletop at 192 kHz", 192_000.0, &[]),
    ("tabletop full", 48_000.0, &[("Device", "Tabletop Full")]),
    ("laptop", 48_000.0, &[("Device", "Laptop"), ("Distance", "0.6 m")]),
    ("tablet", 48_000.0, &[("Device", "Tablet"), ("Distance", "0.5 m")]),
    (
        "desktop pair",
        48_000.0,
        &[("Device", "Desktop Pair"), ("Distance", "0.87 m")],
    ),
    ("soundbar", 48_000.0, &[("Device", "Soundbar")]),
    ("ring", 48_000.0, &[("Device", "Ring")]),
    ("upmix off", 48_000.0, &[("Upmix", "Off")]),
    ("upmix low latency", 48_000.0, &[("Upmix", "Low Latency")]),
    ("headphones", 48_000.0, &[("Output", "Headphones"), ("Width", "60 °")]),
    ("preview", 48_000.0, &[("Output", "Preview")]),
    ("stems", 48_000.0, &[("Output", "Stems"), ("Center", "70 %")]),
    ("binaural", 48_000.0, &[("Programme", "Binaural")]),
    ("bypass", 48_000.0, &[("Bypass", "On")]),
    (
        "everything moved",
        48_000.0,
        &[
            ("Width", "50 °"),
            ("Depth", "40 %"),
            ("Center", "80 %"),
            ("Center Level", "2 dB"),
            ("Cancellation", "60 %"),
            ("Tone", "30 %"),
            ("Listening Zone", "6 cm"),
            ("Distance", "1.3 m"),
            ("Listener Offset", "0.2 m"),
            ("Output Trim", "-3 dB"),
            ("Peak Guard", "Off"),
        ],
    ),
];

/// The file.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Goldens {
    /// How the machine rounds on which the hashes were taken.
    numerics: String,
    /// Middle frequencies of the bands, hertz.
    bands_hz: Vec<f64>,
    renders: BTreeMap<String, Golden>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Golden {
    sha256: String,
    latency_samples: usize,
    /// Level of each channel that sounds in each band, dBFS.
    levels_db: BTreeMap<String, Vec<f64>>,
}

impl Golden {
    fn of(rendered: &Rendered, sample_rate_hz: f64) -> Self {
        let mut hash = Sha256::new();
        for sample in rendered.channels.iter().flatten() {
            hash.update(sample.to_le_bytes());
        }
        let sounding = rendered.channels.iter().enumerate();
        let sounding = sounding.filter(|(_, channel)| channel.iter().any(|sample| *sample != 0.0));
        Self {
            sha256: hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(),
            latency_samples: rendered.latency_samples,
            levels_db: sounding
                .map(|(n, channel)| (format!("{}", n + 1), octave_levels_db(channel, sample_rate_hz)))
                .collect(),
        }
    }

    /// What differs so much that it is to be heard.
    fn audible_differences(&self, other: &Self) -> Vec<String> {
        let mut differences = Vec::new();
        if self.latency_samples != other.latency_samples {
            differences.push(format!(
                "latency {} samples, not {}",
                self.latency_samples, other.latency_samples
            ));
        }
        if !self.levels_db.keys().eq(other.levels_db.keys()) {
            differences.push(String::from("other channels sound"));
        }
        for (channel, levels_db) in &self.levels_db {
            let before = other.levels_db.get(channel).into_iter().flatten();
            for ((hz, now_db), before_db) in BANDS_HZ.iter().zip(levels_db).zip(before) {
                if (now_db - before_db).abs() > TOLERANCE_DB {
                    differences.push(format!(
                        "channel {channel}, {hz} Hz: {now_db:.1} dB, not {before_db:.1} dB"
                    ));
                }
            }
        }
        differences
    }
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/golden.toml")
}

fn render((_, rate_hz, settings): &Case) -> Golden {
    let input = programme((CLIP_S * rate_hz) as usize);
    let rendered = Rig::new(8)
        .with(settings)
        .render(&RenderJob::new(&input, *rate_hz).flush(4096));
    Golden::of(&rendered, *rate_hz)
}

#[test]
fn the_sound_is_what_it_was() {
    let numerics = numerics::fingerprint();
    if std::env::var_os(TAKE_VARIABLE).is_some() {
        let goldens = Goldens {
            numerics,
            bands_hz: BANDS_HZ.to_vec(),
            renders: CASES.iter().map(|case| (String::from(case.0), render(case))).collect(),
        };
        fs::write(file(), toml::to_string(&goldens).unwrap()).unwrap();
        return;
    }
    let goldens: Goldens = toml::from_str(&fs::read_to_string(file()).unwrap()).unwrap();
    let exact = goldens.numerics == numerics;
    if !exact {
        println!("This machine rounds differently from that of the goldens: levels alone are compared.");
    }
    assert_eq!(goldens.renders.len(), CASES.len(), "goldens and cases");
    let mut changed = Vec::new();
    for case in &CASES {
        let (now, before) = (render(case), &goldens.renders[case.0]);
        let mut differences = now.audible_differences(before);
        if exact && differences.is_empty() && now.sha256 != before.sha256 {
            differences.push(String::from("other rounding, no level differs"));
        }
        changed.extend(
            differences
                .into_iter()
                .map(|difference| format!("{}: {difference}", case.0)),
        );
    }
    assert!(
        changed.is_empty(),
        "the sound has changed; if it was meant to, say so in CHANGELOG.md and run `cargo xtask golden`:\n{}",
        changed.join("\n")
    );
}

/// The check itself: a level, a channel, a single bit.
#[test]
fn a_change_is_told() {
    let rendered = |channels: Vec<Vec<f32>>| Rendered {
        channels,
        latency_samples: 64,
        process_time: std::time::Duration::ZERO,
        faults: proscenium_host::Faults::default(),
    };
    let clip = programme(24_000);
    let before = Golden::of(&rendered(clip.clone()), 48_000.0);
    let louder: Vec<f32> = clip[0].iter().map(|sample| 1.03 * sample).collect();
    let after = Golden::of(&rendered(vec![louder, clip[1].clone()]), 48_000.0);
    assert_eq!(after.audible_differences(&before).len(), BANDS_HZ.len());
    let after = Golden::of(&rendered(vec![clip[0].clone()]), 48_000.0);
    assert!(!after.audible_differences(&before).is_empty());
    let mut bit = clip;
    bit[1][7] = f32::from_bits(bit[1][7].to_bits() ^ 1);
    let after = Golden::of(&rendered(bit), 48_000.0);
    assert!(after.audible_differences(&before).is_empty() && after.sha256 != before.sha256);
}
