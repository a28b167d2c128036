//! Reads a stereo programme from a WAV, FLAC, MP3 or Ogg Vorbis file.

use anyhow::{Context, Result, bail};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;

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
/// When the file is missing, of another kind, damaged at the start, empty, or has more than two channels.
pub fn decode(path: &Path) -> Result<Programme> {
    let name = path.display().to_string();
    let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
    let extension = path.extension().and_then(|extension| extension.to_str());
    decode_stream(Box::new(file), &name, extension)
}

/// Decodes what is in a file, or what could be. `name` names it in errors; the extension is a hint.
///
/// # Errors
/// As [`decode`], and when the decoder stumbles over a damaged file: symphonia 0.6 panics on some.
pub fn decode_stream(source: Box<dyn MediaSource>, name: &str, extension: Option<&str>) -> Result<Programme> {
    let attempt = || decode_all(source, name, extension);
    catch_unwind(AssertUnwindSafe(attempt)).unwrap_or_else(|_| bail!("{name} is damaged: the decoder failed on it"))
}

fn decode_all(source: Box<dyn MediaSource>, name: &str, extension: Option<&str>) -> Result<Programme> {
    let mut hint = Hint::new();
    if let Some(extension) = extension {
        hint.with_extension(extension);
    }
    let stream = MediaSourceStream::new(source, MediaSourceStreamOptions::default());
    let mut format = symphonia::default::get_probe()
        .probe(&hint, stream, FormatOptions::default(), MetadataOptions::default())
        .with_context(|| format!("{name} is not a WAV, FLAC, MP3 or Ogg Vorbis file"))?;
    let track = format
        .default_track(TrackType::Audio)
        .with_context(|| format!("{name} holds no audio"))?;
    let track_id = track.id;
    let parameters = track.codec_params.as_ref().and_then(|parameters| parameters.audio());
    let parameters = parameters.with_context(|| format!("{name}: unknown audio coding"))?;
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .with_context(|| format!("{name}: this audio coding is not supported"))?;
    let mut channels: Vec<Vec<f32>> = Vec::new();
    let mut sample_rate_hz = 0;
    let mut block: Vec<Vec<f32>> = Vec::new();
    while let Some(packet) = format.next_packet().with_context(|| format!("{name} is damaged"))? {
        if packet.track_id != track_id {
            continue;
        }
        let decoded = match decoder.decode(&packet) {
            Ok(decoded) => decoded,
            // A damaged packet is a short gap, as in any player.
            Err(Error::DecodeError(_)) => continue,
            Err(error) => return Err(error).with_context(|| format!("{name} is damaged")),
        };
        sample_rate_hz = decoded.spec().rate();
        decoded.copy_to_vecs_planar(&mut block);
        channels.resize(block.len(), Vec::new());
        channels
            .iter_mut()
            .zip(&block)
            .for_each(|(channel, samples)| channel.extend_from_slice(samples));
    }
    let channels = match <[Vec<f32>; 2]>::try_from(channels) {
        Ok(stereo) => stereo,
        Err(mut other) => match (other.len(), other.pop()) {
            (1, Some(mono)) => [mono.clone(), mono],
            (0, _) => bail!("{name} is empty"),
            (count, _) => bail!("{name} has {count} channels; the programme must be mono or stereo"),
        },
    };
    if channels[0].is_empty() {
        bail!("{name} is empty");
    }
    Ok(Programme {
        channels,
        sample_rate_hz,
    })
}
