//! Curves over axes, as SVG.
//!
//! plotters gives every line its colour as an attribute. The style sheet finds lines by it: to tell them apart by dashes too, and
//! to give them another colour on a dark page.

use maud::{Markup, PreEscaped, html};
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::prelude::*;
use std::ops::Range;

/// Width of every plot in its own units; the page scales it.
const WIDTH: u32 = 1000;
/// Text, lines and margins in these units.
const TEXT: u32 = 44;
const LINE: u32 = 5;
const MARGIN: u32 = 24;
const BELOW: u32 = 116;
/// Room to the right for half a label.
const BESIDE: u32 = 52;

/// What lines are drawn with: a place in the palette of Okabe and Ito, which all can tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    First,
    Second,
    Third,
    /// For what is there to compare with.
    Faint,
}

impl Ink {
    /// All of them.
    #[cfg(test)]
    pub(super) const ALL: [Self; 4] = [Self::First, Self::Second, Self::Third, Self::Faint];

    fn color(self) -> RGBColor {
        match self {
            Self::First => RGBColor(0, 114, 178),
            Self::Second => RGBColor(213, 94, 0),
            Self::Third => RGBColor(0, 158, 115),
            Self::Faint => RGBColor(110, 110, 110),
        }
    }

    /// As in an attribute of an SVG, and in the style sheet.
    pub(super) fn hex(self) -> String {
        let RGBColor(red, green, blue) = self.color();
        format!("#{red:02X}{green:02X}{blue:02X}")
    }
}

/// Grid lines; the style sheet knows them.
const GRID: RGBColor = RGBColor(221, 221, 221);

/// An axis with a label at each tick.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    label: &'static str,
    ends: [f64; 2],
    ticks: Vec<(f64, String)>,
    logarithmic: bool,
    /// Room for labels, in units of the plot.
    room: u32,
}

impl Axis {
    /// Frequency, hertz.
    pub(super) fn frequency(ends: [f64; 2]) -> Self {
        let ticks = [100, 200, 500, 1000, 2000, 5000, 10_000].map(f64::from);
        let name = |hz: f64| match hz {
            kilo if kilo >= 1000.0 => format!("{}k", kilo / 1000.0),
            hz => format!("{hz}"),
        };
        Self {
            label: "frequency, Hz",
            ends,
            ticks: ticks.map(|hz| (hz, name(hz))).into(),
            logarithmic: true,
            room: BELOW,
        }
    }

    /// Anything in even steps.
    pub(super) fn linear(label: &'static str, ends: [f64; 2], step: f64) -> Self {
        let name = |value: f64| format!("{value}").replace('-', "−");
        // A hair more than the span, so that rounding does not drop the ones at its ends.
        let first = (ends[0].min(ends[1]) / step - 1e-9).ceil() as i64;
        let last = (ends[0].max(ends[1]) / step + 1e-9).floor() as i64;
        let ticks = (first..=last).map(|n| step * n as f64);
        Self {
            label,
            ends,
            ticks: ticks.map(|value| (value, name(value))).collect(),
            logarithmic: false,
            room: 140,
        }
    }

    /// Named places.
    pub(super) fn named(label: &'static str, ends: [f64; 2], ticks: Vec<(f64, String)>) -> Self {
        let longest = ticks.iter().map(|(_, name)| name.chars().count()).max().unwrap_or(0);
        Self {
            label,
            ends,
            ticks,
            logarithmic: false,
            room: 70 + 18 * longest as u32,
        }
    }

    /// The nearest value on the axis.
    fn held(&self, value: f64) -> f64 {
        let [a, b] = self.ends;
        value.clamp(a.min(b), a.max(b))
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        let [low, high] = self.ends;
        let share = match self.logarithmic {
            true => (value / low).ln() / (high / low).ln(),
            false => (value - low) / (high - low),
        };
        from + (f64::from(to - from) * share).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        let shown = |value: &f64| (self.held(*value) - value).abs() < 1e-9 * value.abs().max(1.0);
        self.ticks.iter().map(|(value, _)| *value).filter(shown).collect()
    }

    fn range(&self) -> Range<f64> {
        self.ends[0]..self.ends[1]
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        let named = self.ticks.iter().find(|(tick, _)| tick.to_bits() == value.to_bits());
        named.map_or_else(String::new, |(_, name)| name.clone())
    }
}

/// A line through points.
pub(super) struct Curve {
    pub(super) ink: Ink,
    pub(super) points: Vec<[f64; 2]>,
}

