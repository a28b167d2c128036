//! A figure of merit with its floor and its aim.

use serde_json::{Value, json};

/// What a figure must reach, and what it is meant to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Limit {
    /// The more the better.
    AtLeast { floor: f64, aim: f64 },
    /// The less the better.
    AtMost { floor: f64, aim: f64 },
    /// The nearer to `to` the better; floor and aim are distances from it.
    Near { to: f64, floor: f64, aim: f64 },
}

/// How a value stands to its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// As good as it is meant to be.
    Aim,
    /// Good enough.
    Floor,
    /// Not good enough.
    Below,
}

/// A value, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Measured {
    /// In the figure's unit.
    Value(f64),
    /// Why it was not, or cannot be, measured.
    Missing(String),
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    /// For machines; unique within the group.
    pub(super) id: &'static str,
    /// What was measured.
    pub(super) name: &'static str,
    /// Unit of value and limit; empty for a bare number.
    pub(super) unit: &'static str,
    /// With the settings of the report.
    pub(super) measured: Measured,
    /// The same at Tone 0, where that tells more.
    pub(super) at_tone_0: Option<f64>,
    /// None where nothing is promised.
    pub(super) limit: Option<Limit>,
}

/// Figures of one kind.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FigureGroup {
    /// For machines; unique.
    pub(super) id: &'static str,
    /// Heading.
    pub(super) title: &'static str,
    /// How they were measured.
    pub(super) note: &'static str,
    pub(super) figures: Vec<Figure>,
}

impl Limit {
    /// The mark of a value.
    pub(super) fn mark(&self, value: f64) -> Mark {
        let reaches = |limit: f64| match *self {
            Self::AtLeast { .. } => value >= limit,
            Self::AtMost { .. } => value <= limit,
            Self::Near { to, .. } => (value - to).abs() <= limit,
        };
        let (Self::AtLeast { floor, aim } | Self::AtMost { floor, aim } | Self::Near { floor, aim, .. }) = *self;
        match (reaches(aim), reaches(floor)) {
            (true, _) => Mark::Aim,
            (_, true) => Mark::Floor,
            _ => Mark::Below,
        }
    }

    /// Floor and aim in words, numbers as `write` has them.
    fn words(&self, write: fn(f64) -> String) -> [String; 2] {
        let each =
            |[floor, aim]: [f64; 2], words: &dyn Fn(String) -> String| [floor, aim].map(|limit| words(write(limit)));
        match *self {
            Self::AtLeast { floor, aim } => each([floor, aim], &|limit| format!("≥ {limit}")),
            Self::AtMost { floor, aim } => each([floor, aim], &|limit| format!("≤ {limit}")),
            Self::Near { to, floor, aim } if floor.max(aim) <= 0.0 => each([to, to], &|limit| format!("= {limit}")),
            Self::Near { to, floor, aim } => each([floor, aim], &|limit| format!("{} ± {limit}", write(to))),
        }
    }

    fn to_json(self) -> Value {
        match self {
            Self::AtLeast { floor, aim } => json!({ "sense": "at-least", "floor": floor, "aim": aim }),
            Self::AtMost { floor, aim } => json!({ "sense": "at-most", "floor": floor, "aim": aim }),
            Self::Near { to, floor, aim } => json!({ "sense": "near", "to": to, "floor": floor, "aim": aim }),
        }
    }
}

impl Mark {
    /// For machines.
    pub(super) fn id(self) -> &'static str {
        match self {
            Self::Aim => "aim",
            Self::Floor => "floor",
            Self::Below => "below",
        }
    }

    /// For people; told by a sign, not by a colour alone.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Aim => "✓✓ aim",
            Self::Floor => "✓ floor",
            Self::Below => "✗ below",
        }
    }
}

