//! Where the listener's head is, and the way of that from the receiving thread to everyone else.

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Distances that a listener can have, metres: those of the parameter.
pub(crate) const DISTANCES_M: RangeInclusive<f32> = 0.3..=5.0;
/// Offsets that a listener can have, metres.
pub(crate) const OFFSETS_M: RangeInclusive<f32> = -1.0..=1.0;
/// Turns that a head can have, degrees.
pub(crate) const YAWS_DEG: RangeInclusive<f32> = -45.0..=45.0;

/// Steps of tracked poses per metre and per degree: a smaller change is not heard, and would cost a filter design each.
const STEPS_PER_M: f32 = 1000.0;
const STEPS_PER_DEG: f32 = 10.0;

/// Bits for each part of a packed pose; the bit above them all tells a pose from none.
const PART_BITS: u32 = 16;
const IS_POSE: u64 = 1 << (3 * PART_BITS);
const NO_POSE: u64 = 0;

/// Where a listener is who faces the device.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ListenerPose {
    /// From the listener to the device, metres.
    pub distance_m: f32,
    /// The listener's displacement to their left, metres.
    pub offset_m: f32,
    /// Turn of the head to its left, degrees.
    pub yaw_deg: f32,
}

impl ListenerPose {
    /// The nearest pose that a listener can have, from finite values.
    #[must_use]
    pub(super) fn within_ranges(self) -> Self {
        let clamp = |value: f32, range: &RangeInclusive<f32>| value.clamp(*range.start(), *range.end());
        Self {
            distance_m: clamp(self.distance_m, &DISTANCES_M),
            offset_m: clamp(self.offset_m, &OFFSETS_M),
            yaw_deg: clamp(self.yaw_deg, &YAWS_DEG),
        }
    }

    /// In one word, in whole steps above the lowest values.
    fn pack(self) -> u64 {
        let Self {
            distance_m,
            offset_m,
            yaw_deg,
        } = self.within_ranges();
        let steps = |value: f32, range: &RangeInclusive<f32>, per_unit: f32| {
            ((value - range.start()) * per_unit).round() as u64
        };
        IS_POSE
            | steps(distance_m, &DISTANCES_M, STEPS_PER_M) << (2 * PART_BITS)
            | steps(offset_m, &OFFSETS_M, STEPS_PER_M) << PART_BITS
            | steps(yaw_deg, &YAWS_DEG, STEPS_PER_DEG)
    }

    fn unpack(packed: u64) -> Option<Self> {
        // Divided, not multiplied, by whole numbers, so that 1.5 m is 1.5 m.
        let value = |part: u32, range: &RangeInclusive<f32>, per_unit: f32| {
            let steps = (packed >> (part * PART_BITS)) as u16;
            (f32::from(steps) + (range.start() * per_unit).round()) / per_unit
        };
        (packed & IS_POSE != 0).then(|| Self {
            distance_m: value(2, &DISTANCES_M, STEPS_PER_M),
            offset_m: value(1, &OFFSETS_M, STEPS_PER_M),
            yaw_deg: value(0, &YAWS_DEG, STEPS_PER_DEG),
        })
    }
}

/// The latest pose of a tracked head. One thread writes; anyone reads, without locks or waiting, and never half a pose.
#[derive(Debug)]
pub struct TrackedHead {
    pose: AtomicU64,
    /// When the latest pose came, ms after `epoch`.
    came_ms: AtomicU64,
    epoch: Instant,
    /// Whether the host renders offline: output is then to be the same each time, wherever the user sits meanwhile.
    ignored: AtomicBool,
}

impl Default for TrackedHead {
    fn default() -> Self {
        Self {
            pose: AtomicU64::new(NO_POSE),
            came_ms: AtomicU64::new(0),
            epoch: Instant::now(),
            ignored: AtomicBool::new(false),
        }
    }
}

impl TrackedHead {
    /// The pose that takes the place of the parameters, if there is one. Safe on the audio thread.
    pub fn pose(&self) -> Option<ListenerPose> {
        if self.ignored.load(Ordering::Relaxed) {
            return None;
        }
        self.latest()
    }

    /// The latest pose, whether it is heeded or not. Safe on the audio thread.
    pub(super) fn latest(&self) -> Option<ListenerPose> {
        ListenerPose::unpack(self.pose.load(Ordering::Relaxed))
    }

    /// How long ago the latest pose came; none if there is none.
    pub(super) fn age(&self) -> Option<Duration> {
        self.latest()?;
        let came = Duration::from_millis(self.came_ms.load(Ordering::Relaxed));
        Some(self.epoch.elapsed().saturating_sub(came))
    }

    /// Takes a pose, brought into its ranges and onto steps of 1 mm and 0.1°.
    pub(crate) fn put(&self, pose: ListenerPose) {
        let came_ms = self.epoch.elapsed().as_millis() as u64;
        self.came_ms.store(came_ms, Ordering::Relaxed);
        self.pose.store(pose.pack(), Ordering::Relaxed);
    }

    /// Forgets the pose: the parameters hold again.
    pub(super) fn forget(&self) {
        self.pose.store(NO_POSE, Ordering::Relaxed);
    }

    /// Says whether the host renders offline.
    pub(crate) fn set_ignored(&self, ignored: bool) {
        self.ignored.store(ignored, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pose(distance_m: f32, offset_m: f32, yaw_deg: f32) -> ListenerPose {
        ListenerPose {
            distance_m,
            offset_m,
            yaw_deg,
        }
    }

    #[test]
    fn poses_come_back_in_steps_and_within_ranges() {
        let head = TrackedHead::default();
        assert_eq!((head.pose(), head.age()), (None, None));
        for (put, got) in [
            (pose(2.0, 0.0, 0.0), pose(2.0, 0.0, 0.0)),
            (pose(1.5, -0.25, 12.5), pose(1.5, -0.25, 12.5)),
            (pose(1.9804, 0.1196, -5.04), pose(1.98, 0.12, -5.0)),
            (pose(0.3, -1.0, -45.0), pose(0.3, -1.0, -45.0)),
            (pose(1e30, 9.0, 46.0), pose(5.0, 1.0, 45.0)),
            (pose(-1e30, -9.0, -360.0), pose(0.3, -1.0, -45.0)),
        ] {
            head.put(put);
            assert_eq!(head.pose(), Some(got), "{put:?}");
        }
        assert!(head.age().unwrap() < Duration::from_secs(5));
        head.set_ignored(true);
        assert_eq!(head.pose(), None);
        head.set_ignored(false);
        head.forget();
        assert_eq!(head.pose(), None);
    }

    /// Two poses of which no part is common alternate; a reader sees the one or the other.
    #[test]
    fn no_half_pose_is_seen() {
        let (near, far) = (pose(0.5, -0.75, 30.0), pose(4.0, 0.5, -20.0));
        let head = TrackedHead::default();
        head.put(near);
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for n in 0..200_000 {
                    head.put(if n % 2 == 0 { far } else { near });
                }
                done.store(true, Ordering::Release);
            });
            while !done.load(Ordering::Acquire) {
                let seen = head.pose().unwrap();
                assert!(seen == near || seen == far, "{seen:?}");
            }
        });
    }
}
