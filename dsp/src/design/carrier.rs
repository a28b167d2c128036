//! Who carries what the drivers of a side path cannot. A driver that fires sideways is heard so far off its axis that no
//! equaliser brings its highest octaves back (Tabletop: −27 dB at 8 kHz in the free field). What is missing after the boost
//! that tone can give comes from the reference drivers of the centre, which face the listener.
//!
//! They fill up, and take nothing over: the path's own drivers are what parts the two ears, so a canceller needs them. With
//! the treble handed over instead, the least cancellation of Tabletop up to 8 kHz is 2 dB instead of 10 at the same limit of
//! effort. It is the mixture that the canceller takes as its reference, so the strength of the cancellation stays a plain gain.

use realfft::num_complex::Complex64;

use super::align::highest_correlation;
use super::grid::Grid;
use super::quadratic::Weights;
use super::tone::{HIGHEST_HZ, UNBENT_BOOST_DB, power_db, third_octave_power};

/// Nothing is filled up below this, Hz: lower down a driver is heard all around.
const LOWEST_HZ: f64 = 500.0;
/// Both play in phase over these octaves from where the filling starts; higher up the response of the path's own drivers is
/// a tangle, and the powers are what is reckoned with.
const IN_PHASE_OCTAVES: f64 = 1.0;
/// A carrier that is heard weaker than this re the flat source, dB, is none: it could not fill up either.
const WEAKEST_CARRIER_DB: f64 = -6.0;

/// Reference weights of a path and how loud they are at the ear that a side path is meant for, by bin.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// Weights `[bin][driver]`.
    pub weights: &'a [Weights],
    /// Response at the ear.
    pub heard: &'a [Complex64],
}

