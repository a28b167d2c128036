//! Physics of the way from the drivers to the ears.

use nalgebra::Complex;
use proscenium_dsp::acoustics::sphere::cap_response;
use proscenium_dsp::acoustics::{Ear, HeadPose, Plant, wavenumber};
use proscenium_dsp::array::{Device, direction, presets};

const FREQUENCIES_HZ: [f64; 6] = [0.0, 60.0, 500.0, 2000.0, 7000.0, 18_000.0];

fn preset(name: &str) -> &'static Device {
    &presets()
        .iter()
        .find(|preset| preset.device.name == name)
        .expect("a preset")
        .device
}

fn relative_error(a: Complex<f64>, b: Complex<f64>) -> f64 {
    (a - b).norm() / b.norm()
}

#[test]
fn mirrored_pose_swaps_ears_and_sides() {
    for (name, left, right) in [("Tabletop", 0, 1), ("Laptop", 0, 1), ("Soundbar", 2, 5), ("Ring", 1, 5)] {
        let plant = Plant::new(preset(name), &FREQUENCIES_HZ);
        let pose = HeadPose {
            distance_m: 1.2,
            offset_m: 0.07,
            depth_m: 0.1,
            yaw_rad: 0.2,
        };
        let mirrored = HeadPose {
            offset_m: -pose.offset_m,
            yaw_rad: -pose.yaw_rad,
            ..pose
        };
        let (ears, mirrored) = (plant.ears(&pose), plant.ears(&mirrored));
        for bin in 0..FREQUENCIES_HZ.len() {
            for ear in Ear::BOTH {
                let error = relative_error(ears.at(ear, left, bin), mirrored.at(ear.opposite(), right, bin));
                assert!(error < 1e-9, "{name}, bin {bin}, {ear:?}: {error:e}");
            }
        }
    }
}

#[test]
fn the_near_ear_hears_first_and_loudest() {
    let plant = Plant::new(preset("Desktop Pair"), &[500.0, 2000.0]);
    let ears = plant.ears(&HeadPose::at_distance(0.866));
    for bin in 0..2 {
        let (near, far) = (ears.at(Ear::Left, 0, bin), ears.at(Ear::Right, 0, bin));
        assert!(near.norm() > far.norm());
    }
    // A sphere leads by 3(a/c)·sin 30° = 0.38 ms for long waves and 0.26 ms for short ones (Kuhn 1977); a near source by a
    // little more.
    let lead_ms = (ears.at(Ear::Left, 0, 0) / ears.at(Ear::Right, 0, 0)).arg() / (2.0 * std::f64::consts::PI * 0.5);
    assert!((0.26..0.42).contains(&lead_ms), "{lead_ms} ms");
}

#[test]
fn turning_the_head_towards_a_source_on_the_left_evens_the_ears() {
    let plant = Plant::new(preset("Desktop Pair"), &[1000.0]);
    let facing = HeadPose {
        yaw_rad: 30_f64.to_radians(),
        ..HeadPose::at_distance(0.866)
    };
    let ears = plant.ears(&facing);
    assert!(relative_error(ears.at(Ear::Left, 0, 0), ears.at(Ear::Right, 0, 0)) < 0.02);
}

#[test]
fn each_driver_is_flat_on_its_own_axis() {
    let device = preset("Tabletop Full");
    let plant = Plant::new(device, &FREQUENCIES_HZ[1..]);
    for (index, driver) in device.drivers.iter().enumerate() {
        let field = plant.field(driver.axis().map(|u| u * 100.0));
        for bin in 0..FREQUENCIES_HZ.len() - 1 {
            let level = field.at(index, bin).norm() * 100.0;
            assert!((level - 1.0).abs() < 1e-9, "{}: {level}", driver.name);
        }
    }
}