impl Figure {
    /// A level or a ratio in dB.
    pub(super) fn db(id: &'static str, name: &'static str, value: f64, limit: Limit) -> Self {
        Self {
            id,
            name,
            unit: "dB",
            measured: Measured::Value(value),
            at_tone_0: None,
            limit: Some(limit),
        }
    }

    /// The value, if there is one.
    pub(super) fn value(&self) -> Option<f64> {
        match self.measured {
            Measured::Value(value) => Some(value),
            Measured::Missing(_) => None,
        }
    }

    /// How the value stands to its limit, if there are both.
    pub(super) fn mark(&self) -> Option<Mark> {
        Some(self.limit?.mark(self.value()?))
    }

    /// A value of this figure with its unit.
    pub(super) fn with_unit(&self, value: f64) -> String {
        match self.unit {
            "" => small_number(value),
            unit => format!("{} {unit}", number(value)),
        }
    }

    /// Floor and aim in words, without a unit; nothing where nothing is promised.
    pub(super) fn limits(&self) -> [String; 2] {
        let write = if self.unit.is_empty() { small_number } else { number };
        self.limit.map_or_else(Default::default, |limit| limit.words(write))
    }

    fn to_json(&self) -> Value {
        let reason = match &self.measured {
            Measured::Value(_) => None,
            Measured::Missing(reason) => Some(reason),
        };
        json!({
            "id": self.id,
            "name": self.name,
            "unit": self.unit,
            "value": self.value(),
            "reason": reason,
            "at_tone_0": self.at_tone_0,
            "limit": self.limit.map(Limit::to_json),
            "pass": self.mark().map(Mark::id),
        })
    }
}

impl FigureGroup {
    pub(super) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "title": self.title,
            "note": self.note,
            "figures": self.figures.iter().map(Figure::to_json).collect::<Vec<_>>(),
        })
    }
}

/// A ratio far below one, as people write it.
fn small_number(value: f64) -> String {
    match value {
        0.0 => String::from("0"),
        value => format!("{value:.1e}").replace(".0e", "e").replace('-', "−"),
    }
}

/// A number as people write it: two decimals below ten, one below a hundred, a true minus.
pub(super) fn number(value: f64) -> String {
    let decimals = match value.abs() {
        small if small < 9.995 => 2,
        middle if middle < 99.95 => 1,
        _ => 0,
    };
    let text = format!("{value:.decimals$}");
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    match text {
        "-0" => String::from("0"),
        text => text.replace('-', "−"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_on_the_right_side_of_their_limits() {
        let at_least = Limit::AtLeast { floor: 10.0, aim: 25.0 };
        assert_eq!(
            [25.0, 24.9, 10.0, 9.9].map(|x| at_least.mark(x).id()),
            ["aim", "floor", "floor", "below"]
        );
        let at_most = Limit::AtMost { floor: 3.0, aim: 1.0 };
        assert_eq!(
            [1.0, 1.1, 3.0, 3.1].map(|x| at_most.mark(x).id()),
            ["aim", "floor", "floor", "below"]
        );
        let near = Limit::Near {
            to: 3.0,
            floor: 1.0,
            aim: 0.25,
        };
        assert_eq!(
            [3.2, 2.8, 2.2, 4.1].map(|x| near.mark(x).id()),
            ["aim", "aim", "floor", "below"]
        );
        // What is no number is not good enough.
        assert_eq!(
            [at_least, at_most, near].map(|limit| limit.mark(f64::NAN)),
            [Mark::Below; 3]
        );
    }

    #[test]
    fn numbers_are_short_and_keep_their_sign() {
        for (value, text) in [
            (40.2345, "40.2"),
            (0.25, "0.25"),
            (-3.0, "−3"),
            (-120.0, "−120"),
            (-0.001, "0"),
            (9.999, "10"),
        ] {
            assert_eq!(number(value), text);
        }
        assert_eq!([0.0, 1e-6, 2.5e-7].map(small_number), ["0", "1e−6", "2.5e−7"]);
    }
}
