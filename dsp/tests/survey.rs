//! The survey that the editor draws agrees with the analysis it stands for.

use std::sync::LazyLock;

use proscenium_dsp::acoustics::{HeadPose, Plant};
use proscenium_dsp::analysis::{
    BeamPattern, Cancellation, DriverSpectra, PatternMap, Picture, Strengths, Survey, log_frequencies_hz, mean, worse,
};
use proscenium_dsp::array::{Device, Path, presets};
use proscenium_dsp::design::{Design, DesignSettings, TargetNodes};
use proscenium_dsp::engine::Timing;
use proscenium_dsp::upmix::UpmixMode;

const SAMPLE_RATE: f64 = 48_000.0;
const FULL: Strengths = Strengths {
    cancel: 1.0,
    depth: 1.0,
};
const NONE: Strengths = Strengths {
    cancel: 0.0,
    depth: 0.0,
};

/// A device with its design and survey.
struct Subject {
    device: &'static Device,
    design: Design,
    pose: HeadPose,
    survey: Survey,
}

impl Subject {
    fn new(file_stem: &str, adjust: impl FnOnce(&mut DesignSettings)) -> Self {
        let preset = presets().iter().find(|preset| preset.file_stem == file_stem);
        let device = &preset.expect("a preset").device;
        let mut settings = DesignSettings {
            distance_m: device.nominal_distance_m() as f32,
            ..DesignSettings::default()
        };
        adjust(&mut settings);
        let design = Design::new(device, &settings, &Timing::new(SAMPLE_RATE, UpmixMode::High));
        Self {
            device,
            survey: Survey::new(device, &design, &settings, SAMPLE_RATE),
            design,
            pose: settings.pose(),
        }
    }

    fn beside(&self, offset_m: f64, depth_m: f64) -> HeadPose {
        HeadPose {
            offset_m: self.pose.offset_m + offset_m,
            depth_m: self.pose.depth_m + depth_m,
            ..self.pose
        }
    }

    fn pattern(&self, path: Path, strength: f64, frequencies_hz: &[f64]) -> BeamPattern {
        let filters = &self.design.drivers[path as usize];
        let spectra = DriverSpectra::new(self.device, filters, strength, SAMPLE_RATE, frequencies_hz);
        BeamPattern::new(&Plant::new(self.device, frequencies_hz), &spectra, self.pose.center_m())
    }
}

/// Tabletop with default settings, which many tests ask.
static TABLETOP: LazyLock<Subject> = LazyLock::new(|| Subject::new("tabletop", |_| ()));

fn assert_near(a: &[f32], b: &[f64], tolerance: f64, what: &str) {
    assert_eq!(a.len(), b.len(), "{what}");
    for (bin, (a, b)) in a.iter().zip(b).enumerate() {
        assert!((f64::from(*a) - b).abs() <= tolerance, "{what}, bin {bin}: {a} {b}");
    }
}

/// Row of an azimuth of the map.
fn row(map: &PatternMap, azimuth_deg: f64) -> usize {
    let found = map.azimuths_deg.iter().position(|&azimuth| azimuth == azimuth_deg);
    found.expect("an azimuth of the map")
}

#[test]
fn radiation_is_that_of_the_beam_pattern() {
    for offset_m in [0.0, 0.4] {
        let subject = Subject::new("tabletop", |settings| settings.offset_m = offset_m);
        for (strengths, strength) in [(FULL, 1.0), (NONE, 0.0)] {
            let picture = subject.survey.picture(strengths);
            for path in Path::ALL {
                let map = &picture.radiation[path as usize].path;
                let pattern = subject.pattern(path, strength, &map.frequencies_hz);
                for azimuth_deg in [-135.0, -90.0, -45.0, 0.0, 45.0, 90.0] {
                    let azimuth = row(map, azimuth_deg);
                    let relative: Vec<f32> = (0..map.frequencies_hz.len())
                        .map(|bin| map.relative_db(azimuth, bin))
                        .collect();
                    let what = format!("{path:?} at {azimuth_deg}°");
                    assert_near(&relative, pattern.level_db(azimuth_deg), 0.01, &what);
                }
                let distance_m = pattern_distance_m(&subject.pose);
                let level: Vec<f64> = pattern
                    .on_axis
                    .iter()
                    .map(|pressure| 20.0 * (pressure.norm() * distance_m).log10())
                    .collect();
                assert_near(&map.on_axis_db, &level, 0.01, "on axis");
            }
        }
    }
}

