//! The acoustic models against values computed elsewhere; `data/README.md` says how.

use nalgebra::Complex;
use proscenium_dsp::acoustics::head::head_response;
use proscenium_dsp::acoustics::sphere::cap_response;
use proscenium_dsp::acoustics::{Ear, HeadPose, Plant};
use proscenium_dsp::array::{Device, presets};

/// Greatest relative error allowed.
const TOLERANCE: f64 = 1e-6;

/// Rows of numbers below a header line.
fn rows(csv: &str) -> Vec<Vec<f64>> {
    csv.lines()
        .skip(1)
        .map(|line| {
            line.split(',')
                .map(|cell| cell.trim().parse().expect("a number"))
                .collect()
        })
        .collect()
}

fn assert_close(actual: Complex<f64>, re: f64, im: f64, case: &[f64]) {
    let expected = Complex::new(re, im);
    let error = (actual - expected).norm() / expected.norm();
    assert!(error < TOLERANCE, "{case:?}: {actual} is off by {error:e}");
}

#[test]
fn cap_on_a_sphere() {
    let rows = rows(include_str!("data/cap_on_sphere.csv"));
    assert_eq!(rows.len(), 160);
    for row in rows {
        let [frequency_hz, sphere_m, cap_m, distance_m, angle_deg, re, im] = row[..] else {
            panic!("{row:?}")
        };
        let actual = cap_response(frequency_hz, sphere_m, cap_m, distance_m, angle_deg.to_radians());
        assert_close(actual, re, im, &row);
    }
}

#[test]
fn head_at_finite_distance() {
    let rows = rows(include_str!("data/head.csv"));
    assert_eq!(rows.len(), 192);
    for row in rows {
        let [frequency_hz, head_m, distance_m, angle_deg, re, im] = row[..] else {
            panic!("{row:?}")
        };
        let actual = head_response(frequency_hz, head_m, distance_m, angle_deg.to_radians());
        assert_close(actual, re, im, &row);
    }
}

#[test]
fn drivers_to_ears() {
    let sphere_of_four = presets()[0].device.clone();
    let tilted_pair = r#"
        name = "Tilted pair"
        [[driver]]
        name = "left"
        position_m = [0.02, 0.5, 0.1]
        axis = [-0.8, -0.5, 0.1]
        radius_m = 0.05
        [[driver]]
        name = "right"
        position_m = [0.02, -0.5, 0.1]
        axis = [-0.8, 0.5, 0.1]
        radius_m = 0.05"#;
    let small_sphere = r#"
        name = "Small sphere"
        [enclosure]
        shape = "sphere"
        radius_m = 0.05
        [[driver]]
        name = "aslant"
        azimuth_deg = 35.0
        elevation_deg = -20.0
        radius_m = 0.008
        [[driver]]
        name = "hemisphere to the rear"
        azimuth_deg = 180.0
        radius_m = 0.05"#;
    let [tilted_pair, small_sphere] =
        [tilted_pair, small_sphere].map(|text| Device::from_toml(text, "test").expect("valid"));
    let devices = [sphere_of_four, tilted_pair, small_sphere];
    let rows = rows(include_str!("data/ears.csv"));
    assert_eq!(rows.len(), 240);
    for row in rows {
        let [
            device,
            driver,
            frequency_hz,
            distance_m,
            offset_m,
            depth_m,
            yaw_deg,
            ref pressures @ ..,
        ] = row[..]
        else {
            panic!("{row:?}")
        };
        let plant = Plant::new(&devices[device as usize], &[frequency_hz]);
        let ears = plant.ears(&HeadPose {
            distance_m,
            offset_m,
            depth_m,
            yaw_rad: yaw_deg.to_radians(),
        });
        for (ear, pressure) in Ear::BOTH.into_iter().zip(pressures.as_chunks::<2>().0) {
            assert_close(ears.at(ear, driver as usize, 0), pressure[0], pressure[1], &row);
        }
    }
}
