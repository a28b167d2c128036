//! `quality [center | scoreboard]`: prints the figures, and writes pages of the documentation.

use std::path::Path;

use anyhow::{Context, Result, bail};
use proscenium_quality::center;

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("the crate lies in the workspace")?;
    match std::env::args().nth(1).as_deref() {
        Some("center") => center::run(root),
        _ => bail!("usage: quality center"),
    }
}
