//! Programmes at which an extractor must not be heard working: steady tones, a source on one side only, mono.

use std::f64::consts::{FRAC_PI_4, TAU};

use super::estimators::Estimator;
use super::mixdown::Mixdown;
use super::score::Random;
use super::tracks::{SAMPLE_RATE, SAMPLES};

/// Frequencies, between bins, and positions of the tones.
const TONES: [(f64, f64); 3] = [(1003.0, 0.0), (397.0, -0.5), (2609.0, 0.6)];
/// The start is left out: positions are learnt.
const SETTLED: usize = 6 * SAMPLE_RATE as usize;

/// What is in the centre besides three steady tones, relative to the one that is centred, decibels: a modulation makes sidebands.
pub fn modulation_db(estimator: Estimator, window: usize) -> f64 {
    let mut tones = silence();
    for (frequency_hz, position) in TONES {
        let step = TAU * frequency_hz / f64::from(SAMPLE_RATE);
        let (right, left) = (FRAC_PI_4 * (1.0 + position)).sin_cos();
        for n in 0..SAMPLES {
            let tone = 0.1 * (step * n as f64).sin();
            if position == 0.0 {
                tones.center[n] = (0.5_f64.sqrt() * tone) as f32;
            } else {
                tones.sides[0][n] += (left * tone) as f32;
                tones.sides[1][n] += (right * tone) as f32;
            }
        }
    }
    let estimate = estimator.estimate(&tones, window);
    let mut rest: Vec<f64> = estimate[SETTLED..SAMPLES - window]
        .iter()
        .map(|&v| f64::from(v))
        .collect();
    let mut centered = 0.0;
    // Twice: tones that do not fit the stretch a whole number of times are not quite orthogonal.
    for round in 0..2 {
        for (index, (frequency_hz, _)) in TONES.iter().enumerate() {
            let step = TAU * frequency_hz / f64::from(SAMPLE_RATE);
            for phase in [0.0, FRAC_PI_4 * 2.0] {
                let wave = |n: usize| (step * n as f64 + phase).sin();
                let gain = 2.0 * rest.iter().enumerate().map(|(n, v)| v * wave(n)).sum::<f64>() / rest.len() as f64;
                rest.iter_mut().enumerate().for_each(|(n, v)| *v -= gain * wave(n));
                if round == 0 && index == 0 {
                    centered += 0.5 * gain * gain;
                }
            }
        }
    }
    10.0 * (rest.iter().map(|v| v * v).sum::<f64>() / rest.len() as f64 / centered).log10()
}

/// Noise on the left only: level of the centre relative to it, decibels.
pub fn hard_panned_db(estimator: Estimator, window: usize) -> f64 {
    let mut mixdown = silence();
    mixdown.sides[0] = noise();
    let estimate = estimator.estimate(&mixdown, window);
    10.0 * (power(&estimate) / power(&mixdown.sides[0])).max(1e-30).log10()
}

/// Noise in both channels alike: level of what is not in the centre relative to it, decibels.
pub fn mono_db(estimator: Estimator, window: usize) -> f64 {
    let mixdown = Mixdown {
        center: noise(),
        ..silence()
    };
    let estimate = estimator.estimate(&mixdown, window);
    let rest: Vec<f32> = mixdown.center.iter().zip(&estimate).map(|(c, e)| c - e).collect();
    10.0 * (power(&rest) / power(&mixdown.center)).max(1e-30).log10()
}

fn silence() -> Mixdown {
    Mixdown {
        center: vec![0.0; SAMPLES],
        sides: [vec![0.0; SAMPLES], vec![0.0; SAMPLES]],
    }
}

fn noise() -> Vec<f32> {
    let mut random = Random::new(77);
    (0..SAMPLES).map(|_| 0.1 * random.uniform() as f32).collect()
}

fn power(signal: &[f32]) -> f64 {
    signal[SETTLED..SAMPLES - SAMPLE_RATE as usize]
        .iter()
        .map(|&v| f64::from(v).powi(2))
        .sum()
}
