//! Measured devices from files.

use std::path::{Path, PathBuf};

use super::calibrated::{around, at_ears};
use super::device::MeasuredDevice;
use super::error::MeasuredError;
use super::recorded::{PlaceOfReceivers, Recorded};
use crate::acoustics::HeadPose;
use crate::array::{Device, direction};

/// Ears in a WAV file: the left channel first.
const EARS_M: [[f64; 3]; 2] = [[0.0, 0.08, 0.0], [0.0, -0.08, 0.0]];

impl MeasuredDevice {
    /// Responses at ears from a SOFA file: receivers are the two ears, listener positions are those of the head.
    ///
    /// # Errors
    /// If it cannot be read, is damaged, or does not fit the device.
    pub fn ears_from_sofa(path: &Path, device: &Device) -> Result<Self, MeasuredError> {
        at_ears(&Recorded::from_sofa(path, device)?, device)
    }

    /// Responses at the ears of a head in one pose from stereo WAV files, left and right ear, one for each driver in the order
    /// of the device.
    ///
    /// # Errors
    /// As for SOFA files.
    pub fn ears_from_waves(paths: &[PathBuf], pose: &HeadPose, device: &Device) -> Result<Self, MeasuredError> {
        let place = PlaceOfReceivers {
            listener_m: pose.center_m(),
            yaw_rad: pose.yaw_rad,
            receivers_m: EARS_M.to_vec(),
        };
        at_ears(&Recorded::from_waves(paths, device, place)?, device)
    }

    /// Responses around the device from a SOFA file: receivers are microphones, placed from the listener.
    ///
    /// # Errors
    /// If it cannot be read, is damaged, or does not fit the device.
    pub fn polar_from_sofa(path: &Path, device: &Device) -> Result<Self, MeasuredError> {
        around(&Recorded::from_sofa(path, device)?, device)
    }

    /// Responses around the device from WAV files, one for each driver in the order of the device, with a channel for each
    /// microphone at `directions_deg` (beam azimuth, elevation) and a distance from the device's origin.
    ///
    /// # Errors
    /// As for SOFA files.
    pub fn polar_from_waves(
        paths: &[PathBuf],
        directions_deg: &[[f64; 2]],
        distance_m: f64,
        device: &Device,
    ) -> Result<Self, MeasuredError> {
        let point = |[azimuth, elevation]: &[f64; 2]| {
            direction(azimuth.to_radians(), elevation.to_radians()).map(|x| x * distance_m)
        };
        let place = PlaceOfReceivers {
            listener_m: [0.0; 3],
            yaw_rad: 0.0,
            receivers_m: directions_deg.iter().map(point).collect(),
        };
        around(&Recorded::from_waves(paths, device, place)?, device)
    }
}
