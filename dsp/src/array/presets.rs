//! The devices that come with the plugin.

use super::device::Device;
use std::sync::LazyLock;

/// A device that comes with the plugin.
#[derive(Clone, Debug, PartialEq)]
pub struct Preset {
    /// Name of its file in `devices/`, without the extension.
    pub file_stem: &'static str,
    /// The device itself.
    pub device: Device,
}

/// File stems and texts in the order users see; the first is the default. Sessions store the position: append only.
const FILES: [(&str, &str); 7] = [
    ("tabletop", include_str!("../../../devices/tabletop.toml")),
    ("tabletop-full", include_str!("../../../devices/tabletop-full.toml")),
    ("laptop", include_str!("../../../devices/laptop.toml")),
    ("tablet", include_str!("../../../devices/tablet.toml")),
    ("desktop-pair", include_str!("../../../devices/desktop-pair.toml")),
    ("soundbar", include_str!("../../../devices/soundbar.toml")),
    ("ring", include_str!("../../../devices/ring.toml")),
];

static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
    let parse = |(file_stem, text)| match Device::from_toml(text, file_stem) {
        Ok(device) => Preset { file_stem, device },
        // The texts are part of the program; a test parses each.
        Err(error) => unreachable!("embedded device: {error}"),
    };
    FILES.into_iter().map(parse).collect()
});

/// The devices that come with the plugin; the first is the default. The first call parses them and allocates.
#[must_use]
pub fn presets() -> &'static [Preset] {
    &PRESETS
}

#[cfg(test)]
mod tests {
    use super::super::device::{Enclosure, Path};
    use super::*;

    fn preset(file_stem: &str) -> &'static Device {
        &presets()
            .iter()
            .find(|preset| preset.file_stem == file_stem)
            .unwrap()
            .device
    }

    fn reference_names(device: &Device, path: Path) -> Vec<&str> {
        device
            .reference_drivers(path)
            .iter()
            .map(|&i| device.drivers[i].name.as_str())
            .collect()
    }

    #[test]
    fn names_follow_the_file_names_in_title_case() {
        for preset in presets() {
            assert_eq!(preset.device.name.to_lowercase().replace(' ', "-"), preset.file_stem);
        }
        assert_eq!(presets()[0].device.name, "Tabletop");
    }

    #[test]
    fn every_preset_is_symmetric_left_to_right() {
        for Preset { device, .. } in presets() {
            for driver in &device.drivers {
                let [x, y, z] = driver.position_m(&device.enclosure);
                let mirrored = device.drivers.iter().any(|other| {
                    let [u, v, w] = other.position_m(&device.enclosure);
                    (x - u).abs() + (y + v).abs() + (z - w).abs() < 1e-9 && other.radius_m == driver.radius_m
                });
                assert!(mirrored, "{}: {} has no counterpart", device.name, driver.name);
            }
        }
    }

    #[test]
    fn tabletop_is_the_sphere_of_four() {
        let device = preset("tabletop");
        assert_eq!(device.enclosure, Enclosure::Sphere { radius_m: 0.0875 });
        let names: Vec<_> = device.drivers.iter().map(|d| d.name.as_str()).collect();
        assert_eq!(names, ["left", "right", "top", "front"]);
        assert!(device.drivers.iter().all(|d| d.radius_m == 0.0255));
        assert_eq!(
            Path::ALL.map(|path| reference_names(device, path)),
            [["left"], ["right"], ["front"]]
        );
    }

    #[test]
    fn bass_of_tabletop_full_goes_to_the_woofer_and_never_to_the_tweeter() {
        let device = preset("tabletop-full");
        for path in Path::ALL {
            let names = reference_names(device, path);
            assert!(names.contains(&"woofer"));
            let covers_middle = |&i: &usize| device.drivers[i].covers(200.0, 2000.0);
            assert!(device.reference_drivers(path).iter().any(covers_middle), "{names:?}");
        }
        assert!(device.drivers[3].band_hz.unwrap()[0] >= 2000.0);
        assert!(reference_names(device, Path::Center).contains(&"front"));
    }

    #[test]
    fn outer_dimensions_are_as_published() {
        let span = |device: &Device, axis: usize| {
            let at = |sign: f64| {
                device
                    .drivers
                    .iter()
                    .map(move |d| sign * d.position_m(&device.enclosure)[axis])
            };
            at(1.0).fold(0.0, f64::max) + at(-1.0).fold(0.0, f64::max)
        };
        assert!((span(preset("laptop"), 1) - 0.26).abs() < 1e-12);
        assert!((span(preset("tablet"), 1) - 0.25).abs() < 1e-12 && (span(preset("tablet"), 2) - 0.17).abs() < 1e-12);
        assert!((span(preset("soundbar"), 1) - 0.8).abs() < 1e-12 && preset("soundbar").drivers.len() == 8);
        let pair = preset("desktop-pair");
        let half_angle_deg = (0.5 / pair.nominal_distance_m()).atan().to_degrees();
        assert!((half_angle_deg - 30.0).abs() < 0.01);
    }
}
