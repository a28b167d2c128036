//! Lines of equal cancellation on a zone map: marching squares, segments joined to polylines.

use std::collections::HashMap;

use super::zone_map::ZoneMap;

/// An edge of the grid that a line crosses: from a node to its right or upper neighbour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Edge {
    /// From `[column, row]` to the next column.
    Along([usize; 2]),
    /// From `[column, row]` to the next row.
    Up([usize; 2]),
}

/// Lines at which the gain of `map` is `level_db`, as `[offset_m, depth_m]` points. A line either closes, and repeats its
/// first point at its end, or ends at the border of the map. The order of the lines is the same for the same map.
///
/// Where a line could pass a cell in two ways (a saddle), the mean of the cell decides. Points lie where the gain along the
/// edges of the grid, taken as linear, has the level.
#[must_use]
pub fn contour_lines(map: &ZoneMap, level_db: f32) -> Vec<Vec<[f64; 2]>> {
    let segments = Segments::new(map, level_db);
    let lines = segments.joined();
    let grid = GridLevels { map, level_db };
    lines
        .into_iter()
        .map(|edges| edges.into_iter().map(|edge| grid.crossing(edge)).collect())
        .collect()
}

struct GridLevels<'a> {
    map: &'a ZoneMap,
    level_db: f32,
}

impl GridLevels<'_> {
    fn gain_db(&self, [column, row]: [usize; 2]) -> f32 {
        self.map.gain_db[row * self.map.offsets_m.len() + column]
    }

    /// Whether a node lies at or above the level.
    fn above(&self, node: [usize; 2]) -> bool {
        self.gain_db(node) >= self.level_db
    }

    /// The segments within the cell above and right of a node.
    fn cell(&self, [column, row]: [usize; 2]) -> impl Iterator<Item = [Edge; 2]> + use<> {
        let corners = [
            [column, row],
            [column + 1, row],
            [column + 1, row + 1],
            [column, row + 1],
        ];
        let [a, b, c, d] = corners.map(|node| self.above(node));
        let [bottom, right, top, left] = [
            Edge::Along(corners[0]),
            Edge::Up(corners[1]),
            Edge::Along(corners[3]),
            Edge::Up(corners[0]),
        ];
        let mean_is_above = || corners.map(|node| self.gain_db(node)).iter().sum::<f32>() / 4.0 >= self.level_db;
        let segments = match (a, b, c, d) {
            // A saddle: the line goes around the two corners that the middle does not belong to.
            (true, false, true, false) | (false, true, false, true) if a == mean_is_above() => {
                [Some([bottom, right]), Some([top, left])]
            }
            (true, false, true, false) | (false, true, false, true) => [Some([left, bottom]), Some([right, top])],
            _ => {
                let crossed = [(a != b, bottom), (b != c, right), (c != d, top), (d != a, left)];
                let mut edges = crossed
                    .into_iter()
                    .filter(|(crossed, _)| *crossed)
                    .map(|(_, edge)| edge);
                [edges.next().zip(edges.next()).map(|(from, to)| [from, to]), None]
            }
        };
        segments.into_iter().flatten()
    }

    /// Where the line crosses an edge.
    fn crossing(&self, edge: Edge) -> [f64; 2] {
        let (from, to) = match edge {
            Edge::Along([column, row]) => ([column, row], [column + 1, row]),
            Edge::Up([column, row]) => ([column, row], [column, row + 1]),
        };
        let [below, above] = [from, to].map(|node| f64::from(self.gain_db(node)));
        let share = (f64::from(self.level_db) - below) / (above - below);
        let place = |[column, row]: [usize; 2]| [self.map.offsets_m[column], self.map.depths_m[row]];
        let ([x0, y0], [x1, y1]) = (place(from), place(to));
        [x0 + (x1 - x0) * share, y0 + (y1 - y0) * share]
    }
}

/// All segments, and which of them meet at an edge: one at the border, two elsewhere.
struct Segments {
    segments: Vec<[Edge; 2]>,
    at_edge: HashMap<Edge, Vec<usize>>,
}

impl Segments {
    fn new(map: &ZoneMap, level_db: f32) -> Self {
        let grid = GridLevels { map, level_db };
        let rows = map.depths_m.len().saturating_sub(1);
        let columns = map.offsets_m.len().saturating_sub(1);
        let cells = (0..rows).flat_map(|row| (0..columns).map(move |column| [column, row]));
        let segments: Vec<[Edge; 2]> = cells.flat_map(|cell| grid.cell(cell)).collect();
        let mut at_edge: HashMap<Edge, Vec<usize>> = HashMap::new();
        for (index, ends) in segments.iter().enumerate() {
            for end in ends {
                at_edge.entry(*end).or_default().push(index);
            }
        }
        Self { segments, at_edge }
    }

    /// Polylines of edges. Those with ends come first, so that no line is started in its middle.
    fn joined(&self) -> Vec<Vec<Edge>> {
        let mut taken = vec![false; self.segments.len()];
        let is_end = |edge: &Edge| self.at_edge[edge].len() == 1;
        let from_border = self
            .segments
            .iter()
            .flat_map(|ends| ends.iter().copied().filter(is_end));
        let anywhere = self.segments.iter().map(|ends| ends[0]);
        let starts: Vec<Edge> = from_border.chain(anywhere).collect();
        starts
            .into_iter()
            .map(|start| self.follow(start, &mut taken))
            .filter(|line| line.len() > 1)
            .collect()
    }

