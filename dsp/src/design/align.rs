//! When paths arrive at the listener.

use realfft::num_complex::Complex64;

use super::grid::Grid;

/// Band of the cross-correlation, Hz.
const BAND_HZ: [f64; 2] = [500.0, 4000.0];
/// Steps of the coarse search per period of the highest frequency.
const COARSE_STEPS: f64 = 8.0;

/// Arrival time of a response in samples: the peak of its cross-correlation with the programme between 500 Hz and 4 kHz,
/// within `range` samples of `bulk`.
pub fn arrival_samples(grid: &Grid, response: &[Complex64], bulk: f64, range: f64) -> f64 {
    let in_band = |bin: &usize| (BAND_HZ[0]..=BAND_HZ[1]).contains(&grid.frequencies_hz[*bin]);
    let bins: Vec<(usize, Complex64)> = (0..grid.len())
        .filter(in_band)
        .map(|bin| (bin, response[bin]))
        .collect();
    highest_correlation(grid, &bins, BAND_HZ[1], bulk, range)
}

/// Lag in samples, within `range` of `bulk`, of the highest peak of a correlation that is given by its spectrum: bins and
/// their values, none above `highest_hz`.
pub fn highest_correlation(
    grid: &Grid,
    spectrum: &[(usize, Complex64)],
    highest_hz: f64,
    bulk: f64,
    range: f64,
) -> f64 {
    let correlation = |lag: f64| -> f64 {
        let turned = spectrum
            .iter()
            .map(|&(bin, value)| value * Complex64::from_polar(1.0, grid.omega(bin) * (bulk + lag)));
        turned.map(|value| value.re).sum()
    };
    let step = grid.sample_rate / (highest_hz * COARSE_STEPS);
    let steps = (range / step) as i64;
    let coarse = (-steps..=steps)
        .map(|n| step * n as f64)
        .map(|lag| (lag, correlation(lag)))
        .fold((0.0, f64::NEG_INFINITY), |best, candidate| {
            if candidate.1 > best.1 { candidate } else { best }
        });
    // Golden-section search around the coarse peak.
    let (mut low, mut high) = (coarse.0 - step, coarse.0 + step);
    const GOLDEN: f64 = 0.618_033_988_749_895;
    for _ in 0..40 {
        let (a, b) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
        if correlation(a) < correlation(b) {
            low = a;
        } else {
            high = b;
        }
    }
    bulk + 0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Timing;
    use crate::upmix::UpmixMode;

    #[test]
    fn finds_a_fractional_delay() {
        let grid = Grid::new(&Timing::new(48_000.0, UpmixMode::High));
        for delay in [280.0, 283.37, 271.9] {
            let response: Vec<Complex64> = (0..grid.len())
                .map(|bin| Complex64::from_polar(0.3, -grid.omega(bin) * delay))
                .collect();
            let found = arrival_samples(&grid, &response, 280.0, 100.0);
            assert!((found - delay).abs() < 1e-3, "{found} for {delay}");
        }
    }
}
