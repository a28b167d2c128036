//! What filters are designed for.

use super::target::TargetNodes;
use crate::acoustics::HeadPose;
use crate::constants::MAX_DRIVERS;

/// Which device to design for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceChoice {
    /// Index into [`crate::array::presets`].
    Preset(u8),
    /// The custom device of the session, in the given revision.
    Custom(u32),
}

/// How the centre beam is designed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BeamKind {
    /// Nulls to the sides, at ±90°, and a lobe that holds ±45°.
    #[default]
    Nulls,
    /// One directivity index and one width of the lobe over the useful range.
    ConstantDirectivity,
}

/// What the cancellation over the listening zone is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ZoneGoal {
    /// The mean over the head positions.
    #[default]
    Mean,
    /// The position where it is worst.
    WorstPosition,
}

/// The room in which the preview is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RoomChoice {
    /// None: the free field.
    #[default]
    Off,
    /// [`Room::living_room`](crate::room::Room::living_room).
    LivingRoom,
    /// [`Room::office`](crate::room::Room::office).
    Office,
    /// The custom room of the session, in the given revision.
    Custom(u32),
}

/// Everything that filters depend on besides sample rate and block size. Small and `Copy`, so that it can pass from
/// the audio thread without allocation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DesignSettings {
    /// The device.
    pub device: DeviceChoice,
    /// Strength of the tone equaliser, 0 to 1.
    pub tone: f32,
    /// Half-width of the listening zone sideways, metres.
    pub zone_m: f32,
    /// Distance from the head's nominal centre to the device, metres.
    pub distance_m: f32,
    /// Displacement of the head to the listener's left, metres.
    pub offset_m: f32,
    /// Turn of the head to the listener's left, radians.
    pub yaw_rad: f32,
    /// Largest norm of the driver weights of a side path against that of its reference drivers at equal ipsilateral level,
    /// dB.
    pub effort_db: f32,
    /// What the cancellation over the zone is judged by.
    pub zone_goal: ZoneGoal,
    /// Cancellation gain wanted over frequency.
    pub target: TargetNodes,
    /// Design of the centre beam.
    pub beam: BeamKind,
    /// Drivers to leave silent, one bit each.
    pub muted: u16,
    /// Output channel of each driver.
    pub route: [u8; MAX_DRIVERS],
    /// Gain of each driver's signal on its way to the output channels, dB. The filters do not depend on it.
    pub gain_db: [f32; MAX_DRIVERS],
    /// Room around the preview. The filters do not depend on it.
    pub room: RoomChoice,
}

impl DesignSettings {
    /// The head that filters are designed for.
    #[must_use]
    pub fn pose(&self) -> HeadPose {
        HeadPose {
            offset_m: f64::from(self.offset_m),
            yaw_rad: f64::from(self.yaw_rad),
            ..HeadPose::at_distance(f64::from(self.distance_m))
        }
    }
}

impl Default for DesignSettings {
    fn default() -> Self {
        Self {
            device: DeviceChoice::Preset(0),
            tone: 1.0,
            zone_m: 0.03,
            distance_m: 2.0,
            offset_m: 0.0,
            yaw_rad: 0.0,
            effort_db: 12.0,
            zone_goal: ZoneGoal::default(),
            target: TargetNodes::default(),
            beam: BeamKind::default(),
            muted: 0,
            route: std::array::from_fn(|driver| driver as u8),
            gain_db: [0.0; MAX_DRIVERS],
            room: RoomChoice::default(),
        }
    }
}
