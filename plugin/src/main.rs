//! Proscenium without a host: its window, with JACK, ALSA, CoreAudio or WASAPI for the sound.

use nice_plug::wrapper::standalone::nice_export_standalone;
use proscenium::{Main, Proscenium};
use std::process::ExitCode;

fn main() -> ExitCode {
    if nice_export_standalone::<Proscenium<Main>>() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
