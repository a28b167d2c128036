//! Azimuth and frequency maps of the three paths beside plain stereo and matrix mixing.

use super::picture::{color_bar, picture};
use super::plot::{Axis, Plot};
use super::polar::heading;
use crate::device_report::radiation::{Levels, Radiation};
use maud::{Markup, html};

/// Levels that have colours of their own, from the highest down, dB.
const SPAN_DB: f64 = 36.0;

/// All maps, those of a path on one scale.
pub(super) fn section(radiations: &[Radiation; 3]) -> Markup {
    html! {
        @for radiation in radiations {
            @let range_db = [radiation.top_db() - SPAN_DB, radiation.top_db()];
            h3 { (heading(radiation.path)) }
            (color_bar(range_db, "level re a flat source at the device"))
            div class="grid" {
                @for (name, levels) in radiation.ways() {
                    figure {
                        figcaption { (name) }
                        (map(levels, range_db, &format!("{} of the {} over azimuth and frequency", name, heading(radiation.path))))
                    }
                }
            }
        }
        p class="note" {
            "0° is towards the listener, the listener's left positive. Look for a centre whose bright band about 0° has the same width "
            "from 300 Hz to 3 kHz between dark bands at ±90°, and for how that band spreads or breaks up with the other two."
        }
    }
}

fn map(levels: &Levels, range_db: [f64; 2], title: &str) -> Markup {
    let (columns, rows) = (levels.frequencies_hz.len(), levels.azimuths_deg.len());
    // From the top: −180 once more as 180, then down.
    let azimuths = (0..=rows).rev().map(|row| row % rows);
    let pixels = azimuths.flat_map(|azimuth| (0..columns).map(move |bin| f64::from(levels.at(azimuth, bin))));
    Plot {
        title,
        height: 660,
        x: Axis::frequency([levels.frequencies_hz[0], levels.frequencies_hz[columns - 1]]),
        y: Axis::linear("azimuth, °", [-180.0, 180.0], 90.0),
        backdrop: picture([columns, rows + 1], range_db, pixels),
        curves: Vec::new(),
    }
    .draw()
}
