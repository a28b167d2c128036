//! Automation: an event at frame n acts on programme frame n and is heard at n + latency.

use proscenium_host::RenderJob;
use proscenium_tests::Rig;
use proscenium_tests::signals::{assert_identical, peak, programme};

const AT: usize = 24_000;
const FRAMES: usize = 60_000;

/// How long before n + latency a change may be heard: filters have a modelling delay of which a little rings ahead.
const EARLY: usize = 256;

/// Parameters that move without a redesign, and those that need one.
const CHANGES: [(&str, &str); 15] = [
    ("Width", "60 °"),
    ("Depth", "20 %"),
    ("Center", "40 %"),
    ("Center Level", "-6 dB"),
    ("Cancellation", "50 %"),
    ("Output Trim", "-6 dB"),
    ("Programme", "Binaural"),
    ("Output", "Headphones"),
    ("Bypass", "on"),
    ("Distance", "1 m"),
    ("Listening Zone", "8 cm"),
    ("Listener Offset", "0.2 m"),
    ("Effort", "3 dB"),
    ("Head Turn", "20 °"),
    ("Device", "Ring"),
];

#[test]
fn events_act_at_their_frame() {
    let input = programme(FRAMES);
    let plain = Rig::new(8).render(&RenderJob::new(&input, 48_000.0));
    let level = peak(&plain.channels);
    for (name, text) in CHANGES {
        let mut rig = Rig::new(8);
        let events = rig.events(&[(AT, name, text)]);
        let changed = rig.render(&RenderJob::new(&input, 48_000.0).events(&events));
        let heard = AT + changed.latency_samples;
        let differs = |from: usize, to: usize| {
            let pairs = plain.channels.iter().zip(&changed.channels);
            pairs
                .flat_map(|(a, b)| a[from..to].iter().zip(&b[from..to]))
                .fold(0.0_f32, |d, (a, b)| d.max((a - b).abs()))
        };
        assert!(
            differs(0, heard - EARLY) <= 1e-6,
            "{name}: heard too early by {}",
            differs(0, heard - EARLY)
        );
        assert!(differs(heard, FRAMES) > 1e-3 * level, "{name}: not heard");
        // Asked for within 25 ms, cross-faded in about 20 ms, one filter long: settled well before a quarter of a second.
        assert!(differs(heard, heard + 12_000) > 1e-3 * level, "{name}: heard too late");
    }
}

/// A change that arrives by automation ends where the same value, set before, would have begun.
#[test]
fn automation_arrives_at_the_static_sound() {
    let input = programme(2 * FRAMES);
    for (name, text) in CHANGES {
        let mut rig = Rig::new(8);
        let events = rig.events(&[(AT, name, text)]);
        let moved = rig.render(&RenderJob::new(&input, 48_000.0).events(&events));
        let set = Rig::new(8)
            .with(&[(name, text)])
            .render(&RenderJob::new(&input, 48_000.0));
        let late = 2 * FRAMES - 24_000;
        let pairs = moved
            .channels
            .iter()
            .zip(&set.channels)
            .flat_map(|(a, b)| a[late..].iter().zip(&b[late..]));
        let worst = pairs.fold(0.0_f32, |worst, (a, b)| worst.max((a - b).abs()));
        assert!(worst < 1e-4 * peak(&set.channels), "{name}: off by {worst}");
    }
}

/// Two offline renders of the same automation are the same file.
#[test]
fn bounces_repeat() {
    let input = programme(2 * FRAMES);
    let bounce = || {
        let mut rig = Rig::new(8);
        let events: Vec<(usize, &str, &str)> = CHANGES
            .iter()
            .enumerate()
            .map(|(k, &(name, text))| (5_003 + k * 6_007, name, text))
            .collect();
        let events = rig.events(&events);
        rig.render(&RenderJob::new(&input, 48_000.0).events(&events)).channels
    };
    assert_identical(&bounce(), &bounce(), "second bounce");
}

/// Smoothed: no step in the output when a gain jumps.
#[test]
fn gain_changes_do_not_click() {
    let frames = 48_000;
    let tone: Vec<f32> = (0..frames).map(|n| 0.2 * (n as f32 * 0.01).sin()).collect();
    let steepest = |name: &str, text: &str| {
        let mut rig = Rig::new(8).with(&super::latency::NEUTRAL);
        let events = rig.events(&[(AT, name, text)]);
        let rendered = rig.render(&RenderJob::new(&[tone.clone(), tone.clone()], 48_000.0).events(&events));
        let slopes = rendered
            .channels
            .iter()
            .flat_map(|c| c[10_000..].windows(2).map(|w| (w[1] - w[0]).abs()));
        slopes.fold(0.0_f32, f32::max)
    };
    let steady = steepest("Output Trim", "0 dB");
    for (name, text) in [
        ("Output Trim", "-24 dB"),
        ("Cancellation", "100 %"),
        ("Bypass", "on"),
        ("Peak Guard", "off"),
    ] {
        assert!(
            steepest(name, text) < 3.0 * steady,
            "{name}: {} against {steady}",
            steepest(name, text)
        );
    }
}
