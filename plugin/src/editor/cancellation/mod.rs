//! Cancellation over frequency: gain against its target, which can be drawn, effort against its limit, colour.

mod curves;
mod target;

use std::ops::RangeInclusive;

use egui::{Align2, Color32, Pos2, Rangef, Rect, Stroke, Ui, UiBuilder, WidgetInfo, accesskit::Role, pos2, vec2};
use egui_plot::{
    AxisHints, FilledArea, GridMark, HLine, Line as Curve, LineStyle, Plot, PlotPoint, PlotPoints, PlotTransform,
    PlotUi, VLine,
};
use proscenium_dsp::array::Path;

use super::axes::{Axis, level_text, signed};
use super::legend::{self, Entry, Line};
use super::scene::{Cursor, FREQUENCIES_HZ, Scene};
use super::theme;
use super::widgets::frequency_text;
use curves::Curves;

/// Levels that the plots show, dB.
const GAIN_DB: [f64; 2] = [0.0, 62.0];
const COST_DB: [f64; 2] = [-16.0, 19.0];
/// Height of a line of text, points.
const LINE: f32 = 17.0;
/// Space above the plot of the gain and below it, where labels of levels reach beyond the plot.
const ABOVE_PLOT: f32 = 5.0;
/// Space for the labels of frequencies, and width of those of levels.
const FREQUENCY_LABELS: f32 = 17.0;
const LEVEL_LABELS: f32 = 30.0;
/// Least space between labels of frequencies.
const LABELS_APART: f32 = 30.0;
/// Share of the plot of the gain in the height.
const GAIN_SHARE: f32 = 0.62;

/// The cancellation panel.
#[derive(Default)]
pub(crate) struct CancellationPanel {
    /// Curves of the analysis of a serial number.
    curves: Option<(u64, Curves)>,
    /// Frequency under the pointer in the frame before, Hz: both plots show it.
    hovered_hz: Option<f64>,
}

/// Where everything is.
#[derive(Debug, PartialEq)]
struct Places {
    figures: Rect,
    gain_legend: Rect,
    gain: Rect,
    cost_legend: Rect,
    cost: Rect,
}

impl Places {
    fn new(rect: Rect) -> Self {
        let strip =
            |top: f32, height: f32| Rect::from_min_max(pos2(rect.left(), top), pos2(rect.right(), top + height));
        let plots = rect.height() - 3.0 * LINE - 2.0 * ABOVE_PLOT - FREQUENCY_LABELS;
        let figures = strip(rect.top(), LINE);
        let gain_legend = strip(figures.bottom(), LINE);
        let gain = strip(gain_legend.bottom() + ABOVE_PLOT, GAIN_SHARE * plots);
        let cost_legend = strip(gain.bottom() + ABOVE_PLOT, LINE);
        let cost = Rect::from_min_max(cost_legend.left_bottom() + vec2(0.0, 1.0), rect.max);
        Self {
            figures,
            gain_legend,
            gain,
            cost_legend,
            cost,
        }
    }
}

impl CancellationPanel {
    /// Draws the panel and takes what the user does on it.
    pub(crate) fn show(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let Some(snapshot) = scene.snapshot else {
            legend::nothing_yet(ui);
            return;
        };
        let listening = &snapshot.picture.listening;
        let (_, curves) = match self.curves.take() {
            Some(kept) if kept.0 == snapshot.serial => self.curves.insert(kept),
            _ => self.curves.insert((snapshot.serial, Curves::new(listening))),
        };
        let curves = &*curves;
        let places = Places::new(ui.max_rect());
        scene.atlas.note("cancellation:gain", places.gain);
        scene.atlas.note("cancellation:cost", places.cost);

        let limit_db = f64::from(listening.effort_limit_db);
        let off = snapshot.question.strengths.cancel <= 0.0;
        let drawn = target::line(&scene.links.params.session.target());
        let target_color = if drawn.is_some() {
            theme::ACCENT
        } else {
            theme::COMPARISON
        };
        let gain = plot(ui, places.gain, Kind::Gain, scene.cursor, self.hovered_hz, |plot| {
            draw_gain(plot, curves, drawn);
        });
        let on_node = target::edit(ui, &gain.transform, gain.double_clicked, scene);
        let cost = plot(ui, places.cost, Kind::Cost, scene.cursor, self.hovered_hz, |plot| {
            draw_cost(plot, curves, limit_db);
        });
        let hovered_hz = gain.hovered_hz.or(on_node).or(cost.hovered_hz);
        self.hovered_hz = hovered_hz;
        let frequency_hz = hovered_hz.unwrap_or(scene.cursor.frequency_hz);
        let color = if hovered_hz.is_some() { theme::TEXT } else { theme::DIM };

        let [at_head, at_edge] = curves.means_db.map(level_text);
        let means = if off {
            String::from("Cancellation is at 0 %.")
        } else {
            format!("Mean 500 Hz–8 kHz: head {at_head}, zone edge {at_edge}")
        };
        legend::row(ui, places.figures, "means", &[Entry::text(means)], theme::TEXT);
        let [head, edge, target] = curves.gain_texts(frequency_hz);
        let entries = [
            Entry::text(format!("{}, dB", frequency_text(frequency_hz))),
            Entry::curve(Line::Solid(theme::GAIN), head),
            Entry::curve(Line::Solid(edge_color()), edge),
            Entry::curve(Line::Dashed(target_color), target),
        ];
        legend::row(ui, places.gain_legend, "gain legend", &entries, color);
        let [effort, left, right] = curves.cost_texts(frequency_hz);
        let entries = [
            Entry::curve(Line::Solid(theme::EFFORT), effort),
            Entry::curve(
                Line::Dashed(theme::COMPARISON),
                format!("limit {}", signed(limit_db, 0, false)),
            ),
            Entry::curve(Line::Solid(theme::path_color(Path::Left)), left),
            Entry::curve(Line::Solid(theme::path_color(Path::Right)), right),
        ];
        legend::row(ui, places.cost_legend, "cost legend", &entries, color);
    }
}

