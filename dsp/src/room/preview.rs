//! What a room adds to the preview of a design: from the engine's filter inputs to the ears.

use super::response::RoomResponses;
use crate::acoustics::Ear;
use crate::array::Device;
use crate::constants::SPEED_OF_SOUND;
use crate::design::{Design, PathFilters};
use crate::engine::Fir;
use crate::parallel;
use realfft::num_complex::Complex64;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use std::f64::consts::TAU;
use std::sync::Arc;

impl RoomResponses {
    /// Reflections of a design's paths at the left and the right ear, in step and level with its filters to the ears: the
    /// flight of the direct sound is left out, and the distance made good for. Takes some hundredths of a second; not for the
    /// audio thread.
    ///
    /// `design` must be one for `device`, the pose and the sample rate of the responses.
    #[must_use]
    pub fn preview(&self, device: &Device, design: &Design) -> [PathFilters; 3] {
        let banks: Vec<Vec<Fir>> = design
            .drivers
            .iter()
            .flat_map(|path| [&path.base, &path.full])
            .map(|bank| self.ideal(device, bank))
            .collect();
        let longest_filter = banks.iter().flatten().map(Fir::end).max().unwrap_or(0);
        let samples = longest_filter + self.longest_reflection();
        let transforms = Transforms::new(samples);
        let flight = transforms.turn(-design.flight_samples, self.arrival_s() * SPEED_OF_SOUND);
        let ears: Vec<Vec<Complex64>> = parallel::map(2 * self.drivers(), 1, |n| {
            let ear = Ear::BOTH[n % 2];
            let mut spectrum = transforms.forward(self.reflections(n / 2, ear), 0);
            spectrum.iter_mut().zip(&flight).for_each(|(z, turn)| *z *= turn);
            spectrum
        });
        // What the flight leaves free at the end holds what would come before the start.
        let length = samples.saturating_sub(design.flight_samples.max(0.0) as usize);
        let mut heard = parallel::map(banks.len(), 1, |bank| {
            let mut sums = [transforms.silence(), transforms.silence()];
            for (driver, fir) in banks[bank].iter().enumerate().filter(|(_, fir)| !fir.taps.is_empty()) {
                let filter = transforms.forward(&fir.taps, fir.start);
                for (ear, sum) in sums.iter_mut().enumerate() {
                    let terms = filter.iter().zip(&ears[2 * driver + ear]);
                    for (sum, (a, b)) in sum.iter_mut().zip(terms) {
                        *sum += a * b;
                    }
                }
            }
            sums.map(|sum| transforms.inverse(sum, length)).to_vec()
        })
        .into_iter();
        std::array::from_fn(|_| PathFilters {
            base: heard.next().unwrap_or_default(),
            full: heard.next().unwrap_or_default(),
        })
    }

    fn longest_reflection(&self) -> usize {
        let lengths = (0..self.drivers()).map(|driver| self.reflections(driver, Ear::Left).len());
        lengths.max().unwrap_or(0)
    }
}

/// Transforms of one length.
struct Transforms {
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
}

impl Transforms {
    /// For signals of at most `samples`.
    fn new(samples: usize) -> Self {
        let length = samples.next_power_of_two().max(2);
        let mut planner = RealFftPlanner::new();
        Self {
            forward: planner.plan_fft_forward(length),
            inverse: planner.plan_fft_inverse(length),
        }
    }

    fn silence(&self) -> Vec<Complex64> {
        self.forward.make_output_vec()
    }

    /// Spectrum of a delay, samples, and a gain.
    fn turn(&self, delay: f64, gain: f64) -> Vec<Complex64> {
        let step = -TAU * delay / self.forward.len() as f64;
        let bins = 0..self.silence().len();
        bins.map(|bin| Complex64::from_polar(gain, step * bin as f64)).collect()
    }

