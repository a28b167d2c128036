//! A whole stereo programme in memory, from a WAV, FLAC, MP3 or Ogg Vorbis file.

use anyhow::Result;
use proscenium_cli::programme::{ProgrammeReader, Source};
use std::path::Path;

/// A stereo programme.
pub struct Programme {
    /// Left and right, full scale 1.
    pub channels: [Vec<f32>; 2],
    /// Sample rate, hertz.
    pub sample_rate_hz: u32,
}

/// Decodes a file; mono is doubled.
///
/// # Errors
/// When the file is missing, of another kind, damaged, empty, or has more than two channels.
pub fn decode(path: &Path) -> Result<Programme> {
    collect(ProgrammeReader::open(path)?)
}

/// Decodes what is in a file, or what could be. `name` names it in errors; the extension is a hint.
///
/// # Errors
/// As [`decode`].
pub fn decode_stream(source: Source, name: &str, extension: Option<&str>) -> Result<Programme> {
    collect(ProgrammeReader::from_stream(source, name, extension)?)
}

fn collect(mut reader: ProgrammeReader) -> Result<Programme> {
    let sample_rate_hz = reader.sample_rate_hz();
    let mut channels = [Vec::new(), Vec::new()];
    while let Some(piece) = reader.next_piece()? {
        for (channel, samples) in channels.iter_mut().zip(piece) {
            channel.extend_from_slice(samples);
        }
    }
    Ok(Programme {
        channels,
        sample_rate_hz,
    })
}
