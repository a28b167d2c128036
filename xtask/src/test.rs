//! `cargo xtask test`: everything that must hold before a change lands.

use crate::steps::{Steps, cargo, execute};
use crate::{bundle, python, setup};
use anyhow::Result;

/// Needs a DAW that not every machine can have.
const ARDOUR_TESTS: &str = "tests/python/test_ardour.py";

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
    steps.run("CLAP host and editor tests", || {
        execute(cargo(&["test", "--package", "proscenium-tests"]))
    })?;
    steps.run("Python environment", python::prepare)?;
    steps.run("VST3 host tests", || {
        execute(python::pytest(&["--ignore", ARDOUR_TESTS, "tests/python"])?)
    })?;
    let name = "VST3 in Ardour";
    match setup::ardour() {
        Ok(()) => steps.run(name, || execute(python::pytest(&[ARDOUR_TESTS])?))?,
        Err(reason) => steps.skip(name, reason),
    }
    steps.print();
    Ok(())
}
