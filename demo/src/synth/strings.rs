//! Plucked strings (Karplus and Strong, Computer Music Journal 7(2), 1983).

use super::SAMPLE_RATE_HZ;
use super::score::Pluck;

/// Loss per trip along the string.
const FEEDBACK: f32 = 0.996;

/// How long one string sounds, seconds.
const RING_S: f64 = 2.4;

/// Fade at the end of the ring, seconds.
const FADE_S: f64 = 0.2;

/// Plays all plucks into `frames` samples.
pub fn play(plucks: &[Pluck], frames: usize) -> Vec<f32> {
    let rate = f64::from(SAMPLE_RATE_HZ);
    let mut samples = vec![0.0; frames];
    for (index, pluck) in plucks.iter().enumerate() {
        let start = (pluck.start_s * rate) as usize;
        let string = ring(pluck.frequency_hz, index as u32);
        for (sample, sound) in samples.iter_mut().skip(start).zip(string) {
            *sample += pluck.strength * sound;
        }
    }
    samples
}

/// One string: a burst of noise that goes round a delay line and loses its treble on the way.
fn ring(frequency_hz: f64, seed: u32) -> Vec<f32> {
    let rate = f64::from(SAMPLE_RATE_HZ);
    // The two-point average delays by half a sample, the all-pass by the fraction that remains.
    let period = rate / frequency_hz - 0.5;
    let length = (period - 0.1).floor();
    let fraction = period - length;
    let allpass = ((1.0 - fraction) / (1.0 + fraction)) as f32;
    let mut line = burst(length as usize, seed);
    let (mut last, mut allpass_in, mut allpass_out) = (0.0, 0.0, 0.0);
    let (frames, fade) = ((RING_S * rate) as usize, FADE_S * rate);
    let mut samples = Vec::with_capacity(frames);
    let mut position = 0;
    for frame in 0..frames {
        let now = line[position];
        let averaged = FEEDBACK * 0.5 * (now + last);
        last = now;
        allpass_out = allpass * (averaged - allpass_out) + allpass_in;
        allpass_in = averaged;
        line[position] = allpass_out;
        position = (position + 1) % line.len();
        samples.push(now * ((frames - frame) as f64 / fade).min(1.0) as f32);
    }
    samples
}

/// Smoothed white noise without a mean: the softness of a finger rather than a plectrum.
fn burst(length: usize, seed: u32) -> Vec<f32> {
    // Numerical Recipes' linear congruential generator; the high bits are good enough to pluck with.
    let mut state = seed.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let mut smooth = 0.0;
    let mut noise: Vec<f32> = (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let white = (state >> 8) as f32 / (1 << 23) as f32 - 1.0;
            smooth += 0.5 * (white - smooth);
            smooth
        })
        .collect();
    let mean = noise.iter().sum::<f32>() / length as f32;
    noise.iter_mut().for_each(|sample| *sample -= mean);
    noise
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A string sounds at the pitch asked for, within 3 cents: its waveform repeats after one period.
    #[test]
    fn strings_are_in_tune() {
        for frequency_hz in [98.0, 220.0, 440.0] {
            let string = ring(frequency_hz, 1);
            let steady = &string[SAMPLE_RATE_HZ as usize / 2..];
            let periods = 40.0;
            let similarity = |hz: f64| -> f64 {
                let lag = periods * f64::from(SAMPLE_RATE_HZ) / hz;
                let (whole, part) = (lag as usize, lag.fract() as f32);
                let later = (0..8000).map(|n| steady[n + whole] * (1.0 - part) + steady[n + whole + 1] * part);
                later.zip(steady).map(|(a, b)| f64::from(a * b)).sum()
            };
            let cents = |c: f64| frequency_hz * (c / 1200.0).exp2();
            let best =
                (-20..=20).max_by(|a, b| similarity(cents(f64::from(*a))).total_cmp(&similarity(cents(f64::from(*b)))));
            assert!(
                best.is_some_and(|cents: i32| cents.abs() <= 3),
                "{frequency_hz} Hz is off by {best:?} cents"
            );
        }
    }
}
