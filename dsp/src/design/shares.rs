//! Shares of an effect over frequency.

/// Least reach of the smoothing, bins to either side.
const LEAST_BINS: usize = 2;

/// A smooth curve over bins that is nowhere above `shares`: means over some octaves to either side of minima over as much.
pub(super) fn smooth_below(shares: &[f64], octaves: f64) -> Vec<f64> {
    let ratio = octaves.exp2();
    let window = |bin: usize| {
        let (low, high) = (bin as f64 / ratio, bin as f64 * ratio);
        let first = (low.ceil() as usize).min(bin.saturating_sub(LEAST_BINS));
        first..(high as usize).max(bin + LEAST_BINS).min(shares.len() - 1) + 1
    };
    // Each of the minima that are averaged reaches the bin.
    let least: Vec<f64> = (0..shares.len())
        .map(|bin| shares[window(bin)].iter().copied().fold(f64::INFINITY, f64::min))
        .collect();
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    (0..shares.len()).map(|bin| mean(&least[window(bin)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dip_becomes_a_smooth_one_around_it() {
        let mut shares = vec![1.0; 400];
        shares[200] = 0.2;
        let smooth = smooth_below(&shares, 1.0 / 6.0);
        assert!(smooth.iter().zip(&shares).all(|(smooth, share)| smooth <= share));
        assert!((smooth[200] - 0.2).abs() < 1e-12 && smooth[100] == 1.0 && smooth[300] == 1.0);
        assert!(smooth.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.05));
    }
}
