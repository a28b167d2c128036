//! `cargo xtask test`: everything that must hold before a change lands.

use crate::steps::{Steps, cargo, execute, execute_ignored_test};
use crate::{bundle, python, setup, supply_chain};
use anyhow::Result;

/// Needs a DAW that not every machine can have.
const ARDOUR_TESTS: &str = "tests/python/test_ardour.py";
/// Need a browser, likewise.
const REPORT_TESTS: &str = "tests/python/test_report.py";
/// A platform with other vector instructions.
const ARM: &str = "aarch64-unknown-linux-gnu";

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
    steps.run_if(&format!("check for {ARM}"), setup::has_target(ARM), || {
        execute(cargo(&["check", "--package", "proscenium", "--target", ARM]))
    })?;
    steps.run("cargo-deny", supply_chain::prepare)?;
    steps.run("licences, versions and sources of dependencies", supply_chain::check)?;
    steps.run_if(
        "known vulnerabilities of dependencies",
        supply_chain::fetch_vulnerabilities(),
        supply_chain::check_vulnerabilities,
    )?;
    steps.run("release bundles", || bundle::run(Vec::new()))?;
    // Beside the renderer of the Python tests, this makes the plugin with its allocation guard.
    steps.run("debug build", || execute(cargo(&["build", "--workspace"])))?;
    // Before the unit tests, some of which listen with it too.
    steps.run_if("designs for a measured head", setup::MEASURED_HEAD.prepare(), || {
        execute(cargo(&[
            "test",
            "--package",
            "proscenium-dsp",
            "--test",
            "measured_head",
        ]))
    })?;
    steps.run("unit tests", || {
        execute(cargo(&["test", "--workspace", "--exclude", "proscenium-tests"]))
    })?;
    let name = "exported filters in BruteFIR";
    steps.run_if(name, setup::BRUTEFIR.prepare(), || {
        let test = "export::brutefir_plays_what_the_engine_plays";
        execute_ignored_test("proscenium-cli", "program", test)
    })?;
    steps.run("standalone program", || {
        execute(cargo(&["build", "--package", "proscenium", "--features", "standalone"]))
    })?;
    steps.run("CLAP host and editor tests", || {
        execute(cargo(&["test", "--package", "proscenium-tests"]))
    })?;
    steps.run("Python environment", python::prepare)?;
    steps.run("VST3 host tests, room and SOFA beside others' implementations", || {
        let others = ["--ignore", ARDOUR_TESTS, "--ignore", REPORT_TESTS];
        execute(python::pytest(&[&others[..], &["tests/python"]].concat())?)
    })?;
    let name = "the report's page in Chromium";
    steps.run_if(name, setup::CHROMIUM.prepare(), || {
        execute(python::pytest(&[REPORT_TESTS])?)
    })?;
    let name = "VST3 in Ardour";
    steps.run_if(name, setup::ARDOUR.prepare(), || {
        execute(python::pytest(&[ARDOUR_TESTS])?)
    })?;
    steps.print();
    Ok(())
}
