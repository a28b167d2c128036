//! The rows at the top: presets, A and B, reset, scale, peak guard and bypass; device, programme, output, room and upmix.

use std::sync::Arc;

use egui::{Align, ComboBox, Layout, Rect, RichText, Ui, UiBuilder};

use super::compare::Slot;
use super::device::DevicePanel;
use super::memory::Desk;
use super::param_values::ParamValues;
use super::presets::{PRESETS, matching};
use super::room;
use super::scene::Scene;
use super::theme;
use super::widgets::{Choice, Toggle, push_button};
use crate::params::ProsceniumParams;

/// Scale factors to choose from.
const SCALES: [f32; 7] = [0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5];

/// With this width the choices have some space between them, points.
const ROOMY: f32 = 830.0;

/// Draws the header in its one or two rows.
pub(crate) fn show(ui: &mut Ui, rows: &[Rect], desk: &Desk, device: &mut DevicePanel, scene: &mut Scene<'_>) {
    match rows {
        [row] => in_row(ui, *row, |ui| {
            settings(ui, desk, scene);
            ui.add_space(14.0);
            choices(ui, device, scene);
            at_the_right(ui, scene);
        }),
        [first, second, ..] => {
            in_row(ui, *first, |ui| {
                settings(ui, desk, scene);
                at_the_right(ui, scene);
            });
            in_row(ui, *second, |ui| choices(ui, device, scene));
        }
        [] => {}
    }
}

fn in_row(ui: &mut Ui, rect: Rect, contents: impl FnOnce(&mut Ui)) {
    let layout = Layout::left_to_right(Align::Center);
    let mut row = ui.new_child(
        UiBuilder::new()
            .max_rect(rect)
            .layout(layout)
            .id_salt(rect.top() as i32),
    );
    contents(&mut row);
}

/// Title, presets, comparison, reset.
fn settings(ui: &mut Ui, desk: &Desk, scene: &mut Scene<'_>) {
    let params = Arc::clone(&scene.links.params);
    ui.label(
        RichText::new("PROSCENIUM")
            .strong()
            .size(theme::TITLE_SIZE)
            .color(theme::ACCENT),
    );
    ui.add_space(8.0);
    let mut memory = desk.memory();
    preset_menu(ui, &params, &mut memory.preset, scene);
    ui.add_space(8.0);
    let comparison = &mut memory.comparison;
    for slot in Slot::BOTH {
        let lit = (comparison.heard() == slot).then_some(theme::ACCENT);
        let button = push_button(ui, slot.name(), lit)
            .on_hover_text("Two settings of all parameters but Bypass, to be heard in turn.");
        scene
            .atlas
            .note(format!("button:{}", slot.name().to_lowercase()), button.rect);
        if button.clicked() {
            comparison.switch_to(slot, &params, &mut scene.hands);
        }
    }
    let copy = push_button(ui, &format!("Copy to {}", comparison.target().name()), None)
        .on_hover_text("Makes the other setting the same as this one.");
    scene.atlas.note("button:copy", copy.rect);
    if copy.clicked() {
        comparison.copy(&params);
    }
    let reset = push_button(ui, "Reset", None)
        .on_hover_text("Sets every parameter but Bypass to its default; what is copied to the other setting stays.");
    scene.atlas.note("button:reset", reset.rect);
    if reset.clicked() {
        ParamValues::defaults(&params).recall(&params, &mut scene.hands);
    }
    drop(memory);
    ui.add_space(8.0);
    scale_menu(ui, desk, scene);
}

fn preset_menu(ui: &mut Ui, params: &ProsceniumParams, picked: &mut Option<&'static str>, scene: &mut Scene<'_>) {
    let shown = matching(params, *picked);
    let menu = ComboBox::from_id_salt("preset")
        .selected_text(shown.unwrap_or("Own setting"))
        .width(140.0)
        // All of them without scrolling.
        .height(26.0 * PRESETS.len() as f32)
        .show_ui(ui, |ui| {
            for preset in &PRESETS {
                let item = ui.selectable_label(shown == Some(preset.name), preset.name);
                scene.atlas.note(format!("preset:{}", preset.name), item.rect);
                if item.on_hover_text(preset.purpose).clicked() {
                    *picked = Some(preset.name);
                    preset.values(params).recall(params, &mut scene.hands);
                }
            }
        });
    scene.atlas.note("button:preset", menu.response.rect);
    let named = menu.response.accessible_name("Preset");
    named.on_hover_text("Sounds to start from. Listener and level stay, and so does the device unless it is named.");
}

/// Scale of the whole editor. Far enough to the left to be reached on any screen once everything is large.
fn scale_menu(ui: &mut Ui, desk: &Desk, scene: &mut Scene<'_>) {
    let scale = desk.view().scale;
    let menu = ComboBox::from_id_salt("scale")
        .selected_text(format!("{:.0} %", 100.0 * scale))
        .width(64.0)
        .show_ui(ui, |ui| {
            for choice in SCALES {
                if ui
                    .selectable_label(choice == scale, format!("{:.0} %", 100.0 * choice))
                    .clicked()
                {
                    ui.ctx().set_zoom_factor(choice);
                }
            }
        });
    scene.atlas.note("choice:scale", menu.response.rect);
    menu.response
        .accessible_name("Scale")
        .on_hover_text("Size of everything in this window, 75 % to 250 %.");
}