#[test]
fn field_is_that_of_the_single_cap() {
    let plant = Plant::new(preset("Tabletop"), &FREQUENCIES_HZ[1..]);
    let point_m = direction(0.4, 0.1).map(|u| u * 1.7);
    let field = plant.field(point_m);
    let angle_rad = (0.4_f64.sin() * 0.1_f64.cos()).acos();
    for (bin, &frequency_hz) in FREQUENCIES_HZ[1..].iter().enumerate() {
        let cap = |distance_m, angle_rad| cap_response(frequency_hz, 0.0875, 0.0255, distance_m, angle_rad);
        let k = wavenumber(frequency_hz);
        let expected = cap(1.7, angle_rad) / cap(100.0, 0.0).norm() * Complex::from_polar(1.0 / 1.7, -k * 1.7);
        assert!(relative_error(field.at(0, bin), expected) < 1e-9);
    }
}

#[test]
fn static_bins_are_real_and_continue_the_lowest_frequencies() {
    for preset in presets() {
        let plant = Plant::new(&preset.device, &[0.0, 5.0]);
        let ears = plant.ears(&HeadPose {
            offset_m: 0.1,
            ..HeadPose::at_distance(1.0)
        });
        for driver in 0..plant.drivers() {
            for ear in Ear::BOTH {
                let [at_rest, slow] = [0, 1].map(|bin| ears.at(ear, driver, bin));
                assert!(at_rest.im == 0.0 && at_rest.re > 0.0);
                assert!(
                    (at_rest.re / slow.norm() - 1.0).abs() < 1e-3,
                    "{}: {at_rest} {slow}",
                    preset.device.name
                );
            }
        }
    }
}

#[test]
fn every_pose_of_the_range_is_finite_up_to_96_khz() {
    for preset in presets() {
        let plant = Plant::new(&preset.device, &[0.0, 1.0, 48e3, 96e3]);
        for (distance_m, offset_m) in [(0.3, 0.0), (0.3, 1.0), (5.0, -1.0), (0.0, 0.0)] {
            let pose = HeadPose {
                distance_m,
                offset_m,
                depth_m: 0.3 * distance_m,
                yaw_rad: 1.0,
            };
            let ears = plant.ears(&pose);
            for driver in 0..plant.drivers() {
                let finite = |ear: Ear| ears.driver(ear, driver).iter().all(|pressure| pressure.is_finite());
                assert!(Ear::BOTH.into_iter().all(finite), "{} at {pose:?}", preset.device.name);
            }
        }
    }
}

#[test]
fn the_order_of_frequencies_does_not_matter() {
    let pose = HeadPose::at_distance(2.0);
    let rising = Plant::new(preset("Tabletop"), &[100.0, 9000.0]).ears(&pose);
    let falling = Plant::new(preset("Tabletop"), &[9000.0, 100.0]).ears(&pose);
    assert_eq!(rising.at(Ear::Left, 2, 0), falling.at(Ear::Left, 2, 1));
    assert_eq!(rising.at(Ear::Right, 2, 1), falling.at(Ear::Right, 2, 0));
}

#[test]
fn a_shell_has_the_field_of_its_points() {
    let frequencies_hz = [0.0, 120.0, 3000.0, 15_000.0];
    for preset in presets() {
        let plant = Plant::new(&preset.device, &frequencies_hz);
        let shell = plant.shell(0.7);
        for (azimuth_rad, elevation_rad) in [(0.0, 0.0), (1.9, 0.3), (-2.8, -1.2)] {
            let unit = direction(azimuth_rad, elevation_rad);
            let (on_shell, at_point) = (shell.field(unit), plant.field(unit.map(|x| 0.7 * x)));
            for driver in 0..plant.drivers() {
                for bin in 0..frequencies_hz.len() {
                    let (a, b) = (on_shell.at(driver, bin), at_point.at(driver, bin));
                    assert!((a - b).norm() < 1e-9, "{} {driver} {bin}: {a} {b}", preset.device.name);
                }
            }
        }
    }
}
