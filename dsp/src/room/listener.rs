//! Who listens in the room: a head, told by what sound from any direction becomes at its ears, or none.

use crate::acoustics::legendre::LegendreSeries;
use crate::acoustics::{Ear, Field, HeadPose, HeadShape, Plant, head::Head};
use crate::array::{Device, dot};
use realfft::num_complex::Complex64;

/// Distance from which reflections arrive as far as the head is concerned, metres: far, so that only their direction tells.
const REFLECTIONS_FROM_M: f64 = 10.0;
/// Lowest frequency of the head's series, hertz.
const STATIC_BELOW_HZ: f64 = 1.0;

/// A listener. A measured head is another one.
pub trait Listener: Sync {
    /// The plant of a device that [`direct`](Self::direct) asks.
    fn plant(&self, device: &Device, frequencies_hz: &[f64]) -> Plant {
        Plant::new(device, frequencies_hz)
    }

    /// Pressure of every driver at the left and at the right ear in the free field.
    fn direct(&self, plant: &Plant, pose: &HeadPose) -> [Field; 2];

    /// The listener on a set of frequencies (hertz), with the head turned as in `pose`.
    fn at(&self, frequencies_hz: &[f64], pose: &HeadPose) -> Box<dyn ListenerAtGrid + '_>;
}

/// A [`Listener`] on one set of frequencies.
pub trait ListenerAtGrid: Sync {
    /// Writes the pressure at the left and at the right ear, relative to the free field at the head's centre, by frequency,
    /// for a distant source in the direction of the unit vector `arrival` (`x` forward, `y` to the left, `z` up).
    fn responses(&self, arrival: [f64; 3], ears: [&mut [Complex64]; 2]);
}

/// The rigid sphere that filters are designed for.
impl Listener for HeadShape {
    fn plant(&self, device: &Device, frequencies_hz: &[f64]) -> Plant {
        Plant::with_head(device, frequencies_hz, *self)
    }

    fn direct(&self, plant: &Plant, pose: &HeadPose) -> [Field; 2] {
        let ears = plant.ears(pose);
        Ear::BOTH.map(|ear| ears.ear(ear).clone())
    }

    fn at(&self, frequencies_hz: &[f64], pose: &HeadPose) -> Box<dyn ListenerAtGrid + '_> {
        let terms = |&frequency_hz: &f64| {
            let mut terms = Vec::new();
            Head::new(frequency_hz.max(STATIC_BELOW_HZ), self.radius_m).terms(REFLECTIONS_FROM_M, &mut terms);
            terms
        };
        let terms: Vec<Vec<Complex64>> = frequencies_hz.iter().map(terms).collect();
        let ear_axis = |ear| {
            let (sin, cos) = (self.ear_azimuth_rad(ear) + pose.yaw_rad).sin_cos();
            [cos, sin, 0.0]
        };
        Box::new(SphereAtGrid {
            legendre: LegendreSeries::new(terms.iter().map(Vec::len).max().unwrap_or(0)),
            terms,
            ears: Ear::BOTH.map(ear_axis),
        })
    }
}

struct SphereAtGrid {
    /// By frequency, by order.
    terms: Vec<Vec<Complex64>>,
    legendre: LegendreSeries,
    /// Unit vectors from the head's centre to its ears.
    ears: [[f64; 3]; 2],
}

impl ListenerAtGrid for SphereAtGrid {
    fn responses(&self, arrival: [f64; 3], [left, right]: [&mut [Complex64]; 2]) {
        let cos_angles = self.ears.map(|ear| dot(ear, arrival).clamp(-1.0, 1.0));
        for ((terms, left), right) in self.terms.iter().zip(left).zip(right) {
            [*left, *right] = self.legendre.sum_pair(terms, cos_angles);
        }
    }
}

/// No head: both ears are one omnidirectional microphone at its centre, as ISO 3382-1 has it for all but binaural measures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Absent;

impl Listener for Absent {
    fn direct(&self, plant: &Plant, pose: &HeadPose) -> [Field; 2] {
        let field = plant.field(pose.center_m());
        [field.clone(), field]
    }

    fn at(&self, _: &[f64], _: &HeadPose) -> Box<dyn ListenerAtGrid + '_> {
        Box::new(Self)
    }
}

impl ListenerAtGrid for Absent {
    fn responses(&self, _: [f64; 3], ears: [&mut [Complex64]; 2]) {
        for ear in ears {
            ear.fill(Complex64::from(1.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acoustics::head::head_response;

    #[test]
    fn the_sphere_hears_as_the_head_model_says_and_turns_with_the_head() {
        let frequencies_hz = [0.0, 500.0, 5000.0];
        let shape = HeadShape::default();
        let pose = HeadPose {
            yaw_rad: 0.4,
            ..HeadPose::at_distance(2.0)
        };
        let listener = shape.at(&frequencies_hz, &pose);
        let (mut left, mut right) = (vec![Complex64::default(); 3], vec![Complex64::default(); 3]);
        let azimuth_rad = 1.1_f64;
        listener.responses([azimuth_rad.cos(), azimuth_rad.sin(), 0.0], [&mut left, &mut right]);
        for (ear, responses) in Ear::BOTH.into_iter().zip([left, right]) {
            let angle_rad = azimuth_rad - shape.ear_azimuth_rad(ear) - pose.yaw_rad;
            for (frequency_hz, response) in frequencies_hz.iter().zip(responses) {
                let expected = head_response(frequency_hz.max(1.0), shape.radius_m, REFLECTIONS_FROM_M, angle_rad);
                assert!(
                    (response - expected).norm() < 1e-9,
                    "{frequency_hz} Hz: {response} {expected}"
                );
            }
        }
    }

    #[test]
    fn mirrored_directions_change_the_ears() {
        let listener = HeadShape::default();
        let listener = listener.at(&[300.0, 4000.0], &HeadPose::at_distance(2.0));
        let heard = |arrival| {
            let (mut left, mut right) = (vec![Complex64::default(); 2], vec![Complex64::default(); 2]);
            listener.responses(arrival, [&mut left, &mut right]);
            (left, right)
        };
        let ((left, right), (mirrored_left, mirrored_right)) = (heard([0.48, 0.6, 0.64]), heard([0.48, -0.6, 0.64]));
        for bin in 0..2 {
            assert!(
                (left[bin] - mirrored_right[bin]).norm() < 1e-12 && (right[bin] - mirrored_left[bin]).norm() < 1e-12
            );
        }
    }
}
