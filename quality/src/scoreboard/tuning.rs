//! The best setting of each peer on a device, by one objective for all.

use proscenium_dsp::acoustics::{EarResponses, HeadPose};
use proscenium_dsp::array::Device;
use proscenium_dsp::design::PathFilters;

use super::inverse::{Inverse, SAMPLE_RATE};
use super::inverse::{InverseSpectra, Matrix, Shape, design_frequencies_hz};
use super::race::{Mono, Race, SHORTEST_DELAY};
use super::score::{Heard, Route, colour_db};
use super::search::{Range, maximise};
use super::station::{Listener, Station};
use super::{choueiri, kirkeby};

/// Bounds of the objective, dB: those that our own design keeps.
const COLOUR_BOUND_DB: f64 = 3.0;
const EFFORT_BOUND_DB: f64 = 12.0;
/// What a decibel beyond a bound costs, dB of cancellation: so much that it hardly ever pays.
const PENALTY: f64 = 10.0;
/// Cancellation beyond this counts as this, dB: no head keeps still for more, and it shall not be bought with what is lost
/// beside the point.
const ENOUGH_DB: f64 = 40.0;
/// The objective in words.
pub const OBJECTIVE: &str = "mean cancellation over 500 Hz–8 kHz, averaged over the design point and ±2 cm, where more than 40 dB \
    at a frequency counts as 40; the colour of a hard-panned source within ±3 dB and the effort within 12 dB, which are the bounds of \
    our own design (each decibel beyond costs ten)";

/// Inverses begin within this range, Hz: below, left and right play as without the effect.
const LOWEST_HZ: [f64; 2] = [100.0, 500.0];
/// Filters are searched at this length and delay, then shortened while that costs less than [`CHEAP_DB`] of the objective.
const LONGEST: Shape = Shape { taps: 2048, delay: 512 };
const SHORTER_DELAYS: [usize; 3] = [64, 128, 256];
const SHORTER: [usize; 2] = [512, 1024];
const CHEAP_DB: f64 = 0.25;

/// A peer at its best.
#[derive(Debug, Clone)]
pub struct Tuned {
    /// What was found, for the reader.
    pub setting: String,
    /// Filters of left and right.
    pub filters: [PathFilters; 2],
    /// Value of the objective, dB.
    pub worth_db: f64,
}

/// Published inverses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One regularisation for all frequencies.
    Kirkeby,
    /// A limit of the spectrum at the loudspeakers.
    Choueiri,
}

impl Kind {
    fn inverse(self, matrix: &Matrix, parameter: f64) -> Inverse {
        match self {
            Self::Kirkeby => kirkeby::inverse(matrix, parameter),
            Self::Choueiri => choueiri::inverse(matrix, parameter),
        }
    }

    /// Where its parameter is sought, and the lowest frequency of the inverse.
    fn ranges(self) -> [Range; 2] {
        let ends = match self {
            Self::Kirkeby => [-60.0, 0.0],
            Self::Choueiri => [0.0, 20.0],
        };
        [
            Range {
                ends,
                points: 21,
                logarithmic: false,
            },
            Range {
                ends: LOWEST_HZ,
                points: 4,
                logarithmic: true,
            },
        ]
    }

    fn told(self, parameter: f64, lowest_hz: f64) -> String {
        match self {
            Self::Kirkeby => format!("β −{:.1} dB, from {lowest_hz:.0} Hz", -parameter),
            Self::Choueiri => format!("Γ {parameter:.1} dB, from {lowest_hz:.0} Hz"),
        }
    }
}

/// A device and the head that methods are designed for.
pub struct Bench<'a> {
    device: &'a Device,
    station: &'a Station,
    /// At the design point, on the frequencies of the inverses.
    design: EarResponses,
    bounded: bool,
}

impl<'a> Bench<'a> {
    /// Prepares the search on a device; `station` is that of the same listener. Not `bounded`, cancellation is all that counts.
    #[must_use]
    pub fn new(device: &'a Device, listener: Listener<'_>, station: &'a Station, bounded: bool) -> Self {
        let pose = HeadPose::at_distance(device.nominal_distance_m());
        let mut ears = listener.ears(device, &design_frequencies_hz(), &[pose]);
        Self {
            device,
            station,
            design: ears.remove(0),
            bounded,
        }
    }

    /// The objective, dB.
    #[must_use]
    pub fn worth_db(&self, filters: &[PathFilters; 2]) -> f64 {
        let heard = Heard::new(self.device, filters, self.station);
        let [point, near, _] = heard.point_near_far_db(ENOUGH_DB);
        let mut worth = (point + near) / 2.0;
        if self.bounded {
            let beyond = |value: f64, bound: f64| (value - bound).max(0.0);
            worth -= PENALTY
                * beyond(
                    colour_db(&heard.hard_panned_db(self.device, &Route::Direct)),
                    COLOUR_BOUND_DB,
                );
            worth -= PENALTY * beyond(heard.effort_db(), EFFORT_BOUND_DB);
        }
        worth
    }

