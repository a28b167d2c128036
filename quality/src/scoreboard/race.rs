//! A recursive canceller: each driver plays its channel less what the other one plays, attenuated and delayed.
//!
//! R. Glasgal, "360° localization via 4.x RACE processing", 123rd AES Convention, 2007; R. Glasgal, R. Miller, "True-to-life
//! sound reproduction using Recursive Ambiophonic Crosstalk Elimination", Ambiophonics Institute: the opposite channel
//! inverted, attenuated by 2 to 3 dB, delayed by 60 to 100 µs, limited to about 250 Hz to 5 kHz, and so on recursively.
//!
//! `y_L = x_L + r·y_R` and `y_R = x_R + r·y_L` with `r = −g·F·e^{−jωτ}`, so mid is divided by `1 − r` and side by `1 + r`: a
//! centred source is coloured by the comb `1/(1 − r)`. [`Mono`] takes that back in one of two ways.

use std::f64::consts::PI;

use proscenium_dsp::array::Device;
use proscenium_dsp::design::PathFilters;
use proscenium_dsp::engine::Fir;

use super::inverse::{SAMPLE_RATE, plain, references};

/// Samples that its response is followed for; by then it has fallen below single precision.
const TAPS: usize = 2048;
/// Shortest delay, samples: the recursion needs what has been played before.
pub const SHORTEST_DELAY: f64 = 1.0;
/// Room for the longest delay, samples.
const LINE: usize = 64;
/// State below this is silence, so that it does not decay into subnormal numbers.
const SILENCE: f32 = 1e-20;

/// What becomes of a centred source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mono {
    /// The comb of the recursion.
    AsPublished,
    /// Both channels pass `1 − r` afterwards: a centred source is as without the effect, and cancellation is as published; the
    /// colour is then on the sides.
    Equalised,
    /// Mid is left as it was, side goes through the recursion: a centred source is as without the effect, and so are the
    /// sides in part.
    MidUntouched,
}

/// A setting of the method.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Race {
    /// Attenuation of the opposite channel, dB.
    pub attenuation_db: f64,
    /// Its delay, microseconds.
    pub delay_us: f64,
    /// Band that it is limited to by a pole at either end, Hz.
    pub band_hz: [f64; 2],
    /// What becomes of a centred source.
    pub mono: Mono,
}

impl Race {
    /// Filters of the left and of the right input, as played: the response to an impulse.
    #[must_use]
    pub fn filters(&self, device: &Device) -> [PathFilters; 2] {
        let references = references(device);
        let drivers = device.drivers.len();
        [0, 1].map(|input| {
            let mut recursion = Recursion::new(self);
            let mut outputs = [Vec::with_capacity(TAPS), Vec::with_capacity(TAPS)];
            for n in 0..TAPS {
                let mut pair = [0.0; 2];
                pair[input] = f32::from(u8::from(n == 0));
                let pair = recursion.step(pair);
                outputs
                    .iter_mut()
                    .zip(pair)
                    .for_each(|(output, sample)| output.push(sample));
            }
            let mut full = vec![Fir::default(); drivers];
            for (reference, taps) in references.into_iter().zip(outputs) {
                full[reference] = Fir { start: 0, taps };
            }
            PathFilters {
                base: plain(drivers, references[input], 0),
                full,
            }
        })
    }
}

/// The method at work, sample by sample.
#[derive(Debug, Clone)]
pub struct Recursion {
    mono: Mono,
    /// What each channel has yet to send to the other: filtered, not delayed. A ring.
    lines: [[f32; LINE]; 2],
    newest: usize,
    /// Samples of delay before the interpolator's first weight, and its weights times `−g`.
    delay: usize,
    weights: [f32; 4],
    filters: [BandPass; 2],
}

impl Recursion {
    /// A fresh one.
    ///
    /// # Panics
    /// If the delay is too short or too long, or the attenuation not above 0 dB.
    #[must_use]
    pub fn new(race: &Race) -> Self {
        let delay = race.delay_us * 1e-6 * SAMPLE_RATE;
        assert!(
            (SHORTEST_DELAY..(LINE - 3) as f64).contains(&delay),
            "a delay of {delay} samples"
        );
        assert!(race.attenuation_db > 0.0, "the recursion would not end");
        let gain = 10_f64.powf(-race.attenuation_db / 20.0);
        // In the middle of the four samples where the past allows.
        let first = (delay.floor() - 1.0).max(1.0);
        Self {
            mono: race.mono,
            lines: [[0.0; LINE]; 2],
            newest: 0,
            delay: first as usize,
            weights: lagrange(delay - first).map(|weight| (-gain * weight) as f32),
            filters: [BandPass::new(race.band_hz); 2],
        }
    }

    /// The next sample of left and right.
    pub fn step(&mut self, input: [f32; 2]) -> [f32; 2] {
        // `r·y` of either channel, which all lies in the past.
        let sent = self.lines.each_ref().map(|line| {
            let taps = self.weights.iter().enumerate();
            let tap = |(k, weight): (usize, &f32)| weight * line[(self.newest + LINE + 1 - self.delay - k) % LINE];
            taps.map(tap).sum::<f32>()
        });
        let output = [input[0] + sent[1], input[1] + sent[0]];
        self.newest = (self.newest + 1) % LINE;
        for ((line, filter), sample) in self.lines.iter_mut().zip(&mut self.filters).zip(output) {
            line[self.newest] = filter.step(sample);
        }
        match self.mono {
            Mono::AsPublished => output,
            Mono::Equalised => [output[0] - sent[0], output[1] - sent[1]],
            Mono::MidUntouched => {
                let mid = (input[0] + input[1] - output[0] - output[1]) / 2.0;
                output.map(|sample| sample + mid)
            }
        }
    }
}

