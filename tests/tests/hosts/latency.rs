//! The reported latency is the measured one, and within what was promised.

use proscenium_host::RenderJob;
use proscenium_tests::Rig;
use proscenium_tests::signals::{impulse, noise, peak};

/// Upmix mode and the most latency it may have, in samples at 48 kHz.
const MODES: [(&str, u32); 3] = [("Off", 192), ("Low Latency", 512 + 192), ("High", 2048 + 192)];

/// Settings under which the plugin is a plain delay on the left and right drivers.
pub const NEUTRAL: [(&str, &str); 5] = [
    ("Device", "Tabletop"),
    ("Output", "Drivers"),
    ("Programme", "Binaural"),
    ("Cancellation", "0 %"),
    ("Tone", "0 %"),
];

const AT: usize = 1_234;
const LEVEL: f32 = 0.5;

/// In neutral settings an impulse comes out as itself after the reported latency, on its own driver and nowhere else.
#[test]
fn neutral_settings_are_a_plain_delay() {
    for rate_hz in [44_100.0, 48_000.0, 96_000.0] {
        for (mode, _) in MODES {
            for side in 0..2 {
                let input: Vec<Vec<f32>> = (0..2)
                    .map(|channel| impulse(AT, if channel == side { LEVEL } else { 0.0 }, 24_000))
                    .collect();
                let mut rig = Rig::new(8).with(&NEUTRAL).with(&[("Upmix", mode)]);
                let mut rendered = rig.render(&RenderJob::new(&input, rate_hz));
                let at = AT + rendered.latency_samples;
                let what = format!("{rate_hz} Hz, Upmix {mode}, input {side}, expected at {at}");
                rendered.channels[side][at] -= LEVEL;
                let found: Vec<(usize, usize)> = rendered
                    .channels
                    .iter()
                    .enumerate()
                    .filter_map(|(c, samples)| samples.iter().position(|s| s.abs() > 0.1).map(|at| (c, at)))
                    .collect();
                // −100 dB re the impulse.
                assert!(
                    peak(&rendered.channels) < LEVEL * 1e-5,
                    "{what}: heard at (channel, frame) {found:?}"
                );
            }
        }
    }
}

#[test]
fn latency_keeps_its_bounds() {
    for (mode, most) in MODES {
        let mut rig = Rig::new(8).with(&[("Upmix", mode)]);
        rig.host.activate(48_000.0, 256).unwrap();
        let latency = rig.host.latency_samples();
        assert!((1..=most).contains(&latency), "Upmix {mode}: {latency}");
    }
}

/// Blocks of any size have the same latency.
#[test]
fn latency_does_not_depend_on_the_block() {
    let latency = |block| {
        let mut rig = Rig::new(8);
        rig.host.activate(48_000.0, block).unwrap();
        rig.host.latency_samples()
    };
    assert_eq!([1, 37, 8192].map(latency), [latency(256); 3]);
}

/// A change of mode while playing asks for a restart, after which latency is right.
#[test]
fn mode_change_is_reported_after_a_restart() {
    let mut rig = Rig::new(8).with(&NEUTRAL);
    rig.host.activate(48_000.0, 256).unwrap();
    for (mode, most) in MODES.into_iter().rev().chain(MODES) {
        rig.host.set_text("Upmix", mode).unwrap();
        for _ in 0..4 {
            rig.host.process(&[], 256, &[]).unwrap();
        }
        assert!(
            rig.host.latency_samples() <= most,
            "Upmix {mode}: {}",
            rig.host.latency_samples()
        );
        let mut fresh = Rig::new(8).with(&[("Upmix", mode)]);
        fresh.host.activate(48_000.0, 256).unwrap();
        assert_eq!(rig.host.latency_samples(), fresh.host.latency_samples(), "Upmix {mode}");
    }
}

/// Bypass is the programme, late by the latency, on the left and right drivers.
#[test]
fn bypass_keeps_the_latency() {
    for (mode, _) in MODES {
        let input = [noise(1, 24_000, 0.3), noise(2, 24_000, 0.3)];
        let mut rig = Rig::new(8).with(&[("Upmix", mode), ("Bypass", "on")]);
        let rendered = rig.render(&RenderJob::new(&input, 48_000.0));
        let length = input[0].len() - rendered.latency_samples;
        let aligned = rendered.aligned(length);
        for (channel, samples) in aligned.iter().enumerate() {
            let expected = input
                .get(channel)
                .map_or_else(|| vec![0.0; length], |input| input[..length].to_vec());
            let worst = samples
                .iter()
                .zip(&expected)
                .fold(0.0_f32, |worst, (a, b)| worst.max((a - b).abs()));
            assert!(worst < 1e-6, "Upmix {mode}, channel {channel}: off by {worst}");
        }
    }
}
