//! Cancellation over head positions around the design point.

mod paint;
mod scale;

use std::sync::Arc;

use egui::{
    Align, ColorImage, Layout, Pos2, Rect, Sense, Ui, UiBuilder, Vec2, WidgetInfo, accesskit::Role, pos2, vec2,
};
use proscenium_dsp::analysis::{ZoneMap, contour_lines};

use super::axes::{level_text, signed};
use super::legend::{self, Entry, Line};
use super::maps::{self, BAR_WITH_LABELS, MapTexture, pixel_share};
use super::scene::Scene;
use super::theme;
use super::widgets::Choice;
use scale::{ZoneScale, place_text};

/// Levels that have a contour, dB.
const CONTOURS_DB: [f32; 3] = [6.0, 12.0, 20.0];
/// Levels that have a colour of their own, dB.
const RANGE_DB: std::ops::Range<f32> = 0.0..40.0;
/// Pixels over offset and depth.
const PIXELS: [usize; 2] = [128, 144];
/// Height of the row with the menu, and width of the menu, points.
const MENU: f32 = 24.0;
const MENU_WIDTH: f32 = 104.0;
/// Panels wider than this in relation to their height have the menu beside the map, in a column of its own.
const SIDE_BY_SIDE: f32 = 1.2;
/// Size of that column.
const COLUMN: Vec2 = vec2(110.0, 44.0);
/// Height of the line that reads out, points.
const READOUT: f32 = 18.0;
/// Width of what explains the rim of the zone, at the end of that line.
const ZONE_LEGEND: f32 = 100.0;
/// Space for labels at the left and below.
const LEFT_LABELS: f32 = 34.0;
const BOTTOM_LABELS: f32 = 30.0;
const TOP_LABELS: f32 = 16.0;
/// Space between map and colour bar.
const BEFORE_BAR: f32 = 10.0;

/// The zone map panel.
#[derive(Default)]
pub(crate) struct ZoneMapPanel {
    texture: MapTexture<u64>,
    /// Contours of the analysis of a serial number.
    contours: Option<(u64, Vec<Contour>)>,
}

/// A line of equal gain.
struct Contour {
    level_db: f32,
    /// Displacements sideways and towards the device, metres.
    points_m: Vec<[f64; 2]>,
}

/// Where everything is.
struct Places {
    menu: Rect,
    scale: ZoneScale,
    bar: Rect,
    readout: Rect,
}

impl Places {
    fn new(map: &ZoneMap, rect: Rect) -> Self {
        let readout = Rect::from_min_max(pos2(rect.left(), rect.bottom() - READOUT), rect.max);
        let (menu, beside) = if rect.width() > SIDE_BY_SIDE * rect.height() {
            (Rect::from_min_size(rect.min, COLUMN), vec2(COLUMN.x, 0.0))
        } else {
            (Rect::from_min_size(rect.min, vec2(rect.width(), MENU)), vec2(0.0, MENU))
        };
        let space = Rect::from_min_max(
            rect.min + beside + vec2(LEFT_LABELS, TOP_LABELS),
            pos2(
                rect.right() - BEFORE_BAR - BAR_WITH_LABELS,
                readout.top() - BOTTOM_LABELS,
            ),
        );
        let scale = ZoneScale::new(map, space);
        // In the middle of the panel, with labels and bar.
        let spare = space.right() - scale.rect.right();
        let scale = ZoneScale::new(map, space.translate(vec2((0.5 * spare).max(0.0), 0.0)));
        let bar = Rect::from_min_size(
            scale.rect.right_top() + vec2(BEFORE_BAR, 0.0),
            vec2(BAR_WITH_LABELS, scale.rect.height()),
        );
        Self {
            menu,
            scale,
            bar,
            readout,
        }
    }
}

impl ZoneMapPanel {
    /// Draws the panel and takes what the user does on it.
    pub(crate) fn show(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let Some(snapshot) = scene.snapshot else {
            legend::nothing_yet(ui);
            return;
        };
        let map = &snapshot.picture.zone_map;
        let settings = &snapshot.question.settings;
        let places = Places::new(map, ui.max_rect());
        menu(ui, places.menu, scene);
        let Places {
            scale, bar, readout, ..
        } = places;
        scene.atlas.note("zone:map", scale.rect);
        let (_, contours) = match self.contours.take() {
            Some(kept) if kept.0 == snapshot.serial => self.contours.insert(kept),
            _ => self.contours.insert((snapshot.serial, contours(map))),
        };

        let texture = self.texture.get(ui.ctx(), "zone map", snapshot.serial, || picture(map));
        maps::paint(ui, texture, scale.rect);
        paint::axes(ui, &scale);
        let zone_m = f64::from(settings.zone_m);
        paint::zone(ui, &scale, zone_m, f64::from(settings.distance_m));
        paint::head(ui, &scale, settings.yaw_rad);
        paint::contours(ui, &scale, contours);
        maps::color_bar(ui, bar, &RANGE_DB, 10.0);
        let caption = pos2(bar.left(), bar.top() - 3.0);
        ui.painter()
            .text(caption, egui::Align2::LEFT_BOTTOM, "dB", theme::small(), theme::DIM);

        let response = ui.interact(scale.rect, ui.scope_id().with("map"), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, "Map of the cancellation over head positions"));
        let (at, color) = match response.hover_pos() {
            Some(at) => (scale.value(at), theme::TEXT),
            None => ([0.0, 0.0], theme::DIM),
        };
        let gain = level_text(map.at(at[0], at[1]));
        let text = if snapshot.question.strengths.cancel > 0.0 {
            format!("{}: {gain}", place_text(at))
        } else {
            format!("{}: {gain}. Cancellation is at 0 %.", place_text(at))
        };
        legend::row(ui, readout, "readout", &[Entry::text(text)], color);
        let zone = [Entry::curve(
            Line::Dashed(theme::TEXT),
            format!("zone ±{} cm", signed(100.0 * zone_m, 1, false)),
        )];
        let at = Rect::from_min_max(pos2(readout.right() - ZONE_LEGEND, readout.top()), readout.max);
        legend::row(ui, at, "zone", &zone, theme::DIM);
    }
}

/// What the zone is judged by.
fn menu(ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>) {
    let params = Arc::clone(&scene.links.params);
    let layout = if rect.height() > MENU {
        Layout::top_down(Align::Min)
    } else {
        Layout::left_to_right(Align::Center)
    };
    let mut inside = ui.new_child(UiBuilder::new().max_rect(rect).layout(layout).id_salt("menu"));
    let (response, _) = Choice::new(&params.zone_goal).show(&mut inside, &mut scene.hands, MENU_WIDTH);
    scene.atlas.note("choice:zone_goal", response.rect);
}

fn contours(map: &ZoneMap) -> Vec<Contour> {
    let lines = |level_db: f32| {
        let lines = contour_lines(map, level_db).into_iter();
        lines.map(move |points_m| Contour { level_db, points_m })
    };
    CONTOURS_DB.into_iter().flat_map(lines).collect()
}

/// The map as a picture.
fn picture(map: &ZoneMap) -> ColorImage {
    let unit = ZoneScale::new(map, Rect::from_min_size(Pos2::ZERO, vec2(1.0, 1.0)));
    let [columns, rows] = PIXELS;
    let levels_db = (0..rows).flat_map(|row| {
        let depth_m = unit.depth.value_at_share(pixel_share(row, rows));
        (0..columns).map(move |column| map.at(unit.offset.value_at_share(pixel_share(column, columns)), depth_m))
    });
    maps::picture(PIXELS, &RANGE_DB, levels_db)
}

#[cfg(test)]
mod tests;
