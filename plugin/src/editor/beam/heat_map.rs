//! Map of level over frequency and azimuth.

use egui::{Align2, ColorImage, Pos2, Rect, Shape, Stroke, Ui, pos2};

use super::pattern::Pattern;
use crate::editor::axes::{Axis, azimuth_text};
use crate::editor::maps::{self, BAR_WITH_LABELS, pixel_share};
use crate::editor::scene::{Cursor, FREQUENCIES_HZ};
use crate::editor::theme;

/// Pixels over frequency and azimuth: twice as many as the analysis has points.
const PIXELS: [usize; 2] = [176, 144];
/// Azimuths from top to bottom, degrees: the listener's left is above.
const AZIMUTHS_DEG: [f64; 2] = [180.0, -180.0];
/// Space for labels, points.
const LEFT_LABELS: f32 = 34.0;
const BOTTOM_LABELS: f32 = 15.0;
const TOP_LABELS: f32 = 15.0;
/// Least space between labels, points.
const LABELS_APART: f32 = 26.0;

/// Where frequencies and azimuths are on the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct MapScale {
    /// The map without its labels.
    pub(super) rect: Rect,
    frequency: Axis,
    azimuth: Axis,
}

impl MapScale {
    /// A map over `rect`.
    pub(super) fn over(rect: Rect) -> Self {
        Self {
            rect,
            frequency: Axis::logarithmic(FREQUENCIES_HZ, [rect.left(), rect.right()]),
            azimuth: Axis::linear(AZIMUTHS_DEG, [rect.top(), rect.bottom()]),
        }
    }

    /// A map with its labels and its colour bar inside `rect`.
    pub(super) fn within(rect: Rect) -> Self {
        let min = rect.min + egui::vec2(LEFT_LABELS, TOP_LABELS);
        let max = rect.max - egui::vec2(BAR_WITH_LABELS + 6.0, BOTTOM_LABELS);
        Self::over(Rect::from_min_max(min, max.max(min + egui::vec2(1.0, 1.0))))
    }

    /// Place of a frequency (Hz) and an azimuth (degrees).
    pub(super) fn point(&self, frequency_hz: f64, azimuth_deg: f64) -> Pos2 {
        pos2(
            self.frequency.position(frequency_hz),
            self.azimuth.position(azimuth_deg),
        )
    }

    /// Frequency (Hz) and azimuth (degrees) of a place, held within the map.
    pub(super) fn value(&self, at: Pos2) -> [f64; 2] {
        [self.frequency.value(at.x), self.azimuth.value(at.y)]
    }
}

/// The map as a picture.
pub(super) fn picture(pattern: &Pattern<'_>) -> ColorImage {
    let unit = MapScale::over(Rect::from_min_size(Pos2::ZERO, egui::vec2(1.0, 1.0)));
    let [columns, rows] = PIXELS;
    let columns: Vec<(f64, f32)> = (0..columns)
        .map(|column| unit.frequency.value_at_share(pixel_share(column, columns)))
        .map(|frequency_hz| (frequency_hz, pattern.reference_db(frequency_hz)))
        .collect();
    let levels_db = (0..rows).flat_map(|row| {
        let azimuth_deg = unit.azimuth.value_at_share(pixel_share(row, rows));
        columns
            .iter()
            .map(move |(frequency_hz, reference_db)| pattern.map.at(azimuth_deg, *frequency_hz) - reference_db)
    });
    maps::picture(PIXELS, &pattern.reference.map_range_db(), levels_db)
}