fn pattern_distance_m(pose: &HeadPose) -> f64 {
    pose.center_m().iter().map(|x| x * x).sum::<f64>().sqrt()
}

#[test]
fn listening_curves_are_those_of_the_cancellation() {
    for (file_stem, offset_m) in [("tabletop", 0.0), ("laptop", 0.0), ("ring", 0.3)] {
        let subject = Subject::new(file_stem, |settings| settings.offset_m = offset_m);
        let curves = subject.survey.picture(FULL).listening;
        let plant = Plant::new(subject.device, &curves.frequencies_hz);
        let cancellation = Cancellation::new(subject.device, &subject.design, SAMPLE_RATE, &plant);
        let pose = &subject.pose;
        assert_near(&curves.head_db, &cancellation.gain_db(pose), 0.01, "gain");
        let [left, right] = [0.03_f32, -0.03].map(|edge| cancellation.gain_db(&subject.beside(edge.into(), 0.0)));
        assert_near(&curves.zone_edge_db, &worse(&left, &right), 0.01, "gain at the edge");
        for (ear, colour_db) in cancellation.colour_db(pose).iter().enumerate() {
            assert_near(&curves.colour_db[ear], colour_db, 0.01, "colour");
        }
        let [left, right] = cancellation.effort_db(pose);
        let effort_db: Vec<f64> = left.iter().zip(&right).map(|(left, right)| left.max(*right)).collect();
        assert_near(&curves.effort_db, &effort_db, 0.01, "effort");
        assert_eq!(curves.effort_limit_db, 12.0);
        let target = TargetNodes::AUTOMATIC.curve();
        let target_db: Vec<f64> = curves.frequencies_hz.iter().map(|&f| target.gain_db(f)).collect();
        assert_near(&curves.target_db, &target_db, 1e-4, "target");
    }
}

#[test]
fn without_strength_there_is_no_colour_and_no_effort() {
    let curves = TABLETOP.survey.picture(NONE).listening;
    let nothing = vec![0.0; curves.frequencies_hz.len()];
    assert_near(&curves.effort_db, &nothing, 1e-4, "effort");
    assert_near(&curves.colour_db[0], &nothing, 1e-4, "colour");
    let half = TABLETOP.survey.picture(Strengths {
        cancel: 0.5,
        depth: 1.0,
    });
    let full = TABLETOP.survey.picture(FULL);
    let at_2_khz = full.radiation[0].path.bin_near(2000.0);
    let gain = |picture: &Picture| picture.listening.head_db[at_2_khz];
    assert!(curves.head_db[at_2_khz] < gain(&half) && gain(&half) < gain(&full));
    assert_eq!(half.radiation[2], full.radiation[2]);
}

#[test]
fn a_zone_of_a_point_has_no_edge() {
    let subject = Subject::new("laptop", |settings| settings.zone_m = 0.0);
    let curves = subject.survey.picture(FULL).listening;
    assert_eq!(curves.zone_edge_db, curves.head_db);
}

#[test]
fn the_zone_map_is_the_mean_of_the_cancellation_at_its_points() {
    for (file_stem, offset_m, distance_m) in [("tabletop", 0.0, 2.0), ("laptop", 0.1, 0.6), ("soundbar", -0.3, 2.5)] {
        let subject = Subject::new(file_stem, |settings| {
            settings.offset_m = offset_m;
            settings.distance_m = distance_m;
        });
        let map = subject.survey.picture(FULL).zone_map;
        let plant = Plant::new(subject.device, &log_frequencies_hz(500.0, 8000.0, 3));
        let cancellation = Cancellation::new(subject.device, &subject.design, SAMPLE_RATE, &plant);
        for (offset_m, depth_m) in [
            (0.0, 0.0),
            (0.05, 0.0),
            (-0.05, 0.0),
            (0.2, -0.3),
            (-0.2, 0.3),
            (0.1, 0.15),
        ] {
            let expected = mean(&cancellation.gain_db(&subject.beside(offset_m, depth_m)));
            let gain = f64::from(map.at(offset_m, depth_m));
            assert!(
                (gain - expected).abs() < 0.05,
                "{file_stem} {offset_m} {depth_m}: {gain} {expected}"
            );
        }
    }
}

