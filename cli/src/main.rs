//! The program `proscenium`.

use proscenium_cli::arguments::{self, Command, ParseOutcome};
use proscenium_cli::report::Report;
use proscenium_cli::{design, device_report, devices, export, render};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = match arguments::parse() {
        Ok(arguments) => arguments,
        Err(ParseOutcome::Help(help)) => help.exit(),
        Err(ParseOutcome::Usage(failure)) => return Report::from(failure).print(false),
    };
    let outcome = match &arguments.command {
        Command::Devices { command } => devices::run(command.as_ref()),
        Command::Design(arguments) => design::run(arguments),
        Command::Export(arguments) => export::run(arguments),
        Command::Render(arguments) => render::run(arguments),
        Command::Report(arguments) => device_report::run(arguments),
    };
    outcome.unwrap_or_else(Report::from).print(arguments.json)
}
