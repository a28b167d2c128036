//! A main thread and an audio thread, each doing all that it may, at once.

use super::dice::Dice;
use super::rounds::rounds;
use super::subject::{SESSION_0_1_0, assert_sound, assert_values, events, input, load_main, state_of};
use proscenium_host::{AudioSide, ClapHost, ParamInfo, RenderMode};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

const BLOCK: usize = 256;

/// Times that the plugin is activated, and calls of the main thread in each.
const ACTIVATIONS: usize = 12;
const CALLS: usize = 150;

/// What the audio thread does until it is told to end.
fn audio_thread(mut audio: AudioSide, params: &[ParamInfo], mut dice: Dice, ends: &AtomicBool) -> AudioSide {
    while !ends.load(Ordering::Acquire) {
        match dice.below(24) {
            0 => audio.reset(),
            1 => audio.stop_processing(),
            2 => {
                let events = events(&mut dice, params, 8, 1);
                audio.flush(&events).unwrap();
            }
            3 => drop(audio.tail()),
            _ => {
                audio.start_processing().unwrap();
                let frames = dice.pick(&[BLOCK, BLOCK, 64, 1, 0]);
                let count = dice.below(6);
                let (events, input) = (events(&mut dice, params, count, frames), input(&mut dice, 2, frames));
                let input: Vec<&[f32]> = input.iter().map(|channel| &channel[..]).collect();
                audio.process(&input, frames, &events).unwrap();
            }
        }
    }
    // Whatever it was doing, the main thread gets it back in order.
    audio.start_processing().unwrap();
    audio
}

/// One call of the main thread, by name.
fn call(host: &mut ClapHost, params: &[ParamInfo], dice: &mut Dice) -> &'static str {
    match dice.below(10) {
        0 => {
            host.load_state(&state_of(SESSION_0_1_0.as_bytes())).unwrap();
            "load an old state"
        }
        1 => {
            let state = host.save_state().unwrap();
            host.load_state(&state).unwrap();
            "save and load"
        }
        2 => {
            let _ = host.load_state(&state_of(&SESSION_0_1_0.as_bytes()[..dice.below(1000)]));
            "load a broken state"
        }
        3 => {
            host.set_render_mode(dice.pick(&[RenderMode::Realtime, RenderMode::Realtime, RenderMode::Offline]))
                .unwrap();
            "render mode"
        }
        4 => {
            assert_values(host, params);
            "values"
        }
        5 => {
            assert_eq!((host.input_ports(), host.output_ports()), (vec![2], vec![8]));
            "ports"
        }
        6 => {
            assert_eq!(host.params().unwrap(), params);
            "parameters"
        }
        7 => {
            host.save_state().unwrap();
            "save"
        }
        8 => {
            // Lets the other thread run.
            thread::sleep(std::time::Duration::from_micros(300));
            "sleep"
        }
        _ => {
            host.idle().unwrap();
            "idle"
        }
    }
}

#[test]
fn two_threads() {
    rounds("two threads", 111, |trace, mut dice| {
        let mut host = load_main();
        host.select_output_channels(8).unwrap();
        let params = host.params().unwrap();
        for _ in 0..ACTIVATIONS {
            host.activate(dice.pick(&[44_100.0, 48_000.0]), BLOCK).unwrap();
            let audio = host.detach_audio().unwrap();
            let (ends, audio_dice) = (AtomicBool::new(false), Dice::new(dice.next()));
            let audio = thread::scope(|scope| {
                let (params, ends) = (&params, &ends);
                let other = scope.spawn(move || audio_thread(audio, params, audio_dice, ends));
                // Also when this thread fails, for else the other would go on for ever.
                let _end = End(ends);
                for _ in 0..CALLS {
                    trace.step("a call");
                    trace.step(call(&mut host, params, &mut dice));
                    if other.is_finished() || (host.wants_restart() && dice.one_in(8)) {
                        break;
                    }
                }
                ends.store(true, Ordering::Release);
                other.join().unwrap()
            });
            assert!(audio.faults().is_none(), "{}", audio.faults());
            host.attach_audio(audio).unwrap();
            assert_sound(&host);
            host.deactivate().unwrap();
        }
    });
}

/// Tells the other thread to end when it is dropped.
struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Several instances, each with two threads of its own, created and destroyed at once.
#[test]
fn many_instances() {
    thread::scope(|scope| {
        for seed in 0..4 {
            scope.spawn(move || {
                let mut dice = Dice::new(120 + seed);
                for _ in 0..6 {
                    let mut host = load_main();
                    host.select_output_channels(8).unwrap();
                    let params = host.params().unwrap();
                    host.activate(48_000.0, BLOCK).unwrap();
                    let audio = host.detach_audio().unwrap();
                    let (ends, audio_dice) = (AtomicBool::new(false), Dice::new(dice.next()));
                    let audio = thread::scope(|scope| {
                        let other = scope.spawn(|| audio_thread(audio, &params, audio_dice, &ends));
                        let _end = End(&ends);
                        for _ in 0..20 {
                            call(&mut host, &params, &mut dice);
                        }
                        ends.store(true, Ordering::Release);
                        other.join().unwrap()
                    });
                    assert!(audio.faults().is_none(), "{}", audio.faults());
                    if dice.one_in(2) {
                        host.attach_audio(audio).unwrap();
                        assert_sound(&host);
                    }
                    // Else the instance ends while active.
                }
            });
        }
    });
}
