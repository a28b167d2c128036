//! Levels of the drivers as meters show them.

use std::time::{Duration, Instant};

use proscenium_dsp::constants::MAX_DRIVERS;
use proscenium_dsp::engine::Meters;

/// The bar falls by this much a second after a peak, dB.
const FALL_DB_PER_S: f32 = 24.0;
/// The mark of the highest peak stays this long.
const HOLD: Duration = Duration::from_millis(1500);
/// Audio counts as stopped when it has not moved on for this long: hosts with large blocks do not bring news every frame.
const STOPPED_AFTER: Duration = Duration::from_millis(300);
/// Lowest level that is told apart from silence, dBFS.
pub(crate) const SILENCE_DB: f32 = -90.0;

/// One driver's meter: rises at once, falls slowly, holds its highest peak for a while.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Meter {
    /// The bar, dBFS.
    pub(crate) peak_db: f32,
    /// Mean level, dBFS.
    pub(crate) rms_db: f32,
    /// The mark of the highest peak, dBFS.
    pub(crate) held_db: f32,
    /// The highest peak since the user last cleared it, dBFS.
    pub(crate) highest_db: f32,
    held_for: Duration,
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            peak_db: SILENCE_DB,
            rms_db: SILENCE_DB,
            held_db: SILENCE_DB,
            highest_db: SILENCE_DB,
            held_for: Duration::ZERO,
        }
    }
}

impl Meter {
    /// Takes the highest sample and the mean square of the last `passed`.
    fn update(&mut self, peak: f32, mean_square: f32, passed: Duration) {
        let peak_db = 20.0 * peak.log10();
        self.peak_db = (self.peak_db - FALL_DB_PER_S * passed.as_secs_f32())
            .max(peak_db)
            .max(SILENCE_DB);
        self.rms_db = (10.0 * mean_square.log10()).max(SILENCE_DB);
        self.held_for += passed;
        if peak_db >= self.held_db || self.held_for > HOLD {
            self.held_db = self.peak_db;
            self.held_for = Duration::ZERO;
        }
        self.highest_db = self.highest_db.max(peak_db);
    }

    /// Whether a peak went over full scale since the user last cleared it.
    pub(crate) fn clipped(&self) -> bool {
        self.highest_db > 0.0
    }
}

/// Tells whether audio runs.
#[derive(Debug, Default)]
struct Progress {
    frames: u64,
    since: Option<Instant>,
}

impl Progress {
    /// Whether audio runs that has come to `frames` samples by `now`.
    fn is_made(&mut self, frames: u64, now: Instant) -> bool {
        if frames != self.frames {
            self.frames = frames;
            self.since = Some(now);
        }
        self.since.is_some_and(|at| now - at < STOPPED_AFTER)
    }
}

/// The meters of all drivers, read once a frame.
#[derive(Debug, Default)]
pub(crate) struct DriverLevels {
    meters: [Meter; MAX_DRIVERS],
    progress: Progress,
    read_at: Option<Instant>,
    running: bool,
    sounding: bool,
}

impl DriverLevels {
    /// Reads what the audio thread has published.
    pub(crate) fn read(&mut self, source: &Meters) {
        let now = Instant::now();
        let passed = self.read_at.map_or(Duration::ZERO, |at| now - at);
        self.read_at = Some(now);
        self.running = self.progress.is_made(source.frames_processed(), now);
        self.sounding = false;
        for (driver, meter) in self.meters.iter_mut().enumerate() {
            let mean_square = if self.running {
                source.driver_mean_square(driver)
            } else {
                0.0
            };
            meter.update(source.take_driver_peak(driver), mean_square, passed);
            self.sounding |= meter.held_db > SILENCE_DB;
        }
    }

    /// The meter of a driver.
    pub(crate) fn meter(&self, driver: usize) -> &Meter {
        &self.meters[driver]
    }

    /// Forgets the highest peak of a driver.
    pub(crate) fn clear(&mut self, driver: usize) {
        self.meters[driver].highest_db = SILENCE_DB;
    }

    /// Forgets the highest peaks of all drivers.
    pub(crate) fn clear_all(&mut self) {
        (0..MAX_DRIVERS).for_each(|driver| self.clear(driver));
    }

    /// Whether audio runs through the plugin, be it silence.
    pub(crate) fn is_running(&self) -> bool {
        self.running
    }

    /// As if audio ran.
    #[cfg(test)]
    pub(crate) fn pretend_to_run(&mut self) {
        self.running = true;
    }

    /// Whether any meter shows something.
    pub(crate) fn is_sounding(&self) -> bool {
        self.sounding
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Duration = Duration::from_millis(40);

    #[test]
    fn the_bar_rises_at_once_and_falls_slowly() {
        let mut meter = Meter::default();
        meter.update(0.5, 0.125, FRAME);
        assert!((meter.peak_db + 6.02).abs() < 0.01 && (meter.rms_db + 9.03).abs() < 0.01);
        for _ in 0..25 {
            meter.update(0.0, 0.0, FRAME);
        }
        assert!((meter.peak_db + 6.02 + FALL_DB_PER_S).abs() < 0.1);
        assert_eq!(meter.rms_db, SILENCE_DB);
    }

    #[test]
    fn the_highest_peak_is_held_and_let_go() {
        let mut meter = Meter::default();
        meter.update(1.5, 0.5, FRAME);
        for _ in 0..30 {
            meter.update(0.01, 0.0, FRAME);
        }
        assert!((meter.held_db - 3.52).abs() < 0.01 && meter.clipped());
        for _ in 0..12 {
            meter.update(0.01, 0.0, FRAME);
        }
        assert!(meter.held_db < -20.0 && meter.clipped());
    }

    /// A host with blocks of 4096 samples has news every third frame only.
    #[test]
    fn audio_runs_between_large_blocks_and_has_stopped_soon_after_the_last() {
        let (mut progress, begin) = (Progress::default(), Instant::now());
        assert!(!progress.is_made(0, begin));
        for frame in 1..30_u32 {
            assert!(progress.is_made(u64::from(frame.div_ceil(3)) * 4096, begin + frame * FRAME));
        }
        assert!(!progress.is_made(10 * 4096, begin + 40 * FRAME));
    }
}
