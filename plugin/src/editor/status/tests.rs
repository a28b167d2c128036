//! What the line says, and when.

use super::*;
use crate::editor::testing::Stand;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

fn line(stand: Stand, width: f32) -> Harness<'static, Stand> {
    line_after(stand, width, Progress::Done)
}

fn line_after(stand: Stand, width: f32, analysis: Progress) -> Harness<'static, Stand> {
    let mut line = StatusLine::default();
    stand.harness(vec2(width, 40.0), move |ui, scene| line.show(ui, scene, analysis))
}

#[test]
fn a_failed_analysis_is_told_unless_the_design_failed_too() {
    let stand = Stand::new();
    let telemetry = std::sync::Arc::clone(&stand.shared.telemetry);
    let mut harness = line_after(stand, 900.0, Progress::Failed);
    harness.run();
    assert!(harness.query_by_label("plots failed").is_some());
    telemetry.note_design_outcome(false);
    harness.run();
    assert!(harness.query_by_label("plots failed").is_none());
    assert!(harness.query_by_label("design failed").is_some());
}

#[test]
fn figures_have_units() {
    assert_eq!(latency_text(2176, 48_000.0), "latency 2176 samples, 45.3 ms");
    assert_eq!(load_text(0.0123, 0.2), "CPU 1.2 %, peak 20 %");
}

#[test]
fn the_highest_of_late_is_held() {
    let mut held = Held::default();
    held.update(0.5, Duration::from_millis(30));
    held.update(0.1, Duration::from_millis(1900));
    assert_eq!(held.value, 0.5);
    held.update(0.1, Duration::from_millis(200));
    assert_eq!(held.value, 0.1);
}

#[test]
fn an_inactive_plugin_says_so_and_a_design_under_way_too() {
    let stand = Stand::new();
    let telemetry = std::sync::Arc::clone(&stand.shared.telemetry);
    let mut harness = line(stand, 900.0);
    harness.run();
    assert!(harness.query_by_label_contains("not active").is_some());
    telemetry.note_activation(48_000.0, 2, true);
    telemetry.note_latency(2176);
    let running = telemetry.designing();
    // The spinner turns for as long as there is something to wait for, and no longer.
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("45.3 ms").is_some());
    assert!(harness.query_by_label_contains("2 channels").is_some());
    assert!(harness.query_by_label("designing…").is_some());
    drop(running);
    harness.run();
    assert!(harness.query_by_label("designing…").is_none());
}

#[test]
fn a_failed_design_is_told_until_the_next_succeeds() {
    let stand = Stand::new();
    let telemetry = std::sync::Arc::clone(&stand.shared.telemetry);
    let mut harness = line(stand, 900.0);
    telemetry.note_design_outcome(false);
    harness.run();
    assert!(harness.query_by_label("design failed").is_some());
    telemetry.note_design(Duration::from_millis(20));
    telemetry.note_design_outcome(true);
    harness.run();
    assert!(harness.query_by_label("design failed").is_none());
    assert!(harness.query_by_label("design 20 ms").is_some());
}

#[test]
fn the_cost_is_told_while_audio_runs_and_no_longer() {
    for (stand, told) in [(Stand::new().playing(), true), (Stand::new(), false)] {
        stand.shared.telemetry.note_activation(48_000.0, 2, true);
        let mut harness = line(stand, 900.0);
        harness.run();
        assert_eq!(harness.query_by_label_contains("CPU").is_some(), told);
        assert_eq!(harness.query_by_label("no audio").is_some(), !told);
    }
}

#[test]
fn a_narrow_track_is_told_in_a_few_words_that_fit() {
    let stand = Stand::new().analysed();
    stand.shared.telemetry.note_activation(44_100.0, 2, true);
    stand.shared.telemetry.note_latency(2176);
    stand.shared.telemetry.note_design(Duration::from_millis(120));
    let mut harness = line(stand, 788.0);
    harness.run();
    let notice = harness.get_by_label_contains("4 drivers").rect();
    let design = harness.get_by_label("design 120 ms").rect();
    let guard = "peak guard −10.0 dB".len() as f32 * 6.0;
    assert!(
        design.left() + DESIGN_WIDTH + guard < notice.left(),
        "{design:?} {notice:?}"
    );
    assert!(notice.right() < 788.0);
}
