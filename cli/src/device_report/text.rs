//! The figures as a text for a terminal.

use super::DeviceReport;
use super::figure::{Figure, Mark, Measured};
use std::fmt::Write as _;

/// All groups, a line for each figure, and the room.
pub(super) fn of(report: &DeviceReport<'_>) -> String {
    let mut text = format!("{}, settings {}\n", report.subject.device().name, report.settings);
    for group in &report.groups {
        line(&mut text, format_args!("\n{} (floor, aim)", group.title));
        for figure in &group.figures {
            line(&mut text, format_args!("  {}", row(figure)));
        }
    }
    line(&mut text, format_args!("\nIn the {}", report.in_room.choice.name()));
    match &report.in_room.rows {
        Ok(rows) => {
            for row in &rows.paths {
                for (figures, strength) in [(&row.without, 0), (&row.with, 100)] {
                    line(
                        &mut text,
                        format_args!(
                            "  {:6} {strength:3} %: direct to reverberant {:6.1} dB, critical distance {:5.2} m, C50 {:5.1} dB",
                            crate::filters::path_name(row.path),
                            figures.direct_to_reverberant_db,
                            figures.critical_distance_m,
                            figures.clarity_db
                        ),
                    );
                }
            }
        }
        Err(error) => line(&mut text, format_args!("  {error}")),
    }
    text
}

fn row(figure: &Figure) -> String {
    let value = match &figure.measured {
        Measured::Value(value) => figure.with_unit(*value),
        Measured::Missing(reason) => format!("– ({reason})"),
    };
    let at_tone_0 = figure
        .at_tone_0
        .map_or(String::new(), |value| format!(" (Tone 0: {})", figure.with_unit(value)));
    let limits = figure.limit.map_or(String::new(), |_| figure.limits().join(", "));
    let mark = figure.mark().map_or("", Mark::words);
    format!("{:9} {limits:16} {}: {value}{at_tone_0}", mark, figure.name)
}

fn line(text: &mut String, line: std::fmt::Arguments) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}