    /// Spectrum of a signal that begins at `start`.
    fn forward(&self, signal: &[f32], start: usize) -> Vec<Complex64> {
        let mut padded = self.forward.make_input_vec();
        for (to, &from) in padded.iter_mut().skip(start).zip(signal) {
            *to = from.into();
        }
        let mut spectrum = self.silence();
        // The lengths are those of the plan, so the transform cannot fail.
        let _ = self.forward.process(&mut padded, &mut spectrum);
        spectrum
    }

    /// First `samples` of the signal of a spectrum.
    fn inverse(&self, mut spectrum: Vec<Complex64>, samples: usize) -> Fir {
        if let [first, .., last] = spectrum.as_mut_slice() {
            (first.im, last.im) = (0.0, 0.0);
        }
        let mut signal = self.inverse.make_output_vec();
        let _ = self.inverse.process(&mut spectrum, &mut signal);
        let scale = 1.0 / signal.len() as f64;
        Fir {
            start: 0,
            taps: signal.iter().take(samples).map(|x| (x * scale) as f32).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acoustics::HeadShape;
    use crate::array::presets;
    use crate::design::DesignSettings;
    use crate::engine::Timing;
    use crate::room::Room;
    use crate::upmix::UpmixMode;

    const RATE: f64 = 48_000.0;
    const FREQUENCIES_HZ: [f64; 6] = [300.0, 700.0, 1500.0, 3100.0, 6300.0, 9000.0];

    /// Response at a frequency, without a delay in samples.
    fn response(signal: impl Iterator<Item = f64>, frequency_hz: f64, delay: f64) -> Complex64 {
        let omega = TAU * frequency_hz / RATE;
        let terms = signal.enumerate();
        terms
            .map(|(n, x)| Complex64::from_polar(x, -omega * (n as f64 - delay)))
            .sum()
    }

    fn taps(fir: &Fir) -> impl Iterator<Item = f64> {
        assert_eq!(fir.start, 0);
        fir.taps.iter().copied().map(f64::from)
    }

    /// The direct sound that comes with the room, treated alike, is that of the design's own filters to the ears.
    #[test]
    fn reflections_are_in_step_and_level_with_the_direct_sound() {
        for (preset, offset_m) in [(0, 0.0), (0, 0.2), (2, 0.0)] {
            let device = &presets()[preset].device;
            let settings = DesignSettings {
                distance_m: device.nominal_distance_m() as f32,
                offset_m,
                ..DesignSettings::default()
            };
            let design = Design::new(device, &settings, &Timing::new(RATE, UpmixMode::High));
            let room = Room::living_room();
            let responses = RoomResponses::new(device, &settings.pose(), &room, &HeadShape::default(), RATE).unwrap();
            let gain = responses.arrival_s() * SPEED_OF_SOUND;
            let preview = responses.preview(device, &design);
            for (path, added) in preview.iter().enumerate() {
                for ear in Ear::BOTH {
                    let filters = &design.drivers[path];
                    for (filters, own, added) in [
                        (&filters.base, &design.preview[path].base, &added.base),
                        (&filters.full, &design.preview[path].full, &added.full),
                    ] {
                        let heard = responses.heard(device, filters, ear);
                        for frequency_hz in FREQUENCIES_HZ {
                            let at = |signal: &[f64]| {
                                gain * response(signal.iter().copied(), frequency_hz, design.flight_samples)
                            };
                            let case = format!("{preset}, path {path}, {ear:?}, {frequency_hz} Hz");
                            // The design cuts filters off.
                            let direct = response(taps(&own[ear as usize]), frequency_hz, 0.0);
                            let error = (at(&heard.direct) - direct).norm();
                            assert!(error < 0.02 + 0.02 * direct.norm(), "{case}: {error} of {direct}");
                            let reflections = at(&heard.reflections);
                            let error = (response(taps(&added[ear as usize]), frequency_hz, 0.0) - reflections).norm();
                            assert!(
                                error < 2e-4 + 1e-4 * reflections.norm(),
                                "{case}: {error} of {reflections}"
                            );
                        }
                    }
                }
            }
        }
    }
}
