//! Measured responses of a device on the frequencies of a plant.

use realfft::num_complex::Complex64;

use super::device::{MeasuredDevice, MeasuredEars, MeasuredPolar, TAPS_BEFORE};
use super::packed::Packed;
use super::scattered;
use super::transform::{Between, RATE_HZ, Transform, delay};
use crate::acoustics::{Ear, EarResponses, HeadPose, wavenumber};
use crate::array::{Device, difference, dot, norm};
use crate::constants::{HEAD_RADIUS_M, SPEED_OF_SOUND};

/// Spectra are this much finer than they need be, to be read between their bins.
const OVERSAMPLING: usize = 8;
/// Points lie in the plane of the listener if they are this little above or below it, as a share of their distance.
const IN_PLANE: f64 = 0.05;
/// Poses are as far apart as they are in metres, with this much for each radian of turn.
const METRES_PER_RADIAN: f64 = HEAD_RADIUS_M;
/// Poses closer than this are the same, metres.
const SAME_POSE_M: f64 = 1e-6;

/// Kept responses at frequencies in hertz, `[response][bin]`, from the end of the flight to some place on.
fn spectra(packed: &Packed, frequencies_hz: &[f64]) -> Vec<Vec<Complex64>> {
    let length = OVERSAMPLING * packed.taps();
    let transform = Transform::<f64>::new(length);
    let place = |&f: &f64| Between::new(f, RATE_HZ / length as f64, length / 2 + 1);
    let places: Vec<Between> = frequencies_hz.iter().map(place).collect();
    let spectrum = |n: usize| {
        let spectrum = transform.spectrum(packed.response(n), TAPS_BEFORE);
        places.iter().map(|place| place.value(&spectrum)).collect()
    };
    (0..packed.len()).map(spectrum).collect()
}

/// Drivers by their responses at points around them.
#[derive(Clone, Debug)]
pub(crate) struct MeasuredRadiator {
    wavenumbers: Vec<f64>,
    /// Directions of the points from the device's origin.
    units: Vec<[f64; 3]>,
    /// Whether all lie in the plane of the listener.
    in_plane: bool,
    positions_m: Vec<[f64; 3]>,
    axes: Vec<[f64; 3]>,
    /// `[driver][point][bin]`: pressure times the way from the driver, without its phase.
    strengths: Vec<Vec<Vec<Complex64>>>,
}

impl MeasuredRadiator {
    /// For a device with such measurements, on positive frequencies.
    pub(crate) fn new(device: &Device, polar: &MeasuredPolar, frequencies_hz: &[f64]) -> Self {
        let points = polar.points_m.len();
        let positions_m: Vec<[f64; 3]> = device.drivers.iter().map(|d| d.position_m(&device.enclosure)).collect();
        let mut all = spectra(&polar.responses, frequencies_hz).into_iter();
        let of_driver = |position_m: &[f64; 3]| -> Vec<Vec<Complex64>> {
            let spectra = all.by_ref().take(points).zip(&polar.points_m);
            let strength = |(spectrum, &point_m): (Vec<Complex64>, &[f64; 3])| {
                let way_m = norm(difference(point_m, *position_m));
                let later_s = (norm(point_m) - way_m) / SPEED_OF_SOUND;
                let bins = spectrum.into_iter().zip(frequencies_hz);
                bins.map(|(value, &f)| value * delay(f, later_s) * way_m).collect()
            };
            spectra.map(strength).collect()
        };
        Self {
            wavenumbers: frequencies_hz.iter().copied().map(wavenumber).collect(),
            units: polar.points_m.iter().map(|&point| unit(point)).collect(),
            in_plane: polar
                .points_m
                .iter()
                .all(|&point| point[2].abs() <= IN_PLANE * norm(point)),
            strengths: positions_m.iter().map(of_driver).collect(),
            axes: device.drivers.iter().map(crate::array::Driver::axis).collect(),
            positions_m,
        }
    }

    /// Number of drivers.
    pub(crate) fn drivers(&self) -> usize {
        self.positions_m.len()
    }

    /// Pressures at a point in device coordinates, by driver, then by frequency: as measured in its direction, carried on from
    /// the driver.
    pub(crate) fn pressures(&self, point_m: [f64; 3]) -> Vec<Complex64> {
        let bins = self.wavenumbers.len();
        let mut pressures = Vec::with_capacity(self.drivers() * bins);
        let toward = unit(point_m);
        let common = (!self.in_plane).then(|| scattered::weights(&self.units, toward));
        for (driver, strengths) in self.strengths.iter().enumerate() {
            let own;
            let weights = match &common {
                Some(common) => common,
                None => {
                    own = self.weights_in_plane(toward, self.axes[driver]);
                    &own
                }
            };
            let way_m = norm(difference(point_m, self.positions_m[driver])).max(1e-3);
            let first = pressures.len();
            pressures.resize(first + bins, Complex64::default());
            for &(point, weight) in weights {
                for (sum, strength) in pressures[first..].iter_mut().zip(&strengths[point]) {
                    *sum += strength * weight;
                }
            }
            for (sum, wavenumber) in pressures[first..].iter_mut().zip(&self.wavenumbers) {
                *sum *= Complex64::from_polar(1.0 / way_m, -wavenumber * way_m);
            }
        }
        pressures
    }

