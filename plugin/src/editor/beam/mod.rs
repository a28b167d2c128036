//! Radiation of a path: polar plot at the chosen frequency, and map over all frequencies.

mod heat_map;
mod paint;
mod pattern;
mod polar;

use std::sync::Arc;

use egui::{Rect, Sense, Ui, UiBuilder, WidgetInfo, accesskit::Role, pos2, vec2};
use proscenium_dsp::array::Path;

use super::legend::{self, Entry};
use super::maps::{self, MapTexture};
use super::scene::{Atlas, Cursor, Scene};
use super::theme;
use super::widgets::{Choice, push_button};
use heat_map::MapScale;
use pattern::Pair;
use polar::PolarScale;

/// Height of the switches, of the menu below them and of the line that reads out, points.
const SWITCHES: f32 = 28.0;
const MENU: f32 = 24.0;
/// Width of the menu, points.
const MENU_WIDTH: f32 = 150.0;
const READOUT: f32 = 18.0;
/// Height of the figures.
const FIGURES: f32 = 5.0 * paint::FIGURE_LINE;
/// Panels wider than this in relation to their height have the plots side by side.
const SIDE_BY_SIDE: f32 = 1.25;
/// Share of the polar plot in the width or the height.
const POLAR_SHARE: f32 = 0.46;
const STACKED_POLAR_SHARE: f32 = 0.52;
/// Space between the plots, points.
const BETWEEN: f32 = 8.0;

/// The beam panel.
#[derive(Default)]
pub(crate) struct BeamPanel {
    /// Whether the map shows plain matrix mixing.
    shows_matrix: bool,
    texture: MapTexture<(u64, Path, bool)>,
}

/// Where everything is.
#[derive(Debug, PartialEq)]
struct Places {
    switches: Rect,
    menu: Rect,
    polar: Rect,
    figures: Rect,
    map: Rect,
    readout: Rect,
}

impl Places {
    fn new(rect: Rect) -> Self {
        let switches = Rect::from_min_max(rect.min, pos2(rect.right(), rect.top() + SWITCHES));
        let readout = Rect::from_min_max(pos2(rect.left(), rect.bottom() - READOUT), rect.max);
        let menu = Rect::from_min_size(switches.left_bottom(), vec2(rect.width(), MENU));
        let body = Rect::from_min_max(menu.left_bottom(), readout.right_top());
        let (polar, figures, map);
        if body.width() > SIDE_BY_SIDE * body.height() {
            let side = (POLAR_SHARE * body.width()).min(body.height() - FIGURES);
            polar = Rect::from_min_size(body.min, vec2(side.max(POLAR_SHARE * body.width()), side));
            figures = Rect::from_min_max(polar.left_bottom(), pos2(polar.right(), body.bottom()));
            map = Rect::from_min_max(pos2(polar.right() + BETWEEN, body.top()), body.max);
        } else {
            let side = (STACKED_POLAR_SHARE * body.height()).min(0.55 * body.width());
            polar = Rect::from_min_size(body.min, vec2(side, side));
            let beside = Rect::from_min_max(
                pos2(polar.right() + BETWEEN, body.top()),
                pos2(body.right(), polar.bottom()),
            );
            figures = Rect::from_center_size(beside.center(), vec2(beside.width(), FIGURES));
            map = Rect::from_min_max(pos2(body.left(), polar.bottom() + BETWEEN), body.max);
        }
        Self {
            switches,
            menu,
            polar,
            figures,
            map,
            readout,
        }
    }
}

