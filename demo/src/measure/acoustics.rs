//! Driver signals carried to the listener by the acoustic model: cancellation and beam.

use super::{Bound, Figure};
use crate::bench::{Bench, DEVICE, DRIVERS, Run, Setting};
use anyhow::{Context, Result};
use num_complex::Complex;
use proscenium_dsp::acoustics::{Ear, HeadPose, Plant};
use proscenium_dsp::array::{Device, presets};
use std::f64::consts::TAU;

/// Sample rate of the test signals, hertz.
const RATE_HZ: u32 = 48_000;

/// Place and level of the test impulse: low enough for the peak guard to leave it alone.
const IMPULSE_AT: usize = 9_600;
const IMPULSE: f32 = 0.1;

/// Distance from listener to device, metres: the parameter's default.
const DISTANCE_M: f64 = 2.0;

/// Frequencies per octave at which spectra are judged.
const PER_OCTAVE: f64 = 12.0;

/// Level at the ear meant over level at the other ear, the worse of the two inputs, at the design point.
///
/// # Errors
/// When a render fails.
pub fn cancellation(bench: &Bench) -> Result<Vec<Figure>> {
    let frequencies_hz = log_spaced(500.0, 8_000.0);
    let settings = [("Output", "Drivers"), ("Programme", "Binaural"), ("Tone", "0 %")];
    let ears = Plant::new(device()?, &frequencies_hz).ears(&HeadPose::at_distance(DISTANCE_M));
    let mut gains_db = vec![f64::INFINITY; frequencies_hz.len()];
    for (ear, input) in [(Ear::Left, [IMPULSE, 0.0]), (Ear::Right, [0.0, IMPULSE])] {
        let spectra = driver_spectra(bench, &settings, input, &frequencies_hz)?;
        for (bin, gain_db) in gains_db.iter_mut().enumerate() {
            let level = |ear| sum(&spectra, bin, |driver| ears.at(ear, driver, bin)).norm();
            *gain_db = gain_db.min(20.0 * (level(ear) / level(ear.opposite())).log10());
        }
    }
    Ok(vec![
        Figure::new(
            "cancellation at the design point, mean 500 Hz-8 kHz",
            mean(&gains_db),
            "dB",
            Bound::AtLeast(30.0),
        ),
        Figure::new(
            "cancellation at the design point, worst frequency",
            least(&gains_db),
            "dB",
            Bound::AtLeast(10.0),
        ),
    ])
}

/// Level of a centred source at ±90° below that towards the listener.
///
/// # Errors
/// When a render fails.
pub fn beam(bench: &Bench) -> Result<Vec<Figure>> {
    let frequencies_hz = log_spaced(300.0, 3_000.0);
    let settings = [
        ("Output", "Drivers"),
        ("Programme", "Stereo"),
        ("Upmix", "High"),
        ("Tone", "0 %"),
    ];
    let spectra = driver_spectra(bench, &settings, [IMPULSE, IMPULSE], &frequencies_hz)?;
    let plant = Plant::new(device()?, &frequencies_hz);
    // Azimuth 0° is towards the listener, who sits on the negative x axis as seen from the device.
    let [front, left, right] =
        [[-DISTANCE_M, 0.0, 0.0], [0.0, DISTANCE_M, 0.0], [0.0, -DISTANCE_M, 0.0]].map(|point_m| plant.field(point_m));
    let nulls_db: Vec<f64> = (0..frequencies_hz.len())
        .map(|bin| {
            let [front, left, right] =
                [&front, &left, &right].map(|field| sum(&spectra, bin, |driver| field.at(driver, bin)).norm());
            20.0 * (front / left.max(right)).log10()
        })
        .collect();
    Ok(vec![
        Figure::new(
            "beam, ±90° below on-axis, mean 300 Hz-3 kHz",
            mean(&nulls_db),
            "dB",
            Bound::AtLeast(25.0),
        ),
        Figure::new(
            "beam, ±90° below on-axis, worst frequency",
            least(&nulls_db),
            "dB",
            Bound::AtLeast(15.0),
        ),
    ])
}

fn device() -> Result<&'static Device> {
    let preset = presets().iter().find(|preset| preset.device.name == DEVICE);
    Ok(&preset.with_context(|| format!("no preset named {DEVICE}"))?.device)
}

/// Spectra of the driver signals, `[driver][bin]`, for an impulse of the given levels left and right.
fn driver_spectra(
    bench: &Bench,
    settings: &[Setting],
    levels: [f32; 2],
    frequencies_hz: &[f64],
) -> Result<Vec<Vec<Complex<f64>>>> {
    let input = levels.map(|level| {
        let mut channel = vec![0.0; RATE_HZ as usize];
        channel[IMPULSE_AT] = level;
        channel
    });
    let rendered = bench.render(&Run::offline(settings), &input, RATE_HZ, |_| ())?;
    Ok(rendered
        .channels
        .iter()
        .take(DRIVERS)
        .map(|signal| spectrum(signal, frequencies_hz))
        .collect())
}

/// Discrete-time Fourier transform at single frequencies.
fn spectrum(signal: &[f32], frequencies_hz: &[f64]) -> Vec<Complex<f64>> {
    let at = |frequency_hz: &f64| {
        let step = Complex::cis(-TAU * frequency_hz / f64::from(RATE_HZ));
        let mut turn = Complex::new(1.0, 0.0);
        let terms = signal.iter().map(|sample| {
            let term = turn * f64::from(*sample);
            turn *= step;
            term
        });
        terms.sum()
    };
    frequencies_hz.iter().map(at).collect()
}

/// Pressure of all drivers together: each one's signal times its response.
fn sum(spectra: &[Vec<Complex<f64>>], bin: usize, response: impl Fn(usize) -> Complex<f64>) -> Complex<f64> {
    spectra
        .iter()
        .enumerate()
        .map(|(driver, spectrum)| spectrum[bin] * response(driver))
        .sum()
}

fn log_spaced(low_hz: f64, high_hz: f64) -> Vec<f64> {
    let steps = ((high_hz / low_hz).log2() * PER_OCTAVE).floor() as u32;
    (0..=steps)
        .map(|step| low_hz * (f64::from(step) / PER_OCTAVE).exp2())
        .collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The least value; not a number if any value is not.
fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, |a, b| {
        if a.is_nan() || b.is_nan() { f64::NAN } else { a.min(b) }
    })
}
