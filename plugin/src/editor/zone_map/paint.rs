//! Draws what lies over the map: axes, head, zone, contours.

use std::f32::consts::TAU;

use egui::{Align2, Pos2, Shape, StrokeKind, Ui, Vec2, emath::Rot2, pos2, vec2};
use proscenium_dsp::constants::HEAD_RADIUS_M;
use proscenium_dsp::design::zone_half_depth_m;

use super::Contour;
use super::scale::{ZoneScale, label_places};
use crate::editor::legend;
use crate::editor::maps;
use crate::editor::theme;

/// Steps of the labels, metres.
const STEPS_M: [f64; 3] = [0.05, 0.1, 0.2];
/// Least space between labels, points.
const LABELS_APART: f32 = 22.0;
/// Corners that the rim of the zone is drawn with.
const RIM_POINTS: usize = 96;
/// Labels of contours keep this far from the border of the map, points.
const LABEL_MARGIN: f32 = 10.0;

/// Labels in centimetres around the map.
pub(super) fn axes(ui: &Ui, scale: &ZoneScale) {
    let (painter, rect) = (ui.painter(), scale.rect);
    let centimetres = |metres: f64| format!("{:.0}", 100.0 * metres.abs());
    for offset_m in scale.offset.linear_ticks(&STEPS_M, LABELS_APART) {
        let x = scale.offset.position(offset_m);
        painter.vline(x, rect.bottom()..=rect.bottom() + 4.0, theme::hairline(theme::DIM));
        painter.text(
            pos2(x, rect.bottom() + 4.0),
            Align2::CENTER_TOP,
            centimetres(offset_m),
            theme::small(),
            theme::DIM,
        );
    }
    for depth_m in scale.depth.linear_ticks(&STEPS_M, LABELS_APART) {
        let y = scale.depth.position(depth_m);
        painter.hline(rect.left() - 4.0..=rect.left(), y, theme::hairline(theme::DIM));
        painter.text(
            pos2(rect.left() - 7.0, y),
            Align2::RIGHT_CENTER,
            centimetres(depth_m),
            theme::small(),
            theme::DIM,
        );
    }
    let captions = rect.bottom() + 17.0;
    for (at, align, text) in [
        (pos2(rect.left(), captions), Align2::LEFT_TOP, "left"),
        (pos2(rect.center().x, captions), Align2::CENTER_TOP, "cm"),
        (pos2(rect.right(), captions), Align2::RIGHT_TOP, "right"),
        (
            pos2(rect.center().x, rect.top() - 3.0),
            Align2::CENTER_BOTTOM,
            "towards the device",
        ),
    ] {
        painter.text(at, align, text, theme::small(), theme::DIM);
    }
    painter.rect_stroke(rect, 0.0, theme::hairline(theme::LINE), StrokeKind::Outside);
}

/// The listening zone that the filters are designed for.
pub(super) fn zone(ui: &Ui, scale: &ZoneScale, zone_m: f64, distance_m: f64) {
    let depth_m = zone_half_depth_m(zone_m, distance_m);
    let radii = vec2(zone_m as f32, depth_m as f32) * scale.points_per_m;
    let painter = ui.painter().with_clip_rect(scale.rect.intersect(ui.clip_rect()));
    let center = scale.point([0.0, 0.0]);
    let rim: Vec<Pos2> = (0..=RIM_POINTS)
        .map(|n| center + radii * Vec2::angled(TAU * n as f32 / RIM_POINTS as f32))
        .collect();
    let [shadow, stroke] = maps::strokes_on_map(1.5);
    painter.line(rim.clone(), shadow);
    painter.extend(Shape::dashed_line(&rim, stroke, theme::DASH, theme::DASH_GAP));
}

/// The head at the design point from above, to scale, the device above; turned to its left by `yaw_rad`.
pub(super) fn head(ui: &Ui, scale: &ZoneScale, yaw_rad: f32) {
    let painter = ui.painter().with_clip_rect(scale.rect.intersect(ui.clip_rect()));
    let (center, radius) = (scale.point([0.0, 0.0]), HEAD_RADIUS_M as f32 * scale.points_per_m);
    let turn = Rot2::from_angle(-yaw_rad);
    let on_screen = |x: f32, y: f32| center + turn * (radius * vec2(x, y));
    let nose = [(-0.2, -0.98), (0.0, -1.2), (0.2, -0.98)].map(|(x, y)| on_screen(x, y));
    for stroke in maps::strokes_on_map(1.5) {
        painter.circle_stroke(center, radius, stroke);
        painter.line(nose.to_vec(), stroke);
        for side in [-1.0, 1.0] {
            let (out, half) = (side * 1.05, 0.22);
            let corners = [
                (out - 0.07, -half),
                (out + 0.07, -half),
                (out + 0.07, half),
                (out - 0.07, half),
            ];
            painter.add(Shape::closed_line(corners.map(|(x, y)| on_screen(x, y)).into(), stroke));
        }
    }
    painter.circle_filled(center, 2.0, theme::TEXT);
}

/// Lines of equal gain with their levels.
pub(super) fn contours(ui: &Ui, scale: &ZoneScale, contours: &[Contour]) {
    let painter = ui.painter().with_clip_rect(scale.rect.intersect(ui.clip_rect()));
    let lines: Vec<Vec<Pos2>> = contours
        .iter()
        .map(|contour| contour.points_m.iter().map(|at| scale.point(*at)).collect())
        .collect();
    for line in &lines {
        for stroke in maps::strokes_on_map(1.0) {
            painter.line(line.clone(), stroke);
        }
    }
    let places = label_places(&lines, scale.rect.shrink(LABEL_MARGIN), scale.point([0.0, 0.0]));
    for (contour, at) in contours.iter().zip(places) {
        if let Some(at) = at {
            legend::chip(
                ui.painter(),
                at,
                Align2::CENTER_CENTER,
                &format!("{:.0}", contour.level_db),
                theme::TEXT,
            );
        }
    }
}
