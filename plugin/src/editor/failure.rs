//! What the editor shows after a panic of its own.

use std::any::Any;

use egui::{Align, Button, Layout, Response, RichText, Ui};

use super::theme;

/// Longest message that is shown, characters; the log has all of it.
const MESSAGE_SHOWN: usize = 200;

/// A panic that was caught.
pub(crate) struct Failure {
    message: String,
}

impl Failure {
    /// The failure behind what a panic has thrown.
    pub(crate) fn new(thrown: &(dyn Any + Send)) -> Self {
        let message = match (thrown.downcast_ref::<&str>(), thrown.downcast_ref::<String>()) {
            (Some(text), _) => text,
            (None, Some(text)) => text.as_str(),
            (None, None) => "unknown",
        };
        Self {
            message: message.chars().take(MESSAGE_SHOWN).collect(),
        }
    }

    /// Draws the page in place of everything else. Returns the button to try again.
    pub(crate) fn show(&self, ui: &mut Ui) -> Response {
        let window = ui.max_rect();
        ui.painter().rect_filled(window, 0.0, theme::BACKGROUND);
        ui.add_space(0.4 * window.height());
        let column = Layout::top_down(Align::Center);
        ui.with_layout(column, |ui| {
            ui.label(
                RichText::new(format!("The editor failed: {}", self.message))
                    .size(theme::TITLE_SIZE)
                    .color(theme::OVER),
            );
            ui.label("The sound goes on, and the host's own controls work. The log says more.");
            ui.add_space(theme::PADDING);
            ui.add(Button::new("Try again"))
        })
        .inner
    }
}
