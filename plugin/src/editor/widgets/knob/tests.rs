//! A knob in use.

use std::sync::Arc;

use egui::{Event, Modifiers, PointerButton, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::editor::testing::{Recorder, Stand, Told, click, drag, turn_wheel};
use crate::params::ProsceniumParams;

/// Width's knob at its default, 30 ° of 0 to 90 °.
struct Bench {
    harness: Harness<'static, Stand>,
    params: Arc<ProsceniumParams>,
    recorder: Arc<Recorder>,
}

impl Bench {
    fn new() -> Self {
        let stand = Stand::new();
        let (params, recorder) = (Arc::clone(&stand.shared.params), Arc::clone(&stand.recorder));
        let rect = Rect::from_min_size(Pos2::new(40.0, 40.0), KNOB_SIZE);
        let mut harness = stand.harness(vec2(200.0, 200.0), move |ui, scene| {
            let params = Arc::clone(&scene.links.params);
            Knob::new(&params.width).show(ui, &mut scene.hands, rect);
        });
        harness.run();
        Self {
            harness,
            params,
            recorder,
        }
    }

    fn center(&self) -> Pos2 {
        self.harness.get_by_label("Width").rect().center()
    }

    fn width_deg(&self) -> f32 {
        self.params.width.value()
    }

    fn type_over(&mut self, text: &str) {
        self.harness.get_by_label("Width value").type_text(text);
        self.harness.run();
        self.harness.key_press(Key::Enter);
        self.harness.run();
    }
}

#[test]
fn dial_runs_clockwise_from_lower_left() {
    let [low, middle, high] = [0.0, 0.5, 1.0].map(direction);
    assert!(low.x < 0.0 && low.y > 0.0 && high.x > 0.0 && high.y > 0.0);
    assert!(middle.x.abs() < 1e-6 && middle.y < 0.0);
}

#[test]
fn offset_lights_from_its_middle_and_width_from_its_start() {
    let params = ProsceniumParams::default();
    assert!((bipolar_origin(&params.offset) - 0.5).abs() < 1e-6);
    assert_eq!(bipolar_origin(&params.width), 0.0);
}

#[test]
fn a_drag_is_one_gesture_of_many_values() {
    let mut bench = Bench::new();
    let from = bench.center();
    drag(&mut bench.harness, from, vec2(0.0, -44.0));
    // A fifth of the travel is a fifth of the range.
    assert!((bench.width_deg() - 48.0).abs() < 0.5, "{}", bench.width_deg());
    let told = bench.recorder.take();
    assert!(told.iter().all(|(id, _)| id == "width"));
    let told: Vec<Told> = told.into_iter().map(|(_, told)| told).collect();
    assert!(matches!(told[..], [Told::Begin, .., Told::End]), "{told:?}");
    let values = &told[1..told.len() - 1];
    assert!(
        values.len() > 2 && values.iter().all(|told| matches!(told, Told::Set(_))),
        "{told:?}"
    );
    // It stops at the end of the range.
    drag(&mut bench.harness, from, vec2(0.0, -400.0));
    assert_eq!(bench.width_deg(), 90.0);
}

#[test]
fn shift_makes_the_same_way_ten_times_finer() {
    let mut bench = Bench::new();
    bench.harness.event(Event::ModifiersChanged(Modifiers::SHIFT));
    let from = bench.center();
    drag(&mut bench.harness, from, vec2(0.0, -110.0));
    assert!((bench.width_deg() - 34.5).abs() < 0.2, "{}", bench.width_deg());
}

#[test]
fn double_click_and_ctrl_click_reset() {
    for (clicks, modifiers) in [(2, Modifiers::NONE), (1, Modifiers::COMMAND)] {
        let mut bench = Bench::new();
        let dial = bench.center();
        drag(&mut bench.harness, dial, vec2(60.0, 0.0));
        assert!(bench.width_deg() > 50.0);
        bench.recorder.take();
        for _ in 0..clicks {
            bench.harness.get_by_label("Width").click_modifiers(modifiers);
        }
        bench.harness.run();
        assert_eq!(bench.width_deg(), 30.0, "{modifiers:?}");
        assert_eq!(bench.recorder.take_gestures(), ["width"]);
    }
}

#[test]
fn the_wheel_turns_by_a_hundredth_of_the_range() {
    let mut bench = Bench::new();
    let at = bench.center();
    bench.harness.hover_at(at);
    bench.harness.run();
    for notches in [1.0, 1.0, 1.0, -1.0] {
        turn_wheel(&mut bench.harness, notches);
    }
    assert!((bench.width_deg() - 31.8).abs() < 0.05, "{}", bench.width_deg());
    assert_eq!(bench.recorder.take_gestures(), ["width"; 4]);
}

#[test]
fn keys_turn_it_when_it_has_the_focus() {
    let mut bench = Bench::new();
    bench.harness.key_press(Key::ArrowUp);
    bench.harness.run();
    assert_eq!(bench.width_deg(), 30.0);
    bench.harness.get_by_label("Width").focus();
    bench.harness.run();
    for (key, expected_deg) in [
        (Key::ArrowUp, 30.9),
        (Key::PageUp, 39.9),
        (Key::ArrowLeft, 39.0),
        (Key::End, 90.0),
        (Key::Home, 0.0),
        (Key::Delete, 30.0),
    ] {
        bench.harness.key_press(key);
        bench.harness.run();
        assert!(
            (bench.width_deg() - expected_deg).abs() < 0.05,
            "{key:?}: {}",
            bench.width_deg()
        );
    }
}

#[test]
fn typed_values_are_taken_with_and_without_unit_and_nonsense_is_not() {
    for (text, expected_deg) in [("45 °", 45.0), ("12,5", 12.5), ("900", 90.0)] {
        let mut bench = Bench::new();
        bench
            .harness
            .get_by_label("Width")
            .click_button(PointerButton::Secondary);
        bench.harness.run();
        bench.type_over(text);
        assert!(
            (bench.width_deg() - expected_deg).abs() < 1e-4,
            "{text}: {}",
            bench.width_deg()
        );
        assert_eq!(bench.recorder.take_gestures(), ["width"]);
        assert!(bench.harness.query_by_label("Width value").is_none());
    }
    let mut bench = Bench::new();
    bench
        .harness
        .get_by_label("Width")
        .click_button(PointerButton::Secondary);
    bench.harness.run();
    bench.type_over("wide");
    assert_eq!(bench.width_deg(), 30.0);
    // Still open, to be mended or left with Escape.
    assert!(bench.harness.query_by_label("Width value").is_some());
    bench.harness.key_press(Key::Escape);
    bench.harness.run();
    assert!(bench.harness.query_by_label("Width value").is_none());
    assert!(bench.recorder.take().is_empty());
}

#[test]
fn a_click_elsewhere_takes_what_is_understood_and_forgets_the_rest() {
    for (text, expected_deg) in [("wide", 30.0), ("", 30.0), ("45", 45.0)] {
        let mut bench = Bench::new();
        bench
            .harness
            .get_by_label("Width")
            .click_button(PointerButton::Secondary);
        bench.harness.run();
        if text.is_empty() {
            bench.harness.key_press(Key::Delete);
        } else {
            bench.harness.get_by_label("Width value").type_text(text);
        }
        bench.harness.run();
        click(&mut bench.harness, Pos2::new(190.0, 190.0));
        assert!(bench.harness.query_by_label("Width value").is_none(), "{text}");
        assert!(
            (bench.width_deg() - expected_deg).abs() < 1e-4,
            "{text}: {}",
            bench.width_deg()
        );
    }
}
