//! The directions that a measured head is kept at, and values between them.
//!
//! Rings of one elevation, 10° apart, with directions 5° apart on the horizon and about as far apart on the others, from
//! straight below to straight above: on the horizon as dense as KEMAR was measured.

use std::f64::consts::{FRAC_PI_2, TAU};

/// Between rings, degrees.
const ELEVATION_STEP_DEG: i32 = 10;
/// Directions on the horizon.
const ON_HORIZON: usize = 72;
const RINGS: i32 = 180 / ELEVATION_STEP_DEG + 1;
/// Directions on the horizon that a value is made of.
const POINTS: usize = 4;

/// One ring.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Ring {
    elevation_rad: f64,
    /// Index of its first direction, which is in front.
    first: usize,
    count: usize,
}

/// A few directions and their weights, which add up to 1.
pub(super) type Mixture = Vec<(usize, f64)>;

fn rings() -> impl Iterator<Item = Ring> {
    let mut first = 0;
    (0..RINGS).map(move |n| {
        let elevation_rad = f64::from(n * ELEVATION_STEP_DEG - 90).to_radians();
        // A multiple of four, so that front, sides and rear are among them.
        let count = (4 * (ON_HORIZON as f64 / 4.0 * elevation_rad.cos()).round() as usize).max(1);
        let ring = Ring {
            elevation_rad,
            first,
            count,
        };
        first += count;
        ring
    })
}

/// Unit vectors from the head's centre, `x` to the front, `y` to the left, `z` up.
pub(super) fn directions() -> Vec<[f64; 3]> {
    let of_ring = |ring: Ring| {
        let (sin_el, cos_el) = ring.elevation_rad.sin_cos();
        (0..ring.count).map(move |n| {
            let (sin, cos) = (TAU * n as f64 / ring.count as f64).sin_cos();
            [cos_el * cos, cos_el * sin, sin_el]
        })
    };
    rings().flat_map(of_ring).collect()
}

/// Number of [`directions`].
pub(super) fn count() -> usize {
    rings().map(|ring| ring.count).sum()
}

/// Indices of the directions on the horizon.
pub(super) fn horizon() -> std::ops::Range<usize> {
    let ring = rings().nth(RINGS as usize / 2);
    ring.map_or(0..0, |ring| ring.first..ring.first + ring.count)
}

/// What a direction on the horizon is made of, as indices into [`horizon`], and their weights.
pub(super) fn on_horizon(azimuth_rad: f64) -> [(usize, f64); POINTS] {
    around(ON_HORIZON, azimuth_rad)
}

/// What a direction is made of: cubic along the rings, linear between them.
pub(super) fn between(unit: [f64; 3]) -> Mixture {
    let azimuth_rad = unit[1].atan2(unit[0]);
    let elevation_rad = unit[2].clamp(-1.0, 1.0).asin();
    let place = (elevation_rad + FRAC_PI_2) / f64::from(ELEVATION_STEP_DEG).to_radians();
    // A direction on a ring, but for rounding, is made of that ring alone.
    let place = if (place - place.round()).abs() < 1e-9 {
        place.round()
    } else {
        place
    };
    let lower = (place as usize).min(RINGS as usize - 2);
    let share = place - lower as f64;
    let mut mixture = Mixture::new();
    for (ring, weight) in rings().skip(lower).zip([1.0 - share, share]) {
        if weight == 0.0 {
            continue;
        }
        if ring.count < POINTS {
            mixture.push((ring.first, weight));
        } else {
            let points = around(ring.count, azimuth_rad);
            mixture.extend(points.map(|(n, along)| (ring.first + n, along * weight)));
        }
    }
    mixture
}

/// Cubic Lagrange interpolation among `count` directions around a circle.
fn around(count: usize, azimuth_rad: f64) -> [(usize, f64); POINTS] {
    let place = azimuth_rad.rem_euclid(TAU) / TAU * count as f64;
    let (here, t) = (place as usize, place.fract());
    let weights = [
        -t * (t - 1.0) * (t - 2.0) / 6.0,
        (t + 1.0) * (t - 1.0) * (t - 2.0) / 2.0,
        -(t + 1.0) * t * (t - 2.0) / 2.0,
        (t + 1.0) * t * (t - 1.0) / 6.0,
    ];
    std::array::from_fn(|n| ((here + count + n - 1) % count, weights[n]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_direction_is_made_of_itself() {
        let directions = directions();
        assert_eq!(directions.len(), count());
        for (n, &unit) in directions.iter().enumerate() {
            let mixture = between(unit);
            let own: f64 = mixture.iter().filter(|(index, _)| *index == n).map(|(_, w)| w).sum();
            assert!((own - 1.0).abs() < 1e-6, "{n}: {mixture:?}");
        }
        assert_eq!(horizon().len(), ON_HORIZON);
        assert!(directions[horizon()].iter().all(|unit| unit[2].abs() < 1e-12));
    }

    #[test]
    fn values_between_are_followed() {
        let directions = directions();
        let value = |unit: [f64; 3]| 1.0 + 0.7 * unit[0] - 0.4 * unit[1] + 0.3 * unit[2] + 0.5 * unit[0] * unit[1];
        for n in 0..200 {
            let (a, b) = (0.37 * f64::from(n), (f64::from(n) / 100.0 - 1.0).asin());
            let unit = [b.cos() * a.cos(), b.cos() * a.sin(), b.sin()];
            let guess: f64 = between(unit).iter().map(|&(n, w)| w * value(directions[n])).sum();
            assert!((guess - value(unit)).abs() < 0.01, "{unit:?}");
        }
    }
}
