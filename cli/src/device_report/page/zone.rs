//! The zone map: mean cancellation over head positions.

use super::picture::{color_bar, picture};
use super::plot::{Axis, Curve, Ink, Plot, legend};
use crate::device_report::subject::Subject;
use maud::{Markup, html};
use proscenium_dsp::analysis::{ZoneMap, contour_lines};
use proscenium_dsp::design::zone_half_depth_m;

/// Gains that have colours of their own, dB.
const RANGE_DB: [f64; 2] = [0.0, 36.0];
/// Gains with a line, dB.
const LINES_DB: [f32; 3] = [6.0, 12.0, 20.0];
/// Points of the picture to a point of the map, so that colours do not step.
const FINER: usize = 4;

/// The map at full strength.
pub(super) fn section(subject: &Subject<'_>, map: &ZoneMap) -> Markup {
    html! {
        (color_bar(RANGE_DB, "cancellation gain, worse ear, mean of third octaves 500 Hz–8 kHz"))
        (legend(&[(Ink::Second, "listening zone"), (Ink::Faint, "6, 12 and 20 dB, from outside in")]))
        figure class="wide" { (draw(subject, map)) }
        p class="note" {
            "Head positions around the design point, towards the device upwards. Look for how far the line of 12 dB reaches beside the "
            "zone: a head's width away nothing is left, which is physics, and there is much more room along the axis than across it."
        }
    }
}

fn draw(subject: &Subject<'_>, map: &ZoneMap) -> Markup {
    let cm = |meters: f64| 100.0 * meters;
    let ends = |nodes: &[f64]| [cm(nodes[0]), cm(nodes[nodes.len() - 1])];
    // The listener looks towards the device, which is up: their left is on the left.
    let [right_cm, left_cm] = ends(&map.offsets_m);
    let [far_cm, near_cm] = ends(&map.depths_m);
    let [columns, rows] = [map.offsets_m.len(), map.depths_m.len()].map(|nodes| FINER * (nodes - 1) + 1);
    let between = |from: f64, to: f64, n: usize, of: usize| from + (to - from) * n as f64 / (of - 1).max(1) as f64;
    let pixels = (0..rows).flat_map(|row| {
        let depth_m = between(near_cm, far_cm, row, rows) / 100.0;
        (0..columns).map(move |column| f64::from(map.at(between(left_cm, right_cm, column, columns) / 100.0, depth_m)))
    });
    let zone_m = f64::from(subject.settings.zone_m);
    let (across, along) = (
        zone_m,
        zone_half_depth_m(zone_m, f64::from(subject.settings.distance_m)),
    );
    let corners = [[1.0, 1.0], [1.0, -1.0], [-1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]];
    let zone = corners.map(|[x, y]| [cm(x * across), cm(y * along)]);
    let contours = LINES_DB.iter().flat_map(|&level_db| contour_lines(map, level_db));
    let mut curves: Vec<Curve> = contours
        .map(|line| Curve::new(Ink::Faint, line.into_iter().map(|point| point.map(cm))))
        .collect();
    curves.push(Curve::new(Ink::Second, zone));
    Plot {
        title: "Mean cancellation over head positions",
        height: 900,
        x: Axis::linear("sideways, cm (+ left)", [left_cm, right_cm], 5.0),
        y: Axis::linear("towards the device, cm", [far_cm, near_cm], 10.0),
        backdrop: picture([columns, rows], RANGE_DB, pixels),
        curves,
    }
    .draw()
}
