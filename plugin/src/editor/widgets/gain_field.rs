//! A level in decibels that can be dragged, turned by the wheel and typed.

use std::ops::RangeInclusive;

use egui::{Align2, CursorIcon, Key, Rect, Response, Sense, StrokeKind, Ui, Vec2, WidgetInfo};

use super::entry::{self, Entry};
use super::steps::{fineness, steps};
use crate::editor::theme;
use crate::text::parse_number;

/// Change for a point of dragging, dB.
const PER_POINT_DB: f32 = 0.1;
/// Change for a notch of the wheel or an arrow key, and for a page key, dB.
const STEP_DB: f32 = 0.5;
const PAGE_DB: f32 = 3.0;
/// Values are multiples of this, dB.
const GRAIN_DB: f32 = 0.01;

/// A field for a gain with the manners of a knob; 0 dB is the default.
pub(crate) struct GainField<'a> {
    name: &'a str,
    value_db: f32,
    range_db: RangeInclusive<f32>,
}

/// The value under the pointer, before it is brought to the grain.
#[derive(Clone, Copy)]
struct Drag(f32);

impl<'a> GainField<'a> {
    /// A field with an accessible name.
    pub(crate) fn new(name: &'a str, value_db: f32, range_db: RangeInclusive<f32>) -> Self {
        Self {
            name,
            value_db,
            range_db,
        }
    }

    /// Draws the field; returns what the user has just changed the gain to, dB.
    pub(crate) fn show(self, ui: &mut Ui, size: Vec2) -> (Response, Option<f32>) {
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let id = ui.scope_id().with(("gain", self.name));
        let response = ui.interact(rect, id, Sense::click_and_drag());
        let mut to = self.dragged(ui, &response).or_else(|| self.stepped(ui, &response));
        let enter = response.has_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if response.secondary_clicked() || enter {
            entry::open(ui, id, gain_text(self.value_db));
        } else if response.double_clicked() || (response.clicked() && ui.input(|input| input.modifiers.command)) {
            to = Some(0.0);
        }
        let entry = entry::show(ui, id, rect, self.name, parse_number);
        if let Entry::Done(typed_db) = entry {
            to = Some(typed_db);
        }
        if matches!(entry, Entry::Closed) {
            paint(ui, &response, rect, self.value_db);
        }
        response.widget_info(|| WidgetInfo::slider(true, f64::from(self.value_db), self.name));
        let to = to
            .map(|to_db| self.valid(to_db))
            .filter(|to_db| *to_db != self.value_db);
        (response.on_hover_cursor(CursorIcon::ResizeHorizontal), to)
    }

    fn valid(&self, value_db: f32) -> f32 {
        let value_db = value_db.clamp(*self.range_db.start(), *self.range_db.end());
        (value_db / GRAIN_DB).round() * GRAIN_DB
    }

    fn dragged(&self, ui: &Ui, response: &Response) -> Option<f32> {
        let id = response.id.with("drag");
        if response.drag_started_by(egui::PointerButton::Primary) {
            ui.data_mut(|data| data.insert_temp(id, Drag(self.value_db)));
        }
        if !response.dragged_by(egui::PointerButton::Primary) {
            return None;
        }
        let delta = response.drag_delta();
        let Drag(from_db) = ui.data(|data| data.get_temp(id)).unwrap_or(Drag(self.value_db));
        let to_db = from_db + (delta.x - delta.y) * PER_POINT_DB * fineness(ui);
        let to_db = to_db.clamp(*self.range_db.start(), *self.range_db.end());
        ui.data_mut(|data| data.insert_temp(id, Drag(to_db)));
        Some(to_db)
    }

    fn stepped(&self, ui: &Ui, response: &Response) -> Option<f32> {
        let steps = steps(ui, response, PAGE_DB / STEP_DB);
        if response.hovered() {
            // What turns the gain does not scroll the list that the field is in, which takes several frames.
            ui.input_mut(|input| input.smooth_scroll_delta = Vec2::ZERO);
        }
        (steps != 0.0).then(|| self.value_db + steps * STEP_DB * fineness(ui))
    }
}

