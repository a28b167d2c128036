//! Noise to identify a driver by: pink, within the driver's band, at a set level.

use std::f64::consts::{PI, TAU};

use realfft::num_complex::Complex64;

/// Level of the noise: −20 dBFS.
const LEVEL_RMS: f64 = 0.1;
/// Where noise is easily located and no small driver is overloaded, hertz.
const COMFORTABLE_HZ: [f64; 2] = [250.0, 6_000.0];
/// Band of a driver that names none, hertz.
const FULL_RANGE_HZ: [f64; 2] = [20.0, 20_000.0];
/// Quality factors of the two halves of a fourth-order Butterworth filter.
const BUTTERWORTH: [f64; 2] = [0.541_196_1, 1.306_563];
/// Poles at these frequencies, each with a zero half a decade above, fall by 10 dB per decade on average: pink noise within
/// ±1 dB from 50 Hz to 15 kHz. Hertz.
const PINK_POLES_HZ: [f64; 3] = [30.0, 300.0, 3_000.0];
const SECTIONS: usize = PINK_POLES_HZ.len() + 2 * BUTTERWORTH.len();
/// The noise is the same each time.
const SEED: u64 = 0x9E37_79B9_7F4A_7C15;

/// Second-order section in double precision, which bass at high sample rates needs.
#[derive(Debug, Clone, Copy)]
struct Section {
    b: [f64; 3],
    a: [f64; 2],
}

impl Section {
    /// First order: a pole at one frequency and a zero at another.
    fn shelf(pole_hz: f64, zero_hz: f64, sample_rate: f64) -> Self {
        let place = |frequency_hz: f64| -(-TAU * frequency_hz / sample_rate).exp();
        Self {
            b: [1.0, place(zero_hz), 0.0],
            a: [place(pole_hz), 0.0],
        }
    }

    /// Second-order high-pass or low-pass by the bilinear transform.
    fn pass(high: bool, frequency_hz: f64, q: f64, sample_rate: f64) -> Self {
        let k = (PI * frequency_hz / sample_rate).tan();
        let norm = 1.0 / (1.0 + k / q + k * k);
        let b = if high {
            [1.0, -2.0, 1.0]
        } else {
            [1.0, 2.0, 1.0].map(|b| b * k * k)
        };
        Self {
            b: b.map(|b| b * norm),
            a: [2.0 * (k * k - 1.0) * norm, (1.0 - k / q + k * k) * norm],
        }
    }

    /// Squared magnitude at an angle in radians per sample.
    fn power(&self, angle: f64) -> f64 {
        let z = Complex64::from_polar(1.0, -angle);
        let [b0, b1, b2] = self.b;
        let [a1, a2] = self.a;
        ((b0 + z * (b1 + z * b2)) / (1.0 + z * (a1 + z * a2))).norm_sqr()
    }

    /// Next sample, transposed direct form.
    fn process(&self, state: &mut [f64; 2], x: f64) -> f64 {
        let y = self.b[0] * x + state[0];
        state[0] = self.b[1] * x - self.a[0] * y + state[1];
        state[1] = self.b[2] * x - self.a[1] * y;
        y
    }
}

/// What the noise of one driver is like. Made off the audio thread.
#[derive(Debug, Clone, Copy)]
pub(super) struct NoiseShape {
    sections: [Section; SECTIONS],
    gain: f64,
}

impl NoiseShape {
    /// For a driver with the given operating band, hertz, and correction of its channel's level, dB. A correction may
    /// make the noise softer, never louder.
    pub(super) fn new(band_hz: Option<[f64; 2]>, correction_db: f64, sample_rate: f64) -> Self {
        let [low_hz, high_hz] = audible_band(band_hz, sample_rate);
        let pink = PINK_POLES_HZ.map(|pole_hz| {
            let limit = 0.45 * sample_rate;
            Section::shelf(pole_hz.min(limit), (10_f64.sqrt() * pole_hz).min(limit), sample_rate)
        });
        let [p0, p1, p2] = pink;
        let [h0, h1] = BUTTERWORTH.map(|q| Section::pass(true, low_hz, q, sample_rate));
        let [l0, l1] = BUTTERWORTH.map(|q| Section::pass(false, high_hz, q, sample_rate));
        let sections = [p0, p1, p2, h0, h1, l0, l1];
        let level = LEVEL_RMS * 10_f64.powf(correction_db.min(0.0) / 20.0);
        Self {
            gain: level / rms(&sections),
            sections,
        }
    }
}

/// The part of a driver's band that is pleasant to hear, or all of it if that is less than an octave.
fn audible_band(band_hz: Option<[f64; 2]>, sample_rate: f64) -> [f64; 2] {
    let [low_hz, high_hz] = band_hz.unwrap_or(FULL_RANGE_HZ);
    let comfortable = [low_hz.max(COMFORTABLE_HZ[0]), high_hz.min(COMFORTABLE_HZ[1])];
    let [low_hz, high_hz] = if comfortable[1] >= 2.0 * comfortable[0] {
        comfortable
    } else {
        [low_hz.max(FULL_RANGE_HZ[0]), high_hz]
    };
    let high_hz = high_hz.min(0.45 * sample_rate);
    [low_hz.min(0.5 * high_hz), high_hz]
}

