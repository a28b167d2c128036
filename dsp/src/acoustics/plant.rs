//! From the drivers of a device to the listener's ears, at all frequencies at once.
//!
//! A driver's level, delay and direction as the device radiates them are taken at the centre of the head; the head turns
//! them into the pressure at each ear. [`Plant`] holds what does not depend on the pose, so that a design may ask for many.
//!
//! Every driver counts as equalised flat on its own axis. `gain_db`, `delay_ms` and `invert` of the device file describe
//! the hardware behind the channel, are compensated there, and are no part of the plant.

use super::head::Head;
use super::legendre::LegendreSeries;
use super::piston::Piston;
use super::radial::RadialSeries;
use super::sphere::{Cap, weighted_sum};
use super::wavenumber;
use crate::array::{Device, Enclosure, dot, norm};
use crate::constants::{EAR_AZIMUTH_DEG, HEAD_RADIUS_M};
use nalgebra::Complex;

/// Lower frequencies count as static: they get the magnitude of the models at this frequency (hertz) and no phase.
const STATIC_BELOW_HZ: f64 = 1.0;

/// Half the distance over which the lateral phase gradient at the head is taken, metres.
const GRADIENT_STEP_M: f64 = 0.004;

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

    /// Azimuth of the ear on the head, radians, left positive.
    fn azimuth_rad(self) -> f64 {
        match self {
            Self::Left => EAR_AZIMUTH_DEG.to_radians(),
            Self::Right => -EAR_AZIMUTH_DEG.to_radians(),
        }
    }
}

/// Complex pressure of every driver at one point, per unit drive: that of a point source is `e^{−jkr}/r` with `r` in metres.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    bins: usize,
    pressures: Vec<Complex<f64>>,
}

impl Field {
    /// Pressures of one driver by frequency bin.
    ///
    /// # Panics
    /// If there is no such driver.
    #[must_use]
    pub fn driver(&self, driver: usize) -> &[Complex<f64>] {
        &self.pressures[driver * self.bins..(driver + 1) * self.bins]
    }

    /// Pressure of one driver in one frequency bin.
    ///
    /// # Panics
    /// If there is no such driver or bin.
    #[must_use]
    pub fn at(&self, driver: usize, bin: usize) -> Complex<f64> {
        self.driver(driver)[bin]
    }
}

/// Complex pressure of every driver at both ears of one head, in the units of [`Field`].
#[derive(Clone, Debug, PartialEq)]
pub struct EarResponses {
    ears: [Field; 2],
}

impl EarResponses {
    /// Responses at one ear.
    #[must_use]
    pub fn ear(&self, ear: Ear) -> &Field {
        &self.ears[ear as usize]
    }

    /// Responses of one driver at one ear, by frequency bin.
    ///
    /// # Panics
    /// If there is no such driver.
    #[must_use]
    pub fn driver(&self, ear: Ear, driver: usize) -> &[Complex<f64>] {
        self.ear(ear).driver(driver)
    }

    /// Response of one driver at one ear in one frequency bin.
    ///
    /// # Panics
    /// If there is no such driver or bin.
    #[must_use]
    pub fn at(&self, ear: Ear, driver: usize, bin: usize) -> Complex<f64> {
        self.ear(ear).at(driver, bin)
    }
}

/// The acoustics of one device on one set of frequencies.
#[derive(Clone, Debug)]
pub struct Plant {
    frequencies_hz: Vec<f64>,
    wavenumbers: Vec<f64>,
    radiator: Radiator,
    heads: Vec<Head>,
    head_legendre: LegendreSeries,
}

/// How the drivers radiate.
#[derive(Clone, Debug)]
enum Radiator {
    /// Caps on one rigid sphere.
    Sphere {
        series: Vec<RadialSeries>,
        drivers: Vec<CapDriver>,
        caps: Vec<EqualisedCap>,
    },
    /// Pistons in the free field.
    Free(Vec<Piston>),
}

#[derive(Clone, Debug)]
struct CapDriver {
    axis: [f64; 3],
    /// Index of its kind of cap.
    cap: usize,
}

/// A cap radius that one or more drivers share.
#[derive(Clone, Debug)]
struct EqualisedCap {
    radius_m: f64,
    cap: Cap,
    /// Scale of the series over the on-axis magnitude, by frequency bin.
    scales: Vec<f64>,
}

