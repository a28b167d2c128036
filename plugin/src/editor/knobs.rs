//! The row of knobs, in groups.

use egui::{Align2, Rect, Ui, pos2, vec2};
use nice_plug::prelude::*;

use super::scene::Scene;
use super::theme;
use super::widgets::{KNOB_SIZE, Knob};

/// Space for the caption of a group, points.
const CAPTION: f32 = 16.0;
/// Space between groups.
const BETWEEN_GROUPS: f32 = 12.0;

/// Caption of the listener's knobs while a head tracker stands in for them.
const TRACKED_CAPTION: &str = "LISTENER (TRACKED)";

/// Draws all knobs across the panel.
pub(crate) fn show(ui: &mut Ui, scene: &mut Scene<'_>) {
    let params = std::sync::Arc::clone(&scene.links.params);
    let tracked = params.tracked.pose().is_some();
    let groups: [(&str, &[(&str, &FloatParam)]); 4] = [
        (
            "STAGE",
            &[
                ("width", &params.width),
                ("depth", &params.depth),
                ("center", &params.center),
                ("center_level", &params.center_level),
            ],
        ),
        (
            "CANCELLATION",
            &[
                ("cancel", &params.cancel),
                ("zone", &params.zone),
                ("effort", &params.effort),
                ("tone", &params.tone),
            ],
        ),
        (
            if tracked { TRACKED_CAPTION } else { "LISTENER" },
            &[
                ("distance", &params.distance),
                ("offset", &params.offset),
                ("yaw", &params.yaw),
            ],
        ),
        ("OUTPUT", &[("trim", &params.trim)]),
    ];
    let rect = ui.max_rect();
    let places = knob_places(rect, &groups.map(|(_, knobs)| knobs.len()));
    for (index, ((caption, knobs), places)) in groups.into_iter().zip(places).enumerate() {
        let Some(first) = places.first() else { continue };
        let last = places.last().unwrap_or(first);
        let caption_at = pos2(0.5 * (first.left() + last.right()), rect.top());
        let painter = ui.painter();
        painter.text(
            caption_at,
            Align2::CENTER_TOP,
            caption,
            theme::small(),
            theme::faint(theme::DIM, 0.8),
        );
        if index > 0 {
            let x = first.left() - BETWEEN_GROUPS / 2.0;
            painter.vline(x, rect.y_range(), theme::hairline(theme::LINE));
        }
        for ((id, param), place) in knobs.iter().zip(places) {
            Knob::new(param)
                .overridden(caption == TRACKED_CAPTION)
                .show(ui, &mut scene.hands, place);
            scene.atlas.note(format!("knob:{id}"), place);
        }
    }
}

/// Places of the knobs of each group, spread evenly over `rect`.
fn knob_places(rect: Rect, groups: &[usize]) -> Vec<Vec<Rect>> {
    let count: usize = groups.iter().sum();
    let gaps = BETWEEN_GROUPS * groups.len().saturating_sub(1) as f32;
    let width = ((rect.width() - gaps) / count.max(1) as f32).min(1.4 * KNOB_SIZE.x);
    let top = rect.top() + CAPTION;
    let mut left = rect.left() + 0.5 * (rect.width() - gaps - width * count as f32);
    let mut places = Vec::with_capacity(groups.len());
    for &knobs in groups {
        let group =
            (0..knobs).map(|n| Rect::from_min_size(pos2(left + n as f32 * width, top), vec2(width, KNOB_SIZE.y)));
        places.push(group.collect());
        left += knobs as f32 * width + BETWEEN_GROUPS;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knobs_stay_within_the_panel_and_apart() {
        for width in [770.0, 1080.0, 3800.0] {
            let rect = Rect::from_min_size(pos2(10.0, 20.0), vec2(width, 100.0));
            let places: Vec<Rect> = knob_places(rect, &[4, 4, 3, 1]).into_iter().flatten().collect();
            assert!(places.iter().all(|place| rect.expand(0.01).contains_rect(*place)));
            assert!(places.windows(2).all(|pair| pair[0].right() <= pair[1].left() + 0.01));
        }
    }
}
