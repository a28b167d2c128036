//! From short spectra to pulses at any time of a long response.
//!
//! What device, walls and head make of a pulse is over in a few milliseconds once the flight is taken out. It is computed on
//! the bins of a short transform and placed at its own time, whole samples by position and the rest by phase, so that delays
//! are exact and no interpolation filter colours them.
//!
//! Wall and air filters have zero phase: their gains are products of real factors by bin. Minimum phase would delay low
//! frequencies of high orders by some samples; with zero phase every arrival stays at its time, and since the factors are
//! smooth in frequency, the pulse spreads to both sides by less than a millisecond.

use realfft::num_complex::Complex64;
use realfft::{ComplexToReal, RealFftPlanner};
use std::f64::consts::{PI, TAU};
use std::sync::Arc;

/// Least length of the transform, seconds.
const LEAST_LENGTH_S: f64 = 0.0103;
/// Share of the transform before the time of arrival: fractional delays ring, and the near ear hears before the head's centre.
const LEAD: f64 = 0.25;
/// Responses fade out between this share of the highest frequency and it; the highest is 22 kHz, or half the sample rate.
const FADES_FROM: f64 = 0.9;
const HIGHEST_HZ: f64 = 22_000.0;

/// Transforms between spectra of pulses and their samples.
pub(super) struct Synthesis {
    sample_rate: f64,
    length: usize,
    lead: usize,
    frequencies_hz: Vec<f64>,
    /// Fade towards the highest frequency, with the scale of the transform.
    gains: Vec<f64>,
    inverse: Arc<dyn ComplexToReal<f64>>,
}

impl Synthesis {
    pub(super) fn new(sample_rate: f64) -> Self {
        let length = ((LEAST_LENGTH_S * sample_rate) as usize).next_power_of_two();
        let spacing_hz = sample_rate / length as f64;
        let highest_hz = HIGHEST_HZ.min(sample_rate / 2.0);
        let bins = (highest_hz / spacing_hz) as usize;
        let frequencies_hz: Vec<f64> = (0..bins).map(|bin| spacing_hz * bin as f64).collect();
        let fade = |frequency_hz: &f64| {
            let share = (frequency_hz / highest_hz - FADES_FROM) / (1.0 - FADES_FROM);
            (0.5 + 0.5 * (PI * share.clamp(0.0, 1.0)).cos()) / length as f64
        };
        Self {
            sample_rate,
            length,
            lead: (LEAD * length as f64) as usize,
            gains: frequencies_hz.iter().map(fade).collect(),
            frequencies_hz,
            inverse: RealFftPlanner::new().plan_fft_inverse(length),
        }
    }

    /// Frequencies of the bins from 0 on, hertz.
    pub(super) fn frequencies_hz(&self) -> &[f64] {
        &self.frequencies_hz
    }

    /// Samples that a pulse lasts at most after its arrival.
    pub(super) fn trail(&self) -> usize {
        self.length - self.lead
    }

    /// Gain that a bin has in every pulse, towards the highest frequency.
    pub(super) fn fade(&self, bin: usize) -> f64 {
        self.gains[bin] * self.length as f64
    }

    pub(super) fn pulse(&self) -> Pulse {
        Pulse {
            spectrum: self.inverse.make_input_vec(),
            samples: self.inverse.make_output_vec(),
            scratch: self.inverse.make_scratch_vec(),
        }
    }

    /// Adds a pulse of the given spectrum by bin, without its flight, which arrives after `delay_s`. Samples before the start
    /// or after the end are left out.
    pub(super) fn add(&self, spectrum: &[Complex64], delay_s: f64, pulse: &mut Pulse, sum: &mut [f64]) {
        let delay = delay_s * self.sample_rate;
        let whole = delay.floor();
        let step = Complex64::from_polar(1.0, -TAU * (delay - whole + self.lead as f64) / self.length as f64);
        let mut phasor = Complex64::from(1.0);
        pulse.spectrum.fill(Complex64::default());
        for ((to, from), gain) in pulse.spectrum.iter_mut().zip(spectrum).zip(&self.gains) {
            *to = from * phasor * *gain;
            phasor *= step;
        }
        pulse.spectrum[0].im = 0.0;
        // The lengths are those of the plan, so the transform cannot fail.
        let _ = self
            .inverse
            .process_with_scratch(&mut pulse.spectrum, &mut pulse.samples, &mut pulse.scratch);
        let first = whole as i64 - self.lead as i64;
        let skipped = usize::try_from(-first).unwrap_or(0).min(pulse.samples.len());
        let start = usize::try_from(first).unwrap_or(0).min(sum.len());
        for (sum, sample) in sum[start..].iter_mut().zip(&pulse.samples[skipped..]) {
            *sum += sample;
        }
    }
}

/// Room for one transform.
pub(super) struct Pulse {
    spectrum: Vec<Complex64>,
    samples: Vec<f64>,
    scratch: Vec<Complex64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pulse at a time between samples is the band-limited one, at rates from 32 to 192 kHz.
    #[test]
    fn pulses_are_where_they_belong() {
        for sample_rate in [32_000.0, 44_100.0, 48_000.0, 192_000.0] {
            let synthesis = Synthesis::new(sample_rate);
            let flat = vec![Complex64::from(1.0); synthesis.frequencies_hz().len()];
            for delay in [3.25, 200.0, 400.6] {
                let mut sum = vec![0.0; 1000];
                synthesis.add(&flat, delay / sample_rate, &mut synthesis.pulse(), &mut sum);
                // Phase of a tone within the band against that of the delay.
                for frequency_hz in [500.0, 3000.0, 9000.0] {
                    let omega = TAU * frequency_hz / sample_rate;
                    let terms = sum.iter().enumerate();
                    let response: Complex64 = terms.map(|(n, x)| Complex64::from_polar(*x, -omega * n as f64)).sum();
                    let expected = Complex64::from_polar(1.0, -omega * delay);
                    // What rings before the start is lost.
                    let tolerance = if delay < 100.0 { 0.1 } else { 1e-3 };
                    let error = (response - expected).norm();
                    assert!(
                        error < tolerance,
                        "{sample_rate} Hz, {delay}, {frequency_hz} Hz: {error}"
                    );
                }
            }
        }
    }

    #[test]
    fn pulses_beyond_the_end_are_left_out() {
        let synthesis = Synthesis::new(48_000.0);
        let flat = vec![Complex64::from(1.0); synthesis.frequencies_hz().len()];
        let mut sum = vec![0.0; 100];
        synthesis.add(&flat, 1.0, &mut synthesis.pulse(), &mut sum);
        assert!(sum.iter().all(|x| *x == 0.0));
        synthesis.add(&flat, 99.0 / 48_000.0, &mut synthesis.pulse(), &mut sum);
        assert!(sum[99] > 0.8);
    }
}
