//! Axes of plots: values and places on the screen, ticks and their labels.

/// How values are spread along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spread {
    Linear,
    Logarithmic,
}

/// An axis of a plot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Axis {
    spread: Spread,
    values: [f64; 2],
    screen: [f32; 2],
}

impl Axis {
    /// An axis whose ends have the given values and lie at the given places on the screen, points; either may fall.
    pub(crate) fn linear(values: [f64; 2], screen: [f32; 2]) -> Self {
        Self {
            spread: Spread::Linear,
            values,
            screen,
        }
    }

    /// The same on a logarithmic scale; values above zero.
    pub(crate) fn logarithmic(values: [f64; 2], screen: [f32; 2]) -> Self {
        Self {
            spread: Spread::Logarithmic,
            values,
            screen,
        }
    }

    /// Place of a value on the screen, also beyond the ends.
    pub(crate) fn position(&self, value: f64) -> f32 {
        let [first, last] = self.values;
        let share = match self.spread {
            Spread::Linear => (value - first) / (last - first),
            Spread::Logarithmic => (value / first).ln() / (last / first).ln(),
        };
        self.screen[0] + (self.screen[1] - self.screen[0]) * share as f32
    }

    /// Value at a place on the screen, held within the ends.
    pub(crate) fn value(&self, position: f32) -> f64 {
        self.value_at_share(f64::from(
            (position - self.screen[0]) / (self.screen[1] - self.screen[0]),
        ))
    }

    /// Value at a share of the way from the first end to the second, held within the ends.
    pub(crate) fn value_at_share(&self, share: f64) -> f64 {
        let [first, last] = self.values;
        // An axis without length has no shares.
        let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
        match self.spread {
            Spread::Linear => first + (last - first) * share,
            Spread::Logarithmic => first * (last / first).powf(share),
        }
    }

    /// Length on the screen, points.
    fn length(&self) -> f32 {
        (self.screen[1] - self.screen[0]).abs()
    }

    /// Ticks of a frequency axis in hertz: every digit of every decade, as many of them labelled as are `apart` points
    /// from one another.
    pub(crate) fn frequency_ticks(&self, apart: f32) -> Vec<Tick> {
        let decades = (self.values[1] / self.values[0]).log10().abs() as f32;
        let per_decade = self.length() / decades;
        // Digits with a label, and the smallest step between them in decades.
        let labelled: &[u32] = [(&[1, 2, 5][..], 0.301), (&[1, 3][..], 0.477)]
            .into_iter()
            .find(|(_, step)| per_decade * step >= apart)
            .map_or(&[1], |(digits, _)| digits);
        let (lowest, highest) = (self.values[0].min(self.values[1]), self.values[0].max(self.values[1]));
        let first_decade = lowest.log10().floor() as i32;
        let last_decade = highest.log10().floor() as i32;
        (first_decade..=last_decade)
            .flat_map(|decade| (1..=9_u32).map(move |digit| (digit, f64::from(digit) * 10_f64.powi(decade))))
            .filter(|(_, hz)| (lowest * 0.9999..=highest * 1.0001).contains(hz))
            .map(|(digit, hz)| Tick {
                value: hz,
                label: labelled.contains(&digit).then(|| short_frequency(hz)),
            })
            .collect()
    }

    /// Multiples of the first of `steps` (rising) whose multiples are `apart` points from one another, else of the last.
    pub(crate) fn linear_ticks(&self, steps: &[f64], apart: f32) -> Vec<f64> {
        let (lowest, highest) = (self.values[0].min(self.values[1]), self.values[0].max(self.values[1]));
        let points_per_unit = f64::from(self.length()) / (highest - lowest);
        let fits = |step: &&f64| **step * points_per_unit >= f64::from(apart);
        let Some(step) = steps.iter().find(fits).or(steps.last()) else {
            return Vec::new();
        };
        let hair = 1e-6;
        let (first, last) = (
            (lowest / step - hair).ceil() as i64,
            (highest / step + hair).floor() as i64,
        );
        (first..=last).map(|n| n as f64 * step).collect()
    }
}

