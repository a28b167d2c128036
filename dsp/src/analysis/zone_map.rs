//! Cancellation over head positions, as drawn.

use super::pattern_map::mix;

/// Cancellation gain over head positions around the design point: worse ear, mean in dB over the third octaves from
/// 500 Hz to 8 kHz.
#[derive(Debug, Clone, PartialEq)]
pub struct ZoneMap {
    /// Displacement sideways from the design point, metres, the listener's left positive, rising.
    pub offsets_m: Vec<f64>,
    /// Displacement towards the device from the design point, metres, rising.
    pub depths_m: Vec<f64>,
    /// Gain, dB, `[depth][offset]`.
    pub gain_db: Vec<f32>,
}

impl ZoneMap {
    /// Gain at a displacement from the design point, dB: linear between the points, held at the border.
    #[must_use]
    pub fn at(&self, offset_m: f64, depth_m: f64) -> f32 {
        let (column, column_share) = position(&self.offsets_m, offset_m);
        let (row, row_share) = position(&self.depths_m, depth_m);
        let columns = self.offsets_m.len();
        let along = |row: usize| {
            let gain = |column: usize| self.gain_db[row * columns + column];
            mix(gain(column), gain((column + 1).min(columns - 1)), column_share)
        };
        mix(along(row), along((row + 1).min(self.depths_m.len() - 1)), row_share)
    }
}

/// Index of the node below a value, and how far it is on the way to the next one, 0 to 1.
fn position(nodes: &[f64], value: f64) -> (usize, f32) {
    let below = nodes.partition_point(|&node| node <= value).saturating_sub(1);
    let share = nodes.get(below + 1).map_or(0.0, |next| {
        ((value - nodes[below]) / (next - nodes[below])).clamp(0.0, 1.0)
    });
    (below, if share.is_nan() { 0.0 } else { share as f32 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gain_between_points_is_interpolated_and_held_at_the_border() {
        let map = ZoneMap {
            offsets_m: vec![-0.1, 0.0, 0.2],
            depths_m: vec![-0.3, 0.1],
            gain_db: vec![0.0, 10.0, 20.0, 1.0, 11.0, 21.0],
        };
        assert_eq!(map.at(0.0, -0.3), 10.0);
        assert!((map.at(0.1, -0.1) - 15.5).abs() < 1e-5);
        assert_eq!([map.at(-9.0, -9.0), map.at(9.0, 9.0)], [0.0, 21.0]);
        assert!(map.at(f64::NAN, f64::NAN).is_finite());
    }
}
