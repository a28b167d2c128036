//! The command line as a whole.

use crate::devices::DevicesCommand;
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

const EXIT_CODES: &str = "Exit codes: 0 all went well; 1 something is wrong with a file; 2 the command cannot work as called.";

const DEVICES_EXAMPLES: &str = "Examples:
  proscenium devices                               the presets
  proscenium devices show soundbar > mine.toml     a device file to start from
  proscenium devices check mine.toml --json";

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
}
