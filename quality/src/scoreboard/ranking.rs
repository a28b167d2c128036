//! The columns of the scoreboard, who is first in each, and why we are not where we are not.

use super::board::{DeviceBoard, Row, Table};
use super::entrants::Standing;

/// What a column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Cancellation at the design point.
    Point,
    /// At ±2 cm.
    Near,
    /// At ±5 cm.
    Far,
    /// There, the worst third octave.
    FarWorst,
    /// At 10° of yaw.
    Turned,
    /// Colour of a hard-panned source.
    HardPanned,
    /// Colour of a centred source.
    Centred,
    /// Effort.
    Effort,
    /// Largest gain of a filter.
    FilterGain,
    /// Latency.
    Latency,
    /// Processor time.
    Cpu,
}

impl Column {
    /// In the order of the tables.
    pub const ALL: [Self; 11] = [
        Self::Point,
        Self::Near,
        Self::Far,
        Self::FarWorst,
        Self::Turned,
        Self::HardPanned,
        Self::Centred,
        Self::Effort,
        Self::FilterGain,
        Self::Latency,
        Self::Cpu,
    ];

    /// Head of the column.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Near => "±2 cm",
            Self::Far => "±5 cm",
            Self::FarWorst => "its worst third octave",
            Self::Turned => "10° yaw",
            Self::HardPanned => "colour, hard-panned",
            Self::Centred => "colour, centred",
            Self::Effort => "effort",
            Self::FilterGain => "filter gain",
            Self::Latency => "latency",
            Self::Cpu => "CPU",
        }
    }

    /// Unit of its values.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::Latency => "ms",
            Self::Cpu => "ms/s",
            _ => "dB",
        }
    }

    /// Whether more is better.
    fn more_is_better(self) -> bool {
        matches!(
            self,
            Self::Point | Self::Near | Self::Far | Self::FarWorst | Self::Turned
        )
    }

    /// Value of a row, if it has one.
    #[must_use]
    pub fn value(self, row: &Row) -> Option<f64> {
        let score = &row.score;
        Some(match self {
            Self::Point => score.point,
            Self::Near => score.near,
            Self::Far => score.far,
            Self::FarWorst => score.far_worst,
            Self::Turned => score.turned,
            Self::HardPanned => score.hard_panned,
            Self::Centred => score.centred,
            Self::Effort => score.effort,
            Self::FilterGain => score.filter_gain,
            Self::Latency => row.cost?.latency_ms,
            Self::Cpu => row.cost?.cpu_ms,
        })
    }

    /// A value as it is printed, and as it is ranked.
    #[must_use]
    pub fn text(self, value: f64) -> String {
        let text = match self {
            Self::Latency => format!("{value:.2}"),
            _ => format!("{value:.1}"),
        };
        // No minus before zero.
        match text.trim_start_matches(['-', '0', '.']) {
            "" => text.trim_start_matches('-').to_owned(),
            _ => text.replace('-', "−"),
        }
    }

    /// Whether `a` is better than `b`, as printed.
    fn better(self, a: f64, b: f64) -> bool {
        let digits = if self == Self::Latency { 100.0 } else { 10.0 };
        let [a, b] = [a, b].map(|value| (value * digits).round());
        if self.more_is_better() { a > b } else { a < b }
    }

    /// The first of the ranked rows that no other is better than, and its value.
    fn best<'a>(self, rows: impl Iterator<Item = &'a Row>) -> Option<(&'a Row, f64)> {
        let mut best: Option<(&Row, f64)> = None;
        for row in rows.filter(|row| row.standing != Standing::Shown) {
            let Some(value) = self.value(row) else { continue };
            if best.is_none_or(|(_, most)| self.better(value, most)) {
                best = Some((row, value));
            }
        }
        best
    }

    /// Whether no ranked row of the table is better than this one.
    #[must_use]
    pub fn is_first(self, row: &Row, table: &Table) -> bool {
        let Some(value) = self.value(row) else { return false };
        let beaten = self
            .best(table.rows.iter())
            .is_some_and(|(_, best)| self.better(best, value));
        row.standing != Standing::Shown && !beaten
    }
}

/// Columns in which a peer is ahead of us, and how that comes; and those in which doing nothing is.
#[must_use]
pub fn not_first(board: &DeviceBoard, table: &Table) -> Vec<String> {
    Column::ALL
        .iter()
        .filter_map(|&column| behind(board, table, column))
        .collect()
}

