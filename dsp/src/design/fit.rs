//! Taps that bring to a few points what the weights promise there, in spite of truncation.
//!
//! Weights that steer a null at low frequencies differ little from driver to driver and change fast over frequency. If each
//! filter is cut to length by itself, each is off by a little of its own, and the null fills up (Tabletop: 24 dB at 315 Hz, where
//! the weights make 37). So the taps of all drivers are fitted together, in the sense of least squares over frequency, to what
//! is heard at the points: by conjugate gradients on the normal equations (CGLS; Björck, "Numerical Methods for Least Squares
//! Problems", SIAM 1996, section 7.4), from the filters that were just cut off on. A few steps mend the points and leave the
//! rest as it is.

use realfft::num_complex::Complex64;

use super::realise::{Fades, Realiser};
use crate::acoustics::Field;

/// Steps of the fit. With half as many Tabletop's axis is coloured by 0.3 dB instead of 0.1, and Ring's nulls are 3 dB shallower in
/// the mean; twice as many make those 5 dB deeper, Tabletop's no deeper, and every design longer.
const STEPS: usize = 12;

/// A point where filters shall be heard as the weights promise.
pub(super) struct Held {
    /// What the drivers bring there.
    pub(super) field: Field,
    /// How much an error matters, by bin.
    pub(super) weights: Vec<f64>,
}

/// Values by driver, or by point, and then by bin.
type Spectra = Vec<Vec<Complex64>>;
/// Taps by driver, before they fade.
type Taps = Vec<Vec<f64>>;

/// Fits taps to what is heard of them.
pub(super) struct Fit<'a> {
    realiser: &'a Realiser,
    /// Gain of each tap: that of its fade.
    gains: Vec<f64>,
    /// Weighted responses of the drivers at each of the points.
    responses: Vec<Spectra>,
}

impl<'a> Fit<'a> {
    /// For filters that fade so, heard at these points. `gates`, by driver and bin, 0 to 1, tell where a driver may be fitted.
    pub(super) fn new(realiser: &'a Realiser, fades: Fades, points: &[Held], gates: &[Vec<f64>]) -> Self {
        let response = |point: &Held, driver: usize| -> Vec<Complex64> {
            let factors = gates[driver].iter().zip(&point.weights);
            let bins = point.field.driver(driver).iter().zip(factors);
            bins.map(|(h, (gate, weight))| h * gate * weight).collect()
        };
        let at = |point| (0..gates.len()).map(|driver| response(point, driver)).collect();
        Self {
            realiser,
            gains: fades.gains(realiser.length()).collect(),
            responses: points.iter().map(at).collect(),
        }
    }

    /// Taps of filters with these spectra, faded.
    pub(super) fn taps(&self, spectra: &[Vec<Complex64>]) -> Taps {
        let mut taps: Taps = spectra.iter().map(|spectrum| self.realiser.taps(spectrum)).collect();
        let cut_off: Spectra = spectra
            .iter()
            .zip(self.spectra(&taps))
            .map(|(wanted, realised)| wanted.iter().zip(realised).map(|(wanted, is)| wanted - is).collect())
            .collect();
        let mut missing = self.heard(&cut_off);
        let mut gradient = self.gradient(&missing);
        let mut direction = gradient.clone();
        let mut slope = energy(&gradient);
        for _ in 0..STEPS {
            let change = self.heard(&self.spectra(&direction));
            let step = slope / power(&change);
            if !step.is_finite() {
                break;
            }
            for (tap, direction) in taps.iter_mut().flatten().zip(direction.iter().flatten()) {
                *tap += step * direction;
            }
            for (missing, change) in missing.iter_mut().flatten().zip(change.iter().flatten()) {
                *missing -= change * step;
            }
            gradient = self.gradient(&missing);
            let before = std::mem::replace(&mut slope, energy(&gradient));
            for (direction, gradient) in direction.iter_mut().flatten().zip(gradient.iter().flatten()) {
                *direction = gradient + slope / before * *direction;
            }
        }
        taps.iter().map(|taps| self.faded(taps)).collect()
    }

    fn faded(&self, taps: &[f64]) -> Vec<f64> {
        taps.iter().zip(&self.gains).map(|(tap, gain)| tap * gain).collect()
    }

    /// Spectra of taps once they are faded.
    fn spectra(&self, taps: &[Vec<f64>]) -> Spectra {
        let faded = taps.iter().map(|taps| self.faded(taps));
        faded.map(|taps| self.realiser.spectrum(&taps)).collect()
    }

