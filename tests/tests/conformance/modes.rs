//! Real-time and offline rendering, switched at any moment that CLAP allows: that is, at any.

use super::dice::Dice;
use super::rounds::rounds;
use super::subject::{assert_sound, events, is_light, load_main, play};
use proscenium_host::{RenderJob, RenderMode};
use proscenium_tests::signals::{assert_identical, programme};

const MODES: [RenderMode; 2] = [RenderMode::Realtime, RenderMode::Offline];

#[test]
fn modes_may_change_at_any_time() {
    rounds("render modes", 61, |trace, mut dice| {
        let mut host = load_main();
        host.select_output_channels(8).unwrap();
        let params = host.params().unwrap();
        let light: Vec<_> = params.iter().filter(|param| is_light(param)).cloned().collect();
        host.activate(48_000.0, 256).unwrap();
        for _ in 0..300 {
            let mode = dice.pick(&MODES);
            trace.step(format!("{mode:?}"));
            host.set_render_mode(mode).unwrap();
            match dice.below(8) {
                0 => {
                    trace.step("deactivate and activate");
                    host.deactivate().unwrap();
                    if dice.one_in(2) {
                        host.set_render_mode(dice.pick(&MODES)).unwrap();
                    }
                    host.activate(48_000.0, 256).unwrap();
                }
                1 => host.reset().unwrap(),
                _ => {}
            }
            let moved = if dice.one_in(10) { &params } else { &light };
            for _ in 0..1 + dice.below(4) {
                let events = events(&mut dice, moved, 3, 256);
                trace.step(format!("process with {events:?}"));
                play(&mut host, &mut dice, 256, &events);
                assert_sound(&host);
            }
        }
    });
}

/// After any amount of switching, an offline render is what a fresh instance renders.
#[test]
fn switching_leaves_no_trace() {
    let mut dice = Dice::new(62);
    let input = programme(24_000);
    let job = RenderJob::new(&input, 48_000.0);
    let expected = load_main().render(&job).unwrap().channels;
    let mut host = load_main();
    for _ in 0..3 {
        host.activate(48_000.0, 256).unwrap();
        for _ in 0..20 {
            host.set_render_mode(dice.pick(&MODES)).unwrap();
            play(&mut host, &mut dice, 256, &[]);
        }
        host.deactivate().unwrap();
        assert_identical(&host.render(&job).unwrap().channels, &expected, "after switching");
    }
    assert_sound(&host);
}
