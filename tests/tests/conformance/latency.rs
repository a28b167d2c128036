//! Latency changes only where CLAP lets it: while activating. The host notes whatever else happens.

use super::dice::Dice;
use super::subject::{assert_sound, load_main, play};
use proscenium_host::RenderMode;

/// Every way from one upmix mode to another, by event while playing, by state, and while inactive.
#[test]
fn latency_changes_while_activating_only() {
    let mut dice = Dice::new(51);
    let modes = ["Off", "Low Latency", "High"];
    let mut known = [0; 3];
    for (mode, latency) in modes.iter().zip(&mut known) {
        let mut host = load_main();
        host.set_text("Upmix", mode).unwrap();
        host.activate(48_000.0, 256).unwrap();
        *latency = host.latency_samples();
    }
    assert!(known.windows(2).all(|pair| pair[0] < pair[1]), "{known:?}");
    for render_mode in [RenderMode::Realtime, RenderMode::Offline] {
        for way in ["event", "flush", "state", "inactive"] {
            let mut host = load_main();
            host.set_render_mode(render_mode).unwrap();
            host.activate(48_000.0, 256).unwrap();
            for (mode, expected) in modes.iter().zip(known).chain(modes.iter().zip(known).rev()) {
                let seen = host.restarts_seen();
                let before = host.latency_samples();
                match way {
                    "event" => host.set_text("Upmix", mode).unwrap(),
                    "flush" => {
                        let event = host.event(0, "Upmix", mode).unwrap();
                        host.audio("flush").unwrap().flush(&[event]).unwrap();
                        host.idle().unwrap();
                    }
                    "state" => {
                        let mut other = load_main();
                        other.set_text("Upmix", mode).unwrap();
                        host.load_state(&other.save_state().unwrap()).unwrap();
                    }
                    _ => {
                        host.deactivate().unwrap();
                        host.set_text("Upmix", mode).unwrap();
                        host.activate(48_000.0, 256).unwrap();
                    }
                }
                for _ in 0..4 {
                    play(&mut host, &mut dice, 256, &[]);
                }
                let what = format!("{render_mode:?}, by {way}, Upmix {mode}");
                assert_eq!(host.latency_samples(), expected, "{what}");
                if before != expected && way != "inactive" {
                    assert!(host.restarts_seen() > seen, "{what}: no restart was asked for");
                }
                assert_sound(&host);
            }
        }
    }
}

/// A host that does not grant the restart for a while keeps the latency, and gets sound all the same.
#[test]
fn latency_waits_for_the_restart() {
    let mut dice = Dice::new(52);
    let mut host = load_main();
    host.activate(48_000.0, 256).unwrap();
    let (before, silence) = (host.latency_samples(), [0.1; 256]);
    let event = host.event(0, "Upmix", "Off").unwrap();
    let mut audio = host.detach_audio().unwrap();
    audio.process(&[&silence, &silence], 256, &[event]).unwrap();
    for _ in 0..100 {
        audio.process(&[&silence, &silence], 256, &[]).unwrap();
        host.idle().unwrap();
        assert_eq!(host.latency_samples(), before);
    }
    assert!(host.wants_restart());
    assert!(audio.faults().is_none(), "{}", audio.faults());
    host.attach_audio(audio).unwrap();
    // The framework asks once more after an activation that has set a new latency.
    host.idle().unwrap();
    assert!(!host.wants_restart());
    assert!(host.latency_samples() < before);
    play(&mut host, &mut dice, 256, &[]);
    assert_sound(&host);
}

/// The host counts asking again and again as a fault of the plugin: restarts end.
#[test]
fn restarts_end() {
    let mut dice = Dice::new(53);
    let mut host = load_main();
    host.activate(48_000.0, 256).unwrap();
    host.set_text("Upmix", "Low Latency").unwrap();
    for _ in 0..8 {
        play(&mut host, &mut dice, 256, &[]);
    }
    let seen = host.restarts_seen();
    for _ in 0..200 {
        play(&mut host, &mut dice, 256, &[]);
    }
    assert_eq!(host.restarts_seen(), seen);
}
