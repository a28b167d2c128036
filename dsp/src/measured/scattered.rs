//! Values between scattered directions: moving least squares on the sphere.
//!
//! A plane through the values of the nearest directions, each weighted by the inverse fourth power of its angle: a value that
//! was measured is met, and values that change linearly are followed (Lancaster and Salkauskas, Math. Comp. 37, 1981).

use crate::array::dot;

/// Directions that a value is made of, at most.
const NEIGHBOURS: usize = 8;
/// A direction this close counts as met, radians.
const MET_RAD: f64 = 1e-4;
/// Where the nearest direction is this much farther away than the next one is from it, there is no plane to follow.
const OUTSIDE: f64 = 1.5;
/// Share of the spread along the better-known axis below which the other is not known: of directions in one line, say.
const FLAT: f64 = 1e-3;

/// Indices of directions and their weights, which add up to 1, for the value at `target`; all are unit vectors, and
/// `directions` are one or more.
pub(super) fn weights(directions: &[[f64; 3]], target: [f64; 3]) -> Vec<(usize, f64)> {
    let near = nearest(directions, target, NEIGHBOURS);
    let Some(&(first, least_rad)) = near.first() else {
        return Vec::new();
    };
    if least_rad < MET_RAD || near.len() == 1 {
        return vec![(first, 1.0)];
    }
    let [east, north] = tangents(target);
    let planar = |&(index, angle_rad): &(usize, f64)| {
        let toward = [dot(directions[index], east), dot(directions[index], north)];
        let length = toward[0].hypot(toward[1]).max(f64::MIN_POSITIVE);
        toward.map(|x| x / length * angle_rad)
    };
    let points: Vec<[f64; 2]> = near.iter().map(planar).collect();
    let pulls: Vec<f64> = near.iter().map(|(_, angle_rad)| angle_rad.powi(-4)).collect();
    let total: f64 = pulls.iter().sum();
    let mean = |value: &dyn Fn(&[f64; 2]) -> f64| -> f64 {
        pulls
            .iter()
            .zip(&points)
            .map(|(pull, point)| pull * value(point))
            .sum::<f64>()
            / total
    };
    let (x, y) = (mean(&|p| p[0]), mean(&|p| p[1]));
    let spacing_rad = nearest(directions, directions[first], 2)
        .last()
        .map_or(0.0, |(_, angle)| *angle);
    let slope = if least_rad > OUTSIDE * spacing_rad {
        [0.0; 2]
    } else {
        // The plane's value at the target is the mean less the slopes times the mean place.
        let (xx, xy, yy) = (
            mean(&|p| (p[0] - x).powi(2)),
            mean(&|p| (p[0] - x) * (p[1] - y)),
            mean(&|p| (p[1] - y).powi(2)),
        );
        let ridge = FLAT * (xx + yy);
        let (xx, yy) = (xx + ridge, yy + ridge);
        let determinant = (xx * yy - xy * xy).max(f64::MIN_POSITIVE);
        [(yy * x - xy * y) / determinant, (xx * y - xy * x) / determinant]
    };
    let weight =
        |(pull, point): (&f64, &[f64; 2])| pull / total * (1.0 - slope[0] * (point[0] - x) - slope[1] * (point[1] - y));
    let indices = near.iter().map(|(index, _)| *index);
    indices.zip(pulls.iter().zip(&points).map(weight)).collect()
}

/// Indices of the nearest directions and their angles from the target, radians, the nearest first.
pub(super) fn nearest(directions: &[[f64; 3]], target: [f64; 3], most: usize) -> Vec<(usize, f64)> {
    let mut near: Vec<(usize, f64)> = directions.iter().map(|&unit| dot(unit, target)).enumerate().collect();
    let most = most.min(near.len());
    let closer = |a: &(usize, f64), b: &(usize, f64)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if most < near.len() {
        near.select_nth_unstable_by(most, closer);
        near.truncate(most);
    }
    near.sort_by(closer);
    // The angle from the chord: the arc cosine is poor near 1.
    let angle = |(index, _): (usize, f64)| {
        let chord = crate::array::norm(crate::array::difference(directions[index], target));
        (index, 2.0 * (0.5 * chord).min(1.0).asin())
    };
    near.into_iter().map(angle).collect()
}

/// Two unit vectors at right angles to a third and to each other.
pub(super) fn tangents(unit: [f64; 3]) -> [[f64; 3]; 2] {
    let cross = |a: [f64; 3], b: [f64; 3]| {
        [
            a[1] * b[2] - a[2] * b[1],
            a[2] * b[0] - a[0] * b[2],
            a[0] * b[1] - a[1] * b[0],
        ]
    };
    let pole = if unit[2].abs() < 0.9 {
        [0.0, 0.0, 1.0]
    } else {
        [1.0, 0.0, 0.0]
    };
    let east = cross(pole, unit);
    let length = crate::array::norm(east);
    let east = east.map(|x| x / length);
    [east, cross(unit, east)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::direction;

    fn rings() -> Vec<[f64; 3]> {
        let ring = |elevation_deg: i32| {
            (0..72).map(move |n| direction(f64::from(5 * n).to_radians(), f64::from(elevation_deg).to_radians()))
        };
        (-4..=8).flat_map(|n| ring(10 * n)).collect()
    }

    fn value(unit: [f64; 3]) -> f64 {
        1.0 + 0.7 * unit[0] - 0.4 * unit[1] + 0.3 * unit[2] + 0.5 * unit[0] * unit[1]
    }

    #[test]
    fn smooth_values_are_followed_and_measured_ones_met() {
        let directions = rings();
        let guess = |target| -> f64 {
            weights(&directions, target)
                .iter()
                .map(|&(n, w)| w * value(directions[n]))
                .sum()
        };
        for (azimuth_deg, elevation_deg) in [(0.0, 0.0), (2.5, 0.0), (61.0, 4.0), (-123.0, 33.0), (178.0, -35.0)] {
            let target = direction(f64::to_radians(azimuth_deg), f64::to_radians(elevation_deg));
            let error = (guess(target) - value(target)).abs();
            assert!(error < 1e-2, "{azimuth_deg} {elevation_deg}: {error}");
        }
        assert_eq!(weights(&directions, directions[17]), [(17, 1.0)]);
    }

    #[test]
    fn beyond_the_last_direction_the_nearest_ones_hold() {
        let directions = rings();
        for target in [[0.0, 0.0, -1.0], direction(0.3, -1.3)] {
            let weights = weights(&directions, target);
            let sum: f64 = weights.iter().map(|(_, w)| w).sum();
            assert!((sum - 1.0).abs() < 1e-9 && weights.iter().all(|(_, w)| (0.0..=1.0).contains(w)));
        }
        // One direction alone, and directions in one line.
        assert_eq!(weights(&directions[..1], [0.0, 0.0, 1.0]), [(0, 1.0)]);
        let horizon = &directions[4 * 72..5 * 72];
        let above: Vec<(usize, f64)> = weights(horizon, direction(0.05, 0.06));
        assert!((above.iter().map(|(_, w)| w).sum::<f64>() - 1.0).abs() < 1e-9);
    }
}
