//! A measured head in a room: reflections arrive from any direction, above and below too.

use realfft::num_complex::Complex64;

use super::head::{HeadAllAround, ListenerHead};
use crate::acoustics::{Ear, Field, HeadPose, Plant};
use crate::array::Device;
use crate::room::{Listener, ListenerAtGrid};

impl Listener for ListenerHead {
    fn plant(&self, device: &Device, frequencies_hz: &[f64]) -> Plant {
        Plant::with_head(device, frequencies_hz, self.clone())
    }

    fn direct(&self, plant: &Plant, pose: &HeadPose) -> [Field; 2] {
        let ears = plant.ears(pose);
        Ear::BOTH.map(|ear| ears.ear(ear).clone())
    }

    fn at(&self, frequencies_hz: &[f64], pose: &HeadPose) -> Box<dyn ListenerAtGrid + '_> {
        match self {
            Self::Sphere(shape) => shape.at(frequencies_hz, pose),
            Self::Measured(head) => Box::new(TurnedHead {
                head: head.all_around(frequencies_hz),
                turn: pose.yaw_rad.sin_cos(),
            }),
        }
    }
}

/// A measured head that looks to the side.
struct TurnedHead<'a> {
    head: HeadAllAround<'a>,
    /// Sine and cosine of the turn to the left.
    turn: (f64, f64),
}

impl ListenerAtGrid for TurnedHead<'_> {
    fn responses(&self, [x, y, z]: [f64; 3], ears: [&mut [Complex64]; 2]) {
        let (sin, cos) = self.turn;
        self.head.responses([x * cos + y * sin, y * cos - x * sin, z], ears);
    }
}
