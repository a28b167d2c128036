//! Device files: what is read, what is refused, and how the refusal reads.

use proscenium_dsp::array::{Device, DeviceError, Enclosure, MAX_DEVICE_BYTES, Path, Placement, Problem, presets};

const SPHERE: &str = r#"
name = "Ball"
[enclosure]
shape = "sphere"
radius_m = 0.1
[[driver]]
name = "left"
azimuth_deg = 90.0
radius_m = 0.03
band_hz = [150.0, 20000.0]
gain_db = -1.5
delay_ms = 0.25
invert = true
[[driver]]
name = "right"
azimuth_deg = -90.0
elevation_deg = 10.0
radius_m = 0.03
"#;

const FREE: &str = r#"
name = "Pair"
listener_distance_m = 0.6
[enclosure]
shape = "free"
[[driver]]
name = "left"
position_m = [0.0, 0.2, 0.0]
radius_m = 0.02
[[driver]]
name = "right"
position_m = [0.0, -0.2, 0.0]
axis = [-1.0, 0.5, 0.0]
radius_m = 0.02
"#;

/// The error of a file in which the first `from` became `to`.
fn error_after(base: &str, from: &str, to: &str) -> DeviceError {
    assert!(base.contains(from), "{from} is not in the file");
    match Device::from_toml(&base.replacen(from, to, 1), "my.toml") {
        Ok(_) => panic!("\"{to}\" was accepted in place of \"{from}\""),
        Err(error) => error,
    }
}

#[test]
fn sphere_is_read() {
    let device = Device::from_toml(SPHERE, "my.toml").expect("valid");
    assert_eq!(device.enclosure, Enclosure::Sphere { radius_m: 0.1 });
    assert_eq!(device.listener_distance_m, None);
    let left = &device.drivers[0];
    assert_eq!((left.gain_db, left.delay_ms, left.invert), (-1.5, 0.25, true));
    assert_eq!(left.band_hz, Some([150.0, 20_000.0]));
    assert_eq!(
        device.drivers[1].placement,
        Placement::Surface {
            azimuth_deg: -90.0,
            elevation_deg: 10.0
        }
    );
    assert_eq!(device.reference_drivers(Path::Center), [0, 1]);
}

#[test]
fn enclosure_and_axis_have_defaults() {
    let device = Device::from_toml(&FREE.replace("[enclosure]\nshape = \"free\"\n", ""), "my.toml").expect("valid");
    assert_eq!(device.enclosure, Enclosure::Free);
    assert_eq!(device.drivers[0].axis(), [-1.0, 0.0, 0.0]);
}

#[test]
fn reference_table_overrules_the_rule_path_by_path() {
    let text = format!("{FREE}[reference]\nleft = [\"right\", \"left\"]\n");
    let device = Device::from_toml(&text, "my.toml").expect("valid");
    assert_eq!(device.reference_drivers(Path::Left), [1, 0]);
    assert_eq!(device.reference_drivers(Path::Right), [1]);
}

#[test]
fn writing_and_reading_gives_the_same_device() {
    let own = [SPHERE, FREE].map(|text| Device::from_toml(text, "my.toml").expect("valid"));
    for device in presets().iter().map(|preset| &preset.device).chain(&own) {
        let text = device.to_toml();
        assert_eq!(&Device::from_toml(&text, "written").expect("valid"), device, "{text}");
    }
}

#[test]
fn an_error_names_file_key_fault_and_what_is_allowed() {
    let message = error_after(
        SPHERE,
        "elevation_deg = 10.0\nradius_m = 0.03",
        "elevation_deg = 10.0\nradius_m = 0.2",
    );
    assert_eq!(
        message.to_string(),
        "my.toml: driver[1].radius_m: a driver of radius 0.2 m does not fit a sphere of radius 0.1 m; \
         allowed is at most the sphere's radius"
    );
    let message = error_after(FREE, "listener_distance_m = 0.6", "listener_distance_m = 6").to_string();
    assert_eq!(
        message,
        "my.toml: listener_distance_m: 6 is out of range; allowed is 0.3 to 5 m"
    );
    let message = error_after(FREE, "shape = \"free\"", "shape = \"cube\"").to_string();
    assert!(
        message.starts_with("my.toml: line 5, `shape = \"cube\"`: ") && message.contains("`sphere` or `free`"),
        "{message}"
    );
}

