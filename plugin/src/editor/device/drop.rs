//! Files that are dropped on the window.

#[cfg(target_os = "linux")]
mod x11;

use std::path::PathBuf;

use egui::{Align2, Id, LayerId, Order, StrokeKind, Ui};
use nice_plug_egui::Frame;

use crate::editor::theme;

/// Where files can be dropped. The toolkit's link to egui leaves drops out; on X11 they are received beside it, elsewhere they
/// come as soon as it no longer does.
#[derive(Default)]
pub(crate) struct DropTarget {
    #[cfg(target_os = "linux")]
    x11: x11::Target,
}

impl DropTarget {
    /// The file that was dropped since the last call, of several the first. To be called in every frame.
    pub(crate) fn poll(&mut self, ctx: &egui::Context, frame: &Frame) -> Option<PathBuf> {
        #[cfg(target_os = "linux")]
        if let Some(path) = self.x11.poll(ctx, frame.baseview_window()) {
            return Some(path);
        }
        #[cfg(not(target_os = "linux"))]
        let _ = frame;
        ctx.input(|input| input.raw.dropped_files.first().map(|file| file.path().to_owned()))
    }

    /// Whether a file is held over the window.
    pub(crate) fn is_hovered(&self, ctx: &egui::Context) -> bool {
        #[cfg(target_os = "linux")]
        if self.x11.is_hovered() {
            return true;
        }
        ctx.input(|input| !input.raw.hovered_files.is_empty())
    }
}

/// Says what would become of a file that is held over the window.
pub(super) fn show_hint(ui: &Ui) {
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
