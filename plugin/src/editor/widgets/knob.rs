//! A knob for a continuous parameter.

use std::f32::consts::PI;

use egui::{Align2, Id, Key, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, vec2};
use nice_plug::prelude::*;

use super::entry::{self, Entry};
use super::help::tooltip;
use super::steps::{fineness, steps};
use crate::editor::hands::Hands;
use crate::editor::theme;

/// Space that a knob takes with its name and value, points.
pub(crate) const KNOB_SIZE: Vec2 = vec2(82.0, 84.0);
/// Radius of the dial, points.
const RADIUS: f32 = 21.0;
/// The dial's gap at the bottom begins and ends this far from straight down, radians.
const GAP: f32 = PI / 4.0;
/// Way of the pointer for the whole range, points.
const TRAVEL: f32 = 220.0;
/// Share of the range for a notch of the wheel or an arrow key, and for a page key.
const STEP: f32 = 0.01;
const PAGE: f32 = 0.1;

/// A knob with name and value.
pub(crate) struct Knob<'a> {
    param: &'a FloatParam,
    overridden: bool,
}

/// The value under the pointer, which may lie between those that the parameter can take.
#[derive(Clone, Copy)]
struct Drag(f32);

impl<'a> Knob<'a> {
    /// A knob for a parameter.
    pub(crate) fn new(param: &'a FloatParam) -> Self {
        Self {
            param,
            overridden: false,
        }
    }

    /// The same, drawn faintly if something else stands in for the parameter at the moment.
    pub(crate) fn overridden(mut self, overridden: bool) -> Self {
        self.overridden = overridden;
        self
    }

    /// Draws the knob in `rect` and takes what the user does with it.
    pub(crate) fn show(self, ui: &mut Ui, hands: &mut Hands<'_>, rect: Rect) -> Response {
        let param = self.param;
        let id = ui.scope_id().with(param.name());
        let response = ui.interact(rect, id, Sense::click_and_drag());
        let value_rect = Rect::from_min_max(rect.min + vec2(0.0, rect.height() - 18.0), rect.max);
        self.drag(ui, hands, &response);
        self.turn_by_wheel_and_keys(ui, hands, &response);
        let over_value = response
            .interact_pointer_pos()
            .is_some_and(|at| value_rect.contains(at));
        let enter = response.has_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if response.secondary_clicked() || enter || (response.double_clicked() && over_value) {
            entry::open(
                ui,
                id,
                param.normalized_value_to_string(param.unmodulated_normalized_value(), true),
            );
        } else if response.double_clicked() || (response.clicked() && ui.input(|input| input.modifiers.command)) {
            hands.reset(param);
        }
        let parse = |text: &str| param.string_to_normalized_value(text);
        let entry = entry::show(ui, id, value_rect, param.name(), parse);
        if let Entry::Done(normalized) = entry {
            hands.set_normalized(param, normalized);
        }
        self.paint(ui, &response, value_rect, matches!(entry, Entry::Closed));
        response.widget_info(|| WidgetInfo::slider(true, f64::from(param.value()), param.name()));
        response.on_hover_text(tooltip(param))
    }

    fn drag(&self, ui: &Ui, hands: &mut Hands<'_>, response: &Response) {
        let id: Id = response.id.with("drag");
        if response.drag_started_by(egui::PointerButton::Primary) {
            let start = Drag(hands.normalized(self.param));
            ui.data_mut(|data| data.insert_temp(id, start));
        }
        if !response.dragged_by(egui::PointerButton::Primary) {
            return;
        }
        hands.hold(self.param);
        let delta = response.drag_delta();
        let way = (delta.x - delta.y) / TRAVEL * fineness(ui);
        if way != 0.0 {
            let Drag(value) = ui
                .data(|data| data.get_temp(id))
                .unwrap_or(Drag(self.param.unmodulated_normalized_value()));
            let value = (value + way).clamp(0.0, 1.0);
            ui.data_mut(|data| data.insert_temp(id, Drag(value)));
            hands.set_normalized(self.param, value);
        }
    }

