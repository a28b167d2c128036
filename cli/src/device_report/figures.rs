//! All figures of merit, in the order of the table.

use super::figure::{Figure, FigureGroup};
use super::subject::Subject;
use super::{beam_figures, cancellation_figures, ear_figures, engine_figures};

/// Largest strength of the tone equaliser that counts as none.
const NO_TONE: f32 = 1e-6;

/// Measures everything. What the settings leave alone is the same as in the library's own figures.
pub(super) fn groups(subject: &Subject<'_>) -> Vec<FigureGroup> {
    let untoned = (subject.settings.tone > NO_TONE).then(|| subject.with(|settings| settings.tone = 0.0));
    let both = |measure: &dyn Fn(&Subject<'_>) -> Vec<Figure>| {
        let mut figures = measure(subject);
        if let Some(untoned) = &untoned {
            for (figure, plain) in figures.iter_mut().zip(measure(untoned)) {
                figure.at_tone_0 = plain.value();
            }
        }
        figures
    };
    let at_tone_0 = untoned.as_ref().unwrap_or(subject);
    vec![
        FigureGroup {
            id: "cancellation",
            title: "Cancellation",
            note: "One input at a time, Programme Binaural, the worse ear, 500 Hz–8 kHz unless said, on the rigid-sphere models \
                   of device and head.",
            figures: [
                both(&cancellation_figures::measure),
                vec![cancellation_figures::filter_gain(at_tone_0)],
            ]
            .concat(),
        },
        FigureGroup {
            id: "center",
            title: "Centre",
            note: "Around the device without a listener, at the listener's distance, 300 Hz–3 kHz unless said.",
            figures: [both(&beam_figures::measure), beam_figures::mono_colour(at_tone_0)].concat(),
        },
        FigureGroup {
            id: "engine",
            title: "Engine",
            note: "Noise through the engine that the plugin runs, Upmix High. −200 dB stands for nothing at all.",
            figures: engine_figures::measure(subject),
        },
        FigureGroup {
            id: "ears",
            title: "Ear signals",
            note: "Mean errors of the two ear signals against those of a real pair of loudspeakers at ±30° and 2 m, through the \
                   whole engine with all effects, on the head that filters are designed for, anechoic; the spectrum but for one level common to all.",
            figures: ear_figures::measure(subject),
        },
    ]
}
