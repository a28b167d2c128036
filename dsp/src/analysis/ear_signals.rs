//! What a listener gets of the whole chain: both ear signals against those of a real pair of loudspeakers at ±30°.
//!
//! A source is panned from hard left to hard right (constant power). For every position, the two ear signals through engine,
//! drivers and head are compared with those of a full-size pair of flat loudspeakers, with the same head: interaural delay,
//! interaural level, and the spectrum at each ear. Anechoic.

use realfft::num_complex::Complex64;

use super::driver_spectra::DriverSpectra;
use super::played::played_filters;
use super::scale::{log_frequencies_hz, mean, power_db};
use crate::acoustics::{Field, HeadPose};
use crate::array::{Device, Driver, Path, Placement};
use crate::design::{Design, DesignSettings};
use crate::engine::{Controls, Fir, Timing};
use crate::room::Listener;

/// Half-angle of the pair that is the reference, degrees, and its distance from the listener, metres.
const PAIR_DEG: f64 = 30.0;
const PAIR_M: f64 = 2.0;
/// Positions of the source, from −1, hard left, to 1.
const POSITIONS: [f64; 7] = [-1.0, -2.0 / 3.0, -1.0 / 3.0, 0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0];
/// Range of the interaural delay, Hz: where the ear takes it from the waveform, as low as a stage has a direction.
const DELAY_HZ: [f64; 2] = [200.0, 1500.0];
/// Range of the interaural level, Hz.
const LEVEL_HZ: [f64; 2] = [1000.0, 6000.0];
/// Range of the spectrum, Hz.
const SPECTRUM_HZ: [f64; 2] = [200.0, 8000.0];
/// Frequencies per octave, and per third octave.
const PER_OCTAVE: u32 = 24;
const PER_THIRD: usize = 8;

/// Mean absolute errors of the two ear signals against a real pair, over a set of source positions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EarSignalErrors {
    /// Interaural phase delay, 200 Hz–1.5 kHz, microseconds.
    pub delay_us: f64,
    /// Interaural level difference, 1–6 kHz, dB.
    pub level_db: f64,
    /// Level at each ear in third octaves, 200 Hz–8 kHz, but for one level common to all positions, bands and ears, dB.
    pub spectrum_db: f64,
}

/// Errors of a way of playing stereo.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EarSignals {
    /// Hard-panned sources alone.
    pub hard_panned: EarSignalErrors,
    /// Sources from hard left to hard right.
    pub panned: EarSignalErrors,
}

/// Pressures at the left and at the right ear by frequency, for one source position.
type Ears = [Vec<Complex64>; 2];

/// A listener to a device, and to the pair that it is compared with.
pub struct EarSignalTest<'a> {
    device: &'a Device,
    fields: [Field; 2],
    wanted: Vec<Ears>,
    frequencies_hz: Vec<f64>,
    settings: DesignSettings,
    timing: Timing,
}

impl<'a> EarSignalTest<'a> {
    /// A listener where `settings` have one. Before the pair the listener sits in the middle, with the head turned as much.
    #[must_use]
    pub fn new(device: &'a Device, listener: &dyn Listener, settings: DesignSettings, timing: Timing) -> Self {
        let [low_hz, high_hz] = SPECTRUM_HZ;
        let half_third = (1.0_f64 / 6.0).exp2();
        let frequencies_hz = log_frequencies_hz(low_hz / half_third, high_hz * half_third * (1.0 + 1e-9), PER_OCTAVE);
        let pose = settings.pose();
        let heard = |device: &Device, pose: &HeadPose| listener.direct(&listener.plant(device, &frequencies_hz), pose);
        let before_pair = HeadPose {
            yaw_rad: pose.yaw_rad,
            ..HeadPose::at_distance(PAIR_M)
        };
        let pair = heard(&stereo_pair(), &before_pair);
        let wanted = POSITIONS.map(|position| {
            let gains = gains(position);
            pair.each_ref().map(|field| {
                let bins = field.driver(0).iter().zip(field.driver(1));
                bins.map(|(left, right)| left * gains[0] + right * gains[1]).collect()
            })
        });
        Self {
            device,
            fields: heard(device, &pose),
            wanted: wanted.into(),
            frequencies_hz,
            settings,
            timing,
        }
    }

