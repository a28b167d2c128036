//! Head positions that a design is made for.

use crate::acoustics::HeadPose;

/// Depth of the zone relative to its width: a head moves more easily than it is seen to, along the axis.
const DEPTH_RATIO: f64 = 3.0;
/// Largest half-depth of the zone relative to the distance.
const LARGEST_DEPTH: f64 = 0.3;

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
/// design point with standard deviations of half the zone. The first pose is the design point.
pub fn zone_poses(center: HeadPose, zone_m: f64) -> Vec<WeightedPose> {
    if zone_m <= 0.0 {
        return vec![WeightedPose {
            pose: center,
            weight: 1.0,
        }];
    }
    let depth_m = zone_half_depth_m(zone_m, center.distance_m);
    // Nodes of the three-point rule lie √3 standard deviations out.
    let node = 3.0_f64.sqrt() / 2.0;
    let rule = [(0.0, 2.0 / 3.0), (-node, 1.0 / 6.0), (node, 1.0 / 6.0)];
    rule.iter()
        .flat_map(|&(x, weight_x)| {
            rule.iter().map(move |&(y, weight_y)| WeightedPose {
                pose: HeadPose {
                    depth_m: center.depth_m + x * depth_m,
                    offset_m: center.offset_m + y * zone_m,
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
    fn weights_add_up_and_scatter_is_half_the_zone() {
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
        assert!((mean(&|p| (p.offset_m - 0.1).powi(2)).sqrt() - 0.02).abs() < 1e-12);
        assert!((mean(&|p| p.depth_m.powi(2)).sqrt() - 0.06).abs() < 1e-12);
        assert_eq!(zone_poses(center, 0.0).len(), 1);
    }
}
