//! Panics in the filter design, planted in a debug build of the plugin: audio goes on with the last good filters.
//!
//! Needs `cargo build --package proscenium`. What the editor does about panics is in the tests of the editor.

#![allow(clippy::unwrap_used)] // A failed set-up is a failed test.

use proscenium_host::{ClapHost, ParamEvent, RenderJob};
use proscenium_tests::debug_library_path;
use proscenium_tests::signals::{assert_identical, difference, peak, programme};
use std::path::PathBuf;
use std::sync::Once;
use std::time::Duration;

/// A listening zone for which every design panics once the plant is there.
const BAD_ZONE: &str = "13 cm";
const RATE_HZ: f64 = 48_000.0;
const BLOCK: usize = 480;
/// When the zone goes bad, frames, and when it is good again.
const BAD_AT: usize = 4_800;
const GOOD_AT: usize = 24_000;
const FRAMES: usize = 48_000;

/// The plugin's log.
fn log() -> PathBuf {
    std::env::temp_dir().join(format!("proscenium-faults-{}.log", std::process::id()))
}

/// The plugin on eight channels, prepared to fail.
fn plugin() -> ClapHost {
    static ENVIRONMENT: Once = Once::new();
    ENVIRONMENT.call_once(|| {
        for (name, value) in [("PROSCENIUM_PLANT", "design panic".into()), ("NICE_LOG", log())] {
            // SAFETY: every test of this program comes through here before it does anything else.
            unsafe { std::env::set_var(name, value) };
        }
    });
    let mut host = ClapHost::load(debug_library_path(), None).unwrap();
    host.select_output_channels(8).unwrap();
    host
}

/// Insists that designs have failed, and that the log says so.
fn assert_failed() {
    let log = std::fs::read_to_string(log()).unwrap();
    assert!(
        log.contains("planted design panic") && log.contains("the filters in use stay"),
        "{log}"
    );
}

/// To the bad zone and on to a good one.
fn there_and_on(host: &mut ClapHost) -> Vec<ParamEvent> {
    let events = [(BAD_AT, BAD_ZONE), (GOOD_AT, "8 cm")];
    events
        .map(|(frame, zone)| host.event(frame, "Listening Zone", zone).unwrap())
        .into()
}

/// Plays at the pace of real time. `meanwhile` is called before every block with its first frame.
fn play(host: &mut ClapHost, events: &[ParamEvent], mut meanwhile: impl FnMut(&mut ClapHost, usize)) -> Vec<Vec<f32>> {
    let input = programme(FRAMES);
    host.activate(RATE_HZ, BLOCK).unwrap();
    let mut channels = vec![Vec::new(); 8];
    for from in (0..FRAMES).step_by(BLOCK) {
        meanwhile(host, from);
        let block: Vec<&[f32]> = input.iter().map(|channel| &channel[from..from + BLOCK]).collect();
        let due = events
            .iter()
            .filter(|event| (from..from + BLOCK).contains(&event.frame));
        let due: Vec<ParamEvent> = due
            .map(|event| ParamEvent {
                frame: event.frame - from,
                ..*event
            })
            .collect();
        for (channel, samples) in channels.iter_mut().zip(host.process(&block, BLOCK, &due).unwrap()) {
            channel.extend(samples);
        }
        std::thread::sleep(Duration::from_secs_f64(BLOCK as f64 / RATE_HZ));
    }
    assert!(host.faults().is_none(), "{}", host.faults());
    host.deactivate().unwrap();
    channels
}

/// The first frames of every channel, and those after.
fn split(channels: &[Vec<f32>], at: usize) -> [Vec<Vec<f32>>; 2] {
    let part = |range: std::ops::Range<usize>| channels.iter().map(|channel| channel[range.clone()].to_vec()).collect();
    [part(0..at), part(at..FRAMES)]
}

/// Up to the good zone the sound is to the bit that of nothing having changed; after it, that zone's.
fn assert_survived(sound: &[Vec<f32>], steady: &[Vec<f32>]) {
    let ([sound, sound_after], [steady, steady_after]) = (split(sound, GOOD_AT), split(steady, GOOD_AT));
    assert!(peak(&steady) > 1e-3);
    assert_identical(&sound, &steady, "while the design fails");
    assert!(
        difference(&sound_after, &steady_after) > 1e-3,
        "no design after the failure"
    );
    assert_failed();
}

#[test]
fn in_real_time_the_last_good_filters_play_on_and_the_design_thread_lives() {
    let steady = play(&mut plugin(), &[], |_, _| ());
    let mut host = plugin();
    let events = there_and_on(&mut host);
    assert_survived(&play(&mut host, &events, |_, _| ()), &steady);
}

#[test]
fn offline_the_last_good_filters_play_on() {
    let input = programme(FRAMES);
    let job = RenderJob::new(&input, RATE_HZ);
    let steady = plugin().render(&job).unwrap().channels;
    let mut host = plugin();
    let events = there_and_on(&mut host);
    assert_survived(&host.render(&job.events(&events)).unwrap().channels, &steady);
}

#[test]
fn a_session_whose_design_fails_can_be_loaded_while_audio_runs() {
    let steady = play(&mut plugin(), &[], |_, _| ());
    let mut other = plugin();
    other.set_text("Listening Zone", BAD_ZONE).unwrap();
    let session = other.save_state().unwrap();
    let load = |host: &mut ClapHost, frame| {
        if frame == BAD_AT {
            host.load_state(&session).unwrap();
        }
    };
    assert_identical(&play(&mut plugin(), &[], load), &steady, "after a session was loaded");
    assert_failed();
}

/// Filters for another device could send bass to a tweeter, so there are none to fall back on.
#[test]
fn without_any_good_filters_the_plugin_does_not_start_until_there_are() {
    let mut host = plugin();
    host.set_text("Listening Zone", BAD_ZONE).unwrap();
    assert!(host.activate(RATE_HZ, BLOCK).is_err());
    assert_failed();
    host.set_text("Listening Zone", "3 cm").unwrap();
    let input = programme(FRAMES);
    let job = RenderJob::new(&input, RATE_HZ);
    let sound = host.render(&job).unwrap().channels;
    assert_identical(&sound, &plugin().render(&job).unwrap().channels, "afterwards");
}
