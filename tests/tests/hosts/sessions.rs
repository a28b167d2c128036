//! Sessions of users: states that older versions wrote, and devices that travel inside.
//!
//! `tests/data/session-0.1.0.json` is what version 0.1.0 saved with every parameter away from its default and a custom
//! device. It is never changed: whatever comes later must read it.

use proscenium_host::RenderJob;
use proscenium_tests::signals::{assert_identical, difference, peak, programme};
use proscenium_tests::{Rig, ring_toml};

const SESSION_0_1_0: &str = include_str!("../../data/session-0.1.0.json");

/// The first version's state with gains in it, as JSON; its two drivers are on channels 1 and 2.
fn with_gains(gain_db: &str) -> Vec<u8> {
    let changed = SESSION_0_1_0.replace(
        r#"\"muted\":0"#,
        &format!(r#"\"muted\":0,\"gain_db\":{}"#, gain_db.replace('"', r#"\""#)),
    );
    assert_ne!(changed, SESSION_0_1_0);
    state(&changed)
}

/// What a fresh instance plays from a state.
fn sound_of(state: &[u8]) -> Vec<Vec<f32>> {
    let input = programme(12_000);
    let mut rig = Rig::new(8);
    rig.host.load_state(state).unwrap();
    rig.render(&RenderJob::new(&input, 48_000.0)).channels
}

/// A state as hosts keep it: the framework puts the length in front of the text.
fn state(session: &str) -> Vec<u8> {
    let mut state = (session.len() as u64).to_le_bytes().to_vec();
    state.extend_from_slice(session.as_bytes());
    state
}

#[test]
fn the_first_version_is_still_read() {
    let mut rig = Rig::new(8);
    rig.host.load_state(&state(SESSION_0_1_0)).unwrap();
    for (name, text) in [
        ("Width", "45 °"),
        ("Depth", "80 %"),
        ("Center", "70 %"),
        ("Center Level", "-3 dB"),
        ("Cancellation", "90 %"),
        ("Tone", "0 %"),
        ("Listening Zone", "5 cm"),
        ("Distance", "0.6 m"),
        ("Listener Offset", "0.1 m"),
        ("Device", "Custom"),
        ("Programme", "Binaural"),
        ("Output", "Drivers"),
        ("Upmix", "Low Latency"),
        ("Output Trim", "-6 dB"),
        ("Peak Guard", "off"),
        ("Bypass", "off"),
        // Later than that version: as it was then.
        ("Beam", "Nulls at ±90°"),
        ("Effort", "12 dB"),
        ("Head Turn", "0 °"),
        ("Zone Goal", "Mean"),
        ("Room", "Off"),
    ] {
        let value = rig.host.value(name).unwrap();
        assert_eq!(rig.host.value_to_text(name, value).unwrap(), text, "{name}");
    }
}

/// A session from before there was a choice of beams sounds as with the nulls, and the choice is saved by its name.
#[test]
fn the_beam_is_that_of_old_sessions_and_saved_anew() {
    let tabletop = SESSION_0_1_0
        .replace(r#""device":{"string":"custom"}"#, r#""device":{"string":"tabletop"}"#)
        .replace(r#""program":{"string":"binaural"}"#, r#""program":{"string":"stereo"}"#);
    let with_beam = |id: &str| {
        let beam = format!(r#""params":{{"beam":{{"string":"{id}"}},"#);
        state(&tabletop.replace(r#""params":{"#, &beam))
    };
    let old = sound_of(&state(&tabletop));
    assert_identical(&old, &sound_of(&with_beam("nulls")), "nulls");
    let constant = sound_of(&with_beam("constant-directivity"));
    assert!(difference(&old, &constant) > 1e-3);
    let mut rig = Rig::new(8);
    rig.host.load_state(&with_beam("constant-directivity")).unwrap();
    let saved = rig.host.save_state().unwrap();
    assert!(String::from_utf8_lossy(&saved).contains(r#""beam":{"string":"constant-directivity"}"#));
    assert_identical(&sound_of(&saved), &constant, "saved again");
}

/// A session from before there were rooms is heard without one; a room of one's own travels in the session, and one that
/// cannot be is the living room.
#[test]
fn rooms_are_restored() {
    let preview = SESSION_0_1_0.replace(r#""output":{"string":"drivers"}"#, r#""output":{"string":"preview"}"#);
    assert_ne!(preview, SESSION_0_1_0);
    let with_room = |id: &str, session: &str| {
        let room = format!(r#""params":{{"room":{{"string":"{id}"}},"#);
        let session = format!(r#"\"muted\":0{}"#, session.replace('"', r#"\""#));
        let text = preview.replace(r#""params":{"#, &room);
        state(&text.replace(r#"\"muted\":0"#, &session))
    };
    let wall = "[0.3,0.3,0.3,0.3,0.3,0.3,0.3]";
    let own = |length: &str| {
        let walls = [wall; 6].join(",");
        format!(r#","room":{{"size_m":[{length},4.5,2.8],"absorption":[{walls}],"air":true,"device_m":[2.5,2.0,1.2]}}"#)
    };
    let dry = sound_of(&state(&preview));
    assert_identical(&dry, &sound_of(&with_room("off", &own("4.0"))), "off");
    let living_room = sound_of(&with_room("living-room", ""));
    assert!(difference(&dry, &living_room) > 1e-3);
    for other in ["", r#","room":null"#, r#","room":7"#, &own("0.5"), &own("2.5")] {
        assert_identical(&living_room, &sound_of(&with_room("custom", other)), other);
    }
    let custom = with_room("custom", &own("4.0"));
    let sound = sound_of(&custom);
    assert!(difference(&sound, &living_room) > 1e-3 && difference(&sound, &dry) > 1e-3);
    let mut rig = Rig::new(8);
    rig.host.load_state(&custom).unwrap();
    let saved = rig.host.save_state().unwrap();
    assert!(String::from_utf8_lossy(&saved).contains(r#""room":{"string":"custom"}"#));
    assert_identical(&sound_of(&saved), &sound, "saved again");
}

/// A session from before there were these sounds as with their defaults; other values sound otherwise and are saved.
#[test]
fn effort_turn_goal_and_target_are_those_of_old_sessions_and_saved_anew() {
    let tabletop = SESSION_0_1_0.replace(r#""device":{"string":"custom"}"#, r#""device":{"string":"tabletop"}"#);
    let with_params = |params: &str| tabletop.replace(r#""params":{"#, &format!(r#""params":{{{params},"#));
    let with_target = |nodes: &str| tabletop.replace(r#"\"muted\":0"#, &format!(r#"\"muted\":0,\"target\":{nodes}"#));
    let old = sound_of(&state(&tabletop));
    let defaults = r#""effort":{"f32":12.0},"yaw":{"f32":0.0},"zone_goal":{"string":"mean"}"#;
    assert_identical(&old, &sound_of(&state(&with_params(defaults))), "defaults");
    assert_identical(&old, &sound_of(&state(&with_target("[]"))), "no target");
    for (other, saved_as) in [
        (with_params(r#""effort":{"f32":3.0}"#), r#""effort":{"f32":3.0}"#),
        (with_params(r#""yaw":{"f32":-20.0}"#), r#""yaw":{"f32":-20.0}"#),
        (
            with_params(r#""zone_goal":{"string":"worst-position"}"#),
            r#""zone_goal":{"string":"worst-position"}"#,
        ),
        (
            with_target("[[300.0,5.0],[2000.0,15.0]]"),
            r#"\"target\":[[300.0,5.0],[2000.0,15.0]]"#,
        ),
    ] {
        assert_ne!(other, tabletop);
        let sound = sound_of(&state(&other));
        assert!(difference(&old, &sound) > 1e-3, "{saved_as}");
        let mut rig = Rig::new(8);
        rig.host.load_state(&state(&other)).unwrap();
        let saved = rig.host.save_state().unwrap();
        assert!(String::from_utf8_lossy(&saved).contains(saved_as), "{saved_as}");
        assert_identical(&sound_of(&saved), &sound, saved_as);
    }
}

/// The custom device of that session is the Laptop under another name; it sounds as the Laptop does, and is saved again.
#[test]
fn a_custom_device_travels_with_the_session() {
    let input = programme(24_000);
    let job = RenderJob::new(&input, 48_000.0);
    let mut custom = Rig::new(8);
    custom.host.load_state(&state(SESSION_0_1_0)).unwrap();
    let sound = custom.render(&job).channels;
    assert_identical(
        &sound,
        &custom.with(&[("Device", "Laptop")]).render(&job).channels,
        "custom device",
    );

    let mut first = Rig::new(8);
    first.host.load_state(&state(SESSION_0_1_0)).unwrap();
    let saved = first.host.save_state().unwrap();
    assert!(String::from_utf8_lossy(&saved).contains("Travelling"));
    let mut second = Rig::new(8);
    second.host.load_state(&saved).unwrap();
    assert_identical(&second.render(&job).channels, &sound, "saved again");
}

/// The file that a device came from is a hint: with it, without it, with another device in it or with nonsense in its place, what
/// the session holds is what plays.
#[test]
fn a_custom_device_does_not_need_its_file() {
    let with_file = |file: &str| {
        let hint = format!(r#"\"device_file\":{file},\"muted\":0"#);
        let changed = SESSION_0_1_0.replace(r#"\"muted\":0"#, &hint);
        assert_ne!(changed, SESSION_0_1_0);
        state(&changed)
    };
    let plain = sound_of(&state(SESSION_0_1_0));
    let path = std::env::temp_dir().join(format!("proscenium-session-{}.toml", std::process::id()));
    std::fs::write(&path, ring_toml(6)).unwrap();
    let there = format!(r#"\"{}\""#, path.display());
    for hint in [
        there.as_str(),
        r#"\"/nowhere/device.toml\""#,
        r#"\"\""#,
        r#"\"relative.toml\""#,
        "null",
        "7",
        "[[]]",
    ] {
        assert_identical(&sound_of(&with_file(hint)), &plain, hint);
    }
    let mut rig = Rig::new(8);
    rig.host.load_state(&with_file(&there)).unwrap();
    let saved = rig.host.save_state().unwrap();
    assert!(String::from_utf8_lossy(&saved).contains(r#"\"device_file\""#));
    assert_identical(&sound_of(&saved), &plain, "saved again");
    std::fs::remove_file(&path).unwrap();
}

/// Mutes and routing are part of the session too.
#[test]
fn mutes_and_routing_are_restored() {
    let moved = SESSION_0_1_0
        .replace(r#"\"muted\":0"#, r#"\"muted\":2"#)
        .replace(r#"\"route\":[0,"#, r#"\"route\":[5,"#);
    assert_ne!(moved, SESSION_0_1_0);
    let input = programme(12_000);
    let job = RenderJob::new(&input, 48_000.0);
    let mut rig = Rig::new(8);
    rig.host.load_state(&state(&moved)).unwrap();
    let channels = rig.render(&job).channels;
    let sounds = |channel: &Vec<f32>| channel.iter().any(|x| *x != 0.0);
    assert_eq!(
        channels.iter().map(sounds).collect::<Vec<_>>(),
        [false, false, false, false, false, true, false, false]
    );
}

/// Gains of the drivers are heard, each on its channel, and saved again.
#[test]
fn gains_are_restored() {
    let plain = sound_of(&state(SESSION_0_1_0));
    let half = with_gains("[-6.0206,0,3]");
    let sound = sound_of(&half);
    let expected: Vec<Vec<f32>> = plain
        .iter()
        .enumerate()
        .map(|(channel, samples)| {
            let gain = if channel == 0 { 0.5 } else { 1.0 };
            samples.iter().map(|x| gain * x).collect()
        })
        .collect();
    assert!(peak(&plain[..1]) > 1e-3);
    assert!(
        difference(&sound, &expected) < 1e-6,
        "{}",
        difference(&sound, &expected)
    );

    let mut first = Rig::new(8);
    first.host.load_state(&half).unwrap();
    assert_identical(&sound_of(&first.host.save_state().unwrap()), &sound, "saved again");
}

/// A session from before there were gains sounds as with 0 dB everywhere, and so it is saved.
#[test]
fn sessions_without_gains_have_0_db() {
    let plain = sound_of(&state(SESSION_0_1_0));
    assert_identical(&plain, &sound_of(&with_gains("[0,0,0,0]")), "zeros");
    let mut rig = Rig::new(8);
    rig.host.load_state(&state(SESSION_0_1_0)).unwrap();
    let saved = rig.host.save_state().unwrap();
    assert!(String::from_utf8_lossy(&saved).contains(r#"\"gain_db\":[0.0,0.0"#));
    assert_identical(&sound_of(&saved), &plain, "saved again");
}

/// Gains that make no sense neither blow up nor cost the user the rest of the session.
#[test]
fn bad_gains_are_mended() {
    for (bad, good) in [
        ("[null,-1000]", "[0,-24]"),
        (r#"["loud",100]"#, "[0,12]"),
        ("[[3],{},-6]", "[0,0]"),
        ("null", "[]"),
        ("7", "[]"),
        ("[-3,3,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,9]", "[-3,3]"),
    ] {
        assert_identical(&sound_of(&with_gains(bad)), &sound_of(&with_gains(good)), bad);
    }
    // The device came along, which has two drivers.
    let sound = sound_of(&with_gains("null"));
    assert!(peak(&sound[..2]) > 1e-3 && peak(&sound[2..]) == 0.0);
}

/// Values beyond a parameter's range, as in a damaged file, are those of its end, and what is no number is the default: they
/// sound so, and what is saved loads again.
#[test]
fn values_beyond_their_range_are_brought_into_it() {
    let damaged = |id: &str, value: &str| {
        let params = format!(r#"{{"{id}":{{"f32":{value}}},"guard":{{"bool":false}}}}"#);
        state(&format!(r#"{{"version":"0.1.0","params":{params},"fields":{{}}}}"#))
    };
    for (id, least, default, most) in [
        ("width", "0", "30", "90"),
        ("depth", "0", "100", "100"),
        ("center_level", "-12", "0", "6"),
        ("distance", "0.3", "2", "5"),
        ("trim", "-24", "0", "12"),
    ] {
        for (beyond, end) in [("1000", most), ("-1000", least), ("1e39", default), ("-1e39", default)] {
            let what = format!("{id} = {beyond}");
            let mut rig = Rig::new(8);
            rig.host.load_state(&damaged(id, beyond)).unwrap();
            let saved = rig.host.save_state().unwrap();
            rig.host
                .load_state(&saved)
                .unwrap_or_else(|error| panic!("{what}: {error}"));
            assert_identical(&sound_of(&damaged(id, beyond)), &sound_of(&damaged(id, end)), &what);
        }
    }
}
