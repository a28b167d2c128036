//! The burst of noise that identifies a driver: what it is made of, and how it takes the place of the programme.

use std::f64::consts::{PI, TAU};

use realfft::num_complex::Complex64;

use super::filter_set::FilterSet;
use super::meters::Level;
use crate::constants::MAX_DRIVERS;

/// Length of the burst, fades included, seconds.
const LENGTH_S: f64 = 0.6;
/// Fades of the burst, seconds.
const FADE_S: f64 = 0.02;
/// Time in which the programme makes way before the burst and comes back after it, seconds.
const DUCK_S: f64 = 0.01;
/// Level of the burst: −20 dBFS.
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

/// The noise of one driver: pink, within the driver's band, at a set level. Made off the audio thread.
#[derive(Debug, Clone, Copy)]
pub(super) struct BurstShape {
    sections: [Section; SECTIONS],
    gain: f64,
}

impl BurstShape {
    /// For a driver with the given operating band, hertz, and correction of its channel's level, dB. A correction may
    /// make the burst softer, never louder.
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

/// A burst under way.
struct Sounding {
    driver: usize,
    shape: BurstShape,
    /// Gain to each output channel.
    gains: [f32; MAX_DRIVERS],
    /// Gain of the driver's signal.
    gain: f64,
    states: [[f64; 2]; SECTIONS],
    random: u64,
    remaining: usize,
    /// Samples into the fade, from silence.
    fade: usize,
}

impl Sounding {
    /// A burst of the driver, towards where its map sends it; `None` where there is no such driver.
    fn new(driver: usize, set: &FilterSet, length: usize, trim: f32) -> Option<Self> {
        let shape = *set.bursts().get(driver)?;
        let map = set.map();
        // Gains above 1 would be for programme that is softer than this.
        let own = map.driver_gain[driver];
        let mut gains = [0.0; MAX_DRIVERS];
        for destination in map.destinations.iter().filter(|to| to.source == driver) {
            if let Some(gain) = gains.get_mut(destination.channel) {
                *gain += destination.gain / own;
            }
        }
        Some(Self {
            driver,
            gain: shape.gain * f64::from(own.min(1.0)) * f64::from(trim.clamp(0.0, 1.0)),
            shape,
            gains,
            states: Default::default(),
            random: SEED,
            remaining: length,
            fade: 0,
        })
    }

    fn next_sample(&mut self) -> f64 {
        // Marsaglia's xorshift.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let white = (self.random >> 11) as f64 / (1_u64 << 52) as f64 - 1.0;
        let sections = self.shape.sections.iter().zip(&mut self.states);
        sections.fold(white, |x, (section, state)| section.process(state, x)) * self.gain
    }
}

/// Plays bursts on finished output, sample by sample, whatever pieces it comes in.
pub(super) struct Burst {
    length: usize,
    fade_length: usize,
    duck_length: usize,
    /// Driver whose burst comes next.
    next: Option<usize>,
    sounding: Option<Sounding>,
    /// Samples into the fade of the programme; silent at the full length.
    ducked: usize,
    /// Driver that was heard last.
    heard: usize,
    /// Peak and sum of squares of the burst since they were last taken.
    peak: f32,
    squares: f32,
    samples: usize,
}

impl Burst {
    pub(super) fn new(sample_rate: f64) -> Self {
        let samples = |seconds: f64| (seconds * sample_rate).round().max(1.0) as usize;
        Self {
            length: samples(LENGTH_S),
            fade_length: samples(FADE_S),
            duck_length: samples(DUCK_S),
            next: None,
            sounding: None,
            ducked: 0,
            heard: 0,
            peak: 0.0,
            squares: 0.0,
            samples: 0,
        }
    }

    /// Ends all bursts.
    pub(super) fn reset(&mut self) {
        self.next = None;
        self.sounding = None;
        self.ducked = 0;
        self.take_level();
    }

    /// Begins a burst of a driver; one that sounds fades out first.
    pub(super) fn begin(&mut self, driver: usize) {
        self.next = Some(driver);
    }

    /// Whether the output is anything but the programme.
    pub(super) fn is_active(&self) -> bool {
        self.next.is_some() || self.sounding.is_some() || self.ducked > 0
    }

    /// Driver whose burst is under way.
    pub(super) fn driver(&self) -> Option<usize> {
        self.next.or(self.sounding.as_ref().map(|sounding| sounding.driver))
    }

    /// Gain of the programme at this moment.
    pub(super) fn programme_gain(&self) -> f32 {
        1.0 - raised_cosine(self.ducked, self.duck_length)
    }

    /// Driver and level of the burst since the last call.
    pub(super) fn take_level(&mut self) -> (usize, Level) {
        let level = Level {
            peak: std::mem::take(&mut self.peak),
            mean_square: std::mem::take(&mut self.squares) / std::mem::take(&mut self.samples).max(1) as f32,
        };
        (self.heard, level)
    }

    /// Puts the burst in the place of the programme in the samples `from..to` of all channels, on the channels where
    /// `set` sends its driver. `trim` is the output gain, which may make a burst softer.
    pub(super) fn process(&mut self, channels: &mut [&mut [f32]], from: usize, to: usize, set: &FilterSet, trim: f32) {
        if !self.is_active() {
            return;
        }
        for n in from..to {
            let noise = self.advance(set, trim);
            let programme = self.programme_gain();
            let gains = self
                .sounding
                .as_ref()
                .map_or(&[0.0; MAX_DRIVERS], |sounding| &sounding.gains);
            for (channel, gain) in channels.iter_mut().zip(gains) {
                channel[n] = channel[n] * programme + noise * gain;
            }
        }
    }

    /// The next sample of noise; moves all fades on by one sample.
    fn advance(&mut self, set: &FilterSet, trim: f32) -> f32 {
        if self.sounding.is_none() && self.ducked == self.duck_length {
            let sounding = |driver| Sounding::new(driver, set, self.length, trim);
            self.sounding = self.next.take().and_then(sounding);
        }
        let wanted = self.next.is_some() || self.sounding.is_some();
        self.ducked = if wanted {
            (self.ducked + 1).min(self.duck_length)
        } else {
            self.ducked.saturating_sub(1)
        };
        let Some(sounding) = &mut self.sounding else { return 0.0 };
        let ends = self.next.is_some() || sounding.remaining <= self.fade_length;
        sounding.fade = if ends {
            sounding.fade.saturating_sub(1)
        } else {
            (sounding.fade + 1).min(self.fade_length)
        };
        sounding.remaining = sounding.remaining.saturating_sub(1);
        let noise = sounding.next_sample() as f32 * raised_cosine(sounding.fade, self.fade_length);
        self.heard = sounding.driver;
        self.peak = self.peak.max(noise.abs());
        self.squares += noise * noise;
        self.samples += 1;
        if sounding.fade == 0 {
            self.sounding = None;
        }
        noise
    }
}

/// From 0 at 0 to 1 at `length`, without a corner.
fn raised_cosine(at: usize, length: usize) -> f32 {
    match at {
        0 => 0.0,
        _ if at >= length => 1.0,
        _ => 0.5 - 0.5 * (PI * at as f64 / length as f64).cos() as f32,
    }
}
