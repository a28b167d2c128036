//! Levels at which the three paths arrive at the listener.

use super::driver_spectra::DriverSpectra;
use super::scale::{power_db, third_octave_db};
use crate::acoustics::{Ear, HeadPose, Plant};
use crate::array::{Device, Path};
use crate::design::Design;

/// Level of each path at the ears that it is meant for relative to that of a flat source at the device's origin, in third
/// octaves, dB by frequency: left and right at their ears with the given strength of the cancellation, the centre as the
/// power at both ears with the same strength of the beam. All on the filters alone: the centre's shelf of +6 and +3 dB, which
/// stands for the second loudspeaker of a phantom, lies ahead of them and is no matter of tone.
#[must_use]
pub fn path_levels_db(
    device: &Device,
    design: &Design,
    strength: f64,
    sample_rate: f64,
    frequencies_hz: &[f64],
    pose: &HeadPose,
) -> [Vec<f64>; 3] {
    let ears = Plant::new(device, frequencies_hz).ears(pose);
    let flat = Plant::with_head(&Device::point_source(), frequencies_hz, device.head.clone()).ears(pose);
    Path::ALL.map(|path| {
        let filters = &design.drivers[path as usize];
        let spectra = DriverSpectra::new(device, filters, strength, sample_rate, frequencies_hz);
        let meant_for: &[Ear] = match path {
            Path::Left => &[Ear::Left],
            Path::Right => &[Ear::Right],
            Path::Center => &Ear::BOTH,
        };
        let mut powers = vec![[0.0; 2]; frequencies_hz.len()];
        for &ear in meant_for {
            let heard = spectra.pressure(ears.ear(ear));
            for ((power, heard), flat) in powers.iter_mut().zip(heard).zip(flat.driver(ear, 0)) {
                power[0] += heard.norm_sqr();
                power[1] += flat.norm_sqr();
            }
        }
        let levels_db: Vec<f64> = powers.iter().map(|[heard, flat]| power_db(heard / flat)).collect();
        third_octave_db(&levels_db, frequencies_hz)
    })
}

/// Largest difference between any two of the paths at any frequency, dB.
#[must_use]
pub fn largest_difference_db(levels_db: &[Vec<f64>; 3]) -> f64 {
    let [left, right, center] = levels_db;
    let spread = |bin: usize| {
        let levels = [left[bin], right[bin], center[bin]];
        levels.iter().copied().fold(f64::NEG_INFINITY, f64::max) - levels.iter().copied().fold(f64::INFINITY, f64::min)
    };
    (0..left.len()).map(spread).fold(0.0, f64::max)
}
