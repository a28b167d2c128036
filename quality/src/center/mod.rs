//! Extraction of the centre, judged on mixes whose parts are known.
//!
//! ```text
//! score ─► tracks ─► mixdown ─► estimators ─► measures ─► page
//! ```

mod estimators;
mod measures;
mod mixdown;
mod mixes;
mod page;
mod score;
mod steady;
mod stft;
mod tracks;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use proscenium_dsp::upmix::UpmixMode;

use estimators::Estimator;
use measures::Measures;
use mixdown::Mixdown;
use mixes::MIXES;
use tracks::{SAMPLE_RATE, Studio};

/// The modes that have a centre.
const MODES: [UpmixMode; 2] = [UpmixMode::LowLatency, UpmixMode::High];

/// What one estimator makes of everything, in one mode.
pub struct Figures {
    mode: UpmixMode,
    estimator: Estimator,
    /// One for each mix.
    mixes: Vec<Measures>,
    modulation_db: f64,
    hard_panned_db: f64,
    mono_db: f64,
}

/// Compares the estimators, prints the figures and writes `docs/center.md`. Tracks are kept in `target/quality/center`.
///
/// # Errors
/// If FluidSynth, its instruments or eSpeak NG are missing, with the names of their Debian packages; if files cannot be written.
pub fn run(root: &Path) -> Result<()> {
    let results = results(&root.join("target/quality/center"))?;
    let page = page::page(&results);
    println!("{page}");
    let path = root.join("docs/center.md");
    fs::write(&path, page).with_context(|| format!("cannot write {}", path.display()))
}

/// The figures of every estimator in every mode; tracks are kept in `cache`.
///
/// # Errors
/// As [`run`].
pub fn results(cache: &Path) -> Result<Vec<Figures>> {
    let studio = Studio::new(cache)?;
    let mixdowns: Vec<Mixdown> = MIXES
        .iter()
        .map(|mix| Mixdown::new(mix, &studio))
        .collect::<Result<_>>()?;
    let cases = MODES
        .into_iter()
        .flat_map(|mode| Estimator::ALL.map(|estimator| (mode, estimator)));
    let figures = cases.map(|(mode, estimator)| {
        let window = mode.window(f64::from(SAMPLE_RATE));
        let measures = |mixdown: &Mixdown| Measures::new(&estimator.estimate(mixdown, window), mixdown);
        Figures {
            mode,
            estimator,
            mixes: mixdowns.iter().map(measures).collect(),
            modulation_db: steady::modulation_db(estimator, window),
            hard_panned_db: steady::hard_panned_db(estimator, window),
            mono_db: steady::mono_db(estimator, window),
        }
    });
    Ok(figures.collect())
}
