//! The level meter of a strip, and its scale.

use egui::{Align2, Color32, Rangef, Rect, Stroke, Ui, pos2, vec2};

use crate::editor::axes::signed;
use crate::editor::levels::Meter;
use crate::editor::theme;

/// Levels at the ends of the meter, dBFS.
const RANGE_DB: [f32; 2] = [-60.0, 6.0];
/// Levels that have a mark, and those of them that have a number only where there is room for it.
const MARKS_DB: [f32; 5] = [-40.0, -20.0, -12.0, -6.0, 0.0];
const WITH_ROOM_DB: [f32; 1] = [-12.0];
/// Meters at least this wide have that room, points.
const ROOMY: f32 = 280.0;

/// Draws the numbers of the scale above meters that span `across`, on the baseline `bottom`.
pub(super) fn paint_scale(ui: &Ui, across: Rangef, bottom: f32) {
    let roomy = across.span() >= ROOMY;
    let numbers = MARKS_DB.into_iter().filter(|db| roomy || !WITH_ROOM_DB.contains(db));
    for mark_db in numbers {
        let at = pos2(x_of(mark_db, across), bottom);
        let text = signed(f64::from(mark_db), 0, false);
        ui.painter()
            .text(at, Align2::CENTER_BOTTOM, text, theme::small(), theme::DIM);
    }
}

/// Draws a meter: RMS as a bright bar, the peak as a fainter one around it, the held peak as a line; `over` is the colour of
/// what exceeds full scale.
pub(super) fn paint(ui: &Ui, rect: Rect, meter: &Meter, over: Color32) {
    let painter = ui.painter();
    painter.rect_filled(rect, 2.0, theme::PLOT);
    let x = |level_db: f32| x_of(level_db, rect.x_range());
    let bar = |from: f32, to: f32, inset: f32, color| {
        if to > from {
            let bar = Rect::from_x_y_ranges(Rangef::new(from, to), rect.y_range()).shrink2(vec2(0.0, inset));
            painter.rect_filled(bar, 1.0, color);
        }
    };
    let inset = (rect.height() / 3.5).round();
    bar(
        rect.left(),
        x(meter.peak_db.min(0.0)),
        1.0,
        theme::faint(theme::LEVEL, 0.5),
    );
    bar(x(0.0), x(meter.peak_db), 1.0, over);
    bar(rect.left(), x(meter.rms_db), inset, theme::LEVEL);
    for mark_db in MARKS_DB {
        let color = if mark_db == 0.0 { theme::RING } else { theme::GRID };
        painter.vline(x(mark_db), rect.y_range(), theme::hairline(color));
    }
    if share(meter.held_db) > 0.0 {
        let color = if meter.held_db > 0.0 { over } else { theme::TEXT };
        painter.vline(x(meter.held_db), rect.y_range(), Stroke::new(1.5, color));
    }
}

/// Draws the highest peak as a number, on the colour `over` once it exceeded full scale.
pub(super) fn paint_number(ui: &Ui, rect: Rect, meter: &Meter, over: Color32, hovered: bool) {
    let painter = ui.painter();
    let (fill, color) = match (meter.clipped(), hovered) {
        (true, _) => (over, theme::BACKGROUND),
        (false, true) => (theme::HOVERED, theme::TEXT),
        (false, false) => (theme::PLOT, theme::DIM),
    };
    painter.rect_filled(rect, 2.0, fill);
    let text = level_text(meter.highest_db);
    painter.text(rect.center(), Align2::CENTER_CENTER, text, theme::small(), color);
}

/// A level in few characters; a dash below the meter's range.
pub(super) fn level_text(level_db: f32) -> String {
    if level_db < RANGE_DB[0] {
        return String::from("–");
    }
    if level_db > 0.0 {
        // Upwards, so that nothing over full scale reads as nought.
        format!("+{:.1}", (level_db * 10.0).ceil() / 10.0)
    } else {
        signed(f64::from(level_db), 1, false)
    }
}

/// Position of a level on the meter, 0 to 1.
fn share(level_db: f32) -> f32 {
    let [low, high] = RANGE_DB;
    ((level_db - low) / (high - low)).clamp(0.0, 1.0)
}

fn x_of(level_db: f32, across: Rangef) -> f32 {
    across.min + across.span() * share(level_db)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_meter_ends_where_it_says() {
        assert_eq!(
            [share(-90.0), share(-60.0), share(6.0), share(20.0)],
            [0.0, 0.0, 1.0, 1.0]
        );
        assert_eq!(x_of(-27.0, Rangef::new(100.0, 300.0)), 200.0);
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            [-90.0, -12.34, 0.0, 0.01, 1.25].map(level_text),
            ["–", "\u{2212}12.3", "0.0", "+0.1", "+1.3"]
        );
    }
}
