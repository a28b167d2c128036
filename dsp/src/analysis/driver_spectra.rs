//! Responses of a path's filters at given frequencies.

use realfft::num_complex::Complex64;

use crate::acoustics::Field;
use crate::array::Device;
use crate::design::PathFilters;
use crate::engine::Fir;

/// What the filters of one path send to each driver, without the corrections of the output channels (`gain_db`,
/// `delay_ms`, `invert`), which undo flaws of hardware that the acoustic model does not have.
#[derive(Debug, Clone, PartialEq)]
pub struct DriverSpectra {
    /// `[driver][bin]`.
    spectra: Vec<Vec<Complex64>>,
}

impl DriverSpectra {
    /// Responses of a path at a strength of 0 to 1, at frequencies in hertz.
    #[must_use]
    pub fn new(device: &Device, path: &PathFilters, strength: f64, sample_rate: f64, frequencies_hz: &[f64]) -> Self {
        let driver_spectrum = |(n, driver): (usize, &crate::array::Driver)| {
            let gain = driver.output_gain();
            let delay = driver.output_delay_samples(sample_rate) as f64;
            let response = |&frequency_hz: &f64| {
                let omega = std::f64::consts::TAU * frequency_hz / sample_rate;
                let [base, full] = [&path.base[n], &path.full[n]].map(|fir| fir_response(fir, omega));
                (base + (full - base) * strength) * Complex64::from_polar(1.0 / gain, omega * delay)
            };
            frequencies_hz.iter().map(response).collect()
        };
        Self {
            spectra: device.drivers.iter().enumerate().map(driver_spectrum).collect(),
        }
    }

    /// Response of the filter of one driver in one frequency bin.
    ///
    /// # Panics
    /// If there is no such driver or bin.
    #[must_use]
    pub fn at(&self, driver: usize, bin: usize) -> Complex64 {
        self.spectra[driver][bin]
    }

    /// Pressure by bin where the drivers' own responses, on the same frequencies, are `field`.
    #[must_use]
    pub fn pressure(&self, field: &Field) -> Vec<Complex64> {
        let bins = self.spectra.first().map_or(0, Vec::len);
        let sum = |bin| {
            let terms = self.spectra.iter().enumerate();
            terms
                .map(|(driver, spectrum)| spectrum[bin] * field.at(driver, bin))
                .sum()
        };
        (0..bins).map(sum).collect()
    }

    /// Euclidean norm over the drivers by bin.
    #[must_use]
    pub fn norm(&self) -> Vec<f64> {
        let bins = self.spectra.first().map_or(0, Vec::len);
        let power = |bin: usize| {
            self.spectra
                .iter()
                .map(|spectrum| spectrum[bin].norm_sqr())
                .sum::<f64>()
        };
        (0..bins).map(|bin| power(bin).sqrt()).collect()
    }

    /// Largest gain of any filter in any bin, linear.
    #[must_use]
    pub fn largest_gain(&self) -> f64 {
        self.spectra
            .iter()
            .flatten()
            .map(|gain| gain.norm())
            .fold(0.0, f64::max)
    }
}

/// Response at a frequency of `omega` radians per sample.
fn fir_response(fir: &Fir, omega: f64) -> Complex64 {
    let step = Complex64::from_polar(1.0, -omega);
    let (mut phasor, mut sum) = (
        Complex64::from_polar(1.0, -omega * fir.start as f64),
        Complex64::default(),
    );
    for &tap in &fir.taps {
        sum += phasor * f64::from(tap);
        phasor *= step;
    }
    sum
}
