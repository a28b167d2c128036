//! `cargo xtask test`: everything that must hold before a change lands.

use crate::display::VirtualDisplay;
use crate::steps::{Steps, cargo, execute};
use crate::{bundle, python, setup};
use anyhow::Result;
use std::process::Command;

/// Runs all checks in order; stops at the first that fails.
pub fn run() -> Result<()> {
    nice_plug_xtask::chdir_workspace_root()?;
    let mut steps = Steps::default();
    steps.run("rustfmt and clippy are there", setup::rust_components)?;
    steps.run("system packages", setup::system_packages)?;
    steps.run("formatting", || execute(cargo(&["fmt", "--all", "--check"])))?;
    steps.run("lints", || {
        execute(cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))
    })?;
    steps.run("release bundles", || bundle::run(Vec::new()))?;
    // Beside the renderer of the Python tests, this makes the plugin with its allocation guard.
    steps.run("debug build", || execute(cargo(&["build", "--workspace"])))?;
    steps.run("unit tests", || {
        execute(cargo(&["test", "--workspace", "--exclude", "proscenium-tests"]))
    })?;
    steps.run("standalone program", || {
        execute(cargo(&["build", "--package", "proscenium", "--features", "standalone"]))
    })?;
    let display = match cfg!(target_os = "linux") {
        true => Some(VirtualDisplay::start()?),
        false => None,
    };
    let on_display = |command: &mut Command| {
        if let Some(display) = &display {
            command.env("DISPLAY", display.name());
        }
    };
    steps.run("CLAP host and editor tests", || {
        let mut tests = cargo(&["test", "--package", "proscenium-tests"]);
        on_display(&mut tests);
        execute(tests)
    })?;
    steps.run("Python environment", python::prepare)?;
    steps.run("VST3 host tests", || {
        let mut pytest = python::pytest()?;
        pytest.env("PROSCENIUM_TARGET", bundle::target_dir()?);
        on_display(&mut pytest);
        execute(pytest)
    })?;
    steps.print();
    Ok(())
}
