//! Requests for a burst of noise from one driver, so that the user finds out which loudspeaker it is.

use std::sync::atomic::{AtomicU32, Ordering};

/// No driver.
const NONE: u32 = u32::MAX;

/// Passes requests from any thread to the audio thread, and back which driver sounds. Nothing locks or waits.
#[derive(Debug)]
pub struct Identify {
    requested: AtomicU32,
    sounding: AtomicU32,
}

impl Default for Identify {
    fn default() -> Self {
        Self {
            requested: AtomicU32::new(NONE),
            sounding: AtomicU32::new(NONE),
        }
    }
}

impl Identify {
    /// Asks for a burst from a driver, counted from 0. A newer request replaces one that was not taken up yet; a driver
    /// that the device does not have is ignored.
    pub fn request(&self, driver: usize) {
        let driver = u32::try_from(driver).unwrap_or(NONE);
        self.requested.store(driver, Ordering::Relaxed);
    }

    /// The driver whose burst is being played, for display. See [`Engine::identifying`](super::Engine::identifying).
    pub fn sounding(&self) -> Option<usize> {
        some(self.sounding.load(Ordering::Relaxed))
    }

    /// Audio thread: takes the latest request, to be passed to [`Engine::identify`](super::Engine::identify) or dropped.
    pub fn take(&self) -> Option<usize> {
        // Hardly ever is there one: a plain read costs less than an exchange.
        if self.requested.load(Ordering::Relaxed) == NONE {
            return None;
        }
        some(self.requested.swap(NONE, Ordering::Relaxed))
    }

    /// Audio thread: tells which driver's burst is being played.
    pub fn note_sounding(&self, driver: Option<usize>) {
        let driver = driver.map_or(NONE, |driver| driver as u32);
        self.sounding.store(driver, Ordering::Relaxed);
    }
}

fn some(driver: u32) -> Option<usize> {
    (driver != NONE).then_some(driver as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_request_is_taken_once() {
        let identify = Identify::default();
        assert_eq!(identify.take(), None);
        identify.request(3);
        identify.request(0);
        assert_eq!(identify.take(), Some(0));
        assert_eq!(identify.take(), None);
        identify.request(usize::MAX);
        assert_eq!(identify.take(), None);
        identify.note_sounding(Some(0));
        assert_eq!(identify.sounding(), Some(0));
        identify.note_sounding(None);
        assert_eq!(identify.sounding(), None);
    }
}
