//! The Python environment of the VST3 host tests, under the target directory.

use crate::bundle::target_dir;
use crate::setup;
use crate::steps::execute;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Exact versions of the hosts and their test runner.
const REQUIREMENTS: &str = "tests/python/requirements.txt";

/// Makes the environment, or makes it anew when the requirements changed.
pub fn prepare() -> Result<()> {
    let home = home()?;
    let wanted = fs::read_to_string(REQUIREMENTS).with_context(|| REQUIREMENTS.to_owned())?;
    let stamp = home.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) && interpreter(&home).exists() {
        return Ok(());
    }
    if home.exists() {
        fs::remove_dir_all(&home).with_context(|| format!("cannot remove {}", home.display()))?;
    }
    let mut create = setup::python();
    create.args(["-m", "venv"]).arg(&home);
    execute(create)?;
    let mut install = Command::new(interpreter(&home));
    install.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
    ]);
    install.args(["--requirement", REQUIREMENTS]);
    execute(install)?;
    // Written last: an installation that broke off is made again.
    fs::write(&stamp, wanted).with_context(|| stamp.display().to_string())
}

/// The test runner in the prepared environment, on what `arguments` name.
pub fn pytest(arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(interpreter(&home()?));
    command
        .args(["-m", "pytest", "-p", "no:cacheprovider"])
        .args(arguments)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PROSCENIUM_TARGET", target_dir()?);
    Ok(command)
}

fn home() -> Result<PathBuf> {
    Ok(target_dir()?.join("python"))
}

fn interpreter(home: &Path) -> PathBuf {
    if cfg!(windows) {
        home.join("Scripts/python.exe")
    } else {
        home.join("bin/python")
    }
}
