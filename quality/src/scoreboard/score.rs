//! What a method does at the listener's ears, and what it asks of the drivers.

use proscenium_dsp::acoustics::{Ear, EarResponses};
use proscenium_dsp::analysis::{DriverSpectra, amplitude_db, log_frequencies_hz, mean, third_octave_db, worse};
use proscenium_dsp::array::Device;
use proscenium_dsp::design::PathFilters;
use proscenium_dsp::engine::Fir;
use proscenium_dsp::virtualiser::contralateral_response;
use realfft::num_complex::Complex64;

use super::inverse::SAMPLE_RATE;
use super::station::Station;

/// The largest gain of a filter is sought over this range, Hz.
const AUDIBLE_HZ: [f64; 2] = [20.0, 20_000.0];

/// Figures of a method at a station, dB. Cancellation: level at the ear that is meant above that at the other one, one input at
/// a time, the worse of both ears (and sides) at each frequency, mean over frequency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Cancellation at the design point.
    pub point: f64,
    /// With the head 2 cm to the worse side.
    pub near: f64,
    /// 5 cm to the worse side.
    pub far: f64,
    /// There, the worst third octave.
    pub far_worst: f64,
    /// With the head turned by 10° to the worse side.
    pub turned: f64,
    /// Colour of a hard-panned source: largest deviation of its third octaves, relative to without the effect, from their mean.
    pub hard_panned: f64,
    /// The same of a centred source.
    pub centred: f64,
    /// Norm of the driver signals above that without the effect, at equal level at the ear that is meant; largest.
    pub effort: f64,
    /// Largest gain of a filter, 20 Hz to 20 kHz.
    pub filter_gain: f64,
}

/// How a stereo programme reaches the filters.
#[derive(Debug, Clone)]
pub enum Route {
    /// Left and right go to their filters.
    Direct,
    /// The phantom centre goes to filters of its own, left and right as a virtual pair at ±30° to theirs.
    Virtual {
        /// Filters of the centre.
        center: Box<PathFilters>,
        /// Filters for the far left and the far right ear.
        far: [Vec<Fir>; 2],
    },
}

/// Half-angle of the virtual pair, radians.
const WIDTH_RAD: f64 = std::f64::consts::FRAC_PI_6;

/// Filters of a method as heard from any place of a station.
pub struct Heard<'a> {
    station: &'a Station,
    /// Left and right input, with and without the effect.
    full: [DriverSpectra; 2],
    base: [DriverSpectra; 2],
}

impl<'a> Heard<'a> {
    /// Filters of the left and of the right input.
    #[must_use]
    pub fn new(device: &Device, filters: &[PathFilters; 2], station: &'a Station) -> Self {
        let [[left_base, left], [right_base, right]] = filters
            .each_ref()
            .map(|path| DriverSpectra::ends(device, path, SAMPLE_RATE, &station.frequencies_hz));
        Self {
            station,
            full: [left, right],
            base: [left_base, right_base],
        }
    }

    /// Cancellation by frequency, dB.
    #[must_use]
    pub fn cancellation_db(&self, ears: &EarResponses) -> Vec<f64> {
        let [left, right] = Ear::BOTH.map(|ear| -> Vec<f64> {
            let spectra = &self.full[ear as usize];
            let loud = spectra.pressure(ears.ear(ear));
            let quiet = spectra.pressure(ears.ear(ear.opposite()));
            loud.iter()
                .zip(&quiet)
                .map(|(l, q)| amplitude_db(l.norm() / q.norm()))
                .collect()
        });
        worse(&left, &right)
    }

    /// Mean over the frequencies that count.
    #[must_use]
    pub fn mean_db(&self, curve_db: &[f64]) -> f64 {
        mean(&curve_db[self.station.cancellation_bins.clone()])
    }

    fn beside_db(&self, sides: &[EarResponses; 2]) -> Vec<f64> {
        let [left, right] = sides.each_ref().map(|ears| self.cancellation_db(ears));
        worse(&left, &right)
    }

