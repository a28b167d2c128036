//! What was done, or went wrong, with a device file: a line over the lower edge of the stage.

use egui::{Align2, Area, Color32, Frame, Id, Label, Margin, Order, Rect, RichText, Ui, vec2};

use crate::editor::scene::Scene;
use crate::editor::theme;
use crate::editor::widgets::push_button;

/// Good news goes by itself after this, seconds.
const SUCCESS_S: f64 = 6.0;
/// Space for the button that closes it, and at the sides, points.
const CLOSE: f32 = 40.0;
const SIDES: f32 = 24.0;
/// Widest that it becomes, points.
const WIDEST: f32 = 900.0;

/// A line for the user.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Notice {
    text: String,
    color: Color32,
    /// When it goes by itself, in the time of the editor; never if none.
    until: Option<f64>,
}

impl Notice {
    /// Something that did not work. Stays until the user has read it.
    pub(super) fn failure(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            color: theme::WARNING,
            until: None,
        }
    }

    /// Something that did.
    pub(super) fn success(text: impl Into<String>, ui: &Ui) -> Self {
        Self {
            text: text.into(),
            color: theme::LEVEL,
            until: Some(ui.input(|input| input.time) + SUCCESS_S),
        }
    }

    /// Draws it above the upper edge of `floor`; whether it stays.
    pub(super) fn show(&self, ui: &Ui, scene: &mut Scene<'_>, floor: Rect) -> bool {
        let now = ui.input(|input| input.time);
        if self.until.is_some_and(|until| now >= until) {
            return false;
        }
        let width = (floor.width() - SIDES).min(WIDEST);
        let area = Area::new(Id::unique("device notice"))
            .order(Order::Foreground)
            .pivot(Align2::CENTER_BOTTOM)
            .fixed_pos(floor.center_top() - vec2(0.0, 2.0 * theme::GAP));
        let shown = area.show(ui.ctx(), |ui| {
            ui.set_max_width(width);
            let frame = Frame::new()
                .fill(theme::PANEL)
                .stroke(theme::hairline(self.color))
                .corner_radius(theme::CORNER)
                .inner_margin(Margin::symmetric(10, 5));
            let line = frame.show(ui, |ui| {
                ui.horizontal(|ui| {
                    ui.scope(|ui| {
                        ui.set_max_width(width - CLOSE);
                        ui.add(Label::new(RichText::new(&self.text).color(self.color)).wrap());
                    });
                    push_button(ui, "\u{00d7}", None).on_hover_text("Closes this line.")
                })
                .inner
            });
            let button = line.inner;
            scene.atlas.note("notice:device", line.response.rect);
            scene.atlas.note("notice:close", button.rect);
            button.clicked()
        });
        !shown.inner
    }
}
