//! The strip of one driver.

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align, Color32, ComboBox, Layout, Rangef, Rect, Response, Sense, Ui, UiBuilder, WidgetInfo};
use egui::{Role, pos2, vec2};
use proscenium_dsp::array::Driver;
use proscenium_dsp::constants::MAX_DRIVERS;

use super::meter;
use crate::editor::scene::Scene;
use crate::editor::theme;
use crate::editor::widgets::{GainField, push_button};
use crate::session::{MAX_GAIN_DB, MIN_GAIN_DB};
use crate::text::short_number;

/// Least and greatest height of a strip, points.
pub(super) const HEIGHT: Rangef = Rangef { min: 46.0, max: 60.0 };
/// Height of the line with name and meter, and of the line with the controls.
const FIRST_LINE: f32 = 16.0;
const SECOND_LINE: f32 = 22.0;
const BETWEEN_LINES: f32 = 3.0;
/// Width of the column of names, and of the highest peak's number.
const NAMES: f32 = 112.0;
const NUMBER: f32 = 42.0;
/// Strips at least this wide have the controls beside the band instead of the band beside the name.
const ROOMY: f32 = 440.0;

/// Where the meters of strips are that span `strip`.
pub(super) fn meter_span(strip: Rangef) -> Rangef {
    Rangef::new(strip.min + NAMES, strip.max - NUMBER - 6.0)
}

/// Draws a driver's strip in `rect`: a line with name and meter, a line with its controls.
pub(super) fn show(ui: &mut Ui, rect: Rect, index: usize, driver: &Driver, scene: &mut Scene<'_>) {
    let height = FIRST_LINE + BETWEEN_LINES + SECOND_LINE;
    let top = rect.center().y - height / 2.0;
    let first = Rangef::new(top, top + FIRST_LINE);
    let second = Rangef::new(first.max + BETWEEN_LINES, top + height);
    name(ui, rect, [first, second], index, driver, scene);
    level(ui, rect, first, index, driver, scene);
    let left = rect.left() + if rect.width() >= ROOMY { NAMES } else { 0.0 };
    let line = Rect::from_x_y_ranges(Rangef::new(left, rect.right()), second);
    let line = UiBuilder::new()
        .max_rect(line)
        .layout(Layout::left_to_right(Align::Center))
        .id_salt(("controls", index));
    let ui = &mut ui.new_child(line);
    mute_and_solo(ui, index, driver, scene);
    gain(ui, index, driver, scene);
    route(ui, index, driver, scene);
    identify(ui, index, driver, scene);
}

fn name(ui: &Ui, rect: Rect, lines: [Rangef; 2], index: usize, driver: &Driver, scene: &Scene<'_>) {
    let silent = scene.links.params.session.silent_drivers() >> index & 1 == 1;
    let color = if silent { theme::COMPARISON } else { theme::TEXT };
    let band = band_text(driver.band_hz);
    let painter = ui.painter();
    let column = Rangef::new(rect.left(), rect.left() + NAMES - 8.0);
    let shortened = |text: &str, font, color: Color32, width: f32| {
        let mut job = LayoutJob::simple_singleline(text.to_owned(), font, color);
        job.wrap = TextWrapping::truncate_at_width(width);
        painter.layout_job(job)
    };
    let name = shortened(&driver.name, theme::body(), color, column.span());
    let name_right = column.min + name.size().x;
    let name_at = pos2(column.min, lines[0].center() - name.size().y / 2.0);
    painter.galley(name_at, name, color);
    let roomy = rect.width() >= ROOMY;
    let (line, left) = if roomy {
        (lines[1], column.min)
    } else {
        (lines[0], name_right + 6.0)
    };
    // Beside a long name there is no room; the tooltip has the band as well.
    let band_width = column.max - left;
    if roomy || band_width > 36.0 {
        let text = if roomy {
            band.clone()
        } else {
            short_band_text(driver.band_hz)
        };
        let galley = shortened(&text, theme::small(), theme::DIM, band_width);
        let band_at = pos2(left, line.center() - galley.size().y / 2.0 + 0.5);
        painter.galley(band_at, galley, theme::DIM);
    }
    let id = ui.scope_id().with(("name", index));
    let place = Rect::from_x_y_ranges(column, lines[0]);
    let response = ui.interact(place, id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &driver.name));
    response.on_hover_text(format!("Driver {}, {}: {band}.", index + 1, driver.name));
}

