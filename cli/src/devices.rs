//! `proscenium devices`: which devices there are, what they are, and whether device files are right.

use crate::device_source::{self, NamedDevice};
use crate::failure::Failure;
use crate::report::Report;
use clap::Subcommand;
use proscenium_dsp::array::{Device, Enclosure, Path, presets};
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;

/// What to do with devices.
#[derive(Debug, Subcommand)]
pub enum DevicesCommand {
    /// List the presets, as without a command
    List,
    /// Check device files and tell what is wrong with them
    Check {
        /// Device files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Print a device as a device file, with a summary in comments
    Show {
        /// Name of a preset, or path of a device file
        #[arg(value_name = "NAME|FILE")]
        device: String,
    },
}

/// Runs the command; without any, lists the presets.
///
/// # Errors
/// When the device to show does not exist or is invalid. Files that fail a check are in the report.
pub fn run(command: Option<&DevicesCommand>) -> Result<Report, Failure> {
    match command {
        None | Some(DevicesCommand::List) => Ok(list()),
        Some(DevicesCommand::Check { files }) => Ok(check(files)),
        Some(DevicesCommand::Show { device }) => device_source::find(device).map(|named| show(&named)),
    }
}

fn list() -> Report {
    let mut report = Report::default();
    let mut entries = Vec::new();
    for preset in presets() {
        let device = &preset.device;
        line(
            &mut report.text,
            format_args!(
                "{:14} {:2} drivers, listener at {} m: {}",
                preset.file_stem,
                device.drivers.len(),
                device.nominal_distance_m(),
                driver_names(device).join(", ")
            ),
        );
        entries.push(json!({
            "id": preset.file_stem,
            "name": device.name,
            "drivers": driver_names(device),
            "listener_distance_m": device.nominal_distance_m(),
        }));
    }
    report.json = entries.into();
    report
}

fn check(files: &[PathBuf]) -> Report {
    let mut report = Report::default();
    let mut entries = Vec::new();
    for file in files {
        let name = file.display().to_string();
        match device_source::read(file) {
            Ok(device) => {
                let count = device.drivers.len();
                line(
                    &mut report.text,
                    format_args!("{name}: valid, {} with {count} drivers", device.name),
                );
                entries.push(json!({ "file": name, "valid": true, "name": device.name, "drivers": count }));
            }
            Err(failure) => {
                entries.push(json!({ "file": name, "valid": false, "error": failure.to_string() }));
                report.failures.push(failure);
            }
        }
    }
    report.json = entries.into();
    report
}

fn show(NamedDevice { device, .. }: &NamedDevice) -> Report {
    let mut text = String::new();
    let body = match device.enclosure {
        Enclosure::Sphere { radius_m } => format!("on a sphere of {} cm", 100.0 * radius_m),
        Enclosure::Free => String::from("in the free field"),
    };
    line(
        &mut text,
        format_args!("# {}: {} drivers {body}", device.name, device.drivers.len()),
    );
    for (channel, driver) in device.drivers.iter().enumerate() {
        let [x, y, z] = driver.position_m(&device.enclosure).map(|m| 100.0 * m);
        line(
            &mut text,
            format_args!(
                "# channel {}: {}, azimuth {:.0}°, at x {x:.1}, y {y:.1}, z {z:.1} cm",
                channel + 1,
                driver.name,
                device.driver_azimuth_deg(channel)
            ),
        );
    }
    for (path, name) in Path::ALL.into_iter().zip(["left", "right", "centre"]) {
        let references = device.reference_drivers(path).iter();
        let names: Vec<&str> = references.map(|&index| device.drivers[index].name.as_str()).collect();
        line(
            &mut text,
            format_args!("# the {name} without any effect: {}", names.join(", ")),
        );
    }
    text.push_str(&device.to_toml());
    Report {
        text,
        json: device_source::to_json(device),
        ..Report::default()
    }
}

fn driver_names(device: &Device) -> Vec<&str> {
    device.drivers.iter().map(|driver| driver.name.as_str()).collect()
}

/// Adds a line to a text.
fn line(text: &mut String, line: std::fmt::Arguments) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}
