//! Finished designs, kept for all instances of the process, their editors and repeated activations.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use proscenium_dsp::acoustics::HeadPose;
use proscenium_dsp::array::Device;
use proscenium_dsp::design::{Design, DesignSettings};
use proscenium_dsp::engine::{RoomFilters, Timing};
use proscenium_dsp::room::{Room, RoomError, RoomResponses, Shoebox};
use proscenium_dsp::upmix::UpmixMode;

#[cfg(debug_assertions)]
use crate::planted::Panic;
use crate::telemetry::Telemetry;

/// Designs that are kept, the latest used.
const CACHE_SIZE: usize = 16;
/// The same for what is made for rooms: some megabytes each.
const ROOM_CACHE_SIZE: usize = 4;

/// All that a design depends on.
#[derive(Clone, PartialEq)]
struct Key {
    device: Arc<Device>,
    settings: DesignSettings,
    sample_rate: f64,
}

/// All that a room's responses depend on.
#[derive(Clone, PartialEq)]
struct RoomKey {
    device: Arc<Device>,
    pose: HeadPose,
    room: Shoebox,
    sample_rate: f64,
}

/// Something made, or the place for it while a thread is at work on it.
type Slot<T> = Arc<OnceLock<Arc<T>>>;

/// The latest of its kind, the last used first.
struct Cache<K, T> {
    entries: Mutex<VecDeque<(K, Slot<T>)>>,
    size: usize,
}

impl<K: PartialEq, T> Cache<K, T> {
    const fn new(size: usize) -> Self {
        Self {
            entries: Mutex::new(VecDeque::new()),
            size,
        }
    }

    /// The slot of a key. The lock is held only to find it, never while designing.
    fn slot(&self, key: K) -> Slot<T> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let known = entries.iter().position(|(other, _)| *other == key);
        let entry = known
            .and_then(|index| entries.remove(index))
            .unwrap_or_else(|| (key, Slot::default()));
        let slot = Arc::clone(&entry.1);
        entries.truncate(self.size - 1);
        entries.push_front(entry);
        slot
    }

    /// What belongs to a key, made if need be. A thread that comes while another makes it waits for that one; if the other
    /// panics, this one makes it.
    fn get(&self, key: K, make: impl FnOnce() -> T) -> Arc<T> {
        Arc::clone(self.slot(key).get_or_init(|| Arc::new(make())))
    }
}

/// Settings without what does not matter to the design itself: the number of the device, what happens to finished driver
/// signals, and the room.
pub(crate) fn acoustic_settings(settings: &DesignSettings) -> DesignSettings {
    let DesignSettings {
        device,
        route,
        gain_db,
        room,
        ..
    } = DesignSettings::default();
    DesignSettings {
        device,
        route,
        gain_db,
        room,
        ..*settings
    }
}

/// The design for a device and settings, made now unless it is among the latest ones of this process. Nothing is designed
/// twice: a thread waits for another that is at work on the same. Takes up to 100 ms, so it is not for the audio thread
/// unless the host renders offline. A design that is made, not found, is noted in `telemetry`.
///
/// # Panics
///
/// When the design does, which is a defect of the program: call it inside [`std::panic::catch_unwind`].
pub(crate) fn cached_design(
    device: &Arc<Device>,
    settings: &DesignSettings,
    timing: &Timing,
    telemetry: &Telemetry,
) -> Arc<Design> {
    static CACHE: Cache<Key, Design> = Cache::new(CACHE_SIZE);
    let settings = acoustic_settings(settings);
    let key = Key {
        device: Arc::clone(device),
        settings,
        sample_rate: timing.sample_rate,
    };
    CACHE.get(key, || {
        #[cfg(debug_assertions)]
        Panic::Design.strike(settings.zone_m);
        let started = Instant::now();
        let design = Design::new(device, &settings, timing);
        telemetry.note_design(started.elapsed());
        design
    })
}