/// Root mean square of white noise, uniform in −1..1, behind the sections: its power integrated over frequency, on a
/// logarithmic scale.
fn rms(sections: &[Section]) -> f64 {
    const POINTS: usize = 256;
    let lowest: f64 = 1e-4;
    let step = (1.0 / lowest).ln() / POINTS as f64;
    let powers = (0..POINTS).map(|point| {
        // Share of half the sample rate.
        let share = lowest * (step * (point as f64 + 0.5)).exp();
        let power: f64 = sections.iter().map(|section| section.power(PI * share)).product();
        power * share * step
    });
    (powers.sum::<f64>() / 3.0).sqrt()
}

/// Noise of a shape, the same from the beginning each time.
pub(super) struct Noise {
    shape: NoiseShape,
    states: [[f64; 2]; SECTIONS],
    random: u64,
}

impl Noise {
    pub(super) fn new(shape: NoiseShape) -> Self {
        Self {
            shape,
            states: Default::default(),
            random: SEED,
        }
    }

    pub(super) fn next_sample(&mut self) -> f32 {
        // Marsaglia's xorshift.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let white = (self.random >> 11) as f64 / (1_u64 << 52) as f64 - 1.0;
        let sections = self.shape.sections.iter().zip(&mut self.states);
        let shaped = sections.fold(white, |x, (section, state)| section.process(state, x));
        (shaped * self.shape.gain) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: [f64; 6] = [8_000.0, 44_100.0, 48_000.0, 96_000.0, 192_000.0, 384_000.0];
    const BANDS: [Option<[f64; 2]>; 6] = [
        None,
        Some([2_000.0, 20_000.0]),
        Some([30.0, 200.0]),
        Some([8_000.0, 20_000.0]),
        Some([100.0, 300.0]),
        Some([15_000.0, 40_000.0]),
    ];

    fn power_at(shape: &NoiseShape, frequency_hz: f64, rate: f64) -> f64 {
        let angle = TAU * frequency_hz / rate;
        shape.sections.iter().map(|section| section.power(angle)).product()
    }

    #[test]
    fn every_band_has_the_level_at_every_rate_and_room_for_its_peaks() {
        for rate in RATES {
            for band in BANDS {
                let mut noise = Noise::new(NoiseShape::new(band, 0.0, rate));
                let signal: Vec<f32> = (0..(0.6 * rate) as usize).map(|_| noise.next_sample()).collect();
                let power = crate::testing::power(&signal);
                let level_db = 10.0 * power.log10();
                assert!((level_db + 20.0).abs() < 2.0, "{band:?} at {rate} Hz: {level_db} dB");
                let peak = signal.iter().fold(0.0_f32, |peak, x| peak.max(x.abs()));
                assert!(peak < 0.6, "{band:?} at {rate} Hz: peak {peak}");
            }
        }
    }

    #[test]
    fn outside_the_band_the_noise_falls_by_24_db_an_octave() {
        let rate = 48_000.0;
        let db = |shape: &NoiseShape, hz: f64| 10.0 * power_at(shape, hz, rate).log10();
        let tweeter = NoiseShape::new(Some([2_000.0, 20_000.0]), 0.0, rate);
        assert!(db(&tweeter, 3_000.0) - db(&tweeter, 500.0) > 34.0);
        let woofer = NoiseShape::new(Some([30.0, 200.0]), 0.0, rate);
        assert!(db(&woofer, 100.0) - db(&woofer, 800.0) > 45.0);
    }

    #[test]
    fn a_correction_makes_it_softer_but_never_louder() {
        let gain = |correction_db| NoiseShape::new(None, correction_db, 48_000.0).gain;
        assert!((gain(-20.0) / gain(0.0) - 0.1).abs() < 1e-9);
        assert_eq!(gain(20.0), gain(0.0));
    }

    #[test]
    fn pink_within_1_db() {
        let rate = 48_000.0;
        let sections = PINK_POLES_HZ.map(|hz| Section::shelf(hz, 10_f64.sqrt() * hz, rate));
        let tilted_db = |hz: f64| {
            let power: f64 = sections.iter().map(|section| section.power(TAU * hz / rate)).product();
            10.0 * (power * hz).log10()
        };
        let levels: Vec<f64> = (0..60)
            .map(|k| tilted_db(50.0 * 10_f64.powf(k as f64 / 24.0)))
            .collect();
        let (low, high) = levels
            .iter()
            .fold((f64::MAX, f64::MIN), |(l, h), &x| (l.min(x), h.max(x)));
        assert!(high - low < 2.0, "{}", high - low);
    }
}
