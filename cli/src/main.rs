//! The program `proscenium`.

use clap::Parser as _;
use proscenium_cli::arguments::{Arguments, Command};
use proscenium_cli::devices;
use proscenium_cli::report::Report;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match &arguments.command {
        Command::Devices { command } => devices::run(command.as_ref()),
    };
    outcome.unwrap_or_else(Report::from).print(arguments.json)
}