/// The room's part of the preview of a design, made now unless it is among the latest of this process. Takes up to a second,
/// a tenth of it where only the design is new.
///
/// # Errors
///
/// If the device or the listener is not within the room.
pub(crate) fn cached_room(
    device: &Arc<Device>,
    settings: &DesignSettings,
    room: &Room,
    timing: &Timing,
    telemetry: &Telemetry,
) -> Result<Arc<RoomFilters>, RoomError> {
    type Responses = Result<RoomResponses, RoomError>;
    type FiltersKey = (RoomKey, DesignSettings, UpmixMode);
    static RESPONSES: Cache<RoomKey, Responses> = Cache::new(ROOM_CACHE_SIZE);
    static FILTERS: Cache<FiltersKey, RoomFilters> = Cache::new(ROOM_CACHE_SIZE);
    let key = RoomKey {
        device: Arc::clone(device),
        pose: settings.pose(),
        room: *room.shoebox(),
        sample_rate: timing.sample_rate,
    };
    let responses = RESPONSES.get(key.clone(), || {
        RoomResponses::new(device, &key.pose, room, &device.head, timing.sample_rate)
    });
    let responses = responses.as_ref().as_ref().map_err(Clone::clone)?;
    let filters_key = (key, acoustic_settings(settings), timing.upmix);
    Ok(FILTERS.get(filters_key, || {
        let design = cached_design(device, settings, timing, telemetry);
        RoomFilters::new(&responses.preview(device, &design), timing)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proscenium_dsp::array::presets;
    use proscenium_dsp::design::RoomChoice;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread;
    use std::time::Duration;

    fn key(tone: f32) -> Key {
        Key {
            device: Arc::new(presets()[0].device.clone()),
            settings: DesignSettings {
                tone,
                ..DesignSettings::default()
            },
            sample_rate: 48_000.0,
        }
    }

    fn design() -> Design {
        let timing = Timing::new(48_000.0, UpmixMode::Off);
        Design::new(&presets()[2].device, &DesignSettings::default(), &timing)
    }

    #[test]
    fn threads_that_want_the_same_share_one_design() {
        let (cache, made) = (Cache::new(CACHE_SIZE), AtomicU32::new(0));
        let want = || {
            cache.get(key(0.5), || {
                made.fetch_add(1, Ordering::Relaxed);
                // Time for the others to arrive.
                thread::sleep(Duration::from_millis(50));
                design()
            })
        };
        let designs: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(want)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(made.load(Ordering::Relaxed), 1);
        assert!(designs.iter().all(|design| Arc::ptr_eq(design, &designs[0])));
    }

    #[test]
    fn a_failed_design_is_tried_again() {
        let cache = Cache::new(CACHE_SIZE);
        let fail = || cache.get(key(0.5), || std::panic::resume_unwind(Box::new(())));
        assert!(catch_unwind(AssertUnwindSafe(fail)).is_err());
        let made = cache.get(key(0.5), design);
        let found = cache.get(key(0.5), || panic!("it is there"));
        assert!(Arc::ptr_eq(&made, &found));
    }

    #[test]
    fn the_longest_unused_design_is_dropped() {
        let cache = Cache::new(CACHE_SIZE);
        let shared = design();
        let made = AtomicU32::new(0);
        let get = |index: usize| {
            cache.get(key(index as f32 / 100.0), || {
                made.fetch_add(1, Ordering::Relaxed);
                shared.clone()
            })
        };
        (0..CACHE_SIZE).for_each(|index| drop(get(index)));
        // Used again, so that the second is now the oldest.
        drop(get(0));
        drop(get(CACHE_SIZE));
        assert_eq!(made.load(Ordering::Relaxed), CACHE_SIZE as u32 + 1);
        drop(get(0));
        assert_eq!(made.load(Ordering::Relaxed), CACHE_SIZE as u32 + 1);
        drop(get(1));
        assert_eq!(made.load(Ordering::Relaxed), CACHE_SIZE as u32 + 2);
    }

    #[test]
    fn routes_gains_and_numbers_share_a_design_and_only_making_one_takes_time() {
        let device = Arc::new(presets()[2].device.clone());
        let timing = Timing::new(48_000.0, UpmixMode::Off);
        // Settings that no other test uses: the cache belongs to the process.
        let mut settings = DesignSettings {
            tone: 0.123,
            ..DesignSettings::default()
        };
        let telemetry = Telemetry::default();
        let first = cached_design(&device, &settings, &timing, &telemetry);
        assert!(telemetry.design_time_ms() > 0.0);
        settings.route.swap(0, 1);
        settings.gain_db[1] = -6.0;
        settings.device = proscenium_dsp::design::DeviceChoice::Custom(3);
        let other = Telemetry::default();
        let second = cached_design(&device, &settings, &timing, &other);
        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!(other.design_time_ms(), 0.0);
        settings.room = RoomChoice::Office;
        assert!(Arc::ptr_eq(&first, &cached_design(&device, &settings, &timing, &other)));
        let in_office = || cached_room(&device, &settings, &Room::office(), &timing, &other).unwrap();
        assert!(Arc::ptr_eq(&in_office(), &in_office()));
        settings.muted = 1;
        assert!(!Arc::ptr_eq(
            &first,
            &cached_design(&device, &settings, &timing, &other)
        ));
    }
}
