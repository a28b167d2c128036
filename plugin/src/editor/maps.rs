//! Coloured maps: pictures of levels, kept on the graphics card, and the bar that explains their colours.

use std::ops::Range;

use egui::{
    Align2, Color32, ColorImage, Context, Mesh, Pos2, Rect, Shape, TextureHandle, TextureId, TextureOptions, Ui,
};
use egui::{Stroke, StrokeKind, pos2, vec2};

use super::axes::{Axis, signed};
use super::theme;

/// Colours that a picture is made of.
const COLORS: usize = 256;
/// Bands that the bar is made of.
const BAR_BANDS: usize = 48;
/// Radius of the ring of a cursor, and length of the ends of its line, points.
const CURSOR_RADIUS: f32 = 5.0;
const CURSOR_END: f32 = 12.0;
/// Width of the bar, points, and of the bar with its labels.
const BAR: f32 = 10.0;
pub(crate) const BAR_WITH_LABELS: f32 = 38.0;

/// A picture on the graphics card, made anew only when its key changes.
pub(crate) struct MapTexture<K> {
    kept: Option<(K, TextureHandle)>,
}

impl<K> Default for MapTexture<K> {
    fn default() -> Self {
        Self { kept: None }
    }
}

impl<K: PartialEq> MapTexture<K> {
    /// The picture of `key`; `make` is called if it is not the one that is there.
    pub(crate) fn get(&mut self, ctx: &Context, name: &str, key: K, make: impl FnOnce() -> ColorImage) -> TextureId {
        match &mut self.kept {
            Some((kept, texture)) => {
                if *kept != key {
                    texture.set(make(), TextureOptions::LINEAR);
                    *kept = key;
                }
                texture.id()
            }
            None => {
                let texture = ctx.load_texture(name, make(), TextureOptions::LINEAR);
                let id = texture.id();
                self.kept = Some((key, texture));
                id
            }
        }
    }
}

/// Draws a picture over `rect`.
pub(crate) fn paint(ui: &Ui, texture: TextureId, rect: Rect) {
    let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
    ui.painter().add(Shape::image(texture, rect, whole, Color32::WHITE));
}

/// A picture of `size` pixels whose levels in dB are given row by row from the top, coloured over `range_db`.
pub(crate) fn picture(size: [usize; 2], range_db: &Range<f32>, levels_db: impl Iterator<Item = f32>) -> ColorImage {
    let palette: Vec<Color32> = (0..COLORS)
        .map(|n| theme::map_color(n as f32 / (COLORS - 1) as f32))
        .collect();
    let scale = (COLORS - 1) as f32 / (range_db.end - range_db.start);
    let pixels = levels_db.map(|db| palette[(((db - range_db.start) * scale).max(0.0) as usize).min(COLORS - 1)]);
    ColorImage::new(size, pixels.collect())
}

/// Middle of a pixel as a share of the whole.
pub(crate) fn pixel_share(pixel: usize, pixels: usize) -> f64 {
    (pixel as f64 + 0.5) / pixels as f64
}

/// Draws the bar in `rect` with a label every so many dB.
pub(crate) fn color_bar(ui: &Ui, rect: Rect, range_db: &Range<f32>, step_db: f64) {
    let bar = Rect::from_min_size(rect.min, vec2(BAR, rect.height()));
    let mut mesh = Mesh::default();
    for band in 0..=BAR_BANDS {
        let share = band as f32 / BAR_BANDS as f32;
        let y = egui::lerp(bar.bottom()..=bar.top(), share);
        for x in [bar.left(), bar.right()] {
            mesh.colored_vertex(pos2(x, y), theme::map_color(share));
        }
        if band > 0 {
            let corner = 2 * band as u32;
            mesh.add_triangle(corner - 2, corner - 1, corner);
            mesh.add_triangle(corner - 1, corner, corner + 1);
        }
    }
    let painter = ui.painter();
    painter.add(Shape::mesh(mesh));
    painter.rect_stroke(bar, 0.0, theme::hairline(theme::LINE), StrokeKind::Outside);
    let axis = Axis::linear(
        [f64::from(range_db.start), f64::from(range_db.end)],
        [bar.bottom(), bar.top()],
    );
    for db in axis.linear_ticks(&[step_db, 2.0 * step_db], theme::SMALL_SIZE) {
        let y = axis.position(db);
        painter.hline(bar.right()..=bar.right() + 3.0, y, theme::hairline(theme::DIM));
        let at = pos2(bar.right() + 5.0, y.clamp(rect.top() + 4.0, rect.bottom() - 4.0));
        painter.text(
            at,
            Align2::LEFT_CENTER,
            signed(db, 0, false),
            theme::small(),
            theme::DIM,
        );
    }
}

/// Strokes of a line that shows on dark and on light colours: one over the other.
pub(crate) fn strokes_on_map(width: f32) -> [Stroke; 2] {
    [
        Stroke::new(width + 1.6, theme::faint(theme::PLOT, 0.5)),
        Stroke::new(width, theme::TEXT),
    ]
}

/// Draws a cursor on a map: all of the line upwards and downwards, but only the ends of the line to the sides, along which
/// there may be a null to be seen.
pub(crate) fn cursor(ui: &Ui, rect: Rect, at: Pos2) {
    let painter = ui.painter();
    for stroke in strokes_on_map(1.0) {
        painter.line_segment([pos2(at.x, rect.top()), pos2(at.x, at.y - CURSOR_RADIUS)], stroke);
        painter.line_segment([pos2(at.x, at.y + CURSOR_RADIUS), pos2(at.x, rect.bottom())], stroke);
        for (side, x) in [(1.0, rect.left()), (-1.0, rect.right())] {
            painter.line_segment([pos2(x, at.y), pos2(x + side * CURSOR_END, at.y)], stroke);
        }
        painter.circle_stroke(at, CURSOR_RADIUS, stroke);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_run_over_the_range_and_stay_at_its_ends() {
        let levels = [-40.0, -30.0, 6.0, 20.0];
        let image = picture([4, 1], &(-30.0..6.0), levels.into_iter());
        let [lowest, highest] = [theme::map_color(0.0), theme::map_color(1.0)];
        assert_eq!(image.pixels, [lowest, lowest, highest, highest]);
        assert_eq!([pixel_share(0, 4), pixel_share(3, 4)], [0.125, 0.875]);
    }

    #[test]
    fn a_picture_is_made_once_for_each_key() {
        let (ctx, mut texture) = (Context::default(), MapTexture::default());
        let mut made = 0;
        for key in [1, 1, 2, 2, 1] {
            texture.get(&ctx, "map", key, || {
                made += 1;
                picture([1, 1], &(0.0..1.0), std::iter::once(0.0))
            });
        }
        assert_eq!(made, 3);
    }
}
