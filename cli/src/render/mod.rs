//! `proscenium render`: files through the engine, as an offline bounce of the plugin.
//!
//! ```text
//! inputs ─► jobs (output, recipe) ─► shard ─► workers, each: ProgrammeReader ─► Player ─► WaveWriter ─► final name
//! ```

mod bounce;
mod job;
mod player;
mod progress;
mod shard;
mod studio;
mod workers;

pub use job::Job;
pub use player::Player;
pub use shard::Shard;
pub use studio::Studio;

use crate::failure::Failure;
use crate::output_folder::OutputFolder;
use crate::parameters::{DesignParameters, PlaybackParameters, SideParameters, id, merged};
use crate::report::Report;
use crate::{device_source, room_source};
use clap::{Args, ValueEnum};
use job::Outcome;
use progress::Progress;
use proscenium_dsp::engine::Output;
use serde_json::{Value, json};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// What to render and how.
#[derive(Debug, Args)]
pub struct RenderArguments {
    /// Mono or stereo WAV, FLAC, MP3 or Ogg Vorbis files
    #[arg(required = true, value_name = "IN")]
    pub inputs: Vec<PathBuf>,
    /// Name of a preset, or path of a device file
    #[arg(long, value_name = "NAME|FILE", default_value = "tabletop")]
    pub device: String,
    /// What the channels of the output carry
    #[arg(long, value_enum, default_value_t = OutputChoice::Drivers)]
    pub output: OutputChoice,
    /// Room for --room custom: a TOML file with size_m, absorption, air, device_m
    #[arg(long, value_name = "FILE")]
    pub room_file: Option<PathBuf>,
    /// Folder to write to
    #[arg(short, long, value_name = "DIR")]
    pub output_folder: PathBuf,
    /// Render only the K-th of N shares of the inputs, by their order
    #[arg(long, value_name = "K/N", default_value_t = Shard::default())]
    pub shard: Shard,
    /// Files to work on at a time [default: as many as there are processors]
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// Render all files anew and overwrite what is there
    #[arg(long)]
    pub force: bool,
    /// What left and right depend on besides their filters.
    #[command(flatten)]
    pub sides: SideParameters,
    /// What else the plugin has.
    #[command(flatten)]
    pub playback: PlaybackParameters,
    /// What the filters depend on.
    #[command(flatten)]
    pub design: DesignParameters,
}

/// What the channels of the output carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputChoice {
    /// One signal for each driver, in the order of the device
    Drivers,
    /// The virtual pair for headphones
    Headphones,
    /// What the listener's ears receive from the drivers
    Preview,
    /// Left, right, centre
    Stems,
}

impl From<OutputChoice> for Output {
    fn from(choice: OutputChoice) -> Self {
        match choice {
            OutputChoice::Drivers => Self::Drivers,
            OutputChoice::Headphones => Self::Headphones,
            OutputChoice::Preview => Self::Preview,
            OutputChoice::Stems => Self::Stems,
        }
    }
}

/// Renders all inputs of the shard that are not finished yet.
///
/// # Errors
/// When nothing can begin: an unknown device, a room that it is not in, outputs of the same name. What is wrong with single files is in the report.
pub fn run(arguments: &RenderArguments) -> Result<Report, Failure> {
    let named = arguments.design.listened_to(device_source::find(&arguments.device)?)?;
    let room = room_source::find(arguments.playback.room, arguments.room_file.as_deref())?;
    let jobs = job::plan(arguments, &named, room.as_ref())?;
    let studio = Studio::new(arguments, named, room)?;
    let folder = OutputFolder::new(&arguments.output_folder, arguments.force)?;
    let jobs: Vec<Job> = arguments.shard.share(jobs).collect();
    let progress = Progress::new(jobs.iter().map(|job| job.input_bytes).sum());
    let outcomes = workers::perform_all(&jobs, arguments.jobs, |job| {
        bounce::perform(job, &studio, &folder, arguments.force, &progress)
    });
    progress.clear();
    Ok(report(arguments, &jobs, outcomes))
}

fn report(arguments: &RenderArguments, jobs: &[Job], outcomes: Vec<Result<Outcome, Failure>>) -> Report {
    let mut report = Report::default();
    let mut entries: Vec<Value> = Vec::new();
    let (mut rendered, mut finished_before) = (0, 0);
    for (job, outcome) in jobs.iter().zip(outcomes) {
        let (status, rest) = match outcome {
            Ok(Outcome::Rendered { frames, sample_rate_hz }) => {
                rendered += 1;
                (
                    "rendered",
                    json!({ "frames": frames, "sample_rate_hz": sample_rate_hz }),
                )
            }
            Ok(Outcome::FinishedBefore) => {
                finished_before += 1;
                ("finished before", json!({}))
            }
            Err(failure) => {
                let rest = json!({ "error": failure.to_string() });
                report.failures.push(failure);
                ("failed", rest)
            }
        };
        let place = json!({
            "input": job.input.display().to_string(),
            "output": arguments.output_folder.join(&job.output).display().to_string(),
            "status": status,
        });
        entries.push(merged([place, rest]));
    }
    report.text = format!(
        "{}: {rendered} rendered, {finished_before} finished before, {} failed, in {}\n",
        id(&arguments.output),
        report.failures.len(),
        arguments.output_folder.display()
    );
    report.json = entries.into();
    report
}
