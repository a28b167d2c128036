//! `quality [center | scoreboard]`: prints the figures, and writes pages of the documentation.

use std::path::Path;

use anyhow::{Result, bail};

/// Folder of the documentation, from the root of the workspace.
const DOCS: &str = "docs";

fn main() -> Result<()> {
    let docs = Path::new(DOCS);
    match std::env::args().nth(1).as_deref() {
        None | Some("scoreboard") => proscenium_quality::scoreboard::run(docs),
        Some(other) => bail!("unknown part '{other}'"),
    }
}
