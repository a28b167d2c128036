//! Everything about a design that is worth drawing, at any strength of its effects.

use std::sync::Arc;

use super::driver_spectra::DriverSpectra;
use super::listening::{ListeningCurves, ListeningSurvey, ZoneSurvey};
use super::pattern_map::PathRadiation;
use super::radiation::RadiationSurvey;
use super::scale::log_frequencies_hz;
use super::zone_map::ZoneMap;
use crate::array::{Device, Path};
use crate::design::{Design, DesignSettings};

/// Range and density of the curves.
const CURVES_HZ: [f64; 2] = [100.0, 16_000.0];
const CURVES_PER_OCTAVE: u32 = 12;
/// Range and density of the mean over frequency in the zone map.
const ZONE_HZ: [f64; 2] = [500.0, 8000.0];
const ZONE_PER_OCTAVE: u32 = 3;

/// Strengths of the effects, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strengths {
    /// Of the cancellation, on the left and the right path.
    pub cancel: f64,
    /// Of the centre beam.
    pub depth: f64,
}

/// What a design does in the acoustic model, held so that a [`Picture`] at any strength is cheap.
///
/// All is measured on the realised filters, with the tone equaliser that they have. Muted drivers are silent; with no
/// sound at all, levels are −120 dB and ratios 0 dB: every number is finite.
#[derive(Debug, Clone)]
pub struct Survey {
    radiation: RadiationSurvey,
    listening: ListeningSurvey,
    zone: ZoneSurvey,
}

/// What there is to draw at given strengths.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Radiation around the device, by [`Path`].
    pub radiation: [PathRadiation; 3],
    /// Cancellation over frequency.
    pub listening: ListeningCurves,
    /// Cancellation over head positions.
    pub zone_map: ZoneMap,
}

impl Survey {
    /// Surveys a design that was made with these settings for filters at `sample_rate` (hertz). Takes milliseconds, on two
    /// threads; not for the audio thread.
    #[must_use]
    pub fn new(device: &Device, design: &Design, settings: &DesignSettings, sample_rate: f64) -> Self {
        let pose = settings.pose();
        let ends = |path: Path, frequencies_hz: &[f64]| {
            DriverSpectra::ends(device, &design.drivers[path as usize], sample_rate, frequencies_hz)
        };
        let curves_hz: Arc<[f64]> = log_frequencies_hz(CURVES_HZ[0], CURVES_HZ[1], CURVES_PER_OCTAVE).into();
        let zone_hz = log_frequencies_hz(ZONE_HZ[0], ZONE_HZ[1], ZONE_PER_OCTAVE);
        let paths = Path::ALL.map(|path| ends(path, &curves_hz));
        let sides = [&paths[0], &paths[1]];
        let zone_sides = [Path::Left, Path::Right].map(|path| ends(path, &zone_hz));
        Self {
            radiation: RadiationSurvey::new(device, design, &paths, &curves_hz, pose.center_m()),
            listening: ListeningSurvey::new(device, sides, &curves_hz, &pose, settings),
            zone: ZoneSurvey::new(device, zone_sides.each_ref(), &zone_hz, &pose),
        }
    }

    /// The picture at given strengths. Takes a fraction of a millisecond.
    #[must_use]
    pub fn picture(&self, strengths: Strengths) -> Picture {
        Picture {
            radiation: self.radiation.picture(strengths),
            listening: self.listening.curves(strengths.cancel),
            zone_map: self.zone.map(strengths.cancel),
        }
    }
}
