//! Draws the polar plot and the figures beside it.

use egui::{Align2, Mesh, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};
use proscenium_dsp::array::Path;

use super::pattern::Pair;
use super::polar::{PolarScale, RINGS_DB, direction};
use crate::editor::axes::{azimuth_text, signed};
use crate::editor::legend::{self, Line};
use crate::editor::scene::Cursor;
use crate::editor::theme;
use crate::editor::widgets::frequency_text;

/// Rings closer than this have no label, or every second one, points.
const RING_LABELS_APART: f32 = 13.0;
/// Azimuth of the labels of the rings, degrees: behind the device, where a beam is quiet.
const RING_LABELS_DEG: f64 = 157.5;
/// Height of a line of the figures, and the right edges of their columns, points.
pub(super) const FIGURE_LINE: f32 = 14.5;
const FIGURE_COLUMNS: [f32; 2] = [106.0, 150.0];

/// Draws the polar plot; `hovered_deg` is the azimuth under the pointer.
pub(super) fn polar(ui: &Ui, scale: &PolarScale, pair: &Pair<'_>, cursor: &Cursor, hovered_deg: Option<f64>) {
    let painter = ui.painter();
    let (center, radius) = (scale.center, scale.radius);
    painter.circle(center, radius, theme::PLOT, theme::hairline(theme::LINE));
    painter.add(Shape::convex_polygon(
        scale.window(-45, 45),
        theme::faint(theme::TEXT, 0.07),
        Stroke::NONE,
    ));
    let ring_gap = scale.radius_of(0.0) - scale.radius_of(-10.0);
    for (n, level_db) in RINGS_DB.into_iter().enumerate() {
        let color = if n == 0 { theme::RING } else { theme::GRID };
        painter.circle_stroke(center, scale.radius_of(level_db), theme::hairline(color));
    }
    for azimuth in (-180..180).step_by(45) {
        let rim = center + radius * direction(f64::from(azimuth));
        painter.line_segment([center, rim], theme::hairline(theme::GRID));
    }
    azimuth_labels(ui, scale);

    let color = theme::path_color(cursor.path);
    let beam = scale.curve(&pair.beam, cursor.frequency_hz);
    let matrix = scale.curve(&pair.matrix, cursor.frequency_hz);
    painter.add(fan(center, &beam, theme::faint(color, 0.16)));
    painter.extend(Line::Dashed(theme::COMPARISON).shapes(&closed(&matrix), 1.5));
    painter.add(Shape::closed_line(beam, Stroke::new(theme::CURVE_WIDTH, color)));
    for (n, level_db) in RINGS_DB.into_iter().enumerate() {
        if ring_gap >= RING_LABELS_APART || n % 2 == 0 {
            let at = scale.point(RING_LABELS_DEG, level_db);
            legend::chip(
                ui.painter(),
                at,
                Align2::CENTER_CENTER,
                &signed(f64::from(level_db), 0, false),
                theme::DIM,
            );
        }
    }
    for azimuth in [90.0, -90.0] {
        let at = scale.point(azimuth, pair.beam.at(azimuth, cursor.frequency_hz));
        painter.circle(at, 3.5, theme::PLOT, Stroke::new(1.5, theme::TEXT));
        let rim = center + radius * direction(azimuth);
        painter.line_segment([rim, rim + 3.0 * direction(azimuth)], Stroke::new(2.0, theme::TEXT));
    }
    if let Some(azimuth) = hovered_deg {
        painter.line_segment(
            [center, center + radius * direction(azimuth)],
            theme::hairline(theme::faint(theme::TEXT, 0.5)),
        );
    }
    let rim = center + radius * direction(cursor.azimuth_deg);
    painter.line_segment([center, rim], theme::hairline(theme::TEXT));
    painter.circle_filled(rim, 3.5, theme::TEXT);
}

fn azimuth_labels(ui: &Ui, scale: &PolarScale) {
    for (azimuth, align) in [
        (0.0, Align2::CENTER_TOP),
        (45.0, Align2::RIGHT_TOP),
        (90.0, Align2::RIGHT_CENTER),
        (180.0, Align2::CENTER_BOTTOM),
        (-90.0, Align2::LEFT_CENTER),
        (-45.0, Align2::LEFT_TOP),
    ] {
        let away = if f64::abs(azimuth) == 90.0 { 8.0 } else { 2.0 };
        let at = scale.center + (scale.radius + away) * direction(azimuth);
        ui.painter()
            .text(at, align, azimuth_text(azimuth), theme::small(), theme::DIM);
    }
}

/// The area of a curve around `center`, which sees all of it.
fn fan(center: Pos2, curve: &[Pos2], color: egui::Color32) -> Shape {
    let mut mesh = Mesh::default();
    mesh.colored_vertex(center, color);
    for point in curve {
        mesh.colored_vertex(*point, color);
    }
    let points = curve.len() as u32;
    for n in 0..points {
        mesh.add_triangle(0, 1 + n, 1 + (n + 1) % points);
    }
    Shape::mesh(mesh)
}

fn closed(curve: &[Pos2]) -> Vec<Pos2> {
    curve.iter().chain(curve.first()).copied().collect()
}

/// Draws what the curves are, with directivity index and the louder side of each, and the largest index that the drivers can
/// have.
pub(super) fn figures(ui: &Ui, rect: Rect, pair: &Pair<'_>, path: Path, frequency_hz: f64) {
    let line = |n: usize| {
        Rect::from_min_size(
            rect.min + vec2(0.0, n as f32 * FIGURE_LINE),
            vec2(rect.width(), FIGURE_LINE),
        )
    };
    let cells = |rect: Rect, texts: [String; 2], color| {
        for (right, text) in FIGURE_COLUMNS.into_iter().zip(texts) {
            let at = pos2(rect.left() + right, rect.center().y);
            ui.painter().text(at, Align2::RIGHT_CENTER, text, theme::small(), color);
        }
    };
    let head = line(0);
    let caption = [legend::Entry::text(frequency_text(frequency_hz))];
    legend::row(ui, head, "frequency", &caption, theme::DIM);
    cells(head, [String::from("DI 0°"), String::from("±90°")], theme::DIM);
    let beam = (Line::Solid(theme::path_color(path)), "Beam", &pair.beam);
    let matrix = (Line::Dashed(theme::COMPARISON), "Matrix", &pair.matrix);
    for (n, (sample, name, pattern)) in [beam, matrix].into_iter().enumerate() {
        let values = [
            pattern.directivity_index_db(frequency_hz),
            pattern.sides_db(frequency_hz),
        ];
        let rect = line(n + 1);
        legend::row(ui, rect, name, &[legend::Entry::curve(sample, name)], theme::TEXT);
        cells(
            rect,
            values.map(|value| signed(f64::from(value), 1, false)),
            theme::TEXT,
        );
    }
    let ceiling = line(3);
    legend::row(ui, ceiling, "ceiling", &[legend::Entry::text("Possible")], theme::DIM);
    let possible = signed(f64::from(pair.directivity_ceiling_db(frequency_hz)), 1, false);
    cells(ceiling, [possible, String::new()], theme::DIM);
    let at = line(4).left_center();
    ui.painter().text(
        at,
        Align2::LEFT_CENTER,
        pair.beam.reference.caption(),
        theme::small(),
        theme::DIM,
    );
}
