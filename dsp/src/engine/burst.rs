//! The burst of noise that identifies a driver: how it takes the place of the programme.

use super::filter_set::FilterSet;
use super::meters::Level;
use super::noise::Noise;
use crate::constants::MAX_DRIVERS;

/// Length of the burst, fades included, seconds.
const LENGTH_S: f64 = 0.6;
/// Fades of the burst, seconds.
const FADE_S: f64 = 0.02;
/// Time in which the programme makes way before the burst and comes back after it, seconds.
const DUCK_S: f64 = 0.01;

/// A burst under way.
struct Sounding {
    driver: usize,
    noise: Noise,
    /// Gain of the driver's signal.
    gain: f32,
    /// Gain from there to each output channel.
    gains: [f32; MAX_DRIVERS],
    remaining: usize,
    /// Samples into the fade, from silence.
    fade: usize,
}

impl Sounding {
    /// A burst of the driver, towards where its map sends it; `None` where there is no such driver.
    fn new(driver: usize, set: &FilterSet, length: usize, trim: f32) -> Option<Self> {
        let shape = *set.noises().get(driver)?;
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
            noise: Noise::new(shape),
            gain: own.min(1.0) * trim.clamp(0.0, 1.0),
            gains,
            remaining: length,
            fade: 0,
        })
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
        let noise = sounding.gain * sounding.noise.next_sample() * raised_cosine(sounding.fade, self.fade_length);
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
        _ => 0.5 - 0.5 * (std::f64::consts::PI * at as f64 / length as f64).cos() as f32,
    }
}