fn behind(board: &DeviceBoard, table: &Table, column: Column) -> Option<String> {
    let peers = || table.rows.iter().filter(|row| row.standing == Standing::Peer);
    let (peer, peers_value) = column.best(peers())?;
    let ours: Vec<(&Row, f64)> = table
        .rows
        .iter()
        .filter(|row| row.standing == Standing::Ours)
        .filter_map(|row| Some((row, column.value(row)?)))
        .filter(|(_, value)| column.better(peers_value, *value))
        .collect();
    let unit = column.unit();
    let mut told = Vec::new();
    if let Some(&(first, value)) = ours.first() {
        let text = |value: f64| format!("{} {unit}", column.text(value));
        let mut sentence = format!(
            "{} has {}, {} {}",
            peer.name,
            text(peers_value),
            first.name,
            text(value)
        );
        for (row, value) in &ours[1..] {
            if column.text(*value) != column.text(first_value(&ours)) {
                sentence += &format!(", {} {}", row.name, text(*value));
            }
        }
        told.push(format!("{sentence}. {}", reason(board, table, column, peer, &ours)));
    }
    if column.more_is_better() {
        let nothing = table.rows.iter().find(|row| row.name == "bypass")?;
        let mine = table.rows.iter().find(|row| row.standing == Standing::Ours)?;
        if column.better(column.value(nothing)?, column.value(mine)?) {
            let without = column.text(column.value(nothing)?);
            told.push(format!(
                "Without any effect it is {without} {unit}, more than our {}: so far out a null of the middle is a lobe.",
                column.text(column.value(mine)?)
            ));
        }
    }
    (!told.is_empty()).then(|| format!("**{}**: {}", column.title(), told.join(" ")))
}

fn first_value(ours: &[(&Row, f64)]) -> f64 {
    ours.first().map_or(f64::NAN, |(_, value)| *value)
}

