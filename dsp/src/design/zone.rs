//! Head positions that a design is made for.

use crate::acoustics::HeadPose;

/// Depth of the zone relative to its width: a head moves more easily than it is seen to, along the axis.
const DEPTH_RATIO: f64 = 3.0;
/// Largest half-depth of the zone relative to the distance.
const LARGEST_DEPTH: f64 = 0.3;

/// Standard deviation of the heads that a design is made for, relative to the zone's half-width and half-depth. Of those
/// tried these lie on the front of what can be had together at the design point and at ±5 cm: half the width gives up
/// 0.5 dB at ±5 cm on a laptop, half the depth 1 dB at its design point for nothing.
const SPREAD_SIDEWAYS: f64 = 2.0 / 3.0;
const SPREAD_IN_DEPTH: f64 = 1.0 / 3.0;

/// A head pose and its share of the mean over the zone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeightedPose {
    /// Where the head is.
    pub pose: HeadPose,
    /// Share, all of a zone add up to 1.
    pub weight: f64,
}

/// Half-depth of the zone of a half-width of `zone_m` at a distance, all in metres.
#[must_use]
pub fn zone_half_depth_m(zone_m: f64, distance_m: f64) -> f64 {
    (DEPTH_RATIO * zone_m).min(LARGEST_DEPTH * distance_m)
}

/// Poses around a design point: `zone_m` sideways, three times that in depth, at most 0.3 of the distance.
///
/// Three points across and three along with the weights of Gauss–Hermite quadrature, for heads scattered around the
/// design point with standard deviations of two thirds of the zone's half-width and one third of its half-depth. The first
/// pose is the design point.
pub fn zone_poses(center: HeadPose, zone_m: f64) -> Vec<WeightedPose> {
    if zone_m <= 0.0 {
        return vec![WeightedPose {
            pose: center,
            weight: 1.0,
        }];
    }
    let depth_m = zone_half_depth_m(zone_m, center.distance_m);
    // Nodes of the three-point rule lie √3 standard deviations out.
    let rule = |spread_m: f64| {
        let node_m = 3.0_f64.sqrt() * spread_m;
        [(0.0, 2.0 / 3.0), (-node_m, 1.0 / 6.0), (node_m, 1.0 / 6.0)]
    };
    let sideways = rule(SPREAD_SIDEWAYS * zone_m);
    rule(SPREAD_IN_DEPTH * depth_m)
        .into_iter()
        .flat_map(|(x, weight_x)| {
            sideways.map(|(y, weight_y)| WeightedPose {
                pose: HeadPose {
                    depth_m: center.depth_m + x,
                    offset_m: center.offset_m + y,
                    ..center
                },
                weight: weight_x * weight_y,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_add_up_and_heads_scatter_within_the_zone() {
        let center = HeadPose {
            distance_m: 2.0,
            offset_m: 0.1,
            depth_m: 0.0,
            yaw_rad: 0.0,
        };
        let zone = zone_poses(center, 0.04);
        assert_eq!(zone[0].pose, center);
        let mean = |value: &dyn Fn(&HeadPose) -> f64| -> f64 { zone.iter().map(|p| p.weight * value(&p.pose)).sum() };
        assert!((mean(&|_| 1.0) - 1.0).abs() < 1e-12);
        assert!((mean(&|p| (p.offset_m - 0.1).powi(2)).sqrt() - 0.04 * 2.0 / 3.0).abs() < 1e-12);
        assert!((mean(&|p| p.depth_m.powi(2)).sqrt() - 0.04).abs() < 1e-12);
        assert_eq!(zone_poses(center, 0.0).len(), 1);
    }
}
