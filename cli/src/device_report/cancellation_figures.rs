//! Cancellation at the design point and around it, and what it costs.

use super::figure::{Figure, Limit, Measured};
use super::subject::Subject;
use proscenium_dsp::acoustics::{Ear, Plant};
use proscenium_dsp::analysis::{Cancellation, log_frequencies_hz, mean, third_octave_db, worse};
use proscenium_dsp::array::{Path, presets};
use proscenium_dsp::design::{DeviceChoice, TargetNodes, zone_poses};

const PER_OCTAVE: u32 = 12;
/// Useful range of the cancellation, and that of its colour, hertz.
const USEFUL_HZ: [f64; 2] = [500.0, 8000.0];
const COLOUR_HZ: [f64; 2] = [200.0, 8000.0];
/// The target curve that a design is asked to follow, dB, for a figure of how well it does.
const TARGET_DB: f32 = 15.0;
/// A target counts as feasible where the effort stays this far below its limit, dB.
const EFFORT_TO_SPARE_DB: f64 = 0.1;
/// How far the head is moved and turned.
const SIDEWAYS_M: [f64; 2] = [0.02, 0.05];
const YAW_DEG: f64 = 10.0;
const OFFSET_M: f32 = 0.2;

/// The limits that depend on the device: two drivers close to each other can do less.
struct MeanLimits {
    design_point: Limit,
    sideways: [Limit; 2],
}

impl MeanLimits {
    fn of(subject: &Subject<'_>) -> Self {
        let at_least = |floor, aim| Limit::AtLeast { floor, aim };
        let is_laptop = matches!(subject.named.choice, DeviceChoice::Preset(index)
            if presets()[usize::from(index)].file_stem == "laptop");
        if is_laptop {
            return Self {
                design_point: at_least(20.0, 26.0),
                sideways: [at_least(11.0, 13.0), at_least(5.0, 7.0)],
            };
        }
        Self {
            design_point: at_least(30.0, 38.0),
            sideways: [at_least(20.0, 24.0), at_least(14.0, 16.0)],
        }
    }
}

/// Measures the side paths.
pub(super) fn measure(subject: &Subject<'_>) -> Vec<Figure> {
    let at_least = |floor, aim| Limit::AtLeast { floor, aim };
    let at_most = |floor, aim| Limit::AtMost { floor, aim };
    let limits = MeanLimits::of(subject);
    let plant = Plant::new(
        subject.device(),
        &log_frequencies_hz(USEFUL_HZ[0], USEFUL_HZ[1], PER_OCTAVE),
    );
    let cancellation = subject.cancellation(&plant);
    let gain_db = cancellation.gain_db(&subject.pose());
    let sideways_db = SIDEWAYS_M.map(|offset_m| worse_side_db(subject, &cancellation, [offset_m, 0.0]));
    let turned_db = worse_side_db(subject, &cancellation, [0.0, YAW_DEG.to_radians()]);
    let third_octaves_db = third_octave_db(&sideways_db[1], plant.frequencies_hz());
    let aside = subject.with(|settings| settings.offset_m += OFFSET_M);
    let aside_db = aside.cancellation(&plant).gain_db(&aside.pose());
    let cost = Cost::new(subject);
    vec![
        Figure::db(
            "mean",
            "Cancellation at the design point, mean",
            mean(&gain_db),
            limits.design_point,
        ),
        Figure::db("minimum", "the same, minimum", least(&gain_db), at_least(10.0, 25.0)),
        Figure {
            measured: target_deviation_db(subject),
            ..Figure::db(
                "target",
                "Follows a target curve of 15 dB over the zone where effort allows, ±",
                0.0,
                at_most(1.0, 0.25),
            )
        },
        Figure::db(
            "sideways_2_cm",
            "±2 cm sideways, mean",
            mean(&sideways_db[0]),
            limits.sideways[0],
        ),
        Figure::db(
            "sideways_5_cm",
            "±5 cm sideways, mean",
            mean(&sideways_db[1]),
            limits.sideways[1],
        ),
        Figure::db(
            "sideways_5_cm_worst",
            "the same, worst third octave",
            least(&third_octaves_db),
            at_least(5.0, 10.0),
        ),
        Figure::db(
            "yaw_10_deg",
            "10° of head yaw, mean",
            mean(&turned_db),
            at_least(21.0, 26.0),
        ),
        Figure::db(
            "offset_0_2_m",
            "Listener offset 0.2 m more, filters for it, mean",
            mean(&aside_db),
            at_least(18.0, 25.0),
        ),
        Figure {
            measured: Measured::Missing(String::from("measured by cargo xtask bench quality")),
            ..Figure::db(
                "measured_head",
                "On a measured head, mean 500 Hz–6 kHz",
                0.0,
                at_least(16.0, 20.0),
            )
        },
        Figure::db(
            "colour",
            "Colour at the meant ear re Cancellation 0, third octaves 200 Hz–8 kHz, ±",
            cost.colour_db,
            at_most(3.0, 1.0),
        ),
        Figure::db(
            "effort",
            "Effort: drivers' weights re Cancellation 0, largest",
            cost.effort_db,
            at_most(12.0, 9.0),
        ),
        Figure::db(
            "filter_gain",
            "Largest filter gain, limits for Tone 0",
            cost.largest_filter_gain_db,
            at_most(12.0, 9.0),
        ),
    ]
}

