//! What the tests need from the machine: Rust components, a Python with virtual environments, shared libraries, a screen in
//! memory, what the standalone program builds with.
//!
//! Installs system packages by itself on Debian and Ubuntu when it runs as root, else names the command.

use crate::steps::{cargo, execute};
use anyhow::{Result, bail};
use std::path::Path;
use std::process::{Command, Output};

/// Shared libraries that the Python hosts' wheels link without bringing them, or that the editor's window opens, and the
/// Debian packages that have them.
const LIBRARIES: [(&str, &str); 10] = [
    ("libatomic.so.1", "libatomic1"),     // pedalboard
    ("libstdc++.so.6", "libstdc++6"),     // both
    ("libGL.so.1", "libgl1"),             // DawDreamer
    ("libglib-2.0.so.0", "libglib2.0-0"), // DawDreamer's HarfBuzz
    ("libX11.so.6", "libx11-6"),          // DawDreamer's libGL, and the editor
    ("libX11-xcb.so.1", "libx11-xcb1"),
    ("libxcb.so.1", "libxcb1"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    ("libEGL.so.1", "libegl1"),
];
/// Programs, and the Debian packages that have them.
const PROGRAMS: [(&str, &str); 4] = [
    ("Xvfb", "xvfb"),             // the screen in memory
    ("openbox", "openbox"),       // the window manager that DawDreamer wants
    ("pkg-config", "pkg-config"), // finds the following
    ("valgrind", "valgrind"),     // counts instructions
];
/// Libraries that the standalone program builds with, as pkg-config knows them.
const BUILD_LIBRARIES: [(&str, &str); 2] = [("alsa", "libasound2-dev"), ("jack", "libjack-jackd2-dev")];
/// Folders in which Mesa's OpenGL in software may be, and its package.
const SOFTWARE_GL: [&str; 2] = ["/usr/lib/x86_64-linux-gnu/dri", "/usr/lib/aarch64-linux-gnu/dri"];
const SOFTWARE_GL_PACKAGE: &str = "libgl1-mesa-dri";
/// What the tests use of Ardour 7, where Debian puts it.
const ARDOUR_FILES: [&str; 3] = [
    "/usr/bin/ardour7-lua",
    "/usr/bin/ardour7-export",
    "/usr/lib/ardour7/ardour-vst3-scanner",
];

/// Adds rustfmt and clippy to the toolchain where they are missing.
pub fn rust_components() -> Result<()> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if !succeeds(cargo(&[subcommand, "--version"])) {
            let mut command = Command::new("rustup");
            command.args(["component", "add", component]);
            execute(command)?;
        }
    }
    Ok(())
}

/// Makes sure that all of it is there.
pub fn system_packages() -> Result<()> {
    let missing = missing_packages();
    if missing.is_empty() {
        return Ok(());
    }
    let packages = missing.join(" ");
    if !may_install() {
        bail!("missing system packages; as root:\n\n    apt-get update && apt-get install -y {packages}\n");
    }
    execute(apt_get(&["update"]))?;
    install(&missing)?;
    match missing_packages() {
        still if still.is_empty() => Ok(()),
        still => bail!("installed, but still not found: {}", still.join(" ")),
    }
}

/// Makes sure that Ardour 7 is there, if that is possible; else says why not. Some systems lack it or have another version,
/// and the tests can do without.
pub fn ardour() -> Result<(), String> {
    let has_all = || ARDOUR_FILES.iter().all(|file| Path::new(file).exists());
    if has_all() {
        return Ok(());
    }
    if !may_install() {
        return Err("Ardour 7 is missing; on Debian 12, as root: apt-get install -y ardour".to_owned());
    }
    let failed = |error: anyhow::Error| format!("Ardour 7 cannot be installed: {error}");
    execute(apt_get(&["update"])).map_err(failed)?;
    let mut show = Command::new("apt-cache");
    show.args(["show", "ardour"]);
    let offered = show.output().map_err(|error| failed(error.into()))?;
    let is_seven = |line: &str| line.starts_with("Version: 1:7.");
    if !String::from_utf8_lossy(&offered.stdout).lines().any(is_seven) {
        return Err("the system's packages do not include Ardour 7".to_owned());
    }
    install(&["ardour"]).map_err(failed)?;
    match has_all() {
        true => Ok(()),
        false => Err(format!("installed, but not all there: {}", ARDOUR_FILES.join(" "))),
    }
}

/// Whether system packages can be installed from here.
fn may_install() -> bool {
    cfg!(target_os = "linux") && Path::new("/usr/bin/apt-get").exists() && is_root()
}

fn install(packages: &[&str]) -> Result<()> {
    println!("installing {}", packages.join(" "));
    let mut install = apt_get(&["install", "--yes", "--no-install-recommends"]);
    install.args(packages);
    execute(install)
}

fn apt_get(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["--quiet"])
        .args(arguments);
    command
}

/// The Python interpreter from which the environment is made.
pub fn python() -> Command {
    Command::new(if cfg!(windows) { "python" } else { "python3" })
}

fn missing_packages() -> Vec<&'static str> {
    let mut missing = Vec::new();
    let mut ensure_pip = python();
    ensure_pip.args(["-c", "import ensurepip, venv"]);
    if !succeeds(python_version()) {
        missing.push("python3");
    }
    if !succeeds(ensure_pip) {
        missing.push("python3-venv");
    }
    if cfg!(target_os = "linux") {
        let known = loader_cache();
        missing.extend(
            LIBRARIES
                .iter()
                .filter(|(library, _)| !known.contains(library))
                .map(|(_, package)| package),
        );
        missing.extend(
            PROGRAMS
                .iter()
                .filter(|(program, _)| !is_on_path(program))
                .map(|(_, package)| package),
        );
        let is_known = |library: &str| {
            let mut pkg_config = Command::new("pkg-config");
            pkg_config.args(["--exists", library]);
            succeeds(pkg_config)
        };
        missing.extend(
            BUILD_LIBRARIES
                .iter()
                .filter(|(library, _)| !is_known(library))
                .map(|(_, package)| package),
        );
        if !SOFTWARE_GL.iter().any(|folder| Path::new(folder).exists()) {
            missing.push(SOFTWARE_GL_PACKAGE);
        }
    }
    missing
}

fn is_on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).exists())
}

fn python_version() -> Command {
    let mut command = python();
    command.arg("--version");
    command
}

/// What the dynamic loader finds, as a text with one library a line.
fn loader_cache() -> String {
    let listing = Command::new("/sbin/ldconfig").arg("-p").output();
    listing
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default()
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|Output { stdout, .. }| stdout.trim_ascii() == b"0")
}

fn succeeds(mut command: Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}
