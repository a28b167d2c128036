//! Parameters that are numbers: names, units, ranges and defaults of the plugin.

/// A parameter of the plugin with a number for a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number {
    /// The plugin's id.
    pub id: &'static str,
    /// Unit, as the plugin shows it.
    pub unit: &'static str,
    /// Value unless set, in that unit.
    pub default: f32,
    /// Least value.
    pub min: f32,
    /// Largest value.
    pub max: f32,
}

/// A row of the following table.
const fn number(id: &'static str, unit: &'static str, default: f32, min: f32, max: f32) -> Number {
    Number {
        id,
        unit,
        default,
        min,
        max,
    }
}

/// Half-angle of the virtual pair.
pub const WIDTH: Number = number("width", "°", 30.0, 0.0, 90.0);
/// Strength of the centre beam.
pub const DEPTH: Number = number("depth", "%", 100.0, 0.0, 100.0);
/// Share of the phantom centre that moves to the centre path.
pub const CENTER: Number = number("center", "%", 100.0, 0.0, 100.0);
/// Level of the centre path.
pub const CENTER_LEVEL: Number = number("center_level", "dB", 0.0, -12.0, 6.0);
/// Strength of the crosstalk cancellation.
pub const CANCEL: Number = number("cancel", "%", 100.0, 0.0, 100.0);
/// Strength of the tone equaliser.
pub const TONE: Number = number("tone", "%", 100.0, 0.0, 100.0);
/// Half-width of the listening zone.
pub const ZONE: Number = number("zone", "cm", 3.0, 0.0, 15.0);
/// Distance from the listener to the device.
pub const DISTANCE: Number = number("distance", "m", 2.0, 0.3, 5.0);
/// Displacement of the listener to their left.
pub const OFFSET: Number = number("offset", "m", 0.0, -1.0, 1.0);
/// Output level.
pub const TRIM: Number = number("trim", "dB", 0.0, -24.0, 12.0);
/// Largest effort of the cancellation.
pub const EFFORT: Number = number("effort", "dB", 12.0, 0.0, 18.0);
/// Turn of the listener's head to their left.
pub const YAW: Number = number("yaw", "°", 0.0, -45.0, 45.0);

/// All of them.
pub const NUMBERS: [Number; 12] = [
    WIDTH,
    DEPTH,
    CENTER,
    CENTER_LEVEL,
    CANCEL,
    TONE,
    ZONE,
    DISTANCE,
    OFFSET,
    TRIM,
    EFFORT,
    YAW,
];

impl Number {
    /// Reads a number with or without its unit.
    ///
    /// # Errors
    /// In words, when it is no number or out of range.
    pub fn parse(&self, text: &str) -> Result<f32, String> {
        let Self { unit, min, max, .. } = self;
        let allowed = || format!("allowed is {min} to {max} {unit}");
        let bare = text.trim().replace('\u{2212}', "-");
        let bare = bare
            .strip_suffix(unit)
            .or_else(|| bare.strip_suffix("deg").filter(|_| *unit == "°"))
            .unwrap_or(&bare);
        match bare.trim().parse::<f32>() {
            Ok(value) if (*min..=*max).contains(&value) => Ok(self.as_kept(value)),
            _ => Err(allowed()),
        }
    }

    /// The value as the plugin has it when a host sets it: hosts hand over values as shares of the range, which moves some
    /// by a rounding error. Renders are to be those of the plugin to the bit.
    #[must_use]
    pub fn as_kept(&self, value: f32) -> f32 {
        if value == self.default {
            return value;
        }
        let share = (value.clamp(self.min, self.max) - self.min) / (self.max - self.min);
        share * (self.max - self.min) + self.min
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_have_their_unit() {
        for (number, text, value) in [
            (WIDTH, "45", 45.0),
            (WIDTH, "45 °", 45.0),
            (WIDTH, "45deg", 45.0),
            (TRIM, "-6dB", -6.0),
            (TRIM, "\u{2212}6 dB", -6.0),
            (ZONE, "3", 3.0),
        ] {
            assert!((number.parse(text).unwrap() - value).abs() < 1e-5, "{text}");
        }
        for text in ["91", "-1", "nan", "inf", "", "wide", "45 dB"] {
            assert_eq!(WIDTH.parse(text), Err(String::from("allowed is 0 to 90 °")), "{text}");
        }
    }
}
