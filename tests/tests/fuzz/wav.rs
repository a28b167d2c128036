//! WAV files that the host programs read.

use proscenium_host::Wav;
use std::path::{Path, PathBuf};

pub const WORDS: &[&[u8]] = &[
    b"RIFF",
    b"WAVE",
    b"fmt ",
    b"data",
    b"fact",
    b"LIST",
    b"\x01\x00",
    b"\x03\x00",
    b"\xfe\xff",
    b"\x10\x00\x00\x00",
    b"\x28\x00\x00\x00",
    b"\xff\xff\xff\xff",
];

/// A file for the inputs, in memory where that is possible: this parser is given paths.
fn file(purpose: &str) -> PathBuf {
    let memory = Path::new("/dev/shm");
    let directory = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    directory.join(format!("proscenium-fuzz-{}-{purpose}.wav", std::process::id()))
}

/// Files of the formats that exist: PCM of 8 to 32 bits and float.
pub fn seeds() -> Vec<Vec<u8>> {
    let file = file("seed");
    let wav = Wav {
        channels: vec![vec![0.25, -0.5, 1.0], vec![0.0, 0.125, -1.0]],
        sample_rate_hz: 48_000,
    };
    wav.write(&file).unwrap();
    let float = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    std::iter::once(float).chain([1, 2, 3, 4].map(pcm)).collect()
}

/// A stereo file of so many bytes to a sample.
fn pcm(size: u8) -> Vec<u8> {
    let data: Vec<u8> = (0..12 * size).collect();
    let mut file = Vec::new();
    file.extend(b"RIFF");
    file.extend((36 + data.len() as u32).to_le_bytes());
    file.extend(b"WAVEfmt \x10\x00\x00\x00\x01\x00\x02\x00");
    file.extend(48_000_u32.to_le_bytes());
    file.extend((96_000 * u32::from(size)).to_le_bytes());
    file.extend([2 * size, 0, 8 * size, 0]);
    file.extend(b"data");
    file.extend((data.len() as u32).to_le_bytes());
    file.extend(data);
    file
}

/// Reads a file; all its channels are of one length.
pub fn read(input: &[u8]) -> bool {
    let file = file("input");
    std::fs::write(&file, input).unwrap();
    let read = Wav::read(&file);
    std::fs::remove_file(&file).unwrap();
    read.is_ok_and(|wav| wav.channels.windows(2).all(|pair| pair[0].len() == pair[1].len()))
}