    /// Cancellation at the design point, at ±2 cm and at ±5 cm, mean; dB. More than `most_db` at a frequency counts as that.
    #[must_use]
    pub fn point_near_far_db(&self, most_db: f64) -> [f64; 3] {
        let Station { point, near, far, .. } = self.station;
        let curves = [self.cancellation_db(point), self.beside_db(near), self.beside_db(far)];
        curves.map(|curve| self.mean_db(&curve.into_iter().map(|db| db.min(most_db)).collect::<Vec<f64>>()))
    }

    /// Level of a hard-panned source at its ear relative to without the effect, third octaves by bin, dB, for both ears.
    #[must_use]
    pub fn hard_panned_db(&self, device: &Device, route: &Route) -> [Vec<f64>; 2] {
        let ears = &self.station.point;
        Ear::BOTH.map(|ear| {
            let heard = |spectra: &DriverSpectra| spectra.pressure(ears.ear(ear));
            let mut full = heard(&self.full[ear as usize]);
            if let Route::Virtual { far, .. } = route {
                let far = &far[ear.opposite() as usize];
                let across = heard(&DriverSpectra::of_filters(
                    device,
                    far,
                    SAMPLE_RATE,
                    &self.station.frequencies_hz,
                ));
                for ((full, across), &f) in full.iter_mut().zip(across).zip(&self.station.frequencies_hz) {
                    *full += across * contralateral_response(WIDTH_RAD, f, SAMPLE_RATE);
                }
            }
            self.station.change_db(&full, &heard(&self.base[ear as usize]))
        })
    }

    /// The same of a centred source. One with filters of its own is compared with their own reference drivers.
    #[must_use]
    pub fn centred_db(&self, device: &Device, route: &Route) -> [Vec<f64>; 2] {
        let ears = &self.station.point;
        let center = match route {
            Route::Direct => None,
            Route::Virtual { center, .. } => Some(DriverSpectra::ends(
                device,
                center,
                SAMPLE_RATE,
                &self.station.frequencies_hz,
            )),
        };
        Ear::BOTH.map(|ear| {
            let both = |[left, right]: &[DriverSpectra; 2]| -> Vec<Complex64> {
                let [left, right] = [left, right].map(|spectra| spectra.pressure(ears.ear(ear)));
                left.iter().zip(&right).map(|(l, r)| l + r).collect()
            };
            match &center {
                None => self.station.change_db(&both(&self.full), &both(&self.base)),
                Some([base, full]) => self
                    .station
                    .change_db(&full.pressure(ears.ear(ear)), &base.pressure(ears.ear(ear))),
            }
        })
    }

    /// Effort, largest, dB.
    #[must_use]
    pub fn effort_db(&self) -> f64 {
        let ears = &self.station.point;
        let efforts = Ear::BOTH.map(|ear| {
            let [full, base] = [&self.full, &self.base].map(|paths| {
                let spectra = &paths[ear as usize];
                let heard = spectra.pressure(ears.ear(ear));
                let ratios = spectra.norm().into_iter().zip(heard);
                ratios.map(|(norm, heard)| norm / heard.norm()).collect::<Vec<f64>>()
            });
            let bins = self.station.tone_bins.clone();
            bins.map(|bin| amplitude_db(full[bin] / base[bin]))
                .fold(f64::NEG_INFINITY, f64::max)
        });
        efforts[0].max(efforts[1])
    }

    /// Mean cancellation by lateral position of the head, metres and dB.
    #[must_use]
    pub fn sweep_db(&self) -> Vec<(f64, f64)> {
        let at = |(offset_m, ears): &(f64, EarResponses)| (*offset_m, self.mean_db(&self.cancellation_db(ears)));
        self.station.sweep.iter().map(at).collect()
    }
}

/// Largest deviation of both curves, each from its own mean, dB. What is left of a level change is no colour.
#[must_use]
pub fn colour_db(curves_db: &[Vec<f64>; 2]) -> f64 {
    let deviation = |curve: &Vec<f64>| {
        let mean = mean(curve);
        curve.iter().map(|level| (level - mean).abs()).fold(0.0, f64::max)
    };
    curves_db.iter().map(deviation).fold(0.0, f64::max)
}

