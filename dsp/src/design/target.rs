//! Target curves: how much cancellation a design shall reach at each frequency.

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
}
