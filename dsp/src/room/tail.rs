//! Late reverberation: noise with the energy of the ways that are too many to follow one by one.
//!
//! Independent noises, one per driver and ear, are shaped in octave bands to the decay of the image sources, then mixed so that
//! the drivers have their radiated powers and products, and the ears those of a diffuse field.

use super::absorption::{OCTAVES, band_position};
use super::decay::EnergyDecay;
use super::radiated::Mixing;
use super::synthesis::Synthesis;
use crate::parallel;
use realfft::num_complex::Complex64;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use std::f64::consts::{PI, TAU};
use std::sync::Arc;

/// Share of the response at its end that fades out.
const FADE_OUT: f64 = 0.05;

/// What a tail is made of.
pub(super) struct Tail<'a> {
    pub(super) decay: &'a EnergyDecay,
    pub(super) drivers: &'a Mixing,
    pub(super) ears: &'a Mixing,
    pub(super) synthesis: &'a Synthesis,
    pub(super) sample_rate: f64,
    /// Length of the response, samples.
    pub(super) samples: usize,
}

impl Tail<'_> {
    /// Tail at the ears, `[driver][ear]`. `gain` of the time in seconds fades it in.
    pub(super) fn responses(&self, gain: impl Fn(f64) -> f64) -> Vec<[Vec<f64>; 2]> {
        let length = self.samples.next_power_of_two();
        let mut planner = RealFftPlanner::new();
        let transforms = Transforms {
            forward: planner.plan_fft_forward(length),
            inverse: planner.plan_fft_inverse(length),
        };
        let grid = Grid::new(self.synthesis, self.sample_rate, length);
        let envelopes = self.envelopes(gain);
        let (drivers, ears) = (self.drivers.signals(), self.ears.signals());
        let noises = parallel::map(drivers * ears, 1, |n| {
            transforms.forward(&self.shaped_noise(n as u64, &envelopes, &grid, &transforms))
        });
        let mut responses = parallel::map(drivers * ears, 1, |n| {
            let (driver, ear) = (n / ears, n % ears);
            let mut spectrum = transforms.inverse.make_input_vec();
            for (bin, (to, place)) in spectrum.iter_mut().zip(&grid.places).enumerate() {
                for noise_of_ear in 0..=ear {
                    let at_ear = self.ears.at(ear, noise_of_ear, place.bin, place.share);
                    let mixed: Complex64 = (0..=driver)
                        .map(|k| {
                            self.drivers.at(driver, k, place.bin, place.share) * noises[k * ears + noise_of_ear][bin]
                        })
                        .sum();
                    *to += mixed * at_ear;
                }
            }
            transforms.inverse(&mut spectrum, self.samples)
        })
        .into_iter();
        (0..drivers)
            .map(|_| std::array::from_fn(|_| responses.next().unwrap_or_default()))
            .collect()
    }

    /// Amplitude of the noise by band, sample.
    fn envelopes(&self, gain: impl Fn(f64) -> f64) -> Vec<Vec<f64>> {
        let mut envelopes = vec![vec![0.0; self.samples]; OCTAVES];
        let fade = FADE_OUT * self.samples as f64;
        for n in 0..self.samples {
            let time_s = n as f64 / self.sample_rate;
            let left = ((self.samples - n) as f64 / fade).min(1.0);
            let gain = gain(time_s) * (0.5 - 0.5 * (PI * left).cos());
            if gain > 0.0 {
                let energies = self.decay.at(time_s);
                for (envelope, energy) in envelopes.iter_mut().zip(energies) {
                    envelope[n] = gain * (energy / self.sample_rate).sqrt();
                }
            }
        }
        envelopes
    }

    /// Noise of the given number, shaped in bands.
    fn shaped_noise(&self, number: u64, envelopes: &[Vec<f64>], grid: &Grid, transforms: &Transforms) -> Vec<f64> {
        let white = transforms.forward(&gaussian(number, transforms.forward.len()));
        let mut shaped = vec![0.0; transforms.forward.len()];
        for (band, envelope) in envelopes.iter().enumerate() {
            let mut spectrum: Vec<Complex64> = white
                .iter()
                .zip(&grid.places)
                .map(|(x, place)| x * place.gain(band))
                .collect();
            spectrum.resize(white.len(), Complex64::default());
            let noise = transforms.inverse(&mut spectrum, self.samples);
            for ((sum, x), gain) in shaped.iter_mut().zip(noise).zip(envelope) {
                *sum += x * gain;
            }
        }
        shaped
    }
}

