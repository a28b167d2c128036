//! `proscenium devices`: which devices there are, what they are, and whether device files are right.

use crate::device_source::{self, NamedDevice};
use crate::failure::Failure;
use crate::head;
use crate::report::Report;
use clap::Subcommand;
use proscenium_dsp::array::{Device, Enclosure, Path, presets};
use proscenium_dsp::measured::ListenerHead;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;

/// Where drivers are asked whether their measurements lie above the noise, hertz.
const TRUST_HZ: [f64; 11] = [
    20.0, 31.5, 50.0, 80.0, 125.0, 200.0, 315.0, 500.0, 1000.0, 2000.0, 4000.0,
];

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
                    format_args!(
                        "{name}: valid, {} with {count} drivers{}",
                        device.name,
                        measured_words(&device)
                    ),
                );
                entries.push(json!({
                    "file": name,
                    "valid": true,
                    "name": device.name,
                    "drivers": count,
                    "head": head::to_json(&device.head),
                    "measured": measured_json(&device),
                }));
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
    line(
        &mut text,
        format_args!("# the listener's head: {}", head::in_words(&device.head)),
    );
    if device.measured.is_some() {
        line(&mut text, format_args!("# measured{}", measured_words(device)));
    }
    text.push_str(&device.to_toml());
    Report {
        text,
        json: device_source::to_json(device),
        ..Report::default()
    }
}

/// What of a device is measured, as the end of a sentence.
fn measured_words(device: &Device) -> String {
    let mut words = Vec::new();
    if let Some(measured) = &device.measured {
        let poses: Vec<String> = measured
            .poses()
            .map(|pose| {
                let [x, y, _] = pose.center_m();
                format!("x {x:.2}, y {y:.2} m, turned by {:.0}°", pose.yaw_rad.to_degrees())
            })
            .collect();
        if !poses.is_empty() {
            words.push(format!(
                "responses at the ears of {} heads ({})",
                poses.len(),
                poses.join("; ")
            ));
        }
        let points = measured.points_m().len();
        if points > 0 {
            words.push(format!("responses at {points} points around"));
        }
        let low = |driver: usize| TRUST_HZ.iter().copied().find(|&f| measured.trust(driver, f) > 0.5);
        let from = (0..device.drivers.len()).map(|n| match low(n) {
            Some(f) => format!("{} {f:.0}", device.drivers[n].name),
            None => format!("{} nowhere", device.drivers[n].name),
        });
        words.push(format!(
            "above the noise from (Hz): {}",
            from.collect::<Vec<_>>().join(", ")
        ));
    }
    if let ListenerHead::Measured(_) = device.head {
        words.push(format!("head: {}", head::in_words(&device.head)));
    }
    words.iter().map(|words| format!("; {words}")).collect()
}

/// The same for machines.
fn measured_json(device: &Device) -> Value {
    device.measured.as_ref().map_or(Value::Null, |measured| {
        let heads = measured
            .poses()
            .map(|pose| json!({ "position_m": pose.center_m(), "yaw_deg": pose.yaw_rad.to_degrees() }));
        json!({ "heads": heads.collect::<Value>(), "points": measured.points_m().len() })
    })
}

fn driver_names(device: &Device) -> Vec<&str> {
    device.drivers.iter().map(|driver| driver.name.as_str()).collect()
}

/// Adds a line to a text.
fn line(text: &mut String, line: std::fmt::Arguments) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}
