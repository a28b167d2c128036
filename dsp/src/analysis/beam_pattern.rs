//! Radiation of a path around the device.

use realfft::num_complex::Complex64;

use super::driver_products::{DriverProducts, sphere_directions};
use super::driver_spectra::DriverSpectra;
use super::scale::{amplitude_db, power_db};
use crate::acoustics::Plant;
use crate::array::{Device, direction, norm};

/// Angle between the azimuths of a pattern, degrees.
const AZIMUTH_STEP_DEG: f64 = 5.0;
/// Points over the sphere for the mean power: it is off by less than 0.02 dB where the beam is wider than their spacing of 10°.
const SPHERE_POINTS: usize = 400;
/// The width of a lobe is that between these levels, dB.
const WIDTH_AT_DB: f64 = -6.0;

/// Level over azimuth and frequency, in the absence of a listener, at the listener's distance from the device.
#[derive(Debug, Clone, PartialEq)]
pub struct BeamPattern {
    /// Response towards the listener by bin, pascals per unit of the path's input.
    pub on_axis: Vec<Complex64>,
    /// Azimuths from the direction of the listener, degrees in −180..180, listener's left positive.
    pub azimuths_deg: Vec<f64>,
    /// Level above that on axis, dB, `[azimuth][bin]`.
    pub levels_db: Vec<Vec<f64>>,
    /// On-axis power over its mean over the sphere, dB, by bin.
    pub directivity_index_db: Vec<f64>,
}

impl BeamPattern {
    /// The pattern of a path towards a listener at `listener_m` (device coordinates, metres), on the plant's frequencies.
    #[must_use]
    pub fn new(plant: &Plant, path: &DriverSpectra, listener_m: [f64; 3]) -> Self {
        let distance_m = listener_m.iter().map(|x| x * x).sum::<f64>().sqrt();
        let toward_listener = listener_m[1].atan2(-listener_m[0]);
        let response = |unit: [f64; 3]| path.pressure(&plant.field(unit.map(|x| x * distance_m)));
        let on_axis = path.pressure(&plant.field(listener_m));
        let azimuths_deg: Vec<f64> = (0..(360.0 / AZIMUTH_STEP_DEG) as usize)
            .map(|step| AZIMUTH_STEP_DEG * step as f64 - 180.0)
            .collect();
        let levels_db = azimuths_deg
            .iter()
            .map(|azimuth| {
                let around = response(direction(toward_listener + azimuth.to_radians(), 0.0));
                let ratio = around
                    .iter()
                    .zip(&on_axis)
                    .map(|(p, axis)| amplitude_db(p.norm() / axis.norm()));
                ratio.collect()
            })
            .collect();
        let mut mean_power = vec![0.0; on_axis.len()];
        for unit in sphere_directions(SPHERE_POINTS) {
            for (mean, pressure) in mean_power.iter_mut().zip(response(unit)) {
                *mean += pressure.norm_sqr() / SPHERE_POINTS as f64;
            }
        }
        let index = on_axis
            .iter()
            .zip(&mean_power)
            .map(|(axis, mean)| power_db(axis.norm_sqr() / mean));
        Self {
            directivity_index_db: index.collect(),
            on_axis,
            azimuths_deg,
            levels_db,
        }
    }

    /// Level at the azimuth of the pattern nearest `azimuth_deg`, dB above that on axis, by bin.
    #[must_use]
    pub fn level_db(&self, azimuth_deg: f64) -> &[f64] {
        let step = ((azimuth_deg + 180.0) / AZIMUTH_STEP_DEG).round() as i64;
        &self.levels_db[step.rem_euclid(self.levels_db.len() as i64) as usize]
    }

    /// Level of the louder of the directions ±`azimuth_deg`, dB below that on axis, by bin.
    #[must_use]
    pub fn depth_db(&self, azimuth_deg: f64) -> Vec<f64> {
        let sides = self.level_db(azimuth_deg).iter().zip(self.level_db(-azimuth_deg));
        sides.map(|(left, right)| -left.max(*right)).collect()
    }
}

impl BeamPattern {
    /// Width of the lobe around the listener's direction between the first azimuths to either side where the level is 6 dB below
    /// that on axis, degrees, by bin; 360 where it is so nowhere.
    #[must_use]
    pub fn width_deg(&self) -> Vec<f64> {
        let bins = self.on_axis.len();
        let half = (180.0 / AZIMUTH_STEP_DEG) as i32;
        let side_deg = |bin: usize, sign: f64| {
            let level = |step: i32| self.level_db(sign * AZIMUTH_STEP_DEG * f64::from(step))[bin];
            let beyond = (1..=half).find(|&step| level(step) < WIDTH_AT_DB);
            beyond.map_or(180.0, |step| {
                let (before, after) = (level(step - 1), level(step));
                AZIMUTH_STEP_DEG * (f64::from(step - 1) + (before - WIDTH_AT_DB) / (before - after))
            })
        };
        (0..bins).map(|bin| side_deg(bin, 1.0) + side_deg(bin, -1.0)).collect()
    }
}

/// The largest directivity index towards a listener at `listener_m` (device coordinates, metres) that any weights of the
/// drivers of a device have, of whatever effort, dB, at each frequency of its plant.
#[must_use]
pub fn directivity_ceiling_db(device: &Device, plant: &Plant, listener_m: [f64; 3]) -> Vec<f64> {
    let shell = plant.shell(norm(listener_m));
    let frequencies_hz = plant.frequencies_hz();
    let products = DriverProducts::over_sphere(&shell, device.drivers.len(), frequencies_hz.len(), SPHERE_POINTS);
    products.directivity_ceiling_db(device, &plant.field(listener_m), frequencies_hz)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::PathFilters;
    use crate::engine::Fir;

    #[test]
    fn a_point_source_radiates_everywhere_alike() {
        let device = Device::point_source();
        let frequencies_hz = [300.0, 3000.0];
        let unit = vec![Fir {
            start: 7,
            taps: vec![1.0],
        }];
        let filters = PathFilters {
            base: unit.clone(),
            full: unit,
        };
        let path = DriverSpectra::new(&device, &filters, 1.0, 48_000.0, &frequencies_hz);
        let pattern = BeamPattern::new(&Plant::new(&device, &frequencies_hz), &path, [-2.0, 0.0, 0.0]);
        for bin in 0..2 {
            assert!((pattern.on_axis[bin].norm() - 0.5).abs() < 1e-9);
            assert!(pattern.directivity_index_db[bin].abs() < 0.01);
            assert!(pattern.levels_db.iter().all(|levels| levels[bin].abs() < 0.01));
            assert_eq!(pattern.width_deg()[bin], 360.0);
        }
        let plant = Plant::new(&device, &frequencies_hz);
        assert!(
            directivity_ceiling_db(&device, &plant, [-2.0, 0.0, 0.0])
                .iter()
                .all(|db| db.abs() < 0.01)
        );
    }
}