fn level(ui: &Ui, rect: Rect, line: Rangef, index: usize, driver: &Driver, scene: &mut Scene<'_>) {
    let span = meter_span(rect.x_range());
    let place = Rect::from_x_y_ranges(Rangef::new(span.min, rect.right()), line);
    let id = ui.scope_id().with(("level", index));
    let response = ui.interact(place, id, Sense::click());
    scene.atlas.note(format!("strip:{index}:meter"), place);
    if response.clicked() {
        scene.levels.clear(index);
    }
    let levels = *scene.levels.meter(index);
    // What the peak guard holds down does no harm.
    let guarded = scene.links.params.guard.value();
    let over = if guarded { theme::WARNING } else { theme::OVER };
    meter::paint(ui, Rect::from_x_y_ranges(span, line.shrink(1.0)), &levels, over);
    let number = Rect::from_x_y_ranges(Rangef::new(rect.right() - NUMBER, rect.right()), line);
    meter::paint_number(ui, number, &levels, over, response.hovered());
    let label = format!("Level of {}", driver.name);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &label));
    response.on_hover_text(format!(
        "Before fold-down and Peak Guard: peak {}, RMS {}, highest {} dBFS; a click clears the highest.",
        meter::level_text(levels.peak_db),
        meter::level_text(levels.rms_db),
        meter::level_text(levels.highest_db)
    ));
}

fn note(scene: &mut Scene<'_>, index: usize, what: &str, response: &Response) {
    scene.atlas.note(format!("strip:{index}:{what}"), response.rect);
}

fn mute_and_solo(ui: &mut Ui, index: usize, driver: &Driver, scene: &mut Scene<'_>) {
    let (session, name) = (&scene.links.params.session, &driver.name);
    let muted = session.muted(index);
    let mute = push_button(ui, "M", muted.then_some(theme::WARNING));
    if mute.clicked() {
        session.set_muted(index, !muted);
    }
    let soloed = session.soloed(index);
    let solo = push_button(ui, "S", soloed.then_some(theme::ACCENT));
    if solo.clicked() {
        session.set_solo(index, !soloed);
    }
    note(scene, index, "mute", &mute);
    note(scene, index, "solo", &solo);
    mute.accessible_name(format!("Mute {name}"))
        .on_hover_text("Mute: silences this driver.");
    solo.accessible_name(format!("Solo {name}"))
        .on_hover_text("Solo: silences all drivers that are not soloed.");
}

fn gain(ui: &mut Ui, index: usize, driver: &Driver, scene: &mut Scene<'_>) {
    let session = &scene.links.params.session;
    let label = format!("Gain of {}", driver.name);
    let field = GainField::new(&label, session.gain_db(index), MIN_GAIN_DB..=MAX_GAIN_DB);
    let (response, changed) = field.show(ui, vec2(66.0, SECOND_LINE));
    if let Some(gain_db) = changed {
        session.set_gain_db(index, gain_db);
    }
    note(scene, index, "gain", &response);
    response.on_hover_text(format!(
        "Level of this driver, {MIN_GAIN_DB} to +{MAX_GAIN_DB} dB, usually 0 dB. A right click lets you type it."
    ));
}

/// Channels of the track and drivers of the device. Before the host has told, there are as many as drivers.
fn channels(scene: &Scene<'_>) -> (usize, usize) {
    let drivers = scene.snapshot.map_or(0, |snapshot| snapshot.device.drivers.len());
    let granted = scene.links.telemetry.output_channels();
    let channels = if granted == 0 { drivers } else { granted };
    (channels.min(MAX_DRIVERS), drivers)
}

