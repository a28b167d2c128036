//! Figures measured from rendered audio.

mod acoustics;
mod cost;
mod signal;

use crate::bench::Bench;
use anyhow::Result;
use proscenium_demo::decode::Programme;

/// What a figure must keep.
#[derive(Clone, Copy)]
pub enum Bound {
    /// Not below.
    AtLeast(f64),
    /// Not above.
    AtMost(f64),
    /// Not above on an otherwise idle machine. Told when exceeded, but no failure: other programs add to it.
    Budget(f64),
    /// Told for information.
    Free,
}

/// One line of the table.
pub struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    bound: Bound,
}

impl Figure {
    /// A measured value.
    pub fn new(name: impl Into<String>, value: f64, unit: &'static str, bound: Bound) -> Self {
        Self {
            name: name.into(),
            value,
            unit,
            bound,
        }
    }

    /// What was measured.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the figure is a failure.
    pub fn fails(&self) -> bool {
        !self.holds() && !matches!(self.bound, Bound::Budget(_))
    }

    /// Whether the value keeps its bound; a value that is not a number keeps none.
    fn holds(&self) -> bool {
        match self.bound {
            Bound::AtLeast(least) => self.value >= least,
            Bound::AtMost(most) | Bound::Budget(most) => self.value <= most,
            Bound::Free => !self.value.is_nan(),
        }
    }
}

/// Measures everything that is judged by test signals or the programme.
///
/// # Errors
/// When a render fails.
pub fn all(bench: &Bench, programme: &Programme) -> Result<Vec<Figure>> {
    let mut figures = acoustics::cancellation(bench)?;
    figures.extend(acoustics::beam(bench)?);
    figures.extend(signal::stems(bench, programme)?);
    figures.extend(signal::latency(bench)?);
    figures.extend(cost::cost(bench, programme)?);
    Ok(figures)
}

/// Prints the table.
pub fn print(figures: &[Figure]) {
    for figure in figures {
        let Figure {
            name,
            value,
            unit,
            bound,
        } = figure;
        let bound = match bound {
            Bound::AtLeast(least) => format!("at least {least}"),
            Bound::AtMost(most) | Bound::Budget(most) => format!("at most {most}"),
            Bound::Free => String::new(),
        };
        let verdict = if figure.holds() { "" } else { "  MISSED" };
        println!("{name:58} {value:9.2} {unit:7} {bound}{verdict}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_hold_on_their_own_side_only() {
        let holds = |value, bound| Figure::new("", value, "dB", bound).holds();
        assert!(holds(3.0, Bound::AtLeast(3.0)) && !holds(2.9, Bound::AtLeast(3.0)));
        assert!(holds(3.0, Bound::AtMost(3.0)) && !holds(3.1, Bound::AtMost(3.0)));
        for bound in [Bound::AtLeast(0.0), Bound::AtMost(0.0), Bound::Free] {
            assert!(!holds(f64::NAN, bound));
        }
    }
}
