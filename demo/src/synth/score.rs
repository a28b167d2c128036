//! What is played: four bars in D major.

use super::voice::Vowel;

/// Duration of a beat in seconds: 75 beats a minute.
const BEAT_S: f64 = 0.8;

/// Beats of the piece.
const BEATS: f64 = 16.0;

/// Time for the last notes and the reverb to fade, seconds.
const FADE_S: f64 = 1.6;

/// Chords as MIDI notes from low to high, two beats each: D, D, b minor, b minor, G, G, A, D.
const CHORDS: [[u8; 4]; 8] = {
    const D: [u8; 4] = [50, 57, 62, 66];
    const B_MINOR: [u8; 4] = [47, 54, 59, 62];
    const G: [u8; 4] = [43, 50, 55, 59];
    const A: [u8; 4] = [45, 52, 57, 61];
    [D, D, B_MINOR, B_MINOR, G, G, A, D]
};

/// A sung note.
pub struct SungNote {
    /// Onset in seconds.
    pub start_s: f64,
    /// Duration in seconds.
    pub duration_s: f64,
    /// Fundamental in hertz.
    pub frequency_hz: f64,
    /// What it is sung on.
    pub vowel: Vowel,
}

/// A plucked note.
pub struct Pluck {
    /// Onset in seconds.
    pub start_s: f64,
    /// Fundamental in hertz.
    pub frequency_hz: f64,
    /// Strength, 0 to 1.
    pub strength: f32,
}

/// Duration of the piece in seconds, fade included.
pub fn seconds() -> f64 {
    BEATS * BEAT_S + FADE_S
}

/// The melody: (MIDI note, beats, vowel).
pub fn melody() -> Vec<SungNote> {
    use Vowel::{A, E, O, U};
    const NOTES: [(u8, f64, Vowel); 11] = [
        (66, 2.0, A),
        (69, 2.0, O),
        (71, 1.5, A),
        (69, 0.5, E),
        (66, 2.0, O),
        (67, 1.0, U),
        (69, 1.0, A),
        (71, 2.0, E),
        (69, 1.0, O),
        (64, 1.0, U),
        (62, 2.0, A),
    ];
    let mut beat = 0.0;
    let sung = NOTES.iter().map(|&(note, beats, vowel)| {
        let start_s = beat * BEAT_S;
        beat += beats;
        SungNote {
            start_s,
            duration_s: beats * BEAT_S,
            frequency_hz: frequency_hz(note),
            vowel,
        }
    });
    sung.collect()
}

/// The two string parts: quavers upwards on the left; on the right an octave above, in threes against the left's fours.
pub fn plucks() -> [Vec<Pluck>; 2] {
    let left = (0..32).map(|quaver| pluck(f64::from(quaver) * 0.5, [0, 1, 2, 3][quaver as usize % 4], 0));
    let right = (0..21).map(|step| pluck(0.25 + f64::from(step) * 0.75, [3, 1, 2][step as usize % 3], 12));
    [left.collect(), right.collect()]
}

fn pluck(beat: f64, chord_tone: usize, transpose: u8) -> Pluck {
    let chord = CHORDS[(beat / 2.0) as usize % CHORDS.len()];
    let strength = if beat.fract() == 0.0 { 1.0 } else { 0.75 };
    Pluck {
        start_s: beat * BEAT_S,
        frequency_hz: frequency_hz(chord[chord_tone] + transpose),
        strength,
    }
}

fn frequency_hz(midi_note: u8) -> f64 {
    440.0 * ((f64::from(midi_note) - 69.0) / 12.0).exp2()
}
