//! The side paths at the listener's ears, at any strength of the cancellation.

use std::sync::Arc;

use super::driver_spectra::DriverSpectra;
use super::ends::{Ends, PowerCurve};
use super::scale::{bounded_ratio_db, mean};
use super::zone_map::ZoneMap;
use crate::acoustics::{Ear, HeadPose, Plant};
use crate::array::Device;
use crate::design::DesignSettings;
use crate::parallel;

/// Extent of the zone map from the design point, metres, and its spacing.
const LARGEST_OFFSET_M: f64 = 0.2;
const OFFSET_STEP_M: f64 = 0.0125;
const LARGEST_DEPTH_M: f64 = 0.3;
const DEPTH_STEP_M: f64 = 0.05;
/// The map comes no closer to the device's origin, metres: there heads and devices touch.
const CLOSEST_M: f64 = 0.15;

/// Curves of the cancellation over frequency, all by bin and in dB. A silent path counts as neutral: 0 dB.
#[derive(Debug, Clone, PartialEq)]
pub struct ListeningCurves {
    /// Frequencies of the bins, hertz: a twelfth of an octave apart, from 100 Hz up to 16 kHz.
    pub frequencies_hz: Arc<[f64]>,
    /// Cancellation gain that designs aim for; 60 dB stands for as much as possible.
    pub target_db: Vec<f32>,
    /// Cancellation gain at the design point, ipsilateral over contralateral level: the worse ear.
    pub head_db: Vec<f32>,
    /// The same for a head moved sideways to the edge of the zone, the worse of both sides.
    pub zone_edge_db: Vec<f32>,
    /// Norm of the driver weights above that of the reference drivers at equal ipsilateral level: the worse path.
    pub effort_db: Vec<f32>,
    /// What the effort is meant to stay below.
    pub effort_limit_db: f32,
    /// Ipsilateral level above that at no cancellation, for the left and the right ear.
    pub colour_db: [Vec<f32>; 2],
}

/// Pressures of the left and right path at both ears of one head.
#[derive(Debug, Clone)]
struct Heard {
    /// `[path][ear][bin]`.
    pressures: Ends,
    bins: usize,
}

impl Heard {
    /// `sides` are the spectra of the left and the right path at strength 0 and 1, at the frequencies of the plant.
    fn new(plant: &Plant, sides: [&[DriverSpectra; 2]; 2], pose: &HeadPose) -> Self {
        let ears = plant.ears(pose);
        let bins = plant.frequencies_hz().len();
        let mut pressures = Ends::with_capacity(4 * bins);
        for [base, full] in sides {
            for ear in Ear::BOTH {
                let field = ears.ear(ear);
                pressures.extend(&base.pressure(field), &full.pressure(field));
            }
        }
        Self { pressures, bins }
    }

    /// Power of the path meant for `path` at `ear`.
    fn power(&self, path: Ear, ear: Ear, bin: usize, strength: f64) -> f64 {
        let point = (2 * path as usize + ear as usize) * self.bins + bin;
        self.pressures.power(point, strength)
    }

    /// Cancellation gain of the worse ear, dB.
    fn gain_db(&self, bin: usize, strength: f64) -> f64 {
        let [left, right] = Ear::BOTH.map(|path| {
            let power = |ear| self.power(path, ear, bin, strength);
            bounded_ratio_db(power(path), power(path.opposite()))
        });
        left.min(right)
    }

    /// Level of the path meant for `ear` there, above that at strength 0, dB; 0 if there is nothing to compare with.
    fn colour_db(&self, ear: Ear, bin: usize, strength: f64) -> f64 {
        let power = |strength| self.power(ear, ear, bin, strength);
        ratio_to_reference_db(power(strength), power(0.0))
    }
}

/// Ratio of powers, dB; 0 where the reference is silent.
fn ratio_to_reference_db(power: f64, reference: f64) -> f64 {
    if reference > 0.0 {
        bounded_ratio_db(power, reference)
    } else {
        0.0
    }
}

/// What [`ListeningCurves`] are made of.
#[derive(Debug, Clone)]
pub(super) struct ListeningSurvey {
    frequencies_hz: Arc<[f64]>,
    target_db: Vec<f32>,
    effort_limit_db: f32,
    head: Heard,
    /// Both edges of the zone; none if the zone is a point.
    edges: Vec<Heard>,
    /// Power of the filters, summed over the drivers, by path.
    effort: [PowerCurve; 2],
}

