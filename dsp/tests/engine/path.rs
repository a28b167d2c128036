//! Blocks, fades, mutes, routes, faults.

use proscenium_dsp::engine::{Controls, Engine, Handover, Output, Timing};
use proscenium_dsp::upmix::UpmixMode;

use super::support::{CHANNELS, Inline, MODES, Player, RATE, drivers, engine, noise, peak};

/// Output for a signal on both inputs, in host blocks of the given size.
fn play(
    upmix: UpmixMode,
    block: usize,
    source: &mut Inline,
    signal: &[f32],
    controls: impl Fn(usize) -> Controls,
) -> Vec<Vec<f32>> {
    let mut player = Player::with(engine(upmix), source);
    player.play(signal, block, controls)
}

/// Output of stereo noise in host blocks of the given size, with controls that may depend on the sample.
fn run(engine: &mut Engine, samples: usize, block: usize, controls: impl Fn(usize) -> Controls) -> Vec<Vec<f32>> {
    let handover = Handover::default();
    let mut channels = vec![vec![0.0; samples]; CHANNELS];
    channels[0] = noise(1, samples);
    channels[1] = noise(2, samples);
    for from in (0..samples).step_by(block) {
        let to = (from + block).min(samples);
        let mut slices: Vec<&mut [f32]> = channels.iter_mut().map(|channel| &mut channel[from..to]).collect();
        engine.process(&mut slices, &controls(from), &mut &handover);
    }
    channels
}

#[test]
fn reset_equals_fresh_in_every_mode() {
    for upmix in MODES {
        let controls = |_| Controls {
            output: Output::Drivers,
            ..Controls::default()
        };
        let fresh = run(&mut engine(upmix), 20_000, 512, controls);
        let mut used = engine(upmix);
        run(&mut used, 5_000, 100, |_| Controls {
            cancel: 0.3,
            width_rad: 1.0,
            bypass: true,
            ..Controls::default()
        });
        used.reset();
        assert!(run(&mut used, 20_000, 512, controls) == fresh, "{upmix:?}");
    }
}

#[test]
fn output_does_not_depend_on_the_host_block_while_everything_moves() {
    let signal = noise(3, 24_000);
    // Changes fall on multiples of all block sizes.
    let controls = |n: usize| {
        let mut controls = drivers();
        controls.width_rad = if n >= 6_000 { 1.0 } else { 0.2 };
        controls.depth = if n >= 9_000 { 0.0 } else { 1.0 };
        controls.design.distance_m = if n >= 12_000 { 1.0 } else { 2.0 };
        controls.output = if n >= 18_000 { Output::Stems } else { Output::Drivers };
        controls
    };
    for upmix in MODES {
        let reference = play(upmix, 1_000, &mut Inline::new(upmix), &signal, controls);
        for block in [50, 3_000] {
            assert!(
                play(upmix, block, &mut Inline::new(upmix), &signal, controls) == reference,
                "{upmix:?}, {block}"
            );
        }
    }
}

#[test]
fn new_filters_fade_in_from_the_sample_of_the_change_and_the_old_ones_come_back() {
    for upmix in MODES {
        let timing = Timing::new(RATE, upmix);
        let tone: Vec<f32> = (0..30_000).map(|n| 0.2 * (n as f32 * 0.09).sin()).collect();
        let change_at = 50 * timing.design_period;
        let changed = |n: usize| {
            let mut controls = drivers();
            controls.design.distance_m = if n >= change_at { 1.0 } else { 2.0 };
            controls
        };
        let mut source = Inline::new(upmix);
        let moved = play(upmix, 100, &mut source, &tone, changed);
        let still = play(upmix, 100, &mut Inline::new(upmix), &tone, |_| drivers());
        let heard_at = change_at + timing.latency();
        let mut differed = false;
        for (moved, still) in moved.iter().zip(&still) {
            assert_eq!(
                moved[..heard_at],
                still[..heard_at],
                "{upmix:?}: nothing changes before its sample"
            );
            differed |= moved[heard_at + timing.fade..] != still[heard_at + timing.fade..];
            // A steady tone of this amplitude never steps by more than its slope allows; a click would.
            let level = moved.iter().fold(0.0_f32, |peak, y| peak.max(y.abs()));
            let step = moved[timing.latency() + 4_000..]
                .windows(2)
                .map(|pair| (pair[1] - pair[0]).abs());
            assert!(step.fold(0.0, f32::max) <= 0.1 * level + 1e-6, "{upmix:?}: a click");
        }
        assert!(differed, "{upmix:?}: the new filters are heard");
        assert_eq!(source.retired.len(), 1, "{upmix:?}: the first filters came back");
        assert_eq!(source.retired[0].settings().distance_m, 2.0);
    }
}

#[test]
fn muted_drivers_are_silent_and_routes_are_followed() {
    let signal = noise(4, 12_000);
    let mut source = Inline::new(UpmixMode::Off);
    let mut play = |muted: u16, routed: bool| {
        let mut controls = drivers();
        controls.design.muted = muted;
        if routed {
            (controls.design.route[0], controls.design.route[3]) = (5, 0);
        }
        play(UpmixMode::Off, 256, &mut source, &signal, |_| controls)
    };
    const THIRD: u16 = 0b0100;
    let normal = play(0, false);
    for muted in [0, THIRD] {
        let (straight, routed) = (play(muted, false), play(muted, true));
        assert!(routed[5] == straight[0] && routed[0] == straight[3] && routed[1] == straight[1]);
    }
    let muted = play(THIRD, false);
    assert!(muted[2].iter().all(|&y| y == 0.0) && normal[2].iter().any(|&y| y != 0.0));
    assert!(muted[..2] == normal[..2]);
    // The fourth shares its transforms with the muted driver, whose signal shows in the rounding.
    let differences = muted[3].iter().zip(&normal[3]).map(|(a, b)| (a - b).abs());
    assert!(differences.fold(0.0, f32::max) < 1e-6 * peak(&normal[2]).max(peak(&normal[3])));
}

#[test]
fn faulty_input_is_silence_for_its_block_only() {
    for fault in [f32::NAN, f32::INFINITY, 1e30] {
        let mut signal = noise(5, 16_000);
        signal[3_000] = fault;
        for upmix in MODES {
            let output = play(upmix, 333, &mut Inline::new(upmix), &signal, |_| drivers());
            assert!(
                output
                    .iter()
                    .flatten()
                    .all(|y| y.is_finite() && (*y == 0.0 || y.is_normal())),
                "{upmix:?}"
            );
            assert!(
                output[0][14_000..].iter().any(|y| y.abs() > 1e-3),
                "{upmix:?}: the sound goes on"
            );
        }
    }
}

#[test]
fn silence_before_the_first_sound_does_not_change_it() {
    let upmix = UpmixMode::High;
    let sound = noise(6, 12_000);
    let reference = play(upmix, 480, &mut Inline::new(upmix), &sound, |_| drivers());
    for lead in [1, 100, 777, 4_096] {
        let mut late = vec![0.0; lead];
        late.extend_from_slice(&sound);
        let output = play(upmix, 480, &mut Inline::new(upmix), &late, |_| drivers());
        for (output, reference) in output.iter().zip(&reference) {
            assert!(
                output[lead..] == reference[..output.len() - lead],
                "after {lead} samples of silence"
            );
        }
    }
}
