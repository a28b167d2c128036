//! Buttons: one that stays down, one that does not.

use egui::{Button, Color32, Response, RichText, Ui};
use nice_plug::prelude::*;

use super::help::tooltip;
use crate::editor::hands::Hands;
use crate::editor::theme;

/// A button for a parameter that is on or off.
pub(crate) struct Toggle<'a> {
    param: &'a BoolParam,
    color: Color32,
}

impl<'a> Toggle<'a> {
    /// A button, lit in `color` while the parameter is on.
    pub(crate) fn new(param: &'a BoolParam, color: Color32) -> Self {
        Self { param, color }
    }

    /// Draws the button.
    pub(crate) fn show(self, ui: &mut Ui, hands: &mut Hands<'_>) -> Response {
        let on = self.param.value();
        let response = push_button(ui, self.param.name(), on.then_some(self.color));
        if response.clicked() {
            hands.set(self.param, !on);
        }
        response.on_hover_text(tooltip(self.param))
    }
}

/// A button, lit in a colour if there is one.
pub(crate) fn push_button(ui: &mut Ui, text: &str, lit: Option<Color32>) -> Response {
    let label = RichText::new(text).color(if lit.is_some() { theme::BACKGROUND } else { theme::TEXT });
    ui.add(Button::new(label).fill(lit.unwrap_or(theme::RAISED)))
}

/// A narrow button that opens a menu of more, lit in a colour if there is one.
pub(crate) fn more_button(ui: &mut Ui, lit: Option<Color32>) -> Response {
    ui.scope(|ui| {
        ui.spacing_mut().button_padding.x = 5.0;
        push_button(ui, "\u{2026}", lit)
    })
    .inner
}
