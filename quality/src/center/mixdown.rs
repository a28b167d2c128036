//! Mixes as sound: tracks at their positions, and the room around them.

use std::f64::consts::{FRAC_PI_4, TAU};

use anyhow::Result;
use realfft::RealFftPlanner;

use super::mixes::{Mix, Source, Track};
use super::score::Random;
use super::tracks::{SAMPLE_RATE, SAMPLES, Studio};

/// A stereo signal, or anything else with a left and a right.
pub type Pair = [Vec<f32>; 2];

/// A mix whose parts are known: `center + sides[0]` is left, `center + sides[1]` right.
pub struct Mixdown {
    /// What the tracks in the centre have in each channel.
    pub center: Vec<f32>,
    /// All other tracks and the room, left and right.
    pub sides: Pair,
}

/// Before the room answers.
const PREDELAY_S: f64 = 0.012;
/// The room's highs die sooner: corner of a first-order low-pass.
const DAMPING_HZ: f64 = 5000.0;

impl Mixdown {
    /// Plays the tracks and puts them together.
    ///
    /// # Errors
    /// If a synthesiser is missing or fails.
    pub fn new(mix: &Mix, studio: &Studio) -> Result<Self> {
        let mut mixdown = Self {
            center: vec![0.0; SAMPLES],
            sides: [vec![0.0; SAMPLES], vec![0.0; SAMPLES]],
        };
        let mut send = vec![0.0; SAMPLES];
        for track in mix.tracks {
            if let Source::Noise(seed) = track.source {
                for (channel, side) in mixdown.sides.iter_mut().enumerate() {
                    // Each channel has half of the power.
                    let noise = levelled(pink(2 * seed + channel as u64), track.level_db - 10.0 * 2_f64.log10());
                    add(&noise, 1.0, side);
                }
                continue;
            }
            let sound = levelled(studio.track(&track.source, &mix.piece)?, track.level_db);
            add(&sound, 1.0, &mut send);
            mixdown.place(track, &sound);
        }
        for (channel, side) in mixdown.sides.iter_mut().enumerate() {
            let gain = 10_f64.powf(mix.room_db / 20.0) * 0.5_f64.sqrt();
            add(
                &convolved(&send, &room(mix.reverberation_s, channel as u64)),
                gain,
                side,
            );
        }
        Ok(mixdown)
    }

    /// Left and right.
    pub fn channels(&self) -> Pair {
        self.sides.each_ref().map(|side| {
            let mut channel = side.clone();
            add(&self.center, 1.0, &mut channel);
            channel
        })
    }

    fn place(&mut self, track: &Track, sound: &[f32]) {
        if track.position == 0.0 {
            add(sound, 0.5_f64.sqrt(), &mut self.center);
            return;
        }
        let (right, left) = (FRAC_PI_4 * (1.0 + track.position)).sin_cos();
        for (side, gain) in self.sides.iter_mut().zip([left, right]) {
            add(sound, gain, side);
        }
    }
}

/// `sum += gain signal`.
fn add(signal: &[f32], gain: f64, sum: &mut [f32]) {
    for (sum, v) in sum.iter_mut().zip(signal) {
        *sum += gain as f32 * v;
    }
}

/// The signal at this level while it sounds: that of the blocks of 50 ms within 30 dB of the loudest.
fn levelled(mut signal: Vec<f32>, level_db: f64) -> Vec<f32> {
    let power = |block: &[f32]| block.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>() / block.len() as f64;
    let powers: Vec<f64> = signal.chunks(SAMPLE_RATE as usize / 20).map(power).collect();
    let loudest = powers.iter().fold(0.0, |a: f64, &b| a.max(b));
    let sounding: Vec<f64> = powers.into_iter().filter(|&p| p > 1e-3 * loudest).collect();
    let mean = sounding.iter().sum::<f64>() / sounding.len() as f64;
    let gain = (10_f64.powf(level_db / 10.0) / mean).sqrt() as f32;
    signal.iter_mut().for_each(|v| *v *= gain);
    signal
}

/// Noise whose power falls by 3 dB per octave: white noise through three first-order sections (after P. Kellet), within 1 dB
/// from 100 Hz to 20 kHz.
fn pink(seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed ^ 0x5EED);
    let mut state = [0.0; 3];
    let mut next = || {
        let white = random.uniform();
        for (state, (pole, gain)) in state
            .iter_mut()
            .zip([(0.99765, 0.0990460), (0.963, 0.2965164), (0.57, 1.0526913)])
        {
            *state = pole * *state + gain * white;
        }
        (state.iter().sum::<f64>() + 0.1848 * white) as f32
    };
    (0..SAMPLES).map(|_| next()).collect()
}

/// Impulse response of a diffuse room to one ear, energy 1: noise under an exponential. `channel` tells the ears apart.
fn room(reverberation_s: f64, channel: u64) -> Vec<f32> {
    let rate = f64::from(SAMPLE_RATE);
    let silent = (PREDELAY_S * rate) as usize;
    let mut random = Random::new(1000 + channel);
    let damping = 1.0 - (-TAU * DAMPING_HZ / rate).exp();
    let mut damped = 0.0;
    let mut response = vec![0.0; silent];
    response.extend((0..(reverberation_s * rate) as usize).map(|n| {
        damped += damping * (random.uniform() - damped);
        // 60 dB, a factor of 1000 in amplitude, over the reverberation time.
        damped * 1000_f64.powf(-(n as f64) / (reverberation_s * rate))
    }));
    let norm = response.iter().map(|v| v * v).sum::<f64>().sqrt();
    response.into_iter().map(|v| (v / norm) as f32).collect()
}

/// The signal through a filter, as long as the signal.
fn convolved(signal: &[f32], filter: &[f32]) -> Vec<f32> {
    let length = (signal.len() + filter.len()).next_power_of_two();
    let mut planner = RealFftPlanner::<f32>::new();
    let (forward, inverse) = (planner.plan_fft_forward(length), planner.plan_fft_inverse(length));
    let spectrum = |signal: &[f32]| {
        let mut padded = signal.to_vec();
        padded.resize(length, 0.0);
        let mut spectrum = forward.make_output_vec();
        forward
            .process(&mut padded, &mut spectrum)
            .expect("lengths are those of the plan");
        spectrum
    };
    let mut product = spectrum(signal);
    for (a, b) in product.iter_mut().zip(spectrum(filter)) {
        *a *= b / length as f32;
    }
    (product[0].im, product[length / 2].im) = (0.0, 0.0);
    let mut output = inverse.make_output_vec();
    inverse
        .process(&mut product, &mut output)
        .expect("lengths are those of the plan");
    output.truncate(signal.len());
    output
}
