//! Cancellation at the design point and around it, and what it costs.

use super::figure::{Figure, Limit, Measured};
use super::subject::Subject;
use proscenium_dsp::acoustics::{Ear, Plant};
use proscenium_dsp::analysis::{Cancellation, log_frequencies_hz, mean, power_db, third_octave_db, worse};
use proscenium_dsp::array::Path;
use proscenium_dsp::design::{TargetNodes, zone_poses};

const PER_OCTAVE: u32 = 12;
/// Useful range of the cancellation, and that of its colour, hertz.
const USEFUL_HZ: [f64; 2] = [500.0, 8000.0];
const COLOUR_HZ: [f64; 2] = [200.0, 8000.0];
/// The target curve that a design is asked to follow, dB, for a figure of how well it does.
const TARGET_DB: f32 = 15.0;
/// A target counts as feasible where a design without it has this much more, dB.
const FEASIBLE_DB: f64 = 1.0;
/// Frequencies to either side within a third octave.
const HALF_THIRD_OCTAVE: usize = PER_OCTAVE as usize / 6;
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
        if subject.is_laptop() {
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
                "Follows a target of 15 dB over the zone where feasible, third octaves, ±",
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
    ]
}

/// The largest gain of a side filter, which is about the cancellation alone: `untoned` is designed for Tone 0.
pub(super) fn filter_gain(untoned: &Subject<'_>) -> Figure {
    Figure::db(
        "filter_gain",
        "Largest filter gain at Tone 0",
        Cost::new(untoned).largest_filter_gain_db,
        Limit::AtMost { floor: 12.0, aim: 9.0 },
    )
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

/// How far the gain over the zone is from a target in third octaves, at worst, where the target is feasible: where without
/// a target there is more, and without cancellation less. The target is about means over the zone, not about the design point.
fn target_deviation_db(subject: &Subject<'_>) -> Measured {
    let target_db = f64::from(TARGET_DB);
    let aiming = subject.with(|settings| {
        settings.target = TargetNodes::from_readable([[USEFUL_HZ[0] as f32, TARGET_DB]]);
    });
    let frequencies_hz = log_frequencies_hz(USEFUL_HZ[0], USEFUL_HZ[1], PER_OCTAVE);
    let plant = Plant::new(subject.device(), &frequencies_hz);
    let [aimed, most_had, none] = [(&aiming, 1.0), (subject, 1.0), (subject, 0.0)]
        .map(|(subject, strength)| zone_gain_db(subject, strength, &plant));
    let mut worst = None::<f64>;
    for ear in Ear::BOTH.map(|ear| ear as usize) {
        let feasible: Vec<bool> = most_had[ear]
            .iter()
            .zip(&none[ear])
            .map(|(most_db, none_db)| *most_db > target_db + FEASIBLE_DB && *none_db < target_db)
            .collect();
        let smooth_db = third_octave_db(&aimed[ear], &frequencies_hz);
        for (bin, gain_db) in smooth_db.iter().enumerate() {
            let around = bin.saturating_sub(HALF_THIRD_OCTAVE)..(bin + HALF_THIRD_OCTAVE + 1).min(feasible.len());
            if feasible[around].iter().all(|feasible| *feasible) {
                let deviation_db = (gain_db - target_db).abs();
                worst = Some(worst.map_or(deviation_db, |worst| worst.max(deviation_db)));
            }
        }
    }
    worst.map_or_else(
        || Measured::Missing(String::from("this device cannot reach 15 dB over the zone")),
        Measured::Value,
    )
}

/// Mean power at the meant ear over that at the other, both over the zone, for the left and the right path, dB.
fn zone_gain_db(subject: &Subject<'_>, strength: f64, plant: &Plant) -> [Vec<f64>; 2] {
    let bins = plant.frequencies_hz().len();
    let paths = [Path::Left, Path::Right].map(|path| subject.spectra(path, strength, plant.frequencies_hz()));
    let mut powers = [(); 2].map(|()| [(); 2].map(|()| vec![0.0; bins]));
    for place in zone_poses(subject.pose(), f64::from(subject.settings.zone_m)) {
        let ears = plant.ears(&place.pose);
        for (spectra, powers) in paths.iter().zip(&mut powers) {
            for ear in Ear::BOTH {
                for (power, pressure) in powers[ear as usize].iter_mut().zip(spectra.pressure(ears.ear(ear))) {
                    *power += place.weight * pressure.norm_sqr();
                }
            }
        }
    }
    Ear::BOTH.map(|ear| {
        let [loud, quiet] = [ear, ear.opposite()].map(|at| &powers[ear as usize][at as usize]);
        loud.iter()
            .zip(quiet)
            .map(|(loud, quiet)| power_db(loud / quiet))
            .collect()
    })
}

/// The least of some values.
pub(super) fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

/// The largest of some values.
pub(super) fn most(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}
