//! Tables of figures: the paths, the room, and section by section what must be reached.

use super::polar::heading;
use crate::device_report::figure::{Figure, FigureGroup, Mark, Measured, number};
use crate::device_report::in_room::{InRoom, PathRow, Rows};
use crate::device_report::paths::PathFigures;
use maud::{Markup, html};
use proscenium_dsp::array::Path;
use proscenium_dsp::room::{OCTAVE_BANDS_HZ, RoomFigures};

/// All groups in one table with pass marks.
pub(super) fn figures(groups: &[FigureGroup]) -> Markup {
    let has_untoned = groups
        .iter()
        .flat_map(|group| &group.figures)
        .any(|figure| figure.at_tone_0.is_some());
    let columns = if has_untoned { 6 } else { 5 };
    html! {
        div class="scroll" {
            table class="figures" {
                thead {
                    tr {
                        th { "Figure" } th { "Value" } th { "Mark" } th { "Floor" } th { "Aim" }
                        @if has_untoned { th { "Value at Tone 0" } }
                    }
                }
                @for group in groups {
                    tbody id=(format!("figures-{}", group.id)) {
                        tr class="group" { th colspan=(columns) { (group.title) span { (group.note) } } }
                        @for figure in &group.figures { (row(figure, has_untoned)) }
                    }
                }
            }
        }
    }
}

fn row(figure: &Figure, has_untoned: bool) -> Markup {
    let [floor, aim] = figure.limits();
    let mark = figure.mark();
    html! {
        tr data-figure=(figure.id) data-pass=[mark.map(Mark::id)] {
            td { (figure.name) }
            td class="number" {
                @match &figure.measured {
                    Measured::Value(value) => { (figure.with_unit(*value)) },
                    Measured::Missing(reason) => { span class="missing" { (reason) } },
                }
            }
            td class="mark" { @if let Some(mark) = mark { (mark.words()) } }
            td class="number" { (floor) }
            td class="number" { (aim) }
            @if has_untoned {
                td class="number" { @if let Some(value) = figure.at_tone_0 { (figure.with_unit(value)) } }
            }
        }
    }
}

/// A line for each path.
pub(super) fn paths(paths: &[PathFigures; 3]) -> Markup {
    html! {
        div class="scroll" {
            table {
                thead {
                    tr {
                        th { "Path" } th { "Arrives at" } th { "Tone re a flat source" } th { "Directivity index, without → with" }
                        th { "Largest filter gain" } th { "Filters end at" }
                    }
                }
                tbody {
                    @for path in paths {
                        tr {
                            td { (heading(path.path)) }
                            td class="number" { (number(path.arrival_samples)) " samples" }
                            td class="number" { "±" (number(path.tone_db)) " dB" }
                            td class="number" { (path.directivity_index_db.map(number).join(" → ")) " dB" }
                            td class="number" { (number(path.largest_filter_gain_db)) " dB" }
                            td class="number" { (path.taps) " samples" }
                        }
                    }
                }
            }
        }
    }
}

/// The room and the paths in it.
pub(super) fn in_room(room: &InRoom) -> Markup {
    let [x, y, z] = room.size_m;
    html! {
        p { "A " (room.choice.name()) " of " (x) " × " (y) " × " (z) " m." }
        @match &room.rows {
            Ok(rows) => { (rooms_rows(rows)) },
            Err(error) => { p class="missing" { "Not measured: " (error) "." } },
        }
    }
}

fn rooms_rows(rows: &Rows) -> Markup {
    html! {
        div class="scroll" {
            table {
                thead {
                    tr {
                        th { "Path" } th { "Effect" } th { "Direct to reverberant" } th { "at the meant ear" }
                        th { "Critical distance" } th { "C50" } th { "T30" } th { "IACC early, late, all" }
                    }
                }
                tbody {
                    @for row in &rows.paths {
                        @for (strength, figures) in [(0, &row.without), (100, &row.with)] {
                            (room_row(row, strength, figures))
                        }
                    }
                }
            }
        }
        p class="note" {
            "Look at the centre: with the beam more of it is direct, and the critical distance, at which both are equal, is larger. "
            "Room alone, T30: "
            @for (band_hz, seconds) in OCTAVE_BANDS_HZ.iter().zip(rows.reverberation_s).filter(|(_, seconds)| seconds.is_finite()) {
                (band_hz) " Hz " (number(seconds)) " s; "
            }
            "no wall scatters."
        }
    }
}

fn room_row(row: &PathRow, strength: u8, figures: &RoomFigures) -> Markup {
    let effect = if row.path == Path::Center {
        "Depth"
    } else {
        "Cancellation"
    };
    html! {
        tr {
            td { (heading(row.path)) }
            td { (effect) " " (strength) " %" }
            td class="number" { (number(figures.direct_to_reverberant_db)) " dB" }
            td class="number" { (number(figures.direct_to_reverberant_at_ear_db)) " dB" }
            td class="number" { (number(figures.critical_distance_m)) " m" }
            td class="number" { (number(figures.clarity_db)) " dB" }
            td class="number" { (number(figures.reverberation_s)) " s" }
            td class="number" { ([figures.iacc_early, figures.iacc_late, figures.iacc].map(number).join(", ")) }
        }
    }
}
