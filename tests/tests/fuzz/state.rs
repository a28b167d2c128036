//! The whole state of the plugin, as the framework reads it.

use nice_plug::prelude::{Params, Plugin, PluginState};
use proscenium::{Proscenium, ProsceniumParams};

pub const WORDS: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"{\"a\":",
    b"\\\"",
    b"\"f32\":",
    b"\"i32\":",
    b"\"bool\":",
    b"\"string\":",
    b"null",
    b"true",
    b"\"params\":{",
    b"\"fields\":{",
    b"\"session\":\"",
    b"\"width\":",
    b"\"device\":",
    b"\\ud800",
    b",",
];

pub fn seeds() -> Vec<Vec<u8>> {
    vec![include_bytes!("../../data/session-0.1.0.json").to_vec()]
}

/// Reads a state as the framework does, and asks for everything that the audio thread will. The framework sets the
/// parameters in between, from values that `filter_state` has brought into range.
pub fn read(input: &[u8]) -> bool {
    let Ok(mut state) = serde_json::from_slice::<PluginState>(input) else {
        return false;
    };
    Proscenium::<proscenium::Main>::filter_state(&mut state);
    let params = ProsceniumParams::default();
    params.deserialize_fields(&state.fields);
    super::session::use_up(&params);
    // What has been mended can be saved.
    serde_json::to_string(&state).unwrap();
    true
}
