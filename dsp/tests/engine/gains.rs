//! Gains of the drivers.

use std::sync::Arc;

use proscenium_dsp::engine::{Controls, Meters, Output, Timing};
use proscenium_dsp::upmix::UpmixMode;

use super::support::{CHANNELS, Inline, MODES, Player, RATE, drivers, engine_for, noise, sine};

/// −6.02 dB: a half.
const HALF_DB: f32 = -6.020_6;

fn with_gain(driver: usize, gain_db: f32) -> Controls {
    let mut controls = drivers();
    controls.design.gain_db[driver] = gain_db;
    controls
}

fn play(upmix: UpmixMode, block: usize, signal: &[f32], controls: impl Fn(usize) -> Controls) -> Vec<Vec<f32>> {
    let mut source = Inline::new(upmix);
    let meters = Arc::new(Meters::default());
    let mut player = Player::with(engine_for(upmix, CHANNELS, controls(0).design, &meters), &mut source);
    player.play(signal, block, controls)
}

fn worst(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).fold(0.0, |worst, (a, b)| worst.max((a - b).abs()))
}

#[test]
fn a_gain_is_heard_on_its_channel_only_and_not_in_the_preview() {
    let signal = noise(1, 12_000);
    let plain = play(UpmixMode::Off, 256, &signal, |_| drivers());
    let mut changed = play(UpmixMode::Off, 256, &signal, |_| with_gain(2, HALF_DB));
    let half: Vec<f32> = plain[2].iter().map(|x| 0.5 * x).collect();
    assert!(worst(&changed[2], &half) < 1e-6 && worst(&half, &[0.0; 12_000]) > 1e-3);
    changed[2].clone_from(&plain[2]);
    assert!(changed == plain);

    let preview = |controls: Controls| Controls {
        output: Output::Preview,
        ..controls
    };
    let plain = play(UpmixMode::Off, 256, &signal, |_| preview(drivers()));
    assert!(play(UpmixMode::Off, 256, &signal, |_| preview(with_gain(2, HALF_DB))) == plain);
}

#[test]
fn a_gain_is_metered() {
    let signal = noise(2, 24_000);
    let level = |gain_db| {
        let controls = with_gain(1, gain_db);
        let meters = Arc::new(Meters::default());
        let mut source = Inline::new(UpmixMode::Off);
        let mut player = Player::with(
            engine_for(UpmixMode::Off, CHANNELS, controls.design, &meters),
            &mut source,
        );
        player.play(&signal, 256, |_| controls);
        (meters.take_driver_peak(1), meters.driver_mean_square(1))
    };
    let (plain, half) = (level(0.0), level(HALF_DB));
    assert!(plain.0 > 1e-3 && (half.0 / plain.0 - 0.5).abs() < 1e-4);
    assert!((half.1 / plain.1 - 0.25).abs() < 1e-4);
}

#[test]
fn a_change_is_heard_from_its_sample_whatever_the_host_block_and_without_a_click() {
    for upmix in MODES {
        let timing = Timing::new(RATE, upmix);
        let tone = sine(0.2, 690.0, 36_000);
        let change_at = 50 * timing.design_period;
        let controls = |n: usize| with_gain(0, if n >= change_at { 12.0 } else { 0.0 });
        let moved = play(upmix, 100, &tone, controls);
        for block in [48, 1_000] {
            assert!(play(upmix, block, &tone, controls) == moved, "{upmix:?}, {block}");
        }
        let still = play(upmix, 100, &tone, |_| drivers());
        let heard_at = change_at + timing.latency();
        let settled = heard_at + timing.fade;
        assert_eq!(
            moved[0][..heard_at],
            still[0][..heard_at],
            "{upmix:?}: not before its sample"
        );
        assert!(moved[0][heard_at..settled] != still[0][heard_at..settled], "{upmix:?}");
        let louder: Vec<f32> = still[0].iter().map(|x| 3.981_072 * x).collect();
        assert!(
            worst(&moved[0][settled..], &louder[settled..]) < 1e-5,
            "{upmix:?}: settled"
        );
        assert!(worst(&moved[1], &still[1]) < 1e-6, "{upmix:?}: another channel");
        let level = louder[settled..].iter().fold(0.0_f32, |peak, y| peak.max(y.abs()));
        let steps = moved[0][timing.latency() + 4_000..]
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).abs());
        assert!(steps.fold(0.0, f32::max) <= 0.1 * level, "{upmix:?}: a click");
    }
}
