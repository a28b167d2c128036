//! WAV files of measured responses: a channel for each microphone.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use hound::{SampleFormat, WavReader};

use super::error::{MeasuredError, MeasuredProblem};
use super::limits::{LONGEST_RESPONSE_S, MOST_SAMPLES, RATES_HZ};
use super::sofa::read_bounded;

/// Channels of one file.
pub(super) struct Wave {
    pub(super) sample_rate_hz: f64,
    pub(super) channels: Vec<Vec<f64>>,
}

impl Wave {
    pub(super) fn open(path: &Path) -> Result<Self, MeasuredError> {
        let bytes = read_bounded(path, "WAV")?;
        // As with SOFA files: whatever the reader makes of a damaged one is an error.
        catch_unwind(AssertUnwindSafe(|| Self::parse(bytes)))
            .unwrap_or_else(|_| Err(MeasuredProblem::NotWave(String::from("its reader gave up"))))
            .map_err(|problem| MeasuredError::new(&path.display().to_string(), problem))
    }

    fn parse(bytes: Vec<u8>) -> Result<Self, MeasuredProblem> {
        let not_wave = |error: hound::Error| MeasuredProblem::NotWave(error.to_string());
        let mut reader = WavReader::new(Cursor::new(bytes)).map_err(not_wave)?;
        let spec = reader.spec();
        let sample_rate_hz = f64::from(spec.sample_rate);
        if !RATES_HZ.contains(&sample_rate_hz) {
            return Err(MeasuredProblem::SampleRate(sample_rate_hz));
        }
        if u64::from(reader.len()) > MOST_SAMPLES {
            return Err(MeasuredProblem::TooManySamples {
                samples: u64::from(reader.len()),
            });
        }
        let seconds = f64::from(reader.duration()) / sample_rate_hz;
        if seconds > LONGEST_RESPONSE_S {
            return Err(MeasuredProblem::TooLong(seconds));
        }
        let samples: Vec<f64> = match spec.sample_format {
            SampleFormat::Float => reader
                .samples::<f32>()
                .map(|x| x.map(f64::from))
                .collect::<Result<_, _>>(),
            SampleFormat::Int => {
                let full = 2_f64.powi(i32::from(spec.bits_per_sample) - 1);
                let scaled = reader.samples::<i32>().map(|x| x.map(|x| f64::from(x) / full));
                scaled.collect::<Result<_, _>>()
            }
        }
        .map_err(not_wave)?;
        let channels = usize::from(spec.channels);
        if samples.is_empty() {
            return Err(MeasuredProblem::NotWave(String::from("it has no samples")));
        }
        if let Some(at) = samples.iter().position(|x| !x.is_finite()) {
            return Err(MeasuredProblem::NotFinite {
                place: format!("channel {}, sample {}", at % channels + 1, at / channels),
                value: samples[at],
            });
        }
        let channel = |n: usize| samples.iter().skip(n).step_by(channels).copied().collect();
        Ok(Self {
            sample_rate_hz,
            channels: (0..channels).map(channel).collect(),
        })
    }
}
