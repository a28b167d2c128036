//! `cargo xtask golden`: the renders that later versions are to sound like.

use crate::bundle;
use crate::steps::{cargo, execute};
use anyhow::Result;

/// Bundles the plugin and writes `tests/data/golden.toml` from what it renders.
pub fn run() -> Result<()> {
    bundle::run(Vec::new())?;
    let mut take = cargo(&["test", "--package", "proscenium-tests", "--test", "golden"]);
    take.env("PROSCENIUM_TAKE_GOLDENS", "1");
    execute(take)
}
