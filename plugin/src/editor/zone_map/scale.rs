//! Where head positions are on the screen.

use egui::{Pos2, Rect, Vec2, pos2, vec2};
use proscenium_dsp::analysis::ZoneMap;

use crate::editor::axes::Axis;

/// Head positions on the screen, alike in both directions: the device is above, the listener's left on the left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ZoneScale {
    /// The map.
    pub(super) rect: Rect,
    /// Sideways, metres, left positive.
    pub(super) offset: Axis,
    /// Towards the device, metres.
    pub(super) depth: Axis,
    /// Points per metre.
    pub(super) points_per_m: f32,
}

impl ZoneScale {
    /// The largest map that fits into `space`, at its left and in the middle of its height.
    pub(super) fn new(map: &ZoneMap, space: Rect) -> Self {
        let ends = |nodes: &[f64]| [nodes.first(), nodes.last()].map(|node| node.copied().unwrap_or(0.0));
        let (offsets_m, depths_m) = (ends(&map.offsets_m), ends(&map.depths_m));
        let size_m = vec2((offsets_m[1] - offsets_m[0]) as f32, (depths_m[1] - depths_m[0]) as f32);
        let points_per_m = (space.size() / size_m.max(Vec2::splat(1e-3))).min_elem().max(1.0);
        let size = size_m * points_per_m;
        let rect = Rect::from_min_size(pos2(space.left(), space.center().y - 0.5 * size.y), size);
        Self {
            rect,
            offset: Axis::linear([offsets_m[1], offsets_m[0]], [rect.left(), rect.right()]),
            depth: Axis::linear([depths_m[1], depths_m[0]], [rect.top(), rect.bottom()]),
            points_per_m,
        }
    }

    /// Place of a displacement sideways and towards the device, metres.
    pub(super) fn point(&self, [offset_m, depth_m]: [f64; 2]) -> Pos2 {
        pos2(self.offset.position(offset_m), self.depth.position(depth_m))
    }

    /// Displacement at a place, metres, held within the map.
    pub(super) fn value(&self, at: Pos2) -> [f64; 2] {
        [self.offset.value(at.x), self.depth.value(at.y)]
    }
}

/// A displacement in words.
pub(super) fn place_text([offset_m, depth_m]: [f64; 2]) -> String {
    let part = |metres: f64, decimals: usize, words: [&str; 2]| {
        let text = format!("{:.decimals$} cm", 100.0 * metres.abs());
        format!("{text} {}", words[usize::from(metres < 0.0)])
    };
    let sideways = part(offset_m, 1, ["left", "right"]);
    let along = part(depth_m, 0, ["nearer", "farther"]);
    match (offset_m.abs() < 0.0005, depth_m.abs() < 0.005) {
        (true, true) => String::from("design point"),
        (true, false) => along,
        (false, true) => sideways,
        (false, false) => format!("{sideways}, {along}"),
    }
}

/// Places for the labels of contours, one for each of `lines` that has any inside `bounds`: as far from one another and from
/// what is at `avoid` as the lines allow.
pub(super) fn label_places(lines: &[Vec<Pos2>], bounds: Rect, avoid: Pos2) -> Vec<Option<Pos2>> {
    let mut taken = vec![avoid];
    let mut places = Vec::with_capacity(lines.len());
    for line in lines {
        let inside = line.iter().filter(|point| bounds.contains(**point));
        let distance = |at: &Pos2| {
            taken
                .iter()
                .map(|other| other.distance(*at))
                .fold(f32::INFINITY, f32::min)
        };
        let best = inside.max_by(|a, b| distance(a).total_cmp(&distance(b))).copied();
        taken.extend(best);
        places.push(best);
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map() -> ZoneMap {
        ZoneMap {
            offsets_m: vec![-0.2, 0.0, 0.2],
            depths_m: vec![-0.3, 0.0, 0.1],
            gain_db: vec![0.0; 9],
        }
    }

    #[test]
    fn device_is_above_left_is_left_and_a_centimetre_is_a_centimetre() {
        let scale = ZoneScale::new(&map(), Rect::from_min_size(pos2(10.0, 20.0), vec2(300.0, 200.0)));
        assert!((scale.points_per_m - 500.0).abs() < 0.1);
        let center = scale.point([0.0, 0.0]);
        let left = scale.point([0.1, 0.0]) - center;
        let nearer = scale.point([0.0, 0.1]) - center;
        assert!((left - vec2(-50.0, 0.0)).length() < 0.1, "{left:?}");
        assert!((nearer - vec2(0.0, -50.0)).length() < 0.1, "{nearer:?}");
        let [offset_m, depth_m] = scale.value(scale.point([-0.07, -0.21]));
        assert!((offset_m + 0.07).abs() < 1e-6 && (depth_m + 0.21).abs() < 1e-6);
    }

    #[test]
    fn places_are_told_in_words() {
        assert_eq!(place_text([0.04, 0.1]), "4.0 cm left, 10 cm nearer");
        assert_eq!(place_text([-0.125, -0.3]), "12.5 cm right, 30 cm farther");
        assert_eq!(
            [place_text([0.0, 0.0]), place_text([0.02, 0.0])],
            ["design point", "2.0 cm left"]
        );
    }

    #[test]
    fn labels_keep_apart_and_inside() {
        let circle = |radius: f32| -> Vec<Pos2> {
            let angles = (0..36).map(|n| std::f32::consts::TAU * n as f32 / 36.0);
            angles
                .map(|angle| pos2(100.0, 100.0) + radius * Vec2::angled(angle))
                .collect()
        };
        let lines = [circle(90.0), circle(85.0), circle(80.0), circle(500.0)];
        let bounds = Rect::from_center_size(pos2(100.0, 100.0), Vec2::splat(190.0));
        let places = label_places(&lines, bounds, pos2(100.0, 100.0));
        assert_eq!(places[3], None);
        let found: Vec<Pos2> = places.into_iter().flatten().collect();
        assert!(found.iter().all(|at| bounds.contains(*at)));
        for (n, at) in found.iter().enumerate() {
            assert!(found[n + 1..].iter().all(|other| other.distance(*at) > 60.0));
        }
    }
}