fn edge_color() -> Color32 {
    theme::faint(theme::GAIN, 0.6)
}

/// Draws the gain, with the target as the user has `drawn` it, else as it was designed for.
fn draw_gain<'a>(plot: &mut PlotUi<'a>, curves: &'a Curves, drawn: Option<Vec<PlotPoint>>) {
    let xs: Vec<f64> = curves.head.iter().map(|point| point.x).collect();
    let ys = |points: &[PlotPoint]| -> Vec<f64> { points.iter().map(|point| point.y).collect() };
    let between = FilledArea::new("zone", &xs, &ys(&curves.zone_edge), &ys(&curves.head));
    plot.add(between.fill_color(theme::faint(theme::GAIN, 0.12)).allow_hover(false));
    let target = match drawn {
        Some(points) => Curve::new("target", PlotPoints::Owned(points))
            .color(theme::ACCENT)
            .width(1.5)
            .allow_hover(false),
        None => curve("target", &curves.target, theme::COMPARISON),
    };
    plot.line(target.style(LineStyle::Dashed { length: theme::DASH }));
    plot.line(curve("zone edge", &curves.zone_edge, edge_color()));
    plot.line(curve("head", &curves.head, theme::GAIN).width(theme::CURVE_WIDTH));
}

fn draw_cost<'a>(plot: &mut PlotUi<'a>, curves: &'a Curves, limit_db: f64) {
    plot.hline(
        HLine::new("neutral", 0.0)
            .stroke(theme::hairline(theme::RING))
            .allow_hover(false),
    );
    let limit = HLine::new("limit", limit_db)
        .stroke(Stroke::new(1.5, theme::COMPARISON))
        .allow_hover(false);
    plot.hline(limit.style(LineStyle::Dashed { length: theme::DASH }));
    // Both are often the same: the one below is wider, so that it shows.
    for (path, points, width) in [
        (Path::Left, &curves.colour[0], 4.0),
        (Path::Right, &curves.colour[1], 1.5),
    ] {
        plot.line(curve(theme::path_name(path), points, theme::path_color(path)).width(width));
    }
    plot.line(curve("effort", &curves.effort, theme::EFFORT).width(theme::CURVE_WIDTH));
}

fn curve<'a>(name: &str, points: &'a [PlotPoint], color: Color32) -> Curve<'a> {
    Curve::new(name, PlotPoints::Borrowed(points))
        .color(color)
        .width(1.5)
        .allow_hover(false)
}

/// Which plot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Gain,
    Cost,
}

impl Kind {
    fn range_db(self) -> [f64; 2] {
        match self {
            Self::Gain => GAIN_DB,
            Self::Cost => COST_DB,
        }
    }

    fn steps_db(self) -> [f64; 3] {
        match self {
            Self::Gain => [10.0, 20.0, 30.0],
            Self::Cost => [5.0, 10.0, 15.0],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Gain => "Cancellation gain over frequency",
            Self::Cost => "Effort and colour over frequency",
        }
    }
}

/// A plot that was drawn.
struct Shown {
    /// Its scales on the screen.
    transform: PlotTransform,
    /// Frequency under the pointer, Hz.
    hovered_hz: Option<f64>,
    /// Where it was double-clicked.
    double_clicked: Option<Pos2>,
}

