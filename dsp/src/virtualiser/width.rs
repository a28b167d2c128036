//! What depends on the width of the virtual pair, from a table, since it may move with every sample.

use super::{MAX_WIDTH_RAD, Shelf, interaural_delay_s};

/// Intervals of the table from 0° to 90°. A multiple of 9, so that the far ear's kink at 80°, where sound begins to come around
/// the other side of the head, is a point of the table. Straight lines between the points are right to 2e-5 samples at 192 kHz, and gains to 1e-5.
const INTERVALS: usize = 1152;

/// The way to the far ear at one width.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Setting {
    /// Whole samples of delay.
    pub(super) delay: usize,
    /// What the delay has beyond them, samples.
    pub(super) fraction: f32,
    /// Gain of the integrator in the shelf's low-pass.
    pub(super) integrator: f32,
    /// Gain of the delayed signal in the far ear.
    pub(super) direct: f32,
    /// Gain of the low-pass's state in the far ear.
    pub(super) low: f32,
}

#[derive(Clone, Copy)]
struct Point {
    delay_samples: f64,
    integrator: f32,
    /// Gain of the shelf at high frequencies.
    high: f32,
}

/// [`Setting`]s of all widths at one sample rate.
pub(super) struct WidthTable {
    points: Vec<Point>,
}

impl WidthTable {
    pub(super) fn new(sample_rate: f64) -> Self {
        let point = |index: usize| {
            let azimuth_rad = MAX_WIDTH_RAD * index as f64 / INTERVALS as f64;
            let shelf = Shelf::new(azimuth_rad, sample_rate);
            Point {
                delay_samples: interaural_delay_s(azimuth_rad) * sample_rate,
                integrator: shelf.integrator as f32,
                high: shelf.direct as f32,
            }
        };
        Self {
            points: (0..=INTERVALS).map(point).collect(),
        }
    }

    /// The setting for a half-angle; beyond 0..π/2 that of the nearest end.
    #[inline]
    pub(super) fn at(&self, width_rad: f32) -> Setting {
        let position = f64::from(width_rad).clamp(0.0, MAX_WIDTH_RAD) * (INTERVALS as f64 / MAX_WIDTH_RAD);
        let index = (position as usize).min(INTERVALS - 1);
        let share = position - index as f64;
        let (from, to) = (self.points[index], self.points[index + 1]);
        let between = |from: f32, to: f32| from + share as f32 * (to - from);
        let delay_samples = from.delay_samples + share * (to.delay_samples - from.delay_samples);
        let integrator = between(from.integrator, to.integrator);
        // high · x + (1 − high) · low, where low = state + integrator · (x − state).
        let low = (1.0 - between(from.high, to.high)) * (1.0 - integrator);
        Setting {
            delay: delay_samples as usize,
            fraction: delay_samples.fract() as f32,
            integrator,
            direct: 1.0 - low,
            low,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_closed_form() {
        for sample_rate in [44_100.0, 192_000.0] {
            let table = WidthTable::new(sample_rate);
            for step in 0..=9000 {
                let width_rad = (f64::from(step) / 100.0).to_radians() as f32;
                let azimuth_rad = f64::from(width_rad).min(MAX_WIDTH_RAD);
                let shelf = Shelf::new(azimuth_rad, sample_rate);
                let Setting {
                    delay,
                    fraction,
                    integrator,
                    direct,
                    low,
                } = table.at(width_rad);
                let delay_samples = delay as f64 + f64::from(fraction);
                let exact_samples = interaural_delay_s(azimuth_rad) * sample_rate;
                assert!(
                    (delay_samples - exact_samples).abs() < 2e-5,
                    "{width_rad}: {delay_samples}"
                );
                let exact_low = (1.0 - shelf.direct) * (1.0 - shelf.integrator);
                let errors = [
                    f64::from(integrator) - shelf.integrator,
                    f64::from(low) - exact_low,
                    f64::from(direct) - (1.0 - exact_low),
                ];
                assert!(errors.iter().all(|error| error.abs() < 1e-5), "{width_rad}: {errors:?}");
            }
        }
    }

    #[test]
    fn widths_beyond_the_range_are_those_of_its_ends() {
        let table = WidthTable::new(48_000.0);
        assert_eq!(table.at(-1.0), table.at(0.0));
        assert_eq!(table.at(10.0), table.at(std::f32::consts::FRAC_PI_2));
        assert_eq!(table.at(f32::NAN).delay, 0);
    }
}
