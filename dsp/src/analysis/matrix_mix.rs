//! Plain matrix mixing: the same drivers in phase, without a beam or cancellation, for comparison.

use super::driver_spectra::DriverSpectra;
use crate::array::{Device, Path};
use crate::design::{Design, band_gate};

/// Drivers closer to the middle than this belong to both sides, metres, as in the fold-down to two channels.
const MIDDLE_M: f64 = 1e-3;
/// Gates that add up to less leave a frequency to nobody; then all drivers play.
const LEAST_SUM: f64 = 1e-6;

/// Gains of the drivers for a path, which add up to 1 at every frequency (hertz) unless no driver plays.
///
/// Each driver plays within its operating band. The centre goes to all drivers alike that the full beam uses; left and
/// right go to the drivers of that half, and at −3 dB to those in the middle, as the fold-down of drivers to two channels
/// has it the other way round. Silent drivers stay silent.
pub(super) fn matrix_mix(device: &Device, design: &Design, path: Path, frequencies_hz: &[f64]) -> DriverSpectra {
    let filters = &design.drivers[path as usize];
    let share = |driver: usize| {
        if filters.full[driver].taps.is_empty() {
            return 0.0;
        }
        let lateral_m = design.lateral_m[driver];
        let towards_path = match path {
            Path::Center => return 1.0,
            Path::Left => lateral_m,
            Path::Right => -lateral_m,
        };
        match towards_path {
            m if m > MIDDLE_M => 1.0,
            m if m < -MIDDLE_M => 0.0,
            _ => std::f64::consts::FRAC_1_SQRT_2,
        }
    };
    let drivers = device.drivers.len();
    let shares: Vec<f64> = (0..drivers).map(share).collect();
    let gated =
        |driver: usize, frequency_hz: f64| shares[driver] * band_gate(device.drivers[driver].band_hz, frequency_hz);
    let sums: Vec<f64> = frequencies_hz
        .iter()
        .map(|&f| (0..drivers).map(|driver| gated(driver, f)).sum())
        .collect();
    let all = shares.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    DriverSpectra::from_gains(drivers, frequencies_hz.len(), |driver, bin| {
        if sums[bin] > LEAST_SUM {
            gated(driver, frequencies_hz[bin]) / sums[bin]
        } else {
            shares[driver] / all
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::presets;
    use crate::design::DesignSettings;
    use crate::engine::Timing;
    use crate::upmix::UpmixMode;

    #[test]
    fn drivers_play_on_their_side_and_within_their_bands() {
        let device = &presets()
            .iter()
            .find(|preset| preset.file_stem == "tabletop-full")
            .unwrap()
            .device;
        let timing = Timing::new(48_000.0, UpmixMode::High);
        let design = Design::new(device, &DesignSettings::default(), &timing);
        let frequencies_hz = [50.0, 1000.0, 8000.0];
        let [left, center] = [Path::Left, Path::Center].map(|path| matrix_mix(device, &design, path, &frequencies_hz));
        let gain = |mix: &DriverSpectra, name: &str, bin: usize| {
            let driver = device.drivers.iter().position(|driver| driver.name == name).unwrap();
            mix.at(driver, bin).re
        };
        assert_eq!(gain(&center, "woofer", 0), 1.0);
        assert_eq!(gain(&center, "woofer", 1), 0.0);
        assert!((gain(&center, "left", 1) - 1.0 / 3.0).abs() < 1e-9);
        assert!((gain(&center, "front", 2) - 0.25).abs() < 1e-9);
        assert_eq!(gain(&left, "right", 1), 0.0);
        assert!((gain(&left, "top", 1) / gain(&left, "left", 1) - 0.5_f64.sqrt()).abs() < 1e-9);
        for (mix, bin) in [(&left, 0), (&left, 2), (&center, 1)] {
            let sum: f64 = (0..device.drivers.len()).map(|driver| mix.at(driver, bin).re).sum();
            assert!((sum - 1.0).abs() < 1e-9);
        }
    }
}
