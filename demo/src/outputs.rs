//! The programme through the plugin's outputs, each to a file.

use crate::bench::{Bench, DRIVERS, Run, Setting};
use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use proscenium_demo::decode::Programme;
use proscenium_host::Wav;
use std::path::Path;

/// File name, setting of the parameter Output, channels.
const OUTPUTS: [(&str, Setting, usize); 3] = [
    ("drivers.wav", ("Output", "Drivers"), DRIVERS),
    ("headphones.wav", ("Output", "Headphones"), 2),
    ("preview.wav", ("Output", "Preview"), 2),
];

/// Writes the input and the three outputs.
///
/// # Errors
/// When a render fails or a file cannot be written.
pub fn render(bench: &Bench, programme: &Programme, directory: &Path) -> Result<()> {
    let sample_rate_hz = programme.sample_rate_hz;
    Wav {
        channels: programme.channels.to_vec(),
        sample_rate_hz,
    }
    .write(directory.join("input.wav"))?;
    let frames = programme.channels[0].len();
    let bar = ProgressBar::new((OUTPUTS.len() * frames) as u64);
    bar.set_style(ProgressStyle::with_template("{msg:15} {wide_bar} {percent:>3} %")?);
    for (index, (file, output, channels)) in OUTPUTS.iter().enumerate() {
        bar.set_message(*file);
        let progress = |done: usize| bar.set_position((index * frames + done.min(frames)) as u64);
        let mut rendered = bench.render(&Run::offline(&[*output]), &programme.channels, sample_rate_hz, progress)?;
        rendered.channels.truncate(*channels);
        Wav {
            channels: rendered.channels,
            sample_rate_hz,
        }
        .write(directory.join(file))?;
    }
    bar.finish_and_clear();
    Ok(())
}
