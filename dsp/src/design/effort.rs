//! Keeps the effort of realised filters in bounds. Truncation adds to the effort that weights were designed with, mostly where they change
//! fast over frequency, on some devices and for some listeners by more than 2 dB.

use realfft::num_complex::Complex64;

use super::grid::Grid;
use super::shares::smooth_below;

/// Effort beyond the limit that is let pass, dB: what is taken back adds a little between the bins.
const TOLERANCE_DB: f64 = 0.3;
/// What is taken back is taken back smoothly, over this many octaves to either side.
const SMOOTHING_OCTAVES: f64 = 1.0 / 6.0;

/// Filters of a side path on the grid, `[driver][bin]`, and the responses of the drivers at its ear.
pub struct Realised<'a> {
    /// The reference drivers alone.
    pub base: &'a [Vec<Complex64>],
    /// What the full effect adds.
    pub change: &'a [Vec<Complex64>],
    /// Response of a driver in a bin.
    pub response: &'a dyn Fn(usize, usize) -> Complex64,
}

impl Realised<'_> {
    /// Norm of the full effect against the base at equal level at the ear, linear.
    fn effort(&self, bin: usize) -> f64 {
        let (mut norms, mut heard) = ([0.0; 2], [Complex64::default(); 2]);
        for (driver, (base, change)) in self.base.iter().zip(self.change).enumerate() {
            let response = (self.response)(driver, bin);
            for (n, weight) in [base[bin], base[bin] + change[bin]].into_iter().enumerate() {
                norms[n] += weight.norm_sqr();
                heard[n] += weight * response;
            }
        }
        ((norms[1] / norms[0]) * (heard[0].norm_sqr() / heard[1].norm_sqr())).sqrt()
    }

    /// Share of the change by bin that keeps the effort at `limit_db`, smooth over frequency; `None` where all of it does.
    /// Any share keeps the response at the ear, so only cancellation is given up.
    pub fn share_within(&self, grid: &Grid, limit_db: f64) -> Option<Vec<f64>> {
        let largest = 10_f64.powf((limit_db + TOLERANCE_DB) / 20.0);
        // The norm is convex in the share and 1 at none of it: it stays below the line from there to the effort.
        let limit = 10_f64.powf(limit_db / 20.0);
        let shares: Vec<f64> = (0..grid.len())
            .map(|bin| self.effort(bin))
            .map(|effort| {
                if effort > largest {
                    (limit - 1.0).max(0.0) / (effort - 1.0)
                } else {
                    1.0
                }
            })
            .collect();
        if shares.iter().all(|share| *share == 1.0) {
            return None;
        }
        Some(smooth_below(&shares, SMOOTHING_OCTAVES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Timing;
    use crate::upmix::UpmixMode;

    #[test]
    fn excess_is_taken_back_smoothly_where_it_is() {
        let grid = Grid::new(&Timing::new(48_000.0, UpmixMode::High));
        let ones = vec![Complex64::from(1.0); grid.len()];
        let none = vec![Complex64::default(); grid.len()];
        // Two opposed drivers, heard alike: the change is heard as nothing.
        let mut up = none.clone();
        up[100..110].fill(Complex64::from(8.0));
        let down: Vec<Complex64> = up.iter().map(|value| -value).collect();
        let response = |_: usize, _: usize| Complex64::from(1.0);
        let realised = |up, down| [ones.clone(), none.clone(), up, down];
        let [a, b, c, d] = realised(up, down);
        let (base, change) = ([a, b], [c, d]);
        let subject = Realised {
            base: &base,
            change: &change,
            response: &response,
        };
        assert!(subject.share_within(&grid, 30.0).is_none());
        let shares = subject.share_within(&grid, 12.0).unwrap();
        let scaled: Vec<Vec<Complex64>> = change
            .iter()
            .map(|change| change.iter().zip(&shares).map(|(c, share)| c * share).collect())
            .collect();
        let kept = Realised {
            change: &scaled,
            ..subject
        };
        let largest = (0..grid.len()).map(|bin| kept.effort(bin)).fold(0.0, f64::max);
        assert!(20.0 * largest.log10() < 12.0 + TOLERANCE_DB);
        assert!(shares[50] == 1.0 && shares[200] == 1.0);
        assert!(shares.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.1));
    }
}
