//! Processing before and after a reset, at any point of the plugin's life.

use super::dice::Dice;
use super::subject::{assert_sound, load_main, play};
use proscenium_host::{ClapHost, RenderMode};
use proscenium_tests::signals::{assert_identical, programme};

const BLOCK: usize = 128;

/// A name, and what is done with the plugin.
type Named = (&'static str, fn(&mut ClapHost));

fn start() -> ClapHost {
    let mut host = load_main();
    host.select_output_channels(8).unwrap();
    host.set_render_mode(RenderMode::Offline).unwrap();
    host.activate(48_000.0, BLOCK).unwrap();
    host
}

/// The same programme, from the top.
fn sound(host: &mut ClapHost) -> Vec<Vec<f32>> {
    let input = programme(48 * BLOCK);
    let mut output = vec![Vec::new(); 8];
    for start in (0..input[0].len()).step_by(BLOCK) {
        let block: Vec<&[f32]> = input.iter().map(|channel| &channel[start..start + BLOCK]).collect();
        let played = host.process(&block, BLOCK, &[]).unwrap();
        output.iter_mut().zip(played).for_each(|(all, new)| all.extend(new));
    }
    output
}

/// However a plugin gets to a clean start, it sounds the same from there.
#[test]
fn every_clean_start_sounds_the_same() {
    let expected = sound(&mut start());
    let ways: [Named; 7] = [
        ("reset at once", |host| host.reset().unwrap()),
        ("played, then reset", |host| {
            sound(host);
            host.reset().unwrap();
        }),
        ("reset ten times", |host| {
            sound(host);
            (0..10).for_each(|_| host.reset().unwrap());
        }),
        ("stopped, started, reset", |host| {
            sound(host);
            let audio = host.audio("sleep").unwrap();
            audio.stop_processing();
            audio.start_processing().unwrap();
            audio.reset();
        }),
        ("reset while asleep", |host| {
            sound(host);
            let audio = host.audio("sleep").unwrap();
            audio.stop_processing();
            audio.reset();
            audio.start_processing().unwrap();
        }),
        ("no block at all, then reset", |host| {
            host.process(&[], 0, &[]).unwrap();
            host.reset().unwrap();
        }),
        ("activated again", |host| {
            sound(host);
            host.deactivate().unwrap();
            host.activate(48_000.0, BLOCK).unwrap();
        }),
    ];
    for (way, prepare) in ways {
        let mut host = start();
        prepare(&mut host);
        assert_identical(&sound(&mut host), &expected, way);
        assert_sound(&host);
    }
}

/// A reset in the middle of anything: cross-fades, redesigns, overload, bad input.
#[test]
fn resets_in_the_middle() {
    let mut dice = Dice::new(91);
    let mut host = start();
    for mode in [RenderMode::Realtime, RenderMode::Offline] {
        host.set_render_mode(mode).unwrap();
        for (name, text) in [
            ("Bypass", "on"),
            ("Bypass", "off"),
            ("Output", "Stems"),
            ("Device", "Ring"),
            ("Distance", "1 m"),
            ("Output", "Auto"),
            ("Device", "Laptop"),
        ] {
            let event = host.event(dice.below(BLOCK), name, text).unwrap();
            play(&mut host, &mut dice, BLOCK, &[event]);
            for _ in 0..dice.below(40) {
                play(&mut host, &mut dice, BLOCK, &[]);
                if dice.one_in(3) {
                    host.reset().unwrap();
                }
            }
            assert_sound(&host);
        }
    }
}
