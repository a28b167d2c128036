//! Runs named steps one after the other, stops at the first failure, tells how long each took.

use anyhow::{Context, Result, bail};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The steps done so far, and those left out.
#[derive(Default)]
pub struct Steps {
    done: Vec<(String, Duration)>,
    skipped: Vec<(String, String)>,
}

impl Steps {
    /// Runs a step.
    ///
    /// # Errors
    /// When the step fails; the message names it.
    pub fn run(&mut self, name: &str, step: impl FnOnce() -> Result<()>) -> Result<()> {
        println!("\n── {name}");
        let begun = Instant::now();
        step().with_context(|| format!("step failed: {name}"))?;
        self.done.push((name.to_owned(), begun.elapsed()));
        Ok(())
    }

    /// Runs a step that not every machine can, or tells why it is left out, now and at the end.
    ///
    /// # Errors
    /// When the step fails; the message names it.
    pub fn run_if(&mut self, name: &str, ready: Result<(), String>, step: impl FnOnce() -> Result<()>) -> Result<()> {
        match ready {
            Ok(()) => self.run(name, step),
            Err(reason) => {
                println!("\n── {name}\nskipped: {reason}");
                self.skipped.push((name.to_owned(), reason));
                Ok(())
            }
        }
    }

    /// Prints the duration of every step, and what was left out.
    pub fn print(&self) {
        println!();
        for (name, duration) in &self.done {
            println!("{:>7.1} s  {name}", duration.as_secs_f64());
        }
        let total: Duration = self.done.iter().map(|(_, duration)| *duration).sum();
        println!("{:>7.1} s  in all", total.as_secs_f64());
        for (name, reason) in &self.skipped {
            println!("  SKIPPED  {name}: {reason}");
        }
    }
}

/// Cargo with arguments: the one that runs this program.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    command
}

/// Runs a command to its end, without standard input.
///
/// # Errors
/// When it cannot be started or fails; the message holds the command line.
pub fn execute(mut command: Command) -> Result<()> {
    let line = command_line(&command);
    let status = command
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("cannot run: {line}"))?;
    if !status.success() {
        bail!("{line}: {status}");
    }
    Ok(())
}

/// Runs one test that is ignored otherwise, and prints what it prints.
///
/// # Errors
/// When it fails, and when there is no test of that name.
pub fn execute_ignored_test(package: &str, target: &str, name: &str) -> Result<()> {
    let target = ["test", "--package", package, "--test", target];
    let one = ["--", "--ignored", "--exact", "--nocapture", name];
    let output = cargo(&[&target[..], &one[..]].concat())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run the test {name}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    print!("{said}");
    if !output.status.success() {
        bail!("the test {name} failed");
    }
    if !said.contains("1 passed") {
        bail!("there is no test {name}");
    }
    Ok(())
}

fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
