//! What a command has to say at its end.

use crate::failure::Failure;
use serde_json::Value;
use std::io::{self, Write};
use std::process::ExitCode;

/// The outcome of a command.
#[derive(Debug, Default)]
pub struct Report {
    /// For people, with a line break at the end; may be empty.
    pub text: String,
    /// For machines: the same and more.
    pub json: Value,
    /// What failed while the rest went on.
    pub failures: Vec<Failure>,
}

impl Report {
    /// Prints the report to the standard output, as JSON if asked to, and failures to the standard error, a line each.
    /// Returns the exit code: that of the worst failure, 0 without any.
    #[must_use]
    pub fn print(&self, as_json: bool) -> ExitCode {
        let text = if as_json {
            format!("{:#}\n", self.json)
        } else {
            self.text.clone()
        };
        let written = io::stdout().write_all(text.as_bytes());
        for failure in &self.failures {
            eprintln!("error: {failure}");
        }
        match written {
            // Whoever reads has seen enough.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                eprintln!("error: cannot write to the standard output: {error} (hint: is the disk full?)");
                ExitCode::FAILURE
            }
            _ => ExitCode::from(self.failures.iter().map(Failure::exit_code).max().unwrap_or(0)),
        }
    }
}

impl From<Failure> for Report {
    fn from(failure: Failure) -> Self {
        Self {
            json: serde_json::json!({ "error": failure.to_string() }),
            failures: vec![failure],
            ..Self::default()
        }
    }
}
