//! The tone equaliser: each path as heard at the design point, towards a flat source at the device.

use realfft::RealFftPlanner;
use realfft::num_complex::Complex64;

use super::grid::Grid;

/// Largest boost and cut, dB.
const LARGEST_BOOST_DB: f64 = 9.0;
const LARGEST_CUT_DB: f64 = 12.0;
/// Up to this boost the limit changes next to nothing, dB.
pub(super) const UNBENT_BOOST_DB: f64 = 8.5;
/// Half-width of the smoothing window, octaves: third octaves.
const SMOOTHING_OCTAVES: f64 = 1.0 / 6.0;
/// The equaliser works between these, Hz, and holds its value outside: below, drivers are small against the wave; above,
/// heads differ too much.
const LOWEST_HZ: f64 = 100.0;
pub(super) const HIGHEST_HZ: f64 = 16_000.0;

/// Minimum-phase response that turns the power response `heard` into `flat`, both on the grid, at a strength of 0 to 1. At
/// 0 it is exactly 1. It covers the whole transform, so that an equalised path loses nothing above the grid.
pub fn tone_response(grid: &Grid, heard: &[f64], flat: &[f64], strength: f64) -> Vec<Complex64> {
    if strength <= 0.0 {
        return vec![Complex64::from(1.0); grid.transform_bins()];
    }
    let frequencies = &grid.frequencies_hz;
    let smoothed_db =
        |values: &[f64], frequency_hz: f64| power_db(third_octave_power(frequencies, values, frequency_hz));
    let gains_db: Vec<f64> = frequencies
        .iter()
        .map(|&f| {
            let f = f.clamp(LOWEST_HZ, HIGHEST_HZ);
            soft_limit(smoothed_db(flat, f) - smoothed_db(heard, f)) * strength
        })
        .collect();
    minimum_phase(grid, &gains_db)
}

/// Mean of a power response over a third octave around a frequency.
pub(super) fn third_octave_power(frequencies_hz: &[f64], power: &[f64], frequency_hz: f64) -> f64 {
    let ratio = SMOOTHING_OCTAVES.exp2();
    let first = frequencies_hz.partition_point(|&f| f < frequency_hz / ratio);
    let last = frequencies_hz
        .partition_point(|&f| f <= frequency_hz * ratio)
        .max(first + 1)
        .min(power.len());
    let window = &power[first.min(last - 1)..last];
    window.iter().sum::<f64>() / window.len() as f64
}

/// A power in decibels, finite for silence.
pub(super) fn power_db(power: f64) -> f64 {
    10.0 * power.max(f64::MIN_POSITIVE).log10()
}

/// Bends gains smoothly so that they never pass the limits; those up to [`UNBENT_BOOST_DB`] change by 0.12 dB at most.
fn soft_limit(gain_db: f64) -> f64 {
    const SHARPNESS: f64 = 20.0;
    let limit = if gain_db > 0.0 {
        LARGEST_BOOST_DB
    } else {
        LARGEST_CUT_DB
    };
    gain_db / (1.0 + (gain_db.abs() / limit).powf(SHARPNESS)).powf(1.0 / SHARPNESS)
}

/// Minimum-phase response with the given gains, through the real cepstrum (Oppenheim and Schafer).
fn minimum_phase(grid: &Grid, gains_db: &[f64]) -> Vec<Complex64> {
    /// Keeps the cepstrum from folding back.
    const OVERSAMPLING: usize = 4;
    let length = OVERSAMPLING * grid.fft_length;
    let mut planner = RealFftPlanner::<f64>::new();
    let (forward, inverse) = (planner.plan_fft_forward(length), planner.plan_fft_inverse(length));
    let mut spectrum = inverse.make_input_vec();
    for (fine, value) in spectrum.iter_mut().enumerate() {
        let at = fine as f64 / OVERSAMPLING as f64;
        let bin = (at as usize).min(gains_db.len() - 1);
        let next = (bin + 1).min(gains_db.len() - 1);
        let gain_db = gains_db[bin] + (gains_db[next] - gains_db[bin]) * (at - bin as f64).min(1.0);
        *value = Complex64::from(gain_db * std::f64::consts::LN_10 / 20.0);
    }
    let mut cepstrum = inverse.make_output_vec();
    // The lengths are those of the plans, so the transforms cannot fail.
    let _ = inverse.process(&mut spectrum, &mut cepstrum);
    let scale = 1.0 / length as f64;
    for (n, value) in cepstrum.iter_mut().enumerate() {
        let fold = match n {
            n if n == 0 || n == length / 2 => 1.0,
            n if n < length / 2 => 2.0,
            _ => 0.0,
        };
        *value *= fold * scale;
    }
    let _ = forward.process(&mut cepstrum, &mut spectrum);
    (0..grid.len()).map(|bin| spectrum[bin * OVERSAMPLING].exp()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Timing;
    use crate::upmix::UpmixMode;

    fn grid() -> Grid {
        Grid::new(&Timing::new(48_000.0, UpmixMode::High))
    }

    #[test]
    fn restores_a_flat_response_and_is_neutral_at_zero() {
        let grid = grid();
        let flat = vec![1.0; grid.len()];
        let heard: Vec<f64> = grid
            .frequencies_hz
            .iter()
            .map(|f| 1.0 / (1.0 + (f / 3000.0).powi(2)))
            .collect();
        let response = tone_response(&grid, &heard, &flat, 1.0);
        for (bin, &f) in grid
            .frequencies_hz
            .iter()
            .enumerate()
            .filter(|(_, f)| (200.0..4000.0).contains(*f))
        {
            let level_db = 10.0 * (heard[bin] * response[bin].norm_sqr()).log10();
            assert!(level_db.abs() < 0.3, "{f} Hz: {level_db} dB");
        }
        assert!(
            tone_response(&grid, &heard, &flat, 0.0)
                .iter()
                .all(|&t| t == Complex64::from(1.0))
        );
    }

    #[test]
    fn boost_and_cut_stay_within_their_limits() {
        let grid = grid();
        let flat = vec![1.0; grid.len()];
        for (power, limit_db) in [(1e-6, LARGEST_BOOST_DB), (1e6, LARGEST_CUT_DB)] {
            let response = tone_response(&grid, &vec![power; grid.len()], &flat, 1.0);
            let largest = response
                .iter()
                .map(|t| 20.0 * t.norm().log10().abs())
                .fold(0.0, f64::max);
            assert!(largest <= limit_db + 1e-6 && largest > limit_db - 0.2, "{largest}");
        }
    }

    #[test]
    fn the_response_is_minimum_phase() {
        let grid = grid();
        let gains: Vec<f64> = grid
            .frequencies_hz
            .iter()
            .map(|f| 6.0 / (1.0 + (f / 1000.0).powi(2)))
            .collect();
        // A causal response has its energy after time zero, here tap 256. A smooth end of the spectrum keeps the ringing of
        // the band limit out.
        let taper = |bin: usize| {
            (0.5 * std::f64::consts::PI * bin as f64 / grid.len() as f64)
                .cos()
                .powi(2)
        };
        let response = minimum_phase(&grid, &gains);
        let tapered: Vec<Complex64> = response.iter().enumerate().map(|(bin, r)| r * taper(bin)).collect();
        let realiser = super::super::realise::Realiser::new(grid, 512);
        let taps = realiser.taps(&realiser.delayed(&tapered, 256.0));
        let energy = |taps: &[f64]| taps.iter().map(|x| x * x).sum::<f64>();
        assert!(energy(&taps[..250]) < 1e-4 * energy(&taps[250..]));
    }
}
