//! The page of the scoreboard. What it says of places follows from the figures.

use std::fmt::Write;

use super::KEMAR;
use super::board::{DeviceBoard, Row, Table};
use super::ranking::{Column, not_first};
use super::tuning::OBJECTIVE;

const INTRODUCTION: &str = "\
# Scoreboard

Proscenium beside published cancellers of crosstalk, on the same models. `cargo xtask bench quality` measures it all and writes
this page; nothing is entered by hand, and all but the times repeats.

| method | after |
|---|---|
| bypass | nothing: left and right from the drivers that play them without any effect |
| RACE | R. Glasgal, \"360° localization via 4.x RACE processing\", AES 123, 2007; R. Glasgal, R. Miller, \"True-to-life sound reproduction using Recursive Ambiophonic Crosstalk Elimination\": a recursion with attenuation, delay and band |
| RACE, mono kept | the same, compensated so that a centred source stays as it is: by an equaliser on both channels, or with mid untouched, whichever is better |
| Kirkeby | O. Kirkeby, P. A. Nelson et al., \"Fast deconvolution of multichannel systems using regularization\", IEEE TSAP 6(2), 1998: an inverse with one regularisation for all frequencies |
| Choueiri | E. Y. Choueiri, \"Optimal crosstalk cancellation for binaural audio with two loudspeakers\", 2008: regularised only where, and as much as, the spectrum at the loudspeakers would pass a limit |

Each is written from its publication (`quality/src/scoreboard/`), and plays from the left and the right driver; where a device has
more, the inverses may also use the front one, or all. The parameters of each are searched, on each device: a grid, then golden
sections. The objective is the same for all:

> OBJECTIVE.

The inverses' parameters are their regularisation and the frequency, 100 to 500 Hz, from which they act; below it, and above 16 kHz,
left and right play as in bypass. They then get the shortest of 512, 1024 and 2048 taps, and of 64, 128, 256 and 512 samples of delay,
that costs them at most 0.25 dB of the objective. They invert the plant relative to each ear's own driver, which restores its response
as ours does. Ours has its default settings, on each device at its own distance, with Tone at 0, which the others do not have. All
figures are of the filters as they play.

All methods are designed on the rigid sphere, and judged on it and on a measured head that none of them knows: KEMAR with
normal pinnae (Gardner and Martin, MIT, 1994; `HEAD_FILE`), heard in the direction that the device's field has
at the head. Lines in *italics* are not ranked: they do nothing, or were designed and searched on the head that they are judged on, as
their authors do with a listener who can be measured. The first of each column is **bold**, and so are others that equal it as printed.

| column | |
|---|---|
| point, ±2 cm, ±5 cm, 10° yaw | cancellation, dB: level at the ear that is meant above that at the other one, one input at a time; at each frequency the worse ear and the worse side; mean over 500 Hz–8 kHz, on KEMAR to 6 kHz |
| its worst third octave | at ±5 cm |
| colour | largest deviation, dB, of third octaves 200 Hz–8 kHz from their mean, at the worse ear, relative to the same without the effect. *Proscenium* as a whole plays a stereo programme: hard-panned through the virtual pair at ±30°, centred through the beam of the centre, which is compared with its own reference driver |
| effort | norm of the driver signals above bypass at equal level at the ear that is meant, dB; largest, 200 Hz–8 kHz |
| filter gain | largest gain of a filter, dB, 20 Hz–20 kHz |
| latency, CPU | as run in real time, 48 kHz, one core: milliseconds; milliseconds per second of audio, best of several rounds in one run. Inverses in our convolver, in blocks of 64; RACE sample by sample; ours in its engine, in blocks of 64 with Upmix Off, of 512 with High |
";

const PICTURES: &str = "
## Pictures

Cancellation over frequency at the design point, on the sphere; what lies outside of the axes is drawn on their edge:

![Cancellation over frequency](images/scoreboard-frequency.svg)

Mean cancellation over the lateral position of the head:

![Cancellation over lateral position](images/scoreboard-position.svg)

Level of a hard-panned and of a centred source at the left ear, relative to the same without the effect:

![Colour](images/scoreboard-colour.svg)
";

/// The page as Markdown; `missing_head` says why there is no measured head, if so.
#[must_use]
pub fn markdown(boards: &[DeviceBoard], missing_head: Option<&str>) -> String {
    let mut page = INTRODUCTION
        .replace("OBJECTIVE", OBJECTIVE)
        .replace("HEAD_FILE", KEMAR.rsplit('/').next().unwrap_or(KEMAR));
    if let Some(reason) = missing_head {
        let _ = writeln!(page, "\nThe measured head is left out here: {reason}.");
    }
    for board in boards {
        section(&mut page, board);
    }
    page += PICTURES;
    page
}

