//! `cargo xtask screenshot`: pictures of the editor while the demo clip plays, for README and for whoever changes it.

use crate::steps::{cargo, execute};
use crate::{bundle, setup};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// Where the pictures go.
const DIRECTORY: &str = "docs/images";
/// Names of the pictures, with what the host program does before each.
const PICTURES: [(&str, &[&str]); 7] = [
    ("stage", &["--size", "1100x720", "--click", "tab:beam"]),
    (
        "beam",
        &["--size", "1100x720", "--click", "tab:beam", "--click", "path:left"],
    ),
    ("cancellation", &["--size", "1100x720", "--click", "tab:cancellation"]),
    ("zone", &["--size", "1100x720", "--click", "tab:zone"]),
    ("drivers", &["--size", "800x520", "--click", "tab:drivers"]),
    ("all", &["--size", "1700x1000"]),
    ("stage@2x", &["--size", "2200x1440", "--scale", "2"]),
];

/// Writes all pictures.
pub fn run() -> Result<()> {
    nice_plug_xtask::chdir_workspace_root()?;
    setup::system_packages()?;
    bundle::run(Vec::new())?;
    execute(cargo(&[
        "build",
        "--quiet",
        "--release",
        "--package",
        "proscenium-host",
        "--package",
        "proscenium-demo",
    ]))?;
    let programs = bundle::target_dir()?.join("release");
    let clip = bundle::target_dir()?.join("demo-clip.wav");
    let mut synthesise = std::process::Command::new(programs.join("proscenium-demo"));
    synthesise.arg("--clip").arg(&clip);
    execute(synthesise)?;
    fs::create_dir_all(DIRECTORY).context(DIRECTORY)?;
    for (name, arguments) in PICTURES {
        let path = Path::new(DIRECTORY).join(format!("{name}.png"));
        let mut command = std::process::Command::new(programs.join("editor"));
        command.arg(bundle::clap_path()?).arg("--in-memory");
        command.arg("--in").arg(&clip).args(["--channels", "8"]);
        command.args(arguments).arg("--picture").arg(&path);
        execute(command)?;
        println!("{}", path.display());
    }
    Ok(())
}
