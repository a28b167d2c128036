//! One job from beginning to end.

use super::job::{Job, Outcome};
use super::progress::{FileProgress, Progress};
use super::{Player, Studio};
use crate::failure::Failure;
use crate::output_folder::OutputFolder;
use crate::programme::ProgrammeReader;
use crate::wave::{self, WaveFormat, WaveWriter};
use std::fs::File;
use std::io;
use std::ops::RangeInclusive;

/// Sample rates that the engine has block sizes for, Hz.
const RATES_HZ: RangeInclusive<u32> = 8_000..=384_000;

/// Why a bounce did not come to its end.
enum Interruption {
    /// The input is wrong.
    Input(Failure),
    /// The output cannot be written.
    Output(io::Error),
}

impl From<Failure> for Interruption {
    fn from(failure: Failure) -> Self {
        Self::Input(failure)
    }
}

impl From<io::Error> for Interruption {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Renders one file, unless it is finished already.
///
/// # Errors
/// When something else has the output's name, the input is unfit, or the output cannot be written. Nothing unfinished is left.
pub fn perform(
    job: &Job,
    studio: &Studio,
    folder: &OutputFolder,
    force: bool,
    progress: &Progress,
) -> Result<Outcome, Failure> {
    let output = folder.join(&job.output);
    // Made before anything can fail: the bar passes over the file in any case.
    let mut bar = progress.file(job.input_bytes);
    if !force && output.exists() {
        return match wave::comment(&output) {
            Some(recipe) if recipe == job.recipe => Ok(Outcome::FinishedBefore),
            _ => Err(Failure::file(
                format!(
                    "{} exists and is damaged, or of another input, program or setting",
                    output.display()
                ),
                "give --force to overwrite it, or another folder",
            )),
        };
    }
    let reader = ProgrammeReader::open(&job.input)?;
    let sample_rate_hz = reader.sample_rate_hz();
    if !RATES_HZ.contains(&sample_rate_hz) {
        let what = format!("{} has a sample rate of {sample_rate_hz} Hz", job.input.display());
        return Err(Failure::file(what, "resample it to 8 to 384 kHz"));
    }
    bar.expect_frames(reader.announced_frames());
    let player = studio.player(sample_rate_hz);
    let (new, file) = folder.begin(&job.output)?;
    match bounce(reader, player, file, &job.recipe, &mut bar) {
        Ok(frames) => {
            new.finish(Ok(()))?;
            Ok(Outcome::Rendered { frames, sample_rate_hz })
        }
        Err(Interruption::Input(failure)) => {
            new.discard();
            Err(failure)
        }
        Err(Interruption::Output(error)) => Err(new.fail(&error)),
    }
}

/// Plays all of the programme into a file; returns its length in samples.
fn bounce(
    mut reader: ProgrammeReader,
    mut player: Player,
    file: File,
    recipe: &str,
    bar: &mut FileProgress,
) -> Result<u64, Interruption> {
    let format = WaveFormat {
        channels: player.channels(),
        sample_rate_hz: reader.sample_rate_hz(),
    };
    let mut writer = WaveWriter::new(file, format, Some(recipe))?;
    let mut frames = 0;
    while let Some(piece) = reader.next_piece()? {
        player.play(piece, |channels| writer.write(channels))?;
        frames += piece[0].len() as u64;
        bar.advance_to(frames);
    }
    player.finish(|channels| writer.write(channels))?;
    writer.finish()?;
    Ok(frames)
}