#[test]
fn unknown_keys_wrong_types_and_broken_text_are_syntax_errors() {
    let cases = [
        (
            SPHERE,
            "invert = true",
            "colour = \"red\"",
            "line 13",
            "unknown field `colour`",
        ),
        (
            SPHERE,
            "name = \"Ball\"",
            "nam = \"Ball\"",
            "line 2",
            "unknown field `nam`",
        ),
        (
            SPHERE,
            "shape = \"sphere\"",
            "form = \"sphere\"",
            "line 4",
            "unknown field `form`",
        ),
        (
            SPHERE,
            "radius_m = 0.03",
            "radius_m = \"3 cm\"",
            "line 9",
            "invalid type",
        ),
        (FREE, "[0.0, 0.2, 0.0]", "[0.0, 0.2]", "line 8", "expected"),
        (FREE, "[[driver]]", "[[driver]", "line 6", "]"),
    ];
    for (base, from, to, line, fragment) in cases {
        let error = error_after(base, from, to);
        assert!(error.key.starts_with(&format!("{line}, `")), "{error}");
        assert!(
            matches!(&error.problem, Problem::Syntax(message) if message.contains(fragment)),
            "{error}"
        );
    }
}

#[test]
fn missing_fields() {
    let cases = [
        (SPHERE, "name = \"Ball\"\n", "name"),
        (SPHERE, "shape = \"sphere\"\n", "enclosure.shape"),
        (SPHERE, "radius_m = 0.1\n", "enclosure.radius_m"),
        (SPHERE, "name = \"left\"\n", "driver[0].name"),
        (SPHERE, "azimuth_deg = -90.0\n", "driver[1].azimuth_deg"),
        (SPHERE, "radius_m = 0.03\n", "driver[0].radius_m"),
        (FREE, "position_m = [0.0, -0.2, 0.0]\n", "driver[1].position_m"),
    ];
    for (base, line, key) in cases {
        let error = error_after(base, line, "");
        assert_eq!(error.key, key);
        assert!(matches!(error.problem, Problem::Missing { .. }), "{error}");
    }
}

#[test]
fn keys_of_the_other_enclosure() {
    let cases = [
        (
            SPHERE,
            "azimuth_deg = 90.0",
            "azimuth_deg = 90.0\nposition_m = [0, 0, 0]",
            "driver[0].position_m",
        ),
        (
            SPHERE,
            "azimuth_deg = 90.0",
            "azimuth_deg = 90.0\naxis = [1, 0, 0]",
            "driver[0].axis",
        ),
        (
            FREE,
            "shape = \"free\"",
            "shape = \"free\"\nradius_m = 0.1",
            "enclosure.radius_m",
        ),
        (
            FREE,
            "radius_m = 0.02",
            "radius_m = 0.02\nazimuth_deg = 3.0",
            "driver[0].azimuth_deg",
        ),
        (
            FREE,
            "radius_m = 0.02",
            "radius_m = 0.02\nelevation_deg = 3.0",
            "driver[0].elevation_deg",
        ),
    ];
    for (base, from, to, key) in cases {
        let error = error_after(base, from, to);
        assert_eq!(error.key, key);
        assert!(matches!(error.problem, Problem::Misplaced { .. }), "{error}");
    }
}

