//! Parts of a piece of music, written as patterns, and the MIDI files that a synthesiser plays them from.

use anyhow::{Context, Result};
use midly::num::{u4, u7, u15, u24, u28};
use midly::{Format, Header, MetaMessage, MidiMessage, Smf, Timing, Track, TrackEvent, TrackEventKind};

/// Steps of a pattern in a bar of four beats.
const STEPS_PER_BAR: usize = 16;
/// MIDI ticks in a step: 480 in a beat.
const STEP_TICKS: i64 = 120;
/// How far a played note lies from its step at most, ticks: 8 ms at 120 beats per minute.
const LOOSENESS_TICKS: i64 = 8;
/// Channel of percussion in General MIDI, counted from 0.
const PERCUSSION: u8 = 9;

/// A triad: pitch class of its root, 0 for C, and its third in semitones.
#[derive(Clone, Copy, Debug)]
pub struct Chord(pub u8, pub u8);

/// What all parts of a piece share.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    /// Beats per minute.
    pub tempo: u32,
    /// One for each bar, then from the first again.
    pub chords: &'static [Chord],
}

/// Which notes of the chord a hit of the pattern plays.
#[derive(Clone, Copy, Debug)]
pub enum Figure {
    /// This key of the percussion, whatever the chord.
    Drum(u8),
    /// The root.
    Root,
    /// All three.
    Triad,
    /// One after the other, upwards over two octaves.
    Arpeggio,
    /// Notes of the chord and between, at random.
    Melody,
}

/// A part that one instrument plays.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// General MIDI program, counted from 0.
    pub program: u8,
    /// What a hit plays.
    pub figure: Figure,
    /// Sixteenths from the start of a bar on: `x` hit, `-` held on, `.` rest; repeated.
    pub pattern: &'static str,
    /// MIDI key at or above which the roots lie.
    pub lowest_key: u8,
    /// Of what is at random: looseness of time and force, notes of a melody.
    pub seed: u64,
}

/// Numbers that repeat (xorshift).
pub struct Random(u64);

impl Random {
    /// The same numbers for the same seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// The next, uniform in −1..1.
    pub fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

impl Part {
    /// A standard MIDI file of the part over this many bars.
    ///
    /// # Errors
    /// If a number does not fit the format.
    pub fn midi(&self, piece: &Piece, bars: usize) -> Result<Vec<u8>> {
        let channel = u4::from(if matches!(self.figure, Figure::Drum(_)) {
            PERCUSSION
        } else {
            0
        });
        let program = MidiMessage::ProgramChange {
            program: u7::from(self.program),
        };
        let mut events = vec![
            (
                0,
                TrackEventKind::Meta(MetaMessage::Tempo(u24::from(60_000_000 / piece.tempo))),
            ),
            (
                0,
                TrackEventKind::Midi {
                    channel,
                    message: program,
                },
            ),
        ];
        for Note { key, force, from, to } in self.notes(piece, bars) {
            let (key, vel) = (u7::from(key), u7::from(force));
            let on = MidiMessage::NoteOn { key, vel };
            let off = MidiMessage::NoteOff { key, vel };
            events.push((from, TrackEventKind::Midi { channel, message: on }));
            events.push((to, TrackEventKind::Midi { channel, message: off }));
        }
        events.push((
            bars as i64 * STEPS_PER_BAR as i64 * STEP_TICKS,
            TrackEventKind::Meta(MetaMessage::EndOfTrack),
        ));
        events.sort_by_key(|(tick, _)| *tick);
        let mut track = Track::new();
        let mut now = 0;
        for (tick, kind) in events {
            track.push(TrackEvent {
                delta: u28::try_from(u32::try_from(tick - now)?).context("a delta is too long")?,
                kind,
            });
            now = tick;
        }
        let timing = Timing::Metrical(u15::from(4 * STEP_TICKS as u16));
        let mut file = Vec::new();
        Smf {
            header: Header::new(Format::SingleTrack, timing),
            tracks: vec![track],
        }
        .write_std(&mut file)?;
        Ok(file)
    }

    fn notes(&self, piece: &Piece, bars: usize) -> Vec<Note> {
        let mut random = Random::new(self.seed);
        let pattern = self.pattern.as_bytes();
        let steps = bars * STEPS_PER_BAR;
        let mut notes = Vec::new();
        let hits = (0..steps).filter(|step| pattern[step % pattern.len()] == b'x');
        for (hit, step) in hits.enumerate() {
            let held = (step + 1..steps)
                .take_while(|step| pattern[step % pattern.len()] == b'-')
                .count();
            let Chord(root, third) = piece.chords[step / STEPS_PER_BAR % piece.chords.len()];
            let root = self.lowest_key + (root + 120 - self.lowest_key) % 12;
            let tones = [root, root + third, root + 7];
            let keys = match self.figure {
                Figure::Drum(key) => vec![key],
                Figure::Root => vec![root],
                Figure::Triad => tones.to_vec(),
                Figure::Arpeggio => vec![tones[hit % 3] + 12 * (hit / 3 % 2) as u8],
                Figure::Melody => {
                    let degrees = [root, root + 2, root + third, root + 7, root + 9, root + 12];
                    vec![degrees[(random.uniform().abs() * degrees.len() as f64) as usize]]
                }
            };
            let late = LOOSENESS_TICKS + (random.uniform() * LOOSENESS_TICKS as f64) as i64;
            let force = (96.0 + 20.0 * random.uniform()) as u8;
            let from = step as i64 * STEP_TICKS + late;
            let to = (step + 1 + held) as i64 * STEP_TICKS - STEP_TICKS / 8;
            notes.extend(keys.into_iter().map(|key| Note { key, force, from, to }));
        }
        notes
    }
}

/// A note of a part: key and velocity as MIDI has them, times in ticks.
struct Note {
    key: u8,
    force: u8,
    from: i64,
    to: i64,
}