/// Third-order Lagrange interpolation `d` samples behind the first of four.
fn lagrange(d: f64) -> [f64; 4] {
    [
        -(d - 1.0) * (d - 2.0) * (d - 3.0) / 6.0,
        d * (d - 2.0) * (d - 3.0) / 2.0,
        -d * (d - 1.0) * (d - 3.0) / 2.0,
        d * (d - 1.0) * (d - 2.0) / 6.0,
    ]
}

/// A pole at either end of a band, by the bilinear transform.
#[derive(Debug, Clone, Copy)]
struct BandPass {
    /// Resolved gains of the integrators of the lower and of the upper end.
    gains: [f32; 2],
    states: [f32; 2],
}

impl BandPass {
    fn new(band_hz: [f64; 2]) -> Self {
        let gain = |corner_hz: f64| {
            let half_angle = (PI * corner_hz / SAMPLE_RATE).tan();
            (half_angle / (1.0 + half_angle)) as f32
        };
        Self {
            gains: band_hz.map(gain),
            states: [0.0; 2],
        }
    }

    fn step(&mut self, sample: f32) -> f32 {
        let mut low_pass = |end: usize, sample: f32| {
            let rise = self.gains[end] * (sample - self.states[end]);
            let low = self.states[end] + rise;
            let state = low + rise;
            self.states[end] = if state.abs() < SILENCE { 0.0 } else { state };
            low
        };
        let without_bass = sample - low_pass(0, sample);
        low_pass(1, without_bass)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A band so wide that it does nothing to speak of, and a whole number of samples.
    const PLAIN: Race = Race {
        attenuation_db: 6.0206,
        delay_us: 4.0 / 48_000.0 * 1e6,
        band_hz: [1e-3, 23_999.999],
        mono: Mono::AsPublished,
    };

    fn impulse(race: &Race, input: [f32; 2]) -> Vec<[f32; 2]> {
        let mut recursion = Recursion::new(race);
        (0..400)
            .map(|n| recursion.step(if n == 0 { input } else { [0.0; 2] }))
            .collect()
    }

    /// An impulse goes to and fro: `1, −g` on the other side, `g²` back, and so on, one delay apart.
    #[test]
    fn an_impulse_is_answered_from_side_to_side() {
        let response = impulse(&PLAIN, [1.0, 0.0]);
        for (n, [left, right]) in response.iter().enumerate().take(30) {
            let term = (-0.5_f32).powi(n as i32 / 4);
            let wanted = match n % 8 {
                0 => [term, 0.0],
                4 => [0.0, term],
                _ => [0.0; 2],
            };
            assert!(
                (left - wanted[0]).abs() < 1e-3 && (right - wanted[1]).abs() < 1e-3,
                "{n}: {left} {right}"
            );
        }
    }

    #[test]
    fn a_centred_source_is_combed_unless_mono_is_kept() {
        let band_limited = Race {
            attenuation_db: 2.5,
            delay_us: 85.0,
            band_hz: [250.0, 5000.0],
            ..PLAIN
        };
        for mono in [Mono::AsPublished, Mono::Equalised, Mono::MidUntouched] {
            let response = impulse(&Race { mono, ..band_limited }, [1.0, 1.0]);
            let changed = response
                .iter()
                .enumerate()
                .any(|(n, pair)| pair.iter().any(|y| (y - f32::from(u8::from(n == 0))).abs() > 1e-5));
            assert_eq!(changed, mono == Mono::AsPublished, "{mono:?}");
        }
    }

    /// `1 − r` on both sides leaves the ratio of the sides, and so the cancellation, alone.
    #[test]
    fn equalising_mono_leaves_the_ratio_of_both_channels_alone() {
        let at = |response: &[[f32; 2]], side: usize, frequency_hz: f64| {
            use realfft::num_complex::Complex64;
            let step = -2.0 * PI * frequency_hz / SAMPLE_RATE;
            let terms = response.iter().enumerate();
            terms
                .map(|(n, pair)| Complex64::from_polar(1.0, step * n as f64) * f64::from(pair[side]))
                .sum::<Complex64>()
        };
        let race = Race {
            delay_us: 91.0,
            band_hz: [250.0, 5000.0],
            ..PLAIN
        };
        let published = impulse(&race, [1.0, 0.0]);
        let equalised = impulse(
            &Race {
                mono: Mono::Equalised,
                ..race
            },
            [1.0, 0.0],
        );
        for frequency_hz in [400.0, 1500.0, 4000.0] {
            let [a, b] = [&published, &equalised].map(|r| at(r, 1, frequency_hz) / at(r, 0, frequency_hz));
            assert!((a - b).norm() < 1e-3, "{frequency_hz} Hz: {a} {b}");
        }
    }

    #[test]
    fn the_band_ends_where_its_poles_are() {
        let mut filter = BandPass::new([250.0, 5000.0]);
        let response: Vec<f32> = (0..4000).map(|n| filter.step(f32::from(u8::from(n == 0)))).collect();
        let level_db = |frequency_hz: f64| {
            let step = 2.0 * PI * frequency_hz / SAMPLE_RATE;
            let sum = |f: fn(f64) -> f64| -> f64 {
                let terms = response.iter().enumerate();
                terms.map(|(n, &y)| f64::from(y) * f(step * n as f64)).sum()
            };
            20.0 * sum(f64::cos).hypot(sum(f64::sin)).log10()
        };
        for corner_hz in [250.0, 5000.0] {
            assert!(
                (level_db(corner_hz) + 3.0).abs() < 0.1,
                "{corner_hz}: {}",
                level_db(corner_hz)
            );
        }
        assert!(level_db(1100.0) > -0.5 && level_db(25.0) < -19.0);
    }
}