impl Score {
    /// All figures of the filters of left and right.
    #[must_use]
    pub fn new(device: &Device, filters: &[PathFilters; 2], route: &Route, station: &Station) -> Self {
        let heard = Heard::new(device, filters, station);
        let [point, near, far] = heard.point_near_far_db(f64::INFINITY);
        let bins = station.cancellation_bins.clone();
        let far_curve = third_octave_db(
            &heard.beside_db(&station.far)[bins.clone()],
            &station.frequencies_hz[bins],
        );
        let audible_hz = log_frequencies_hz(AUDIBLE_HZ[0], AUDIBLE_HZ[1], 24);
        let largest_gain = filters.iter().map(|path| {
            let [_, full] = DriverSpectra::ends(device, path, SAMPLE_RATE, &audible_hz);
            full.largest_gain()
        });
        Self {
            point,
            near,
            far,
            far_worst: far_curve.into_iter().fold(f64::INFINITY, f64::min),
            turned: heard.mean_db(&heard.beside_db(&station.turned)),
            hard_panned: colour_db(&heard.hard_panned_db(device, route)),
            centred: colour_db(&heard.centred_db(device, route)),
            effort: heard.effort_db(),
            filter_gain: amplitude_db(largest_gain.fold(0.0, f64::max)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::inverse::{plain, references};
    use super::super::station::Listener;
    use super::*;
    use proscenium_dsp::array::presets;
    use proscenium_dsp::design::Design;
    use proscenium_dsp::design::DesignSettings;
    use proscenium_dsp::engine::Timing;
    use proscenium_dsp::upmix::UpmixMode;

    fn tabletop() -> &'static Device {
        &presets()[0].device
    }

    #[test]
    fn doing_nothing_has_no_colour_no_effort_and_no_gain() {
        let device = tabletop();
        let station = Station::new(device, Listener::Sphere);
        let filters = references(device).map(|driver| PathFilters {
            base: plain(device.drivers.len(), driver, 3),
            full: plain(device.drivers.len(), driver, 3),
        });
        let score = Score::new(device, &filters, &Route::Direct, &station);
        for value in [score.hard_panned, score.centred, score.effort, score.filter_gain] {
            assert!(value.abs() < 1e-9, "{score:?}");
        }
        assert!(score.point > 0.0 && score.point < 15.0, "{score:?}");
    }

    /// The library's own figures of its own filters are the same.
    #[test]
    fn figures_are_those_of_the_library() {
        use proscenium_dsp::acoustics::{HeadPose, Plant};
        use proscenium_dsp::analysis::Cancellation;
        let device = tabletop();
        let settings = DesignSettings {
            tone: 0.0,
            ..DesignSettings::default()
        };
        let design = Design::new(device, &settings, &Timing::new(SAMPLE_RATE, UpmixMode::Off));
        let station = Station::new(device, Listener::Sphere);
        let [left, right, _] = design.drivers.clone();
        let score = Score::new(device, &[left, right], &Route::Direct, &station);
        let pose = HeadPose::at_distance(device.nominal_distance_m());
        let plant = Plant::new(device, &log_frequencies_hz(500.0, 8000.0, 12));
        let theirs = Cancellation::new(device, &design, SAMPLE_RATE, &plant);
        assert!((score.point - mean(&theirs.gain_db(&pose))).abs() < 1e-6);
        let beside = |offset_m: f64| theirs.gain_db(&HeadPose { offset_m, ..pose });
        assert!((score.far - mean(&worse(&beside(0.05), &beside(-0.05)))).abs() < 1e-6);
    }

    #[test]
    fn colour_is_what_is_left_without_the_level() {
        let flat = vec![-6.0; 5];
        assert!(colour_db(&[flat.clone(), flat.clone()]) < 1e-12);
        assert!((colour_db(&[flat, vec![1.0, 3.0]]) - 1.0).abs() < 1e-12);
    }
}
