//! Which drivers play a path when nothing is steered, for devices that do not say.
//!
//! 1. If any driver covers [`FULL_RANGE_HZ`], the one whose direction lies nearest the path's; ties go to the one further
//!    front, then to the outermost.
//! 2. For the centre, ties go to the one further front, then to the innermost; a symmetric pair plays together. Two
//!    full-range drivers on either side, and nothing else, always play the centre together.
//! 3. If no driver covers that range alone, the same choice is made among the drivers that work at its lower end, then among
//!    those that work where the first ones stop, and so on up.

use super::device::{Driver, Enclosure, Path, Reference, direction, dot};

/// A driver is full-range when it covers this band, hertz.
pub const FULL_RANGE_HZ: [f64; 2] = [150.0, 15_000.0];

/// Angles (radians) and positions (metres) closer than this are equal.
const TIE: f64 = 1e-6;

/// Applies the rule to every path.
pub(super) fn by_rule(drivers: &[Driver], enclosure: &Enclosure) -> Reference {
    let [left, right, center] = Path::ALL.map(|path| covering(drivers, enclosure, path));
    Reference { left, right, center }
}

/// Drivers that cover the band together, from the bottom up.
fn covering(drivers: &[Driver], enclosure: &Enclosure, path: Path) -> Vec<usize> {
    let [low_hz, high_hz] = FULL_RANGE_HZ;
    let indices_where = |wanted: &dyn Fn(&Driver) -> bool| -> Vec<usize> {
        (0..drivers.len()).filter(|&i| wanted(&drivers[i])).collect()
    };
    let full_range = indices_where(&|d| d.covers(low_hz, high_hz));
    if !full_range.is_empty() {
        return nearest(drivers, enclosure, full_range, path);
    }
    let mut chosen = Vec::new();
    let mut edge_hz = low_hz;
    while edge_hz < high_hz {
        let working = indices_where(&|d| d.band_hz.is_some_and(|[low, high]| low <= edge_hz && edge_hz < high));
        if working.is_empty() {
            // A gap between bands: go on where the next driver starts.
            let starts = drivers
                .iter()
                .filter_map(|d| d.band_hz)
                .map(|[low, _]| low)
                .filter(|&low| low > edge_hz);
            edge_hz = starts.fold(f64::INFINITY, f64::min);
            continue;
        }
        let best = nearest(drivers, enclosure, working, path);
        edge_hz = best
            .iter()
            .filter_map(|&i| drivers[i].band_hz)
            .map(|[_, high]| high)
            .fold(f64::INFINITY, f64::min);
        chosen.extend(best.into_iter().filter(|i| !chosen.contains(i)).collect::<Vec<_>>());
    }
    if chosen.is_empty() {
        chosen = nearest(drivers, enclosure, (0..drivers.len()).collect(), path);
    }
    chosen
}

/// The candidate nearest the path's direction, or the symmetric pair of them for the centre.
fn nearest(drivers: &[Driver], enclosure: &Enclosure, mut candidates: Vec<usize>, path: Path) -> Vec<usize> {
    let target = direction(path.azimuth_deg().to_radians(), 0.0);
    let place = |i: usize| drivers[i].position_m(enclosure);
    if path == Path::Center && drivers.len() == 2 && candidates.len() == 2 && place(0)[1] * place(1)[1] < 0.0 {
        return candidates;
    }
    keep_least(&mut candidates, |i| {
        dot(drivers[i].direction(), target).clamp(-1.0, 1.0).acos()
    });
    keep_least(&mut candidates, |i| place(i)[0]);
    keep_least(&mut candidates, |i| match path {
        Path::Left => -place(i)[1],
        Path::Right => place(i)[1],
        Path::Center => place(i)[1].abs(),
    });
    let on_side = |sign: f64| candidates.iter().copied().find(|&i| place(i)[1] * sign > TIE);
    match (path, on_side(1.0), on_side(-1.0)) {
        (Path::Center, Some(left), Some(right)) => vec![left, right],
        _ => candidates[..1].to_vec(),
    }
}

/// Keeps the candidates whose `key` ties with the least.
fn keep_least(candidates: &mut Vec<usize>, key: impl Fn(usize) -> f64) {
    let least = candidates.iter().map(|&i| key(i)).fold(f64::INFINITY, f64::min);
    candidates.retain(|&i| key(i) <= least + TIE);
}

#[cfg(test)]
mod tests {
    use super::super::device::Placement;
    use super::*;

    fn free(position_m: [f64; 3], band_hz: Option<[f64; 2]>) -> Driver {
        let placement = Placement::Free {
            position_m,
            axis: [-1.0, 0.0, 0.0],
        };
        Driver {
            name: String::new(),
            placement,
            radius_m: 0.01,
            band_hz,
            gain_db: 0.0,
            delay_ms: 0.0,
            invert: false,
        }
    }

    fn surface(azimuth_deg: f64, elevation_deg: f64) -> Driver {
        Driver {
            placement: Placement::Surface {
                azimuth_deg,
                elevation_deg,
            },
            ..free([0.0; 3], None)
        }
    }

    fn paths(drivers: &[Driver], enclosure: Enclosure) -> [Vec<usize>; 3] {
        let Reference { left, right, center } = by_rule(drivers, &enclosure);
        [left, right, center]
    }

    const SPHERE: Enclosure = Enclosure::Sphere { radius_m: 0.1 };

    #[test]
    fn one_driver_plays_everything() {
        assert_eq!(paths(&[surface(0.0, 90.0)], SPHERE), [[0], [0], [0]]);
        // Even one that is nowhere near full-range.
        assert_eq!(
            paths(&[free([0.0; 3], Some([20.0, 100.0]))], Enclosure::Free),
            [[0], [0], [0]]
        );
    }

    #[test]
    fn two_drivers_share_the_centre() {
        let pair = [free([0.0, -0.2, 0.0], None), free([0.05, 0.1, 0.0], None)];
        assert_eq!(paths(&pair, Enclosure::Free), [vec![1], vec![0], vec![0, 1]]);
    }

    #[test]
    fn nearest_then_front_then_outermost() {
        // At 60 and 120 degrees the two lie equally near the side: the one at the front plays.
        let ring: Vec<_> = [0.0, 60.0, 120.0, 180.0, -120.0, -60.0]
            .map(|azimuth| surface(azimuth, 0.0))
            .into();
        assert_eq!(paths(&ring, SPHERE), [[1], [5], [0]]);
        let line: Vec<_> = [0.3, 0.1, -0.1, -0.3].map(|y| free([0.0, y, 0.0], None)).into();
        assert_eq!(paths(&line, Enclosure::Free), [vec![0], vec![3], vec![1, 2]]);
    }

    #[test]
    fn bands_are_handed_up_where_no_driver_is_full_range() {
        let woofer = free([0.0, 0.0, -0.1], Some([30.0, 2500.0]));
        let tweeters = [0.2, -0.2].map(|y| free([0.0, y, 0.0], Some([2000.0, 20_000.0])));
        let [left, right] = tweeters;
        assert_eq!(
            paths(&[woofer, left, right], Enclosure::Free),
            [vec![0, 1], vec![0, 2], vec![0, 1, 2]]
        );
    }

    #[test]
    fn a_gap_between_bands_is_skipped() {
        let drivers = [
            free([0.0, 0.1, 0.0], Some([100.0, 500.0])),
            free([0.0, 0.1, 0.0], Some([900.0, 9000.0])),
        ];
        assert_eq!(paths(&drivers, Enclosure::Free)[0], [0, 1]);
    }
}