    /// The engine, with the filters of a design for the settings of this test.
    #[must_use]
    pub fn engine(&self, design: &Design, controls: Controls) -> EarSignals {
        self.errors(|position| {
            let pan = gains(position).map(|gain| gain as f32);
            played_filters(self.device, design, self.settings, self.timing, controls, pan)
        })
    }

    /// Plain stereo: left and right to the reference drivers of their side, and nothing else.
    #[must_use]
    pub fn plain(&self) -> EarSignals {
        let references = [Path::Left, Path::Right].map(|path| self.device.reference_drivers(path));
        self.errors(|position| {
            let gains = gains(position);
            let gain = |driver: usize| -> f64 {
                let sides = references.iter().zip(gains);
                sides
                    .filter(|(side, _)| side.contains(&driver))
                    .map(|(_, gain)| gain)
                    .sum()
            };
            let drivers = 0..self.device.drivers.len();
            drivers
                .map(|driver| Fir {
                    start: 0,
                    taps: vec![gain(driver) as f32],
                })
                .collect()
        })
    }

    fn errors(&self, filters: impl Fn(f64) -> Vec<Fir>) -> EarSignals {
        let heard: Vec<Ears> = POSITIONS
            .iter()
            .map(|&position| self.heard(&filters(position)))
            .collect();
        let last = POSITIONS.len() - 1;
        EarSignals {
            hard_panned: self.errors_at(&heard, &[0, last]),
            panned: self.errors_at(&heard, &(0..=last).collect::<Vec<_>>()),
        }
    }

    /// What filters from a source to the drivers bring to the ears.
    fn heard(&self, filters: &[Fir]) -> Ears {
        let rate = self.timing.sample_rate;
        let spectra = DriverSpectra::of_filters(self.device, filters, rate, &self.frequencies_hz);
        self.fields.each_ref().map(|field| spectra.pressure(field))
    }

    fn errors_at(&self, heard: &[Ears], positions: &[usize]) -> EarSignalErrors {
        let mut delays_us = Vec::new();
        let mut levels_db = Vec::new();
        let mut spectra_db = Vec::new();
        for &position in positions {
            let (heard, wanted) = (&heard[position], &self.wanted[position]);
            delays_us.extend(self.delay_errors_us(heard, wanted));
            levels_db.extend(self.level_errors_db(heard, wanted));
            spectra_db.extend(
                [0, 1]
                    .iter()
                    .flat_map(|&ear| third_octaves_db(&heard[ear], &wanted[ear])),
            );
        }
        let common_db = mean(&spectra_db);
        spectra_db.iter_mut().for_each(|db| *db = (*db - common_db).abs());
        EarSignalErrors {
            delay_us: mean(&delays_us),
            level_db: mean(&levels_db),
            spectrum_db: mean(&spectra_db),
        }
    }

    /// Errors of the interaural phase delay by frequency.
    fn delay_errors_us<'b>(&'b self, heard: &'b Ears, wanted: &'b Ears) -> impl Iterator<Item = f64> + 'b {
        self.bins(DELAY_HZ).map(move |(bin, frequency_hz)| {
            let turn = |ears: &Ears| ears[0][bin] * ears[1][bin].conj();
            let error_rad = (turn(heard) * turn(wanted).conj()).arg();
            1e6 * error_rad.abs() / (std::f64::consts::TAU * frequency_hz)
        })
    }

    /// Errors of the interaural level difference by frequency.
    fn level_errors_db<'b>(&'b self, heard: &'b Ears, wanted: &'b Ears) -> impl Iterator<Item = f64> + 'b {
        self.bins(LEVEL_HZ).map(move |(bin, _)| {
            let difference_db = |ears: &Ears| power_db(ears[0][bin].norm_sqr() / ears[1][bin].norm_sqr());
            (difference_db(heard) - difference_db(wanted)).abs()
        })
    }

    /// Bins within a range, with their frequencies.
    fn bins(&self, [low_hz, high_hz]: [f64; 2]) -> impl Iterator<Item = (usize, f64)> + '_ {
        let bins = self.frequencies_hz.iter().copied().enumerate();
        bins.filter(move |(_, frequency_hz)| (low_hz..=high_hz).contains(frequency_hz))
    }
}

