//! `proscenium devices`

use crate::support::{run, run_in};
use proscenium_dsp::array::{Device, presets};
use std::fs;

#[test]
fn lists_the_presets() {
    let listing = run(&["devices"]).succeeds();
    assert_eq!(listing.stdout.lines().count(), presets().len());
    assert_eq!(run(&["devices", "list"]).succeeds().stdout, listing.stdout);
    let json = run(&["devices", "--json"]).succeeds().json();
    assert_eq!(json[0]["id"], "tabletop");
    assert_eq!(json[0]["drivers"], serde_json::json!(["left", "right", "top", "front"]));
    assert_eq!(json[2]["listener_distance_m"], 0.6);
}

#[test]
fn what_is_shown_is_a_device_file() {
    for preset in presets() {
        let shown = run(&["devices", "show", preset.file_stem]).succeeds();
        assert_eq!(Device::from_toml(&shown.stdout, "shown").unwrap(), preset.device);
    }
    let by_name = run(&["devices", "show", "Tabletop Full", "--json"]).succeeds().json();
    assert_eq!(by_name["driver"][0]["name"], "left");
}

#[test]
fn checks_every_file_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let shown = run(&["devices", "show", "laptop"]).stdout;
    fs::write(folder.path().join("good.toml"), &shown).unwrap();
    fs::write(
        folder.path().join("bad.toml"),
        shown.replace("radius_m = 0.01", "radius_m = -1"),
    )
    .unwrap();
    fs::write(folder.path().join("noise.toml"), [0xff, 0xfe, 0]).unwrap();
    let check = |files: &[&str]| run_in(folder.path(), &[&["devices", "check", "--json"], files].concat());
    assert_eq!(check(&["good.toml"]).succeeds().json()[0]["valid"], true);
    let json = check(&["bad.toml", "good.toml"])
        .fails(1, &["bad.toml", "radius_m"])
        .json();
    assert_eq!((&json[0]["valid"], &json[1]["valid"]), (&false.into(), &true.into()));
    check(&["noise.toml"]).fails(1, &["not a text"]);
    check(&["."]).fails(1, &["irectory"]);
    check(&["missing.toml"]).fails(1, &["missing.toml"]);
}

#[test]
fn a_device_that_does_not_exist_is_a_mistake_of_the_caller() {
    run(&["devices", "show", "gramophone"]).fails(2, &["gramophone", "tabletop, "]);
    run(&["devices", "shout"]).fails(2, &["shout"]);
    assert!(run(&["devices", "--help"]).succeeds().stdout.contains("Examples:"));
}
