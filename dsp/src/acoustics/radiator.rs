//! How the drivers of a device radiate, at all frequencies at once.

use super::piston::Piston;
use super::radial::RadialSeries;
use super::sphere::{Cap, weighted_sum};
use super::wavenumber;
use crate::array::{Device, Enclosure, dot, norm};
use crate::measured::MeasuredRadiator;
use nalgebra::Complex;

/// The drivers of one device, prepared for one set of frequencies.
#[derive(Clone, Debug)]
pub(super) enum Radiator {
    /// Caps on one rigid sphere.
    Sphere(CapsOnSphere),
    /// Pistons in the free field.
    Free {
        pistons: Vec<Piston>,
        wavenumbers: Vec<f64>,
    },
    /// As measured around the device.
    Measured(MeasuredRadiator),
}

impl Radiator {
    /// Prepares `device` for positive frequencies.
    pub(super) fn new(device: &Device, frequencies_hz: &[f64]) -> Self {
        if let Some(polar) = device.measured.as_ref().and_then(|measured| measured.polar()) {
            return Self::Measured(MeasuredRadiator::new(device, polar, frequencies_hz));
        }
        if let Enclosure::Sphere { radius_m } = device.enclosure {
            return Self::Sphere(CapsOnSphere::new(device, radius_m, frequencies_hz));
        }
        let pistons = device.drivers.iter().map(|driver| Piston {
            position_m: driver.position_m(&device.enclosure),
            axis: driver.axis(),
            radius_m: driver.radius_m,
        });
        Self::Free {
            pistons: pistons.collect(),
            wavenumbers: frequencies_hz.iter().copied().map(wavenumber).collect(),
        }
    }

    /// Number of drivers.
    pub(super) fn drivers(&self) -> usize {
        match self {
            Self::Sphere(caps) => caps.drivers.len(),
            Self::Free { pistons, .. } => pistons.len(),
            Self::Measured(measured) => measured.drivers(),
        }
    }

    /// What all points at one distance from the device's origin have in common.
    pub(super) fn shell(&self, distance_m: f64) -> Shell<'_> {
        let radial = match self {
            Self::Sphere(caps) => caps.radial(distance_m),
            Self::Free { .. } | Self::Measured(_) => Vec::new(),
        };
        Shell {
            radiator: self,
            distance_m,
            radial,
        }
    }

    /// Pressures at a point in device coordinates, by driver, then by frequency.
    pub(super) fn pressures(&self, point_m: [f64; 3]) -> Vec<Complex<f64>> {
        match self {
            Self::Sphere(caps) => caps.pressures(point_m),
            Self::Free { pistons, wavenumbers } => {
                let mut pressures = Vec::with_capacity(pistons.len() * wavenumbers.len());
                for piston in pistons {
                    piston.field(wavenumbers, point_m, &mut pressures);
                }
                pressures
            }
            Self::Measured(measured) => measured.pressures(point_m),
        }
    }
}

/// The points at one distance from the device's origin.
#[derive(Clone, Debug)]
pub(super) struct Shell<'a> {
    radiator: &'a Radiator,
    distance_m: f64,
    /// Terms of the radial series by frequency, for a sphere.
    radial: Vec<Vec<Complex<f64>>>,
}

impl Shell<'_> {
    /// Pressures in the direction of a unit vector, by driver, then by frequency.
    pub(super) fn pressures(&self, unit: [f64; 3]) -> Vec<Complex<f64>> {
        match self.radiator {
            Radiator::Sphere(caps) => caps.pressures_on_shell(&self.radial, unit),
            Radiator::Free { .. } | Radiator::Measured(_) => self.radiator.pressures(unit.map(|x| x * self.distance_m)),
        }
    }
}

/// Caps on one rigid sphere. The radial series is common to all; drivers of the same size share their modes.
#[derive(Clone, Debug)]
pub(super) struct CapsOnSphere {
    /// By frequency.
    series: Vec<RadialSeries>,
    sizes: Vec<CapSize>,
    drivers: Vec<CapDriver>,
}

#[derive(Clone, Debug)]
struct CapDriver {
    axis: [f64; 3],
    /// Index into the sizes.
    size: usize,
}

#[derive(Clone, Debug)]
struct CapSize {
    radius_m: f64,
    cap: Cap,
    /// Scale of the series over the on-axis magnitude, by frequency.
    scales: Vec<f64>,
}

impl CapsOnSphere {
    fn new(device: &Device, sphere_radius_m: f64, frequencies_hz: &[f64]) -> Self {
        let series: Vec<_> = frequencies_hz
            .iter()
            .map(|&f| RadialSeries::new(f, sphere_radius_m))
            .collect();
        let terms = series.iter().map(RadialSeries::len).max().unwrap_or(0);
        let mut sizes: Vec<CapSize> = Vec::new();
        let mut drivers = Vec::with_capacity(device.drivers.len());
        for driver in &device.drivers {
            let known = sizes.iter().position(|size| size.radius_m == driver.radius_m);
            let size = known.unwrap_or_else(|| {
                let cap = Cap::new(sphere_radius_m, driver.radius_m, terms);
                let scales = series
                    .iter()
                    .map(|s| cap.scale(s.wavenumber()) / cap.on_axis_magnitude(s))
                    .collect();
                sizes.push(CapSize {
                    radius_m: driver.radius_m,
                    cap,
                    scales,
                });
                sizes.len() - 1
            });
            drivers.push(CapDriver {
                axis: driver.axis(),
                size,
            });
        }
        Self { series, sizes, drivers }
    }

    /// Terms of the radial series by frequency.
    fn radial(&self, distance_m: f64) -> Vec<Vec<Complex<f64>>> {
        let terms = |series: &RadialSeries| {
            let mut terms = Vec::new();
            series.terms(distance_m, &mut terms);
            terms
        };
        self.series.iter().map(terms).collect()
    }

    fn pressures_on_shell(&self, radial: &[Vec<Complex<f64>>], unit: [f64; 3]) -> Vec<Complex<f64>> {
        let mut pressures = Vec::with_capacity(self.drivers.len() * radial.len());
        for driver in &self.drivers {
            let size = &self.sizes[driver.size];
            let angular = size.cap.angular(dot(driver.axis, unit).clamp(-1.0, 1.0));
            let by_bin = radial.iter().zip(&size.scales);
            pressures.extend(by_bin.map(|(terms, scale)| weighted_sum(terms, &angular) * *scale));
        }
        pressures
    }

    fn pressures(&self, point_m: [f64; 3]) -> Vec<Complex<f64>> {
        let distance_m = norm(point_m);
        let angular = self.drivers.iter().map(|driver| {
            let cos_angle = dot(driver.axis, point_m) / distance_m.max(f64::MIN_POSITIVE);
            self.sizes[driver.size].cap.angular(cos_angle.clamp(-1.0, 1.0))
        });
        let angular: Vec<Vec<f64>> = angular.collect();
        let bins = self.series.len();
        let mut pressures = vec![Complex::default(); self.drivers.len() * bins];
        let mut terms = Vec::new();
        for (bin, series) in self.series.iter().enumerate() {
            series.terms(distance_m, &mut terms);
            for (index, (driver, weights)) in self.drivers.iter().zip(&angular).enumerate() {
                pressures[index * bins + bin] = weighted_sum(&terms, weights) * self.sizes[driver.size].scales[bin];
            }
        }
        pressures
    }
}