fn section(page: &mut String, board: &DeviceBoard) {
    for table in &board.tables {
        let _ = writeln!(page, "\n## {} at {} m, {}\n", board.name, board.distance_m, table.head);
        page.push_str(&table_text(table));
        let behind = not_first(board, table);
        if behind.is_empty() {
            let _ = writeln!(page, "\nFirst in every column.");
        } else {
            let _ = writeln!(page, "\nWhere we are not first:\n");
            for line in behind {
                let _ = writeln!(page, "- {line}");
            }
        }
    }
    notes(page, board);
}

/// A table in Markdown.
#[must_use]
pub fn table_text(table: &Table) -> String {
    let has_value = |column: &Column| table.rows.iter().any(|row| column.value(row).is_some());
    let columns: Vec<Column> = Column::ALL.into_iter().filter(has_value).collect();
    let titles: Vec<&str> = columns.iter().map(|column| column.title()).collect();
    let mut text = format!("| | {} |\n|---|{}\n", titles.join(" | "), "---:|".repeat(columns.len()));
    for row in &table.rows {
        let cells: Vec<String> = columns.iter().map(|&column| cell(row, table, column)).collect();
        let name = match row.standing {
            super::entrants::Standing::Shown => format!("*{}*", row.name),
            _ => row.name.clone(),
        };
        let _ = writeln!(text, "| {name} | {} |", cells.join(" | "));
    }
    text
}

fn cell(row: &Row, table: &Table, column: Column) -> String {
    let text = column.value(row).map_or(String::new(), |value| column.text(value));
    match column.is_first(row, table) {
        true => format!("**{text}**"),
        false => text,
    }
}

/// Settings, and what the tables leave out.
fn notes(page: &mut String, board: &DeviceBoard) {
    let _ = writeln!(page, "\nSettings on {}:\n", board.name);
    let mut told = Vec::new();
    for row in board.tables.iter().flat_map(|table| &table.rows) {
        if !told.contains(&&row.name) {
            told.push(&row.name);
            let _ = writeln!(page, "- {}: {}", row.name, row.setting);
        }
    }
    let [point, near, far] = board.with_tone_db;
    let _ = writeln!(
        page,
        "\nWith Tone at 100 % our cancellation on the sphere is {point:.1} dB at the point, {near:.1} at ±2 cm, {far:.1} at ±5 cm."
    );
    if let Some(colour) = board.centred_with_shelf {
        let _ = writeln!(
            page,
            "Left and right driver play the centre together, so it can be compared with bypass too: the shelf of its level \
             included, which gives it the loudness of a phantom centre in a room, its colour is {colour:.1} dB."
        );
    }
    let told: Vec<String> = board.unbounded.iter().map(unbounded_text).collect();
    let _ = writeln!(
        page,
        "Without bounds of colour and effort the search finds for cancellation alone: {}.",
        told.join("; ")
    );
}

fn unbounded_text(row: &Row) -> String {
    let score = row.score;
    format!(
        "{} {:.1} dB at the point and {:.1} at ±2 cm, with a colour of {:.1} dB and an effort of {:.1}",
        row.name, score.point, score.near, score.hard_panned, score.effort
    )
}

#[cfg(test)]
mod tests {
    use super::super::entrants::Standing;
    use super::super::ranking::tests::{board, row};
    use super::*;

    #[test]
    fn the_page_marks_the_first_and_says_where_we_are_behind() {
        let behind = board(vec![
            row("bypass", Standing::Shown, 1.0, 0.0),
            row("Proscenium", Standing::Ours, 12.0, 5.0),
            row("Peer", Standing::Peer, 11.0, 4.0),
        ]);
        let page = markdown(std::slice::from_ref(&behind), Some("it is not there"));
        // Not measured here, so there are no columns of latency and processor time.
        assert!(page.contains("| *bypass* | 20.0 | 1.0 |") && page.contains("| Peer | **20.0** | 11.0 |"));
        assert!(
            page.contains("| Proscenium | **20.0** | **12.0** |") && page.contains("- **effort**: Peer has 4.0 dB")
        );
        assert!(page.contains("left out here: it is not there"));
        let ahead = board(vec![
            row("Proscenium", Standing::Ours, 12.0, 3.0),
            row("Peer", Standing::Peer, 11.0, 4.0),
        ]);
        assert!(markdown(&[ahead], None).contains("First in every column."));
    }
}