/// Draws a plot with fixed bounds; a press chooses the frequency.
fn plot<'a>(
    ui: &mut Ui,
    rect: Rect,
    kind: Kind,
    cursor: &mut Cursor,
    hovered_hz: Option<f64>,
    draw: impl FnOnce(&mut PlotUi<'a>) + 'a,
) -> Shown {
    let [lowest, highest] = FREQUENCIES_HZ.map(f64::log10);
    let [bottom, top] = kind.range_db();
    let with_frequencies = kind == Kind::Cost;
    let chosen = cursor.frequency_hz.log10();
    let width = rect.width() - LEVEL_LABELS;
    let height = rect.height() - if with_frequencies { FREQUENCY_LABELS } else { 0.0 };
    let frequency_axis = AxisHints::new_x().formatter(frequency_label(width));
    let level_axis = AxisHints::new_y()
        .formatter(|mark: GridMark, _: &RangeInclusive<f64>| signed(mark.value, 0, false))
        .min_thickness(LEVEL_LABELS);
    let plot = Plot::new(kind.name())
        .width(rect.width())
        .height(rect.height())
        .default_x_bounds(lowest, highest)
        .default_y_bounds(bottom, top)
        .allow_axis_zoom_drag(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_zoom(false)
        .show_x(false)
        .show_y(false)
        .label_formatter(|_| None)
        .show_axes([with_frequencies, true])
        .custom_x_axes(vec![styled(frequency_axis)])
        .custom_y_axes(vec![styled(level_axis)])
        .x_grid_spacer(move |_| frequency_marks(width))
        .y_grid_spacer(move |_| level_marks(kind, height))
        .grid_color(theme::GRID)
        .grid_fade(0.0);
    let mut inside = ui.new_child(UiBuilder::new().max_rect(rect).id_salt(kind.name()));
    let shown = plot.show(&mut inside, move |plot| {
        draw(plot);
        let line = VLine::new("cursor", chosen).stroke(theme::hairline(theme::TEXT));
        plot.vline(line.allow_hover(false));
        if let Some(hz) = hovered_hz {
            let line = VLine::new("pointer", hz.log10());
            plot.vline(line.stroke(theme::hairline(theme::RING)).allow_hover(false));
        }
    });
    let response = shown.response;
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, kind.name()));
    let frequency_at = |at: Pos2| {
        let hz = 10_f64.powf(shown.transform.value_from_position(at).x);
        hz.clamp(FREQUENCIES_HZ[0], FREQUENCIES_HZ[1])
    };
    let held = response.is_pointer_button_down_on() || response.clicked();
    if let Some(at) = response.interact_pointer_pos().filter(|_| held) {
        cursor.frequency_hz = frequency_at(at);
    }
    if with_frequencies {
        ui.painter()
            .text(rect.max, Align2::RIGHT_BOTTOM, "Hz", theme::small(), theme::DIM);
    }
    Shown {
        hovered_hz: response.hover_pos().map(frequency_at),
        double_clicked: response.interact_pointer_pos().filter(|_| response.double_clicked()),
        transform: shown.transform,
    }
}

fn styled(axis: AxisHints<'_>) -> AxisHints<'_> {
    axis.tick_label_font(theme::small())
        .tick_label_color(theme::DIM)
        .label_spacing(Rangef::new(0.0, 1.0))
}

/// Grid lines over frequency for a plot of some width; those with a label have a wide step, which keeps the plot from
/// dropping the label.
fn frequency_marks(width: f32) -> Vec<GridMark> {
    let [lowest, highest] = FREQUENCIES_HZ.map(f64::log10);
    let ticks = Axis::logarithmic(FREQUENCIES_HZ, [0.0, width]).frequency_ticks(LABELS_APART);
    let mark = |value: f64| GridMark {
        value: value.log10(),
        step_size: highest - lowest,
    };
    ticks.into_iter().map(|tick| mark(tick.value)).collect()
}

/// The label of a grid line over frequency.
fn frequency_label(width: f32) -> impl Fn(GridMark, &RangeInclusive<f64>) -> String {
    let ticks = Axis::logarithmic(FREQUENCIES_HZ, [0.0, width]).frequency_ticks(LABELS_APART);
    move |mark, _| {
        let tick = ticks.iter().find(|tick| (tick.value.log10() - mark.value).abs() < 1e-6);
        tick.and_then(|tick| tick.label.clone()).unwrap_or_default()
    }
}

fn level_marks(kind: Kind, height: f32) -> Vec<GridMark> {
    let range_db = kind.range_db();
    let ticks = Axis::linear(range_db, [height, 0.0]).linear_ticks(&kind.steps_db(), theme::SMALL_SIZE + 5.0);
    let mark = |value: f64| GridMark {
        value,
        step_size: range_db[1] - range_db[0],
    };
    ticks.into_iter().map(mark).collect()
}

#[cfg(test)]
mod tests;
