//! The session inside the plugin's state.

use nice_plug::prelude::Params;
use proscenium::{EditorView, OscSettings, ProsceniumParams, Session};
use proscenium_dsp::array::presets;
use proscenium_dsp::design::DeviceChoice;
use std::collections::BTreeMap;

pub const WORDS: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b"{\"a\":",
    b"null",
    b"true",
    b"\"version\":",
    b"\"device\":\"",
    b"\"route\":[",
    b"\"muted\":",
    b"\"solo\":",
    b"\"gain_db\":[",
    b"\"target\":[[",
    b"\"osc\":{",
    b"\"enabled\":",
    b"\"port\":",
    b"\"editor\":{",
    b"\"size\":[",
    b"\"scale\":",
    b"\"panel\":\"",
    b"\\n[[driver]]\\n",
    b"\\u0000",
    b",",
];

pub fn seeds() -> Vec<Vec<u8>> {
    let fresh = Session::default();
    let used = Session {
        device: Some(presets()[0].device.to_toml()),
        route: vec![3, 2, 1, 0],
        muted: 5,
        solo: 2,
        gain_db: vec![-3.0, 6.0],
        target: vec![[300.0, 10.0], [2000.0, 30.0]],
        osc: OscSettings {
            enabled: true,
            port: 9001,
        },
        editor: EditorView {
            size: [1300, 800],
            scale: 1.5,
            panel: String::from("beam"),
        },
        ..Session::default()
    };
    [fresh, used].map(|session| serde_json::to_vec(&session).unwrap()).into()
}

/// Reads a session as the framework does; what was read is saved and read to the same again.
pub fn read(input: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(input) else {
        return false;
    };
    let (params, again) = (ProsceniumParams::default(), ProsceniumParams::default());
    params.deserialize_fields(&BTreeMap::from([(String::from("session"), String::from(text))]));
    use_up(&params);
    again.deserialize_fields(&params.serialize_fields());
    assert_eq!(again.session.snapshot(), params.session.snapshot());
    serde_json::from_str::<Session>(text).is_ok()
}

/// Asks for everything that comes out of a session.
pub fn use_up(params: &ProsceniumParams) {
    let controls = params.controls();
    assert!(controls.design.gain_db.iter().all(|gain_db| gain_db.is_finite()));
    assert!(params.session.osc().port > 0);
    assert!(!params.session.device(DeviceChoice::Custom(0)).drivers.is_empty());
}
