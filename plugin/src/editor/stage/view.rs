//! From metres in the room to points on the screen: seen from above, the listener at the bottom looking up at the device.

use egui::{Pos2, Rect, Vec2, pos2, vec2};
use proscenium_dsp::design::zone_half_depth_m;

/// Radius of the head on the screen, points. Head and zone are drawn larger than the room, so that centimetres can be
/// grabbed.
const HEAD_RADIUS: f32 = 22.0;
/// Smallest reach of the device on the screen, points.
const DEVICE_REACH: f32 = 34.0;
/// Space above the device relative to the height, and below the farthest head, points.
const ABOVE: f32 = 0.27;
const BELOW: f32 = 46.0;
/// Depths of the room that the view can show, metres; each a bit more than a round distance.
const DEPTHS_M: [f64; 5] = [0.5, 1.0, 2.05, 3.5, 5.1];

/// The room as the panel shows it. Device coordinates: `x` away from the listener, `y` to the listener's left, metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct View {
    /// Where it is drawn.
    pub(super) rect: Rect,
    /// The device's origin.
    pub(super) device: Pos2,
    /// Scale of the room.
    pub(super) points_per_m: f32,
    /// Scale of the device itself.
    pub(super) device_points_per_m: f32,
    /// Scale of head and zone.
    pub(super) head_points_per_m: f32,
}

/// The smallest of the depths that holds a distance, metres.
pub(super) fn depth_for(distance_m: f64) -> f64 {
    let [.., deepest] = DEPTHS_M;
    DEPTHS_M
        .into_iter()
        .find(|depth| *depth >= distance_m)
        .unwrap_or(deepest)
}

impl View {
    /// A view of `depth_m` metres in front of a device that reaches `reach_m` from its origin, with heads of
    /// `head_radius_m`.
    pub(super) fn new(rect: Rect, depth_m: f32, reach_m: f64, head_radius_m: f64) -> Self {
        let above = ABOVE * rect.height();
        let points_per_m = (rect.height() - above - BELOW).max(40.0) / depth_m;
        Self {
            rect,
            device: pos2(rect.center().x, rect.top() + above),
            points_per_m,
            device_points_per_m: points_per_m.max(DEVICE_REACH / reach_m.max(0.01) as f32),
            head_points_per_m: HEAD_RADIUS / head_radius_m as f32,
        }
    }

    /// Where a point of the room is on the screen; height does not show.
    pub(super) fn room(&self, [x, y, _]: [f64; 3]) -> Pos2 {
        self.device - vec2(y as f32, x as f32) * self.points_per_m
    }

    /// Where a point of the device is on the screen.
    pub(super) fn on_device(&self, [x, y, _]: [f64; 3]) -> Pos2 {
        self.device - vec2(y as f32, x as f32) * self.device_points_per_m
    }

    /// Where the head is: `distance_m` before the device, `offset_m` to the listener's left.
    pub(super) fn head(&self, distance_m: f64, offset_m: f64) -> Pos2 {
        self.room([-distance_m, offset_m, 0.0])
    }

    /// Distance and offset of a head at a place on the screen, metres.
    pub(super) fn head_at(&self, at: Pos2) -> (f64, f64) {
        let from_device = (at - self.device) / self.points_per_m;
        (f64::from(from_device.y), f64::from(-from_device.x))
    }

    /// Radius on the screen of the circle around the head on which the virtual pair is drawn: through the device where
    /// there is room for it.
    pub(super) fn pair_radius(&self, head: Pos2) -> f32 {
        let room = (head.x - self.rect.left()).min(self.rect.right() - head.x) - 30.0;
        (head.y - self.device.y).min(room).max(60.0)
    }

    /// The virtual loudspeaker on the `side` (−1 the listener's left, 1 the right) at the half-angle `width_deg`.
    pub(super) fn virtual_speaker(&self, head: Pos2, width_deg: f32, side: f32) -> Pos2 {
        let (sin, cos) = width_deg.to_radians().sin_cos();
        head + vec2(side * sin, -cos) * self.pair_radius(head)
    }

