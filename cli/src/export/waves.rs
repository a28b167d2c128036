//! The filters alone: a WAV file for each input, a channel for each driver.

use super::{Export, INPUTS};
use crate::failure::Failure;
use crate::output_folder::OutputFolder;

/// Names of all files.
pub(super) fn files() -> Vec<String> {
    INPUTS.map(|input| format!("{input}.wav")).into()
}

/// Writes them.
pub(super) fn write(export: &Export, folder: &OutputFolder) -> Result<(), Failure> {
    for (name, responses) in files().iter().zip(&export.chain.responses) {
        folder.write_wave(name, export.sample_rate_hz, responses)?;
    }
    Ok(())
}
