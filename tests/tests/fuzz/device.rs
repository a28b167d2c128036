//! Device files.

use proscenium_dsp::array::{Device, presets};

pub const WORDS: &[&[u8]] = &[
    b"[",
    b"[[",
    b"]",
    b"{",
    b"a={",
    b"a.",
    b"\"",
    b"\"\"\"",
    b"\n",
    b"[[driver]]\n",
    b"[enclosure]\n",
    b"[reference]\n",
    b"\"sphere\"",
    b"\"free\"",
    b"azimuth_deg",
    b"elevation_deg",
    b"position_m",
    b"radius_m = ",
    b"band_hz = [",
    b"listener_distance_m = ",
    b"name = ",
    b"true",
    b"\xc3\xa9",
];

pub fn seeds() -> Vec<Vec<u8>> {
    presets().iter().map(|preset| preset.device.to_toml().into_bytes()).collect()
}

/// Reads a device; one that is accepted is written and read to the same again.
pub fn read(input: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(input) else {
        return false;
    };
    match Device::from_toml(text, "input") {
        Ok(device) => {
            assert_eq!(Device::from_toml(&device.to_toml(), "written").as_ref(), Ok(&device));
            true
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            false
        }
    }
}
