//! Draws the stage.

use egui::{
    Align2, Color32, CornerRadius, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, emath::Rot2,
    epaint::EllipseShape, pos2, vec2,
};
use proscenium_dsp::array::{Device, Enclosure, Path};
use proscenium_dsp::constants::{EAR_AZIMUTH_DEG, HEAD_RADIUS_M};

use super::lobes::{LobeScale, outline};
use super::view::View;
use crate::editor::analyst::Snapshot;
use crate::editor::axes::signed;
use crate::editor::{legend, theme};

/// Rings below the outermost one, dB.
const RINGS_DB: [f32; 2] = [-10.0, -20.0];
/// Driver levels between which a driver glows from nothing to full, dBFS.
const GLOW_DB: [f32; 2] = [-48.0, -6.0];
/// Half the side of a virtual loudspeaker, points.
pub(super) const SPEAKER_HALF: f32 = 13.0;

/// The circles that levels are read from.
pub(super) fn rings(painter: &Painter, device: Pos2, scale: &LobeScale) {
    for relative_db in [0.0].into_iter().chain(RINGS_DB) {
        let radius = scale.radius_of(scale.top_db + relative_db);
        painter.circle_stroke(device, radius, theme::hairline(theme::GRID));
    }
}

/// What the rings stand for, above the device.
pub(super) fn ring_labels(painter: &Painter, device: Pos2, scale: &LobeScale) {
    for relative_db in [0.0].into_iter().chain(RINGS_DB) {
        let radius = scale.radius_of(scale.top_db + relative_db);
        let unit = if relative_db == 0.0 { " dB" } else { "" };
        let text = signed(f64::from(relative_db), 0, false) + unit;
        legend::chip(
            painter,
            device + vec2(0.0, -radius),
            Align2::CENTER_CENTER,
            &text,
            theme::DIM,
        );
    }
}

/// The lobes of all paths, the centre on top.
pub(super) fn lobes(painter: &Painter, snapshot: &Snapshot, frequency_hz: f64, scale: &LobeScale, view: &View) {
    let settings = &snapshot.question.settings;
    let toward_listener_rad = f64::from(settings.offset_m).atan2(f64::from(settings.distance_m));
    for path in Path::ALL {
        let pattern = &snapshot.picture.radiation[path as usize].path;
        let points = outline(pattern, frequency_hz, scale, view.device, toward_listener_rad);
        let color = theme::path_color(path);
        // Lobes are star-shaped around the device, so a fan of triangles fills them whatever their outline.
        let mut mesh = egui::Mesh::default();
        mesh.colored_vertex(view.device, theme::faint(color, 0.05));
        for point in &points {
            mesh.colored_vertex(*point, theme::faint(color, 0.20));
        }
        let count = points.len() as u32;
        for n in 0..count {
            mesh.add_triangle(0, n + 1, (n + 1) % count + 1);
        }
        painter.add(Shape::mesh(mesh));
        painter.add(Shape::closed_line(points, Stroke::new(1.6, color)));
    }
}

/// The device, each driver glowing with its level, dBFS.
pub(super) fn device(painter: &Painter, device: &Device, view: &View, driver_db: impl Fn(usize) -> f32) {
    let outline = Stroke::new(1.2, theme::DIM);
    match device.enclosure {
        Enclosure::Sphere { radius_m } => {
            let radius = radius_m as f32 * view.device_points_per_m;
            painter.circle(view.device, radius, theme::RAISED, outline);
        }
        Enclosure::Free => {
            let places = device
                .drivers
                .iter()
                .map(|driver| view.on_device(driver.position_m(&device.enclosure)));
            let body = places.fold(Rect::NOTHING, |body, at| {
                body.union(Rect::from_center_size(at, Vec2::splat(16.0)))
            });
            painter.rect(body, CornerRadius::same(5), theme::RAISED, outline, StrokeKind::Outside);
        }
    }
    for (index, driver) in device.drivers.iter().enumerate() {
        let at = view.on_device(driver.position_m(&device.enclosure));
        let radius = (driver.radius_m as f32 * view.device_points_per_m).clamp(4.0, 11.0);
        let [x, y, z] = driver.axis();
        let facing = vec2(-y as f32, -x as f32);
        let share = glow(driver_db(index));
        painter.circle_filled(at, radius + 9.0 * share, theme::faint(theme::LEVEL, 0.30 * share));
        painter.circle(
            at,
            radius,
            mix(theme::PANEL, theme::LEVEL, share),
            theme::hairline(theme::TEXT),
        );
        if z.abs() < 0.9 {
            // Where it points, for drivers that lie in the plane.
            let tip = at + facing * (radius + 5.0);
            painter.line_segment([at + facing * radius, tip], Stroke::new(2.0, theme::TEXT));
        }
    }
}

