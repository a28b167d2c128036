//! How the paths radiate, beside plain stereo and plain matrix mixing on the same drivers.

use super::subject::Subject;
use proscenium_dsp::acoustics::Plant;
use proscenium_dsp::analysis::{PathRadiation, PatternMap, Picture, amplitude_db};
use proscenium_dsp::array::{Path, direction};
use std::sync::Arc;

/// Levels below this are silence, dB, as in the library's maps.
const SILENCE_DB: f64 = -120.0;
/// Scales of levels end at a multiple of this, dB.
const SCALE_STEP_DB: f64 = 6.0;

/// Level over azimuth and frequency, re a flat source at the device heard at the same distance.
pub(super) struct Levels {
    /// Hertz, rising evenly on a logarithmic scale.
    pub(super) frequencies_hz: Arc<[f64]>,
    /// Degrees, rising evenly from −180; 0 towards the listener, their left positive.
    pub(super) azimuths_deg: Arc<[f64]>,
    /// `[azimuth][frequency]`, dB.
    levels_db: Vec<f32>,
}

/// Three ways to play one path, in the absence of a listener.
pub(super) struct Radiation {
    pub(super) path: Path,
    /// With the full effect.
    full: Levels,
    /// The left or the right reference driver alone; for the centre both at half the level: the phantom of a stereo pair.
    stereo: Levels,
    /// The drivers of that half, or all for the centre, in phase.
    matrix: Levels,
}

impl Radiation {
    /// All paths; `without` and `with` are pictures of the subject at no and at full strength.
    pub(super) fn of(subject: &Subject<'_>, without: &Picture, with: &Picture) -> [Self; 3] {
        Path::ALL.map(|path| {
            let PathRadiation { path: full, matrix, .. } = &with.radiation[path as usize];
            let stereo = match path {
                Path::Left | Path::Right => Levels::of(&without.radiation[path as usize].path),
                Path::Center => phantom(subject, full),
            };
            Self {
                path,
                full: Levels::of(full),
                stereo,
                matrix: Levels::of(matrix),
            }
        })
    }

    /// The three ways, with what they are.
    pub(super) fn ways(&self) -> [(&'static str, &Levels); 3] {
        [
            ("Proscenium", &self.full),
            ("Plain stereo", &self.stereo),
            ("Matrix mixing", &self.matrix),
        ]
    }

    /// The end of a scale that holds all levels of the path, dB: a multiple of 6.
    pub(super) fn top_db(&self) -> f64 {
        let levels = self.ways().into_iter().flat_map(|(_, levels)| &levels.levels_db);
        let highest = levels.copied().fold(f32::NEG_INFINITY, f32::max);
        SCALE_STEP_DB * (f64::from(highest) / SCALE_STEP_DB).ceil()
    }
}

impl Levels {
    fn of(map: &PatternMap) -> Self {
        Self {
            frequencies_hz: Arc::clone(&map.frequencies_hz),
            azimuths_deg: Arc::clone(&map.azimuths_deg),
            levels_db: map.levels_db.clone(),
        }
    }

    /// Level by azimuth and frequency, dB.
    pub(super) fn at(&self, azimuth: usize, bin: usize) -> f32 {
        self.levels_db[azimuth * self.frequencies_hz.len() + bin]
    }

    /// The frequency nearest to one in hertz.
    pub(super) fn bin_near(&self, frequency_hz: f64) -> usize {
        let apart = |bin: &usize| (self.frequencies_hz[*bin] / frequency_hz).ln().abs();
        let bins = 0..self.frequencies_hz.len();
        bins.min_by(|a, b| apart(a).total_cmp(&apart(b))).unwrap_or(0)
    }
}

/// Half the sum of the two sides without cancellation, at the points of a map.
fn phantom(subject: &Subject<'_>, like: &PatternMap) -> Levels {
    let plant = Plant::new(subject.device(), &like.frequencies_hz);
    let [left, right] = [Path::Left, Path::Right].map(|path| subject.spectra(path, 0.0, &like.frequencies_hz));
    let [x, y, z] = subject.pose().center_m();
    let distance_m = (x * x + y * y + z * z).sqrt();
    let levels_db = |azimuth_deg: f64| -> Vec<f32> {
        let unit = direction(y.atan2(-x) + azimuth_deg.to_radians(), 0.0);
        let field = plant.field(unit.map(|u| u * distance_m));
        let (left, right) = (left.pressure(&field), right.pressure(&field));
        let sums = left.iter().zip(&right).map(|(left, right)| 0.5 * (left + right));
        sums.map(|sum| amplitude_db(sum.norm() * distance_m).max(SILENCE_DB) as f32)
            .collect()
    };
    Levels {
        frequencies_hz: Arc::clone(&like.frequencies_hz),
        azimuths_deg: Arc::clone(&like.azimuths_deg),
        levels_db: like
            .azimuths_deg
            .iter()
            .flat_map(|&azimuth_deg| levels_db(azimuth_deg))
            .collect(),
    }
}
