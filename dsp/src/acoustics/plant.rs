//! From the drivers of a device to the listener's ears, at all frequencies at once.
//!
//! A driver's level, delay and direction as the device radiates them are taken at the centre of the head; the head turns
//! them into the pressure at each ear. [`Plant`] holds what does not depend on the pose, so that a design may ask for many.
//!
//! Every driver counts as equalised flat on its own axis. `gain_db`, `delay_ms` and `invert` of the device file belong
//! to the output channel, which corrects unequal hardware with them, and are no part of the plant.

use super::field::{EarResponses, Field};
use super::head::{DirectionalHead, Head, HeadShape};
use super::legendre::LegendreSeries;
use super::pose::{Ear, HeadPose};
use super::radiator::{Radiator, Shell};
use super::wavenumber;
use crate::array::{Device, norm};
use crate::measured::{HeadSpectra, ListenerHead, MeasuredAtEars};
use nalgebra::Complex;

/// Lower frequencies count as static: they get the magnitude of the models at this frequency (hertz) and no phase.
const STATIC_BELOW_HZ: f64 = 1.0;

/// Half the distance over which the lateral phase gradient at the head is taken, metres.
const GRADIENT_STEP_M: f64 = 0.004;

/// The acoustics of one device on one set of frequencies.
#[derive(Clone, Debug)]
pub struct Plant {
    frequencies_hz: Vec<f64>,
    wavenumbers: Vec<f64>,
    radiator: Radiator,
    head: HeadOnGrid,
    /// In place of device and head, where drivers were measured at ears.
    at_ears: Option<MeasuredAtEars>,
}

/// A head on the frequencies of a plant.
#[derive(Clone, Debug)]
enum HeadOnGrid {
    Sphere {
        shape: HeadShape,
        /// By frequency.
        heads: Vec<Head>,
        legendre: LegendreSeries,
    },
    Measured(HeadSpectra),
}

impl HeadOnGrid {
    fn new(head: &ListenerHead, frequencies_hz: &[f64]) -> Self {
        match head {
            ListenerHead::Sphere(shape) => {
                let heads: Vec<Head> = frequencies_hz.iter().map(|&f| Head::new(f, shape.radius_m)).collect();
                let terms = heads.iter().map(Head::max_terms).max().unwrap_or(0);
                Self::Sphere {
                    shape: *shape,
                    heads,
                    legendre: LegendreSeries::new(terms),
                }
            }
            ListenerHead::Measured(head) => Self::Measured(head.on(frequencies_hz)),
        }
    }
}

impl Plant {
    /// Prepares the models of `device`, and of the head that it is for, for `frequencies_hz`, in any order; 0 is allowed.
    /// Allocates.
    #[must_use]
    pub fn new(device: &Device, frequencies_hz: &[f64]) -> Self {
        Self::with_head(device, frequencies_hz, device.head.clone())
    }

    /// The same for a listener whose head is not the one that filters are designed for.
    #[must_use]
    pub fn with_head(device: &Device, frequencies_hz: &[f64], head: impl Into<ListenerHead>) -> Self {
        let modelled_hz: Vec<f64> = frequencies_hz.iter().map(|f| f.max(STATIC_BELOW_HZ)).collect();
        let mut plant = Self {
            frequencies_hz: frequencies_hz.to_vec(),
            wavenumbers: modelled_hz.iter().map(|&f| wavenumber(f)).collect(),
            radiator: Radiator::new(device, &modelled_hz),
            head: HeadOnGrid::new(&head.into(), &modelled_hz),
            at_ears: None,
        };
        if let Some(measured) = device
            .measured
            .as_ref()
            .filter(|measured| measured.poses().next().is_some())
        {
            let at_ears = MeasuredAtEars::new(device, measured, &modelled_hz, |pose| plant.modelled_ears(pose));
            plant.at_ears = Some(at_ears);
        }
        plant
    }

    /// The frequencies of the bins, hertz.
    #[must_use]
    pub fn frequencies_hz(&self) -> &[f64] {
        &self.frequencies_hz
    }

    /// Number of drivers.
    #[must_use]
    pub fn drivers(&self) -> usize {
        self.radiator.drivers()
    }

