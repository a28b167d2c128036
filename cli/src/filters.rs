//! Designs, and filters as files want them.

use crate::device_source::NamedDevice;
use clap::Args;
use proscenium_dsp::array::Path;
use proscenium_dsp::design::{Design, DesignSettings};
use proscenium_dsp::engine::{Fir, Timing};
use proscenium_dsp::upmix::UpmixMode;
use serde_json::{Value, json};
use std::path::PathBuf;

/// What to design filters for and where to write them.
#[derive(Debug, Clone, Args)]
pub struct FilterTarget {
    /// Name of a preset, or path of a device file
    #[arg(long, value_name = "NAME|FILE", default_value = "tabletop")]
    pub device: String,
    /// Folder to write to
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    pub output_folder: PathBuf,
    /// Sample rate, Hz
    #[arg(long, value_name = "HZ", default_value_t = 48_000, value_parser = clap::value_parser!(u32).range(8_000..=384_000))]
    pub rate: u32,
    /// Overwrite files
    #[arg(long)]
    pub force: bool,
}

/// Designs the filters of a device.
#[must_use]
pub fn design(named: &NamedDevice, settings: &DesignSettings, sample_rate_hz: u32) -> Design {
    // The upmix mode does not matter to filters.
    Design::new(
        &named.device,
        settings,
        &Timing::new(f64::from(sample_rate_hz), UpmixMode::Off),
    )
}

/// Samples of the longest filter.
#[must_use]
pub fn longest(design: &Design) -> usize {
    let paths = design.drivers.iter().flat_map(|path| [&path.base, &path.full]);
    let all = paths.chain(&design.far.drivers).flatten();
    all.map(Fir::end).max().unwrap_or(0)
}

/// Filters as impulse responses of `length` samples, or of as many as fit: delay, taps, silence.
#[must_use]
pub fn impulse_responses(firs: &[Fir], length: usize) -> Vec<Vec<f32>> {
    let response = |fir: &Fir| {
        let mut response = vec![0.0; fir.start];
        response.extend_from_slice(&fir.taps);
        response.resize(length, 0.0);
        response
    };
    firs.iter().map(response).collect()
}

/// Name of a path in file names.
#[must_use]
pub fn path_name(path: Path) -> &'static str {
    match path {
        Path::Left => "left",
        Path::Right => "right",
        Path::Center => "center",
    }
}

/// Which driver is on which channel, counted from 1, for machines.
#[must_use]
pub fn routing(named: &NamedDevice) -> Value {
    let drivers = named.device.drivers.iter().enumerate();
    drivers
        .map(|(index, driver)| json!({ "channel": index + 1, "driver": driver.name }))
        .collect()
}
