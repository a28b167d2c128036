//! Devices by name or from a file.

use crate::failure::Failure;
use proscenium_dsp::array::{Device, MAX_DEVICE_BYTES, presets};
use proscenium_dsp::design::DeviceChoice;
use serde_json::Value;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// Longest text in what is told of a device to machines, characters.
const LONGEST_TEXT: usize = 1000;

/// A device and where it came from.
#[derive(Debug, Clone)]
pub struct NamedDevice {
    /// The device.
    pub device: Device,
    /// How the engine is told of it.
    pub choice: DeviceChoice,
}

/// Finds the preset of that name (`tabletop-full`, "Tabletop Full"), else reads the device file of that path.
///
/// # Errors
/// Usage, when there is neither; else what is wrong with the file.
pub fn find(name_or_path: &str) -> Result<NamedDevice, Failure> {
    let wanted = name_or_path.to_lowercase().replace([' ', '_'], "-");
    if let Some(index) = presets().iter().position(|preset| preset.file_stem == wanted) {
        return Ok(NamedDevice {
            device: presets()[index].device.clone(),
            choice: DeviceChoice::Preset(index as u8),
        });
    }
    let path = Path::new(name_or_path);
    if !path.exists() {
        let names: Vec<&str> = presets().iter().map(|preset| preset.file_stem).collect();
        return Err(Failure::usage(
            format!("there is no device and no file \"{name_or_path}\""),
            format!("give one of {}, or the path of a device file", names.join(", ")),
        ));
    }
    Ok(NamedDevice {
        device: read(path)?,
        choice: DeviceChoice::Custom(0),
    })
}

/// Reads and checks a device file.
///
/// # Errors
/// When it cannot be read or is no valid device, with the key that is wrong.
pub fn read(path: &Path) -> Result<Device, Failure> {
    let name = path.display();
    let unreadable = |error: std::io::Error| {
        let hint = "give the path of a device file, a text of a few kB such as those in the folder devices";
        Failure::file(format!("{name}: {error}"), hint)
    };
    // No more than tells that it is too long, however long it is.
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(MAX_DEVICE_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::file(format!("{name}: not a text"), "device files are TOML in UTF-8"))?;
    let hint = "`proscenium devices show tabletop` prints a valid device file";
    Device::from_toml_in(&text, &name.to_string(), path.parent().unwrap_or(Path::new("")))
        .map_err(|error| Failure::file(error, hint))
}

/// A device for machines: the keys of a device file.
#[must_use]
pub fn to_json(device: &Device) -> Value {
    // What this program writes it can read.
    let mut value = toml::from_str(&device.to_toml()).unwrap_or(Value::Null);
    abbreviate(&mut value);
    value
}

/// Puts a digest in the place of measured responses, which are too long to be read and must still tell devices apart.
fn abbreviate(value: &mut Value) {
    match value {
        Value::String(text) if text.len() > LONGEST_TEXT => {
            // FNV-1a, 64 bits.
            let digest = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
            *text = format!("{} characters, digest {digest:016x}", text.len());
        }
        Value::Array(values) => values.iter_mut().for_each(abbreviate),
        Value::Object(values) => values.values_mut().for_each(abbreviate),
        _ => {}
    }
}