impl Plant {
    /// Prepares the models of `device` for `frequencies_hz`, in any order; 0 is allowed. Allocates.
    #[must_use]
    pub fn new(device: &Device, frequencies_hz: &[f64]) -> Self {
        let modelled_hz: Vec<f64> = frequencies_hz.iter().map(|f| f.max(STATIC_BELOW_HZ)).collect();
        let heads: Vec<Head> = modelled_hz.iter().map(|&f| Head::new(f, HEAD_RADIUS_M)).collect();
        let head_terms = heads.iter().map(Head::max_terms).max().unwrap_or(0);
        Self {
            frequencies_hz: frequencies_hz.to_vec(),
            wavenumbers: modelled_hz.iter().map(|&f| wavenumber(f)).collect(),
            radiator: Radiator::new(device, &modelled_hz),
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
        match &self.radiator {
            Radiator::Sphere { drivers, .. } => drivers.len(),
            Radiator::Free(pistons) => pistons.len(),
        }
    }

    /// Pressure of every driver at a point in device coordinates, in the absence of a listener.
    ///
    /// A point inside the enclosure is taken as on its surface.
    #[must_use]
    pub fn field(&self, point_m: [f64; 3]) -> Field {
        self.settle(self.modelled_field(point_m))
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
        let turned = Ear::BOTH.map(|ear| (ear.azimuth_rad() + pose.yaw_rad).sin_cos());
        let distance_m = norm(center_m).max(HEAD_RADIUS_M);

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
        let pressures = match &self.radiator {
            Radiator::Sphere { series, drivers, caps } => sphere_field(series, drivers, caps, point_m),
            Radiator::Free(pistons) => {
                let mut pressures = Vec::with_capacity(pistons.len() * self.wavenumbers.len());
                for piston in pistons {
                    piston.field(&self.wavenumbers, point_m, &mut pressures);
                }
                pressures
            }
        };
        Field {
            bins: self.frequencies_hz.len(),
            pressures,
        }
    }

    /// Takes the phase out of the static bins.
    fn settle(&self, mut field: Field) -> Field {
        for (bin, _) in self
            .frequencies_hz
            .iter()
            .enumerate()
            .filter(|(_, f)| **f < STATIC_BELOW_HZ)
        {
            for pressure in field.pressures.iter_mut().skip(bin).step_by(field.bins) {
                *pressure = pressure.norm().into();
            }
        }
        field
    }
}

impl Radiator {
    fn new(device: &Device, frequencies_hz: &[f64]) -> Self {
        let Enclosure::Sphere {
            radius_m: sphere_radius_m,
        } = device.enclosure
        else {
            let piston = |d: &crate::array::Driver| Piston {
                position_m: d.position_m(&device.enclosure),
                axis: d.axis(),
                radius_m: d.radius_m,
            };
            return Self::Free(device.drivers.iter().map(piston).collect());
        };
        let series: Vec<_> = frequencies_hz
            .iter()
            .map(|&f| RadialSeries::new(f, sphere_radius_m))
            .collect();
        let terms = series.iter().map(RadialSeries::len).max().unwrap_or(0);
        let mut caps: Vec<EqualisedCap> = Vec::new();
        let mut drivers = Vec::with_capacity(device.drivers.len());
        for driver in &device.drivers {
            let known = caps.iter().position(|cap| cap.radius_m == driver.radius_m);
            let cap = known.unwrap_or_else(|| {
                caps.push(EqualisedCap::new(sphere_radius_m, driver.radius_m, terms, &series));
                caps.len() - 1
            });
            drivers.push(CapDriver {
                axis: driver.axis(),
                cap,
            });
        }
        Self::Sphere { series, drivers, caps }
    }
}

impl EqualisedCap {
    fn new(sphere_radius_m: f64, radius_m: f64, terms: usize, series: &[RadialSeries]) -> Self {
        let cap = Cap::new(sphere_radius_m, radius_m, terms);
        let scales = series
            .iter()
            .map(|s| cap.scale(s.wavenumber()) / cap.on_axis_magnitude(s))
            .collect();
        Self { radius_m, cap, scales }
    }
}

/// Pressures of caps on a sphere at a point, by driver, then by bin.
fn sphere_field(
    series: &[RadialSeries],
    drivers: &[CapDriver],
    caps: &[EqualisedCap],
    point_m: [f64; 3],
) -> Vec<Complex<f64>> {
    let distance_m = norm(point_m);
    let angular: Vec<Vec<f64>> = drivers
        .iter()
        .map(|driver| {
            let cos_angle = dot(driver.axis, point_m) / distance_m.max(f64::MIN_POSITIVE);
            caps[driver.cap].cap.angular(cos_angle.clamp(-1.0, 1.0))
        })
        .collect();
    let bins = series.len();
    let mut pressures = vec![Complex::default(); drivers.len() * bins];
    let mut terms = Vec::new();
    for (bin, series) in series.iter().enumerate() {
        series.terms(distance_m, &mut terms);
        for (index, (driver, weights)) in drivers.iter().zip(&angular).enumerate() {
            pressures[index * bins + bin] = weighted_sum(&terms, weights) * caps[driver.cap].scales[bin];
        }
    }
    pressures
}
