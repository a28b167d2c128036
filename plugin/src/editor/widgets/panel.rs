//! The surface that a panel is drawn on.

use egui::{Rect, Response, RichText, Sense, StrokeKind, Ui, UiBuilder};

use crate::editor::theme;

/// Draws a panel's surface in `rect` and what it holds inside the padding.
pub(crate) fn panel<R>(ui: &mut Ui, rect: Rect, name: &str, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.painter().rect(
        rect,
        theme::CORNER,
        theme::PANEL,
        theme::hairline(theme::LINE),
        StrokeKind::Inside,
    );
    let inside = rect.shrink(theme::PADDING);
    let mut inner = ui.new_child(UiBuilder::new().max_rect(inside).id_salt(name));
    inner.set_clip_rect(rect.intersect(ui.clip_rect()));
    contents(&mut inner)
}

/// A tab: text, underlined while it is the chosen one.
pub(crate) fn tab_button(ui: &mut Ui, text: &str, chosen: bool) -> Response {
    let label = RichText::new(text).color(if chosen { theme::TEXT } else { theme::DIM });
    let response = ui.add(egui::Label::new(label).sense(Sense::click()).selectable(false));
    if chosen {
        let y = response.rect.bottom() + 2.0;
        ui.painter()
            .hline(response.rect.x_range(), y, egui::Stroke::new(2.0, theme::ACCENT));
    }
    response.widget_info(|| egui::WidgetInfo::selected(egui::accesskit::Role::Tab, true, chosen, text));
    response
}
