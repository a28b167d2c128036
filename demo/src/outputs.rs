//! The programme through the plugin's outputs, each to a file.

use crate::bench::{Bench, DRIVERS, Setting};
use crate::decode::Programme;
use crate::measure::{Bound, Figure};
use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use proscenium_host::Wav;
use std::path::Path;

/// CPU time that the whole signal path may take, milliseconds per second of audio.
const COST_LIMIT_MS: f64 = 4.0;

/// File name, setting of the parameter Output, channels.
const OUTPUTS: [(&str, Setting, usize); 3] = [
    ("drivers.wav", ("Output", "Drivers"), DRIVERS),
    ("headphones.wav", ("Output", "Headphones"), 2),
    ("preview.wav", ("Output", "Preview"), 2),
];

/// Writes the input and the three outputs; returns what they cost.
///
/// # Errors
/// When a render fails or a file cannot be written.
pub fn render(bench: &Bench, programme: &Programme, directory: &Path) -> Result<Vec<Figure>> {
    let sample_rate_hz = programme.sample_rate_hz;
    Wav {
        channels: programme.channels.to_vec(),
        sample_rate_hz,
    }
    .write(directory.join("input.wav"))?;
    let frames = programme.channels[0].len();
    let seconds = frames as f64 / f64::from(sample_rate_hz);
    let bar = ProgressBar::new((OUTPUTS.len() * frames) as u64);
    bar.set_style(ProgressStyle::with_template("{msg:15} {wide_bar} {percent:>3} %")?);
    let mut figures = Vec::new();
    for (index, (file, output, channels)) in OUTPUTS.iter().enumerate() {
        bar.set_message(*file);
        let progress = |done: usize| bar.set_position((index * frames + done.min(frames)) as u64);
        let mut rendered = bench.render(&[*output], &programme.channels, sample_rate_hz, progress)?;
        rendered.channels.truncate(*channels);
        Wav {
            channels: rendered.channels,
            sample_rate_hz,
        }
        .write(directory.join(file))?;
        if *channels == DRIVERS {
            let process_s = rendered.process_time.as_secs_f64();
            let limit = Bound::AtMost(COST_LIMIT_MS);
            figures.push(Figure::new(
                "cost, CPU per second of audio",
                1000.0 * process_s / seconds,
                "ms",
                limit,
            ));
            figures.push(Figure::new("realtime factor", seconds / process_s, "x", Bound::Free));
        }
    }
    bar.finish_and_clear();
    Ok(figures)
}
