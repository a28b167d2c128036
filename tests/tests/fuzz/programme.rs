//! Programme files of all kinds that the demo reads.
//!
//! `tests/data/audio` holds a few milliseconds of two sines each, written by libsndfile 1.2.

use proscenium_demo::decode::decode_stream;
use std::io::Cursor;

pub const WORDS: &[&[u8]] = &[
    b"RIFF",
    b"WAVE",
    b"fmt ",
    b"data",
    b"LIST",
    b"fLaC",
    b"\xff\xf8",
    b"OggS",
    b"\x01vorbis",
    b"\x03vorbis",
    b"\x05vorbis",
    b"ID3",
    b"\xff\xfb",
    b"Xing",
    b"\x01\x00",
    b"\xff\xff\xff\xff",
];

pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = super::wav::seeds();
    seeds.extend([
        include_bytes!("../../data/audio/stereo.flac").to_vec(),
        include_bytes!("../../data/audio/stereo.mp3").to_vec(),
        include_bytes!("../../data/audio/stereo.ogg").to_vec(),
    ]);
    seeds
}

/// Decodes a file; what is accepted has two channels of one length.
pub fn read(input: &[u8]) -> bool {
    let Ok(programme) = decode_stream(Box::new(Cursor::new(input.to_vec())), "input", None) else {
        return false;
    };
    let [left, right] = &programme.channels;
    assert!(!left.is_empty() && left.len() == right.len());
    true
}
