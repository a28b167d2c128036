//! Reads a stereo programme from a WAV, FLAC, MP3 or Ogg Vorbis file, piece by piece.

use crate::failure::Failure;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;

/// What to do about a file that cannot be read.
const READABLE: &str = "give a mono or stereo WAV, FLAC, MP3 or Ogg Vorbis file";

/// Where a programme may be read from: a file, or bytes in memory.
pub type Source = Box<dyn MediaSource>;

/// A programme that is being read. Its first piece is decoded already.
pub struct ProgrammeReader {
    /// Names the file in errors.
    name: String,
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track_id: u32,
    frames: Option<u64>,
    sample_rate_hz: u32,
    /// Planes of the piece in hand.
    block: Vec<Vec<f32>>,
    /// Whether that has not been handed out yet.
    fresh: bool,
}

impl ProgrammeReader {
    /// Opens a file.
    ///
    /// # Errors
    /// When it is missing, of another kind, damaged at the start, empty, or has more than two channels.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let file = File::open(path).map_err(|error| Failure::file(format!("cannot open {name}: {error}"), READABLE))?;
        let extension = path.extension().and_then(|extension| extension.to_str());
        Self::from_stream(Box::new(file), &name, extension)
    }

    /// Opens what is in a file, or what could be. `name` names it in errors; the extension is a hint.
    ///
    /// # Errors
    /// As [`ProgrammeReader::open`], and when the decoder stumbles over a damaged file: symphonia 0.6 panics on some.
    pub fn from_stream(source: Source, name: &str, extension: Option<&str>) -> Result<Self, Failure> {
        guarded(name, || Self::begin(source, name, extension))
    }

    /// Sample rate, hertz.
    #[must_use]
    pub fn sample_rate_hz(&self) -> u32 {
        self.sample_rate_hz
    }

    /// Length as the file tells it, samples, which need not be true.
    #[must_use]
    pub fn announced_frames(&self) -> Option<u64> {
        self.frames
    }

    /// The next piece, left and right of one length that is not zero; nothing at the end. Mono is doubled.
    ///
    /// # Errors
    /// When the file is damaged, or changes its sample rate or channels on the way.
    pub fn next_piece(&mut self) -> Result<Option<[&[f32]; 2]>, Failure> {
        if !std::mem::take(&mut self.fresh) {
            let name = self.name.clone();
            if !guarded(&name, || self.decode_piece())? {
                return Ok(None);
            }
            self.fresh = false;
        }
        Ok(match self.block.as_slice() {
            [mono] => Some([mono, mono]),
            [left, right] => Some([left, right]),
            _ => None,
        })
    }

    fn begin(source: Source, name: &str, extension: Option<&str>) -> Result<Self, Failure> {
        let mut hint = Hint::new();
        if let Some(extension) = extension {
            hint.with_extension(extension);
        }
        let wrong = |what: &str| Failure::file(format!("{name} {what}"), READABLE);
        let stream = MediaSourceStream::new(source, MediaSourceStreamOptions::default());
        let format = symphonia::default::get_probe()
            .probe(&hint, stream, FormatOptions::default(), MetadataOptions::default())
            .map_err(|_| wrong("is not a WAV, FLAC, MP3 or Ogg Vorbis file"))?;
        let track = format
            .default_track(TrackType::Audio)
            .ok_or_else(|| wrong("holds no audio"))?;
        let (track_id, frames) = (track.id, track.num_frames);
        let parameters = track.codec_params.as_ref().and_then(|parameters| parameters.audio());
        let decoder = parameters
            .and_then(|parameters| {
                let codecs = symphonia::default::get_codecs();
                codecs
                    .make_audio_decoder(parameters, &AudioDecoderOptions::default())
                    .ok()
            })
            .ok_or_else(|| wrong("is in an audio coding that is not supported"))?;
        let mut reader = Self {
            name: name.to_owned(),
            format,
            decoder,
            track_id,
            frames,
            sample_rate_hz: 0,
            block: Vec::new(),
            fresh: true,
        };
        match reader.decode_piece()? {
            true => Ok(reader),
            false => Err(wrong("is empty")),
        }
    }

    /// Decodes the next packet that holds samples; whether there was one.
    fn decode_piece(&mut self) -> Result<bool, Failure> {
        let name = &self.name;
        let damaged = |error: Error| Failure::file(format!("{name} is damaged: {error}"), "make the file anew");
        while let Some(packet) = self.format.next_packet().map_err(damaged)? {
            if packet.track_id != self.track_id {
                continue;
            }
            let decoded = match self.decoder.decode(&packet) {
                Ok(decoded) => decoded,
                // A damaged packet is a short gap, as in any player.
                Err(Error::DecodeError(_)) => continue,
                Err(error) => return Err(damaged(error)),
            };
            if decoded.frames() == 0 {
                continue;
            }
            let (before, rate_before) = (self.block.len(), self.sample_rate_hz);
            self.sample_rate_hz = decoded.spec().rate();
            decoded.copy_to_vecs_planar(&mut self.block);
            let channels = self.block.len();
            if channels == 0 || channels > 2 {
                let what = format!("{name} has {channels} channels; the programme must be mono or stereo");
                return Err(Failure::file(what, READABLE));
            }
            if before > 0 && (before, rate_before) != (channels, self.sample_rate_hz) {
                let what = format!("{name} changes its sample rate or channels on the way");
                return Err(Failure::file(what, READABLE));
            }
            return Ok(true);
        }
        Ok(false)
    }
}

/// Runs the decoder; its panic is an error.
fn guarded<T>(name: &str, decode: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let attempt = catch_unwind(AssertUnwindSafe(decode));
    attempt.unwrap_or_else(|_| {
        let what = format!("{name} is damaged: the decoder failed on it");
        Err(Failure::file(what, "make the file anew"))
    })
}