    /// Pressure of every driver at a point in device coordinates, in the absence of a listener.
    ///
    /// A point inside the enclosure is taken as on its surface.
    #[must_use]
    pub fn field(&self, point_m: [f64; 3]) -> Field {
        self.settle(self.modelled_field(point_m))
    }

    /// The same for many points at one distance from the device's origin, metres, where most of the work is done once.
    #[must_use]
    pub fn shell(&self, distance_m: f64) -> FieldShell<'_> {
        FieldShell {
            plant: self,
            shell: self.radiator.shell(distance_m),
        }
    }

    /// Pressure of every driver at the listener's ears.
    ///
    /// The head response is that for a source at the distance of the device's origin and in the direction the field at the
    /// head appears to come from, which its lateral phase gradient tells.
    #[must_use]
    pub fn ears(&self, pose: &HeadPose) -> EarResponses {
        let mut responses = self.modelled_ears(pose);
        if let Some(at_ears) = &self.at_ears {
            let bins = self.frequencies_hz.len();
            for (ear, field) in Ear::BOTH.into_iter().zip(&mut responses.ears) {
                for (driver, pressures) in field.pressures.chunks_exact_mut(bins.max(1)).enumerate() {
                    at_ears.pressures(pose, driver, ear, pressures);
                }
            }
        }
        EarResponses {
            ears: responses.ears.map(|ear| self.settle(ear)),
        }
    }

    /// The same without what was measured at ears, and with phases in static bins.
    fn modelled_ears(&self, pose: &HeadPose) -> EarResponses {
        match &self.head {
            HeadOnGrid::Sphere { shape, heads, legendre } => self.ears_of_sphere(shape, heads, legendre, pose),
            HeadOnGrid::Measured(head) => self.ears_of_directions(head, pose),
        }
    }

    fn ears_of_sphere(
        &self,
        shape: &HeadShape,
        heads: &[Head],
        legendre: &LegendreSeries,
        pose: &HeadPose,
    ) -> EarResponses {
        let arrival = self.arrival(pose.center_m());
        let turned = Ear::BOTH.map(|ear| (shape.ear_azimuth_rad(ear) + pose.yaw_rad).sin_cos());
        let distance_m = norm(pose.center_m()).max(shape.radius_m);

        let bins = self.frequencies_hz.len();
        let mut ears = [arrival.field.clone(), arrival.field];
        let mut terms = Vec::new();
        for (bin, head) in heads.iter().enumerate() {
            head.terms(distance_m, &mut terms);
            for driver in 0..self.drivers() {
                let sin_azimuth = arrival.sin_azimuths[driver * bins + bin];
                let cos_azimuth = (1.0 - sin_azimuth * sin_azimuth).sqrt();
                // cos(azimuth − yaw − ear's azimuth)
                let cos_angles = turned.map(|(sin, cos)| cos_azimuth * cos + sin_azimuth * sin);
                let head_responses = legendre.sum_pair(&terms, cos_angles);
                for (ear, response) in ears.iter_mut().zip(head_responses) {
                    ear.pressures[driver * bins + bin] *= response;
                }
            }
        }
        EarResponses { ears }
    }

    /// The same for a head that is not a sphere, such as a measured one. It is taken to hear distant sources only: the distance
    /// tells in level and delay, as for the sphere, but not in what the head makes of them.
    #[must_use]
    pub fn ears_of(&self, head: &impl DirectionalHead, pose: &HeadPose) -> EarResponses {
        let responses = self.ears_of_directions(head, pose);
        EarResponses {
            ears: responses.ears.map(|ear| self.settle(ear)),
        }
    }

    fn ears_of_directions(&self, head: &impl DirectionalHead, pose: &HeadPose) -> EarResponses {
        let arrival = self.arrival(pose.center_m());
        let bins = self.frequencies_hz.len();
        let mut ears = [arrival.field.clone(), arrival.field];
        for (at, sin_azimuth) in arrival.sin_azimuths.iter().enumerate() {
            let responses = head.responses(at % bins, sin_azimuth.asin() - pose.yaw_rad);
            for (ear, response) in ears.iter_mut().zip(responses) {
                ear.pressures[at] *= response;
            }
        }
        EarResponses { ears }
    }

    /// What arrives at the centre of a head, from where.
    fn arrival(&self, center_m: [f64; 3]) -> Arrival {
        let beside = |step_m: f64| self.modelled_field([center_m[0], center_m[1] + step_m, center_m[2]]);
        let (field, at_left, at_right) = (
            self.modelled_field(center_m),
            beside(GRADIENT_STEP_M),
            beside(-GRADIENT_STEP_M),
        );
        let steps = at_left.pressures.iter().zip(&at_right.pressures);
        let wavenumbers = self.wavenumbers.iter().cycle();
        let sin_azimuth = |((left, right), wavenumber): ((&Complex<f64>, &Complex<f64>), &f64)| {
            let full_gradient = 2.0 * GRADIENT_STEP_M * wavenumber;
            ((left * right.conj()).arg() / full_gradient).clamp(-1.0, 1.0)
        };
        Arrival {
            sin_azimuths: steps.zip(wavenumbers).map(sin_azimuth).collect(),
            field,
        }
    }

    /// The field at the modelled frequencies, static bins included.
    fn modelled_field(&self, point_m: [f64; 3]) -> Field {
        Field {
            bins: self.frequencies_hz.len(),
            pressures: self.radiator.pressures(point_m),
        }
    }

    /// Takes the phase out of the static bins.
    fn settle(&self, mut field: Field) -> Field {
        let is_static = |&bin: &usize| self.frequencies_hz[bin] < STATIC_BELOW_HZ;
        for bin in (0..field.bins).filter(is_static) {
            for pressure in field.pressures.iter_mut().skip(bin).step_by(field.bins) {
                *pressure = pressure.norm().into();
            }
        }
        field
    }
}