#[test]
fn numbers_that_are_not_finite() {
    let cases = [
        (
            SPHERE,
            "azimuth_deg = 90.0",
            "azimuth_deg = nan",
            "driver[0].azimuth_deg",
        ),
        (
            SPHERE,
            "elevation_deg = 10.0",
            "elevation_deg = inf",
            "driver[1].elevation_deg",
        ),
        (SPHERE, "radius_m = 0.1", "radius_m = nan", "enclosure.radius_m"),
        (SPHERE, "radius_m = 0.03", "radius_m = inf", "driver[0].radius_m"),
        (SPHERE, "[150.0, 20000.0]", "[150.0, inf]", "driver[0].band_hz"),
        (SPHERE, "gain_db = -1.5", "gain_db = -inf", "driver[0].gain_db"),
        (SPHERE, "delay_ms = 0.25", "delay_ms = nan", "driver[0].delay_ms"),
        (
            FREE,
            "listener_distance_m = 0.6",
            "listener_distance_m = nan",
            "listener_distance_m",
        ),
        (FREE, "[0.0, 0.2, 0.0]", "[0.0, nan, 0.0]", "driver[0].position_m"),
        (FREE, "[-1.0, 0.5, 0.0]", "[-inf, 0.5, 0.0]", "driver[1].axis"),
    ];
    for (base, from, to, key) in cases {
        let error = error_after(base, from, to);
        assert_eq!(error.key, key);
        assert!(matches!(error.problem, Problem::NotFinite { .. }), "{error}");
    }
}

#[test]
fn numbers_out_of_range() {
    let cases = [
        (
            SPHERE,
            "elevation_deg = 10.0",
            "elevation_deg = 91.0",
            "driver[1].elevation_deg",
        ),
        (
            SPHERE,
            "azimuth_deg = 90.0",
            "azimuth_deg = 900.0",
            "driver[0].azimuth_deg",
        ),
        (SPHERE, "radius_m = 0.1", "radius_m = 8.75", "enclosure.radius_m"),
        (SPHERE, "radius_m = 0.03", "radius_m = 0.0", "driver[0].radius_m"),
        (SPHERE, "radius_m = 0.03", "radius_m = -0.03", "driver[0].radius_m"),
        (SPHERE, "[150.0, 20000.0]", "[0.5, 20000.0]", "driver[0].band_hz"),
        (SPHERE, "[150.0, 20000.0]", "[150.0, 2e6]", "driver[0].band_hz"),
        (SPHERE, "gain_db = -1.5", "gain_db = 40.1", "driver[0].gain_db"),
        (SPHERE, "delay_ms = 0.25", "delay_ms = -0.1", "driver[0].delay_ms"),
        (SPHERE, "delay_ms = 0.25", "delay_ms = 50.1", "driver[0].delay_ms"),
        (
            FREE,
            "listener_distance_m = 0.6",
            "listener_distance_m = 0.2",
            "listener_distance_m",
        ),
        (FREE, "[0.0, 0.2, 0.0]", "[0.0, 13.0, 0.0]", "driver[0].position_m"),
    ];
    for (base, from, to, key) in cases {
        let error = error_after(base, from, to);
        assert_eq!(error.key, key);
        assert!(matches!(error.problem, Problem::OutOfRange { .. }), "{error}");
    }
}

#[test]
fn from_one_to_sixteen_drivers() {
    let with = |count: usize| {
        let driver =
            |i: usize| format!("[[driver]]\nname = \"{i}\"\nposition_m = [0, 0.{i:02}, 0]\nradius_m = 0.001\n");
        let text = format!("name = \"Row\"\n{}", (0..count).map(driver).collect::<String>());
        Device::from_toml(&text, "my.toml")
    };
    for count in [0, 17] {
        let error = with(count).expect_err("must be refused");
        assert_eq!(
            (error.key.as_str(), error.problem),
            ("driver", Problem::DriverCount(count))
        );
    }
    for count in [1, 16] {
        assert_eq!(with(count).expect("allowed").drivers.len(), count);
    }
}

