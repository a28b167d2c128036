//! Responses of a path's filters at given frequencies.

use realfft::num_complex::Complex64;

use crate::acoustics::Field;
use crate::array::{Device, Driver};
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
        let [base, full] = Self::ends(device, path, sample_rate, frequencies_hz);
        let mixed = |(base, full): (&Vec<Complex64>, &Vec<Complex64>)| {
            let bins = base.iter().zip(full);
            bins.map(|(base, full)| base + (full - base) * strength).collect()
        };
        Self {
            spectra: base.spectra.iter().zip(&full.spectra).map(mixed).collect(),
        }
    }

    /// Responses of a path at strength 0 and at strength 1, at frequencies in hertz.
    #[must_use]
    pub fn ends(device: &Device, path: &PathFilters, sample_rate: f64, frequencies_hz: &[f64]) -> [Self; 2] {
        let firs: Vec<&Fir> = path.base.iter().chain(&path.full).collect();
        let mut responses = fir_responses(&firs, sample_rate, frequencies_hz);
        let both_ends = device.drivers.iter().chain(&device.drivers);
        for (driver, response) in both_ends.zip(&mut responses) {
            undo_correction(driver, response, sample_rate, frequencies_hz);
        }
        let full = responses.split_off(path.base.len());
        [responses, full].map(|spectra| Self { spectra })
    }

    /// Responses of filters, one per driver, at frequencies in hertz.
    #[must_use]
    pub fn of_filters(device: &Device, firs: &[Fir], sample_rate: f64, frequencies_hz: &[f64]) -> Self {
        let mut spectra = fir_responses(&firs.iter().collect::<Vec<_>>(), sample_rate, frequencies_hz);
        for (driver, response) in device.drivers.iter().zip(&mut spectra) {
            undo_correction(driver, response, sample_rate, frequencies_hz);
        }
        Self { spectra }
    }

    /// Drivers that play with given real gains, `gain(driver, bin)`.
    pub(super) fn from_gains(drivers: usize, bins: usize, gain: impl Fn(usize, usize) -> f64) -> Self {
        let spectrum = |driver: usize| (0..bins).map(|bin| gain(driver, bin).into()).collect();
        Self {
            spectra: (0..drivers).map(spectrum).collect(),
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

    /// Responses of the filter of one driver by bin.
    pub(super) fn driver(&self, driver: usize) -> &[Complex64] {
        &self.spectra[driver]
    }

    /// Pressure by bin where the drivers' own responses, on the same frequencies, are `field`.
    #[must_use]
    pub fn pressure(&self, field: &Field) -> Vec<Complex64> {
        let bins = self.spectra.first().map_or(0, Vec::len);
        let mut sum = vec![Complex64::default(); bins];
        for (driver, spectrum) in self.spectra.iter().enumerate() {
            for (sum, (gain, response)) in sum.iter_mut().zip(spectrum.iter().zip(field.driver(driver))) {
                *sum += gain * response;
            }
        }
        sum
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

/// Takes the correction of an output channel out of a response.
fn undo_correction(driver: &Driver, response: &mut [Complex64], sample_rate: f64, frequencies_hz: &[f64]) {
    let gain = driver.output_gain();
    let delay = driver.output_delay_samples(sample_rate) as f64;
    for (value, frequency_hz) in response.iter_mut().zip(frequencies_hz) {
        let omega = std::f64::consts::TAU * frequency_hz / sample_rate;
        *value *= Complex64::from_polar(1.0 / gain, omega * delay);
    }
}

/// Responses `[filter][bin]` of filters at frequencies in hertz. The phasors of a bin serve all filters.
fn fir_responses(firs: &[&Fir], sample_rate: f64, frequencies_hz: &[f64]) -> Vec<Vec<Complex64>> {
    let taps: Vec<Vec<f64>> = firs
        .iter()
        .map(|fir| fir.taps.iter().copied().map(f64::from).collect())
        .collect();
    let longest = taps.iter().map(Vec::len).max().unwrap_or(0);
    let (mut re, mut im) = (vec![0.0; longest], vec![0.0; longest]);
    let mut responses = vec![Vec::with_capacity(frequencies_hz.len()); firs.len()];
    for frequency_hz in frequencies_hz {
        let omega = std::f64::consts::TAU * frequency_hz / sample_rate;
        let step = Complex64::from_polar(1.0, -omega);
        let mut phasor = Complex64::from(1.0);
        for (re, im) in re.iter_mut().zip(&mut im) {
            (*re, *im) = (phasor.re, phasor.im);
            phasor *= step;
        }
        for ((fir, taps), response) in firs.iter().zip(&taps).zip(&mut responses) {
            let sum = Complex64::new(dot(taps, &re), dot(taps, &im));
            response.push(sum * Complex64::from_polar(1.0, -omega * fir.start as f64));
        }
    }
    responses
}

/// Scalar product of the common length, in four chains that hide each other's latency.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let common = a.len().min(b.len());
    let (a, a_rest) = a[..common].as_chunks::<4>();
    let (b, b_rest) = b[..common].as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..4 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_are_the_sums_over_the_taps_at_every_length() {
        let ramp = |n: usize| (0..n).map(|k| 1.0 - 0.1 * k as f32).collect();
        let firs: Vec<Fir> = [0, 1, 3, 4, 7, 33]
            .into_iter()
            .map(|taps| Fir {
                start: 5 * taps,
                taps: ramp(taps),
            })
            .collect();
        let frequencies_hz = [20.0, 997.0, 15_000.0];
        let responses = fir_responses(&firs.iter().collect::<Vec<_>>(), 48_000.0, &frequencies_hz);
        for (fir, response) in firs.iter().zip(&responses) {
            for (frequency_hz, value) in frequencies_hz.iter().zip(response) {
                let omega = std::f64::consts::TAU * frequency_hz / 48_000.0;
                let term =
                    |(n, &tap): (usize, &f32)| Complex64::from_polar(tap.into(), -omega * (fir.start + n) as f64);
                let expected: Complex64 = fir.taps.iter().enumerate().map(term).sum();
                assert!((value - expected).norm() < 1e-12, "{} taps", fir.taps.len());
            }
        }
    }
}
