//! `proscenium report`: what a device can do, on one page for people and as figures for machines.
//!
//! ```text
//! device, settings ─► Subject (filters, and the same at Tone 0)
//!     ─► figures: groups with floors and aims, measured in the acoustic model and through the engine
//!     ─► paths, rooms
//!     ─► page: all of it with drawings, in one HTML file        ─► JSON: all of it but for the drawings
//! ```

mod beam_figures;
mod cancellation_figures;
mod ear_figures;
mod engine_figures;
mod engine_run;
mod figure;
mod figures;
mod in_room;
mod page;
mod paths;
mod radiation;
mod subject;
mod text;

use crate::device_source;
use crate::failure::Failure;
use crate::output_folder::OutputFolder;
use crate::parameters::{DesignParameters, id};
use crate::report::Report;
use clap::{Args, ValueEnum};
use figure::FigureGroup;
use in_room::InRoom;
use paths::PathFigures;
use proscenium_dsp::room::Room;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use subject::Subject;

/// What to report on.
#[derive(Debug, Args)]
pub struct ReportArguments {
    /// Name of a preset, or path of a device file
    #[arg(long, value_name = "NAME|FILE", default_value = "tabletop")]
    pub device: String,
    /// The page to write, one HTML file; without it figures are printed and nothing is written
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The room in which the device is judged
    #[arg(long, value_enum, default_value_t = RoomChoice::LivingRoom)]
    pub room: RoomChoice,
    /// Sample rate of the filters, Hz
    #[arg(long, value_name = "HZ", default_value_t = 48_000, value_parser = clap::value_parser!(u32).range(44_100..=192_000))]
    pub rate: u32,
    /// Overwrite the file
    #[arg(long)]
    pub force: bool,
    /// What the filters depend on.
    #[command(flatten)]
    pub parameters: DesignParameters,
}

/// Rooms that the library knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoomChoice {
    /// A furnished living room of 5 × 4 × 2.6 m
    LivingRoom,
    /// A small office of 4.2 × 3.2 × 2.7 m
    Office,
}

impl RoomChoice {
    fn room(self) -> Room {
        match self {
            Self::LivingRoom => Room::living_room(),
            Self::Office => Room::office(),
        }
    }

    /// In words.
    fn name(self) -> &'static str {
        match self {
            Self::LivingRoom => "living room",
            Self::Office => "office",
        }
    }
}

/// All that is told of a device.
struct DeviceReport<'a> {
    subject: Subject<'a>,
    /// What the filters depend on besides the device, ids and values in the plugin's units.
    settings: Value,
    groups: Vec<FigureGroup>,
    paths: [PathFigures; 3],
    in_room: InRoom,
}

/// Measures the device; writes the page if one is asked for.
///
/// # Errors
/// When the device is unknown or invalid, or the file exists or cannot be written.
pub fn run(arguments: &ReportArguments) -> Result<Report, Failure> {
    let named = arguments
        .parameters
        .listened_to(device_source::find(&arguments.device)?)?;
    let page = arguments
        .output
        .as_deref()
        .map(|path| page_file(path, arguments.force))
        .transpose()?;
    let subject = Subject::new(&named, arguments.parameters.settings(&named), arguments.rate);
    let report = DeviceReport {
        settings: arguments.parameters.to_json(&named),
        groups: figures::groups(&subject),
        paths: paths::figures(&subject),
        in_room: InRoom::new(&subject, arguments.room),
        subject,
    };
    let mut text = text::of(&report);
    if let Some((folder, name)) = page {
        folder.write(&name, page::of(&report).as_bytes())?;
        text += &format!("\nThe page is in {}\n", folder.join(&name).display());
    }
    Ok(Report {
        text,
        json: report.to_json(),
        ..Report::default()
    })
}

/// Folder and name of the page, which does not exist yet or may be overwritten.
fn page_file(path: &Path, force: bool) -> Result<(OutputFolder, String), Failure> {
    let name = path.file_name().and_then(|name| name.to_str());
    let Some(name) = name.filter(|_| !path.is_dir()) else {
        let what = format!("{} is no name of a file", path.display());
        return Err(Failure::usage(what, "give one such as report.html"));
    };
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let folder = OutputFolder::new(parent.unwrap_or(Path::new(".")), force)?;
    folder.require_absent([name])?;
    Ok((folder, name.to_owned()))
}

impl DeviceReport<'_> {
    fn to_json(&self) -> Value {
        json!({
            "program": concat!("proscenium ", env!("CARGO_PKG_VERSION")),
            "sample_rate_hz": self.subject.sample_rate_hz,
            "settings": self.settings,
            "groups": self.groups.iter().map(FigureGroup::to_json).collect::<Vec<_>>(),
            "paths": self.paths.iter().map(PathFigures::to_json).collect::<Vec<_>>(),
            "room": self.in_room.to_json(),
            "device": device_source::to_json(&self.subject.named.device),
        })
    }
}

/// The id of a room.
fn room_id(room: RoomChoice) -> String {
    id(&room)
}
