//! What is rendered to which file, and how a finished file is recognised.

use super::RenderArguments;
use crate::device_source::{self, NamedDevice};
use crate::failure::Failure;
use crate::parameters::{id, merged};
use crate::room_source;
use proscenium_dsp::room::Room;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// One file to render.
#[derive(Debug, Clone)]
pub struct Job {
    /// The programme.
    pub input: PathBuf,
    /// Its size, bytes; 0 if there is no such file.
    pub input_bytes: u64,
    /// Name of the output file.
    pub output: String,
    /// All that the output depends on. It is the comment of the output file: a complete file with the same one is finished.
    pub recipe: String,
}

/// How a job went.
#[derive(Debug)]
pub enum Outcome {
    /// Now.
    Rendered {
        /// Samples of each channel.
        frames: u64,
        /// Sample rate, hertz.
        sample_rate_hz: u32,
    },
    /// By an earlier run.
    FinishedBefore,
}

/// The jobs of all inputs, in their order.
///
/// # Errors
/// Usage, when two would be written to one file.
pub fn plan(arguments: &RenderArguments, named: &NamedDevice, room: Option<&Room>) -> Result<Vec<Job>, Failure> {
    let settings = merged([
        arguments.design.to_json(named),
        arguments.sides.to_json(),
        arguments.playback.to_json(),
    ]);
    let output = id(&arguments.output);
    let common = json!({
        "program": concat!("proscenium ", env!("CARGO_PKG_VERSION")),
        "output": output,
        "settings": settings,
        "device": device_source::to_json(&named.device),
        "room": room_source::to_json(room),
    });
    let mut inputs_of = HashMap::new();
    let mut jobs = Vec::with_capacity(arguments.inputs.len());
    for input in &arguments.inputs {
        let job = job(input, &output, &common);
        if let Some(other) = inputs_of.insert(job.output.to_lowercase(), input) {
            return Err(Failure::usage(
                format!(
                    "{} and {} would both become {}",
                    other.display(),
                    input.display(),
                    job.output
                ),
                "render them to different folders",
            ));
        }
        jobs.push(job);
    }
    Ok(jobs)
}

fn job(input: &Path, output: &str, common: &Value) -> Job {
    let metadata = fs::metadata(input).ok();
    let stem = input.file_stem().unwrap_or_default().to_string_lossy();
    let modified = metadata.as_ref().and_then(|metadata| metadata.modified().ok());
    let modified = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let input_bytes = metadata.as_ref().map_or(0, Metadata::len);
    let own = json!({
        "input": {
            "name": input.file_name().unwrap_or_default().to_string_lossy(),
            "bytes": input_bytes,
            "modified_s": modified.map(|time| time.as_secs()),
        },
    });
    Job {
        input: input.to_owned(),
        input_bytes,
        output: format!("{stem}.{output}.wav"),
        recipe: merged([common.clone(), own]).to_string(),
    }
}
