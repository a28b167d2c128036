//! States that no session should contain, and those of the past. Whatever is loaded, the plugin has values within range
//! afterwards, saves what it has, and plays. What a session means for the sound is held by the host tests of sessions.

use super::dice::Dice;
use super::rounds::rounds;
use super::subject::{SESSION_0_1_0, assert_sound, assert_values, load_main, play, state_of};
use proscenium_host::{ClapHost, ParamInfo, RenderMode};

/// Words of which soup is made: those of states, of device files, and what parsers trip over.
const SOUP: [&str; 36] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "null",
    "true",
    "-0",
    "1e999",
    "-1e-999",
    "99999999999999999999",
    "NaN",
    "\"version\"",
    "\"params\"",
    "\"fields\"",
    "\"session\"",
    "\"width\"",
    "\"device\"",
    "\"f32\"",
    "\"string\"",
    "\"0.1.0\"",
    "[[driver]]",
    "azimuth_deg = 90.0",
    "radius_m = -1",
    "name = \"\"",
    "\n",
    " ",
    "\u{feff}",
    "é",
    "\0",
    "🎭",
];

/// States of other plugins: of this framework, of JUCE, of an LV2 host, a VST2 bank, a PNG picture.
const STRANGERS: [&[u8]; 5] = [
    br#"{"version":"1.2.3","params":{"gain":{"f32":0.5},"mode":{"string":"warm"},"width":{"string":"broad"}},"fields":{"editor-state":"{\"size\":[300,180]}"}}"#,
    b"VC2!\x2e\0\0\0<?xml version=\"1.0\" encoding=\"UTF-8\"?> <PARAMETERS><PARAM id=\"width\" value=\"0.5\"/></PARAMETERS>\0",
    b"<http://lv2plug.in/plugins/eg-amp> a pset:Preset ; lv2:port [ lv2:symbol \"gain\" ; pset:value 0.5 ] .",
    b"CcnK\0\0\0\x08FBCh\0\0\0\x01Test\0\0\0\x01\0\0\0\x01",
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01",
];

/// Loads, and asserts what must hold whether it was taken or refused.
fn feed(host: &mut ClapHost, params: &[ParamInfo], state: &[u8]) -> bool {
    let taken = host.load_state(state).is_ok();
    assert_values(host, params);
    let kept = host.save_state().unwrap();
    host.load_state(&kept).unwrap();
    assert!(
        host.save_state().unwrap() == kept,
        "what was saved comes back otherwise"
    );
    taken
}

fn play_a_little(host: &mut ClapHost, dice: &mut Dice) {
    host.activate(48_000.0, 512).unwrap();
    for _ in 0..4 {
        play(host, dice, 512, &[]);
    }
    assert_sound(host);
    host.deactivate().unwrap();
}

/// One change to a text: bytes flipped, cut, doubled, numbers and words replaced.
fn mutate(dice: &mut Dice, text: &mut Vec<u8>) {
    if text.is_empty() {
        return;
    }
    let at = dice.below(text.len());
    let end = text.len().min(at + 1 + dice.below(40));
    match dice.below(7) {
        0 => text[at] ^= 1 << dice.below(8),
        1 => drop(text.drain(at..end)),
        2 => {
            let piece = text[at..end].to_vec();
            text.splice(at..at, piece);
        }
        3 => {
            let word = dice.pick(&SOUP);
            text.splice(at..at, word.bytes());
        }
        4 | 5 => {
            // A number becomes another one; device files are full of them.
            let Some(start) = (at..text.len()).find(|&index| text[index].is_ascii_digit()) else {
                return;
            };
            let length = text[start..]
                .iter()
                .take_while(|b| b.is_ascii_digit() || **b == b'.')
                .count();
            let other = [
                "0", "-1", "1e9", "-0.0", "1e-30", "1e38", "17", "0.5", "nan", "inf", "360", "1000000",
            ];
            let number = dice.pick(&other);
            text.splice(start..start + length, number.bytes());
        }
        _ => text.truncate(at),
    }
}

#[test]
fn soup() {
    rounds("text soup", 101, |trace, mut dice| {
        let mut host = load_main();
        let params = host.params().unwrap();
        for round in 0..400 {
            let words: Vec<&str> = (0..dice.below(200)).map(|_| dice.pick(&SOUP)).collect();
            trace.step(format!("{words:?}"));
            let soup = words.concat().into_bytes();
            let state = if dice.one_in(4) { soup } else { state_of(&soup) };
            feed(&mut host, &params, &state);
            if round % 50 == 0 {
                play_a_little(&mut host, &mut dice);
            }
        }
    });
}

/// States that are nearly right: the hardest kind. Some load while the plugin is active.
#[test]
fn mutations() {
    rounds("mutated states", 102, |trace, mut dice| {
        let mut host = load_main();
        let params = host.params().unwrap();
        let mut taken = 0;
        let rounds = 1200;
        for round in 0..rounds {
            let mut text = SESSION_0_1_0.as_bytes().to_vec();
            for _ in 0..1 + dice.below(4) {
                mutate(&mut dice, &mut text);
            }
            trace.step(String::from_utf8_lossy(&text));
            taken += u32::from(feed(&mut host, &params, &state_of(&text)));
            if round % 40 == 0 {
                host.set_render_mode(dice.pick(&[RenderMode::Realtime, RenderMode::Offline]))
                    .unwrap();
                play_a_little(&mut host, &mut dice);
            }
        }
        // Else this would be soup.
        assert!(taken > rounds / 20, "{taken} of {rounds} were taken");
    });
}

