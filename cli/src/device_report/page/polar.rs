//! Polar plots: level around the device, seen from above, the listener below.

use super::plot::{Ink, legend};
use crate::device_report::radiation::{Levels, Radiation};
use crate::filters;
use maud::{Markup, PreEscaped, html};
use proscenium_dsp::array::Path;
use serde_json::json;

/// Radius of the outermost circle, and room around it for letters, in units of the plot.
const RADIUS: f64 = 100.0;
const ROOM: f64 = 30.0;
/// Levels from the middle to the outermost circle, and between circles, dB.
const SPAN_DB: f64 = 36.0;
const CIRCLE_DB: f64 = 12.0;
/// Frequencies of the plots that stand still, hertz.
const SHOWN_HZ: [f64; 4] = [500.0, 1000.0, 2000.0, 4000.0];
/// Frequencies of the plots that move: every fourth of the survey's, which are twelfths of an octave.
const EVERY: usize = 4;
const FIRST_SHOWN_HZ: f64 = 1000.0;

/// Inks of the three ways to play a path, and what they are.
pub(super) const WAYS: [(Ink, &str); 3] = [
    (Ink::First, "Proscenium"),
    (Ink::Second, "plain stereo"),
    (Ink::Third, "matrix mixing"),
];

/// The name of a path as a heading.
pub(super) fn heading(path: Path) -> &'static str {
    match path {
        Path::Left => "Left",
        Path::Right => "Right",
        Path::Center => "Centre",
    }
}

/// Plots of all paths, at frequencies that stand still and at one to choose.
pub(super) fn section(radiations: &[Radiation; 3]) -> Markup {
    html! {
        (legend(&WAYS))
        div class="polar-live" hidden {
            p class="slider" {
                label for="frequency" { "Frequency " output id="frequency-value" { "1 kHz" } }
                input id="frequency" type="range" min="0" value="0" step="1";
            }
            div class="grid polar-grid" {
                @for radiation in radiations {
                    figure {
                        figcaption { (heading(radiation.path)) ", outermost circle " (signed_db(radiation.top_db())) }
                        (polar(radiation, radiation.ways()[0].1.bin_near(FIRST_SHOWN_HZ)))
                        p class="readout" aria-live="polite" { "Point at the plot for levels." }
                    }
                }
            }
            (data(radiations))
        }
        div class="polar-table" {
            @for radiation in radiations {
                h3 { (heading(radiation.path)) ", outermost circle " (signed_db(radiation.top_db())) }
                div class="grid small-grid" {
                    @for hz in SHOWN_HZ {
                        figure {
                            figcaption { (frequency_name(hz)) }
                            (polar(radiation, radiation.ways()[0].1.bin_near(hz)))
                        }
                    }
                }
            }
        }
        p class="note" {
            "Seen from above, listener at the bottom, their left on the left; levels re a flat source at the device, circles "
            (CIRCLE_DB) " dB apart. Look for a centre that is narrow and has its nulls to the sides where the other two radiate all "
            "around, and for sides that leave the listener's direction to the walls."
        }
    }
}

/// A level in words.
fn signed_db(level_db: f64) -> String {
    format!("{level_db:+} dB").replace('-', "−")
}

/// A frequency in words.
fn frequency_name(hz: f64) -> String {
    match hz {
        kilo if kilo >= 1000.0 => format!("{} kHz", kilo / 1000.0),
        hz => format!("{hz} Hz"),
    }
}

/// One plot at one frequency.
fn polar(radiation: &Radiation, bin: usize) -> Markup {
    let top_db = radiation.top_db();
    let edge = RADIUS + ROOM;
    let circles = (1..=(SPAN_DB / CIRCLE_DB) as usize).map(|n| RADIUS * n as f64 * CIRCLE_DB / SPAN_DB);
    let name = format!("Level of the {} around the device", filters::path_name(radiation.path));
    html! {
        svg class="polar" role="img" aria-label=(name) viewBox=(format!("{} {} {} {}", -edge, -edge, 2.0 * edge, 2.0 * edge)) {
            title { (name) }
            @for radius in circles { circle class="grid-line" r=(format!("{radius:.1}")) {} }
            line class="grid-line" x1=(-RADIUS) y1="0" x2=(RADIUS) y2="0" {}
            line class="grid-line" x1="0" y1=(-RADIUS) x2="0" y2=(RADIUS) {}
            text x="0" y=(RADIUS + 15.0) text-anchor="middle" { "0°" }
            text x="0" y=(-RADIUS - 6.0) text-anchor="middle" { "180°" }
            text class="side" x=(-RADIUS - 2.0) y="4" text-anchor="end" { "90" }
            text class="side" x=(RADIUS + 2.0) y="4" { "−90" }
            @for ((ink, _), (_, levels)) in WAYS.iter().zip(radiation.ways()).rev() {
                path d=(outline(levels, bin, top_db)) fill="none" stroke=(ink.hex()) stroke-width="2" {}
            }
        }
    }
}

/// Distance from the middle at a level.
fn radius(level_db: f64, top_db: f64) -> f64 {
    RADIUS * ((level_db - top_db) / SPAN_DB + 1.0).clamp(0.0, 1.0)
}

fn outline(levels: &Levels, bin: usize, top_db: f64) -> String {
    let point = |(index, azimuth_deg): (usize, &f64)| {
        let (sin, cos) = azimuth_deg.to_radians().sin_cos();
        let radius = radius(f64::from(levels.at(index, bin)), top_db);
        format!("{:.1} {:.1}", -radius * sin, radius * cos)
    };
    let points: Vec<String> = levels.azimuths_deg.iter().enumerate().map(point).collect();
    format!("M{}Z", points.join("L"))
}

/// Levels at all frequencies to choose from, for the script.
fn data(radiations: &[Radiation; 3]) -> Markup {
    let like = radiations[0].ways()[0].1;
    let bins: Vec<usize> = (0..like.frequencies_hz.len()).step_by(EVERY).collect();
    let tenths = |db: f32| (f64::from(db) * 10.0).round() / 10.0;
    let by_way = |levels: &Levels| -> Vec<Vec<f64>> {
        let at = |&bin: &usize| {
            (0..levels.azimuths_deg.len())
                .map(|azimuth| tenths(levels.at(azimuth, bin)))
                .collect()
        };
        bins.iter().map(at).collect()
    };
    let paths: Vec<Vec<Vec<Vec<f64>>>> = radiations
        .iter()
        .map(|radiation| radiation.ways().map(|(_, levels)| by_way(levels)).into())
        .collect();
    let frequencies_hz: Vec<f64> = bins.iter().map(|&bin| like.frequencies_hz[bin].round()).collect();
    let first = bins
        .iter()
        .position(|&bin| like.frequencies_hz[bin] >= FIRST_SHOWN_HZ * 0.99);
    // Numbers and fixed words only: nothing in it can end the element.
    let json = json!({
        "frequencies_hz": frequencies_hz,
        "azimuths_deg": like.azimuths_deg.to_vec(),
        "first": first.unwrap_or(0),
        "top_db": radiations.each_ref().map(Radiation::top_db),
        "span_db": SPAN_DB,
        "radius": RADIUS,
        "ways": WAYS.map(|(ink, name)| json!({ "name": name, "stroke": ink.hex() })),
        "levels_db": paths,
    });
    html! { script type="application/json" id="polar-data" { (PreEscaped(json.to_string())) } }
}
