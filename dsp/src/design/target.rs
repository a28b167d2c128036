//! Target curves: how much cancellation a design shall reach at each frequency.

/// Nodes of a curve that a user draws, at most.
pub const MAX_TARGET_NODES: usize = 8;
/// Where such nodes may be: Hz, and dB of cancellation gain. The highest gain stands for as much as the effort allows.
pub const TARGET_RANGE_HZ: [f32; 2] = [50.0, 20_000.0];
/// See [`TARGET_RANGE_HZ`].
pub const TARGET_RANGE_DB: [f32; 2] = [0.0, 60.0];
/// What designs aim for unless told otherwise, `[Hz, dB]`: as much as the effort allows in the useful range; below it the
/// in-phase sum of all drivers.
const AUTOMATIC: [[f64; 2]; 3] = [[100.0, 0.0], [250.0, 20.0], [400.0, 60.0]];

/// A curve over frequency, piecewise linear in dB over log frequency.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetCurve {
    /// Frequency in Hz and gain in dB, by rising frequency.
    nodes: Vec<[f64; 2]>,
}

/// Why nodes do not make a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// There are no nodes.
    #[error("a target curve needs at least one node")]
    Empty,
    /// The node at this index breaks the rule.
    #[error("node {0} of the target curve: frequencies must be positive, finite and rising, gains finite")]
    BadNode(usize),
}

impl TargetCurve {
    /// A curve through `[frequency_hz, gain_db]` nodes; level outside of them.
    ///
    /// # Errors
    ///
    /// Fails without nodes, or if a frequency is not positive, finite and above its predecessor, or a gain not finite.
    pub fn new(nodes: Vec<[f64; 2]>) -> Result<Self, TargetError> {
        if nodes.is_empty() {
            return Err(TargetError::Empty);
        }
        for (index, &[frequency_hz, gain_db]) in nodes.iter().enumerate() {
            let rises = index == 0 || frequency_hz > nodes[index - 1][0];
            if !(frequency_hz > 0.0 && frequency_hz.is_finite() && gain_db.is_finite() && rises) {
                return Err(TargetError::BadNode(index));
            }
        }
        Ok(Self { nodes })
    }

    /// A curve through nodes known to be valid.
    pub(super) fn of(nodes: &[[f64; 2]]) -> Self {
        Self { nodes: nodes.to_vec() }
    }

    /// The target at a frequency, dB.
    pub fn gain_db(&self, frequency_hz: f64) -> f64 {
        let above = self.nodes.partition_point(|node| node[0] <= frequency_hz);
        if above == 0 {
            return self.nodes[0][1];
        }
        let [f0, g0] = self.nodes[above - 1];
        self.nodes.get(above).map_or(g0, |&[f1, g1]| {
            g0 + (g1 - g0) * (frequency_hz / f0).ln() / (f1 / f0).ln()
        })
    }
}

/// A target curve in few nodes, of a fixed size so that it passes from the audio thread without allocation; or none, which
/// leaves the curve to the design.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TargetNodes {
    /// `[Hz, dB]`; unused ones are zero.
    nodes: [[f32; 2]; MAX_TARGET_NODES],
    count: u8,
}

impl TargetNodes {
    /// The curve that designs aim for by themselves.
    pub const AUTOMATIC: Self = Self {
        nodes: [[0.0; 2]; MAX_TARGET_NODES],
        count: 0,
    };

    /// A curve through those of the `[frequency_hz, gain_db]` nodes that can be: brought into [`TARGET_RANGE_HZ`] and
    /// [`TARGET_RANGE_DB`], each above its predecessor, [`MAX_TARGET_NODES`] at most. What is not a number is left out. Without
    /// any it is [`AUTOMATIC`](Self::AUTOMATIC). Safe on the audio thread.
    #[must_use]
    pub fn from_readable(nodes: impl IntoIterator<Item = [f32; 2]>) -> Self {
        let mut curve = Self::AUTOMATIC;
        for [frequency_hz, gain_db] in nodes {
            let node = [
                frequency_hz.clamp(TARGET_RANGE_HZ[0], TARGET_RANGE_HZ[1]),
                gain_db.clamp(TARGET_RANGE_DB[0], TARGET_RANGE_DB[1]),
            ];
            let rises = curve.nodes().last().is_none_or(|last| node[0] > last[0]);
            let count = usize::from(curve.count);
            if node.iter().all(|value| value.is_finite()) && rises && count < MAX_TARGET_NODES {
                curve.nodes[count] = node;
                curve.count += 1;
            }
        }
        curve
    }

    /// The nodes, `[Hz, dB]` by rising frequency; none leaves the curve to the design.
    #[must_use]
    pub fn nodes(&self) -> &[[f32; 2]] {
        &self.nodes[..usize::from(self.count)]
    }

    /// Whether the curve is left to the design.
    #[must_use]
    pub fn is_automatic(&self) -> bool {
        self.count == 0
    }

    /// The curve. Allocates.
    #[must_use]
    pub fn curve(&self) -> TargetCurve {
        if self.is_automatic() {
            return TargetCurve::of(&AUTOMATIC);
        }
        let nodes = self.nodes().iter().map(|node| node.map(f64::from));
        TargetCurve { nodes: nodes.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpolates_over_log_frequency_and_is_level_outside() {
        let curve = TargetCurve::new(vec![[100.0, 0.0], [400.0, 20.0]]).unwrap();
        for (f, gain) in [(10.0, 0.0), (100.0, 0.0), (200.0, 10.0), (400.0, 20.0), (9000.0, 20.0)] {
            assert!((curve.gain_db(f) - gain).abs() < 1e-9, "{f}");
        }
    }

    #[test]
    fn bad_nodes_are_named() {
        assert_eq!(TargetCurve::new(vec![]), Err(TargetError::Empty));
        assert_eq!(
            TargetCurve::new(vec![[100.0, 0.0], [100.0, 1.0]]),
            Err(TargetError::BadNode(1))
        );
        assert_eq!(TargetCurve::new(vec![[f64::NAN, 0.0]]), Err(TargetError::BadNode(0)));
    }

    #[test]
    fn a_drawn_curve_keeps_what_can_be_a_curve() {
        let nodes = [[300.0, 10.0], [f32::NAN, 3.0], [200.0, 20.0], [1e9, 99.0], [9e9, 5.0]];
        let curve = TargetNodes::from_readable(nodes);
        assert_eq!(curve.nodes(), [[300.0, 10.0], [20_000.0, 60.0]]);
        assert!((curve.curve().gain_db(100.0) - 10.0).abs() < 1e-9);
        let many = (1..100).map(|n| [100.0 * n as f32, 1.0]);
        assert_eq!(TargetNodes::from_readable(many).nodes().len(), MAX_TARGET_NODES);
        assert_eq!(TargetNodes::from_readable([]), TargetNodes::AUTOMATIC);
        assert_eq!(TargetNodes::AUTOMATIC.curve().gain_db(1000.0), 60.0);
    }
}
