//! From the drivers of a device to the listener's ears, at all frequencies at once.
//!
//! A driver's level, delay and direction as the device radiates them are taken at the centre of the head; the head turns
//! them into the pressure at each ear. [`Plant`] holds what does not depend on the pose, so that a design may ask for many.
//!
//! Every driver counts as equalised flat on its own axis. `gain_db`, `delay_ms` and `invert` of the device file belong
//! to the output channel, which corrects unequal hardware with them, and are no part of the plant.

use super::field::{EarResponses, Field};
use super::head::{Head, HeadShape};
use super::legendre::LegendreSeries;
use super::pose::{Ear, HeadPose};
use super::radiator::{Radiator, Shell};
use super::wavenumber;
use crate::array::{Device, norm};

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
    head_shape: HeadShape,
    heads: Vec<Head>,
    head_legendre: LegendreSeries,
}

impl Plant {
    /// Prepares the models of `device` for `frequencies_hz`, in any order; 0 is allowed. Allocates.
    #[must_use]
    pub fn new(device: &Device, frequencies_hz: &[f64]) -> Self {
        Self::with_head(device, frequencies_hz, HeadShape::default())
    }

    /// The same for a listener whose head is not the one that filters are designed for.
    #[must_use]
    pub fn with_head(device: &Device, frequencies_hz: &[f64], head_shape: HeadShape) -> Self {
        let modelled_hz: Vec<f64> = frequencies_hz.iter().map(|f| f.max(STATIC_BELOW_HZ)).collect();
        let heads: Vec<Head> = modelled_hz.iter().map(|&f| Head::new(f, head_shape.radius_m)).collect();
        let head_terms = heads.iter().map(Head::max_terms).max().unwrap_or(0);
        Self {
            frequencies_hz: frequencies_hz.to_vec(),
            wavenumbers: modelled_hz.iter().map(|&f| wavenumber(f)).collect(),
            radiator: Radiator::new(device, &modelled_hz),
            head_shape,
            heads,
            head_legendre: LegendreSeries::new(head_terms),
        }
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
        let center_m = pose.center_m();
        let beside = |step_m: f64| self.modelled_field([center_m[0], center_m[1] + step_m, center_m[2]]);
        let (at_center, at_left, at_right) = (
            self.modelled_field(center_m),
            beside(GRADIENT_STEP_M),
            beside(-GRADIENT_STEP_M),
        );
        let turned = Ear::BOTH.map(|ear| (self.head_shape.ear_azimuth_rad(ear) + pose.yaw_rad).sin_cos());
        let distance_m = norm(center_m).max(self.head_shape.radius_m);

        let bins = self.frequencies_hz.len();
        let mut ears = [at_center.clone(), at_center];
        let mut terms = Vec::new();
        for (bin, head) in self.heads.iter().enumerate() {
            head.terms(distance_m, &mut terms);
            let full_gradient = 2.0 * GRADIENT_STEP_M * self.wavenumbers[bin];
            for driver in 0..self.drivers() {
                let phase_step = (at_left.at(driver, bin) * at_right.at(driver, bin).conj()).arg();
                let sin_azimuth = (phase_step / full_gradient).clamp(-1.0, 1.0);
                let cos_azimuth = (1.0 - sin_azimuth * sin_azimuth).sqrt();
                // cos(azimuth − yaw − ear's azimuth)
                let cos_angles = turned.map(|(sin, cos)| cos_azimuth * cos + sin_azimuth * sin);
                let head_responses = self.head_legendre.sum_pair(&terms, cos_angles);
                for (ear, response) in ears.iter_mut().zip(head_responses) {
                    ear.pressures[driver * bins + bin] *= response;
                }
            }
        }
        EarResponses {
            ears: ears.map(|ear| self.settle(ear)),
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
