//! `proscenium report`

use crate::support::{run, run_in};
use proscenium_dsp::acoustics::HeadPose;
use proscenium_dsp::analysis::figures;
use proscenium_dsp::array::{Path, presets};
use proscenium_dsp::design::{Design, DesignSettings};
use proscenium_dsp::engine::Timing;
use proscenium_dsp::room::{PathInRoom, Room};
use proscenium_dsp::upmix::UpmixMode;
use serde_json::Value;
use std::fs;

/// What the page is made of, in its order.
const SECTIONS: [&str; 8] = [
    "device",
    "polar",
    "maps",
    "cancellation",
    "zone",
    "filters",
    "room",
    "figures",
];

fn report(options: &str) -> Value {
    let words: Vec<&str> = ["report", "--json"]
        .into_iter()
        .chain(options.split_whitespace())
        .collect();
    run(&words).succeeds().json()
}

/// A figure by its group and id.
fn figure<'a>(report: &'a Value, group: &str, id: &str) -> &'a Value {
    let by_id = |entries: &'a Value, id: &str| {
        let found = entries.as_array().unwrap().iter().find(|entry| entry["id"] == id);
        found.unwrap_or_else(|| panic!("no {id}"))
    };
    by_id(&by_id(&report["groups"], group)["figures"], id)
}

fn assert_near(value: &Value, expected: f64) {
    let value = value.as_f64().unwrap();
    assert!((value - expected).abs() < 1e-9, "{value}, not {expected}");
}

/// Figures that the library has too are the library's.
#[test]
fn figures_are_those_of_the_library() {
    let tabletop = report("");
    let library = figures::tabletop(&presets()[0].device);
    let expected = |name: &str| library.iter().find(|figure| figure.name == name).unwrap().value;
    for (id, name) in [
        ("mean", "cancellation, design point, mean 500 Hz–8 kHz"),
        ("minimum", "cancellation, design point, minimum"),
        ("sideways_2_cm", "cancellation, ±2 cm sideways, mean"),
        ("sideways_5_cm", "cancellation, ±5 cm sideways, mean"),
        (
            "sideways_5_cm_worst",
            "cancellation, ±5 cm sideways, worst third octave",
        ),
        ("yaw_10_deg", "cancellation, 10° of yaw, mean"),
        ("offset_0_2_m", "cancellation, listener offset 0.2 m, mean"),
        (
            "colour",
            "ipsilateral colour re Cancellation 0, third octaves 200 Hz–8 kHz, ±",
        ),
        ("effort", "effort re Cancellation 0, worst"),
    ] {
        assert_near(&figure(&tabletop, "cancellation", id)["at_tone_0"], expected(name));
    }
    for (id, name) in [
        ("mean", "Tone 100 %: cancellation, design point, mean 500 Hz–8 kHz"),
        ("minimum", "Tone 100 %: cancellation, design point, minimum"),
        ("sideways_5_cm", "Tone 100 %: cancellation, ±5 cm sideways, mean"),
    ] {
        assert_near(&figure(&tabletop, "cancellation", id)["value"], expected(name));
    }
    for (id, name) in [
        ("null_mean", "centre beam, ±90° below on-axis, mean 300 Hz–3 kHz"),
        ("null_worst", "centre beam, ±90° below on-axis, worst frequency"),
        ("lobe_45_deg", "centre beam, ±45° re on-axis, mean"),
        ("directivity_gain", "centre beam, directivity index above Depth 0, mean"),
    ] {
        assert_near(&figure(&tabletop, "center", id)["at_tone_0"], expected(name));
    }
    assert_near(
        &figure(&tabletop, "cancellation", "filter_gain")["value"],
        expected("largest filter gain at Tone 0"),
    );
    assert_near(
        &figure(&tabletop, "engine", "alignment")["value"],
        expected("alignment of left, right and centre at the listener"),
    );
    assert_near(
        &figure(&tabletop, "ears", "hard_delay")["value"],
        expected("hard-panned, error of the interaural delay below 1.5 kHz"),
    );
    assert_eq!(figure(&tabletop, "cancellation", "mean")["limit"]["floor"], 30.0);
    // Floors are those of the specification: Tabletop with default settings reaches each.
    for group in tabletop["groups"].as_array().unwrap() {
        for figure in group["figures"].as_array().unwrap() {
            assert!(figure["pass"] != "below", "{figure}");
            let judged = figure["pass"].is_string() == (figure["limit"].is_object() && figure["value"].is_number());
            assert!(judged, "{figure}");
            assert!(figure["value"].is_number() != figure["reason"].is_string(), "{figure}");
        }
    }
}