    /// The line from an edge on along segments that no line has yet.
    fn follow(&self, start: Edge, taken: &mut [bool]) -> Vec<Edge> {
        let mut line = vec![start];
        let mut edge = start;
        while let Some(&next) = self.at_edge[&edge].iter().find(|&&segment| !taken[segment]) {
            taken[next] = true;
            let [from, to] = self.segments[next];
            edge = if from == edge { to } else { from };
            line.push(edge);
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A map of ±20 cm by ±30 cm with the given gain.
    fn map(gain_db: impl Fn(f64, f64) -> f64) -> ZoneMap {
        let nodes = |count: i32, step: f64| (-count..=count).map(|n| f64::from(n) * step).collect::<Vec<f64>>();
        let (offsets_m, depths_m) = (nodes(16, 0.0125), nodes(12, 0.025));
        let levels = depths_m.iter().flat_map(|&y| offsets_m.iter().map(move |&x| (x, y)));
        ZoneMap {
            gain_db: levels.map(|(x, y)| gain_db(x, y) as f32).collect(),
            offsets_m,
            depths_m,
        }
    }

    fn is_on_border(map: &ZoneMap, [x, y]: [f64; 2]) -> bool {
        let ends = |nodes: &[f64]| [nodes[0], nodes[nodes.len() - 1]];
        ends(&map.offsets_m).contains(&x) || ends(&map.depths_m).contains(&y)
    }

    fn assert_whole(map: &ZoneMap, lines: &[Vec<[f64; 2]>]) {
        for line in lines {
            let (first, last) = (line[0], line[line.len() - 1]);
            assert!(
                first == last || is_on_border(map, first) && is_on_border(map, last),
                "a line from {first:?} to {last:?}"
            );
        }
    }

    #[test]
    fn a_cone_has_circles() {
        let map = map(|x, y| 30.0 - 100.0 * x.hypot(y));
        for radius_m in [0.05, 0.1, 0.18] {
            let lines = contour_lines(&map, 30.0 - 100.0 * radius_m as f32);
            assert_eq!(lines.len(), 1);
            assert_whole(&map, &lines);
            assert_eq!(lines[0][0], lines[0][lines[0].len() - 1]);
            assert!(lines[0].len() > 12);
            for [x, y] in &lines[0] {
                assert!((x.hypot(*y) - radius_m).abs() < 0.003, "{x} {y}");
            }
        }
    }

    #[test]
    fn a_circle_that_leaves_the_map_falls_into_arcs() {
        let map = map(|x, y| -x.hypot(y));
        let lines = contour_lines(&map, -0.25);
        assert_eq!(lines.len(), 2);
        assert_whole(&map, &lines);
        assert!(lines.iter().all(|line| line[0] != line[line.len() - 1]));
    }

    #[test]
    fn a_saddle_has_two_lines_that_do_not_cross() {
        // The zero lines of a rotated xy meet in the middle of a cell; around them lie four quarters.
        let map = map(|x, y| (x - 0.00625) * (y - 0.0125) * 1e3);
        for level_db in [-0.01, 0.01] {
            let lines = contour_lines(&map, level_db);
            assert_eq!(lines.len(), 2, "{level_db}");
            assert_whole(&map, &lines);
            for line in &lines {
                let side = (line[0][0] - 0.00625).signum();
                assert!(line.iter().all(|[x, _]| (x - 0.00625).signum() == side));
            }
        }
    }

    #[test]
    fn two_peaks_have_a_line_each() {
        let map = map(|x, y| -(x.abs() - 0.1).hypot(y));
        let lines = contour_lines(&map, -0.05);
        assert_eq!(lines.len(), 2);
        assert_whole(&map, &lines);
    }

    #[test]
    fn rough_ground_leaves_no_loose_end() {
        let map = map(|x, y| (731.0 * x + 97.0).sin() + (517.0 * y + 1.3).sin() + (4001.0 * x * y).cos());
        let levels = [-1.5, -0.5, 0.0, 0.5, 1.5];
        for level_db in levels {
            let lines = contour_lines(&map, level_db);
            assert!(!lines.is_empty());
            assert_whole(&map, &lines);
            let points: usize = lines.iter().map(|line| line.len() - 1).sum();
            assert_eq!(
                points,
                Segments::new(&map, level_db).segments.len(),
                "all segments in one line each"
            );
        }
    }

    #[test]
    fn level_ground_and_tiny_maps_have_no_lines() {
        assert!(contour_lines(&map(|_, _| 7.0), 7.0).is_empty());
        assert!(contour_lines(&map(|_, _| 7.0), f32::NAN).is_empty());
        let point = ZoneMap {
            offsets_m: vec![0.0],
            depths_m: vec![0.0],
            gain_db: vec![1.0],
        };
        assert!(contour_lines(&point, 1.0).is_empty());
    }
}