/// The weights of `own`, filled up with those of `carrier` to what tone can bring to the power response `flat`, as far as
/// `strength` says, from 0 to 1. At 0 they are exactly those of `own`, and so they are where there is no need, or no help.
/// The two arrive within `range` samples of each other.
pub fn with_carrier(
    grid: &Grid,
    own: Source<'_>,
    carrier: Source<'_>,
    flat: &[f64],
    strength: f64,
    range: f64,
) -> Vec<Weights> {
    let frequencies = &grid.frequencies_hz;
    let smoothed = |power: &[f64], f: f64| third_octave_power(frequencies, power, f);
    let powers = |heard: &[Complex64]| -> Vec<f64> { heard.iter().map(Complex64::norm_sqr).collect() };
    let (own_power, carrier_power) = (powers(own.heard), powers(carrier.heard));
    let before_boost = 10_f64.powf(-UNBENT_BOOST_DB / 10.0);
    let missing = |f: f64| before_boost * smoothed(flat, f) - smoothed(&own_power, f);
    let helps = |f: f64| power_db(smoothed(&carrier_power, f) / smoothed(flat, f)) > WEAKEST_CARRIER_DB;
    let start = (0..grid.len())
        .filter(|_| strength > 0.0)
        .find(|&bin| frequencies[bin] > LOWEST_HZ && frequencies[bin] < HIGHEST_HZ && missing(frequencies[bin]) > 0.0)
        .filter(|&bin| helps(frequencies[bin]));
    let Some(start) = start else {
        return own.weights.to_vec();
    };
    let products: Vec<Complex64> = own.heard.iter().zip(carrier.heard).map(|(a, b)| a * b.conj()).collect();
    let end_hz = frequencies[start] * IN_PHASE_OCTAVES.exp2();
    let together: Vec<(usize, Complex64)> = (start..grid.len())
        .take_while(|&bin| frequencies[bin] < end_hz)
        .map(|bin| (bin, products[bin]))
        .collect();
    let delay = highest_correlation(grid, &together, end_hz, 0.0, range);
    let cross: Vec<f64> = products
        .iter()
        .enumerate()
        .map(|(bin, product)| (product * Complex64::from_polar(1.0, grid.omega(bin) * delay)).re)
        .collect();
    (0..grid.len())
        .map(|bin| {
            let f = frequencies[bin].min(HIGHEST_HZ);
            let missing = missing(f);
            if f <= LOWEST_HZ || missing <= 0.0 {
                return own.weights[bin].clone();
            }
            // The one positive root of |own + g·carrier|² = what is wanted, as a mean over a third octave.
            let (a, b) = (smoothed(&carrier_power, f), smoothed(&cross, f));
            let gain = ((b * b + a * missing).sqrt() - b) / a;
            let part = Complex64::from_polar(strength * gain.min(1.0), -grid.omega(bin) * delay);
            let mix = own.weights[bin].iter().zip(&carrier.weights[bin]);
            mix.map(|(own, carrier)| own + carrier * part).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Timing;
    use crate::upmix::UpmixMode;

    const RANGE: f64 = 40.0;

    /// A driver that loses its treble beside a flat one that is heard `early` samples before it: weights and responses.
    struct Pair {
        grid: Grid,
        weights: [Vec<Weights>; 2],
        heard: [Vec<Complex64>; 2],
        flat: Vec<f64>,
    }

    impl Pair {
        fn new(corner_hz: f64, carrier_level: f64, early: f64) -> Self {
            let grid = Grid::new(&Timing::new(48_000.0, UpmixMode::High));
            let alone = |driver: usize| {
                let weights: Weights = (0..2).map(|n| f64::from(u8::from(n == driver)).into()).collect();
                vec![weights; grid.len()]
            };
            let at = |bin: usize, level: f64, delay: f64| Complex64::from_polar(level, -grid.omega(bin) * delay);
            let dull = |f: f64| 1.0 / (1.0 + (f / corner_hz).powi(2));
            let bins = 0..grid.len();
            Self {
                weights: [alone(0), alone(1)],
                heard: [
                    bins.clone()
                        .map(|n| at(n, dull(grid.frequencies_hz[n]), 280.0))
                        .collect(),
                    bins.map(|n| at(n, carrier_level, 280.0 - early)).collect(),
                ],
                flat: vec![1.0; grid.len()],
                grid,
            }
        }

        fn mixed(&self, strength: f64) -> Vec<Weights> {
            let [own, carrier] = [0, 1].map(|n| Source {
                weights: &self.weights[n],
                heard: &self.heard[n],
            });
            with_carrier(&self.grid, own, carrier, &self.flat, strength, RANGE)
        }
    }

    #[test]
    fn what_tone_cannot_boost_is_filled_up() {
        let pair = Pair::new(3000.0, 1.0, 9.6);
        let mixed = pair.mixed(1.0);
        for (bin, f) in pair.grid.frequencies_hz.iter().enumerate() {
            let heard: Complex64 = (0..2).map(|n| mixed[bin][n] * pair.heard[n][bin]).sum();
            let level_db = 20.0 * heard.norm().log10();
            // The last smoothing windows reach over the end of the grid.
            if *f < 15_000.0 {
                assert!(level_db > -UNBENT_BOOST_DB - 0.2, "{f} Hz: {level_db} dB");
            }
            // The path's own driver plays on, and nothing is added where it suffices.
            assert_eq!(mixed[bin][0], Complex64::from(1.0));
            if *f < 3000.0 {
                assert_eq!(mixed[bin], pair.weights[0][bin]);
            }
            // In time, and so with the least of the carrier.
            if (5000.0..9000.0).contains(f) {
                let own = pair.heard[0][bin].norm();
                let least = 10_f64.powf(-UNBENT_BOOST_DB / 20.0) - own;
                assert!(
                    mixed[bin][1].norm() < 1.05 * least,
                    "{f} Hz: {}",
                    mixed[bin][1].norm() / least
                );
            }
        }
    }

    #[test]
    fn nothing_is_added_without_strength_need_or_help() {
        for (pair, strength) in [
            (Pair::new(3000.0, 1.0, 9.6), 0.0),
            (Pair::new(20_000.0, 1.0, 9.6), 1.0),
            (Pair::new(3000.0, 0.3, 9.6), 1.0),
        ] {
            assert_eq!(pair.mixed(strength), pair.weights[0]);
        }
    }
}