/// The head from above, nose and ears included, turned to its left by `yaw_deg`.
pub(super) fn head(painter: &Painter, at: Pos2, view: &View, yaw_deg: f32, color: Color32) {
    let radius = HEAD_RADIUS_M as f32 * view.head_points_per_m;
    let line = Stroke::new(1.6, color);
    // To the left is anticlockwise, seen from above.
    let turn = Rot2::from_angle(-yaw_deg.to_radians());
    for side in [-1.0_f32, 1.0] {
        let angle = (EAR_AZIMUTH_DEG as f32).to_radians();
        let ear = at + turn * (vec2(side * angle.sin(), -angle.cos()) * radius);
        painter.add(EllipseShape {
            center: ear,
            radius: vec2(3.5, 6.0),
            fill: theme::HOVERED,
            stroke: line,
            angle: turn.angle(),
        });
    }
    let nose = [
        vec2(-5.0, -radius + 1.0),
        vec2(0.0, -radius - 7.0),
        vec2(5.0, -radius + 1.0),
    ]
    .map(|corner| at + turn * corner);
    painter.add(Shape::convex_polygon(nose.to_vec(), theme::HOVERED, line));
    painter.circle(at, radius, theme::HOVERED, line);
}

/// The listening zone around the head.
pub(super) fn zone(painter: &Painter, at: Pos2, rim: Vec2, held: bool) {
    let color = if held { theme::ACCENT } else { theme::LEVEL };
    painter.add(EllipseShape {
        center: at,
        radius: rim,
        fill: theme::faint(color, 0.10),
        stroke: Stroke::new(1.4, theme::faint(color, 0.8)),
        angle: 0.0,
    });
}

/// The pair that the listener shall hear, with its lines of sight.
pub(super) fn virtual_pair(painter: &Painter, head: Pos2, speakers: [Pos2; 2], held: bool, view: &View) {
    let arc: Vec<Pos2> = (-90_i32..=90)
        .step_by(3)
        .map(|degrees| view.virtual_speaker(head, degrees.abs() as f32, if degrees < 0 { -1.0 } else { 1.0 }))
        .collect();
    painter.add(Shape::line(arc, theme::hairline(theme::GRID)));
    for (speaker, path) in speakers.into_iter().zip([Path::Left, Path::Right]) {
        let color = if held { theme::ACCENT } else { theme::path_color(path) };
        painter.extend(Shape::dashed_line(
            &[head, speaker],
            theme::hairline(theme::faint(color, 0.5)),
            5.0,
            5.0,
        ));
        speaker_icon(painter, speaker, head - speaker, color);
    }
}

fn speaker_icon(painter: &Painter, at: Pos2, facing: Vec2, color: Color32) {
    let forward = facing.normalized();
    let side = forward.rot90();
    let corner = |along: f32, across: f32| at + forward * along + side * across;
    let (deep, wide) = (9.0, 12.0);
    let body = vec![
        corner(-deep, -wide),
        corner(deep, -wide),
        corner(deep, wide),
        corner(-deep, wide),
    ];
    painter.add(Shape::convex_polygon(body, theme::PANEL, Stroke::new(1.8, color)));
    painter.line_segment(
        [corner(deep, -wide * 0.6), corner(deep, wide * 0.6)],
        Stroke::new(3.5, color),
    );
}

/// The handle that sets how strong the centre beam is, on its way from the device to the head.
pub(super) fn lobe_handle(painter: &Painter, track: [Pos2; 2], at: Pos2, held: bool) {
    let color = theme::path_color(Path::Center);
    painter.line_segment(track, Stroke::new(2.0, theme::faint(color, 0.35)));
    painter.circle(at, if held { 8.0 } else { 6.5 }, theme::PANEL, Stroke::new(2.2, color));
}

