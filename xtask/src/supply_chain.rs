//! What comes into the program from others: licences, versions and sources as `deny.toml` allows them, and known
//! vulnerabilities where their database is within reach.

use crate::bundle::target_dir;
use crate::steps::{cargo, execute};
use anyhow::{Context, Result};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

const VERSION: &str = "0.20.2";

/// Builds cargo-deny under `target/tools`, unless it is there; without optimisation, since it runs for a second.
pub fn prepare() -> Result<()> {
    let mut version = cargo_deny()?;
    version.arg("--version");
    let found = version.stderr(Stdio::null()).output();
    if found.is_ok_and(|found| String::from_utf8_lossy(&found.stdout).trim() == format!("cargo-deny {VERSION}")) {
        return Ok(());
    }
    let tools = tools()?;
    let build = tools.join("build");
    let mut install = cargo(&[
        "install",
        "--locked",
        "--force",
        "--debug",
        &format!("cargo-deny@{VERSION}"),
    ]);
    install.arg("--root").arg(&tools).arg("--target-dir").arg(&build);
    install.env("CARGO_PROFILE_DEV_DEBUG", "0");
    execute(install)?;
    fs::remove_dir_all(&build).with_context(|| build.display().to_string())
}

/// Licences, versions and sources.
pub fn check() -> Result<()> {
    let mut check = cargo_deny()?;
    check.args(["check", "licenses", "bans", "sources"]);
    execute(check)
}

/// Fetches the database of vulnerabilities.
///
/// # Errors
/// Says why there is none.
pub fn fetch_vulnerabilities() -> Result<(), String> {
    let mut fetch = cargo_deny().map_err(|error| error.to_string())?;
    fetch.args(["fetch", "db"]).env("GIT_TERMINAL_PROMPT", "0");
    match fetch.stdin(Stdio::null()).output() {
        Ok(fetched) if fetched.status.success() => Ok(()),
        _ => Err("the database of RustSec cannot be fetched (github.com/RustSec/advisory-db)".to_owned()),
    }
}

/// Known vulnerabilities, of the database that was fetched.
pub fn check_vulnerabilities() -> Result<()> {
    let mut check = cargo_deny()?;
    check.args(["check", "--disable-fetch", "advisories"]);
    execute(check)
}

fn tools() -> Result<PathBuf> {
    Ok(target_dir()?.join("tools"))
}

fn cargo_deny() -> Result<Command> {
    Ok(Command::new(
        tools()?.join(format!("bin/cargo-deny{}", std::env::consts::EXE_SUFFIX)),
    ))
}