    /// An inverse with some drivers.
    #[must_use]
    pub fn inverse(&self, kind: Kind, drivers: &[usize]) -> Tuned {
        let spectra = |parameters: &[f64]| {
            let inverse = |matrix: &Matrix| kind.inverse(matrix, parameters[0]);
            InverseSpectra::new(self.device, &self.design, drivers, parameters[1], inverse)
        };
        let (best, longest_worth) = maximise(&kind.ranges(), |parameters| {
            self.worth_db(&spectra(parameters).realise(LONGEST))
        });
        let spectra = spectra(&best);
        let try_shape = |shape: Shape| {
            let filters = spectra.realise(shape);
            (shape, self.worth_db(&filters), filters)
        };
        let with_delay = |delay: usize| Shape { delay, ..LONGEST };
        let enough = |(_, worth, _): &(Shape, f64, [PathFilters; 2])| *worth > longest_worth - CHEAP_DB;
        let delays = SHORTER_DELAYS.iter().map(|&delay| try_shape(with_delay(delay)));
        let (Shape { delay, .. }, ..) = delays.into_iter().find(enough).unwrap_or_else(|| try_shape(LONGEST));
        let lengths = SHORTER.iter().map(|&taps| try_shape(Shape { taps, delay }));
        let (shape, worth_db, filters) = lengths
            .into_iter()
            .find(enough)
            .unwrap_or_else(|| try_shape(with_delay(delay)));
        Tuned {
            setting: format!(
                "{}, {} taps, delay {}",
                kind.told(best[0], best[1]),
                shape.taps,
                shape.delay
            ),
            filters,
            worth_db,
        }
    }

    /// The recursion, with one of the given ways to treat a centred source.
    #[must_use]
    pub fn race(&self, ways: &[Mono]) -> (Race, Tuned) {
        let linear = |ends: [f64; 2], points: usize| Range {
            ends,
            points,
            logarithmic: false,
        };
        let logarithmic = |ends: [f64; 2], points: usize| Range {
            logarithmic: true,
            ..linear(ends, points)
        };
        let shortest_us = SHORTEST_DELAY / SAMPLE_RATE * 1e6;
        let ranges = [
            linear([0.5, 15.5], 11),
            linear([shortest_us + 0.1, 400.0], 19),
            logarithmic([20.0, 500.0], 3),
            logarithmic([3000.0, 20_000.0], 3),
        ];
        let race = |parameters: &[f64], mono: Mono| Race {
            attenuation_db: parameters[0],
            delay_us: parameters[1],
            band_hz: [parameters[2], parameters[3]],
            mono,
        };
        let mut best: Option<(Race, f64)> = None;
        for &mono in ways {
            let (parameters, worth) = maximise(&ranges, |p| self.worth_db(&race(p, mono).filters(self.device)));
            if best.is_none_or(|(_, most)| worth > most) {
                best = Some((race(&parameters, mono), worth));
            }
        }
        let (race, worth_db) = best.expect("at least one way");
        let way = match race.mono {
            Mono::AsPublished => "",
            Mono::Equalised => ", equaliser on both channels",
            Mono::MidUntouched => ", mid untouched",
        };
        let Race {
            attenuation_db,
            delay_us,
            band_hz: [low, high],
            ..
        } = race;
        let tuned = Tuned {
            setting: format!(
                "−{attenuation_db:.1} dB, {delay_us:.0} µs, {low:.0} Hz–{:.1} kHz{way}",
                high / 1e3
            ),
            filters: race.filters(self.device),
            worth_db,
        };
        (race, tuned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proscenium_dsp::array::presets;

    /// What the search finds is no worse than the published setting, and the bounds hold.
    #[test]
    fn an_inverse_at_its_best_keeps_the_bounds() {
        let device = &presets().iter().find(|p| p.file_stem == "desktop-pair").unwrap().device;
        let station = Station::new(device, Listener::Sphere);
        let bench = Bench::new(device, Listener::Sphere, &station, true);
        let tuned = bench.inverse(Kind::Choueiri, &[0, 1]);
        let heard = Heard::new(device, &tuned.filters, &station);
        assert!(colour_db(&heard.hard_panned_db(device, &Route::Direct)) < COLOUR_BOUND_DB + 0.1);
        assert!(heard.effort_db() < EFFORT_BOUND_DB + 0.1);
        assert!(tuned.worth_db > 15.0, "{}", tuned.worth_db);
    }
}
