//! The zone map panel in use.

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Rect, Vec2, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use proscenium_dsp::analysis::ZoneMap;

use super::{PIXELS, Places, ZoneMapPanel, picture};
use crate::editor::testing::Stand;
use crate::editor::theme;
use crate::params::ZoneGoalParam;

fn harness<'a>(size: Vec2) -> Harness<'a, Stand> {
    let mut panel = ZoneMapPanel::default();
    let mut harness = Stand::new()
        .analysed()
        .harness(size, move |ui, scene| panel.show(ui, scene));
    harness.run();
    harness
}

#[test]
fn the_picture_has_left_on_the_left_and_the_device_above() {
    // 40 dB on the listener's left, near the device; 0 dB elsewhere.
    let map = ZoneMap {
        offsets_m: vec![-0.2, 0.0, 0.2],
        depths_m: vec![-0.3, 0.0, 0.3],
        gain_db: vec![0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 40.0],
    };
    let image = picture(&map);
    let bright = |pixel: egui::Color32| u32::from(pixel.r()) + u32::from(pixel.g());
    let [columns, rows] = PIXELS;
    let corners = [0, columns - 1, (rows - 1) * columns, rows * columns - 1].map(|n| bright(image.pixels[n]));
    assert!(corners[1..].iter().all(|corner| *corner < corners[0]), "{corners:?}");
    assert_eq!(image.pixels[columns - 1], theme::map_color(0.0));
}

#[test]
fn map_and_bar_stay_within_the_panel_at_any_size() {
    let stand = Stand::new().analysed();
    let map = &stand.snapshot.as_ref().unwrap().picture.zone_map;
    for size in [[330.0, 270.0], [480.0, 460.0], [900.0, 600.0]] {
        let panel = Rect::from_min_size(pos2(0.0, 0.0), size.into());
        let Places {
            menu,
            scale,
            bar,
            readout,
        } = Places::new(map, panel);
        assert!(!menu.intersect(scale.rect).is_positive(), "{size:?}");
        assert!(
            [scale.rect, bar, readout]
                .iter()
                .all(|rect| panel.expand(0.01).contains_rect(*rect)),
            "{size:?}"
        );
        assert!(
            scale.rect.width() > 120.0 && scale.rect.bottom() < readout.top(),
            "{size:?}"
        );
    }
}

#[test]
fn hovering_reads_out_place_and_gain() {
    let mut harness = harness(vec2(480.0, 460.0));
    harness.get_by_label_contains("design point: ");
    let map = harness
        .state()
        .atlas
        .widgets()
        .find(|(key, _)| *key == "zone:map")
        .unwrap()
        .1;
    harness.hover_at(map.center() + vec2(0.1 * map.width(), -0.25 * map.height()));
    harness.run();
    let label = harness
        .get_by_label_contains("cm nearer")
        .accesskit_node()
        .value()
        .unwrap();
    assert!(label.starts_with("4.0 cm right, 15 cm nearer: "), "{label}");
    let snapshot = harness.state().snapshot.clone().unwrap();
    let gain_db = snapshot.picture.zone_map.at(-0.04, 0.15);
    let shown: f32 = label
        .rsplit(": ")
        .next()
        .unwrap()
        .trim_end_matches(" dB")
        .parse()
        .unwrap();
    assert!((shown - gain_db).abs() < 0.5, "{label} against {gain_db}");
}

#[test]
fn the_goal_of_the_zone_is_chosen_here() {
    let stand = Stand::new().analysed();
    let (params, recorder) = (Arc::clone(&stand.shared.params), Arc::clone(&stand.recorder));
    let mut panel = ZoneMapPanel::default();
    let mut harness = stand.harness(vec2(330.0, 270.0), move |ui, scene| panel.show(ui, scene));
    harness.run();
    harness.get_by_role_and_label(Role::ComboBox, "Zone Goal").click();
    harness.run();
    harness.get_by_label("Worst position").click();
    harness.run();
    assert_eq!(recorder.take_gestures(), ["zone_goal"]);
    assert_eq!(params.zone_goal.value(), ZoneGoalParam::WorstPosition);
}