    fn turn_by_wheel_and_keys(&self, ui: &Ui, hands: &mut Hands<'_>, response: &Response) {
        let steps = steps(ui, response, PAGE / STEP);
        let mut to = (steps != 0.0).then(|| hands.normalized(self.param) + steps * STEP * fineness(ui));
        if response.has_focus() {
            ui.input(|input| {
                if input.key_pressed(Key::Home) {
                    to = Some(0.0);
                } else if input.key_pressed(Key::End) {
                    to = Some(1.0);
                } else if input.key_pressed(Key::Delete) || input.key_pressed(Key::Backspace) {
                    to = Some(self.param.default_normalized_value());
                }
            });
        }
        if let Some(normalized) = to {
            hands.set_normalized(self.param, normalized);
        }
    }

    fn paint(&self, ui: &Ui, response: &Response, value_rect: Rect, with_value: bool) {
        let painter = ui.painter();
        let rect = response.rect;
        let held = response.dragged();
        let lit = held || response.hovered() || response.has_focus();
        painter.text(
            rect.center_top() + vec2(0.0, 1.0),
            Align2::CENTER_TOP,
            short_name(self.param.name()),
            theme::small(),
            theme::DIM,
        );
        let center = Pos2::new(rect.center().x, rect.top() + 16.0 + RADIUS + 2.0);
        let normalized = self.param.unmodulated_normalized_value();
        let origin = bipolar_origin(self.param);
        painter.add(arc(center, RADIUS, 0.0, 1.0, Stroke::new(3.5, theme::RAISED)));
        let color = if held {
            theme::ACCENT
        } else if self.overridden {
            theme::faint(theme::DIM, 0.5)
        } else {
            theme::faint(theme::ACCENT, 0.8)
        };
        painter.add(arc(
            center,
            RADIUS,
            origin.min(normalized),
            origin.max(normalized),
            Stroke::new(3.5, color),
        ));
        painter.circle_filled(center, RADIUS - 5.0, if lit { theme::HOVERED } else { theme::RAISED });
        let tip = direction(normalized);
        painter.line_segment(
            [center + tip * (RADIUS - 13.0), center + tip * (RADIUS - 6.0)],
            Stroke::new(2.0, theme::TEXT),
        );
        if response.has_focus() {
            painter.circle_stroke(center, RADIUS + 4.0, theme::hairline(theme::ACCENT));
        }
        if with_value {
            let text = self.param.normalized_value_to_string(normalized, true);
            let color = match (held, self.overridden) {
                (true, _) => theme::ACCENT,
                (false, true) => theme::faint(theme::DIM, 0.8),
                (false, false) => theme::TEXT,
            };
            painter.text(value_rect.center(), Align2::CENTER_CENTER, text, theme::body(), color);
        }
    }
}

/// What is written above the dial. Twelve knobs find room for these; the group's caption says the rest.
fn short_name(name: &str) -> &str {
    match name {
        "Listening Zone" => "Zone",
        "Listener Offset" => "Offset",
        "Output Trim" => "Trim",
        name => name,
    }
}

/// Where the lit part of the dial begins: at zero for a range with both signs, else at the lower end.
fn bipolar_origin(param: &FloatParam) -> f32 {
    if param.preview_plain(0.0) < 0.0 && param.preview_plain(1.0) > 0.0 {
        param.preview_normalized(0.0)
    } else {
        0.0
    }
}

/// Direction of a normalised value on the dial, from the lower left over the top to the lower right.
fn direction(normalized: f32) -> Vec2 {
    let angle = GAP + normalized * (2.0 * PI - 2.0 * GAP);
    vec2(-angle.sin(), angle.cos())
}

fn arc(center: Pos2, radius: f32, from: f32, to: f32, stroke: Stroke) -> Shape {
    const SEGMENTS: usize = 48;
    let count = ((to - from) * SEGMENTS as f32).ceil().max(1.0) as usize;
    let points = (0..=count).map(|n| center + direction(from + (to - from) * n as f32 / count as f32) * radius);
    Shape::line(points.collect(), stroke)
}

#[cfg(test)]
mod tests;
