//! The page: everything in one file, which asks nothing of a network.

mod azimuth_map;
mod cancellation;
mod device_drawing;
mod impulse_responses;
mod picture;
mod plot;
mod polar;
mod tables;
mod zone;

use super::DeviceReport;
use super::figure::Mark;
use super::radiation::Radiation;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use proscenium_dsp::analysis::{Strengths, Survey};
use serde_json::Value;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");
/// What the page may load: nothing but what is in it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/// The page as HTML. The same report makes the same page, byte by byte.
pub(super) fn of(report: &DeviceReport<'_>) -> String {
    let subject = &report.subject;
    let survey = Survey::new(
        subject.device(),
        &subject.design,
        &subject.settings,
        subject.sample_rate(),
    );
    let [without, with] = [0.0, 1.0].map(|strength| {
        survey.picture(Strengths {
            cancel: strength,
            depth: strength,
        })
    });
    let radiations = Radiation::of(subject, &without, &with);
    let name = &subject.device().name;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="color-scheme" content="light dark";
                meta name="generator" content=(concat!("Proscenium ", env!("CARGO_PKG_VERSION")));
                link rel="icon" href="data:,";
                title { (name) " – Proscenium" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { (name) }
                    p { "What Proscenium " (env!("CARGO_PKG_VERSION")) " makes of this device, in the acoustic model." }
                    (settings(report))
                    (summary(report))
                }
                main {
                    (section("device", "Device", &device_drawing::section(subject.device())))
                    (section("polar", "Radiation", &polar::section(&radiations)))
                    (section("maps", "Radiation over frequency", &azimuth_map::section(&radiations)))
                    (section("cancellation", "Cancellation, effort and colour", &cancellation::section(subject, &with.listening)))
                    (section("zone", "Listening zone", &zone::section(subject, &with.zone_map)))
                    (section("filters", "Filters", &html! {
                        (impulse_responses::section(subject))
                        (tables::paths(&report.paths))
                    }))
                    (section("room", "In a room", &tables::in_room(&report.in_room)))
                    (section("figures", "Figures", &html! {
                        p {
                            "Floors and aims are those that Proscenium sets itself for Tabletop at 2 m and, for the means of the "
                            "cancellation, for Laptop at 0.6 m; for another device they are a measure, not a promise."
                        }
                        (tables::figures(&report.groups))
                    }))
                }
                footer { p { "Made by " code { "proscenium report" } ". Models: rigid-sphere head, drivers on a sphere or in the free field." } }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn section(id: &str, title: &str, content: &Markup) -> Markup {
    html! { section id=(id) { h2 { (title) } (content) } }
}

/// What the filters depend on, as the plugin shows it.
fn settings(report: &DeviceReport<'_>) -> Markup {
    let value = |id: &str| match &report.settings[id] {
        Value::String(text) => text.clone(),
        other => other.to_string().replace('-', "−").trim_end_matches(".0").to_owned(),
    };
    let entries = [
        ("Distance", "distance", " m"),
        ("Listener Offset", "offset", " m"),
        ("Head Turn", "yaw", "°"),
        ("Listening Zone", "zone", " cm"),
        ("Zone Goal", "zone_goal", ""),
        ("Effort", "effort", " dB"),
        ("Tone", "tone", " %"),
        ("Beam", "beam", ""),
    ];
    html! {
        dl class="settings" {
            @for (name, id, unit) in entries { div { dt { (name) } dd { (value(id)) (unit) } } }
            div { dt { "Sample rate" } dd { (report.subject.sample_rate_hz) " Hz" } }
        }
    }
}

/// How many figures reach what they must.
fn summary(report: &DeviceReport<'_>) -> Markup {
    let marks: Vec<Mark> = report
        .groups
        .iter()
        .flat_map(|group| &group.figures)
        .filter_map(super::figure::Figure::mark)
        .collect();
    let count = |wanted: Mark| marks.iter().filter(|&&mark| mark == wanted).count();
    html! {
        p class="summary" {
            "Of " (marks.len()) " figures " strong { (count(Mark::Aim)) } " reach their aim, "
            strong { (count(Mark::Floor)) } " their floor, " strong { (count(Mark::Below)) } " neither: "
            a href="#figures" { "table" } "."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::plot::Ink;
    use super::*;

    /// The style sheet finds lines by their colour.
    #[test]
    fn the_style_sheet_knows_every_ink() {
        for ink in Ink::ALL {
            assert!(
                STYLE.contains(&format!("[stroke=\"{}\"] {{ stroke: var(", ink.hex())),
                "{ink:?}"
            );
        }
    }
}
