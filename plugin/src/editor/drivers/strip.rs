//! The row of one driver.

use egui::{Align2, ComboBox, DragValue, Rangef, Rect, Response, Sense, Ui, vec2};
use proscenium_dsp::array::Driver;
use proscenium_dsp::constants::MAX_DRIVERS;

use crate::editor::levels::Meter;
use crate::editor::scene::Scene;
use crate::editor::theme;
use crate::editor::widgets::{push_button, wheel_notches};
use crate::session::{MAX_GAIN_DB, MIN_GAIN_DB};

/// Levels at the ends of the meter, dBFS.
const METER_DB: [f32; 2] = [-60.0, 6.0];
/// Levels that have a mark.
const MARKS_DB: [f32; 4] = [-40.0, -20.0, -6.0, 0.0];
/// Height of the meter and width of the column of names, points.
const METER_HEIGHT: f32 = 12.0;
const NAME_WIDTH: f32 = 112.0;
/// Gain for a notch of the wheel, dB.
const GAIN_STEP_DB: f32 = 0.5;

/// Draws a driver's strip: a line with name and meter, a line with its controls.
pub(super) fn show(ui: &mut Ui, index: usize, driver: &Driver, scene: &mut Scene<'_>) {
    ui.horizontal(|ui| {
        let (name, _) = ui.allocate_exact_size(vec2(NAME_WIDTH, 18.0), Sense::hover());
        let painter = ui.painter();
        let text = painter.text(
            name.left_center(),
            Align2::LEFT_CENTER,
            &driver.name,
            theme::body(),
            theme::TEXT,
        );
        let band_at = egui::pos2(text.right() + 6.0, name.center().y + 1.0);
        painter.text(
            band_at,
            Align2::LEFT_CENTER,
            band_text(driver.band_hz),
            theme::small(),
            theme::DIM,
        );
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 18.0), Sense::hover());
        let meter = *scene.levels.meter(index);
        paint_meter(
            ui,
            Rect::from_center_size(rect.center(), vec2(rect.width(), METER_HEIGHT)),
            &meter,
        );
        scene.atlas.note(format!("strip:{index}:meter"), rect);
        response.on_hover_text(format!(
            "Peak {:.1} dBFS, highest {:.1} dBFS, RMS {:.1} dBFS.",
            meter.peak_db, meter.held_db, meter.rms_db
        ));
    });
    ui.horizontal(|ui| controls(ui, index, driver, scene));
    ui.add_space(6.0);
}

fn controls(ui: &mut Ui, index: usize, driver: &Driver, scene: &mut Scene<'_>) {
    let session = &scene.links.params.session;
    let name = &driver.name;
    let mut note = |what: &str, response: &Response| scene.atlas.note(format!("strip:{index}:{what}"), response.rect);

    let muted = session.muted(index);
    let mute = push_button(ui, "M", muted.then_some(theme::WARNING));
    note("mute", &mute);
    if mute.clicked() {
        session.set_muted(index, !muted);
    }
    mute.accessible_name(format!("Mute {name}"))
        .on_hover_text("Mute: silences this driver.");

    let soloed = session.soloed(index);
    let solo = push_button(ui, "S", soloed.then_some(theme::ACCENT));
    note("solo", &solo);
    if solo.clicked() {
        session.set_solo(index, !soloed);
    }
    solo.accessible_name(format!("Solo {name}"))
        .on_hover_text("Solo: silences all drivers that are not soloed.");

    let mut gain_db = session.gain_db(index);
    let before = gain_db;
    let field = DragValue::new(&mut gain_db)
        .range(MIN_GAIN_DB..=MAX_GAIN_DB)
        .speed(0.1)
        .fixed_decimals(1)
        .suffix(" dB");
    let gain = ui.add_sized(vec2(64.0, 22.0), field);
    note("gain", &gain);
    if gain.double_clicked() {
        gain_db = 0.0;
    }
    if gain.hovered() {
        gain_db += GAIN_STEP_DB * wheel_notches(ui);
    }
    if gain_db != before {
        session.set_gain_db(index, gain_db);
    }
    gain.accessible_name(format!("Gain of {name}")).on_hover_text(format!(
        "Level of this driver. {MIN_GAIN_DB} dB to {MAX_GAIN_DB} dB, usually 0 dB."
    ));

    let channels = scene.links.telemetry.output_channels().clamp(1, MAX_DRIVERS);
    let channel = usize::from(session.route()[index]);
    let mut picked = channel;
    let route = ComboBox::from_id_salt(("route", index))
        .selected_text(format!("Out {}", channel + 1))
        .width(70.0)
        .show_ui(ui, |ui| {
            for n in 0..channels {
                ui.selectable_value(&mut picked, n, format!("Out {}", n + 1));
            }
        })
        .response;
    note("route", &route);
    if picked != channel {
        session.set_route(index, picked as u8);
    }
    route
        .accessible_name(format!("Output channel of {name}"))
        .on_hover_text("Output channel of this driver; the driver that had it gets this one's.");

    let sounding = scene.links.identify.sounding() == Some(index);
    let identify = push_button(ui, "Identify", sounding.then_some(theme::LEVEL));
    note("identify", &identify);
    if identify.clicked() {
        scene.links.identify.request(index);
    }
    identify
        .accessible_name(format!("Identify {name}"))
        .on_hover_text("Plays a short noise through this driver alone.");
}

