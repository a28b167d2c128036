//! `cargo xtask bundle`: the VST3 and CLAP bundles.

use anyhow::{Context, Result};
use std::path::PathBuf;

/// Builds and bundles; without arguments the plugin, optimised.
pub fn run(arguments: Vec<String>) -> Result<()> {
    let arguments = match arguments.is_empty() {
        true => vec!["proscenium".to_owned(), "--release".to_owned()],
        false => arguments,
    };
    let arguments = std::iter::once("bundle".to_owned()).chain(arguments);
    nice_plug_xtask::main_with_args("cargo xtask", arguments)
}

/// Cargo's target directory: the one that holds this very program (as `release/xtask`).
pub fn target_dir() -> Result<PathBuf> {
    let program = std::env::current_exe().context("cannot tell where xtask was built")?;
    let target = program
        .ancestors()
        .nth(2)
        .context("xtask was moved out of cargo's target directory")?;
    Ok(target.to_owned())
}

/// The built CLAP.
pub fn clap_path() -> Result<PathBuf> {
    Ok(target_dir()?.join("bundled").join("Proscenium.clap"))
}