/// The field of every driver at the centre of a head, without it.
struct Arrival {
    field: Field,
    /// Sines of the azimuths that it appears to come from, the listener's left positive, by driver, then by frequency bin.
    sin_azimuths: Vec<f64>,
}

/// The field at one distance from the device's origin; see [`Plant::shell`].
#[derive(Clone, Debug)]
pub struct FieldShell<'a> {
    plant: &'a Plant,
    shell: Shell<'a>,
}

impl FieldShell<'_> {
    /// Pressure of every driver in the direction of a unit vector, in the absence of a listener.
    #[must_use]
    pub fn field(&self, unit: [f64; 3]) -> Field {
        self.plant.settle(Field {
            bins: self.plant.frequencies_hz.len(),
            pressures: self.shell.pressures(unit),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::head::head_response;
    use super::*;
    use crate::array::presets;

    /// The sphere, told as a directional head.
    struct DistantSphere<'a> {
        frequencies_hz: &'a [f64],
        distance_m: f64,
    }

    impl DirectionalHead for DistantSphere<'_> {
        fn responses(&self, bin: usize, azimuth_rad: f64) -> [Complex<f64>; 2] {
            let shape = HeadShape::default();
            Ear::BOTH.map(|ear| {
                let angle_rad = azimuth_rad - shape.ear_azimuth_rad(ear);
                head_response(self.frequencies_hz[bin], shape.radius_m, self.distance_m, angle_rad)
            })
        }
    }

    #[test]
    fn a_head_given_by_directions_hears_what_the_same_head_as_a_sphere_does() {
        let frequencies_hz = [300.0, 1000.0, 6000.0];
        for preset in presets() {
            let plant = Plant::new(&preset.device, &frequencies_hz);
            let pose = HeadPose {
                offset_m: 0.1,
                yaw_rad: 0.2,
                ..HeadPose::at_distance(1.0)
            };
            let head = DistantSphere {
                frequencies_hz: &frequencies_hz,
                distance_m: norm(pose.center_m()),
            };
            let (sphere, directional) = (plant.ears(&pose), plant.ears_of(&head, &pose));
            for ear in Ear::BOTH {
                let pairs = sphere.ear(ear).pressures.iter().zip(&directional.ear(ear).pressures);
                for (a, b) in pairs {
                    assert!((a - b).norm() < 1e-9 * a.norm(), "{}: {a} {b}", preset.device.name);
                }
            }
        }
    }
}
