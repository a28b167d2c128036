//! Levels that the audio thread publishes for the editor.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use atomic_float::AtomicF32;
use multiversion::multiversion;

use super::timing::Timing;
use crate::constants::MAX_DRIVERS;

/// Time constant of the mean squares, seconds.
const AVERAGING_S: f64 = 0.3;

/// A mean square below this is silence (−200 dB), so that none decays into subnormal numbers.
const SILENCE: f32 = 1e-20;

/// Atomic snapshot of levels; written by the audio thread, read by anyone, as often or seldom as they like.
///
/// A driver's level is that of the signal sent towards its channel: Output Trim and its own gain included, before fold-down
/// and peak guard. Drivers are metered while they are heard, and also behind the preview while somebody watches. What is
/// not metered reads as silence.
#[derive(Debug, Default)]
pub struct Meters {
    driver_peak: [AtomicF32; MAX_DRIVERS],
    driver_mean_square: [AtomicF32; MAX_DRIVERS],
    guard_reduction_db: AtomicF32,
    clipped: AtomicBool,
    watched: AtomicBool,
    frames: AtomicU64,
}

impl Meters {
    /// Highest absolute sample of a driver signal since the last call.
    pub fn take_driver_peak(&self, driver: usize) -> f32 {
        self.driver_peak[driver].swap(0.0, Ordering::Relaxed)
    }

    /// Mean square of a driver signal: an exponential average with a time constant of 0.3 s of audio, whatever the sample
    /// rate. A full-scale sine reads 0.5. It stands still while no audio runs, which [`Self::frames_processed`] tells.
    pub fn driver_mean_square(&self, driver: usize) -> f32 {
        self.driver_mean_square[driver].load(Ordering::Relaxed)
    }

    /// Gain reduction of the peak guard in the latest block, dB, at least 0.
    pub fn guard_reduction_db(&self) -> f32 {
        self.guard_reduction_db.load(Ordering::Relaxed)
    }

    /// Whether the outputs went over the guard's ceiling since the last call.
    pub fn take_clipped(&self) -> bool {
        self.clipped.swap(false, Ordering::Relaxed)
    }

    /// Samples per channel processed since the meters were made. As long as it does not change, no audio runs.
    pub fn frames_processed(&self) -> u64 {
        self.frames.load(Ordering::Relaxed)
    }

    /// Says whether somebody looks at the meters. While they do, drivers are metered behind the preview as well, which
    /// costs as much again as hearing them; what is heard stays the same to the bit.
    pub fn set_watched(&self, watched: bool) {
        self.watched.store(watched, Ordering::Relaxed);
    }

    /// Whether somebody looks at the meters.
    pub fn is_watched(&self) -> bool {
        self.watched.load(Ordering::Relaxed)
    }

    pub(super) fn note_frames(&self, frames: usize) {
        self.frames.fetch_add(frames as u64, Ordering::Relaxed);
    }

    pub(super) fn note_guard(&self, reduction_db: f32, over: bool) {
        self.guard_reduction_db.store(reduction_db, Ordering::Relaxed);
        if over {
            self.clipped.store(true, Ordering::Relaxed);
        }
    }

    /// Shows nothing, as before the first block.
    pub(super) fn silence(&self) {
        self.guard_reduction_db.store(0.0, Ordering::Relaxed);
        for level in self.driver_peak.iter().chain(&self.driver_mean_square) {
            level.store(0.0, Ordering::Relaxed);
        }
    }
}

/// Peak and mean square of a stretch of signal.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Level {
    pub(super) peak: f32,
    pub(super) mean_square: f32,
}

impl Level {
    /// Of a signal that is then amplified.
    pub(super) fn of(signal: &[f32], gain: f32) -> Self {
        measure(signal).scaled(gain)
    }

    /// Of the signal times a gain.
    pub(super) fn scaled(self, gain: f32) -> Self {
        Self {
            peak: self.peak * gain,
            mean_square: self.mean_square * gain * gain,
        }
    }
}

/// Level of a signal.
#[multiversion(targets("x86_64+avx2+fma"))]
fn measure(signal: &[f32]) -> Level {
    // Several independent sums, which the compiler turns into vectors.
    const LANES: usize = 8;
    let (mut peaks, mut squares) = ([0.0_f32; LANES], [0.0_f32; LANES]);
    let (chunks, rest) = signal.as_chunks::<LANES>();
    let mut last = [0.0; LANES];
    last[..rest.len()].copy_from_slice(rest);
    for chunk in chunks.iter().chain([&last]) {
        for ((peak, square), x) in peaks.iter_mut().zip(&mut squares).zip(chunk) {
            *peak = if x.abs() > *peak { x.abs() } else { *peak };
            *square += x * x;
        }
    }
    Level {
        peak: peaks.iter().fold(0.0, |a, &b| a.max(b)),
        mean_square: squares.iter().sum::<f32>() / signal.len().max(1) as f32,
    }
}

