//! Figures of Tabletop with Tone at its default of 100 %.

use super::{Bound, CancellerCost, Figure, PER_OCTAVE, SAMPLE_RATE, Subject, largest, minimum};
use crate::acoustics::{HeadPose, Plant};
use crate::analysis::path_levels::{largest_difference_db, path_levels_db};
use crate::analysis::scale::{log_frequencies_hz, mean, third_octave_db, worse};
use crate::array::Device;

/// How well the three paths of a device agree at the design point with Tone 100 %, third octaves from 200 Hz to 8 kHz.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ToneFigures {
    /// Largest difference between any two paths with the full effects, dB.
    pub difference_db: f64,
    /// The same at Cancellation 0 and Depth 0, dB.
    pub difference_without_effects_db: f64,
    /// Largest deviation of left or right from a flat source, with the full effects, dB.
    pub sides_db: f64,
    /// The same of the centre, without its low shelf, dB.
    pub center_db: f64,
}

impl ToneFigures {
    /// Figures of a device at its own distance.
    #[must_use]
    pub fn new(device: &Device) -> Self {
        Self::of(&Subject::new(device, 1.0, 0.0))
    }

    fn of(subject: &Subject<'_>) -> Self {
        let wide_hz = log_frequencies_hz(200.0, 8000.0, PER_OCTAVE);
        let [base, full] = [0.0, 1.0].map(|strength| {
            let Subject {
                device, design, pose, ..
            } = subject;
            path_levels_db(device, design, strength, SAMPLE_RATE, &wide_hz, pose)
        });
        let [left, right, center] = &full;
        Self {
            difference_db: largest_difference_db(&full),
            difference_without_effects_db: largest_difference_db(&base),
            sides_db: largest(&[left.clone(), right.clone()]),
            center_db: largest(std::slice::from_ref(center)),
        }
    }
}

pub(super) fn tabletop_tone(tabletop: &Device) -> Vec<Figure> {
    use Bound::{AtLeast, AtMost};
    let subject = Subject::new(tabletop, 1.0, 0.0);
    let tone = ToneFigures::of(&subject);
    let frequencies_hz = log_frequencies_hz(500.0, 8000.0, PER_OCTAVE);
    let plant = Plant::new(tabletop, &frequencies_hz);
    let cancellation = subject.cancellation(&plant);
    let gain_db = cancellation.gain_db(&subject.pose);
    let five_cm_db = subject.beside_db(&cancellation, 0.05);
    let [left, right] = [10_f64, -10.0].map(|yaw_deg| {
        cancellation.gain_db(&HeadPose {
            yaw_rad: yaw_deg.to_radians(),
            ..subject.pose
        })
    });
    let cost = CancellerCost::new(&subject);
    vec![
        Figure::db(
            "Tone 100 %: paths match each other, third octaves 200 Hz–8 kHz",
            tone.difference_db,
            AtMost(1.0),
        ),
        Figure::db(
            "Tone 100 %: the same at Cancellation 0 and Depth 0",
            tone.difference_without_effects_db,
            AtMost(1.0),
        ),
        Figure::db(
            "Tone 100 %: all paths re a flat source, ±",
            tone.sides_db.max(tone.center_db),
            AtMost(1.0),
        ),
        Figure::db(
            "Tone 100 %: cancellation, design point, mean 500 Hz–8 kHz",
            mean(&gain_db),
            AtLeast(30.0),
        ),
        Figure::db(
            "Tone 100 %: cancellation, design point, minimum",
            minimum(&gain_db),
            AtLeast(10.0),
        ),
        Figure::db(
            "Tone 100 %: cancellation, ±2 cm sideways, mean",
            mean(&subject.beside_db(&cancellation, 0.02)),
            AtLeast(20.0),
        ),
        Figure::db(
            "Tone 100 %: cancellation, ±5 cm sideways, mean",
            mean(&five_cm_db),
            AtLeast(14.0),
        ),
        Figure::db(
            "Tone 100 %: cancellation, ±5 cm sideways, worst third octave",
            minimum(&third_octave_db(&five_cm_db, &frequencies_hz)),
            AtLeast(5.0),
        ),
        Figure::db(
            "Tone 100 %: cancellation, 10° of yaw, mean",
            mean(&worse(&left, &right)),
            AtLeast(21.0),
        ),
        Figure::db(
            "Tone 100 %: ipsilateral colour re Cancellation 0, third octaves, ±",
            cost.colour_db,
            AtMost(3.0),
        ),
        Figure::db(
            "Tone 100 %: effort re Cancellation 0, worst",
            cost.effort_db,
            AtMost(12.0),
        ),
    ]
}
