//! When a path arrives at the listener, heard from its filters.

use realfft::num_complex::Complex64;

use super::driver_spectra::DriverSpectra;
use crate::acoustics::{Ear, HeadPose, Plant};
use crate::array::{Device, Path};
use crate::constants::SPEED_OF_SOUND;
use crate::design::Design;
use crate::engine::Timing;
use crate::level::CenterShelf;

/// Frequencies of the cross-correlation, Hz: 500 Hz to 4 kHz.
const LOWEST_HZ: f64 = 500.0;
const SPACING_HZ: f64 = 12.5;
const BINS: usize = 281;
/// Arrivals are sought within this time of the direct sound, seconds, to this share of a sample.
const RANGE_S: f64 = 0.01;
const STEP_SAMPLES: f64 = 0.02;

/// Arrival of left at the left ear, right at the right ear, and the centre (the mean of both ears, low shelf included),
/// with the full effects: peak of the cross-correlation with the programme from 500 Hz to 4 kHz, samples after the direct
/// sound of a source at the device without the modelling delay.
#[must_use]
pub fn arrivals_samples(device: &Device, design: &Design, timing: &Timing, pose: &HeadPose) -> [f64; 3] {
    let frequencies_hz: Vec<f64> = (0..BINS).map(|bin| LOWEST_HZ + SPACING_HZ * bin as f64).collect();
    let plant = Plant::new(device, &frequencies_hz);
    let ears = plant.ears(pose);
    let rate = timing.sample_rate;
    let distance_m = pose.center_m().iter().map(|x| x * x).sum::<f64>().sqrt();
    let bulk = distance_m / SPEED_OF_SOUND * rate + timing.modelling_delay as f64;
    let shelf = CenterShelf::new(rate);
    let arrival = |path: Path, ear: Ear| {
        let spectra = DriverSpectra::new(device, &design.drivers[path as usize], 1.0, rate, &frequencies_hz);
        let mut pressure = spectra.pressure(ears.ear(ear));
        if path == Path::Center {
            pressure
                .iter_mut()
                .zip(&frequencies_hz)
                .for_each(|(p, &f)| *p *= shelf.response(f));
        }
        peak_samples(&pressure, &frequencies_hz, rate, bulk)
    };
    [
        arrival(Path::Left, Ear::Left),
        arrival(Path::Right, Ear::Right),
        0.5 * (arrival(Path::Center, Ear::Left) + arrival(Path::Center, Ear::Right)),
    ]
}

/// Lag after `bulk` of the highest correlation.
fn peak_samples(response: &[Complex64], frequencies_hz: &[f64], sample_rate: f64, bulk: f64) -> f64 {
    let correlation = |lag: f64| -> f64 {
        let turned = response
            .iter()
            .zip(frequencies_hz)
            .map(|(p, f)| (p * Complex64::from_polar(1.0, std::f64::consts::TAU * f / sample_rate * (bulk + lag))).re);
        turned.sum()
    };
    let highest = |lags: &mut dyn Iterator<Item = f64>| {
        lags.map(|lag| (lag, correlation(lag)))
            .fold(
                (0.0, f64::NEG_INFINITY),
                |best, at| if at.1 > best.1 { at } else { best },
            )
            .0
    };
    let range = (RANGE_S * sample_rate) as i64;
    let coarse = highest(&mut (-range..=range).map(|lag| lag as f64));
    let fine = (1.0 / STEP_SAMPLES) as i64;
    highest(&mut (-fine..=fine).map(|step| coarse + STEP_SAMPLES * step as f64))
}