fn paint_meter(ui: &Ui, rect: Rect, meter: &Meter) {
    let painter = ui.painter();
    painter.rect_filled(rect, 2.0, theme::PLOT);
    let x = |level_db: f32| rect.left() + rect.width() * share(level_db);
    let bar = |from: f32, to: f32, inset: f32, color| {
        if to > from {
            let bar = Rect::from_x_y_ranges(Rangef::new(from, to), rect.y_range()).shrink2(vec2(0.0, inset));
            painter.rect_filled(bar, 1.0, color);
        }
    };
    bar(rect.left(), x(meter.peak_db), 2.0, theme::faint(theme::LEVEL, 0.55));
    bar(rect.left(), x(meter.rms_db), 4.0, theme::LEVEL);
    bar(x(0.0), x(meter.peak_db), 2.0, theme::WARNING);
    if share(meter.held_db) > 0.0 {
        let color = if meter.held_db > 0.0 {
            theme::WARNING
        } else {
            theme::TEXT
        };
        painter.vline(x(meter.held_db), rect.y_range(), egui::Stroke::new(1.5, color));
    }
    for mark_db in MARKS_DB {
        painter.vline(x(mark_db), rect.y_range(), theme::hairline(theme::GRID));
    }
    if meter.clipped {
        let lamp = Rect::from_min_max(egui::pos2(rect.right() - 8.0, rect.top()), rect.max);
        painter.rect_filled(lamp, 1.0, theme::WARNING);
    }
}

/// Position of a level on the meter, 0 to 1.
fn share(level_db: f32) -> f32 {
    let [low, high] = METER_DB;
    ((level_db - low) / (high - low)).clamp(0.0, 1.0)
}

/// A driver's operating band in few characters.
fn band_text(band_hz: Option<[f64; 2]>) -> String {
    let text = |hz: f64| {
        if hz < 1000.0 {
            format!("{hz:.0}")
        } else {
            format!("{:.3}", hz / 1000.0)
                .trim_end_matches('0')
                .trim_end_matches('.')
                .to_owned()
                + "k"
        }
    };
    band_hz.map_or_else(
        || String::from("full range"),
        |[low, high]| format!("{}–{}", text(low), text(high)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_short() {
        assert_eq!(band_text(Some([150.0, 20_000.0])), "150–20k");
        assert_eq!(band_text(Some([2500.0, 18_000.0])), "2.5k–18k");
        assert_eq!(band_text(None), "full range");
    }

    #[test]
    fn the_meter_ends_where_it_says() {
        assert_eq!(
            [share(-90.0), share(-60.0), share(6.0), share(20.0)],
            [0.0, 0.0, 1.0, 1.0]
        );
    }
}
