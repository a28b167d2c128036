//! Levels that the audio thread publishes for the editor.

use std::sync::atomic::{AtomicBool, Ordering};

use atomic_float::AtomicF32;

use crate::constants::MAX_DRIVERS;

/// Atomic snapshot of levels; written by the audio thread, read by anyone.
#[derive(Debug, Default)]
pub struct Meters {
    driver_peak: [AtomicF32; MAX_DRIVERS],
    guard_reduction_db: AtomicF32,
    clipped: AtomicBool,
}

impl Meters {
    /// Highest absolute sample of a driver signal since the last call.
    pub fn take_driver_peak(&self, driver: usize) -> f32 {
        self.driver_peak[driver].swap(0.0, Ordering::Relaxed)
    }

    /// Gain reduction of the peak guard in the latest block, dB, at least 0.
    pub fn guard_reduction_db(&self) -> f32 {
        self.guard_reduction_db.load(Ordering::Relaxed)
    }

    /// Whether the outputs went over the guard's ceiling since the last call.
    pub fn take_clipped(&self) -> bool {
        self.clipped.swap(false, Ordering::Relaxed)
    }

    pub(super) fn note_driver(&self, driver: usize, signal: &[f32]) {
        let peak = signal.iter().fold(0.0_f32, |peak, x| peak.max(x.abs()));
        self.driver_peak[driver].fetch_max(peak, Ordering::Relaxed);
    }

    pub(super) fn note_guard(&self, reduction_db: f32, over: bool) {
        self.guard_reduction_db.store(reduction_db, Ordering::Relaxed);
        if over {
            self.clipped.store(true, Ordering::Relaxed);
        }
    }
}
