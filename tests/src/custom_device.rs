//! Sessions with a device of the test's own.

/// The state of a session whose device is the given device file, as hosts keep it: the framework puts the length in front of
/// the text. Everything else is at its default.
#[must_use]
pub fn custom_device_state(device_toml: &str) -> Vec<u8> {
    let session = serde_json::json!({ "version": 1, "device": device_toml }).to_string();
    let state = serde_json::json!({
        "version": env!("CARGO_PKG_VERSION"),
        "params": { "device": { "string": "custom" } },
        "fields": { "session": session },
    });
    let text = state.to_string();
    let mut state = (text.len() as u64).to_le_bytes().to_vec();
    state.extend_from_slice(text.as_bytes());
    state
}

/// A device file of `drivers` drivers around the equator of a sphere.
#[must_use]
pub fn ring_toml(drivers: usize) -> String {
    use std::fmt::Write as _;
    let mut text = String::from("name = \"Ring\"\n[enclosure]\nshape = \"sphere\"\nradius_m = 0.1\n");
    for n in 0..drivers {
        let azimuth_deg = 360.0 * n as f64 / drivers as f64 - 180.0;
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "[[driver]]\nname = \"driver {n}\"\nazimuth_deg = {azimuth_deg}\nradius_m = 0.015\n"
        );
    }
    text
}