/// Peak guard and bypass, from the right.
fn at_the_right(ui: &mut Ui, scene: &mut Scene<'_>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let params = Arc::clone(&scene.links.params);
        let bypass = Toggle::new(&params.bypass, theme::WARNING).show(ui, &mut scene.hands);
        scene.atlas.note("button:bypass", bypass.rect);
        let guard = Toggle::new(&params.guard, theme::LEVEL).show(ui, &mut scene.hands);
        scene.atlas.note("button:guard", guard.rect);
    });
}

/// What to play on, what comes in and what goes out.
fn choices(ui: &mut Ui, device: &mut DevicePanel, scene: &mut Scene<'_>) {
    let mut gap = 6.0;
    if ui.available_width() < ROOMY {
        (ui.spacing_mut().item_spacing.x, gap) = (4.0, 2.0);
    }
    let params = Arc::clone(&scene.links.params);
    device.show(ui, scene);
    ui.add_space(gap);
    let (response, _) = Choice::new(&params.program).show(ui, &mut scene.hands, 72.0);
    scene.atlas.note("choice:program", response.rect);
    ui.add_space(gap);
    let (response, _) = Choice::new(&params.output).show(ui, &mut scene.hands, 100.0);
    scene.atlas.note("choice:output", response.rect);
    ui.add_space(gap);
    room::show(ui, scene);
    ui.add_space(gap);
    let (response, _) = Choice::new(&params.upmix).show(ui, &mut scene.hands, 100.0);
    scene.atlas.note("choice:upmix", response.rect);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::testing::Stand;
    use crate::params::DeviceParam;
    use egui::accesskit::Role;
    use egui_kittest::kittest::Queryable as _;

    fn header(stand: Stand) -> egui_kittest::Harness<'static, Stand> {
        let (desk, mut device) = (Desk::new(stand.shared.clone()), DevicePanel::default());
        stand.harness(egui::vec2(900.0, 400.0), move |ui, scene| {
            let row = |top: f32| Rect::from_min_size(egui::pos2(4.0, top), egui::vec2(880.0, 30.0));
            show(ui, &[row(4.0), row(36.0)], &desk, &mut device, scene);
        })
    }

    #[test]
    fn picking_a_device_sets_the_distance_it_is_made_for() {
        let stand = Stand::new();
        let (params, recorder) = (Arc::clone(&stand.shared.params), Arc::clone(&stand.recorder));
        let mut harness = header(stand);
        harness.get_by_role_and_label(Role::ComboBox, "Device").click();
        harness.run();
        harness.get_by_label("Laptop").click();
        harness.run();
        assert_eq!(recorder.take_gestures(), ["device", "distance"]);
        assert_eq!(params.device.value(), DeviceParam::Laptop);
        assert!((params.distance.value() - 0.6).abs() < 1e-4);
    }

    #[test]
    fn presets_reset_and_bypass_are_gestures() {
        let stand = Stand::new();
        let (params, recorder) = (Arc::clone(&stand.shared.params), Arc::clone(&stand.recorder));
        let mut harness = header(stand);
        harness.get_by_label("Preset").click();
        harness.run();
        harness.get_by_label("Near voice").click();
        harness.run();
        assert_eq!(recorder.take_gestures(), ["width", "center_level"]);
        harness.get_by_label("B").click();
        harness.run();
        harness.get_by_label("Reset").click();
        harness.run();
        assert_eq!(recorder.take_gestures(), ["width", "center_level"]);
        assert_eq!(params.width.value(), 30.0);
        harness.get_by_label("A").click();
        harness.run();
        assert!((params.width.value() - 35.0).abs() < 1e-4);
        harness.get_by_label("Bypass").click();
        harness.run();
        assert!(params.bypass.value());
        recorder.take_gestures();
    }

    /// In the smallest window and the smallest that has one row, with the longest texts in every menu.
    #[test]
    fn nothing_overlaps_or_is_cut() {
        for (width, rows) in [(800.0, 2), (1540.0, 1)] {
            let stand = Stand::new();
            let (desk, mut device) = (Desk::new(stand.shared.clone()), DevicePanel::default());
            let inside = width - 12.0;
            let mut harness = stand.harness(egui::vec2(width, 120.0), move |ui, scene| {
                let params = Arc::clone(&scene.links.params);
                scene.hands.set(&params.device, DeviceParam::TabletopFull);
                scene.hands.set(&params.output, crate::params::OutputParam::Headphones);
                scene.hands.set(&params.upmix, crate::params::UpmixParam::LowLatency);
                scene.hands.set(&params.room, crate::params::RoomParam::Custom);
                scene
                    .hands
                    .set(&params.program, crate::params::ProgrammeParam::Binaural);
                let row = |n: usize| {
                    let top = egui::pos2(6.0, 6.0 + 32.0 * n as f32);
                    Rect::from_min_size(top, egui::vec2(inside, 32.0))
                };
                let rows: Vec<Rect> = (0..rows).map(row).collect();
                show(ui, &rows, &desk, &mut device, scene);
            });
            harness.run();
            let atlas = &harness.state().atlas;
            let places: Vec<(&str, Rect)> = atlas.widgets().collect();
            assert!(places.len() >= 12);
            for (n, (name, rect)) in places.iter().enumerate() {
                assert!(
                    rect.left() >= 6.0 && rect.right() <= width - 5.0,
                    "{width}: {name} {rect:?}"
                );
                for (other, place) in &places[n + 1..] {
                    assert!(!rect.intersect(*place).is_positive(), "{width}: {name}, {other}");
                }
            }
        }
    }
}
