//! The command line as a whole.

use crate::design::DesignArguments;
use crate::device_report::ReportArguments;
use crate::devices::DevicesCommand;
use crate::export::ExportArguments;
use crate::failure::Failure;
use crate::render::RenderArguments;
use clap::{Parser, Subcommand};

/// Wide and near stereo from compact loudspeakers: devices, filters, and files rendered for them.
#[derive(Debug, Parser)]
#[command(name = "proscenium", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Arguments {
    /// Print the outcome as JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str =
    "Exit codes: 0 all went well; 1 something is wrong with a file; 2 the command cannot work as called.";

const DEVICES_EXAMPLES: &str = "Examples:
  proscenium devices                               # the presets
  proscenium devices show soundbar > mine.toml     # a device file to start from
  proscenium devices check mine.toml --json";

const DESIGN_EXAMPLES: &str = "Examples:
  proscenium design --device laptop -o filters
  proscenium design --device mine.toml --distance 0.6 --zone 5 --effort 9 --rate 96000 -o filters --json
  proscenium design --head sphere:0.09 -o filters          # or --head kemar.sofa

Writes left-base.wav, left-full.wav, right-base.wav, right-full.wav, center-base.wav, center-full.wav (a channel for each \
driver, 32-bit floats) and design.json, which says how they belong together.";

const EXPORT_EXAMPLES: &str = "Examples:
  proscenium export --to camilladsp --device soundbar -o soundbar
  proscenium export --to brutefir --device laptop --width 45 --rate 44100 -o laptop
  proscenium export --to wav --program binaural -o ears
  proscenium export --to sofa --device tablet --tone 0 -o tablet

In it (but for sofa): Programme Stereo with Upmix Off (virtual pair at the given width), or Binaural (left and right are ear signals); \
crosstalk cancellation at the given strength, tone, output level: 2 inputs to the drivers.

Not in it: centre extraction and centre beam, which follow the programme and are not a static filter; the peak guard.

sofa is for tools that look at filters: those of left, right and centre with and without their effects, as the command design \
writes them, in one file of AES69's convention GeneralFIR. It has a date; SOURCE_DATE_EPOCH sets it.";

const RENDER_EXAMPLES: &str = "Examples:
  proscenium render song.flac --device soundbar -o out     # out/song.drivers.wav, a channel per driver
  proscenium render *.mp3 --output headphones --width 45 -o out
  proscenium render catalogue/*.wav --device laptop --shard $SLURM_ARRAY_TASK_ID/16 -o out --json

Outputs are 32-bit float WAV files (RF64 beyond 4 GB) of the input's sample rate and length, in time with it: the samples of \
an offline bounce of the plugin, without its latency.

A file is written as NAME.part and gets its name when it is complete, with all settings in its comment. Called again after an \
interruption, the command passes over every complete file whose comment names the same input (name, size, time), program, \
device and settings; what else exists it leaves alone and reports.";

const REPORT_EXAMPLES: &str = "Examples:
  proscenium report --device tablet -o report.html       # a page to send to a colleague
  proscenium report --device mine.toml --zone 5 --room office
  proscenium report --device soundbar --json > soundbar.json

The page holds drawings of the device, polar plots and maps beside plain stereo and matrix mixing, cancellation, effort, colour, \
the listening zone, filters, the device in a room, and every figure with its floor and aim. It is one file that asks nothing of a \
network. The same device and settings make the same page.";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List devices, check device files, show a device
    #[command(after_help = DEVICES_EXAMPLES)]
    Devices {
        /// Lists the presets if left out.
        #[command(subcommand)]
        command: Option<DevicesCommand>,
    },
    /// Design filters and write them as WAV files, with a description in JSON
    #[command(after_help = DESIGN_EXAMPLES)]
    Design(DesignArguments),
    /// Write filters as a ready configuration of a convolution engine: 2 inputs to the drivers
    #[command(after_help = EXPORT_EXAMPLES)]
    Export(ExportArguments),
    /// Render files: one channel for each driver, headphones, preview, or stems
    #[command(after_help = RENDER_EXAMPLES)]
    Render(RenderArguments),
    /// Tell what a device can do: a page for people, figures for machines
    #[command(after_help = REPORT_EXAMPLES)]
    Report(ReportArguments),
}

/// Reads the command line.
///
/// # Errors
/// When it cannot be understood, in one line; the text of `--help` and `--version` instead where that is asked for.
pub fn parse() -> Result<Arguments, ParseOutcome> {
    Arguments::try_parse().map_err(|error| match error.use_stderr() {
        false => ParseOutcome::Help(error),
        true => {
            let text = error.to_string();
            let lines = text
                .lines()
                .map(str::trim)
                .take_while(|line| !line.starts_with("Usage:"));
            let told: Vec<&str> = lines
                .filter(|line| !line.is_empty() && !line.starts_with("For more"))
                .collect();
            let what = told.join(" ");
            let hint = "--help shows what is allowed";
            ParseOutcome::Usage(Failure::usage(what.strip_prefix("error: ").unwrap_or(&what), hint))
        }
    })
}

/// Why there are no arguments.
#[derive(Debug)]
pub enum ParseOutcome {
    /// Help or version was asked for; it prints itself.
    Help(clap::Error),
    /// A mistake.
    Usage(Failure),
}