#[test]
fn the_zone_map_stays_clear_of_the_device() {
    let subject = Subject::new("laptop", |settings| settings.distance_m = 0.3);
    let map = subject.survey.picture(FULL).zone_map;
    let nearest_m = map.depths_m[map.depths_m.len() - 1];
    assert!(nearest_m <= 0.15 + 1e-9 && map.depths_m.contains(&0.0) && map.offsets_m.contains(&0.0));
    let rises = |nodes: &[f64]| nodes.windows(2).all(|pair| pair[0] < pair[1]);
    assert!(rises(&map.depths_m) && rises(&map.offsets_m));
}

#[test]
fn symmetric_devices_have_symmetric_pictures() {
    for file_stem in [
        "tabletop",
        "tabletop-full",
        "laptop",
        "desktop-pair",
        "soundbar",
        "ring",
    ] {
        let picture = Subject::new(file_stem, |_| ()).survey.picture(Strengths {
            cancel: 0.8,
            depth: 0.6,
        });
        let pairs = [
            (&picture.radiation[0].path, &picture.radiation[1].path),
            (&picture.radiation[0].matrix, &picture.radiation[1].matrix),
            (&picture.radiation[2].path, &picture.radiation[2].path),
        ];
        for (left, right) in pairs {
            for azimuth_deg in [-180.0, -120.0, -90.0, -35.0, 0.0, 60.0, 90.0] {
                for frequency_hz in [150.0, 1000.0, 6000.0] {
                    let (a, b) = (left.at(azimuth_deg, frequency_hz), right.at(-azimuth_deg, frequency_hz));
                    // Nulls amplify the rounding of the taps.
                    let tolerance = if a > -40.0 { 0.05 } else { 3.0 };
                    assert!(
                        (a - b).abs() < tolerance,
                        "{file_stem} {azimuth_deg}° {frequency_hz} Hz: {a} {b}"
                    );
                }
            }
        }
        let map = &picture.zone_map;
        for offset_m in [0.025, 0.1, 0.2] {
            assert!(
                (map.at(offset_m, 0.1) - map.at(-offset_m, 0.1)).abs() < 0.1,
                "{file_stem}"
            );
        }
    }
}

#[test]
fn left_is_left() {
    let subject = Subject::new("laptop", |settings| settings.tone = 0.0);
    let radiation = &subject.survey.picture(NONE).radiation;
    let [left, right] = [&radiation[0].path, &radiation[1].path];
    // One driver alone plays each path: at the level of its distance, not of its direction. 13 cm of 60 make ±2 dB.
    let bin = left.bin_near(500.0);
    let sides = |map: &PatternMap| map.level_db(row(map, 90.0), bin) - map.level_db(row(map, -90.0), bin);
    assert!(
        (sides(left) - 20.0 * (0.73_f32 / 0.47).log10()).abs() < 0.3,
        "{}",
        sides(left)
    );
    assert!((sides(left) + sides(right)).abs() < 0.01);

    // Sideways drivers of a sphere shadow the other side.
    let tabletop = &TABLETOP.survey.picture(NONE).radiation[0];
    for map in [&tabletop.path, &tabletop.matrix] {
        assert!(map.at(90.0, 4000.0) > map.at(-90.0, 4000.0) + 5.0);
    }
}

#[test]
fn azimuth_zero_follows_the_listener() {
    let subject = Subject::new("tabletop", |settings| {
        settings.offset_m = 1.0;
        settings.distance_m = 1.0;
        settings.tone = 0.0;
    });
    let map = &subject.survey.picture(NONE).radiation[2].path;
    // The front driver alone, at Depth 0: its axis is 45° to the right of the listener.
    let level = |azimuth_deg: f64| map.at(azimuth_deg, 4000.0);
    assert!((level(-45.0 - 30.0) - level(-45.0 + 30.0)).abs() < 0.01);
    assert!(level(-45.0) > level(0.0) && level(0.0) > level(30.0));
    assert_eq!(
        map.on_axis_db[map.bin_near(4000.0)],
        map.level_db(row(map, 0.0), map.bin_near(4000.0))
    );
}