/// What the cancellation costs, 200 Hz–8 kHz, dB.
pub(super) struct Cost {
    pub(super) colour_db: f64,
    pub(super) effort_db: f64,
    pub(super) largest_filter_gain_db: f64,
}

impl Cost {
    pub(super) fn new(subject: &Subject<'_>) -> Self {
        let frequencies_hz = log_frequencies_hz(COLOUR_HZ[0], COLOUR_HZ[1], PER_OCTAVE);
        let plant = Plant::new(subject.device(), &frequencies_hz);
        let cancellation = subject.cancellation(&plant);
        let colour_db = cancellation.colour_db(&subject.pose());
        let third_octaves_db = colour_db
            .iter()
            .flat_map(|ear_db| third_octave_db(ear_db, &frequencies_hz));
        Self {
            colour_db: third_octaves_db.map(f64::abs).fold(0.0, f64::max),
            effort_db: most(&cancellation.effort_db(&subject.pose()).concat()),
            largest_filter_gain_db: cancellation.largest_filter_gain_db(),
        }
    }
}

/// Gain for a head moved by metres and turned by radians, `[offset, yaw]`, to the worse of both sides at each frequency.
fn worse_side_db(subject: &Subject<'_>, cancellation: &Cancellation<'_>, [offset_m, yaw_rad]: [f64; 2]) -> Vec<f64> {
    let [left, right] = [1.0, -1.0].map(|side| cancellation.gain_db(&subject.moved(side * offset_m, side * yaw_rad)));
    worse(&left, &right)
}

/// How far the gain over the zone is from a target, at worst, where the effort is below its limit. The target is about means
/// over the zone, not about the design point.
fn target_deviation_db(subject: &Subject<'_>) -> Measured {
    let aiming = subject.with(|settings| {
        settings.target = TargetNodes::from_readable([[USEFUL_HZ[0] as f32, TARGET_DB]]);
    });
    let frequencies_hz = log_frequencies_hz(USEFUL_HZ[0], USEFUL_HZ[1], PER_OCTAVE);
    let plant = Plant::new(subject.device(), &frequencies_hz);
    let effort_db = aiming.cancellation(&plant).effort_db(&aiming.pose());
    let paths = [Path::Left, Path::Right].map(|path| aiming.spectra(path, 1.0, &frequencies_hz));
    let mut powers = vec![[[0.0; 2]; 2]; frequencies_hz.len()];
    for place in zone_poses(aiming.pose(), f64::from(aiming.settings.zone_m)) {
        let ears = plant.ears(&place.pose);
        for (path, spectra) in paths.iter().enumerate() {
            for ear in Ear::BOTH {
                for (bin, pressure) in spectra.pressure(ears.ear(ear)).iter().enumerate() {
                    powers[bin][path][ear as usize] += place.weight * pressure.norm_sqr();
                }
            }
        }
    }
    let limit_db = f64::from(aiming.settings.effort_db) - EFFORT_TO_SPARE_DB;
    let mut worst = None::<f64>;
    for (bin, powers) in powers.iter().enumerate() {
        for ear in Ear::BOTH {
            let power = |at: Ear| powers[ear as usize][at as usize];
            let gain_db = 10.0 * (power(ear) / power(ear.opposite())).log10();
            if effort_db[ear as usize][bin] < limit_db {
                let deviation_db = (gain_db - f64::from(TARGET_DB)).abs();
                worst = Some(worst.map_or(deviation_db, |worst| worst.max(deviation_db)));
            }
        }
    }
    worst.map_or_else(
        || Measured::Missing(String::from("the effort is at its limit at all frequencies")),
        Measured::Value,
    )
}

/// The least of some values.
pub(super) fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

/// The largest of some values.
pub(super) fn most(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}
