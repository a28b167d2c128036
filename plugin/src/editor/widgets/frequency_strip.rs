//! Chooses the frequency at which lobes and polar plots are drawn.

use egui::{Align2, Rangef, Rect, Sense, Stroke, Ui, WidgetInfo, pos2};

use super::steps::steps;
use crate::editor::scene::{Cursor, FREQUENCIES_HZ};
use crate::editor::theme;

/// Labelled frequencies, Hz.
const LABELS_HZ: [f64; 7] = [125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0];
/// Twelfths of an octave for a notch of the wheel or an arrow key.
const STEPS_PER_OCTAVE: f64 = 12.0;
/// Steps for a page key: an octave.
const PAGE: f32 = 12.0;
/// Space for the value at the right, points.
const VALUE: f32 = 64.0;

/// A strip over the whole range, on a logarithmic scale. Click or drag to choose.
pub(crate) fn frequency_strip(ui: &mut Ui, rect: Rect, cursor: &mut Cursor) {
    let track = Rangef::new(rect.left() + 6.0, rect.right() - VALUE);
    let response = ui.interact(rect, ui.scope_id().with("frequency"), Sense::click_and_drag());
    if let Some(at) = response.interact_pointer_pos() {
        cursor.frequency_hz = frequency_at(at.x, track);
    }
    let steps = steps(ui, &response, PAGE);
    let [lowest, highest] = FREQUENCIES_HZ;
    let moved = cursor.frequency_hz * (f64::from(steps) / STEPS_PER_OCTAVE).exp2();
    cursor.frequency_hz = moved.clamp(lowest, highest);

    let painter = ui.painter();
    let y = rect.top() + 8.0;
    painter.hline(track, y, Stroke::new(3.0, theme::RAISED));
    for hz in LABELS_HZ {
        let x = position_of(hz, track);
        painter.vline(x, Rangef::new(y - 3.0, y + 3.0), theme::hairline(theme::DIM));
        painter.text(
            pos2(x, y + 6.0),
            Align2::CENTER_TOP,
            short(hz),
            theme::small(),
            theme::faint(theme::DIM, 0.8),
        );
    }
    let focused = response.has_focus() || response.hovered();
    let knob = pos2(position_of(cursor.frequency_hz, track), y);
    painter.circle(
        knob,
        if focused { 7.0 } else { 6.0 },
        theme::ACCENT,
        theme::hairline(theme::BACKGROUND),
    );
    painter.text(
        pos2(rect.right(), y),
        Align2::RIGHT_CENTER,
        frequency_text(cursor.frequency_hz),
        theme::body(),
        theme::TEXT,
    );
    response.widget_info(|| WidgetInfo::slider(true, cursor.frequency_hz, "Frequency"));
    response.on_hover_text("Frequency at which lobes and polar plots are drawn, 100 Hz to 16 kHz.");
}

/// A frequency with three digits and unit.
pub(crate) fn frequency_text(hz: f64) -> String {
    if hz < 999.5 {
        format!("{hz:.0} Hz")
    } else if hz < 9995.0 {
        format!("{:.2} kHz", hz / 1000.0)
    } else {
        format!("{:.1} kHz", hz / 1000.0)
    }
}

fn short(hz: f64) -> String {
    if hz < 1000.0 {
        format!("{hz:.0}")
    } else {
        format!("{:.0}k", hz / 1000.0)
    }
}

fn position_of(hz: f64, track: Rangef) -> f32 {
    let [lowest, highest] = FREQUENCIES_HZ;
    let share = (hz / lowest).ln() / (highest / lowest).ln();
    track.min + track.span() * share as f32
}

fn frequency_at(x: f32, track: Rangef) -> f64 {
    let [lowest, highest] = FREQUENCIES_HZ;
    let share = f64::from((x - track.min) / track.span()).clamp(0.0, 1.0);
    lowest * (highest / lowest).powf(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_frequencies_belong_together() {
        let track = Rangef::new(10.0, 410.0);
        for hz in [100.0, 1000.0, 16_000.0] {
            assert!((frequency_at(position_of(hz, track), track) / hz - 1.0).abs() < 1e-4);
        }
        assert_eq!(frequency_at(0.0, track), 100.0);
        assert_eq!(
            [frequency_text(440.0), frequency_text(1500.0), frequency_text(12_000.0)],
            ["440 Hz", "1.50 kHz", "12.0 kHz"]
        );
    }
}
