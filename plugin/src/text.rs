//! Parameter values as text, and back.

use std::sync::Arc;

/// Formats a value with at most `decimals` decimals and no trailing zeros; the host adds the unit.
pub(crate) fn format_number(decimals: usize) -> Arc<dyn Fn(f32) -> String + Send + Sync> {
    Arc::new(move |value| short_number(value, decimals))
}

/// A number with at most `decimals` decimals and no trailing zeros.
pub(crate) fn short_number(value: f32, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    // Rounding may leave a negative zero.
    String::from(if text == "-0" { "0" } else { text })
}

/// Reads a number followed by anything or nothing, such as a unit in any spelling. A decimal comma is understood.
pub(crate) fn parse_number(text: &str) -> Option<f32> {
    let text = text.trim().replace(',', ".").replace('\u{2212}', "-");
    let is_number = |(at, c): (usize, char)| c.is_ascii_digit() || c == '.' || (at == 0 && matches!(c, '-' | '+'));
    let end = text
        .char_indices()
        .find(|&place| !is_number(place))
        .map_or(text.len(), |(at, _)| at);
    text[..end].parse().ok().filter(|value: &f32| value.is_finite())
}

/// Reads "on" or "off" and their usual synonyms.
pub(crate) fn parse_switch(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "on" | "true" | "yes" | "1" => Some(true),
        "off" | "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_parse_back() {
        for (value, decimals, text) in [
            (30.0, 1, "30"),
            (12.34, 1, "12.3"),
            (-0.01, 1, "0"),
            (100.0, 0, "100"),
            (0.35, 2, "0.35"),
        ] {
            assert_eq!(format_number(decimals)(value), text);
        }
        for (text, value) in [
            ("30 °", 30.0),
            ("30°", 30.0),
            (" -6 dB", -6.0),
            ("\u{2212}6", -6.0),
            ("2,5 m", 2.5),
            ("+3", 3.0),
        ] {
            assert_eq!(parse_number(text), Some(value), "{text}");
        }
        for text in ["", "dB", "nan", "inf", "--3"] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }
}
