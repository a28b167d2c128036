//! WAV files: channels of `f32`, full scale 1.

use std::path::{Path, PathBuf};

/// A file that could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}", path = path.display())]
pub struct WavError {
    path: PathBuf,
    source: hound::Error,
}

/// Audio of a WAV file.
#[derive(Debug, Clone, PartialEq)]
pub struct Wav {
    /// Channels of equal length.
    pub channels: Vec<Vec<f32>>,
    /// Sample rate in hertz.
    pub sample_rate_hz: u32,
}

impl Wav {
    /// Reads integer or float samples.
    ///
    /// # Errors
    /// When the file is missing or not a WAV.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, WavError> {
        let path = path.as_ref();
        Self::read_samples(path).map_err(|source| WavError {
            path: path.to_owned(),
            source,
        })
    }

    /// Writes 32-bit float samples.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), WavError> {
        let path = path.as_ref();
        self.write_samples(path).map_err(|source| WavError {
            path: path.to_owned(),
            source,
        })
    }

    fn read_samples(path: &Path) -> Result<Self, hound::Error> {
        let mut reader = hound::WavReader::open(path)?;
        let spec = reader.spec();
        let interleaved: Vec<f32> = match spec.sample_format {
            hound::SampleFormat::Float => reader.samples().collect::<Result<_, _>>()?,
            hound::SampleFormat::Int => {
                let scale = (-f32::from(spec.bits_per_sample - 1)).exp2();
                reader
                    .samples::<i32>()
                    .map(|s| s.map(|s| s as f32 * scale))
                    .collect::<Result<_, _>>()?
            }
        };
        let count = usize::from(spec.channels);
        let channels = (0..count)
            .map(|c| interleaved.iter().skip(c).step_by(count).copied().collect())
            .collect();
        Ok(Self {
            channels,
            sample_rate_hz: spec.sample_rate,
        })
    }

    fn write_samples(&self, path: &Path) -> Result<(), hound::Error> {
        let spec = hound::WavSpec {
            channels: u16::try_from(self.channels.len()).map_err(|_| hound::Error::TooWide)?,
            sample_rate: self.sample_rate_hz,
            bits_per_sample: 32,
            sample_format: hound::SampleFormat::Float,
        };
        let mut writer = hound::WavWriter::create(path, spec)?;
        for frame in 0..self.channels.first().map_or(0, Vec::len) {
            for channel in &self.channels {
                writer.write_sample(channel[frame])?;
            }
        }
        writer.finalize()
    }
}
