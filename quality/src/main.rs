//! `quality [center | scoreboard]`: prints the figures, and writes pages of the documentation.

use std::path::Path;

use anyhow::{Result, bail};
use proscenium_quality::{center, scoreboard};

/// Folder of the documentation, from the root of the workspace.
const DOCS: &str = "docs";

fn main() -> Result<()> {
    let (root, docs) = (Path::new("."), Path::new(DOCS));
    match std::env::args().nth(1).as_deref() {
        None => {
            scoreboard::run(docs)?;
            center::run(root)
        }
        Some("scoreboard") => scoreboard::run(docs),
        Some("center") => center::run(root),
        Some(other) => bail!("unknown part '{other}'; there are 'scoreboard' and 'center'"),
    }
}
