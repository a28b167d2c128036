//! `cargo xtask demo`: bundles, then renders and measures with the `proscenium-demo` program.

use crate::bundle;
use crate::steps::cargo;
use anyhow::{Context, Result, bail};
use std::path::Path;

/// Renders `input`, or a synthesised clip.
pub fn run(input: Option<&String>) -> Result<()> {
    // Made absolute before bundling, which changes to the workspace's root.
    let input = match input {
        Some(path) => Some(
            Path::new(path)
                .canonicalize()
                .with_context(|| format!("cannot open '{path}'"))?,
        ),
        None => None,
    };
    bundle::run(Vec::new())?;
    let mut command = cargo(&["run", "--quiet", "--release", "--package", "proscenium-demo", "--"]);
    command
        .arg(bundle::clap_path()?)
        .arg(bundle::target_dir()?.join("demo"))
        .args(input);
    let status = command.status().context("cannot run cargo")?;
    if !status.success() {
        bail!("the demo failed");
    }
    Ok(())
}