/// Bins of the long transform.
struct Grid {
    places: Vec<Place>,
}

/// Where a bin lies between the bins of the short transform and between the octave bands.
struct Place {
    bin: usize,
    share: f64,
    band: usize,
    band_share: f64,
    fade: f64,
}

impl Grid {
    fn new(synthesis: &Synthesis, sample_rate: f64, length: usize) -> Self {
        let short = synthesis.frequencies_hz();
        let spacing_hz = short[1];
        let place = |n: usize| {
            let frequency_hz = sample_rate * n as f64 / length as f64;
            let position = frequency_hz / spacing_hz;
            let (bin, share) = (position as usize, position.fract());
            if bin + 1 >= short.len() {
                return None;
            }
            let (band, band_share) = band_position(frequency_hz);
            let fade = synthesis.fade(bin) * (1.0 - share) + synthesis.fade(bin + 1) * share;
            Some(Place {
                bin,
                share,
                band,
                band_share,
                fade,
            })
        };
        Self {
            places: (0..=length / 2).map_while(place).collect(),
        }
    }
}

impl Place {
    /// Gain of a band. All bands are parts of one noise, so their amplitudes add up to that of the fade towards the highest
    /// frequency, as the walls' reflection factors are read between the bands.
    fn gain(&self, band: usize) -> f64 {
        let share = match band.checked_sub(self.band) {
            Some(0) => 1.0 - self.band_share,
            Some(1) => self.band_share,
            _ => 0.0,
        };
        share * self.fade
    }
}

struct Transforms {
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
}

impl Transforms {
    /// Spectrum of a signal, padded to the length of the transform.
    fn forward(&self, signal: &[f64]) -> Vec<Complex64> {
        let mut input = self.forward.make_input_vec();
        for (to, from) in input.iter_mut().zip(signal) {
            *to = *from;
        }
        let mut spectrum = self.forward.make_output_vec();
        // The lengths are those of the plan, so the transform cannot fail.
        let _ = self.forward.process(&mut input, &mut spectrum);
        spectrum
    }

    /// First `samples` of the signal of a spectrum, which is lost.
    fn inverse(&self, spectrum: &mut [Complex64], samples: usize) -> Vec<f64> {
        if let [first, .., last] = spectrum {
            (first.im, last.im) = (0.0, 0.0);
        }
        let mut signal = self.inverse.make_output_vec();
        let _ = self.inverse.process(spectrum, &mut signal);
        let scale = 1.0 / signal.len() as f64;
        signal.truncate(samples);
        signal.iter_mut().for_each(|x| *x *= scale);
        signal
    }
}

/// White Gaussian noise of variance 1, the same for the same number (Box and Muller 1958, on SplitMix64).
fn gaussian(number: u64, samples: usize) -> Vec<f64> {
    let mut state = number.wrapping_mul(0xD1B5_4A32_D192_ED03).wrapping_add(0x5EED);
    let mut uniform = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut noise = Vec::with_capacity(samples + 1);
    while noise.len() < samples {
        let (radius, angle) = ((-2.0 * (1.0 - uniform()).ln()).sqrt(), TAU * uniform());
        noise.extend([radius * angle.cos(), radius * angle.sin()]);
    }
    noise.truncate(samples);
    noise
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noises_are_white_of_variance_one_and_independent() {
        let (a, b) = (gaussian(0, 50_000), gaussian(1, 50_000));
        let mean = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>() / x.len() as f64;
        assert!((mean(&a, &a) - 1.0).abs() < 0.03 && (mean(&b, &b) - 1.0).abs() < 0.03);
        assert!(mean(&a, &b).abs() < 0.02 && mean(&a[1..], &a[..49_999]).abs() < 0.02);
        assert_eq!(a, gaussian(0, 50_000));
    }

    #[test]
    fn bands_add_up_to_the_noise_they_are_parts_of() {
        let grid = Grid::new(&Synthesis::new(48_000.0), 48_000.0, 4096);
        for place in &grid.places {
            let sum: f64 = (0..OCTAVES).map(|band| place.gain(band)).sum();
            assert!((sum - place.fade).abs() < 1e-12);
        }
    }
}
