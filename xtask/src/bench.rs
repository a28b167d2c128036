//! `cargo xtask bench`: what the built plugin costs, stage by stage and as a whole, and what others cost; `bench quality`: how
//! good it is beside published methods.

use crate::steps::{cargo, execute};
use crate::{bundle, setup};
use anyhow::{Result, ensure};
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

const TESTS: [&str; 2] = ["--package", "proscenium-tests"];
const DSP: [&str; 2] = ["--package", "proscenium-dsp"];

/// Moves of the listener that are timed.
const RETARGET_MOVES: &str = "300";

/// Prints it all; single blocks are timed for that many minutes.
pub fn run(minutes: &str) -> Result<()> {
    nice_plug_xtask::chdir_workspace_root()?;
    setup::system_packages()?;
    if let Err(reason) = setup::BRUTEFIR.prepare() {
        println!("{reason}");
    }
    bundle::run(Vec::new())?;
    let bins = [&["build", "--quiet", "--bins"], &TESTS[..]].concat();
    execute(cargo(&bins))?;
    execute(cargo(&[&bins[..], &["--release"]].concat()))?;

    let cost = |arguments: &[&str]| {
        let mut cost = like_audio(&bundle::target_dir()?.join("release/cost"));
        cost.arg(bundle::clap_path()?).args(arguments);
        execute(cost)
    };
    let example = |name: &str| {
        let run = ["run", "--quiet", "--release", "--example", name];
        execute(cargo(&[&run[..], &DSP[..]].concat()))
    };
    heading("the whole plugin");
    cost(&["cpu"])?;
    heading("instances");
    cost(&["instances"])?;
    heading("single blocks");
    cost(&["blocks", minutes])?;
    heading("a listener who moves");
    cost(&["retarget", RETARGET_MOVES])?;
    heading("instructions");
    let test = ["test", "--quiet", "--test", "instructions"];
    execute(cargo(&[&test[..], &TESTS[..], &["--", "--nocapture"]].concat()))?;
    heading("stages");
    let bench = ["bench", "--quiet", "--bench", "stages"];
    execute(cargo(&[&bench[..], &DSP[..]].concat()))?;
    heading("peers");
    example("convolution_peers")?;
    heading("growth");
    growth()
}

/// How good it is beside published methods: prints the tables, and writes pages of the documentation.
pub fn quality() -> Result<()> {
    nice_plug_xtask::chdir_workspace_root()?;
    for optional in [setup::MEASURED_HEAD].iter().chain(&setup::MIXES) {
        if let Err(reason) = optional.prepare() {
            println!("{reason}");
        }
    }
    execute(cargo(&[
        "run",
        "--quiet",
        "--release",
        "--package",
        "proscenium-quality",
    ]))
}

/// The table of how the cost grows, and its picture in the documentation.
fn growth() -> Result<()> {
    let examples = bundle::target_dir()?.join("release/examples");
    let build = ["build", "--quiet", "--release", "--examples"];
    execute(cargo(&[&build[..], &DSP[..]].concat()))?;
    let table = bundle::target_dir()?.join("growth.csv");
    let mut count = Command::new(examples.join("engine_growth"));
    let counted = count.arg("instructions").stderr(Stdio::inherit()).output()?;
    ensure!(counted.status.success(), "engine_growth: {}", counted.status);
    print!("{}", String::from_utf8_lossy(&counted.stdout));
    fs::write(&table, counted.stdout)?;
    let mut draw = Command::new(examples.join("growth_plot"));
    let drawn = draw.arg("docs/images/growth.svg").stdin(File::open(&table)?).status()?;
    ensure!(drawn.success(), "growth_plot: {drawn}");
    Ok(())
}

/// A program whose main thread, and no other, has the priority that hosts give their audio thread, if that is allowed.
fn like_audio(program: &Path) -> Command {
    let chrt = || {
        let mut chrt = Command::new("chrt");
        chrt.args(["--reset-on-fork", "--fifo", "10"]);
        chrt
    };
    let mut trial = chrt();
    let allowed = trial.arg("true").stderr(Stdio::null()).status();
    if allowed.is_ok_and(|status| status.success()) {
        let mut command = chrt();
        command.arg(program);
        command
    } else {
        println!("without real-time priority, which is not allowed here: other programs show in the times");
        Command::new(program)
    }
}

fn heading(name: &str) {
    println!("\n── {name}");
}