/// Scale of the room, and what is drawn larger.
pub(super) fn scale_bar(painter: &Painter, view: &View) {
    let length_m = [0.1_f32, 0.2, 0.5, 1.0]
        .into_iter()
        .filter(|length| length * view.points_per_m < 110.0)
        .fold(0.1, f32::max);
    let y = view.rect.bottom() - 6.0;
    let right = view.rect.right() - 4.0;
    let left = right - length_m * view.points_per_m;
    let line = Stroke::new(1.5, theme::DIM);
    painter.hline(left..=right, y, line);
    painter.vline(left, y - 4.0..=y, line);
    painter.vline(right, y - 4.0..=y, line);
    let text = if length_m < 1.0 {
        format!("{:.0} cm", length_m * 100.0)
    } else {
        format!("{length_m} m")
    };
    painter.text(
        pos2(0.5 * (left + right), y - 4.0),
        Align2::CENTER_BOTTOM,
        text,
        theme::small(),
        theme::DIM,
    );
    painter.text(
        view.rect.left_bottom() - vec2(0.0, 2.0),
        Align2::LEFT_BOTTOM,
        "head, zone, device enlarged",
        theme::small(),
        theme::DIM,
    );
}

/// The value of what is held, beside it.
pub(super) fn readout(painter: &Painter, at: Pos2, text: String, within: Rect) {
    let galley = painter.layout_no_wrap(text, theme::body(), theme::TEXT);
    let size = galley.size() + vec2(12.0, 8.0);
    let mut box_ = Rect::from_min_size(at + vec2(18.0, -size.y - 10.0), size);
    if box_.right() > within.right() {
        box_ = box_.translate(vec2(-size.x - 36.0, 0.0));
    }
    if box_.top() < within.top() {
        box_ = box_.translate(vec2(0.0, within.top() - box_.top()));
    }
    painter.rect(
        box_,
        theme::CORNER,
        theme::PANEL,
        theme::hairline(theme::ACCENT),
        StrokeKind::Inside,
    );
    painter.galley(box_.min + vec2(6.0, 4.0), galley, theme::TEXT);
}

/// Names and colours of the paths.
pub(super) fn legend(painter: &Painter, at: Pos2) {
    let mut x = at.x;
    for path in [Path::Left, Path::Center, Path::Right] {
        painter.circle_filled(pos2(x + 4.0, at.y + 7.0), 4.0, theme::path_color(path));
        let text = painter.text(
            pos2(x + 12.0, at.y),
            Align2::LEFT_TOP,
            theme::path_name(path),
            theme::small(),
            theme::DIM,
        );
        x = text.right() + 12.0;
    }
}

/// How much a driver glows at a level, 0 to 1.
fn glow(level_db: f32) -> f32 {
    let [low, high] = GLOW_DB;
    ((level_db - low) / (high - low)).clamp(0.0, 1.0)
}

fn mix(a: Color32, b: Color32, share: f32) -> Color32 {
    a.lerp_to_gamma(b, share)
}

/// Farthest that a device reaches from its origin in the plane, metres.
pub(super) fn reach_m(device: &Device) -> f64 {
    let body_m = match device.enclosure {
        Enclosure::Sphere { radius_m } => radius_m,
        Enclosure::Free => 0.0,
    };
    let drivers = device.drivers.iter().map(|driver| {
        let [x, y, _] = driver.position_m(&device.enclosure);
        x.hypot(y) + driver.radius_m
    });
    drivers.fold(body_m, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drivers_glow_with_their_level() {
        assert_eq!(glow(-100.0), 0.0);
        assert_eq!(glow(0.0), 1.0);
        assert!(glow(-30.0) < glow(-20.0));
    }

    #[test]
    fn the_reach_is_that_of_body_and_outermost_driver() {
        let devices = proscenium_dsp::array::presets();
        let of = |stem: &str| {
            devices
                .iter()
                .find(|preset| preset.file_stem == stem)
                .map(|preset| reach_m(&preset.device))
        };
        assert!(of("tabletop").is_some_and(|reach| (0.087..0.12).contains(&reach)));
        assert!(of("desktop-pair").is_some_and(|reach| (0.5..0.6).contains(&reach)));
    }
}