impl ListeningSurvey {
    /// `sides` are the spectra of the left and the right path at strength 0 and 1, at `frequencies_hz`.
    pub(super) fn new(
        device: &Device,
        sides: [&[DriverSpectra; 2]; 2],
        frequencies_hz: &Arc<[f64]>,
        pose: &HeadPose,
        settings: &DesignSettings,
    ) -> Self {
        let plant = Plant::new(device, frequencies_hz);
        let heard_at = |offset_m: f64| {
            let pose = HeadPose {
                offset_m: pose.offset_m + offset_m,
                ..*pose
            };
            Heard::new(&plant, sides, &pose)
        };
        let zone_m = f64::from(settings.zone_m);
        let edges_m: &[f64] = if zone_m > 0.0 { &[zone_m, -zone_m] } else { &[] };
        let target = settings.target.curve();
        Self {
            target_db: frequencies_hz.iter().map(|&f| target.gain_db(f) as f32).collect(),
            effort_limit_db: settings.effort_db,
            frequencies_hz: Arc::clone(frequencies_hz),
            head: heard_at(0.0),
            edges: edges_m.iter().map(|&offset_m| heard_at(offset_m)).collect(),
            effort: sides.map(|[base, full]| {
                let mut power = PowerCurve::zero(frequencies_hz.len());
                for driver in 0..device.drivers.len() {
                    power.add(base.driver(driver), full.driver(driver));
                }
                power
            }),
        }
    }

    /// The curves at a strength of the cancellation.
    pub(super) fn curves(&self, strength: f64) -> ListeningCurves {
        let by_bin = |value: &dyn Fn(usize) -> f64| -> Vec<f32> {
            (0..self.frequencies_hz.len()).map(|bin| value(bin) as f32).collect()
        };
        let colour_db = |ear, bin| self.head.colour_db(ear, bin, strength);
        let effort_db = |ear: Ear, bin| {
            let power = &self.effort[ear as usize];
            ratio_to_reference_db(power.at(bin, strength), power.at(bin, 0.0)) - colour_db(ear, bin)
        };
        let head_db = by_bin(&|bin| self.head.gain_db(bin, strength));
        let zone_edge_db = match self.edges.as_slice() {
            [] => head_db.clone(),
            edges => by_bin(&|bin| {
                let gains = edges.iter().map(|edge| edge.gain_db(bin, strength));
                gains.fold(f64::INFINITY, f64::min)
            }),
        };
        ListeningCurves {
            frequencies_hz: Arc::clone(&self.frequencies_hz),
            target_db: self.target_db.clone(),
            head_db,
            zone_edge_db,
            effort_db: by_bin(&|bin| effort_db(Ear::Left, bin).max(effort_db(Ear::Right, bin))),
            effort_limit_db: self.effort_limit_db,
            colour_db: Ear::BOTH.map(|ear| by_bin(&|bin| colour_db(ear, bin))),
        }
    }
}

/// What a [`ZoneMap`] is made of.
#[derive(Debug, Clone)]
pub(super) struct ZoneSurvey {
    offsets_m: Vec<f64>,
    depths_m: Vec<f64>,
    /// `[depth][offset]`.
    heads: Vec<Heard>,
}

impl ZoneSurvey {
    /// `sides` are the spectra of the left and the right path at strength 0 and 1, at `frequencies_hz`, which the mean
    /// is taken over; head positions lie around `center`.
    pub(super) fn new(
        device: &Device,
        sides: [&[DriverSpectra; 2]; 2],
        frequencies_hz: &[f64],
        center: &HeadPose,
    ) -> Self {
        let plant = Plant::new(device, frequencies_hz);
        let offsets_m = steps(LARGEST_OFFSET_M, LARGEST_OFFSET_M, OFFSET_STEP_M);
        let nearest_m = (center.distance_m - center.depth_m - CLOSEST_M).clamp(0.0, LARGEST_DEPTH_M);
        let depths_m = steps(LARGEST_DEPTH_M, nearest_m, DEPTH_STEP_M);
        let columns = offsets_m.len();
        let head = |n: usize| {
            let pose = HeadPose {
                depth_m: center.depth_m + depths_m[n / columns],
                offset_m: center.offset_m + offsets_m[n % columns],
                ..*center
            };
            Heard::new(&plant, sides, &pose)
        };
        Self {
            heads: parallel::map(depths_m.len() * columns, columns, head),
            offsets_m,
            depths_m,
        }
    }

    /// The map at a strength of the cancellation.
    pub(super) fn map(&self, strength: f64) -> ZoneMap {
        let mean_db = |head: &Heard| {
            let gains: Vec<f64> = (0..head.bins).map(|bin| head.gain_db(bin, strength)).collect();
            mean(&gains) as f32
        };
        ZoneMap {
            offsets_m: self.offsets_m.clone(),
            depths_m: self.depths_m.clone(),
            gain_db: self.heads.iter().map(mean_db).collect(),
        }
    }
}

/// Multiples of `step` from `−below` up to `above`, 0 among them.
fn steps(below: f64, above: f64, step: f64) -> Vec<f64> {
    // A hair more than the span, so that rounding does not drop the last one.
    let count = |span: f64| (span / step + 1e-9) as i64;
    (-count(below)..=count(above)).map(|n| n as f64 * step).collect()
}