impl Curve {
    pub(super) fn new(ink: Ink, points: impl IntoIterator<Item = [f64; 2]>) -> Self {
        Self {
            ink,
            points: points.into_iter().collect(),
        }
    }
}

/// Two axes and what lies between them.
pub(super) struct Plot<'a> {
    /// What it shows, for those who cannot see it.
    pub(super) title: &'a str,
    pub(super) height: u32,
    pub(super) x: Axis,
    pub(super) y: Axis,
    /// A picture over the whole range of both axes, as an address.
    pub(super) backdrop: Option<String>,
    pub(super) curves: Vec<Curve>,
}

impl Plot<'_> {
    /// The SVG. What lies beyond an axis is held at its end.
    pub(super) fn draw(self) -> Markup {
        let mut svg = String::new();
        let place = self.draw_to(&mut svg);
        // What plotters writes begins with its own element, which gets a name and the backdrop.
        let Some(inside) = svg.split_once('>').map(|(_, inside)| inside) else {
            return html! {};
        };
        let inside = inside.trim_end().trim_end_matches("</svg>");
        let (columns, rows) = place.unwrap_or((0..0, 0..0));
        html! {
            svg class="plot" role="img" aria-label=(self.title) viewBox=(format!("0 0 {WIDTH} {}", self.height)) {
                title { (self.title) }
                @if let Some(picture) = self.backdrop {
                    image href=(picture) x=(columns.start) y=(rows.start) width=(columns.len()) height=(rows.len())
                        preserveAspectRatio="none" {}
                }
                (PreEscaped(inside))
            }
        }
    }

    /// Draws, and tells which pixels lie between the axes. Writing to a string cannot fail.
    fn draw_to(&self, svg: &mut String) -> Option<(Range<i32>, Range<i32>)> {
        let area = SVGBackend::with_string(svg, (WIDTH, self.height)).into_drawing_area();
        let mut chart = ChartBuilder::on(&area)
            .margin(MARGIN)
            .margin_right(BESIDE)
            .x_label_area_size(BELOW)
            .y_label_area_size(self.y.room)
            .build_cartesian_2d(self.x.clone(), self.y.clone())
            .ok()?;
        let grid = match self.backdrop {
            None => GRID.stroke_width(2),
            Some(_) => TRANSPARENT.stroke_width(0),
        };
        chart
            .configure_mesh()
            .x_desc(self.x.label)
            .y_desc(self.y.label)
            .label_style(("sans-serif", TEXT))
            .axis_desc_style(("sans-serif", TEXT))
            .light_line_style(TRANSPARENT)
            .bold_line_style(grid)
            .draw()
            .ok()?;
        for curve in &self.curves {
            let held = curve.points.iter().map(|&[x, y]| (self.x.held(x), self.y.held(y)));
            let style = curve.ink.color().stroke_width(LINE);
            chart.draw_series(LineSeries::new(held, style)).ok()?;
        }
        let place = chart.plotting_area().get_pixel_range();
        drop(chart);
        area.present().ok()?;
        Some(place)
    }
}

/// What the lines of one or more plots are.
pub(super) fn legend(lines: &[(Ink, &str)]) -> Markup {
    html! {
        ul class="legend" {
            @for (ink, name) in lines {
                li {
                    svg class="key" viewBox="0 0 120 20" aria-hidden="true" {
                        line x1="0" y1="10" x2="120" y2="10" stroke=(ink.hex()) stroke-width="8" {}
                    }
                    (name)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_beyond_the_axes_are_held_at_their_ends() {
        let plot = Plot {
            title: "a < b",
            height: 500,
            x: Axis::frequency([100.0, 1000.0]),
            y: Axis::linear("level, dB", [-10.0, 10.0], 5.0),
            backdrop: None,
            curves: vec![Curve::new(Ink::First, [[10.0, 0.0], [1e9, 1e9], [500.0, -1e9]])],
        };
        let svg = plot.draw().into_string();
        assert!(
            svg.contains("a &lt; b") && svg.contains("\n−5\n") && svg.contains("\n1k\n"),
            "{svg}"
        );
        let line = svg.split("stroke=\"#0072B2\"").nth(1).unwrap();
        let points = line.split('"').nth(3).unwrap();
        for point in points.split_whitespace() {
            let (x, y) = point.split_once(',').unwrap();
            assert!((0..=1000).contains(&x.parse::<i32>().unwrap()) && (0..=500).contains(&y.parse::<i32>().unwrap()));
        }
        assert_eq!(svg.matches("<svg").count(), svg.matches("</svg>").count());
    }
}
