//! `cargo xtask bench`: what the built plugin costs.

use crate::steps::{cargo, execute};
use crate::{bundle, setup};
use anyhow::Result;
use std::process::Command;

/// Prints processing time, instruction counts, cost of instances and, over that many minutes, time of single blocks.
pub fn run(minutes: &str) -> Result<()> {
    nice_plug_xtask::chdir_workspace_root()?;
    setup::system_packages()?;
    bundle::run(Vec::new())?;
    let package = ["build", "--quiet", "--package", "proscenium-tests", "--bins"];
    execute(cargo(&package))?;
    execute(cargo(&[&package[..], &["--release"]].concat()))?;
    for arguments in [&["cpu"][..], &["instances"], &["blocks", minutes]] {
        println!("\n── {}", arguments[0]);
        let mut cost = Command::new(bundle::target_dir()?.join("release/cost"));
        cost.arg(bundle::clap_path()?).args(arguments);
        execute(cost)?;
    }
    println!("\n── instructions");
    execute(cargo(&[
        "test",
        "--quiet",
        "--package",
        "proscenium-tests",
        "--test",
        "instructions",
        "--",
        "--nocapture",
    ]))
}
