//! Operating bands: gates that hand over smoothly from one driver to another, and the reference drivers.
//!
//! A gate λ between 0 and 1 inside the design switches a driver off where it must not play; near an edge its part goes
//! over to the others (Luo, EUSIPCO 2024).

use realfft::num_complex::Complex64;

use super::grid::Grid;
use super::quadratic::Weights;
use crate::array::Device;

/// Half-width of a gate's slope around a band edge, octaves.
const EDGE_OCTAVES: f64 = 1.0 / 3.0;

/// Raised cosine over log frequency: 0 below `from_hz`, 1 above `to_hz`; the other way round if `from_hz` is larger.
pub(super) fn slope(frequency_hz: f64, from_hz: f64, to_hz: f64) -> f64 {
    let t = ((frequency_hz / from_hz).ln() / (to_hz / from_hz).ln()).clamp(0.0, 1.0);
    0.5 - 0.5 * (std::f64::consts::PI * t).cos()
}

/// Gate of one driver from its operating band; 1 everywhere for a full-range driver.
pub(crate) fn band_gate(band_hz: Option<[f64; 2]>, frequency_hz: f64) -> f64 {
    let edge = EDGE_OCTAVES.exp2();
    band_hz.map_or(1.0, |[low, high]| {
        slope(frequency_hz, low / edge, low * edge) * slope(frequency_hz, high * edge, high / edge)
    })
}

/// Whether drivers all work over the same band, so that there is no crossover between them.
pub(super) fn shares_one_band(device: &Device, drivers: &[usize]) -> bool {
    drivers
        .windows(2)
        .all(|pair| device.drivers[pair[0]].band_hz == device.drivers[pair[1]].band_hz)
}

/// Gates of all drivers at one frequency. `fade` takes the effect away, which leaves the `reference` weights.
///
/// A reference driver is open wherever it has a full share of the reference, even outside of its band: someone has to
/// play. Where another reference driver takes over, it closes with the crossover. Where a measurement of a driver has only
/// noise, its gate is closed too.
pub(super) fn gates(device: &Device, reference: &[Complex64], frequency_hz: f64, fade: f64) -> Vec<f64> {
    let loudest = reference.iter().map(|w| w.norm()).fold(f64::MIN_POSITIVE, f64::max);
    let drivers = device.drivers.iter().zip(reference).enumerate();
    drivers
        .map(|(n, (driver, w))| {
            let gate = band_gate(driver.band_hz, frequency_hz) * device.trust(n, frequency_hz) * fade;
            gate.max(w.norm() / loudest)
        })
        .collect()
}

/// Weights of the reference drivers, `[bin][driver]`: what plays while an effect is at zero.
///
/// Drivers with one band share it in phase with weights that add up to 1. Drivers with different bands are parted by
/// third-order Butterworth crossovers, which are power-complementary and add up to an all-pass: in the middle of the common
/// range, but not more than an octave above the lower edge of the upper driver.
/// `delays` in samples, one per driver, let them meet in phase where the listener is.
pub(super) fn reference_weights(device: &Device, references: &[usize], delays: &[f64], grid: &Grid) -> Vec<Weights> {
    let band = |driver: usize| device.drivers[driver].band_hz;
    let low = |driver: usize| band(driver).map_or(0.0, |[low, _]| low);
    // Groups of equal bands, from low to high.
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut sorted = references.to_vec();
    sorted.sort_by(|a, b| low(*a).total_cmp(&low(*b)));
    for driver in sorted {
        match groups.iter_mut().find(|group| band(group[0]) == band(driver)) {
            Some(group) => group.push(driver),
            None => groups.push(vec![driver]),
        }
    }
    let crossovers: Vec<f64> = groups
        .windows(2)
        .map(|pair| {
            let upper_end_of_lower = band(pair[0][0]).map_or(f64::INFINITY, |[_, high]| high);
            let lower_end_of_upper = low(pair[1][0]).max(1.0);
            (lower_end_of_upper * upper_end_of_lower)
                .sqrt()
                .min(2.0 * lower_end_of_upper)
        })
        .collect();
    let weights_at = |(bin, &frequency_hz): (usize, &f64)| {
        let mut weights = vec![Complex64::default(); device.drivers.len()];
        let mut rest = Complex64::from(1.0);
        for (index, group) in groups.iter().enumerate() {
            let (part, above) = match crossovers.get(index) {
                Some(crossover) => butterworth_split(frequency_hz / crossover),
                None => (Complex64::from(1.0), Complex64::default()),
            };
            for &driver in group {
                let delay = Complex64::from_polar(1.0, -grid.omega(bin) * delays[driver]);
                weights[driver] = rest * part * delay / group.len() as f64;
            }
            rest *= above;
        }
        weights
    };
    grid.frequencies_hz.iter().enumerate().map(weights_at).collect()
}

/// Low and high part of a third-order Butterworth crossover at a frequency relative to the crossover's.
fn butterworth_split(relative_frequency: f64) -> (Complex64, Complex64) {
    let s = Complex64::new(0.0, relative_frequency);
    let denominator = ((s + 2.0) * s + 2.0) * s + 1.0;
    (denominator.inv(), s * s * s / denominator)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::presets;
    use crate::engine::Timing;
    use crate::upmix::UpmixMode;

    #[test]
    fn crossover_is_power_complementary_and_all_pass() {
        for x in [0.01, 0.3, 1.0, 2.0, 50.0] {
            let (low, high) = butterworth_split(x);
            assert!((low.norm_sqr() + high.norm_sqr() - 1.0).abs() < 1e-12);
            assert!(((low + high).norm() - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn drivers_of_one_reference_hand_over_at_their_crossover() {
        let full = &presets()
            .iter()
            .find(|preset| preset.file_stem == "tabletop-full")
            .unwrap()
            .device;
        let grid = Grid::new(&Timing::new(48_000.0, UpmixMode::High));
        let [left, woofer] = [0, 4];
        let weights = reference_weights(full, &[left, woofer], &[0.0; 5], &grid);
        let at = |frequency_hz: f64| grid.frequencies_hz.partition_point(|&f| f < frequency_hz);
        assert!(weights[at(40.0)][woofer].norm() > 0.99 && weights[at(1000.0)][left].norm() > 0.99);
        assert!(
            weights
                .iter()
                .all(|w| ((w[left] + w[woofer]).norm() - 1.0).abs() < 1e-9)
        );
        // A reference driver is open below its band where it plays alone, and closed where another one does.
        let open = gates(full, &weights[at(1000.0)], 1000.0, 1.0);
        assert!(open[left] == 1.0 && open[woofer] < 0.01);
        let alone: Vec<Complex64> = [1.0, 0.0, 0.0, 0.0, 0.0].map(Complex64::from).into();
        assert_eq!(gates(full, &alone, 50.0, 1.0)[left], 1.0);
        assert_eq!(gates(full, &alone, 1000.0, 0.0), [1.0, 0.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn gates_open_inside_the_band_and_close_outside() {
        let gate = |f| band_gate(Some([200.0, 5000.0]), f);
        assert_eq!([gate(100.0), gate(1000.0), gate(8000.0)], [0.0, 1.0, 0.0]);
        assert!((gate(200.0) - 0.5).abs() < 1e-12);
        assert_eq!(band_gate(None, 10.0), 1.0);
    }
}