/// Draws labels, lines of the window and of the nulls, the colour bar and the cursor around and over the picture.
pub(super) fn paint_over(ui: &Ui, scale: &MapScale, pattern: &Pattern<'_>, cursor: &Cursor) {
    let (painter, rect) = (ui.painter(), scale.rect);
    for tick in scale.frequency.frequency_ticks(LABELS_APART) {
        let x = scale.frequency.position(tick.value);
        let length = if tick.label.is_some() { 4.0 } else { 2.0 };
        painter.vline(x, rect.bottom()..=rect.bottom() + length, theme::hairline(theme::DIM));
        if let Some(label) = tick.label {
            painter.text(
                pos2(x, rect.bottom() + 3.0),
                Align2::CENTER_TOP,
                label,
                theme::small(),
                theme::DIM,
            );
        }
    }
    painter.text(
        pos2(rect.right() + 8.0, rect.bottom() + 3.0),
        Align2::LEFT_TOP,
        "Hz",
        theme::small(),
        theme::DIM,
    );
    for azimuth in scale
        .azimuth
        .linear_ticks(&[45.0, 90.0, 180.0], theme::SMALL_SIZE + 2.0)
    {
        let y = scale.azimuth.position(azimuth);
        painter.hline(rect.left() - 4.0..=rect.left(), y, theme::hairline(theme::DIM));
        let at = pos2(rect.left() - 6.0, y);
        painter.text(
            at,
            Align2::RIGHT_CENTER,
            azimuth_text(azimuth),
            theme::small(),
            theme::DIM,
        );
    }
    for azimuth in [-90.0, -45.0, 45.0, 90.0] {
        let [from, to] = FREQUENCIES_HZ.map(|frequency_hz| scale.point(frequency_hz, azimuth));
        let stroke = Stroke::new(1.0, theme::faint(theme::TEXT, 0.8));
        if azimuth.abs() < 60.0 {
            painter.extend(Shape::dotted_line(&[from, to], stroke.color, 4.0, 0.8));
        } else {
            painter.extend(Shape::dashed_line(&[from, to], stroke, theme::DASH, theme::DASH_GAP));
        }
    }
    let cross = scale.point(cursor.frequency_hz, cursor.azimuth_deg);
    maps::cursor(ui, rect, cross);
    painter.rect_stroke(rect, 0.0, theme::hairline(theme::LINE), egui::StrokeKind::Outside);
    let bar = Rect::from_min_max(
        pos2(rect.right() + 8.0, rect.top()),
        pos2(rect.right() + BAR_WITH_LABELS, rect.bottom()),
    );
    maps::color_bar(
        ui,
        bar,
        &pattern.reference.map_range_db(),
        if rect.height() < 120.0 { 10.0 } else { 6.0 },
    );
    let caption = pos2(bar.right() + 6.0, rect.top() - 3.0);
    painter.text(
        caption,
        Align2::RIGHT_BOTTOM,
        pattern.reference.caption(),
        theme::small(),
        theme::DIM,
    );
}

#[cfg(test)]
mod tests {
    use super::super::pattern::tests::tilted;
    use super::super::pattern::{Pair, Reference};
    use super::*;
    use egui::vec2;
    use proscenium_dsp::array::Path;

    #[test]
    fn left_is_above_and_places_give_back_frequency_and_azimuth() {
        let scale = MapScale::within(Rect::from_min_size(pos2(5.0, 7.0), vec2(400.0, 300.0)));
        assert!(scale.point(1000.0, 90.0).y < scale.rect.center().y);
        assert_eq!(scale.point(100.0, 180.0), scale.rect.min);
        for (frequency_hz, azimuth_deg) in [(100.0, 180.0), (1250.0, -90.0), (16_000.0, 37.0)] {
            let [frequency, azimuth] = scale.value(scale.point(frequency_hz, azimuth_deg));
            assert!((frequency / frequency_hz - 1.0).abs() < 1e-4);
            assert!((azimuth - azimuth_deg).abs() < 1e-3);
        }
        assert_eq!(scale.value(pos2(-1e6, 1e6)), [100.0, -180.0]);
    }

    #[test]
    fn pixels_have_the_colour_of_the_level_at_their_place() {
        let radiation = tilted();
        let pair = Pair::new(&radiation, Path::Left);
        let image = picture(&pair.beam);
        assert_eq!(image.size, PIXELS);
        // The picture stretched over as many points as it has pixels: the middle of a pixel is where it is drawn.
        let size = vec2(PIXELS[0] as f32, PIXELS[1] as f32);
        let scale = MapScale::over(Rect::from_min_size(Pos2::ZERO, size));
        let range = Reference::Loudest.map_range_db();
        for (frequency_hz, azimuth_deg) in [(150.0, 88.0), (2000.0, 0.0), (12_000.0, -30.0)] {
            let at = scale.point(frequency_hz, azimuth_deg).floor() + vec2(0.5, 0.5);
            let [frequency_hz, azimuth_deg] = scale.value(at);
            let pixel = image.pixels[at.y as usize * PIXELS[0] + at.x as usize];
            let share = (pair.beam.at(azimuth_deg, frequency_hz) - range.start) / (range.end - range.start);
            let expected = theme::map_color(share);
            let off = [
                pixel.r().abs_diff(expected.r()),
                pixel.g().abs_diff(expected.g()),
                pixel.b().abs_diff(expected.b()),
            ];
            assert!(
                off.iter().all(|&off| off <= 4),
                "{frequency_hz} Hz, {azimuth_deg}°: {off:?}"
            );
        }
    }
}
