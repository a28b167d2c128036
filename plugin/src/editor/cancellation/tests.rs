//! The cancellation panel in use.

use egui::{Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::CancellationPanel;
use crate::editor::testing::{Stand, click, drag, place};

fn harness<'a>(stand: Stand, size: Vec2) -> Harness<'a, Stand> {
    let mut panel = CancellationPanel::default();
    let mut harness = stand.harness(size, move |ui, scene| panel.show(ui, scene));
    harness.run();
    harness
}

#[test]
fn a_click_in_either_plot_chooses_the_frequency() {
    for name in ["cancellation:gain", "cancellation:cost"] {
        let mut harness = harness(Stand::new().analysed(), vec2(480.0, 460.0));
        let mut plot = place(&harness, name);
        plot.min.x += super::LEVEL_LABELS;
        click(&mut harness, plot.lerp_inside(vec2(0.5, 0.4)));
        let frequency_hz = harness.state().cursor.frequency_hz;
        assert!((frequency_hz / 1264.9 - 1.0).abs() < 0.04, "{name}: {frequency_hz}");
    }
}

#[test]
fn bounds_stay_when_the_user_scrolls_and_drags() {
    let mut harness = harness(Stand::new().analysed(), vec2(480.0, 460.0));
    let plot = place(&harness, "cancellation:gain");
    harness.hover_at(plot.center());
    harness.step();
    harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: vec2(30.0, 60.0),
        phase: egui::TouchPhase::Move,
        modifiers: egui::Modifiers::default(),
        source: egui::MouseWheelSource::Wheel,
    });
    harness.run();
    let left_end = plot.left_center() + vec2(super::LEVEL_LABELS, 0.0);
    drag(&mut harness, plot.center(), left_end - plot.center());
    // The drag ended at the left end: still the lowest frequency.
    assert!((harness.state().cursor.frequency_hz / 100.0 - 1.0).abs() < 0.04);
}

#[test]
fn hovering_reads_out_all_curves_there() {
    let mut harness = harness(Stand::new().analysed(), vec2(480.0, 460.0));
    harness.get_by_label_contains("1.00 kHz, dB, head ");
    let plot = place(&harness, "cancellation:gain");
    harness.hover_at(plot.center());
    harness.run();
    assert!(harness.query_by_label_contains("1.00 kHz, dB, head ").is_none());
    harness.get_by_label_contains("kHz, dB, head ");
    harness.get_by_label_contains("effort ");
    harness.get_by_label_contains("Mean 500 Hz–8 kHz: head ");
}

#[test]
fn legends_have_room_for_all_curves_in_the_smallest_panel() {
    let harness = harness(Stand::new().analysed(), vec2(330.0, 270.0));
    for end in ["target", "right", "zone edge", "dB, head"] {
        assert!(harness.query_all_by_label_contains(end).next().is_some(), "{end}");
    }
}

#[test]
fn no_cancellation_is_said() {
    let stand = Stand::new();
    let cancel = &stand.shared.params.cancel;
    // SAFETY: the parameter lives in `stand`.
    unsafe { nice_plug::prelude::Param::as_ptr(cancel)._internal_set_normalized_value(0.0) };
    let harness = harness(stand.analysed(), vec2(330.0, 270.0));
    harness.get_by_label("Cancellation is at 0 %.");
}
