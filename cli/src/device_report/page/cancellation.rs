//! Cancellation, effort and colour over frequency.

use super::plot::{Axis, Curve, Ink, Plot, legend};
use crate::device_report::subject::Subject;
use maud::{Markup, html};
use proscenium_dsp::acoustics::{Ear, Plant};
use proscenium_dsp::analysis::{ListeningCurves, third_octave_db};

const HEIGHT: u32 = 680;
/// Ranges of the curves, dB.
const GAIN_DB: [f64; 2] = [0.0, 60.0];
const EFFORT_DB: [f64; 2] = [-6.0, 18.0];
const COLOUR_DB: [f64; 2] = [-6.0, 6.0];

/// All curves at full strength.
pub(super) fn section(subject: &Subject<'_>, curves: &ListeningCurves) -> Markup {
    let zone_cm = 100.0 * subject.settings.zone_m;
    html! {
        div class="grid two" {
            figure {
                figcaption { "Cancellation gain, worse ear" }
                (legend(&[(Ink::First, "at the head"), (Ink::Second, "edge of the zone"), (Ink::Faint, "target")]))
                (gain(curves))
                p class="note" {
                    "How much louder the meant ear is than the other. Look for the line at the edge (" (format!("±{zone_cm:.1} cm"))
                    " sideways, the worse side): what a listener keeps who moves. A target of 60 dB stands for as much as effort allows."
                }
            }
            figure {
                figcaption { "Effort" }
                (legend(&[(Ink::First, "worse path"), (Ink::Faint, "limit")]))
                (effort(curves))
                p class="note" {
                    "How much louder the drivers play for it, at the same level at the meant ear. Look for where it meets the limit: "
                    "headroom is spent there, and more cancellation is not to be had."
                }
            }
            @for ear in Ear::BOTH {
                figure {
                    figcaption { "Colour at the " (name(ear)) " ear" }
                    (legend(&[(Ink::First, "at the head"), (Ink::Second, "left edge of the zone"), (Ink::Third, "right edge")]))
                    (colour(subject, curves, ear))
                    p class="note" {
                        "Level of the " (name(ear)) " path there re Cancellation 0, third octaves. Look for a flat line at the head: "
                        "the strength of the effect does not change the tone."
                    }
                }
            }
        }
    }
}

fn name(ear: Ear) -> &'static str {
    match ear {
        Ear::Left => "left",
        Ear::Right => "right",
    }
}

fn plot(title: &str, curves: &ListeningCurves, y: Axis, lines: Vec<Curve>) -> Markup {
    let frequencies_hz = &curves.frequencies_hz;
    Plot {
        title,
        height: HEIGHT,
        x: Axis::frequency([frequencies_hz[0], frequencies_hz[frequencies_hz.len() - 1]]),
        y,
        backdrop: None,
        curves: lines,
    }
    .draw()
}

/// A line over the frequencies of the survey.
fn line(curves: &ListeningCurves, ink: Ink, levels_db: impl IntoIterator<Item = f64>) -> Curve {
    let points = curves.frequencies_hz.iter().zip(levels_db);
    Curve::new(ink, points.map(|(&hz, db)| [hz, db]))
}

fn singles(levels_db: &[f32]) -> impl Iterator<Item = f64> {
    levels_db.iter().copied().map(f64::from)
}

fn gain(curves: &ListeningCurves) -> Markup {
    let lines = vec![
        line(curves, Ink::Faint, singles(&curves.target_db)),
        line(curves, Ink::Second, singles(&curves.zone_edge_db)),
        line(curves, Ink::First, singles(&curves.head_db)),
    ];
    plot(
        "Cancellation gain over frequency",
        curves,
        Axis::linear("gain, dB", GAIN_DB, 20.0),
        lines,
    )
}

fn effort(curves: &ListeningCurves) -> Markup {
    let limit = curves.frequencies_hz.iter().map(|_| f64::from(curves.effort_limit_db));
    let lines = vec![
        line(curves, Ink::Faint, limit),
        line(curves, Ink::First, singles(&curves.effort_db)),
    ];
    plot(
        "Effort over frequency",
        curves,
        Axis::linear("effort, dB", EFFORT_DB, 6.0),
        lines,
    )
}

fn colour(subject: &Subject<'_>, curves: &ListeningCurves, ear: Ear) -> Markup {
    let plant = Plant::new(subject.device(), &curves.frequencies_hz);
    let cancellation = subject.cancellation(&plant);
    let zone_m = f64::from(subject.settings.zone_m);
    let at = |offset_m: f64| {
        let colour_db = cancellation.colour_db(&subject.moved(offset_m, 0.0));
        third_octave_db(&colour_db[ear as usize], &curves.frequencies_hz)
    };
    let lines = vec![
        line(curves, Ink::Third, at(-zone_m)),
        line(curves, Ink::Second, at(zone_m)),
        line(curves, Ink::First, at(0.0)),
    ];
    let title = format!("Colour at the {} ear over frequency", name(ear));
    plot(&title, curves, Axis::linear("level, dB", COLOUR_DB, 3.0), lines)
}
