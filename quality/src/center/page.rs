//! The page of the documentation.

use std::fmt::Write;

use super::Figures;
use super::estimators::Estimator;
use super::measures::Measures;
use super::mixes::MIXES;

/// The figures as a page.
pub fn page(figures: &[Figures]) -> String {
    let mut page = String::from(
        "# Centre extraction\n\n\
         How well `l`, `c`, `r` are told apart, on mixes whose parts are known. Written by the program `quality center`.\n\n\
         ## What is compared\n\n\
         The mixes are made from separate tracks: instruments of a General MIDI soundfont played by FluidSynth, voices by \
         eSpeak NG, each at its position at equal power, and a diffuse room around them. The true centre is what the centred \
         tracks have in each channel; other tracks and the room are the sides. All estimators have the same window and hop \
         in a mode, so the same latency. The oracle knows the true power of every part in every bin; no estimator can.\n\n\
         - Distortion: scale-invariant ratio of signal to distortion of the estimate, more is better.\n\
         - Leak: sides in the estimate relative to the centre in it; artefacts: what is neither, musical noise for one. By \
         projection on centre and sides in bands of a third of an octave and blocks of half a second; less is better.\n\
         - Modulation: sidebands of a steady centred tone while two others sound at the sides, relative to the tone.\n\
         - Hard-panned: a source on one side only, level in the centre. Mono: what stays out of the centre.\n\n",
    );
    page += "Constants of the estimator were chosen by the mixes of odd number in the list below, the first for one, and by the tests of \
             noise and of panned sources. Those of even number did not decide, but were seen; the mean over them, the other half, \
             is no worse founded than that. The halves differ in how hard they are, so compare estimators within a column.\n\n";
    let _ = writeln!(page, "## Means over {} mixes, dB\n", MIXES.len());
    page += "| mode | estimator | distortion | tuning half | other half | leak | artefacts | modulation | hard-panned | mono |\n";
    page += "|---|---|---|---|---|---|---|---|---|---|\n";
    for figures in figures {
        let mean = Measures::mean(&figures.mixes);
        let _ = writeln!(
            page,
            "| {:?} | {} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {} | {} | {} |",
            figures.mode,
            figures.estimator.name(),
            mean.distortion_db,
            half(&figures.mixes, 0),
            half(&figures.mixes, 1),
            mean.leak_db,
            mean.artefacts_db,
            floored(figures.modulation_db),
            floored(figures.hard_panned_db),
            floored(figures.mono_db),
        );
    }
    page += "\n## Each mix: signal to distortion, dB\n\n| mode | mix |";
    for estimator in Estimator::ALL {
        let _ = write!(page, " {} |", estimator.name());
    }
    page += "\n|---|---|---|---|---|---|---|\n";
    for of_mode in figures.chunks(Estimator::ALL.len()) {
        for (index, mix) in MIXES.iter().enumerate() {
            let _ = write!(page, "| {:?} | {} |", of_mode[0].mode, mix.name);
            for figures in of_mode {
                let _ = write!(page, " {:.1} |", figures.mixes[index].distortion_db);
            }
            page += "\n";
        }
    }
    page
}

/// Mean distortion over every second mix from `first` on.
fn half(mixes: &[Measures], first: usize) -> f64 {
    let half: Vec<Measures> = mixes.iter().skip(first).step_by(2).copied().collect();
    Measures::mean(&half).distortion_db
}

/// Decibels; below −150 only that.
fn floored(level_db: f64) -> String {
    match level_db {
        low if low < -150.0 => String::from("below −150"),
        level_db => format!("{level_db:.1}"),
    }
}
