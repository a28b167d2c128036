//! Renders a stereo file through the built plugin and prints what was measured from the result.
//!
//! ```text
//! proscenium-demo Proscenium.clap OUTPUT_DIRECTORY [IN.wav|flac|mp3|ogg]
//! proscenium-demo --clip OUT.wav
//! ```
//!
//! Writes `input.wav`, `drivers.wav` (one channel per driver of the device "Tabletop"), `headphones.wav` and
//! `preview.wav`, all in time with each other. Without an input it synthesises one; `--clip` writes nothing but that.

mod bench;
mod measure;
mod outputs;
mod synth;

use anyhow::{Context, Result, bail};
use bench::Bench;
use measure::Figure;
use proscenium_demo::decode::{Programme, decode};
use proscenium_host::Wav;
use std::path::PathBuf;

fn main() -> Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if let [flag, path] = arguments.as_slice()
        && flag.as_os_str() == "--clip"
    {
        let clip = Wav {
            channels: synth::clip().to_vec(),
            sample_rate_hz: synth::SAMPLE_RATE_HZ,
        };
        return clip
            .write(path)
            .with_context(|| format!("cannot write {}", path.display()));
    }
    let (clap, directory, input) = match arguments.as_slice() {
        [clap, directory] => (clap, directory, None),
        [clap, directory, input] => (clap, directory, Some(input)),
        _ => bail!("usage: proscenium-demo Proscenium.clap OUTPUT_DIRECTORY [IN.wav|flac|mp3|ogg]"),
    };
    let programme = match input {
        Some(path) => decode(path)?,
        None => Programme {
            channels: synth::clip(),
            sample_rate_hz: synth::SAMPLE_RATE_HZ,
        },
    };
    std::fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
    let bench = Bench::new(clap)?;
    outputs::render(&bench, &programme, directory)?;
    let figures = measure::all(&bench, &programme)?;
    measure::print(&figures);
    println!(
        "\nwritten to {}: input.wav, drivers.wav, headphones.wav, preview.wav",
        directory.display()
    );
    let missed: Vec<&str> = figures
        .iter()
        .filter(|figure| figure.fails())
        .map(Figure::name)
        .collect();
    if !missed.is_empty() {
        bail!("out of bounds: {}", missed.join("; "));
    }
    Ok(())
}