    /// What is heard of drivers with these spectra, weighted, by point and bin.
    fn heard(&self, spectra: &[Vec<Complex64>]) -> Spectra {
        let at = |responses: &Spectra| {
            let mut heard = vec![Complex64::default(); responses[0].len()];
            for (responses, spectrum) in responses.iter().zip(spectra) {
                for (heard, (response, value)) in heard.iter_mut().zip(responses.iter().zip(spectrum)) {
                    *heard += response * value;
                }
            }
            heard
        };
        self.responses.iter().map(at).collect()
    }

    /// The adjoint of what leads from taps to what is heard.
    fn gradient(&self, heard: &[Vec<Complex64>]) -> Taps {
        // The inverse transform divides by its length, and counts all bins but the first twice.
        let scale = 0.5 * self.realiser.transform_length() as f64;
        let gradient = |driver: usize| {
            let mut spectrum = vec![Complex64::default(); heard[0].len()];
            for (responses, heard) in self.responses.iter().zip(heard) {
                for (value, (response, heard)) in spectrum.iter_mut().zip(responses[driver].iter().zip(heard)) {
                    *value += response.conj() * heard * scale;
                }
            }
            spectrum[0] *= 2.0;
            self.faded(&self.realiser.taps(&spectrum))
        };
        (0..self.responses[0].len()).map(gradient).collect()
    }
}

fn energy(taps: &[Vec<f64>]) -> f64 {
    taps.iter().flatten().map(|tap| tap * tap).sum()
}

fn power(spectra: &[Vec<Complex64>]) -> f64 {
    spectra.iter().flatten().map(Complex64::norm_sqr).sum()
}

#[cfg(test)]
mod tests {
    use super::super::realise::FADES;
    use super::*;
    use crate::acoustics::Plant;
    use crate::array::Device;
    use crate::design::grid::Grid;
    use crate::engine::Timing;
    use crate::upmix::UpmixMode;

    /// Weighted power that is missing at a point.
    fn missing(fit: &Fit<'_>, spectra: &[Vec<Complex64>], taps: &[Vec<f64>]) -> f64 {
        let heard = |spectra: &[Vec<Complex64>]| fit.heard(spectra).concat();
        let realised: Spectra = taps.iter().map(|taps| fit.realiser.spectrum(taps)).collect();
        let pairs = heard(spectra).into_iter().zip(heard(&realised));
        pairs.map(|(wanted, is)| (wanted - is).norm_sqr()).sum()
    }

    #[test]
    fn what_a_point_misses_is_made_good_by_drivers_that_may() {
        let grid = Grid::new(&Timing::new(48_000.0, UpmixMode::High));
        let realiser = Realiser::new(grid.clone(), 512);
        let point = Device::point_source();
        let mut pair = point.clone();
        pair.drivers.extend(point.drivers);
        let field = Plant::new(&pair, &grid.frequencies_hz).field([-2.0, 0.0, 0.0]);
        let held = [Held {
            field,
            weights: vec![1.0; grid.len()],
        }];
        // A band so narrow that taps enough for it do not exist: the best are still off.
        let narrow = |f: &f64| Complex64::from((-(f / 200.0).ln().powi(2) / 0.01).exp());
        let spectrum: Vec<Complex64> = grid.frequencies_hz.iter().map(narrow).collect();
        let spectra = vec![realiser.delayed(&spectrum, 128.0); 2];
        let cut_off = realiser.faded(&realiser.taps(&spectra[0]), FADES);
        let [open, closed] = [1.0, 0.0].map(|gate| vec![gate; grid.len()]);

        let fit = Fit::new(&realiser, FADES, &held, &[open.clone(), open.clone()]);
        let taps = fit.taps(&spectra);
        let before = missing(&fit, &spectra, &[cut_off.clone(), cut_off.clone()]);
        let after = missing(&fit, &spectra, &taps);
        assert!(after < 0.95 * before, "{after} of {before}");
        assert!(taps.iter().all(|taps| taps[0].abs() < 1e-4 && taps[511].abs() < 1e-4));

        let taps = Fit::new(&realiser, FADES, &held, &[open, closed]).taps(&spectra);
        assert_eq!(taps[1], cut_off);
        assert_ne!(taps[0], cut_off);
    }

    #[test]
    fn silence_stays_silent() {
        let grid = Grid::new(&Timing::new(48_000.0, UpmixMode::High));
        let realiser = Realiser::new(grid.clone(), 512);
        let held = [Held {
            field: Plant::new(&Device::point_source(), &grid.frequencies_hz).field([-2.0, 0.0, 0.0]),
            weights: vec![1.0; grid.len()],
        }];
        let fit = Fit::new(&realiser, FADES, &held, &[vec![1.0; grid.len()]]);
        let taps = fit.taps(&[vec![Complex64::default(); grid.len()]]);
        assert!(taps[0].iter().all(|&tap| tap == 0.0));
    }
}
