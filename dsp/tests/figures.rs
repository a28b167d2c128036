//! The library's figures of merit, each against what it must reach.

use proscenium_dsp::analysis::figures::{Figure, laptop, tabletop};
use proscenium_dsp::array::{Device, presets};

fn preset(file_stem: &str) -> &'static Device {
    let preset = presets().iter().find(|preset| preset.file_stem == file_stem);
    &preset.expect("a preset").device
}

fn assert_all_hold(figures: &[Figure]) {
    for figure in figures {
        println!("{figure}");
    }
    let missed: Vec<String> = figures
        .iter()
        .filter(|figure| !figure.holds())
        .map(Figure::to_string)
        .collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn tabletop_reaches_its_figures() {
    assert_all_hold(&tabletop(preset("tabletop")));
}

#[test]
fn laptop_reaches_its_figures() {
    assert_all_hold(&laptop(preset("laptop")));
}
