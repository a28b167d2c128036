//! Lines of text that explain curves and read them out.

use egui::{Align2, Color32, Painter, Rect, Sense, Shape, Stroke, Ui, WidgetInfo, accesskit::Role, pos2};

use super::theme;

/// Length of the sample of a curve, and space around it, points.
const SAMPLE: f32 = 12.0;
const AFTER_SAMPLE: f32 = 4.0;
const AFTER_ENTRY: f32 = 8.0;

/// How a curve is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Line {
    /// Without a break.
    Solid(Color32),
    /// Dashed.
    Dashed(Color32),
}

impl Line {
    /// Shapes of the curve along `points`.
    pub(crate) fn shapes(self, points: &[egui::Pos2], width: f32) -> Vec<Shape> {
        match self {
            Self::Solid(color) => vec![Shape::line(points.to_vec(), Stroke::new(width, color))],
            Self::Dashed(color) => Shape::dashed_line(points, Stroke::new(width, color), theme::DASH, theme::DASH_GAP),
        }
    }
}

/// A piece of a line of text, with the sample of a curve before it if there is one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    line: Option<Line>,
    text: String,
}

impl Entry {
    /// Explains a curve.
    pub(crate) fn curve(line: Line, text: impl Into<String>) -> Self {
        Self {
            line: Some(line),
            text: text.into(),
        }
    }

    /// Text alone.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self {
            line: None,
            text: text.into(),
        }
    }
}

/// Draws entries in one line from the left of `rect`; those that find no room are left out. The line's text is also there
/// for screen readers and tests.
pub(crate) fn row(ui: &Ui, rect: Rect, name: &str, entries: &[Entry], color: Color32) {
    let painter = ui.painter();
    let mut x = rect.left();
    let mut spoken = Vec::with_capacity(entries.len());
    for entry in entries {
        let galley = painter.layout_no_wrap(entry.text.clone(), theme::small(), color);
        let sample = if entry.line.is_some() {
            SAMPLE + AFTER_SAMPLE
        } else {
            0.0
        };
        if x + sample + galley.size().x > rect.right() + 0.5 {
            break;
        }
        if let Some(line) = entry.line {
            let ends = [pos2(x, rect.center().y), pos2(x + SAMPLE, rect.center().y)];
            painter.extend(line.shapes(&ends, theme::CURVE_WIDTH));
        }
        let width = galley.size().x;
        painter.galley(pos2(x + sample, rect.center().y - 0.5 * galley.size().y), galley, color);
        x += sample + width + AFTER_ENTRY;
        spoken.push(entry.text.as_str());
    }
    let spoken = spoken.join(", ");
    let response = ui.interact(rect, ui.scope_id().with(name), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
}

/// Small text that stays legible on any colour.
pub(crate) fn chip(painter: &Painter, at: egui::Pos2, align: Align2, text: &str, color: Color32) -> Rect {
    let galley = painter.layout_no_wrap(text.to_owned(), theme::small(), color);
    let rect = align.anchor_size(at, galley.size());
    painter.rect_filled(
        rect.expand2(egui::vec2(2.0, -1.0)),
        theme::CORNER,
        theme::faint(theme::PLOT, 0.75),
    );
    painter.galley(rect.min, galley, color);
    rect
}

/// What a panel says until there is something to draw.
pub(crate) fn nothing_yet(ui: &Ui) {
    let rect = ui.max_rect();
    ui.painter().text(
        rect.center(),
        Align2::CENTER_CENTER,
        "analysing…",
        theme::body(),
        theme::DIM,
    );
    let response = ui.interact(rect, ui.scope_id().with("analysing"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, "analysing…"));
}
