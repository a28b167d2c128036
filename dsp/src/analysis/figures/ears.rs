//! Figures of the whole chain: errors of the ear signals.

use super::{Bound, Figure};
use crate::acoustics::HeadShape;
use crate::analysis::{EarSignalErrors, EarSignalTest};
use crate::array::Device;
use crate::design::{Design, DesignSettings};
use crate::engine::{Controls, Timing};
use crate::upmix::UpmixMode;

/// Errors of a hard-panned source, all settings at default; bounds in the order of [`EarSignalErrors`].
pub(super) fn hard_panned(device: &Device, at_most: [f64; 3]) -> Vec<Figure> {
    let settings = DesignSettings {
        distance_m: device.nominal_distance_m() as f32,
        ..DesignSettings::default()
    };
    let timing = Timing::new(super::SAMPLE_RATE, UpmixMode::High);
    let design = Design::new(device, &settings, &timing);
    let test = EarSignalTest::new(device, &HeadShape::default(), settings, timing);
    let EarSignalErrors {
        delay_us,
        level_db,
        spectrum_db,
    } = test.engine(&design, Controls::default()).hard_panned;
    let [delay, level, spectrum] = at_most.map(Bound::AtMost);
    let delay = Figure::db(
        "hard-panned, error of the interaural delay below 1.5 kHz",
        delay_us,
        delay,
    );
    vec![
        Figure { unit: "µs", ..delay },
        Figure::db("hard-panned, error of the interaural level, 1–6 kHz", level_db, level),
        Figure::db(
            "hard-panned, error of the spectrum, third octaves",
            spectrum_db,
            spectrum,
        ),
    ]
}
