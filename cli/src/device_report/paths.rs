//! Each path on its own: when and how loud it arrives, how it radiates, what its filters are like.

use super::cancellation_figures::most;
use super::subject::Subject;
use crate::filters;
use proscenium_dsp::acoustics::Plant;
use proscenium_dsp::analysis::{BeamPattern, amplitude_db, arrivals_samples, log_frequencies_hz, mean, path_levels_db};
use proscenium_dsp::array::Path;
use proscenium_dsp::design::DIRECTIVITY_RANGE_HZ;
use serde_json::{Value, json};

const PER_OCTAVE: u32 = 12;
/// Where levels at the listener count, hertz.
const LEVELS_HZ: [f64; 2] = [200.0, 8000.0];

/// Figures of one path with its full effect.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PathFigures {
    pub(super) path: Path,
    /// Arrival at the listener after the direct sound of a source at the device without the filters' delay, samples.
    pub(super) arrival_samples: f64,
    /// Largest deviation from a flat source at the device as heard at the meant ears, third octaves from 200 Hz to 8 kHz, dB.
    pub(super) tone_db: f64,
    /// Directivity index towards the listener, mean from 300 Hz to 3 kHz, without and with the effect, dB.
    pub(super) directivity_index_db: [f64; 2],
    /// Largest gain of a driver's filter, dB.
    pub(super) largest_filter_gain_db: f64,
    /// Samples of the longest filter, from the first sample on.
    pub(super) taps: usize,
}

/// When the paths arrive.
fn arrivals(subject: &Subject<'_>) -> [f64; 3] {
    arrivals_samples(subject.device(), &subject.design, &subject.timing, &subject.pose())
}

/// From the first to the last arrival of the three paths, samples at the rate of the filters.
pub(super) fn arrival_spread_samples(subject: &Subject<'_>) -> f64 {
    let arrivals = arrivals(subject);
    most(&arrivals) - arrivals.iter().copied().fold(f64::INFINITY, f64::min)
}

/// Figures of all paths, in the order of [`Path::ALL`].
pub(super) fn figures(subject: &Subject<'_>) -> [PathFigures; 3] {
    let levels_hz = log_frequencies_hz(LEVELS_HZ[0], LEVELS_HZ[1], PER_OCTAVE);
    let levels_db = path_levels_db(
        subject.device(),
        &subject.design,
        1.0,
        subject.sample_rate(),
        &levels_hz,
        &subject.pose(),
    );
    let arrivals = arrivals(subject);
    let [low_hz, high_hz] = DIRECTIVITY_RANGE_HZ;
    let plant = Plant::new(subject.device(), &log_frequencies_hz(low_hz, high_hz, PER_OCTAVE));
    Path::ALL.map(|path| {
        let index_db = |strength| {
            let spectra = subject.spectra(path, strength, plant.frequencies_hz());
            mean(&BeamPattern::new(&plant, &spectra, subject.pose().center_m()).directivity_index_db)
        };
        let filters = &subject.design.drivers[path as usize];
        PathFigures {
            path,
            arrival_samples: arrivals[path as usize],
            tone_db: levels_db[path as usize].iter().map(|db| db.abs()).fold(0.0, f64::max),
            directivity_index_db: [0.0, 1.0].map(index_db),
            largest_filter_gain_db: amplitude_db(subject.spectra(path, 1.0, &levels_hz).largest_gain()),
            taps: filters
                .full
                .iter()
                .map(proscenium_dsp::engine::Fir::end)
                .max()
                .unwrap_or(0),
        }
    })
}

impl PathFigures {
    pub(super) fn to_json(&self) -> Value {
        let [base, full] = self.directivity_index_db;
        json!({
            "path": filters::path_name(self.path),
            "arrival_samples": self.arrival_samples,
            "tone_deviation_db": self.tone_db,
            "directivity_index_db": { "without": base, "with": full },
            "largest_filter_gain_db": self.largest_filter_gain_db,
            "taps": self.taps,
        })
    }
}