#[test]
fn a_text_too_long_to_be_a_device_is_refused_unread() {
    let padded = |bytes: usize| FREE.to_owned() + "#".repeat(bytes - FREE.len()).as_str();
    assert!(Device::from_toml(&padded(MAX_DEVICE_BYTES), "my.toml").is_ok());
    let error = Device::from_toml(&padded(MAX_DEVICE_BYTES + 1), "my.toml").expect_err("must be refused");
    assert_eq!(
        error.to_string(),
        "my.toml: file: 2621441 bytes; allowed are at most 2621440"
    );
}

#[test]
fn depth_neither_overflows_the_stack_nor_fills_the_message() {
    for opening in ["a = [", "a = {a = ", "[a.a", "a.a = {", "[["] {
        for text in [opening.repeat(100_000), format!("a = {}", opening.repeat(100_000))] {
            let text = &text[..text.len().min(MAX_DEVICE_BYTES)];
            let error = Device::from_toml(text, "my.toml").expect_err("must be refused");
            assert!(matches!(error.problem, Problem::Syntax(_)), "{error}");
            assert!(
                error.to_string().len() < 500,
                "{opening}: {} bytes",
                error.to_string().len()
            );
        }
    }
}

#[test]
fn nothing_reaches_into_the_head() {
    let error = error_after(FREE, "[0.0, 0.2, 0.0]", "[-0.6, 0.05, 0.0]");
    assert_eq!(error.key, "driver[0].position_m");
    assert!(matches!(error.problem, Problem::InsideHead { .. }), "{error}");

    // Without a listening distance of its own the device is heard at two metres.
    let at_two_metres = FREE
        .replace("listener_distance_m = 0.6", "")
        .replace("[0.0, 0.2, 0.0]", "[-1.95, 0.0, 0.0]");
    let error = Device::from_toml(&at_two_metres, "my.toml").expect_err("must be refused");
    assert!(
        matches!(error.problem, Problem::InsideHead { distance_m: 2.0, .. }),
        "{error}"
    );

    let large = SPHERE.replace("name = \"Ball\"", "name = \"Ball\"\nlistener_distance_m = 0.3");
    let error = error_after(&large, "radius_m = 0.1", "radius_m = 0.25");
    assert_eq!(error.key, "enclosure.radius_m");
    assert!(matches!(error.problem, Problem::InsideHead { .. }), "{error}");
}

#[test]
fn bands_axes_names_and_references() {
    for band in ["[20000.0, 150.0]", "[150.0, 150.0]"] {
        let error = error_after(SPHERE, "[150.0, 20000.0]", band);
        assert_eq!(error.key, "driver[0].band_hz");
        assert!(matches!(error.problem, Problem::BandReversed { .. }), "{error}");
    }
    let error = error_after(FREE, "[-1.0, 0.5, 0.0]", "[0.0, 0.0, 0.0]");
    assert_eq!(
        (error.key.as_str(), error.problem),
        ("driver[1].axis", Problem::ZeroAxis)
    );
    let error = error_after(FREE, "\"right\"", "\"left\"");
    assert_eq!(
        (error.key.as_str(), error.problem),
        ("driver[1].name", Problem::DuplicateName("left".into()))
    );
    for (from, key) in [("\"Pair\"", "name"), ("\"right\"", "driver[1].name")] {
        let error = error_after(FREE, from, "\" \"");
        assert_eq!((error.key.as_str(), error.problem), (key, Problem::EmptyName));
    }
    let referring = format!("{FREE}[reference]\ncenter = [\"left\"]\n");
    let error = error_after(&referring, "[\"left\"]", "[\"middle\"]");
    assert_eq!(error.key, "reference.center");
    assert!(
        error
            .to_string()
            .ends_with("there is no driver \"middle\"; allowed are \"left\", \"right\""),
        "{error}"
    );
    for names in ["[]", "[\"left\", \"left\"]"] {
        let error = error_after(&referring, "[\"left\"]", names);
        assert!(matches!(error.problem, Problem::BadReference { .. }), "{error}");
    }
}