#[test]
fn rooms_and_settings_are_those_asked_for() {
    let laptop = report("--device laptop --room office --tone 0 --zone 5 --beam constant-directivity");
    let device = &presets()[2].device;
    let settings = DesignSettings {
        device: proscenium_dsp::design::DeviceChoice::Preset(2),
        distance_m: 0.6,
        zone_m: 5.0 * 0.01,
        tone: 0.0,
        beam: proscenium_dsp::design::BeamKind::ConstantDirectivity,
        ..DesignSettings::default()
    };
    let design = Design::new(device, &settings, &Timing::new(48_000.0, UpmixMode::High));
    let pose = HeadPose::at_distance(f64::from(0.6_f32));
    let paths = PathInRoom::all(device, &design, &pose, &Room::office(), 48_000.0).unwrap();
    let center = paths[Path::Center as usize].figures(1.0);
    let reported = &laptop["room"]["paths"][2]["with"];
    assert_eq!(laptop["room"]["id"], "office");
    for (value, expected) in [
        (&reported["direct_to_reverberant_db"], center.direct_to_reverberant_db),
        (&reported["clarity_c50_db"], center.clarity_db),
    ] {
        let value = value.as_f64().unwrap();
        // Settings may differ from those of the test by a rounding error.
        assert!((value - expected).abs() < 1e-3, "{value}, not {expected}");
    }
    assert_eq!(laptop["settings"]["zone"], 5.0);
    assert_eq!(figure(&laptop, "cancellation", "mean")["limit"]["floor"], 20.0);
    assert!(figure(&laptop, "cancellation", "mean")["at_tone_0"].is_null());
    // No nulls are asked for.
    assert!(figure(&laptop, "center", "null_mean")["pass"].is_null());
}

#[test]
fn the_page_is_whole_and_the_same_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str| {
        run_in(folder.path(), &["report", "--device", "tablet", "-o", name]).succeeds();
        fs::read_to_string(folder.path().join(name)).unwrap()
    };
    let page = write("report.html");
    assert_eq!(page, write("again.html"));
    let mut from = 0;
    for section in SECTIONS {
        let at = page[from..].find(&format!("<section id=\"{section}\">"));
        from += at.unwrap_or_else(|| panic!("no section {section} in its place"));
    }
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>"));
    // Nothing is asked of a network; the one address names the SVG's language where it stands.
    for address in ["http:", "https:", "src=", "@import", "url("] {
        assert!(!page.contains(address), "{address}");
    }
    // Pictures may spell anything.
    let words = page
        .split("base64,")
        .map(|piece| piece.split_once('"').map_or(piece, |(_, rest)| rest));
    let mut words = words.skip(1).chain([page.split("base64,").next().unwrap()]);
    assert!(words.all(|words| !words.contains("NaN")), "something was not measured");
}

/// Names come from device files, which others write.
#[test]
fn a_name_is_no_markup() {
    let folder = tempfile::tempdir().unwrap();
    let shown = run(&["devices", "show", "laptop"]).succeeds().stdout;
    let evil = "<script>alert(1)</script>&\\\"'";
    let device = shown.replace("name = \"Laptop\"", &format!("name = \"{evil}\""));
    let device = device.replace("\"left\"", "\"<b>&l\"");
    fs::write(folder.path().join("evil.toml"), device).unwrap();
    run_in(folder.path(), &["report", "--device", "evil.toml", "-o", "report.html"]).succeeds();
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.contains("&lt;script&gt;alert(1)"));
    assert!(!page.contains("<script>alert") && !page.contains("<b>"));
}

#[test]
fn nothing_is_overwritten_and_mistakes_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let report = |more: &[&str]| run_in(folder.path(), &[&["report"], more].concat());
    fs::write(folder.path().join("mine.html"), "mine").unwrap();
    report(&["-o", "mine.html"]).fails(1, &["mine.html exists", "--force"]);
    assert_eq!(fs::read_to_string(folder.path().join("mine.html")).unwrap(), "mine");
    report(&["-o", "."]).fails(2, &["no name of a file"]);
    report(&["-o", "mine.html/report.html"]).fails(1, &["cannot make"]);
    report(&["--room", "bath"]).fails(2, &["living-room, office"]);
    report(&["--rate", "8000"]).fails(2, &["--rate"]);
    report(&["--device", "gramophone"]).fails(2, &["gramophone", "tabletop, "]);
    fs::write(folder.path().join("bad.toml"), "name = 3").unwrap();
    report(&["--device", "bad.toml", "-o", "new.html"]).fails(1, &["bad.toml", "name"]);
    assert!(!folder.path().join("new.html").exists());
    report(&["-o", "mine.html", "--force"]).succeeds();
    assert!(fs::read_to_string(folder.path().join("mine.html")).unwrap().len() > 100_000);
    // A listener behind a wall leaves the rest of the report as it is.
    let far = report(&["--distance", "5", "--json"]).succeeds().json();
    assert!(
        far["room"]["error"].as_str().unwrap().contains("outside the room"),
        "{far}"
    );
    assert!(run(&["report", "--help"]).succeeds().stdout.contains("Examples:"));
}