fn paint(ui: &Ui, response: &Response, rect: Rect, value_db: f32) {
    let lit = response.hovered() || response.dragged();
    let (fill, line) = match (lit, response.has_focus() || response.dragged()) {
        (_, true) => (theme::HOVERED, theme::ACCENT),
        (true, _) => (theme::HOVERED, theme::DIM),
        _ => (theme::RAISED, theme::LINE),
    };
    let painter = ui.painter();
    painter.rect(rect, theme::CORNER, fill, theme::hairline(line), StrokeKind::Inside);
    painter.text(
        rect.center(),
        Align2::CENTER_CENTER,
        gain_text(value_db),
        theme::body(),
        theme::TEXT,
    );
}

/// A gain with sign and unit, with two decimals where one does not tell it.
pub(crate) fn gain_text(gain_db: f32) -> String {
    let tenths = gain_db * 10.0;
    let text = if (tenths - tenths.round()).abs() > 0.05 {
        format!("{gain_db:+.2} dB")
    } else {
        format!("{gain_db:+.1} dB")
    };
    if gain_db.abs() < 0.005 {
        String::from("0.0 dB")
    } else {
        text.replace('-', "\u{2212}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::testing::{drag, turn_wheel};
    use egui::{PointerButton, pos2, vec2};
    use egui_kittest::{Harness, kittest::Queryable as _};

    fn field(value_db: f32) -> Harness<'static, f32> {
        // Steps short enough for a double click.
        let builder = Harness::builder().with_size(vec2(200.0, 60.0)).with_step_dt(0.02);
        builder.build_ui_state(
            |ui, value_db: &mut f32| {
                let field = GainField::new("Gain of left", *value_db, -24.0..=12.0);
                if let (_, Some(to_db)) = field.show(ui, vec2(64.0, 22.0)) {
                    *value_db = to_db;
                }
            },
            value_db,
        )
    }

    fn drag_right(harness: &mut Harness<'_, f32>, dx: f32) {
        let from = harness.get_by_label("Gain of left").rect().center();
        drag(harness, from, vec2(dx, 0.0));
    }

    #[test]
    fn texts_have_sign_and_unit() {
        assert_eq!(
            [0.0, -0.001, 3.0, -6.5, 0.25].map(gain_text),
            ["0.0 dB", "0.0 dB", "+3.0 dB", "\u{2212}6.5 dB", "+0.25 dB"]
        );
        for gain_db in [-24.0, -6.5, 0.0, 0.25, 12.0] {
            assert_eq!(parse_number(&gain_text(gain_db)), Some(gain_db));
        }
    }

    #[test]
    fn dragging_turns_it_up_and_stops_at_the_end() {
        let mut harness = field(0.0);
        drag_right(&mut harness, 40.0);
        let coarse_db = *harness.state();
        assert!((3.0..=4.0).contains(&coarse_db), "{coarse_db}");
        drag_right(&mut harness, 400.0);
        assert_eq!(*harness.state(), 12.0);
    }

    #[test]
    fn double_click_resets() {
        let mut harness = field(-7.5);
        for _ in 0..2 {
            harness.get_by_label("Gain of left").click();
        }
        harness.run();
        assert_eq!(*harness.state(), 0.0);
    }

    #[test]
    fn right_click_lets_the_user_type() {
        for (typed, expected_db) in [("-6 dB", -6.0), ("2,5", 2.5), ("+40", 12.0)] {
            let mut harness = field(0.0);
            harness
                .get_by_label("Gain of left")
                .click_button(PointerButton::Secondary);
            harness.run();
            harness.get_by_label("Gain of left value").type_text(typed);
            harness.run();
            harness.key_press(Key::Enter);
            harness.run();
            assert_eq!(*harness.state(), expected_db, "{typed}");
        }
    }

    #[test]
    fn wheel_steps_by_half_a_decibel() {
        let mut harness = field(0.0);
        let at = harness.get_by_label("Gain of left").rect().center();
        harness.hover_at(at);
        harness.run();
        for delta in [1.0, 1.0, -1.0, 1.0] {
            turn_wheel(&mut harness, delta);
        }
        assert_eq!(*harness.state(), 1.0);
        harness.hover_at(pos2(190.0, 50.0));
    }
}
