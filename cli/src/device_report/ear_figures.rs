//! The whole chain at the ears: errors against a real pair of loudspeakers at ±30°, beside those of plain stereo.

use super::figure::{Figure, Limit, Measured};
use super::subject::Subject;
use proscenium_dsp::analysis::{EarSignalErrors, EarSignalTest};
use proscenium_dsp::engine::Controls;

/// Floor and aim of delay, level and spectrum.
const WIDE: [[f64; 2]; 3] = [[195.0, 100.0], [2.4, 2.0], [3.0, 2.0]];
/// The same for Laptop, which is near.
const LAPTOP: [[f64; 2]; 3] = [[23.0, 20.0], [1.9, 1.5], [3.0, 2.0]];

/// Measures with the head that the filters are designed for, anechoic.
pub(super) fn measure(subject: &Subject<'_>) -> Vec<Figure> {
    let test = EarSignalTest::new(
        subject.device(),
        &subject.device().head,
        subject.settings,
        subject.timing,
    );
    let (ours, plain) = (test.engine(&subject.design, Controls::default()), test.plain());
    let limits = if subject.is_laptop() { LAPTOP } else { WIDE };
    let limits = limits.map(|[floor, aim]| Some(Limit::AtMost { floor, aim }));
    [
        rows(
            ["hard_delay", "hard_level", "hard_spectrum"],
            HARD,
            ours.hard_panned,
            limits,
        ),
        rows(["delay", "level", "spectrum"], PANNED, ours.panned, [None; 3]),
        rows(
            ["plain_hard_delay", "plain_hard_level", "plain_hard_spectrum"],
            PLAIN_HARD,
            plain.hard_panned,
            [None; 3],
        ),
        rows(
            ["plain_delay", "plain_level", "plain_spectrum"],
            PLAIN,
            plain.panned,
            [None; 3],
        ),
    ]
    .concat()
}

const HARD: [&str; 3] = [
    "Hard-panned source, interaural delay, 200 Hz–1.5 kHz",
    "Hard-panned source, interaural level, 1–6 kHz",
    "Hard-panned source, spectrum at each ear, third octaves 200 Hz–8 kHz",
];
const PANNED: [&str; 3] = [
    "Sources from left to right, interaural delay",
    "Sources from left to right, interaural level",
    "Sources from left to right, spectrum at each ear",
];
const PLAIN_HARD: [&str; 3] = [
    "Plain stereo on this device, hard-panned source, interaural delay",
    "Plain stereo, hard-panned source, interaural level",
    "Plain stereo, hard-panned source, spectrum at each ear",
];
const PLAIN: [&str; 3] = [
    "Plain stereo, sources from left to right, interaural delay",
    "Plain stereo, sources from left to right, interaural level",
    "Plain stereo, sources from left to right, spectrum at each ear",
];

fn rows(
    ids: [&'static str; 3],
    names: [&'static str; 3],
    errors: EarSignalErrors,
    limits: [Option<Limit>; 3],
) -> Vec<Figure> {
    let values = [
        (errors.delay_us, "µs"),
        (errors.level_db, "dB"),
        (errors.spectrum_db, "dB"),
    ];
    let rows = ids.into_iter().zip(names).zip(values).zip(limits);
    rows.map(|(((id, name), (value, unit)), limit)| Figure {
        id,
        name,
        unit,
        measured: Measured::Value(value),
        at_tone_0: None,
        limit,
    })
    .collect()
}
