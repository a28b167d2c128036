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

/// A program or its data that some systems lack or have in another version. What needs it is left out there.
pub struct Optional {
    package: &'static str,
    /// How the version begins that is known to work.
    version: &'static str,
    files: &'static [&'static str],
}

/// The DAW.
pub const ARDOUR: Optional = Optional {
    package: "ardour",
    version: "1:7.",
    files: &[
        "/usr/bin/ardour7-lua",
        "/usr/bin/ardour7-export",
        "/usr/lib/ardour7/ardour-vst3-scanner",
    ],
};

/// A measured head to judge cancellation on.
pub const MEASURED_HEAD: Optional = Optional {
    package: "libmysofa1",
    version: "1.",
    files: &["/usr/share/libmysofa/MIT_KEMAR_normal_pinna.sofa"],
};

/// A convolution engine to compare with, which runs exported filters.
pub const BRUTEFIR: Optional = Optional {
    package: "brutefir",
    version: "1.0",
    files: &["/usr/bin/brutefir"],
};

/// A browser that shows the report's page. On Ubuntu it comes another way, as a snap.
pub const CHROMIUM: Optional = Optional {
    package: "chromium",
    version: "1",
    files: &["/usr/bin/chromium"],
};

/// What plays and speaks the mixes on which the extraction of the centre is judged.
pub const MIXES: [Optional; 3] = [
    Optional {
        package: "fluidsynth",
        version: "2.",
        files: &["/usr/bin/fluidsynth"],
    },
    Optional {
        package: "timgm6mb-soundfont",
        version: "1.3",
        files: &["/usr/share/sounds/sf2/TimGM6mb.sf2"],
    },
    Optional {
        package: "espeak-ng",
        version: "1.51",
        files: &["/usr/bin/espeak-ng"],
    },
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

/// Whether the standard library is there for another platform.
///
/// # Errors
/// Says how to get it.
pub fn has_target(target: &str) -> Result<(), String> {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", target]);
    let folder = rustc.output().map_err(|error| error.to_string())?.stdout;
    match Path::new(String::from_utf8_lossy(&folder).trim()).is_dir() {
        true => Ok(()),
        false => Err(format!("the target is missing; rustup target add {target}")),
    }
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

impl Optional {
    /// Makes sure that it is there.
    ///
    /// # Errors
    /// Says why it is not.
    pub fn prepare(&self) -> Result<(), String> {
        let &Self {
            package,
            version,
            files,
        } = self;
        let has_all = || files.iter().all(|file| Path::new(file).exists());
        if has_all() {
            return Ok(());
        }
        if !may_install() {
            return Err(format!(
                "{package} is missing; on Debian 12, as root: apt-get install -y {package}"
            ));
        }
        let failed = |error: anyhow::Error| format!("{package} cannot be installed: {error}");
        execute(apt_get(&["update"])).map_err(failed)?;
        let mut show = Command::new("apt-cache");
        show.args(["show", package]);
        let offered = show.output().map_err(|error| failed(error.into()))?;
        let wanted = format!("Version: {version}");
        if !String::from_utf8_lossy(&offered.stdout)
            .lines()
            .any(|line| line.starts_with(&wanted))
        {
            return Err(format!("the system's packages do not include {package} {version}x"));
        }
        install(&[package]).map_err(failed)?;
        match has_all() {
            true => Ok(()),
            false => Err(format!(
                "{package} is installed, but not all there: {}",
                files.join(" ")
            )),
        }
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