    /// Half-axes of the zone's rim around the head, points: where the head's surface gets to.
    pub(super) fn rim(&self, zone_m: f64, distance_m: f64, head_radius_m: f64) -> Vec2 {
        let depth_m = zone_half_depth_m(zone_m, distance_m);
        vec2((head_radius_m + zone_m) as f32, (head_radius_m + depth_m) as f32) * self.head_points_per_m
    }

    /// Half-width of the zone whose rim passes the screen at `from_head` from the head, metres.
    pub(super) fn zone_at(&self, from_head: Vec2, distance_m: f64, head_radius_m: f64, largest_m: f64) -> f64 {
        let inside = |zone_m: f64| {
            let rim = self.rim(zone_m, distance_m, head_radius_m);
            (from_head.x / rim.x).powi(2) + (from_head.y / rim.y).powi(2) <= 1.0
        };
        if inside(0.0) {
            return 0.0;
        }
        let (mut low, mut high) = (0.0, largest_m);
        for _ in 0..24 {
            let middle = 0.5 * (low + high);
            if inside(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        high
    }
}

/// Half-angle at which a virtual loudspeaker is seen that lies at `from_head`, degrees in 0..=90.
pub(super) fn width_at(from_head: Vec2) -> f32 {
    from_head.x.abs().atan2(-from_head.y).to_degrees().clamp(0.0, 90.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD_M: f64 = 0.0875;

    fn view() -> View {
        let rect = Rect::from_min_size(pos2(10.0, 20.0), vec2(600.0, 500.0));
        View::new(rect, 2.05, 0.0875, HEAD_M)
    }

    #[test]
    fn the_listener_is_below_and_their_left_is_on_the_left() {
        let view = view();
        let head = view.head(2.0, 0.3);
        assert!(head.y > view.device.y && head.x < view.device.x);
        assert!(view.rect.contains(head));
        let (distance_m, offset_m) = view.head_at(head);
        assert!((distance_m - 2.0).abs() < 1e-4 && (offset_m - 0.3).abs() < 1e-4);
    }

    #[test]
    fn virtual_speakers_are_seen_at_their_angle() {
        let view = view();
        let head = view.head(2.0, -0.2);
        for (width, side) in [(0.0, 1.0), (30.0, -1.0), (75.0, 1.0), (90.0, -1.0)] {
            let speaker = view.virtual_speaker(head, width, side);
            assert!((width_at(speaker - head) - width).abs() < 1e-3);
            assert!(width == 0.0 || (speaker.x - head.x).signum() == side);
            assert!(view.rect.contains(speaker));
        }
        assert_eq!(width_at(vec2(5.0, 40.0)), 90.0);
    }

    #[test]
    fn the_rim_is_where_the_zone_says_in_every_direction() {
        let view = view();
        for zone_m in [0.0, 0.03, 0.15] {
            let rim = view.rim(zone_m, 2.0, HEAD_M);
            for angle in [0.0_f32, 0.7, 1.5, 3.0, 4.7] {
                let at = vec2(rim.x * angle.cos(), rim.y * angle.sin());
                let found = view.zone_at(at * 1.00001, 2.0, HEAD_M, 0.15);
                assert!((found - zone_m).abs() < 1e-3, "{zone_m} at {angle}: {found}");
            }
        }
        // Close to the device the zone is shallower.
        assert!(view.rim(0.15, 0.5, HEAD_M).y < view.rim(0.15, 2.0, HEAD_M).y);
    }

    #[test]
    fn the_view_is_as_deep_as_it_has_to_be() {
        for (distance_m, depth_m) in [(0.3, 0.5), (0.6, 1.0), (2.0, 2.05), (5.0, 5.1)] {
            assert_eq!(depth_for(distance_m), depth_m);
        }
    }
}
