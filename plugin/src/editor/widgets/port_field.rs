//! A network port that can be typed.

use egui::{Align2, CursorIcon, Key, Response, Sense, StrokeKind, Ui, Vec2, WidgetInfo, accesskit::Role};

use super::entry::{self, Entry};
use crate::editor::theme;

/// A field for a port, 1 to 65535.
pub(crate) struct PortField<'a> {
    name: &'a str,
    port: u16,
}

impl<'a> PortField<'a> {
    /// A field with an accessible name.
    pub(crate) fn new(name: &'a str, port: u16) -> Self {
        Self { name, port }
    }

    /// Draws the field; returns what the user has just changed the port to.
    pub(crate) fn show(self, ui: &mut Ui, size: Vec2) -> (Response, Option<u16>) {
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let id = ui.scope_id().with(("port", self.name));
        let response = ui.interact(rect, id, Sense::click());
        let enter = response.has_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if response.clicked() || response.secondary_clicked() || enter {
            entry::open(ui, id, self.port.to_string());
        }
        let entry = entry::show(ui, id, rect, self.name, parse);
        if matches!(entry, Entry::Closed) {
            let lit = response.hovered() || response.has_focus();
            let (fill, line) = if lit {
                (theme::HOVERED, theme::ACCENT)
            } else {
                (theme::RAISED, theme::LINE)
            };
            let painter = ui.painter();
            painter.rect(rect, theme::CORNER, fill, theme::hairline(line), StrokeKind::Inside);
            let (text, font) = (self.port.to_string(), theme::body());
            painter.text(rect.center(), Align2::CENTER_CENTER, text, font, theme::TEXT);
        }
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Button, true, self.name);
            info.current_text_value = Some(self.port.to_string());
            info
        });
        let typed = match entry {
            Entry::Done(port) if port != self.port => Some(port),
            _ => None,
        };
        (response.on_hover_cursor(CursorIcon::Text), typed)
    }
}

fn parse(text: &str) -> Option<u16> {
    text.trim().parse().ok().filter(|port| *port > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_whole_numbers_that_exist() {
        assert_eq!(parse(" 9000 "), Some(9000));
        assert_eq!(parse("65535"), Some(65_535));
        for text in ["0", "65536", "-1", "9e3", "90.5", "", "nine"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
