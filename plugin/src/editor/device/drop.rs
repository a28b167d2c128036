//! Files that are dropped on the window, as far as the window toolkit tells of them.

use std::path::PathBuf;

use egui::{Align2, Id, LayerId, Order, StrokeKind, Ui};

use crate::editor::theme;

/// The file that was dropped in this frame; of several the first.
pub(super) fn dropped(ui: &Ui) -> Option<PathBuf> {
    ui.input(|input| input.raw.dropped_files.first().map(|file| file.path().to_owned()))
}

/// Says what would become of a file that is held over the window.
pub(super) fn show_hint(ui: &Ui) {
    if ui.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let window = ui.ctx().content_rect();
    let painter = ui
        .ctx()
        .layer_painter(LayerId::new(Order::Foreground, Id::unique("device drop")));
    painter.rect_filled(window, 0.0, theme::faint(theme::BACKGROUND, 0.8));
    let edge = window.shrink(theme::PADDING);
    painter.rect_stroke(edge, theme::CORNER, theme::hairline(theme::ACCENT), StrokeKind::Inside);
    painter.text(
        window.center(),
        Align2::CENTER_CENTER,
        "Drop a device file to play on it",
        egui::FontId::proportional(theme::TITLE_SIZE),
        theme::TEXT,
    );
}
