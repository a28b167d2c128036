//! The listener's head as an option.

use crate::device_source::NamedDevice;
use crate::failure::Failure;
use proscenium_dsp::acoustics::HeadShape;
use proscenium_dsp::design::DeviceChoice;
use proscenium_dsp::measured::{ListenerHead, MeasuredHead};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Radii of the spherical head, metres.
const RADII_M: std::ops::RangeInclusive<f64> = 0.05..=0.15;

/// A head by its radius or from a file.
#[derive(Debug, Clone, PartialEq)]
pub enum HeadChoice {
    /// The rigid sphere of this radius, metres.
    Sphere(f64),
    /// A SOFA file.
    File(PathBuf),
}

/// Reads the option.
///
/// # Errors
/// When the radius of a sphere is none.
pub fn parse(text: &str) -> Result<HeadChoice, String> {
    let Some(radius) = text.strip_prefix("sphere") else {
        return Ok(HeadChoice::File(PathBuf::from(text)));
    };
    let radius_m = match radius.strip_prefix(':') {
        None if radius.is_empty() => return Ok(HeadChoice::Sphere(HeadShape::default().radius_m)),
        None => return Ok(HeadChoice::File(PathBuf::from(text))),
        Some(radius) => radius.parse().unwrap_or(f64::NAN),
    };
    if RADII_M.contains(&radius_m) {
        Ok(HeadChoice::Sphere(radius_m))
    } else {
        Err(format!(
            "allowed are radii of {} to {} m, as in sphere:0.09",
            RADII_M.start(),
            RADII_M.end()
        ))
    }
}

impl HeadChoice {
    /// The device for a listener with this head.
    ///
    /// # Errors
    /// When the file cannot be read or is no measured head.
    pub fn applied(&self, named: NamedDevice) -> Result<NamedDevice, Failure> {
        let head = match self {
            Self::Sphere(radius_m) => ListenerHead::from(HeadShape {
                radius_m: *radius_m,
                ..HeadShape::default()
            }),
            Self::File(path) => {
                let hint = "give sphere, sphere:0.09, or the path of a SOFA file in SimpleFreeFieldHRIR";
                MeasuredHead::open(path)
                    .map_err(|error| Failure::file(error, hint))?
                    .into()
            }
        };
        Ok(NamedDevice {
            device: named.device.with_head(head),
            choice: DeviceChoice::Custom(0),
        })
    }
}

/// A head for machines.
#[must_use]
pub fn to_json(head: &ListenerHead) -> Value {
    match head {
        ListenerHead::Sphere(shape) => json!({ "sphere_radius_m": shape.radius_m }),
        ListenerHead::Measured(head) => json!({ "measured": head.name() }),
    }
}

/// A head in words.
#[must_use]
pub fn in_words(head: &ListenerHead) -> String {
    match head {
        ListenerHead::Sphere(shape) => format!("a sphere of {} cm radius", 100.0 * shape.radius_m),
        ListenerHead::Measured(head) => format!("measured, {}", head.name().replace(char::is_control, " ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_spheres_or_files() {
        assert_eq!(parse("sphere"), Ok(HeadChoice::Sphere(0.0875)));
        assert_eq!(parse("sphere:0.09"), Ok(HeadChoice::Sphere(0.09)));
        assert_eq!(
            parse("spheres.sofa"),
            Ok(HeadChoice::File(PathBuf::from("spheres.sofa")))
        );
        for wrong in ["sphere:", "sphere:9", "sphere:nan", "sphere:-0.09"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