#[test]
fn directivity_index_is_that_of_the_beam_pattern() {
    for file_stem in ["tabletop", "laptop", "tablet", "desktop-pair", "soundbar", "ring"] {
        let subject = Subject::new(file_stem, |_| ());
        let picture = subject.survey.picture(FULL);
        let mut worst = 0.0_f64;
        for path in Path::ALL {
            let map = &picture.radiation[path as usize].path;
            let expected = subject.pattern(path, 1.0, &map.frequencies_hz).directivity_index_db;
            let errors = map
                .directivity_index_db
                .iter()
                .zip(&expected)
                .map(|(a, b)| (f64::from(*a) - b).abs());
            worst = errors.fold(worst, f64::max);
        }
        assert!(worst < 0.02, "{file_stem}: {worst}");
    }
}

/// All numbers of a picture, each with what it is.
fn numbers(picture: &Picture) -> impl Iterator<Item = (&'static str, f32)> {
    let maps = picture.radiation.iter().flat_map(|path| [&path.path, &path.matrix]);
    let maps = maps.flat_map(|map| {
        [
            ("level", &map.levels_db),
            ("on-axis level", &map.on_axis_db),
            ("directivity index", &map.directivity_index_db),
        ]
    });
    let curves = &picture.listening;
    let curves = [
        ("target", &curves.target_db),
        ("gain", &curves.head_db),
        ("gain at the edge", &curves.zone_edge_db),
        ("effort", &curves.effort_db),
        ("left colour", &curves.colour_db[0]),
        ("right colour", &curves.colour_db[1]),
        ("zone map", &picture.zone_map.gain_db),
    ];
    maps.chain(curves)
        .flat_map(|(what, values)| values.iter().map(move |value| (what, *value)))
}

#[test]
fn every_number_is_finite() {
    let one_driver = Device::from_toml(
        "name = \"One\"\n[enclosure]\nshape = \"sphere\"\nradius_m = 0.05\n[[driver]]\nname = \"front\"\n\
         azimuth_deg = 0.0\nelevation_deg = 0.0\nradius_m = 0.02\nband_hz = [300.0, 6000.0]\ndelay_ms = 1.0\ninvert = true\n",
        "one",
    )
    .expect("a valid device");
    let devices = presets().iter().map(|preset| &preset.device).chain([&one_driver]);
    for device in devices {
        for (muted, offset_m, distance_m, zone_m, rate) in [
            (0, 0.0, 2.0, 0.03, 48_000.0),
            (0, -1.0, 0.3, 0.15, 44_100.0),
            (0xffff, 0.0, 0.3, 0.0, 48_000.0),
            (0b1, 1.0, 5.0, 0.03, 96_000.0),
            (!0b1, 0.2, 0.5, 0.01, 22_050.0),
        ] {
            let settings = DesignSettings {
                muted,
                offset_m,
                distance_m,
                zone_m,
                ..DesignSettings::default()
            };
            let design = Design::new(device, &settings, &Timing::new(rate, UpmixMode::High));
            let survey = Survey::new(device, &design, &settings, rate);
            for strengths in [
                FULL,
                NONE,
                Strengths {
                    cancel: 0.3,
                    depth: 0.7,
                },
            ] {
                let picture = survey.picture(strengths);
                for (what, value) in numbers(&picture) {
                    assert!(
                        value.is_finite() && value.abs() <= 250.0,
                        "{} {muted:b} {what}: {value}",
                        device.name
                    );
                }
                if muted == 0xffff {
                    assert!(picture.radiation[0].path.levels_db.iter().all(|&level| level == -120.0));
                    assert!(picture.zone_map.gain_db.iter().all(|&gain| gain == 0.0));
                }
            }
        }
    }
}