fn route(ui: &mut Ui, index: usize, driver: &Driver, scene: &mut Scene<'_>) {
    let session = &scene.links.params.session;
    let (channels, drivers) = channels(scene);
    let channel = usize::from(session.route()[index]);
    let mut picked = channel;
    let menu = ui.add_enabled_ui(channels >= drivers, |ui| {
        ComboBox::from_id_salt(("route", index))
            .selected_text(format!("Out {}", channel + 1))
            .width(72.0)
            .show_ui(ui, |ui| {
                for n in 0..channels {
                    ui.selectable_value(&mut picked, n, format!("Out {}", n + 1));
                }
            })
            .response
    });
    if picked != channel {
        session.set_route(index, picked as u8);
    }
    note(scene, index, "route", &menu.inner);
    menu.inner
        .accessible_name(format!("Output channel of {}", driver.name))
        .on_hover_text("Output channel of this driver; the driver that had it gets this one's.")
        .on_disabled_hover_text("Drivers have output channels of their own once the track has a channel for each.");
}

fn identify(ui: &mut Ui, index: usize, driver: &Driver, scene: &mut Scene<'_>) {
    let identify = &scene.links.identify;
    // Where no audio runs, a burst would come later, when nobody expects it.
    let running = scene.levels.is_running();
    let sounding = running && identify.sounding() == Some(index);
    let button = ui.add_enabled_ui(running, |ui| {
        push_button(ui, "Identify", sounding.then_some(theme::LEVEL))
    });
    let button = button.inner;
    if button.clicked() {
        identify.request(index);
    }
    note(scene, index, "identify", &button);
    let (channels, drivers) = channels(scene);
    let help = if channels < drivers {
        "Plays a short burst of noise where the fold-down puts this driver; others share the channel."
    } else {
        "Plays a short burst of noise through this driver alone."
    };
    button
        .accessible_name(format!("Identify {}", driver.name))
        .on_hover_text(help)
        .on_disabled_hover_text("Sounds once the host runs audio through the plugin: start playback.");
}

/// A driver's operating band.
fn band_text(band_hz: Option<[f64; 2]>) -> String {
    let text = |hz: f64| {
        if hz < 1000.0 {
            format!("{hz:.0} Hz")
        } else {
            format!("{} kHz", short_number((hz / 1000.0) as f32, 2))
        }
    };
    band_hz.map_or_else(full_range, |[low, high]| format!("{}–{}", text(low), text(high)))
}

/// The same in as few characters as possible.
fn short_band_text(band_hz: Option<[f64; 2]>) -> String {
    let text = |hz: f64| {
        if hz < 1000.0 {
            format!("{hz:.0}")
        } else {
            format!("{}k", short_number((hz / 1000.0) as f32, 2))
        }
    };
    band_hz.map_or_else(full_range, |[low, high]| format!("{}–{}", text(low), text(high)))
}

fn full_range() -> String {
    String::from("full range")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_told_in_full_and_in_short() {
        for (band_hz, full, short) in [
            (Some([150.0, 20_000.0]), "150 Hz–20 kHz", "150–20k"),
            (Some([2500.0, 18_000.0]), "2.5 kHz–18 kHz", "2.5k–18k"),
            (Some([40.0, 200.0]), "40 Hz–200 Hz", "40–200"),
            (None, "full range", "full range"),
        ] {
            assert_eq!(
                [band_text(band_hz), short_band_text(band_hz)],
                [full, short].map(String::from)
            );
        }
    }

    #[test]
    fn meters_keep_clear_of_names_and_numbers_at_every_width() {
        for width in [310.0, 480.0, 1600.0] {
            let strip = Rangef::new(20.0, 20.0 + width);
            let span = meter_span(strip);
            assert!(span.min >= strip.min + NAMES && span.max <= strip.max - NUMBER && span.span() > 120.0);
        }
    }
}
