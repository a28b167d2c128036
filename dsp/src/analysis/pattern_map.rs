//! Levels over azimuth and frequency, as drawn.

use std::sync::Arc;

/// Level of one path around the device in the horizontal plane, in the absence of a listener, at the listener's distance.
///
/// Only filters and drivers count: the shelf that a centred programme gets before the filters is left out.
#[derive(Debug, Clone, PartialEq)]
pub struct PathRadiation {
    /// The path at the strength of its effect: cancellation for left and right, depth for the centre.
    pub path: PatternMap,
    /// Plain matrix mixing of the same drivers, for comparison: in phase, each within its operating band, with gains that
    /// add up to 1 at every frequency. Centre: all drivers that its full beam uses, alike. Left and right: the drivers of
    /// that half at 1, those in the middle at −3 dB.
    pub matrix: PatternMap,
    /// The largest directivity index that any weights of the drivers have, of whatever effort, dB, by bin.
    pub directivity_ceiling_db: Arc<[f32]>,
}

/// Level over azimuth and frequency. Never below −120 dB.
#[derive(Debug, Clone, PartialEq)]
pub struct PatternMap {
    /// Frequencies of the bins, hertz: a twelfth of an octave apart, from 100 Hz up to 16 kHz.
    pub frequencies_hz: Arc<[f64]>,
    /// Azimuths, degrees, rising evenly from −180 by a divisor of 360. 0 is towards the listener's head, wherever it
    /// is; the listener's left is positive.
    pub azimuths_deg: Arc<[f64]>,
    /// Level re a flat source of unit drive at the device's origin, heard at the same distance, dB, `[azimuth][bin]`.
    pub levels_db: Vec<f32>,
    /// The same at azimuth 0, by bin.
    pub on_axis_db: Vec<f32>,
    /// On-axis power over its mean over the sphere, dB, by bin; 0 for silence.
    pub directivity_index_db: Vec<f32>,
}

impl PatternMap {
    /// Level of one point of the map, absolute, dB.
    ///
    /// # Panics
    /// If there is no such azimuth or bin.
    #[must_use]
    pub fn level_db(&self, azimuth_index: usize, bin: usize) -> f32 {
        self.levels_db[azimuth_index * self.frequencies_hz.len() + bin]
    }

    /// Level of one point of the map above that on axis, dB.
    ///
    /// # Panics
    /// If there is no such azimuth or bin.
    #[must_use]
    pub fn relative_db(&self, azimuth_index: usize, bin: usize) -> f32 {
        self.level_db(azimuth_index, bin) - self.on_axis_db[bin]
    }

    /// Absolute level anywhere, dB: linear between the points, over the logarithm of frequency. The azimuth wraps, the
    /// frequency is held within the map.
    #[must_use]
    pub fn at(&self, azimuth_deg: f64, frequency_hz: f64) -> f32 {
        let azimuths = self.azimuths_deg.len();
        let turn = if azimuth_deg.is_finite() { azimuth_deg } else { 0.0 };
        let row = ((turn - self.azimuths_deg[0]) / 360.0).rem_euclid(1.0) * azimuths as f64;
        let (below, share) = (row as usize % azimuths, row.fract() as f32);
        let above = (below + 1) % azimuths;
        let bin = self.position(frequency_hz);
        let (low, bin_share) = (bin as usize, bin.fract() as f32);
        let high = (low + 1).min(self.frequencies_hz.len() - 1);
        let along = |azimuth: usize| mix(self.level_db(azimuth, low), self.level_db(azimuth, high), bin_share);
        mix(along(below), along(above), share)
    }

    /// The bin whose frequency is nearest on a logarithmic scale.
    #[must_use]
    pub fn bin_near(&self, frequency_hz: f64) -> usize {
        self.position(frequency_hz).round() as usize
    }

    /// Place of a frequency among the bins, in bins, held within them.
    fn position(&self, frequency_hz: f64) -> f64 {
        let last = self.frequencies_hz.len() - 1;
        let [lowest_hz, highest_hz] = [self.frequencies_hz[0], self.frequencies_hz[last]];
        let position = (frequency_hz / lowest_hz).ln() / (highest_hz / lowest_hz).ln() * last as f64;
        // Not a number, from a frequency below zero, becomes the lowest bin.
        position.max(0.0).min(last as f64)
    }
}

/// Linear interpolation.
pub(super) fn mix(a: f32, b: f32, share: f32) -> f32 {
    a + (b - a) * share
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Levels that tell their azimuth and bin apart: 10 dB per azimuth, 1 dB per bin.
    fn map() -> PatternMap {
        let levels_db = (0..4).flat_map(|az| (0..3).map(move |bin| 10.0 * az as f32 + bin as f32));
        PatternMap {
            frequencies_hz: [100.0, 200.0, 400.0].into(),
            azimuths_deg: [-180.0, -90.0, 0.0, 90.0].into(),
            levels_db: levels_db.collect(),
            on_axis_db: vec![20.0, 21.0, 22.0],
            directivity_index_db: vec![0.0; 3],
        }
    }

    #[test]
    fn points_are_found_by_azimuth_and_bin() {
        let map = map();
        assert_eq!(map.level_db(3, 2), 32.0);
        assert_eq!(map.relative_db(1, 1), -10.0);
        assert_eq!([1.0, 140.0, 143.0, 9e9].map(|f| map.bin_near(f)), [0, 0, 1, 2]);
        assert_eq!(map.bin_near(f64::NAN), 0);
    }

    #[test]
    fn levels_between_points_are_interpolated_and_azimuth_wraps() {
        let map = map();
        assert_eq!(map.at(90.0, 400.0), 32.0);
        assert!((map.at(45.0, 100.0 * 2_f64.sqrt()) - 25.5).abs() < 1e-5);
        assert_eq!(map.at(180.0, 1.0), map.at(-180.0, 100.0));
        // Halfway from the last azimuth around to the first.
        assert_eq!(map.at(135.0, 100.0), 15.0);
        assert_eq!(map.at(135.0 - 720.0, 1e9), 17.0);
        assert!(map.at(f64::NAN, f64::NAN).is_finite());
    }
}
