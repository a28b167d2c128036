//! Crosstalk cancellation of the left and the right path at the listener's ears.

use super::driver_spectra::DriverSpectra;
use super::scale::{amplitude_db, worse};
use crate::acoustics::{Ear, HeadPose, Plant};
use crate::array::{Device, Path};
use crate::design::Design;

/// The side paths of a design, ready to be heard at any head position. All curves are over the frequencies of the plant.
///
/// Distances of a driver to a source do not matter here: every figure is a ratio of two responses.
pub struct Cancellation<'a> {
    plant: &'a Plant,
    /// Left and right path with the full effect.
    full: [DriverSpectra; 2],
    /// The reference drivers alone.
    base: [DriverSpectra; 2],
}

impl<'a> Cancellation<'a> {
    /// Takes the design's filters at `sample_rate` (Hz); `plant` carries them to the ears and need not be the one that
    /// the design was made with.
    #[must_use]
    pub fn new(device: &Device, design: &Design, sample_rate: f64, plant: &'a Plant) -> Self {
        let spectra = |strength: f64| {
            [Path::Left, Path::Right].map(|path| {
                let filters = &design.drivers[path as usize];
                DriverSpectra::new(device, filters, strength, sample_rate, plant.frequencies_hz())
            })
        };
        Self {
            plant,
            full: spectra(1.0),
            base: spectra(0.0),
        }
    }

    /// Cancellation gain in dB, ipsilateral over contralateral level with one input at a time: the worse ear.
    #[must_use]
    pub fn gain_db(&self, pose: &HeadPose) -> Vec<f64> {
        let ears = self.plant.ears(pose);
        let [left, right] = Ear::BOTH.map(|ipsilateral| -> Vec<f64> {
            let spectra = &self.full[ipsilateral as usize];
            let loud = spectra.pressure(ears.ear(ipsilateral));
            let quiet = spectra.pressure(ears.ear(ipsilateral.opposite()));
            let ratio = loud
                .iter()
                .zip(&quiet)
                .map(|(loud, quiet)| amplitude_db(loud.norm() / quiet.norm()));
            ratio.collect()
        });
        worse(&left, &right)
    }

    /// Ipsilateral level of the full effect above that of the reference drivers alone, dB, for each ear.
    #[must_use]
    pub fn colour_db(&self, pose: &HeadPose) -> [Vec<f64>; 2] {
        let ears = self.plant.ears(pose);
        Ear::BOTH.map(|ear| {
            let [full, base] = [&self.full, &self.base].map(|paths| paths[ear as usize].pressure(ears.ear(ear)));
            let level = full
                .iter()
                .zip(&base)
                .map(|(full, base)| amplitude_db(full.norm() / base.norm()));
            level.collect()
        })
    }

    /// Norm of the driver weights above that of the reference drivers at equal ipsilateral level, dB, for each ear.
    #[must_use]
    pub fn effort_db(&self, pose: &HeadPose) -> [Vec<f64>; 2] {
        let colour_db = self.colour_db(pose);
        Ear::BOTH.map(|ear| {
            let [full, base] = [&self.full, &self.base].map(|paths| paths[ear as usize].norm());
            let norms = full.iter().zip(&base).zip(&colour_db[ear as usize]);
            norms
                .map(|((full, base), colour)| amplitude_db(full / base) - colour)
                .collect()
        })
    }

    /// Largest gain of any driver filter of the side paths, dB.
    #[must_use]
    pub fn largest_filter_gain_db(&self) -> f64 {
        amplitude_db(self.full.iter().map(DriverSpectra::largest_gain).fold(0.0, f64::max))
    }
}
