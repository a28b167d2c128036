//! The centre: its beam around the device, and its level and colour on axis.

use super::cancellation_figures::least;
use super::figure::{Figure, Limit};
use super::subject::Subject;
use proscenium_dsp::acoustics::Plant;
use proscenium_dsp::analysis::{amplitude_db, log_frequencies_hz, mean, third_octave_db};
use proscenium_dsp::design::{BeamKind, DIRECTIVITY_RANGE_HZ};
use proscenium_dsp::level::CenterShelf;

const PER_OCTAVE: u32 = 12;
/// Where the centre's shelf has arrived at its upper level, up to where colour counts, hertz.
const MONO_HZ: [f64; 2] = [600.0, 8000.0];

/// Measures the beam. Nothing is promised of nulls where none are asked for.
pub(super) fn measure(subject: &Subject<'_>) -> Vec<Figure> {
    let [low_hz, high_hz] = DIRECTIVITY_RANGE_HZ;
    let plant = Plant::new(subject.device(), &log_frequencies_hz(low_hz, high_hz, PER_OCTAVE));
    let [alone, beam] = [0.0, 1.0].map(|strength| subject.center_pattern(&plant, strength));
    let null_db = beam.depth_db(90.0);
    let at_least = |floor, aim| Limit::AtLeast { floor, aim };
    let mut figures = vec![
        Figure::db(
            "null_mean",
            "Beam at ±90° below on-axis, mean",
            mean(&null_db),
            at_least(25.0, 40.0),
        ),
        Figure::db(
            "null_worst",
            "the same, worst frequency",
            least(&null_db),
            at_least(15.0, 30.0),
        ),
        Figure::db(
            "lobe_45_deg",
            "Beam at ±45° re on-axis, mean",
            -mean(&beam.depth_db(45.0)),
            at_least(-6.0, -4.0),
        ),
        Figure::db(
            "directivity_gain",
            "Directivity index above the reference driver alone, mean",
            mean(&beam.directivity_index_db) - mean(&alone.directivity_index_db),
            at_least(2.0, 3.0),
        ),
    ];
    if subject.settings.beam == BeamKind::ConstantDirectivity {
        figures[..3].iter_mut().for_each(|figure| figure.limit = None);
    }
    figures
}

/// Level and colour on axis of a mono programme, all of which is centre, against the reference driver alone. `untoned` is
/// designed for Tone 0.
pub(super) fn mono_colour(untoned: &Subject<'_>) -> Vec<Figure> {
    let frequencies_hz = log_frequencies_hz(MONO_HZ[0], MONO_HZ[1], PER_OCTAVE);
    let plant = Plant::new(untoned.device(), &frequencies_hz);
    let [alone, beam] = [0.0, 1.0].map(|strength| untoned.center_pattern(&plant, strength));
    let shelf = CenterShelf::new(untoned.sample_rate());
    let levels_db: Vec<f64> = beam
        .on_axis
        .iter()
        .zip(&alone.on_axis)
        .zip(&frequencies_hz)
        .map(|((beam, alone), &frequency_hz)| amplitude_db((beam * shelf.response(frequency_hz)).norm() / alone.norm()))
        .collect();
    let level_db = mean(&levels_db);
    let colour_db = third_octave_db(&levels_db, &frequencies_hz)
        .into_iter()
        .map(|db| (db - level_db).abs())
        .fold(0.0, f64::max);
    vec![
        Figure::db(
            "mono_colour",
            "Mono programme on axis re the reference driver alone, third octaves 600 Hz–8 kHz, Tone 0, ±",
            colour_db,
            Limit::AtMost { floor: 1.0, aim: 0.25 },
        ),
        Figure::db(
            "mono_level",
            "the same, level",
            level_db,
            Limit::Near {
                to: 3.0,
                floor: 1.0,
                aim: 0.25,
            },
        ),
    ]
}
