//! A configuration for CamillaDSP 4, through a typed form of the fields that its README documents.

use super::{Export, INPUTS};
use crate::failure::Failure;
use crate::output_folder::OutputFolder;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Name of the configuration.
const CONFIGURATION: &str = "camilladsp.yml";
/// Samples that CamillaDSP processes at a time.
const CHUNK: usize = 1024;
/// Mixers: each input to each driver's filter, and the sum for each driver.
const SPREAD: &str = "to_filters";
const SUM: &str = "to_drivers";

/// A whole configuration, as far as this program needs it.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// Where audio comes from and goes to.
    pub devices: Devices,
    /// By name.
    pub filters: BTreeMap<String, Filter>,
    /// By name.
    pub mixers: BTreeMap<String, Mixer>,
    /// From input to output.
    pub pipeline: Vec<Step>,
}

/// `devices`
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Devices {
    /// Sample rate, hertz.
    pub samplerate: u32,
    /// Samples processed at a time.
    pub chunksize: usize,
    /// Source.
    pub capture: Capture,
    /// Sink.
    pub playback: Playback,
}

/// Raw samples from a pipe.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
pub enum Capture {
    /// The standard input.
    Stdin {
        /// Number of channels.
        channels: usize,
        /// Sample format.
        format: SampleFormat,
        /// Silence after the end, samples.
        extra_samples: usize,
    },
}

/// Raw samples to a pipe.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
pub enum Playback {
    /// The standard output.
    Stdout {
        /// Number of channels.
        channels: usize,
        /// Sample format.
        format: SampleFormat,
    },
}

/// Formats of samples.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub enum SampleFormat {
    /// 32-bit float, little-endian.
    #[serde(rename = "F32_LE")]
    F32Le,
}

/// An entry of `filters`.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
pub enum Filter {
    /// Convolution.
    Conv {
        /// With what.
        parameters: Coefficients,
    },
}

/// Where coefficients are.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
pub enum Coefficients {
    /// In a channel of a WAV file.
    Wav {
        /// Path, relative to the configuration.
        filename: String,
        /// Channel, from 0.
        channel: usize,
    },
}

/// An entry of `mixers`.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mixer {
    /// Numbers of channels.
    pub channels: MixerChannels,
    /// One entry for each output.
    pub mapping: Vec<Mapping>,
}

/// Numbers of channels of a mixer.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MixerChannels {
    /// Inputs.
    pub r#in: usize,
    /// Outputs.
    pub out: usize,
}

/// What an output of a mixer gets.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Output channel, from 0.
    pub dest: usize,
    /// What is added up.
    pub sources: Vec<Source>,
}

/// An input of a mixer, at 0 dB.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Input channel, from 0.
    pub channel: usize,
}

/// A step of the pipeline.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", deny_unknown_fields)]
pub enum Step {
    /// A mixer by its name.
    Mixer {
        /// Its name.
        name: String,
    },
    /// Filters by their names.
    Filter {
        /// Channels that they act on, from 0.
        channels: Vec<usize>,
        /// Their names.
        names: Vec<String>,
    },
}

/// Names of all files.
pub(super) fn files() -> Vec<String> {
    let waves = INPUTS.map(|input| format!("{input}.wav"));
    std::iter::once(String::from(CONFIGURATION)).chain(waves).collect()
}

/// Writes them.
pub(super) fn write(export: &Export, folder: &OutputFolder) -> Result<(), Failure> {
    super::waves::write(export, folder)?;
    let drivers = export.chain.drivers();
    let rate = export.sample_rate_hz;
    let mut text = String::new();
    for line in export.notes() {
        text += &format!("# {line}\n");
    }
    text += &format!(
        "#
# Raw 32-bit floats go in and out, two channels in and {drivers} out:
#   sox in.wav -t f32 - | camilladsp {CONFIGURATION} | sox -t f32 -c {drivers} -r {rate} - out.wav
# To play instead, put devices of your system in the place of capture and playback. Releases before 4 call the
# sample format FLOAT32LE.
"
    );
    let hint = "please report this";
    text += &serde_saphyr::to_string(&configuration(export))
        .map_err(|error| Failure::file(format!("{CONFIGURATION}: {error}"), hint))?;
    folder.write(CONFIGURATION, text.as_bytes())
}

fn configuration(export: &Export) -> Configuration {
    let drivers = export.chain.drivers();
    let lanes = || (0..2).flat_map(|input| (0..drivers).map(move |driver| (input, driver)));
    let filter = |(input, driver): (usize, usize)| {
        let parameters = Coefficients::Wav {
            filename: format!("{}.wav", INPUTS[input]),
            channel: driver,
        };
        (export.filter_name(input, driver), Filter::Conv { parameters })
    };
    let mapping = |dest, sources: &[usize]| Mapping {
        dest,
        sources: sources.iter().map(|&channel| Source { channel }).collect(),
    };
    let mixer = |(inputs, mapping): (usize, Vec<Mapping>)| Mixer {
        channels: MixerChannels {
            r#in: inputs,
            out: mapping.len(),
        },
        mapping,
    };
    // Lane `input · drivers + driver` carries an input to the driver.
    let spread = lanes().enumerate().map(|(lane, (input, _))| mapping(lane, &[input]));
    let sum = (0..drivers).map(|driver| mapping(driver, &[driver, drivers + driver]));
    let mixers = [
        (String::from(SPREAD), mixer((2, spread.collect()))),
        (String::from(SUM), mixer((2 * drivers, sum.collect()))),
    ];
    let filters = lanes().enumerate().map(|(lane, (input, driver))| Step::Filter {
        channels: vec![lane],
        names: vec![export.filter_name(input, driver)],
    });
    let mixer_step = |name: &str| Step::Mixer {
        name: String::from(name),
    };
    Configuration {
        devices: Devices {
            samplerate: export.sample_rate_hz,
            chunksize: CHUNK,
            capture: Capture::Stdin {
                channels: 2,
                format: SampleFormat::F32Le,
                extra_samples: export.chain.taps(),
            },
            playback: Playback::Stdout {
                channels: drivers,
                format: SampleFormat::F32Le,
            },
        },
        filters: lanes().map(filter).collect(),
        mixers: mixers.into(),
        pipeline: std::iter::once(mixer_step(SPREAD))
            .chain(filters)
            .chain([mixer_step(SUM)])
            .collect(),
    }
}
