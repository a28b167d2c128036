//! A strip for each driver: level, mute, solo, gain, output channel, identification.

mod meter;
mod notice;
mod strip;

use egui::{Rangef, RichText, ScrollArea, Sense, Ui, vec2};

use super::scene::Scene;
use super::widgets::push_button;
use super::{legend, theme};
pub(crate) use notice::{Channels, notice};

/// Room that the strips leave to the scroll bar, points.
const SCROLL_BAR: f32 = 8.0;

/// Draws the strips of all drivers, one below the other.
pub(crate) fn show(ui: &mut Ui, scene: &mut Scene<'_>) {
    let Some(snapshot) = scene.snapshot else {
        legend::nothing_yet(ui);
        return;
    };
    if let Some(notice) = Channels::of(scene).and_then(|channels| notice(&channels)) {
        let color = if notice.short.is_some() {
            theme::WARNING
        } else {
            theme::DIM
        };
        ui.label(RichText::new(notice.long).size(theme::SMALL_SIZE).color(color));
    }
    let drivers = &snapshot.device.drivers;
    let left = ui.max_rect().left();
    let across = Rangef::new(left, left + ui.available_width() - SCROLL_BAR);
    let row = ui.horizontal(|ui| for_all_drivers(ui, scene));
    meter::paint_scale(ui, strip::meter_span(across), row.response.rect.bottom());
    let height = ui.available_height() / drivers.len().max(1) as f32;
    let height = strip::HEIGHT.clamp(height);
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        for (index, driver) in drivers.iter().enumerate() {
            let (rect, _) = ui.allocate_exact_size(vec2(across.span(), height), Sense::hover());
            if index > 0 {
                let line = theme::hairline(theme::faint(theme::LINE, 0.7));
                ui.painter().hline(rect.x_range(), rect.top(), line);
            }
            if ui.is_rect_visible(rect) {
                strip::show(ui, rect, index, driver, scene);
            }
        }
    });
}

/// What concerns all drivers, in the width of their names.
fn for_all_drivers(ui: &mut Ui, scene: &mut Scene<'_>) {
    let reset = push_button(ui, "Reset", None).accessible_name("Reset drivers");
    scene.atlas.note("button:reset-drivers", reset.rect);
    if reset.clicked() {
        scene.links.params.session.reset_drivers();
    }
    reset.on_hover_text("No mutes, no solos, gains at 0 dB, each driver on its own channel.");
    let clear = push_button(ui, "Clear", None).accessible_name("Clear peaks");
    scene.atlas.note("button:clear-peaks", clear.rect);
    if clear.clicked() {
        scene.levels.clear_all();
    }
    clear.on_hover_text("Forgets the highest peaks of all drivers.");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::testing::Stand;
    use egui_kittest::kittest::Queryable as _;
    use std::sync::Arc;

    fn panel() -> (
        egui_kittest::Harness<'static, Stand>,
        Arc<crate::params::ProsceniumParams>,
    ) {
        let stand = Stand::new().analysed();
        stand.shared.telemetry.note_activation(48_000.0, 8, true);
        let params = Arc::clone(&stand.shared.params);
        let harness = stand.harness(vec2(480.0, 420.0), show);
        (harness, params)
    }

    #[test]
    fn mute_and_solo_reach_the_session() {
        let (mut harness, params) = panel();
        harness.get_by_label("Mute left").click();
        harness.get_by_label("Solo front").click();
        harness.run();
        assert!(params.session.muted(0) && params.session.soloed(3) && !params.session.muted(1));
        harness.get_by_label("Mute left").click();
        harness.run();
        assert!(!params.session.muted(0));
    }

    #[test]
    fn routing_swaps_channels() {
        let (mut harness, params) = panel();
        harness.get_by_label("Output channel of left").click();
        harness.run();
        harness.get_by_label("Out 3").click();
        harness.run();
        assert_eq!(params.session.route()[..4], [2, 1, 0, 3]);
        harness.get_by_label("Reset drivers").click();
        harness.run();
        assert_eq!(params.session.route()[..4], [0, 1, 2, 3]);
    }

    #[test]
    fn a_burst_is_asked_for_by_the_right_driver_while_audio_runs() {
        for (stand, asked) in [
            (Stand::new().analysed().playing(), Some(2)),
            (Stand::new().analysed(), None),
        ] {
            let mut harness = stand.harness(vec2(480.0, 420.0), show);
            harness.get_by_label("Identify top").click();
            harness.run();
            assert_eq!(harness.state().shared.identify.take(), asked);
        }
    }

    #[test]
    fn a_narrow_track_is_noticed() {
        let (mut harness, _) = panel();
        assert!(harness.query_by_label_contains("This track has").is_none());
        harness.state().shared.telemetry.note_activation(48_000.0, 2, true);
        harness.run();
        assert!(harness.query_by_label_contains("This track has 2 channels").is_some());
    }

    #[test]
    fn gain_is_typed_with_its_unit() {
        let (mut harness, params) = panel();
        harness
            .get_by_label("Gain of right")
            .click_button(egui::PointerButton::Secondary);
        harness.run();
        harness.get_by_label("Gain of right value").type_text("-4.5 dB");
        harness.run();
        harness.key_press(egui::Key::Enter);
        harness.run();
        assert_eq!([params.session.gain_db(1), params.session.gain_db(0)], [-4.5, 0.0]);
    }

    #[test]
    fn routes_wait_for_a_channel_for_each_driver() {
        let (mut harness, params) = panel();
        harness.state().shared.telemetry.note_activation(48_000.0, 2, true);
        harness.run();
        harness.get_by_label("Output channel of left").click();
        harness.run();
        assert!(harness.query_by_label("Out 2").is_none());
        assert_eq!(params.session.route()[0], 0);
    }

    /// In the smallest place that the panel gets, with a notice of two lines.
    #[test]
    fn controls_neither_overlap_nor_are_cut() {
        for width in [334.0, 480.0, 900.0] {
            let stand = Stand::new().analysed();
            stand.shared.telemetry.note_activation(48_000.0, 2, true);
            let mut harness = stand.harness(vec2(width, 330.0), show);
            harness.run();
            let places: Vec<(String, egui::Rect)> = harness
                .state()
                .atlas
                .widgets()
                .map(|(name, rect)| (name.to_owned(), rect))
                .collect();
            assert!(places.len() > 20, "{width}: {places:?}");
            for (n, (name, rect)) in places.iter().enumerate() {
                assert!(rect.left() >= 0.0 && rect.right() <= width, "{width}: {name} {rect:?}");
                for (other, place) in &places[n + 1..] {
                    assert!(!rect.intersect(*place).is_positive(), "{width}: {name}, {other}");
                }
            }
        }
    }
}
