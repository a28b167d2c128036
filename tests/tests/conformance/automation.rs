//! Parameters moved at random: thousands of events in a block, events in every block, values at their limits and beyond.

use super::dice::Dice;
use super::rounds::rounds;
use super::subject::{assert_sound, assert_values, events, is_light, load_main, play};
use proscenium_host::{ClapHost, ParamEvent, ParamInfo, RenderMode};

const RATE_HZ: f64 = 48_000.0;

fn start(mode: RenderMode, frames: usize) -> (ClapHost, Vec<ParamInfo>) {
    let mut host = load_main();
    host.select_output_channels(8).unwrap();
    host.set_render_mode(mode).unwrap();
    host.activate(RATE_HZ, frames).unwrap();
    let params = host.params().unwrap();
    (host, params)
}

/// The last event of each parameter is what it has afterwards. Values are kept in single precision.
fn assert_arrived(host: &mut ClapHost, params: &[ParamInfo], events: &[ParamEvent]) {
    for param in params {
        if let Some(last) = events.iter().rfind(|event| event.id == param.id) {
            let value = host.value(&param.name).unwrap();
            let off = (value - last.value).abs() / (param.max - param.min);
            assert!(off < 1e-6, "{}: {value} after {}", param.name, last.value);
        }
    }
}

#[test]
fn thousands_of_events_in_a_block() {
    rounds("thousands of events", 41, |trace, mut dice| {
        let (mut host, params) = start(RenderMode::Realtime, 2048);
        for _ in 0..24 {
            let (count, frames) = (dice.pick(&[1000, 2500, 5000]), dice.pick(&[64, 100, 2048]));
            trace.step(format!("{count} events in {frames} frames"));
            let events = events(&mut dice, &params, count, frames);
            play(&mut host, &mut dice, frames, &events);
            assert_arrived(&mut host, &params, &events);
            assert_sound(&host);
        }
    });
}

#[test]
fn automation_in_every_block() {
    rounds("automation in every block", 42, |trace, mut dice| {
        for mode in [RenderMode::Realtime, RenderMode::Offline] {
            let (mut host, params) = start(mode, 512);
            let light: Vec<ParamInfo> = params.iter().filter(|param| is_light(param)).cloned().collect();
            for _ in 0..600 {
                // Filters are designed within the block when offline.
                let moved = match mode == RenderMode::Realtime || dice.one_in(50) {
                    true => &params,
                    false => &light,
                };
                let frames = dice.pick(&[1, 7, 64, 128, 511, 512]);
                let count = 1 + dice.below(20);
                trace.step(format!("{mode:?}: {count} events in {frames} frames"));
                let events = events(&mut dice, moved, count, frames);
                play(&mut host, &mut dice, frames, &events);
                assert_arrived(&mut host, &params, &events);
                assert_sound(&host);
            }
            assert_values(&mut host, &params);
        }
    });
}

/// Automation of every single parameter at every frame.
#[test]
fn automation_of_every_frame() {
    let (mut host, params) = start(RenderMode::Realtime, 256);
    let mut dice = Dice::new(43);
    for param in &params {
        let ramp: Vec<ParamEvent> = (0..256)
            .map(|frame| ParamEvent {
                frame,
                id: param.id,
                value: if param.stepped {
                    param.min + (frame as f64) % (param.max - param.min + 1.0)
                } else {
                    param.min + (param.max - param.min) * frame as f64 / 255.0
                },
            })
            .collect();
        play(&mut host, &mut dice, 256, &ramp);
        assert_arrived(&mut host, &params, &ramp);
    }
    assert_sound(&host);
}

/// No host may send such values. One that does gets values within the range and sound that is finite.
#[test]
fn values_beyond_reason() {
    let (mut host, params) = start(RenderMode::Realtime, 64);
    let mut dice = Dice::new(44);
    for param in &params {
        for value in [
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            param.min - 1.0,
            param.max + 1.0,
            1e300,
            -1e300,
            5e-324,
            param.min + 0.37 * (param.max - param.min),
        ] {
            let event = ParamEvent {
                frame: dice.below(64),
                id: param.id,
                value,
            };
            play(&mut host, &mut dice, 64, &[event]);
            for _ in 0..4 {
                play(&mut host, &mut dice, 64, &[]);
            }
            let kept = host.value(&param.name).unwrap();
            assert!(
                (param.min..=param.max).contains(&kept),
                "{} has the value {kept} after {value}",
                param.name
            );
            assert_sound(&host);
        }
    }
}

/// Events handed over without audio arrive too, from either thread, and need no audio afterwards.
#[test]
fn flushes_arrive() {
    rounds("flushes", 45, |trace, mut dice| {
        let (mut host, params) = start(RenderMode::Realtime, 64);
        for _ in 0..200 {
            let events = events(&mut dice, &params, 10, 1);
            trace.step("flush");
            host.audio("flush").unwrap().flush(&events).unwrap();
            host.idle().unwrap();
            assert_arrived(&mut host, &params, &events);
            if dice.one_in(4) {
                play(&mut host, &mut dice, 64, &[]);
                assert_arrived(&mut host, &params, &events);
            }
            assert_sound(&host);
        }
    });
}