/// The drivers' levels in the block at hand, before they are published.
pub(super) struct BlockLevels {
    /// Share of the average that a block leaves.
    decay: f32,
    /// Whether drivers are metered where they are not heard.
    pub(super) watched: bool,
    drivers: [Level; MAX_DRIVERS],
}

impl BlockLevels {
    pub(super) fn new(timing: &Timing) -> Self {
        Self {
            decay: (-(timing.block as f64) / (AVERAGING_S * timing.sample_rate)).exp() as f32,
            watched: false,
            drivers: Default::default(),
        }
    }

    /// Begins a block, in which all drivers are silent so far.
    pub(super) fn begin(&mut self, watched: bool) {
        self.watched = watched;
        self.drivers = Default::default();
    }

    /// Takes note of a driver's signal, which is yet to be amplified.
    pub(super) fn note(&mut self, driver: usize, signal: &[f32], gain: f32) {
        self.drivers[driver] = Level::of(signal, gain);
    }

    /// Turns all drivers down by a gain and adds another signal to one of them.
    pub(super) fn overlay(&mut self, gain: f32, driver: usize, added: Level) {
        for level in &mut self.drivers {
            *level = level.scaled(gain);
        }
        let level = &mut self.drivers[driver];
        level.peak = level.peak.max(added.peak);
        level.mean_square += added.mean_square;
    }

    /// Ends the block.
    pub(super) fn publish(&self, meters: &Meters) {
        let averages = meters.driver_peak.iter().zip(&meters.driver_mean_square);
        for (level, (peak, average)) in self.drivers.iter().zip(averages) {
            if level.peak > 0.0 {
                peak.fetch_max(level.peak, Ordering::Relaxed);
            }
            let before = average.load(Ordering::Relaxed);
            // Only this thread writes, so nothing is lost between reading and writing.
            let now = level.mean_square + self.decay * (before - level.mean_square);
            if now != before {
                average.store(if now < SILENCE { 0.0 } else { now }, Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{noise, power};
    use crate::upmix::UpmixMode;

    #[test]
    fn a_level_is_that_of_the_signal_at_every_length() {
        let signal = noise(1, 100);
        for length in 0..signal.len() {
            let signal = &signal[..length];
            let level = Level::of(signal, 0.5);
            let peak = signal.iter().fold(0.0_f32, |peak, x| peak.max(x.abs()));
            assert_eq!(level.peak, 0.5 * peak);
            let mean_square = 0.25 * power(signal);
            assert!(length == 0 || (f64::from(level.mean_square) / mean_square - 1.0).abs() < 1e-5);
        }
    }

    /// Rises to 63 % and falls to 37 % in 0.3 s at every rate and block size.
    #[test]
    fn mean_squares_follow_in_their_time_constant() {
        for (rate, upmix) in [
            (44_100.0, UpmixMode::Off),
            (48_000.0, UpmixMode::High),
            (192_000.0, UpmixMode::LowLatency),
        ] {
            let timing = Timing::new(rate, upmix);
            let (mut levels, meters) = (BlockLevels::new(&timing), Meters::default());
            let blocks = (AVERAGING_S * rate / timing.block as f64).round() as usize;
            let signal = vec![0.5; timing.block];
            for _ in 0..blocks {
                levels.begin(false);
                levels.note(2, &signal, 1.0);
                levels.publish(&meters);
            }
            let risen = meters.driver_mean_square(2) / 0.25;
            assert!((risen - 0.632).abs() < 0.01, "{rate}: {risen}");
            assert_eq!(meters.driver_mean_square(1), 0.0);
            for _ in 0..blocks {
                levels.begin(false);
                levels.publish(&meters);
            }
            let fallen = meters.driver_mean_square(2) / 0.25;
            assert!((fallen - 0.632 * 0.368).abs() < 0.01, "{rate}: {fallen}");
            for _ in 0..60 * blocks {
                levels.publish(&meters);
            }
            assert_eq!(meters.driver_mean_square(2), 0.0, "{rate}: silence in the end");
            assert_eq!(meters.take_driver_peak(2), 0.5);
            assert_eq!(meters.take_driver_peak(2), 0.0);
        }
    }
}
