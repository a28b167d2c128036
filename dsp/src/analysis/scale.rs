//! Decibels, logarithmic frequency grids and smoothing.

/// Half-width of a third-octave window, octaves.
const HALF_THIRD_OCTAVE: f64 = 1.0 / 6.0;

/// Frequencies from `lowest_hz` up to `highest_hz`, `per_octave` to the octave.
#[must_use]
pub fn log_frequencies_hz(lowest_hz: f64, highest_hz: f64, per_octave: u32) -> Vec<f64> {
    let per_octave = f64::from(per_octave);
    // A hair more than the span, so that rounding does not drop the last one.
    let steps = ((highest_hz / lowest_hz).log2() * per_octave + 1e-9) as usize;
    (0..=steps)
        .map(|step| lowest_hz * (step as f64 / per_octave).exp2())
        .collect()
}

/// An amplitude ratio in decibels.
#[must_use]
pub fn amplitude_db(ratio: f64) -> f64 {
    20.0 * ratio.max(f64::MIN_POSITIVE).log10()
}

/// A power ratio in decibels.
#[must_use]
pub fn power_db(ratio: f64) -> f64 {
    10.0 * ratio.max(f64::MIN_POSITIVE).log10()
}

/// Levels of silence and ratios to it stay within this, dB.
const BOUND_DB: f64 = 120.0;
/// Powers below this are silence.
const SILENCE: f64 = 1e-30;

/// A power in decibels, not below −120.
pub(super) fn bounded_level_db(power: f64) -> f64 {
    power_db(power).max(-BOUND_DB)
}

/// The ratio of two powers in decibels, within ±120; 0 if both are silence.
pub(super) fn bounded_ratio_db(a: f64, b: f64) -> f64 {
    power_db(a.max(SILENCE) / b.max(SILENCE)).clamp(-BOUND_DB, BOUND_DB)
}

/// Levels in decibels smoothed as powers over a third octave around each frequency; frequencies in rising order.
#[must_use]
pub fn third_octave_db(levels_db: &[f64], frequencies_hz: &[f64]) -> Vec<f64> {
    let ratio = HALF_THIRD_OCTAVE.exp2() * (1.0 + 1e-9);
    frequencies_hz
        .iter()
        .map(|&center_hz| {
            let first = frequencies_hz.partition_point(|&f| f < center_hz / ratio);
            let end = frequencies_hz.partition_point(|&f| f <= center_hz * ratio);
            let powers = levels_db[first..end].iter().map(|level| 10_f64.powf(level / 10.0));
            power_db(powers.sum::<f64>() / (end - first) as f64)
        })
        .collect()
}

/// Arithmetic mean; NaN of nothing.
#[must_use]
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The lower of two curves at each frequency.
#[must_use]
pub fn worse(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a.min(*b)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grid_runs_over_whole_octaves_with_both_ends() {
        let grid = log_frequencies_hz(500.0, 8000.0, 12);
        assert_eq!(grid.len(), 49);
        assert!((grid[48] - 8000.0).abs() < 1e-6 && (grid[12] - 1000.0).abs() < 1e-9);
    }

    #[test]
    fn smoothing_keeps_a_level_and_averages_power() {
        let grid = log_frequencies_hz(100.0, 1600.0, 12);
        let level = third_octave_db(&vec![-7.0; grid.len()], &grid);
        assert!(level.iter().all(|db| (db + 7.0).abs() < 1e-9));
        let mut peak = vec![-300.0; grid.len()];
        peak[20] = 0.0;
        // Five of twelve points to the octave lie within a third octave of the peak.
        assert!((third_octave_db(&peak, &grid)[20] - power_db(0.2)).abs() < 1e-9);
    }
}
