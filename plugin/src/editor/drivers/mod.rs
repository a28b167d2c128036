//! A strip for each driver: level, mute, solo, gain, output channel, identification.

mod notice;
mod strip;

use egui::{RichText, ScrollArea, Ui};

use super::scene::Scene;
use super::theme;
use super::widgets::push_button;
pub(crate) use notice::{Channels, notice};

/// Draws the strips of all drivers, a row each.
pub(crate) fn show(ui: &mut Ui, scene: &mut Scene<'_>) {
    let Some(snapshot) = scene.snapshot else {
        ui.label(RichText::new("analysing…").color(theme::DIM));
        return;
    };
    if let Some(notice) = Channels::of(scene).and_then(|channels| notice(&channels)) {
        ui.label(RichText::new(notice.long).size(theme::SMALL_SIZE).color(theme::WARNING));
    }
    let session = &scene.links.params.session;
    ui.horizontal(|ui| {
        let reset = push_button(ui, "Reset drivers", None);
        scene.atlas.note("button:reset-drivers", reset.rect);
        let reset = reset.on_hover_text("No mutes, no solos, gains at 0 dB, each driver on its own channel.");
        if reset.clicked() {
            session.reset_drivers();
        }
        if push_button(ui, "Clear clips", None)
            .on_hover_text("Forgets which drivers went over full scale.")
            .clicked()
        {
            scene.levels.clear_clipped();
        }
    });
    ui.add_space(4.0);
    ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        for (index, driver) in snapshot.device.drivers.iter().enumerate() {
            strip::show(ui, index, driver, scene);
        }
    });
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
        let harness = stand.harness(egui::vec2(480.0, 420.0), show);
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
    fn a_burst_is_asked_for_by_the_right_driver() {
        let (mut harness, _) = panel();
        harness.get_by_label("Identify top").click();
        harness.run();
        assert_eq!(harness.state().shared.identify.take(), Some(2));
    }

    #[test]
    fn a_narrow_track_is_noticed() {
        let (mut harness, _) = panel();
        assert!(harness.query_by_label_contains("This track has").is_none());
        harness.state().shared.telemetry.note_activation(48_000.0, 2, true);
        harness.run();
        assert!(harness.query_by_label_contains("This track has 2 channels").is_some());
    }
}