/// While active, states are taken or refused between blocks, with sound all the time.
#[test]
fn mutations_while_active() {
    rounds("mutated states while active", 103, |trace, mut dice| {
        let mut host = load_main();
        host.select_output_channels(8).unwrap();
        let params = host.params().unwrap();
        host.activate(48_000.0, 256).unwrap();
        for _ in 0..60 {
            let mut text = SESSION_0_1_0.as_bytes().to_vec();
            for _ in 0..dice.below(3) {
                mutate(&mut dice, &mut text);
            }
            trace.step(String::from_utf8_lossy(&text));
            feed(&mut host, &params, &state_of(&text));
            for _ in 0..dice.below(6) {
                play(&mut host, &mut dice, 256, &[]);
            }
            assert_sound(&host);
        }
    });
}

/// Cut anywhere, by a host that stops in the middle of a file; and with a length that is not its own.
#[test]
fn truncated() {
    let mut host = load_main();
    let params = host.params().unwrap();
    let good = host.save_state().unwrap();
    for length in 0..good.len() {
        assert!(
            !feed(&mut host, &params, &good[..length]),
            "{length} of {} bytes",
            good.len()
        );
    }
    let text = &good[8..];
    for claimed in [
        0,
        1,
        text.len() as u64 - 1,
        text.len() as u64 + 1,
        1 << 20,
        1 << 28,
        1 << 31,
        1 << 40,
        u64::MAX,
    ] {
        let state = [&claimed.to_le_bytes()[..], text].concat();
        feed(&mut host, &params, &state);
    }
    assert!(
        host.save_state().unwrap() == good,
        "nothing of that has changed anything"
    );
    play_a_little(&mut host, &mut Dice::new(104));
}

/// Tens of megabytes, as soup, as JSON, as a device, as a name, and nested beyond any stack.
#[test]
fn huge() {
    const MEGABYTES: usize = 32;
    let size = MEGABYTES << 20;
    let mut dice = Dice::new(105);
    let mut host = load_main();
    let params = host.params().unwrap();
    let device = |text: &str| {
        let changed = SESSION_0_1_0.replace("# Two small speakers", text);
        assert_ne!(changed.len(), SESSION_0_1_0.len());
        changed.into_bytes()
    };
    let states: [(&str, Vec<u8>); 7] = [
        ("zeros", vec![0; size]),
        ("brackets", vec![b'['; size]),
        ("objects", b"{\"a\":".repeat(size / 5)),
        (
            "numbers",
            [b"[0".to_vec(), b",0".repeat(size / 2), b"]".to_vec()].concat(),
        ),
        ("a comment in the device", device(&"#".repeat(size))),
        ("drivers in the device", device(&r"\n[[driver]]\n".repeat(size / 14))),
        (
            "a field of another plugin",
            SESSION_0_1_0
                .replace(
                    r#""fields":{"#,
                    &format!(r#""fields":{{"other":"{}","#, "x".repeat(size)),
                )
                .into_bytes(),
        ),
    ];
    for (what, text) in states {
        let begun = std::time::Instant::now();
        feed(&mut host, &params, &state_of(&text));
        let seconds = begun.elapsed().as_secs_f64();
        assert!(seconds < 10.0, "{what}: {seconds} s");
        // A device's text is the user's, and is kept as it is.
        let (saved, most) = (host.save_state().unwrap().len(), text.len() + (1 << 16));
        assert!(
            saved < most,
            "{what}: saves {saved} bytes where there were {}",
            text.len()
        );
        play_a_little(&mut host, &mut dice);
    }
}

/// What belongs to others changes nothing that it does not name.
#[test]
fn of_other_plugins() {
    let mut host = load_main();
    host.set_text("Depth", "20 %").unwrap();
    let params = host.params().unwrap();
    let before = host.save_state().unwrap();
    for stranger in STRANGERS {
        for state in [stranger.to_vec(), state_of(stranger)] {
            feed(&mut host, &params, &state);
            assert_eq!(
                String::from_utf8_lossy(&host.save_state().unwrap()),
                String::from_utf8_lossy(&before),
                "after {}",
                String::from_utf8_lossy(stranger)
            );
        }
    }
    play_a_little(&mut host, &mut Dice::new(106));
}

/// The first version's state, also as a later version would call it, with things that this one does not know.
#[test]
fn of_other_versions() {
    let mut host = load_main();
    let params = host.params().unwrap();
    assert!(feed(&mut host, &params, &state_of(SESSION_0_1_0.as_bytes())));
    let known = host.save_state().unwrap();
    for later in [
        SESSION_0_1_0.replace(r#""version":"0.1.0""#, r#""version":"99.0.0""#),
        SESSION_0_1_0.replace(r#""params":{"#, r#""params":{"sparkle":{"f32":0.5},"#),
        SESSION_0_1_0.replace(r#"\"version\":1"#, r#"\"version\":1,\"hologram\":{\"on\":true}"#),
        SESSION_0_1_0.replace(r#""fields":{"#, r#""fields":{"future":"[]","#),
    ] {
        assert_ne!(later, SESSION_0_1_0);
        let mut fresh = load_main();
        assert!(feed(&mut fresh, &params, &state_of(later.as_bytes())), "{later}");
        assert_eq!(
            String::from_utf8_lossy(&fresh.save_state().unwrap()),
            String::from_utf8_lossy(&known)
        );
        play_a_little(&mut fresh, &mut Dice::new(107));
    }
}
