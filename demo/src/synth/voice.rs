//! A singing voice: harmonics of the sung pitch, weighted by the resonances (formants) of a vowel.

use super::SAMPLE_RATE_HZ;
use super::score::SungNote;
use std::f64::consts::TAU;

/// Frames between updates of the harmonics' amplitudes, which are interpolated.
const CONTROL_FRAMES: usize = 64;

/// Highest harmonic frequency, hertz.
const HIGHEST_HZ: f64 = 10_000.0;

/// Vibrato: rate in hertz, depth in semitones, time to full depth in seconds.
const VIBRATO_HZ: f64 = 5.4;
const VIBRATO_SEMITONES: f64 = 0.28;
const VIBRATO_ONSET_S: f64 = 0.5;

/// Time constant with which pitch and vowel glide to the next note, seconds.
const GLIDE_S: f64 = 0.045;

/// Fade in and out of a phrase, seconds.
const ATTACK_S: f64 = 0.06;
const RELEASE_S: f64 = 0.25;

/// What a note is sung on.
#[derive(Clone, Copy)]
pub enum Vowel {
    /// As in "father".
    A,
    /// As in "bed".
    E,
    /// As in "more".
    O,
    /// As in "soon".
    U,
}

/// One resonance: centre and bandwidth in hertz, level in decibels.
type Formant = (f64, f64, f64);

impl Vowel {
    /// Formants of an alto voice (Csound manual, appendix D, formant values).
    fn formants(self) -> [Formant; 5] {
        match self {
            Self::A => [
                (800.0, 80.0, 0.0),
                (1150.0, 90.0, -4.0),
                (2800.0, 120.0, -20.0),
                (3500.0, 130.0, -36.0),
                (4950.0, 140.0, -60.0),
            ],
            Self::E => [
                (400.0, 60.0, 0.0),
                (1600.0, 80.0, -24.0),
                (2700.0, 120.0, -30.0),
                (3300.0, 150.0, -35.0),
                (4950.0, 200.0, -60.0),
            ],
            Self::O => [
                (450.0, 70.0, 0.0),
                (800.0, 80.0, -9.0),
                (2830.0, 100.0, -16.0),
                (3500.0, 130.0, -28.0),
                (4950.0, 135.0, -55.0),
            ],
            Self::U => [
                (325.0, 50.0, 0.0),
                (700.0, 60.0, -12.0),
                (2530.0, 170.0, -30.0),
                (3500.0, 180.0, -40.0),
                (4950.0, 200.0, -64.0),
            ],
        }
    }
}

/// Sings the melody; `frames` samples of peak 1.
pub fn sing(melody: &[SungNote], frames: usize) -> Vec<f32> {
    let rate = f64::from(SAMPLE_RATE_HZ);
    let glide = 1.0 - (-(CONTROL_FRAMES as f64) / (GLIDE_S * rate)).exp();
    let mut singer = Singer::new(melody);
    let mut samples = Vec::with_capacity(frames + CONTROL_FRAMES);
    while samples.len() < frames {
        let seconds = samples.len() as f64 / rate;
        let Some(note) = melody.iter().rfind(|note| note.start_s <= seconds) else {
            break;
        };
        singer.approach(note, seconds, glide);
        let level = loudness(melody, note, seconds);
        singer.sing_block(level, &mut samples);
    }
    samples.truncate(frames);
    let peak = samples
        .iter()
        .fold(f32::MIN_POSITIVE, |peak, sample| peak.max(sample.abs()));
    samples.iter().map(|sample| sample / peak).collect()
}

/// Level, 0 to 1: one breath for the whole melody, with a slight swell on every note.
fn loudness(melody: &[SungNote], note: &SungNote, seconds: f64) -> f64 {
    let end_s = melody.last().map_or(0.0, |last| last.start_s + last.duration_s);
    let breath = (seconds / ATTACK_S).min((end_s - seconds) / RELEASE_S).clamp(0.0, 1.0);
    let position = ((seconds - note.start_s) / note.duration_s).clamp(0.0, 1.0);
    breath * (0.75 + 0.25 * (position * TAU / 2.0).sin())
}

/// State of the voice between control blocks.
struct Singer {
    formants: [Formant; 5],
    frequency_hz: f64,
    pitch_hz: f64,
    phase: f64,
    amplitudes: Vec<f64>,
}

impl Singer {
    fn new(melody: &[SungNote]) -> Self {
        let first = melody.first();
        let frequency_hz = first.map_or(220.0, |note| note.frequency_hz);
        Self {
            formants: first.map_or(Vowel::A, |note| note.vowel).formants(),
            frequency_hz,
            pitch_hz: frequency_hz,
            phase: 0.0,
            amplitudes: vec![0.0; (HIGHEST_HZ / 100.0) as usize],
        }
    }

    /// Moves pitch and vowel towards the note.
    fn approach(&mut self, note: &SungNote, seconds: f64, glide: f64) {
        self.frequency_hz += glide * (note.frequency_hz - self.frequency_hz);
        for (now, goal) in self.formants.iter_mut().zip(note.vowel.formants()) {
            now.0 += glide * (goal.0 - now.0);
            now.1 += glide * (goal.1 - now.1);
            now.2 += glide * (goal.2 - now.2);
        }
        let depth = VIBRATO_SEMITONES * ((seconds - note.start_s) / VIBRATO_ONSET_S).clamp(0.0, 1.0);
        self.pitch_hz = self.frequency_hz * (depth * (TAU * VIBRATO_HZ * seconds).sin() / 12.0).exp2();
    }

    /// Sum over the formants of a resonance curve, at a frequency in hertz, with the glottal source's gentle fall.
    fn resonance(&self, frequency_hz: f64) -> f64 {
        let resonances = self.formants.iter().map(|(centre_hz, bandwidth_hz, level_db)| {
            let detune = (frequency_hz - centre_hz) / (0.5 * bandwidth_hz);
            10_f64.powf(level_db / 20.0) / (1.0 + detune * detune).sqrt()
        });
        resonances.sum::<f64>() * (self.pitch_hz / frequency_hz).sqrt()
    }

    /// Appends one control block; amplitudes move linearly to those of the present pitch, vowel and level.
    fn sing_block(&mut self, level: f64, samples: &mut Vec<f32>) {
        let goals: Vec<f64> = (1..=self.amplitudes.len())
            .map(|harmonic| harmonic as f64 * self.pitch_hz)
            .map(|hz| {
                if hz < HIGHEST_HZ {
                    level * self.resonance(hz)
                } else {
                    0.0
                }
            })
            .collect();
        for frame in 0..CONTROL_FRAMES {
            let mix = frame as f64 / CONTROL_FRAMES as f64;
            // sin(kθ) for k = 1, 2, … by the Chebyshev recurrence.
            let (sin, cos) = self.phase.sin_cos();
            let (mut before, mut now, mut sample) = (0.0, sin, 0.0);
            for (amplitude, goal) in self.amplitudes.iter().zip(&goals) {
                sample += (amplitude + mix * (goal - amplitude)) * now;
                (before, now) = (now, 2.0 * cos * now - before);
            }
            samples.push(sample as f32);
            self.phase = (self.phase + TAU * self.pitch_hz / f64::from(SAMPLE_RATE_HZ)) % TAU;
        }
        self.amplitudes = goals;
    }
}
