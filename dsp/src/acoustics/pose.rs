//! The listener: where the head is, and its ears.

/// Where the listener's head is and how it is turned. The device's origin is the origin; see [`crate::array::Device`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeadPose {
    /// Distance of the nominal head from the device's origin, metres.
    pub distance_m: f64,
    /// Displacement sideways, metres, the listener's left positive.
    pub offset_m: f64,
    /// Displacement towards the device, metres.
    pub depth_m: f64,
    /// Turn of the head, radians, to the listener's left positive.
    pub yaw_rad: f64,
}

impl HeadPose {
    /// A head straight in front of the device, facing it.
    #[must_use]
    pub fn at_distance(distance_m: f64) -> Self {
        Self {
            distance_m,
            offset_m: 0.0,
            depth_m: 0.0,
            yaw_rad: 0.0,
        }
    }

    /// Centre of the head in device coordinates, metres.
    #[must_use]
    pub fn center_m(&self) -> [f64; 3] {
        [self.depth_m - self.distance_m, self.offset_m, 0.0]
    }
}

/// One of the listener's ears.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ear {
    /// The listener's left ear.
    Left,
    /// The listener's right ear.
    Right,
}

impl Ear {
    /// Both ears, left first.
    pub const BOTH: [Self; 2] = [Self::Left, Self::Right];

    /// The other ear.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }
}
