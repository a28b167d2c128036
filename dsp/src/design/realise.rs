//! From spectra to causal finite impulse responses.

use std::sync::Arc;

use realfft::num_complex::Complex64;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use super::grid::Grid;

/// Shares of the taps that fade at either end, so that truncation leaves no step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fades {
    /// At the start.
    pub(super) rise: f64,
    /// At the end.
    pub(super) fall: f64,
}

/// Of filters that are cut off one by one. The rise takes half of the modelling delay: cancellers ring before their main tap
/// too, and a shorter one costs 6 dB of mean cancellation, a longer one nulls below 400 Hz.
pub(super) const FADES: Fades = Fades {
    rise: 0.11,
    fall: 1.0 / 8.0,
};
/// Of filters that are fitted together: the longer fall makes nulls 1 dB deeper at the worst frequency.
pub(super) const FITTED_FADES: Fades = Fades { rise: 0.11, fall: 0.6 };
/// Of filters made of others, which have faded already.
pub(super) const SHORT_FADES: Fades = Fades {
    rise: 1.0 / 64.0,
    fall: 1.0 / 8.0,
};

/// Transforms between spectra on a [`Grid`] and impulse responses.
pub struct Realiser {
    grid: Grid,
    taps: usize,
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
}

impl Realiser {
    /// For responses of `taps` samples.
    pub fn new(grid: Grid, taps: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        Self {
            forward: planner.plan_fft_forward(grid.fft_length),
            inverse: planner.plan_fft_inverse(grid.fft_length),
            grid,
            taps,
        }
    }

    /// Number of taps.
    pub fn length(&self) -> usize {
        self.taps
    }

    /// Length of the transforms.
    pub fn transform_length(&self) -> usize {
        self.grid.fft_length
    }

    /// Taps of a spectrum by bin, cut off sharply; the spectrum is silent above its last bin.
    pub fn taps(&self, spectrum: &[Complex64]) -> Vec<f64> {
        let mut bins = self.inverse.make_input_vec();
        bins[..spectrum.len()].copy_from_slice(spectrum);
        let last = bins.len() - 1;
        bins[0].im = 0.0;
        bins[last].im = 0.0;
        let mut response = self.inverse.make_output_vec();
        // The lengths are those of the plan, so the transform cannot fail.
        let _ = self.inverse.process(&mut bins, &mut response);
        let scale = 1.0 / self.grid.fft_length as f64;
        response.truncate(self.taps);
        response.iter_mut().for_each(|tap| *tap *= scale);
        response
    }

    /// Taps with their ends faded.
    pub fn faded(&self, taps: &[f64], fades: Fades) -> Vec<f64> {
        taps.iter()
            .zip(fades.gains(self.taps))
            .map(|(tap, gain)| tap * gain)
            .collect()
    }

    /// Spectrum of taps, by bin.
    pub fn spectrum(&self, taps: &[f64]) -> Vec<Complex64> {
        let mut padded = self.forward.make_input_vec();
        padded[..taps.len()].copy_from_slice(taps);
        let mut spectrum = self.forward.make_output_vec();
        let _ = self.forward.process(&mut padded, &mut spectrum);
        spectrum.truncate(self.grid.len());
        spectrum
    }

    /// A spectrum, later by some samples.
    pub fn delayed(&self, spectrum: &[Complex64], delay_samples: f64) -> Vec<Complex64> {
        let turn = |bin: usize| Complex64::from_polar(1.0, -self.grid.omega(bin) * delay_samples);
        let bins = spectrum.iter().enumerate();
        bins.map(|(bin, value)| value * turn(bin)).collect()
    }
}

impl Fades {
    /// Gains of so many taps.
    pub(super) fn gains(self, taps: usize) -> impl Iterator<Item = f64> {
        let raised_cosine = |t: f64| 0.5 - 0.5 * (std::f64::consts::PI * t.clamp(0.0, 1.0)).cos();
        let length = taps as f64;
        (0..taps).map(move |n| {
            let at = n as f64 + 0.5;
            raised_cosine(at / (length * self.rise)) * raised_cosine((length - at) / (length * self.fall))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Timing;
    use crate::upmix::UpmixMode;

    fn realiser() -> Realiser {
        let timing = Timing::new(48_000.0, UpmixMode::High);
        Realiser::new(Grid::new(&timing), timing.taps)
    }

    #[test]
    fn a_delay_is_a_tap_where_it_belongs() {
        let realiser = realiser();
        let flat = vec![Complex64::from(1.0); realiser.grid.len()];
        let taps = realiser.taps(&realiser.delayed(&flat, 200.0));
        // The grid ends at 20 kHz of 24: the tap is that share of one, and rings around.
        assert!((taps[200] - 20.0 / 24.0).abs() < 0.01, "{}", taps[200]);
        assert!(taps.iter().enumerate().all(|(n, tap)| n == 200 || tap.abs() < 0.2));
    }

    #[test]
    fn spectrum_and_impulse_response_are_inverse_in_the_middle_of_the_taps() {
        let realiser = realiser();
        let pulse: Vec<f64> = (0..17).map(|n| (-(f64::from(n) - 8.0).powi(2) / 4.0).exp()).collect();
        let spectrum = realiser.delayed(&realiser.spectrum(&pulse), 192.0);
        let taps = realiser.taps(&spectrum);
        for (n, tap) in taps.iter().enumerate() {
            let expected = n.checked_sub(192).and_then(|n| pulse.get(n)).copied().unwrap_or(0.0);
            assert!((tap - expected).abs() < 1e-3, "{n}: {tap} {expected}");
        }
    }

    #[test]
    fn both_ends_fade_and_the_middle_does_not() {
        let gains: Vec<f64> = FADES.gains(512).collect();
        assert!(gains[0] < 1e-3 && gains[511] < 1e-3);
        assert!(gains[60..440].iter().all(|&gain| gain == 1.0));
        assert!(gains[..56].windows(2).all(|pair| pair[1] > pair[0]));
    }
}
