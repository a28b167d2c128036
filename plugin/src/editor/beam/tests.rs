//! The beam panel in use.

use egui::{Pos2, Rect, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use proscenium_dsp::array::Path;

use super::heat_map::MapScale;
use super::polar::PolarScale;
use super::{BeamPanel, Places};
use crate::editor::testing::{Stand, click, place};

fn harness<'a>(size: Vec2) -> Harness<'a, Stand> {
    let mut panel = BeamPanel::default();
    let mut harness = Stand::new()
        .analysed()
        .harness(size, move |ui, scene| panel.show(ui, scene));
    harness.run();
    harness
}

#[test]
fn plots_stay_within_the_panel_and_apart_at_any_size() {
    for size in [[330.0, 270.0], [480.0, 460.0], [900.0, 600.0], [300.0, 500.0]] {
        let panel = Rect::from_min_size(Pos2::ZERO, size.into());
        let Places {
            switches,
            menu,
            polar,
            figures,
            map,
            readout,
        } = Places::new(panel);
        let all = [switches, menu, polar, figures, map, readout];
        for (n, rect) in all.into_iter().enumerate() {
            assert!(
                panel.expand(0.01).contains_rect(rect) && rect.is_positive(),
                "{size:?}: {rect:?}"
            );
            assert!(
                !all[n + 1..].iter().any(|other| rect.shrink(0.01).intersects(*other)),
                "{size:?}: {rect:?}"
            );
        }
        assert!(PolarScale::new(polar).radius > 45.0, "{size:?}");
        assert!(MapScale::within(map).rect.width() > 80.0, "{size:?}");
    }
}

#[test]
fn a_click_in_the_map_chooses_frequency_and_azimuth() {
    let mut harness = harness(vec2(480.0, 460.0));
    let map = place(&harness, "beam:map");
    click(&mut harness, map.lerp_inside(vec2(0.5, 0.25)));
    let cursor = harness.state().cursor;
    assert!((cursor.frequency_hz / 1264.9 - 1.0).abs() < 0.01, "{cursor:?}");
    assert!((cursor.azimuth_deg - 90.0).abs() <= 1.0, "{cursor:?}");
}

#[test]
fn a_click_in_the_polar_plot_chooses_the_azimuth_alone() {
    let mut harness = harness(vec2(480.0, 460.0));
    let polar = place(&harness, "beam:polar");
    // Below and to the right of the device: towards the listener, on their right.
    click(&mut harness, polar.center() + vec2(30.0, 30.0));
    let cursor = harness.state().cursor;
    assert_eq!((cursor.azimuth_deg, cursor.frequency_hz), (-45.0, 1000.0));
}

#[test]
fn switches_choose_the_path() {
    let mut harness = harness(vec2(330.0, 270.0));
    for (name, path) in [("Left", Path::Left), ("Right", Path::Right), ("Centre", Path::Center)] {
        harness.get_by_label(name).click();
        harness.run();
        assert_eq!(harness.state().cursor.path, path);
    }
}

#[test]
fn hovering_reads_out_what_the_library_computes() {
    let mut harness = harness(vec2(900.0, 600.0));
    let map = MapScale::over(place(&harness, "beam:map"));
    harness.hover_at(map.point(1250.0, -90.0));
    harness.run();
    let snapshot = harness.state().snapshot.clone().unwrap();
    let pattern = &snapshot.picture.radiation[Path::Center as usize].path;
    let level_db = pattern.at(-90.0, 1250.0) - pattern.at(0.0, 1250.0);
    let label = harness
        .get_by_label_contains("kHz, −90°: −")
        .accesskit_node()
        .value()
        .unwrap();
    let shown: f32 = label
        .split("−90°: −")
        .nth(1)
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!((shown + level_db).abs() < 0.3, "{label} against {level_db}");
    assert!(label.starts_with("1.25 kHz") && label.contains("(matrix −"), "{label}");
}

#[test]
fn without_an_analysis_the_panel_says_so() {
    let mut panel = BeamPanel::default();
    let mut harness = Stand::new().harness(vec2(330.0, 270.0), move |ui, scene| panel.show(ui, scene));
    harness.run();
    harness.get_by_label("analysing…");
}