/// A line of the grid.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tick {
    /// Where it is.
    pub(crate) value: f64,
    /// What is written beside it, if anything.
    pub(crate) label: Option<String>,
}

/// A frequency of few digits, without unit: 200, 2k.
fn short_frequency(hz: f64) -> String {
    if hz < 999.5 {
        format!("{hz:.0}")
    } else {
        format!("{:.0}k", hz / 1000.0)
    }
}

/// A number with a true minus sign and, if `plus`, a plus sign.
pub(crate) fn signed(value: f64, decimals: usize, plus: bool) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let is_zero = text.chars().all(|c| c == '0' || c == '.');
    match value {
        _ if is_zero => text,
        v if v < 0.0 => format!("−{text}"),
        _ if plus => format!("+{text}"),
        _ => text,
    }
}

/// A level with unit, to a tenth of a decibel.
pub(crate) fn level_text(db: f32) -> String {
    format!("{} dB", signed(f64::from(db), 1, false))
}

/// An azimuth to a degree.
pub(crate) fn azimuth_text(azimuth_deg: f64) -> String {
    format!("{}°", signed(azimuth_deg, 0, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().filter_map(|tick| tick.label.as_deref()).collect()
    }

    #[test]
    fn places_and_values_belong_together_and_places_outside_are_held() {
        let frequency = Axis::logarithmic([100.0, 16_000.0], [40.0, 240.0]);
        for hz in [100.0, 440.0, 16_000.0] {
            assert!((frequency.value(frequency.position(hz)) / hz - 1.0).abs() < 1e-4);
        }
        assert!((frequency.position(1264.911) - 140.0).abs() < 1e-3);
        assert_eq!([frequency.value(0.0), frequency.value(900.0)], [100.0, 16_000.0]);
        // The listener's left is positive, and on the left.
        let offset = Axis::linear([20.0, -20.0], [0.0, 80.0]);
        assert_eq!(offset.position(10.0), 20.0);
        assert_eq!([offset.value(60.0), offset.value(-5.0)], [-10.0, 20.0]);
        assert!(Axis::linear([0.0, 1.0], [7.0, 7.0]).value(7.0).is_finite());
    }

    #[test]
    fn frequencies_are_labelled_as_densely_as_there_is_space() {
        let ticks = |width: f32| Axis::logarithmic([100.0, 16_000.0], [0.0, width]).frequency_ticks(28.0);
        assert_eq!(labels(&ticks(400.0)), ["100", "200", "500", "1k", "2k", "5k", "10k"]);
        assert_eq!(labels(&ticks(150.0)), ["100", "300", "1k", "3k", "10k"]);
        assert_eq!(labels(&ticks(80.0)), ["100", "1k", "10k"]);
        let all: Vec<f64> = ticks(80.0).iter().map(|tick| tick.value).collect();
        assert_eq!((all.len(), all[0], all[18]), (19, 100.0, 10_000.0));
    }

    #[test]
    fn linear_ticks_take_the_finest_step_that_fits() {
        let axis = Axis::linear([20.0, -20.0], [0.0, 100.0]);
        assert_eq!(
            axis.linear_ticks(&[5.0, 10.0, 20.0], 20.0),
            [-20.0, -10.0, 0.0, 10.0, 20.0]
        );
        assert_eq!(axis.linear_ticks(&[5.0, 10.0, 20.0], 400.0), [-20.0, 0.0, 20.0]);
        assert_eq!(
            Axis::linear([-30.0, 6.0], [90.0, 0.0]).linear_ticks(&[10.0], 9.0),
            [-30.0, -20.0, -10.0, 0.0]
        );
    }

    #[test]
    fn numbers_have_true_signs_and_zero_has_none() {
        assert_eq!(level_text(-34.24), "−34.2 dB");
        assert_eq!([azimuth_text(-90.0), azimuth_text(-0.3)], ["−90°", "0°"]);
        assert_eq!(
            [signed(0.52, 1, true), signed(-0.01, 1, true), signed(6.0, 0, true)],
            ["+0.5", "0.0", "+6"]
        );
    }
}
