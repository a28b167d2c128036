//! Levels of a path around the device as the beam panel shows them.

use std::ops::Range;

use proscenium_dsp::analysis::{PathRadiation, PatternMap};
use proscenium_dsp::array::Path;

use crate::editor::axes::{azimuth_text, level_text};
use crate::editor::widgets::frequency_text;

/// What the levels of a path are relative to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reference {
    /// The level towards the listener.
    OnAxis,
    /// The level of the loudest direction: a path that is silent in front of the listener has no level there to speak of.
    Loudest,
}

impl Reference {
    /// That of a path.
    pub(super) fn of(path: Path) -> Self {
        match path {
            Path::Center => Self::OnAxis,
            Path::Left | Path::Right => Self::Loudest,
        }
    }

    /// Unit of the levels.
    pub(super) fn caption(self) -> &'static str {
        match self {
            Self::OnAxis => "dB re on axis",
            Self::Loudest => "dB re loudest",
        }
    }

    /// Levels that the map has colours for, dB.
    pub(super) fn map_range_db(self) -> Range<f32> {
        match self {
            Self::OnAxis => -30.0..6.0,
            Self::Loudest => -36.0..0.0,
        }
    }
}

/// A pattern relative to its reference.
#[derive(Clone, Copy)]
pub(super) struct Pattern<'a> {
    pub(super) map: &'a PatternMap,
    pub(super) reference: Reference,
}

impl Pattern<'_> {
    /// Level that the others are relative to, dB.
    pub(super) fn reference_db(&self, frequency_hz: f64) -> f32 {
        match self.reference {
            Reference::OnAxis => self.map.at(0.0, frequency_hz),
            Reference::Loudest => {
                let levels = self
                    .map
                    .azimuths_deg
                    .iter()
                    .map(|&azimuth| self.map.at(azimuth, frequency_hz));
                levels.fold(f32::NEG_INFINITY, f32::max)
            }
        }
    }

    /// Relative level, dB.
    pub(super) fn at(&self, azimuth_deg: f64, frequency_hz: f64) -> f32 {
        self.map.at(azimuth_deg, frequency_hz) - self.reference_db(frequency_hz)
    }

    /// Relative level of the louder of both sides, dB.
    pub(super) fn sides_db(&self, frequency_hz: f64) -> f32 {
        self.at(90.0, frequency_hz).max(self.at(-90.0, frequency_hz))
    }

    /// Directivity index in the bin nearest the frequency, dB.
    pub(super) fn directivity_index_db(&self, frequency_hz: f64) -> f32 {
        self.map.directivity_index_db[self.map.bin_near(frequency_hz)]
    }
}

/// A path and what it is compared with.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    /// The path.
    pub(super) beam: Pattern<'a>,
    /// Plain matrix mixing of the same drivers.
    pub(super) matrix: Pattern<'a>,
    /// What no directivity index exceeds, dB, by bin.
    ceiling_db: &'a [f32],
}

impl<'a> Pair<'a> {
    /// The patterns of a path.
    pub(super) fn new(radiation: &'a PathRadiation, path: Path) -> Self {
        let reference = Reference::of(path);
        let pattern = |map| Pattern { map, reference };
        Self {
            beam: pattern(&radiation.path),
            matrix: pattern(&radiation.matrix),
            ceiling_db: &radiation.directivity_ceiling_db,
        }
    }

    /// The largest directivity index that any weights of the drivers reach in the bin nearest the frequency, dB.
    pub(super) fn directivity_ceiling_db(&self, frequency_hz: f64) -> f32 {
        self.ceiling_db[self.beam.map.bin_near(frequency_hz)]
    }

    /// Both levels of one direction and frequency.
    pub(super) fn readout(&self, azimuth_deg: f64, frequency_hz: f64) -> String {
        let [beam, matrix] = [self.beam, self.matrix].map(|pattern| level_text(pattern.at(azimuth_deg, frequency_hz)));
        let (frequency, azimuth) = (frequency_text(frequency_hz), azimuth_text(azimuth_deg));
        format!("{frequency}, {azimuth}: {beam} (matrix {matrix})")
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Levels that tell their azimuth and bin apart, loudest at +90°: 20 dB more than on axis.
    pub(in crate::editor::beam) fn tilted() -> PathRadiation {
        let azimuths_deg: Vec<f64> = (0..72).map(|n| f64::from(n) * 5.0 - 180.0).collect();
        let frequencies_hz = [100.0, 400.0, 1600.0, 6400.0, 25_600.0];
        let level = |azimuth: f64, bin: usize| 20.0 * azimuth.to_radians().sin() as f32 - bin as f32;
        let levels_db = azimuths_deg
            .iter()
            .flat_map(|&azimuth| (0..5).map(move |bin| level(azimuth, bin)));
        let map = PatternMap {
            levels_db: levels_db.collect(),
            on_axis_db: (0..5).map(|bin| level(0.0, bin)).collect(),
            directivity_index_db: vec![3.0; 5],
            frequencies_hz: frequencies_hz.into(),
            azimuths_deg: azimuths_deg.into(),
        };
        PathRadiation {
            path: map.clone(),
            matrix: map,
            directivity_ceiling_db: [5.0; 5].into(),
        }
    }

    #[test]
    fn centre_is_relative_to_on_axis_and_sides_to_their_loudest() {
        let radiation = tilted();
        let centre = Pair::new(&radiation, Path::Center);
        assert!((centre.beam.at(90.0, 1600.0) - 20.0).abs() < 1e-5);
        assert!((centre.beam.sides_db(400.0) - 20.0).abs() < 1e-5);
        let left = Pair::new(&radiation, Path::Left);
        assert!(left.beam.at(90.0, 1600.0).abs() < 1e-5);
        assert!((left.beam.at(-90.0, 300.0) + 40.0).abs() < 1e-5);
    }

    #[test]
    fn readout_names_frequency_azimuth_and_both_levels() {
        let radiation = tilted();
        let centre = Pair::new(&radiation, Path::Center);
        assert_eq!(
            centre.readout(-90.0, 1250.0),
            "1.25 kHz, −90°: −20.0 dB (matrix −20.0 dB)"
        );
    }
}
