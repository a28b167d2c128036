//! The filters: impulse responses of every path to every driver.

use super::plot::{Axis, Curve, Ink, Plot};
use super::polar::heading;
use crate::device_report::subject::Subject;
use crate::filters;
use maud::{Markup, html};
use proscenium_dsp::array::Path;

/// Height of a driver's lane, and of what is above and below them, in units of a plot.
const LANE: usize = 110;
const AROUND: usize = 180;
/// Share of half a lane that the largest tap of the path takes.
const FILL: f64 = 0.92;
/// Taps below this share of the largest, at both ends of all filters, are left out: −40 dB.
const SEEN: f32 = 1e-2;

/// A plot for each path at full strength, a lane for each driver.
pub(super) fn section(subject: &Subject<'_>) -> Markup {
    let shown_ms = shown_ms(subject);
    html! {
        div class="grid" {
            @for path in Path::ALL {
                figure {
                    figcaption { (heading(path)) }
                    (draw(subject, path, shown_ms))
                }
            }
        }
        p class="note" {
            "Taps of each path at full strength, each plot scaled to its largest tap, of which the level is told; time from the "
            "first sample of the filters, as far as any path has taps above −40 dB. Look for how long they ring, and for which drivers "
            "a path leaves silent."
        }
    }
}

/// Responses of a path, `[driver][sample]`, all equally long.
fn responses(subject: &Subject<'_>, path: Path) -> Vec<Vec<f32>> {
    let length = filters::longest(&subject.design);
    filters::impulse_responses(&subject.design.drivers[path as usize].full, length)
}

fn peak(responses: &[Vec<f32>]) -> f32 {
    responses.iter().flatten().fold(0.0, |peak, tap| peak.max(tap.abs()))
}

/// Where all paths have something to see, milliseconds.
fn shown_ms(subject: &Subject<'_>) -> [f64; 2] {
    let (mut first, mut last) = (usize::MAX, 0);
    for path in Path::ALL {
        let responses = responses(subject, path);
        let least = SEEN * peak(&responses);
        for response in &responses {
            let seen = |tap: &f32| tap.abs() > least;
            if let (Some(from), Some(to)) = (response.iter().position(seen), response.iter().rposition(seen)) {
                (first, last) = (first.min(from), last.max(to));
            }
        }
    }
    let ms = |sample: usize| 1e3 * sample as f64 / subject.sample_rate();
    [ms(first.min(last)).floor(), ms(last + 1).ceil()]
}

fn draw(subject: &Subject<'_>, path: Path, shown_ms: [f64; 2]) -> Markup {
    let responses = responses(subject, path);
    let peak = f64::from(peak(&responses)).max(f64::MIN_POSITIVE);
    let lanes = responses.len();
    // The first driver is at the top.
    let middle = |driver: usize| (lanes - driver) as f64 - 0.5;
    let lane = |(driver, response): (usize, &Vec<f32>)| {
        let point = |(sample, tap): (usize, &f32)| {
            let ms = 1e3 * sample as f64 / subject.sample_rate();
            [ms, middle(driver) + 0.5 * FILL * f64::from(*tap) / peak]
        };
        let within = |point: &[f64; 2]| (shown_ms[0]..=shown_ms[1]).contains(&point[0]);
        Curve::new(Ink::First, response.iter().enumerate().map(point).filter(within))
    };
    let names = subject.device().drivers.iter().enumerate();
    let ticks = names
        .map(|(driver, named)| (middle(driver), short(&named.name)))
        .collect();
    let title = format!(
        "Impulse responses of the {} path, largest tap {:+.1} dB",
        filters::path_name(path),
        20.0 * peak.log10()
    );
    html! {
        p class="value" { "largest tap " (format!("{:+.1}", 20.0 * peak.log10()).replace('-', "−")) " dB" }
        (Plot {
            title: &title,
            height: (AROUND + LANE * lanes) as u32,
            x: Axis::linear("time, ms", shown_ms, if shown_ms[1] - shown_ms[0] > 8.0 { 2.0 } else { 1.0 }),
            y: Axis::named("", [0.0, lanes as f64], ticks),
            backdrop: None,
            curves: responses.iter().enumerate().map(lane).collect(),
        }
        .draw())
    }
}

/// A name that fits beside a plot.
fn short(name: &str) -> String {
    const MOST: usize = 10;
    match name.chars().count() {
        0..=MOST => name.to_owned(),
        _ => name.chars().take(MOST - 1).chain(['…']).collect(),
    }
}
