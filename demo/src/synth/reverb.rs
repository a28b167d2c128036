//! A light stereo reverb: a feedback delay network with a Hadamard matrix (Jot and Chaigne, AES 90, 1991).

use super::SAMPLE_RATE_HZ;

/// Delay lines, samples at 48 kHz; mutually prime.
const DELAYS: [usize; 8] = [1423, 1657, 1901, 2179, 2437, 2677, 2953, 3251];

/// Time in which the reverb decays by 60 dB, seconds.
const DECAY_S: f64 = 1.3;

/// Treble kept per trip through a delay line.
const BRIGHTNESS: f32 = 0.6;

/// The reverberation alone of a stereo signal. Left input feeds the even lines, right the odd; outputs likewise.
pub fn reverberate(input: &[Vec<f32>; 2]) -> [Vec<f32>; 2] {
    let gains = DELAYS.map(|delay| 10_f64.powf(-3.0 * delay as f64 / (DECAY_S * f64::from(SAMPLE_RATE_HZ))) as f32);
    let mut lines = DELAYS.map(|delay| vec![0.0_f32; delay]);
    let mut damped = [0.0_f32; DELAYS.len()];
    let mut output = [Vec::with_capacity(input[0].len()), Vec::with_capacity(input[0].len())];
    for (frame, samples) in input[0].iter().zip(&input[1]).enumerate() {
        let samples = [*samples.0, *samples.1];
        for (k, line) in lines.iter().enumerate() {
            damped[k] += BRIGHTNESS * (gains[k] * line[frame % DELAYS[k]] - damped[k]);
        }
        for (side, channel) in output.iter_mut().enumerate() {
            channel.push(damped.iter().skip(side).step_by(2).sum::<f32>() * 0.5);
        }
        let mixed = hadamard(damped);
        for (k, line) in lines.iter_mut().enumerate() {
            line[frame % DELAYS[k]] = mixed[k] + samples[k % 2];
        }
    }
    output
}

/// Orthonormal Hadamard transform: mixes without gain or loss.
fn hadamard(mut values: [f32; 8]) -> [f32; 8] {
    for half in [1, 2, 4] {
        for start in (0..8).filter(|index| index & half == 0) {
            let (a, b) = (values[start], values[start + half]);
            (values[start], values[start + half]) = (a + b, a - b);
        }
    }
    values.map(|value| value * std::f32::consts::FRAC_1_SQRT_2 * 0.5)
}
