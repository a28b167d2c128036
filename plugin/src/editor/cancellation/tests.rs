//! The cancellation panel in use.

use egui::{Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::CancellationPanel;
use crate::editor::testing::{Stand, click, drag, place};
use proscenium_dsp::design::TargetNodes;

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

/// Clicks twice in quick succession.
fn double_click(harness: &mut Harness<'_, Stand>, at: egui::Pos2) {
    harness.hover_at(at);
    harness.step();
    for _ in 0..2 {
        harness.drag_at(at);
        harness.step();
        harness.drop_at(at);
        harness.step();
    }
    harness.run();
    // The next click is one of its own.
    for _ in 0..30 {
        harness.step();
    }
}

fn target(harness: &Harness<'_, Stand>) -> TargetNodes {
    harness.state().shared.params.session.target()
}

#[test]
fn a_target_curve_is_drawn_moved_and_given_back() {
    let mut harness = harness(Stand::new().analysed(), vec2(480.0, 460.0));
    assert!(target(&harness).is_automatic());
    harness.get_by_label("double click: target curve");
    let mut plot = place(&harness, "cancellation:gain");
    plot.min.x += super::LEVEL_LABELS;
    double_click(&mut harness, plot.lerp_inside(vec2(0.5, 0.5)));
    let nodes = target(&harness);
    let [[hz, db]] = nodes.nodes() else { panic!("{nodes:?}") };
    assert!((hz / 1264.9 - 1.0).abs() < 0.05 && (db - 31.0).abs() < 1.5, "{hz} {db}");
    double_click(&mut harness, plot.lerp_inside(vec2(0.8, 0.3)));
    assert_eq!(target(&harness).nodes().len(), 2);

    // From a little beside it, beyond its neighbour: it stops there.
    let first = place(&harness, "target:0").center();
    drag(&mut harness, first + vec2(-9.0, 8.0), vec2(300.0, 40.0));
    let nodes = target(&harness);
    let [[first_hz, first_db], [second_hz, _]] = nodes.nodes() else {
        panic!("{nodes:?}")
    };
    assert!(first_hz < second_hz && first_hz * 1.03 > *second_hz, "{nodes:?}");
    assert!(*first_db < db - 5.0, "{nodes:?}");
    // What was grabbed was the node, not the plot.
    let frequency_hz = harness.state().cursor.frequency_hz;
    assert!(frequency_hz > 5000.0, "{frequency_hz}");

    harness.get_by_label("Automatic").click();
    harness.run();
    assert!(target(&harness).is_automatic());
}

#[test]
fn a_node_goes_by_a_double_click_a_right_click_or_a_key() {
    let mut harness = harness(Stand::new().analysed(), vec2(480.0, 460.0));
    let nodes = [[300.0, 10.0], [1000.0, 30.0], [5000.0, 40.0]];
    harness
        .state()
        .shared
        .params
        .session
        .set_target(&TargetNodes::from_readable(nodes));
    harness.run();
    let at = place(&harness, "target:0").center();
    double_click(&mut harness, at);
    assert_eq!(target(&harness).nodes(), &nodes[1..]);
    harness.get_by_label("Target node 2").click_secondary();
    harness.run();
    assert_eq!(target(&harness).nodes(), &nodes[1..2]);
    harness.get_by_label("Target node 1").focus();
    harness.run();
    for (key, expected) in [
        (egui::Key::ArrowUp, [1000.0, 31.0]),
        (egui::Key::ArrowRight, [1059.5, 31.0]),
    ] {
        harness.key_press(key);
        harness.run();
        let nodes = target(&harness);
        let [[hz, db]] = nodes.nodes() else { panic!("{nodes:?}") };
        assert!(
            (hz - expected[0]).abs() < 0.1 && (db - expected[1]).abs() < 0.01,
            "{hz} {db}"
        );
    }
    harness.key_press(egui::Key::Delete);
    harness.run();
    assert!(target(&harness).is_automatic());
}
