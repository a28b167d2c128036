//! Paths in the room: driver filters and room responses together.

use super::response::RoomResponses;
use crate::acoustics::Ear;
use crate::array::Device;
use crate::engine::Fir;
use realfft::num_complex::Complex64;
use realfft::{RealFftPlanner, RealToComplex};

/// What a set of driver filters amounts to at one ear, impulse responses from the filters' input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heard {
    /// The direct sound.
    pub direct: Vec<f64>,
    /// All the rest; longer.
    pub reflections: Vec<f64>,
}

impl Heard {
    /// Both together.
    #[must_use]
    pub fn whole(&self) -> Vec<f64> {
        sum(&self.reflections, &self.direct, 1.0)
    }

    /// The mixture `self + strength · (full − self)`: a path at a strength of its effect.
    #[must_use]
    pub fn toward(&self, full: &Self, strength: f64) -> Self {
        let mixture = |base: &[f64], full: &[f64]| {
            let kept: Vec<f64> = base.iter().map(|x| x * (1.0 - strength)).collect();
            sum(&kept, full, strength)
        };
        Self {
            direct: mixture(&self.direct, &full.direct),
            reflections: mixture(&self.reflections, &full.reflections),
        }
    }
}

impl RoomResponses {
    /// The device's drivers through their filters, which are one side of a path's
    /// [`PathFilters`](crate::design::PathFilters). The corrections of the output channels are taken out of them: they undo
    /// flaws that the models do not have. Takes milliseconds per driver; not for the audio thread.
    #[must_use]
    pub fn heard(&self, device: &Device, filters: &[Fir], ear: Ear) -> Heard {
        let ideal = self.ideal(device, filters);
        Heard {
            direct: through(&ideal, |driver| self.direct(driver, ear)),
            reflections: through(&ideal, |driver| self.reflections(driver, ear)),
        }
    }

    /// Filters without the corrections of the output channels.
    pub(super) fn ideal(&self, device: &Device, filters: &[Fir]) -> Vec<Fir> {
        let channels = filters.iter().zip(&device.drivers);
        let ideal = channels.map(|(fir, driver)| Fir {
            start: fir
                .start
                .saturating_sub(driver.output_delay_samples(self.sample_rate())),
            taps: fir.taps.iter().map(|tap| tap / driver.output_gain() as f32).collect(),
        });
        ideal.collect()
    }
}

/// `a + gain · b`, as long as the longer one.
fn sum(a: &[f64], b: &[f64], gain: f64) -> Vec<f64> {
    let at = |signal: &[f64], n: usize| signal.get(n).copied().unwrap_or(0.0);
    (0..a.len().max(b.len())).map(|n| at(a, n) + gain * at(b, n)).collect()
}

/// Sum of the drivers' responses, each through its filter.
fn through<'a>(filters: &[Fir], response: impl Fn(usize) -> &'a [f32]) -> Vec<f64> {
    let longest_filter = filters.iter().map(Fir::end).max().unwrap_or(0);
    let longest_response = (0..filters.len())
        .map(|driver| response(driver).len())
        .max()
        .unwrap_or(0);
    let samples = longest_filter + longest_response;
    let length = samples.next_power_of_two().max(2);
    let mut planner = RealFftPlanner::<f64>::new();
    let (forward, inverse) = (planner.plan_fft_forward(length), planner.plan_fft_inverse(length));
    let mut sum = forward.make_output_vec();
    for (driver, fir) in filters.iter().enumerate().filter(|(_, fir)| !fir.taps.is_empty()) {
        let filter = spectrum(forward.as_ref(), &fir.taps, fir.start);
        let response = spectrum(forward.as_ref(), response(driver), 0);
        for (sum, (a, b)) in sum.iter_mut().zip(filter.iter().zip(&response)) {
            *sum += a * b / length as f64;
        }
    }
    if let [first, .., last] = sum.as_mut_slice() {
        (first.im, last.im) = (0.0, 0.0);
    }
    let mut signal = inverse.make_output_vec();
    // The lengths are those of the plans, so the transforms cannot fail.
    let _ = inverse.process(&mut sum, &mut signal);
    signal.truncate(samples);
    signal
}

fn spectrum(forward: &dyn RealToComplex<f64>, signal: &[f32], start: usize) -> Vec<Complex64> {
    let mut padded = forward.make_input_vec();
    for (to, &from) in padded.iter_mut().skip(start).zip(signal) {
        *to = from.into();
    }
    let mut spectrum = forward.make_output_vec();
    let _ = forward.process(&mut padded, &mut spectrum);
    spectrum
}

#[cfg(test)]
mod tests {
    use super::super::listener::Absent;
    use super::super::shoebox::Room;
    use super::*;
    use crate::acoustics::HeadPose;
    use crate::array::presets;

    #[test]
    fn drivers_go_through_their_filters_and_without_the_channels_corrections() {
        let mut device = presets()[2].device.clone();
        let pose = HeadPose::at_distance(0.6);
        let responses = RoomResponses::new(&device, &pose, &Room::office(), &Absent, 48_000.0).unwrap();
        (device.drivers[1].gain_db, device.drivers[1].delay_ms) = (6.0, 1.0);
        device.drivers[1].invert = true;
        let gain = device.drivers[1].output_gain() as f32;
        let fir = |start: usize, taps: &[f32]| Fir {
            start,
            taps: taps.to_vec(),
        };
        let heard = responses.heard(&device, &[fir(3, &[1.0, 0.5]), fir(48, &[2.0 * gain])], Ear::Left);
        let (left, right) = (responses.whole(0, Ear::Left), responses.whole(1, Ear::Left));
        let whole = heard.whole();
        for n in [100, 500, 3000, 9000] {
            let expected = left[n - 3] + 0.5 * left[n - 4] + 2.0 * right[n];
            assert!(
                (whole[n] - f64::from(expected)).abs() < 1e-6,
                "{n}: {} {expected}",
                whole[n]
            );
        }
    }

    #[test]
    fn mixtures_have_both_ends() {
        let heard = |direct: &[f64], reflections: &[f64]| Heard {
            direct: direct.to_vec(),
            reflections: reflections.to_vec(),
        };
        let (base, full) = (heard(&[1.0], &[0.5, 2.0]), heard(&[3.0, 4.0], &[1.0]));
        assert_eq!(base.toward(&full, 0.0), heard(&[1.0, 0.0], &[0.5, 2.0]));
        assert_eq!(base.toward(&full, 1.0), heard(&[3.0, 4.0], &[1.0, 0.0]));
        assert_eq!(base.toward(&full, 0.5).whole(), [2.75, 3.0]);
    }
}