/// Level in third octaves, the first half a third octave above the lowest frequency, above that of the reference, dB.
fn third_octaves_db<'a>(heard: &'a [Complex64], wanted: &'a [Complex64]) -> impl Iterator<Item = f64> + 'a {
    let power = |pressures: &[Complex64]| -> f64 { pressures.iter().map(Complex64::norm_sqr).sum() };
    let bands = heard.windows(PER_THIRD + 1).zip(wanted.windows(PER_THIRD + 1));
    bands
        .step_by(PER_THIRD)
        .map(move |(heard, wanted)| power_db(power(heard) / power(wanted)))
}

/// Gains on left and right of a source at a position, −1 to 1, at constant power.
fn gains(position: f64) -> [f64; 2] {
    let angle = (position + 1.0) * std::f64::consts::FRAC_PI_4;
    [angle.cos(), angle.sin()]
}

/// Two flat loudspeakers as a pair, for a listener at [`PAIR_M`] from the origin.
fn stereo_pair() -> Device {
    let (sin, cos) = PAIR_DEG.to_radians().sin_cos();
    let mut pair = Device::point_source();
    let at_side = |side: f64| Driver {
        placement: Placement::Free {
            position_m: [PAIR_M * (cos - 1.0), side * PAIR_M * sin, 0.0],
            axis: [-cos, -side * sin, 0.0],
        },
        ..pair.drivers[0].clone()
    };
    pair.drivers = vec![at_side(1.0), at_side(-1.0)];
    pair
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acoustics::HeadShape;
    use crate::array::presets;
    use crate::upmix::UpmixMode;

    fn test(file_stem: &str, distance_m: f32) -> EarSignalTest<'static> {
        let preset = presets().iter().find(|preset| preset.file_stem == file_stem).unwrap();
        let settings = DesignSettings {
            distance_m,
            ..DesignSettings::default()
        };
        let timing = Timing::new(48_000.0, UpmixMode::Off);
        EarSignalTest::new(&preset.device, &HeadShape::default(), settings, timing)
    }

    /// Its ±0.5 m at 0.87 m are ±30°; only that it is nearer than 2 m tells.
    #[test]
    fn a_pair_at_30_degrees_is_almost_the_reference() {
        let pair = test("desktop-pair", 0.866).plain().panned;
        assert!(
            pair.delay_us < 3.0 && pair.level_db < 0.7 && pair.spectrum_db < 0.4,
            "{pair:?}"
        );
    }

    /// Where little is cancelled, crosstalk and the virtual pair do not add up: third octaves at 200, 250 and 315 Hz, a source hard
    /// to the left and one in the middle that stays in the sides.
    #[test]
    fn bass_is_as_loud_as_that_of_a_pair() {
        let test = test("tabletop", 2.0);
        let design = Design::new(test.device, &test.settings, &test.timing);
        let controls = Controls {
            center: 0.0,
            ..Controls::default()
        };
        for position in [0, 3] {
            let pan = gains(POSITIONS[position]).map(|gain| gain as f32);
            let played = played_filters(test.device, &design, test.settings, test.timing, controls, pan);
            let heard = test.heard(&played);
            for (ear, (heard, wanted)) in heard.iter().zip(&test.wanted[position]).enumerate() {
                let levels_db = third_octaves_db(heard, wanted);
                for (band, level_db) in levels_db.take(3).enumerate() {
                    println!("position {position}, ear {ear}, band {band}: {level_db:+.2} dB");
                    assert!(
                        level_db.abs() < 1.0,
                        "position {position}, ear {ear}, band {band}: {level_db} dB"
                    );
                }
            }
        }
    }

    /// Both drivers of a laptop are nearly in front: the interaural delay of the pair, 222 µs more, is what is missing.
    #[test]
    fn a_narrow_pair_lacks_the_delay() {
        let plain = test("laptop", 0.6).plain();
        assert!((plain.hard_panned.delay_us - 222.0).abs() < 2.0, "{plain:?}");
        assert!(plain.panned.delay_us < plain.hard_panned.delay_us);
    }
}
