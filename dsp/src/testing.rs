//! Signals and measures that unit tests share.

use std::f64::consts::TAU;

/// White noise, uniform in −1..1, the same for the same seed.
pub fn noise(seed: u64, samples: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..samples).map(|_| next()).collect()
}

/// Noise of 150 sines at random frequencies within a band, at 48 kHz, power 1.
pub fn band_noise(seed: u64, samples: usize, band_hz: [f64; 2]) -> Vec<f32> {
    const SINES: usize = 150;
    let random = noise(seed, 2 * SINES);
    let mut sum = vec![0.0; samples];
    for pair in random.chunks(2) {
        let frequency_hz = band_hz[0] + (band_hz[1] - band_hz[0]) * (0.5 + 0.5 * f64::from(pair[0]));
        let (step, phase) = (TAU * frequency_hz / 48_000.0, TAU * f64::from(pair[1]));
        for (n, sample) in sum.iter_mut().enumerate() {
            *sample += (step * n as f64 + phase).sin() * (2.0 / SINES as f64).sqrt();
        }
    }
    sum.iter().map(|&v| v as f32).collect()
}

/// Mean square of a signal.
pub fn power(signal: &[f32]) -> f64 {
    signal.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>() / signal.len() as f64
}

/// Power ratio in decibels.
pub fn db(ratio: f64) -> f64 {
    10.0 * ratio.log10()
}
