//! Draws the table of the example `engine_growth`, read from the standard input, as an SVG file:
//!
//! ```sh
//! cargo run --release -p proscenium-dsp --example engine_growth > target/growth.csv
//! cargo run --release -p proscenium-dsp --example growth_plot docs/images/growth.svg < target/growth.csv
//! ```

use std::collections::BTreeMap;
use std::error::Error;

use plotters::prelude::*;

/// Width and height, pixels.
const SIZE: (u32, u32) = (1080, 380);
const FONT: &str = "sans-serif";
/// After Okabe and Ito: told apart by all.
const COLORS: [RGBColor; 3] = [RGBColor(0, 114, 178), RGBColor(213, 94, 0), RGBColor(0, 158, 115)];

/// A line of the table; what it varies is told by the first column.
struct Row {
    varies: String,
    upmix: String,
    drivers: f64,
    rate_khz: f64,
    taps: f64,
    cost: f64,
}

/// One set of axes: what varies, and what tells the lines apart.
struct Panel {
    varies: &'static str,
    label: &'static str,
    x: fn(&Row) -> f64,
    line: fn(&Row) -> String,
    shows: fn(&Row) -> bool,
}

const PANELS: [Panel; 3] = [
    Panel {
        varies: "drivers",
        label: "drivers (48 kHz, 512 taps)",
        x: |row| row.drivers,
        line: |row| format!("Upmix {}", row.upmix),
        shows: |_| true,
    },
    Panel {
        varies: "rate",
        label: "kHz (8 drivers)",
        x: |row| row.rate_khz,
        line: |row| format!("Upmix {}", row.upmix),
        shows: |_| true,
    },
    Panel {
        varies: "taps",
        label: "taps (48 kHz, Upmix High)",
        x: |row| row.taps,
        line: |row| format!("{:2} drivers", row.drivers),
        shows: |row| row.upmix == "High",
    },
];

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("the file to write is missing")?;
    let mut lines = std::io::stdin().lines();
    let header = lines.next().ok_or("no table on the standard input")??;
    let unit = header.rsplit(',').next().unwrap_or_default().replace('_', " ");
    let rows = lines.map(|line| parse(&line?)).collect::<Result<Vec<Row>, _>>()?;

    let area = SVGBackend::new(&path, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    for (panel, area) in PANELS.iter().zip(area.split_evenly((1, PANELS.len()))) {
        let mut curves: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
        for row in rows
            .iter()
            .filter(|row| row.varies == panel.varies && (panel.shows)(row))
        {
            curves
                .entry((panel.line)(row))
                .or_default()
                .push(((panel.x)(row), row.cost));
        }
        let points = || curves.values().flatten();
        let right = points().map(|point| point.0).fold(0.0, f64::max);
        let top = points().map(|point| point.1).fold(0.0, f64::max);
        let mut chart = ChartBuilder::on(&area)
            .margin(12)
            .x_label_area_size(42)
            .y_label_area_size(48)
            .build_cartesian_2d(0.0..1.05 * right, 0.0..1.15 * top)?;
        chart
            .configure_mesh()
            .x_desc(panel.label)
            .y_desc(&unit)
            .x_labels(5)
            .x_label_formatter(&|x| format!("{x:.0}"))
            .y_labels(6)
            .label_style((FONT, 13))
            .light_line_style(TRANSPARENT)
            .draw()?;
        for ((name, curve), color) in curves.into_iter().zip(COLORS) {
            chart.draw_series(curve.iter().map(|&point| Circle::new(point, 3, color.filled())))?;
            chart
                .draw_series(LineSeries::new(curve, color.stroke_width(2)))?
                .label(name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], color.stroke_width(2)));
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .background_style(WHITE.mix(0.8))
            .label_font((FONT, 13))
            .draw()?;
    }
    area.present()?;
    println!("{path}");
    Ok(())
}

fn parse(line: &str) -> Result<Row, Box<dyn Error>> {
    let columns: Vec<&str> = line.split(',').collect();
    let &[varies, upmix, drivers, rate_hz, taps, cost] = &columns[..] else {
        return Err(format!("not a row of the table: {line}").into());
    };
    Ok(Row {
        varies: varies.to_owned(),
        upmix: upmix.to_owned(),
        drivers: drivers.parse()?,
        rate_khz: rate_hz.parse::<f64>()? / 1e3,
        taps: taps.parse()?,
        cost: cost.parse()?,
    })
}