/// How it comes that a peer is ahead. What is claimed is read from the figures.
fn reason(board: &DeviceBoard, table: &Table, column: Column, peer: &Row, ours: &[(&Row, f64)]) -> String {
    let Some(&(mine, _)) = ours.first() else {
        return String::new();
    };
    let score = |row: &Row| row.score;
    match column {
        Column::Point | Column::Turned => {
            let elsewhere = board.tables.iter().find(|other| other.head != table.head);
            let there = elsewhere.and_then(|other| {
                let value = |name: &str| column.value(other.rows.iter().find(|row| row.name == name)?);
                Some((other.head, value(&peer.name)?, value(&mine.name)?))
            });
            let beside = format!(
                "at ±2 cm it has {} dB, ours {}",
                Column::Near.text(score(peer).near),
                Column::Near.text(score(mine).near)
            );
            match there {
                Some((head, theirs, ours)) if table.head == "sphere" => format!(
                    "It is fitted at one point to the very plant that it is judged on, ours to a zone; {beside}; on {head}, which \
                     neither knows, {} and {}.",
                    column.text(theirs),
                    column.text(ours)
                ),
                _ => format!("It is fitted to one point, ours to a zone; {beside}."),
            }
        }
        Column::Near | Column::Far | Column::FarWorst => {
            let less = score(mine).point - score(peer).point;
            if less > 1.0 {
                format!(
                    "It cancels less, and so has less to lose: {} dB at the point, ours {}.",
                    Column::Point.text(score(peer).point),
                    Column::Point.text(score(mine).point)
                )
            } else {
                String::from("The zone of our default is narrower than that.")
            }
        }
        Column::HardPanned => {
            let alone = table.rows.iter().filter(|row| row.standing == Standing::Ours);
            let least = alone.map(|row| row.score.hard_panned).fold(f64::INFINITY, f64::min);
            if column.better(least, peer.score.hard_panned) || least < score(mine).hard_panned - 0.05 {
                format!(
                    "The whole also plays a virtual pair, some of whose far-ear signal is heard by the near one where the cancellation \
                     fades out, at low frequencies; the canceller alone has {} dB.",
                    column.text(least)
                )
            } else {
                String::from("Its ear's response is restored exactly, ours up to what truncation to 512 taps leaves.")
            }
        }
        Column::Centred => match ours.iter().any(|(row, _)| row.name == "Proscenium") {
            false => String::from(
                "Without the crosstalk a centred source is at either ear what one driver is, not two: any exact canceller has that. \
                 The whole plays it by a path of its own.",
            ),
            true => String::from(
                "It leaves a centred source as it is; ours is a beam, equal to its driver but for rounding and truncation.",
            ),
        },
        Column::Effort | Column::FilterGain => {
            let [theirs, own] = [peer, mine].map(|row| row.score.near);
            let what = match own - theirs > 1.0 {
                true => "Louder drivers buy cancellation",
                false => "Ours takes more for about as much cancellation",
            };
            format!(
                "{what}: at ±2 cm it has {} dB, ours {}.",
                Column::Near.text(theirs),
                Column::Near.text(own)
            )
        }
        Column::Latency => format!(
            "{} Ours waits for a block and the modelling delay{}.",
            match peer.score.near < mine.score.near {
                true => format!(
                    "It cancels {} dB at ±2 cm, ours {}.",
                    Column::Near.text(peer.score.near),
                    Column::Near.text(mine.score.near)
                ),
                false => String::new(),
            },
            match ours.len() > 1 {
                true => ", the whole for its upmix too",
                false => "",
            }
        )
        .trim_start()
        .to_owned(),
        Column::Cpu => format!(
            "That is a bare convolution or recursion; ours is the whole engine, with meters, cross-fades and peak guard. In the same bare \
             convolver our filters take {} ms/s.",
            column.text(board.filters_alone_ms)
        ),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::score::Score;
    use super::*;

    pub fn row(name: &str, standing: Standing, near: f64, effort: f64) -> Row {
        Row {
            name: name.to_owned(),
            setting: String::new(),
            standing,
            score: Score {
                point: 20.0,
                near,
                far: 5.0,
                far_worst: 1.0,
                turned: 9.0,
                hard_panned: 1.0,
                centred: 1.0,
                effort,
                filter_gain: 3.0,
            },
            cost: None,
        }
    }

    pub fn board(rows: Vec<Row>) -> DeviceBoard {
        DeviceBoard {
            name: String::from("Box"),
            distance_m: 1.0,
            tables: vec![Table { head: "sphere", rows }],
            curves: Vec::new(),
            unbounded: Vec::new(),
            filters_alone_ms: 1.0,
            with_tone_db: [0.0; 3],
            centred_with_shelf: None,
        }
    }

    #[test]
    fn the_first_is_first_whoever_it_is_and_ties_share_the_place() {
        let board = board(vec![
            row("bypass", Standing::Shown, 99.0, 0.0),
            row("Proscenium", Standing::Ours, 11.04, 7.0),
            row("A", Standing::Peer, 11.0, 6.0),
            row("B", Standing::Peer, 10.0, 8.0),
        ]);
        let table = &board.tables[0];
        let first =
            |column: Column| -> Vec<bool> { table.rows.iter().map(|row| column.is_first(row, table)).collect() };
        assert_eq!(first(Column::Near), [false, true, true, false]);
        assert_eq!(first(Column::Effort), [false, false, true, false]);
        assert_eq!(first(Column::Cpu), [false; 4]);
    }

    #[test]
    fn where_we_are_behind_is_told_and_only_there() {
        let ahead = board(vec![
            row("bypass", Standing::Shown, 1.0, 0.0),
            row("Proscenium", Standing::Ours, 12.0, 5.0),
            row("A", Standing::Peer, 11.0, 6.0),
        ]);
        let told = not_first(&ahead, &ahead.tables[0]);
        // Bypass is as good as ours in the columns that the rows share, never better.
        assert!(told.is_empty(), "{told:?}");
        let behind = board(vec![
            row("bypass", Standing::Shown, 12.5, 0.0),
            row("Proscenium", Standing::Ours, 12.0, 5.0),
            row("A", Standing::Peer, 13.0, 4.0),
        ]);
        let told = not_first(&behind, &behind.tables[0]);
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(
            told[0].contains("A has 13.0 dB, Proscenium 12.0 dB") && told[0].contains("Without any effect it is 12.5")
        );
        assert!(told[1].starts_with("**effort**"));
    }

    #[test]
    fn zero_has_no_sign_and_less_than_zero_a_proper_one() {
        assert_eq!(Column::Near.text(-0.01), "0.0");
        assert_eq!(Column::Near.text(-2.96), "−3.0");
        assert_eq!(Column::Latency.text(10.0), "10.00");
    }
}