impl BeamPanel {
    /// Draws the panel and takes what the user does on it.
    pub(crate) fn show(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let places = Places::new(ui.max_rect());
        self.switches(ui, places.switches, scene.cursor, scene.atlas);
        self.menu(ui, places.menu, scene);
        let Some(snapshot) = scene.snapshot else {
            legend::nothing_yet(ui);
            return;
        };
        let cursor = &mut *scene.cursor;
        let pair = Pair::new(&snapshot.picture.radiation[cursor.path as usize], cursor.path);

        let polar = PolarScale::new(places.polar);
        let map = MapScale::within(places.map);
        scene.atlas.note("beam:polar", places.polar);
        scene.atlas.note("beam:map", map.rect);
        let over_polar = self.interact(ui, places.polar, "polar", "Polar plot");
        let over_map = self.interact(ui, map.rect, "map", "Map of azimuth and frequency");
        if let Some(at) = over_polar.chosen {
            cursor.azimuth_deg = polar.azimuth_at(at).round();
        }
        if let Some(at) = over_map.chosen {
            let [frequency_hz, azimuth_deg] = map.value(at);
            (cursor.frequency_hz, cursor.azimuth_deg) = (frequency_hz, azimuth_deg.round());
        }

        let azimuth_deg = over_polar.hovered.map(|at| polar.azimuth_at(at).round());
        paint::polar(ui, &polar, &pair, cursor, azimuth_deg);
        paint::figures(ui, places.figures, &pair, cursor.path, cursor.frequency_hz);
        let mapped = if self.shows_matrix { pair.matrix } else { pair.beam };
        let key = (snapshot.serial, cursor.path, self.shows_matrix);
        let texture = self
            .texture
            .get(ui.ctx(), "beam map", key, || heat_map::picture(&mapped));
        maps::paint(ui, texture, map.rect);
        heat_map::paint_over(ui, &map, &mapped, cursor);

        let under_pointer = over_map.hovered.map(|at| map.value(at));
        let under_pointer = under_pointer.or(azimuth_deg.map(|azimuth_deg| [cursor.frequency_hz, azimuth_deg]));
        let [frequency_hz, azimuth_deg] = under_pointer.unwrap_or([cursor.frequency_hz, cursor.azimuth_deg]);
        let color = if under_pointer.is_some() {
            theme::TEXT
        } else {
            theme::DIM
        };
        let readout = pair.readout(azimuth_deg, frequency_hz);
        legend::row(ui, places.readout, "readout", &[Entry::text(readout)], color);
    }

    fn switches(&mut self, ui: &mut Ui, rect: Rect, cursor: &mut Cursor, atlas: &mut Atlas) {
        let mut row = ui.new_child(UiBuilder::new().max_rect(rect).id_salt("switches"));
        row.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            for (path, key) in [(Path::Left, "left"), (Path::Center, "center"), (Path::Right, "right")] {
                let lit = (cursor.path == path).then_some(theme::path_color(path));
                let button = push_button(ui, theme::path_name(path), lit);
                atlas.note(format!("path:{key}"), button.rect);
                if button.on_hover_text("Path to look at.").clicked() {
                    cursor.path = path;
                }
            }
            ui.add_space(10.0);
            for (matrix, name) in [(false, "Beam"), (true, "Matrix")] {
                let button = push_button(ui, name, (self.shows_matrix == matrix).then_some(theme::TEXT));
                atlas.note(format!("map:{}", name.to_lowercase()), button.rect);
                let help = "What the map shows: the path as designed, or plain matrix mixing of the same drivers.";
                if button.on_hover_text(help).clicked() {
                    self.shows_matrix = matrix;
                }
            }
        });
    }

    /// The design of the centre beam.
    fn menu(&self, ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>) {
        let params = Arc::clone(&scene.links.params);
        let mut row = ui.new_child(UiBuilder::new().max_rect(rect).id_salt("menu"));
        row.horizontal(|ui| {
            let (response, _) = Choice::new(&params.beam).show(ui, &mut scene.hands, MENU_WIDTH);
            scene.atlas.note("choice:beam", response.rect);
        });
    }

    fn interact(&self, ui: &Ui, rect: Rect, key: &str, name: &str) -> Pointer {
        let response = ui.interact(rect, ui.scope_id().with(key), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, name));
        let held = response.is_pointer_button_down_on() || response.clicked();
        Pointer {
            chosen: response.interact_pointer_pos().filter(|_| held),
            hovered: response.hover_pos(),
        }
    }
}

/// What the pointer does on a plot.
struct Pointer {
    /// Where the user presses it.
    chosen: Option<egui::Pos2>,
    /// Where it is.
    hovered: Option<egui::Pos2>,
}

#[cfg(test)]
mod tests;
