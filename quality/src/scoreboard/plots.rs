//! Pictures of the scoreboard, as SVG files.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;

use super::board::{Curves, DeviceBoard};

/// Width and height, pixels; the legend has a strip of its own at the bottom.
const SIZE: (u32, u32) = (1080, 460);
const LEGEND_HEIGHT: u32 = 56;
const FONT: &str = "sans-serif";
/// Methods that are drawn, and how: colours after Okabe and Ito, told apart by all; thick where another
/// may lie on top.
const LINES: [(&str, RGBColor, u32); 7] = [
    ("bypass", RGBColor(150, 150, 150), 1),
    ("RACE", RGBColor(230, 159, 0), 4),
    ("RACE, mono kept", RGBColor(204, 121, 167), 2),
    ("Kirkeby", RGBColor(86, 180, 233), 2),
    ("Choueiri", RGBColor(0, 158, 115), 4),
    ("Choueiri, all drivers", RGBColor(213, 94, 0), 2),
    ("Proscenium", RGBColor(0, 0, 0), 3),
];
/// Ends of the axes; what lies outside is drawn on the edge.
const LOWEST_HZ: f64 = 125.0;
const HIGHEST_HZ: f64 = 8000.0;
const CANCELLATION_DB: [f64; 2] = [-20.0, 80.0];
const COLOUR_DB: [f64; 2] = [-10.0, 10.0];

/// A set of axes.
struct Panel {
    title: String,
    x: &'static str,
    y: &'static str,
    /// Ends of the axes.
    x_range: [f64; 2],
    y_range: [f64; 2],
    logarithmic: bool,
    curves: Vec<(String, Vec<(f64, f64)>)>,
}

impl Panel {
    fn new(
        title: String,
        axes: (&'static str, &'static str),
        y_range: [f64; 2],
        curves: Vec<(String, Vec<(f64, f64)>)>,
    ) -> Self {
        let logarithmic = axes.0 == "Hz";
        let ends = || {
            let xs = || curves.iter().flat_map(|(_, curve)| curve.iter().map(|point| point.0));
            [
                xs().fold(f64::INFINITY, f64::min),
                xs().fold(f64::NEG_INFINITY, f64::max),
            ]
        };
        Self {
            x_range: if logarithmic { [LOWEST_HZ, HIGHEST_HZ] } else { ends() },
            logarithmic,
            x: axes.0,
            y: axes.1,
            title,
            y_range,
            curves,
        }
    }
}

/// Curves of all methods of a board, one kind.
fn of(board: &DeviceBoard, curve: impl Fn(&Curves) -> Vec<(f64, f64)>) -> Vec<(String, Vec<(f64, f64)>)> {
    board.curves.iter().map(|c| (c.name.clone(), curve(c))).collect()
}

/// Draws all pictures into a folder.
///
/// # Errors
/// If a file cannot be written.
pub fn draw(boards: &[DeviceBoard], folder: &Path) -> Result<()> {
    let named = |name: &str| {
        let found = boards.iter().find(|board| board.name == name);
        found.with_context(|| format!("no board of {name}"))
    };
    let pair = [named("Tabletop")?, named("Laptop")?];
    let at_point = pair.map(|board| {
        let title = format!("{}, design point", board.name);
        Panel::new(
            title,
            ("Hz", "cancellation, dB"),
            CANCELLATION_DB,
            of(board, |c| c.cancellation.clone()),
        )
    });
    picture(&folder.join("scoreboard-frequency.svg"), &at_point)?;
    let beside = pair.map(|board| {
        let title = format!("{}, mean 500 Hz–8 kHz", board.name);
        let centimetres = |c: &Curves| c.sweep.iter().map(|(m, db)| (100.0 * m, *db)).collect();
        Panel::new(
            title,
            ("head to the left, cm", "cancellation, dB"),
            CANCELLATION_DB,
            of(board, centimetres),
        )
    });
    picture(&folder.join("scoreboard-position.svg"), &beside)?;
    let colour = [(0, "hard-panned source"), (1, "centred source")].map(|(which, what)| {
        let title = format!("{}, {what}", pair[0].name);
        Panel::new(
            title,
            ("Hz", "level re without the effect, dB"),
            COLOUR_DB,
            of(pair[0], |c| c.colour[which].clone()),
        )
    });
    picture(&folder.join("scoreboard-colour.svg"), &colour)
}

fn picture(path: &Path, panels: &[Panel]) -> Result<()> {
    let area = SVGBackend::new(path, SIZE).into_drawing_area();
    draw_panels(&area, panels).map_err(|error| anyhow!("{}: {error}", path.display()))
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

fn draw_panels(area: &Area<'_>, panels: &[Panel]) -> Result<(), Box<dyn std::error::Error>> {
    area.fill(&WHITE)?;
    let (top, bottom) = area.split_vertically(SIZE.1 - LEGEND_HEIGHT);
    for (panel, area) in panels.iter().zip(top.split_evenly((1, panels.len()))) {
        draw_panel(&area, panel)?;
    }
    legend(&bottom, panels)?;
    area.present()?;
    Ok(())
}

fn draw_panel(area: &Area<'_>, panel: &Panel) -> Result<(), Box<dyn std::error::Error>> {
    let [left, right] = panel.x_range;
    // Octaves above 125 Hz, so that labels fall on round frequencies.
    let place = |x: f64| if panel.logarithmic { (x / LOWEST_HZ).log2() } else { x };
    let label = |x: &f64| match (panel.logarithmic, LOWEST_HZ * x.exp2()) {
        (false, _) => format!("{x:.0}"),
        (true, hz) if hz < 1000.0 => format!("{hz:.0}"),
        (true, hz) => format!("{:.0}k", hz / 1000.0),
    };
    let [bottom, top] = panel.y_range;
    let mut chart = ChartBuilder::on(area)
        .margin(10)
        .caption(&panel.title, (FONT, 16))
        .x_label_area_size(40)
        .y_label_area_size(50)
        .build_cartesian_2d(place(left)..place(right), bottom..top)?;
    chart
        .configure_mesh()
        .x_desc(panel.x)
        .y_desc(panel.y)
        .x_labels(9)
        .y_labels(10)
        .x_label_formatter(&label)
        .y_label_formatter(&|y| format!("{y:.0}"))
        .label_style((FONT, 13))
        .light_line_style(TRANSPARENT)
        .draw()?;
    for (name, color, width) in LINES {
        let drawn = panel.curves.iter().filter(|(curve, _)| curve == name);
        for (_, curve) in drawn {
            let points = curve.iter().map(|&(x, y)| (place(x), y.clamp(bottom, top)));
            chart.draw_series(LineSeries::new(points, color.stroke_width(width)))?;
        }
    }
    Ok(())
}

/// Names beside a piece of their line, in two rows.
fn legend(area: &Area<'_>, panels: &[Panel]) -> Result<(), Box<dyn std::error::Error>> {
    const COLUMNS: i32 = 4;
    let shown = |name: &str| {
        panels
            .iter()
            .any(|panel| panel.curves.iter().any(|(curve, _)| curve == name))
    };
    for (n, (name, color, width)) in (0..).zip(LINES.into_iter().filter(|(name, ..)| shown(name))) {
        let (x, y) = (60 + n % COLUMNS * 250, 14 + n / COLUMNS * 22);
        area.draw(&PathElement::new([(x, y), (x + 26, y)], color.stroke_width(width)))?;
        area.draw(&Text::new(name, (x + 34, y - 7), (FONT, 14)))?;
    }
    Ok(())
}
