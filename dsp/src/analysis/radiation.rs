//! Radiation of all paths around the device, at any strength of their effects.

use std::sync::Arc;

use super::driver_products::DriverProducts;
use super::driver_spectra::DriverSpectra;
use super::ends::{Ends, PowerCurve};
use super::matrix_mix::matrix_mix;
use super::pattern_map::{PathRadiation, PatternMap};
use super::scale::{bounded_level_db, bounded_ratio_db};
use super::survey::Strengths;
use crate::acoustics::Plant;
use crate::array::{Device, Path, direction, norm};
use crate::design::Design;
use crate::parallel;

/// Angle between azimuths, degrees.
const AZIMUTH_STEP_DEG: f64 = 5.0;
const AZIMUTHS: usize = 72;
/// Azimuths that one thread takes at a time.
const AZIMUTHS_PER_GRAIN: usize = 9;
/// Index of the azimuth of the listener.
const ON_AXIS: usize = AZIMUTHS / 2;
/// Points over the sphere for the mean power, as many as [`BeamPattern`](super::BeamPattern) takes. A quarter of them
/// differ from it by up to 0.4 dB on Tabletop and 0.6 dB on Laptop.
const SPHERE_POINTS: usize = 400;

/// Pressures around the device of all paths.
#[derive(Debug, Clone)]
pub(super) struct RadiationSurvey {
    /// By path.
    paths: [Radiation; 3],
    /// Matrix mixing, which no strength acts on, by path.
    matrix: [PatternMap; 3],
    /// What no directivity index towards the listener exceeds, dB, by bin.
    ceiling_db: Arc<[f32]>,
    grid: PatternGrid,
}

impl RadiationSurvey {
    /// `paths` are the spectra of every path at strength 0 and 1 at `frequencies_hz`; the listener's head is at
    /// `listener_m` (device coordinates, metres).
    pub(super) fn new(
        device: &Device,
        design: &Design,
        paths: &[[DriverSpectra; 2]; 3],
        frequencies_hz: &Arc<[f64]>,
        listener_m: [f64; 3],
    ) -> Self {
        let plant = Plant::new(device, frequencies_hz);
        let grid = PatternGrid::new(Arc::clone(frequencies_hz), norm(listener_m));
        let shell = plant.shell(grid.distance_m);
        let toward_listener = listener_m[1].atan2(-listener_m[0]);
        let around = parallel::map(AZIMUTHS, AZIMUTHS_PER_GRAIN, |n| {
            shell.field(direction(toward_listener + grid.azimuths_deg[n].to_radians(), 0.0))
        });
        let products = DriverProducts::over_sphere(&shell, device.drivers.len(), frequencies_hz.len(), SPHERE_POINTS);
        let radiation = |base: &DriverSpectra, full: &DriverSpectra| Radiation {
            around: {
                let mut ends = Ends::with_capacity(AZIMUTHS * frequencies_hz.len());
                for field in &around {
                    ends.extend(&base.pressure(field), &full.pressure(field));
                }
                ends
            },
            mean_power: products.mean_power(base, full),
        };
        let matrix = |path| {
            let mix = matrix_mix(device, design, path, frequencies_hz);
            grid.map(&radiation(&mix, &mix), 0.0)
        };
        let ceiling_db = products.directivity_ceiling_db(device, &around[ON_AXIS], frequencies_hz);
        Self {
            ceiling_db: ceiling_db.into_iter().map(|db| db as f32).collect(),
            paths: paths.each_ref().map(|[base, full]| radiation(base, full)),
            matrix: Path::ALL.map(matrix),
            grid,
        }
    }

    /// Radiation of every path at the given strengths.
    pub(super) fn picture(&self, strengths: Strengths) -> [PathRadiation; 3] {
        Path::ALL.map(|path| {
            let strength = match path {
                Path::Left | Path::Right => strengths.cancel,
                Path::Center => strengths.depth,
            };
            PathRadiation {
                path: self.grid.map(&self.paths[path as usize], strength),
                matrix: self.matrix[path as usize].clone(),
                directivity_ceiling_db: Arc::clone(&self.ceiling_db),
            }
        })
    }
}

/// Pressures of one path.
#[derive(Debug, Clone)]
struct Radiation {
    /// `[azimuth][bin]`.
    around: Ends,
    /// Over the sphere.
    mean_power: PowerCurve,
}

/// Where the maps have their points.
#[derive(Debug, Clone)]
struct PatternGrid {
    frequencies_hz: Arc<[f64]>,
    azimuths_deg: Arc<[f64]>,
    distance_m: f64,
}

impl PatternGrid {
    fn new(frequencies_hz: Arc<[f64]>, distance_m: f64) -> Self {
        let azimuths_deg = (0..AZIMUTHS).map(|step| AZIMUTH_STEP_DEG * step as f64 - 180.0);
        Self {
            frequencies_hz,
            azimuths_deg: azimuths_deg.collect(),
            distance_m,
        }
    }

    fn map(&self, radiation: &Radiation, strength: f64) -> PatternMap {
        let bins = self.frequencies_hz.len();
        // Level re a flat source, whose pressure is one over the distance.
        let spreading = self.distance_m * self.distance_m;
        let level_db = |point| bounded_level_db(radiation.around.power(point, strength) * spreading) as f32;
        let on_axis = ON_AXIS * bins..(ON_AXIS + 1) * bins;
        let index_db = |bin: usize| {
            let power = radiation.around.power(on_axis.start + bin, strength);
            bounded_ratio_db(power, radiation.mean_power.at(bin, strength)) as f32
        };
        PatternMap {
            frequencies_hz: Arc::clone(&self.frequencies_hz),
            azimuths_deg: Arc::clone(&self.azimuths_deg),
            levels_db: (0..AZIMUTHS * bins).map(level_db).collect(),
            on_axis_db: on_axis.clone().map(level_db).collect(),
            directivity_index_db: (0..bins).map(index_db).collect(),
        }
    }
}