    /// Points in the plane that stand for a direction, which may lie outside of it: a driver is taken to radiate alike all
    /// around its axis, so that a direction is turned around the axis into the plane, to the side that it is on.
    fn weights_in_plane(&self, toward: [f64; 3], axis: [f64; 3]) -> Vec<(usize, f64)> {
        /// An axis this steep has no two sides.
        const STEEP: f64 = 0.7;
        if toward[2].abs() <= IN_PLANE || axis[2].abs() > STEEP {
            let flat = [toward[0], toward[1], 0.0];
            return scattered::weights(
                &self.units,
                if norm(flat) > 1e-6 {
                    unit(flat)
                } else {
                    unit([axis[0], axis[1], 0.0])
                },
            );
        }
        let angle_rad = dot(toward, axis).clamp(-1.0, 1.0).acos();
        let axis_rad = axis[1].atan2(axis[0]);
        // How far the direction lies to the left of the axis, −1 to 1 around it.
        let left = [-axis_rad.sin(), axis_rad.cos(), 0.0];
        let side = (dot(toward, left) / angle_rad.sin().abs().max(1e-6)).clamp(-1.0, 1.0);
        let mut weights = Vec::new();
        for (sign, share) in [(1.0, 0.5 + 0.5 * side), (-1.0, 0.5 - 0.5 * side)] {
            let (sin, cos) = (axis_rad + sign * angle_rad).sin_cos();
            let found = scattered::weights(&self.units, [cos, sin, 0.0]);
            weights.extend(found.into_iter().map(|(point, weight)| (point, weight * share)));
        }
        weights
    }
}

fn unit(vector: [f64; 3]) -> [f64; 3] {
    let length = norm(vector).max(f64::MIN_POSITIVE);
    vector.map(|x| x / length)
}

/// Responses at ears that take the place of the models'.
#[derive(Clone, Debug)]
pub(crate) struct MeasuredAtEars {
    wavenumbers: Vec<f64>,
    positions_m: Vec<[f64; 3]>,
    poses: Vec<MeasuredPose>,
    /// What measured responses are of modelled ones, `[driver][bin]`.
    likeness: Vec<Vec<Complex64>>,
}

#[derive(Clone, Debug)]
struct MeasuredPose {
    pose: HeadPose,
    /// `[driver][ear][bin]`
    measured: Vec<Vec<Complex64>>,
    model: EarResponses,
}

impl MeasuredAtEars {
    /// `models` are those at the same poses and positive frequencies, of the same drivers.
    pub(crate) fn new(
        device: &Device,
        measured: &MeasuredDevice,
        frequencies_hz: &[f64],
        model: impl Fn(&HeadPose) -> EarResponses,
    ) -> Self {
        let pose = |ears: &MeasuredEars| {
            let bulk_s = norm(ears.pose.center_m()) / SPEED_OF_SOUND;
            let mut measured = spectra(&ears.responses, frequencies_hz);
            for spectrum in &mut measured {
                for (value, &f) in spectrum.iter_mut().zip(frequencies_hz) {
                    *value *= delay(f, bulk_s);
                }
            }
            MeasuredPose {
                pose: ears.pose,
                measured,
                model: model(&ears.pose),
            }
        };
        let poses: Vec<MeasuredPose> = measured.ears.iter().map(pose).collect();
        let likeness = |driver: usize, bin: usize| {
            let (mut both, mut alone) = (Complex64::default(), f64::MIN_POSITIVE);
            for pose in &poses {
                for ear in Ear::BOTH {
                    let model = pose.model.at(ear, driver, bin);
                    both += pose.measured[2 * driver + ear as usize][bin] * model.conj();
                    alone += model.norm_sqr();
                }
            }
            both / alone
        };
        let drivers = device.drivers.len();
        Self {
            wavenumbers: frequencies_hz.iter().copied().map(wavenumber).collect(),
            positions_m: device.drivers.iter().map(|d| d.position_m(&device.enclosure)).collect(),
            likeness: (0..drivers)
                .map(|driver| (0..frequencies_hz.len()).map(|bin| likeness(driver, bin)).collect())
                .collect(),
            poses,
        }
    }

    /// Pressure of a driver at an ear of a head in a pose, by bin, where the models expect `model`.
    ///
    /// A measured response is carried along the way from the driver to the pose, and what the models say changes besides, by
    /// the turn around the head say, is added at the level of what was measured. In a measured pose that is the measurement;
    /// if the models are right, it is exact everywhere; and nothing is divided by a response that may be next to none.
    pub(crate) fn pressures(&self, pose: &HeadPose, driver: usize, ear: Ear, model: &mut [Complex64]) {
        let weights = self.weights(pose);
        let way_m = |pose: &HeadPose| norm(difference(pose.center_m(), self.positions_m[driver])).max(1e-3);
        let here_m = way_m(pose);
        for (bin, model) in model.iter_mut().enumerate() {
            let mut sum = Complex64::default();
            for (known, weight) in self.poses.iter().zip(&weights) {
                let there_m = way_m(&known.pose);
                let carry = Complex64::from_polar(there_m / here_m, -self.wavenumbers[bin] * (here_m - there_m));
                let changed = *model - known.model.at(ear, driver, bin) * carry;
                let measured = known.measured[2 * driver + ear as usize][bin];
                sum += (measured * carry + changed * self.likeness[driver][bin]) * *weight;
            }
            *model = sum;
        }
    }

    /// Shares of the measured poses in another one: by the inverse fourth power of their distance.
    fn weights(&self, pose: &HeadPose) -> Vec<f64> {
        let distance_m = |known: &MeasuredPose| {
            let moved_m = norm(difference(known.pose.center_m(), pose.center_m()));
            moved_m.hypot((known.pose.yaw_rad - pose.yaw_rad) * METRES_PER_RADIAN)
        };
        let pulls: Vec<f64> = self
            .poses
            .iter()
            .map(|known| distance_m(known).max(SAME_POSE_M).powi(-4))
            .collect();
        let total: f64 = pulls.iter().sum();
        pulls.into_iter().map(|pull| pull / total).collect()
    }
}
