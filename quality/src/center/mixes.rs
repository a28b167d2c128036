//! The mixes: pieces in several styles, whose tracks, positions and rooms are known.

use super::score::{Chord, Figure, Part, Piece};

/// Where the sound of a track comes from.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// An instrument.
    Played(Part),
    /// A voice: name as the speech synthesiser has it, pitch 0 to 99, words per minute, what it says.
    Spoken(&'static str, u8, u16, &'static str),
    /// Noise that differs between the channels, falling by 3 dB per octave: a room, an audience.
    Noise(u64),
}

/// A track of a mix.
#[derive(Clone, Copy, Debug)]
pub struct Track {
    /// What sounds.
    pub source: Source,
    /// From −1, left only, over 0, the centre, to 1, right only; at equal power.
    pub position: f64,
    /// Level while it sounds, both channels together, decibels relative to full scale.
    pub level_db: f64,
}

/// Tracks that sound together.
#[derive(Clone, Copy, Debug)]
pub struct Mix {
    /// For tables.
    pub name: &'static str,
    /// Tempo and harmony.
    pub piece: Piece,
    /// Reverberation time of the room, seconds.
    pub reverberation_s: f64,
    /// Level of what the room adds to each track, decibels relative to the track.
    pub room_db: f64,
    /// All that sounds.
    pub tracks: &'static [Track],
}

const fn track(source: Source, position: f64, level_db: f64) -> Track {
    Track {
        source,
        position,
        level_db,
    }
}

const fn played(program: u8, figure: Figure, pattern: &'static str, lowest_key: u8, seed: u64) -> Source {
    Source::Played(Part {
        program,
        figure,
        pattern,
        lowest_key,
        seed,
    })
}

const fn drum(key: u8, pattern: &'static str) -> Source {
    played(0, Figure::Drum(key), pattern, 0, key as u64)
}

const MAJOR: u8 = 4;
const MINOR: u8 = 3;
const POP: &[Chord] = &[Chord(0, MAJOR), Chord(7, MAJOR), Chord(9, MINOR), Chord(5, MAJOR)];
const DARK: &[Chord] = &[Chord(9, MINOR), Chord(5, MAJOR), Chord(0, MAJOR), Chord(4, MINOR)];
const JAZZ: &[Chord] = &[Chord(2, MINOR), Chord(7, MAJOR), Chord(0, MAJOR), Chord(9, MINOR)];
const MODAL: &[Chord] = &[Chord(2, MINOR), Chord(0, MAJOR), Chord(5, MAJOR), Chord(7, MINOR)];

const VERSE: &str = "Walking down the river in the early morning light, nobody was waiting and the city was asleep. \
    Carry me along the water, carry me away, sing it to the sailors who are coming home today.";
const STORY: &str = "The lighthouse keeper wrote down every ship that passed. On the third of March there were none, and he \
    noted the weather instead. Wind from the north west, fair visibility, a little snow towards evening.";
const NEWS: &str = "Traffic is heavy on the bridge this afternoon, so allow some extra time. Later in the programme we speak \
    to a botanist, a baker and a bell ringer about how they begin their day.";
const GERMAN: &str = "Am Anfang war es nur ein leises Geräusch, dann kamen die Stimmen näher. Wir standen auf und gingen zum \
    Fenster, aber draußen war nichts zu sehen als der Nebel über den Feldern.";

/// General MIDI percussion keys.
const KICK: u8 = 36;
const SNARE: u8 = 38;
const CLOSED_HAT: u8 = 42;
const LOW_TOM: u8 = 45;
const CRASH: u8 = 49;
const HIGH_TOM: u8 = 50;
const RIDE: u8 = 51;
const TAMBOURINE: u8 = 54;
const HIGH_BONGO: u8 = 60;
const LOW_CONGA: u8 = 64;
const SHAKER: u8 = 70;

/// All of them.
pub const MIXES: &[Mix] = &[
    Mix {
        name: "pop",
        piece: Piece {
            tempo: 112,
            chords: POP,
        },
        reverberation_s: 1.2,
        room_db: -14.0,
        tracks: &[
            track(Source::Spoken("en-us+f3", 60, 150, VERSE), 0.0, -18.0),
            track(played(33, Figure::Root, "x--x..x-x--x..xx", 28, 1), 0.0, -20.0),
            track(drum(KICK, "x.......x.x....."), 0.0, -18.0),
            track(drum(SNARE, "....x.......x..."), 0.0, -20.0),
            track(drum(CLOSED_HAT, "x.x.x.x.x.x.x.xx"), 0.3, -28.0),
            track(played(0, Figure::Triad, "x---..x-..x-x---", 60, 2), -0.5, -20.0),
            track(played(27, Figure::Arpeggio, "x.x.x.x.x.x.x.x.", 52, 3), 0.6, -21.0),
            track(played(48, Figure::Triad, "x---------------", 60, 4), -0.8, -25.0),
            track(played(48, Figure::Triad, "x---------------", 60, 5), 0.8, -25.0),
        ],
    },
    Mix {
        name: "rock",
        piece: Piece {
            tempo: 132,
            chords: DARK,
        },
        reverberation_s: 0.9,
        room_db: -16.0,
        tracks: &[
            track(Source::Spoken("en+m7", 35, 165, VERSE), 0.0, -18.0),
            track(played(34, Figure::Root, "x-x-x-x-x-x-x-x-", 28, 1), 0.0, -19.0),
            track(drum(KICK, "x.....x.x.x....."), 0.0, -17.0),
            track(drum(SNARE, "....x.......x..x"), 0.0, -18.0),
            track(drum(CRASH, "x..............."), 0.5, -26.0),
            track(drum(RIDE, "x.x.x.x.x.x.x.x."), -0.5, -28.0),
            track(drum(HIGH_TOM, "..............x."), -0.35, -23.0),
            track(drum(LOW_TOM, "...............x"), 0.35, -23.0),
            track(played(30, Figure::Triad, "x-x-x---x-x-x-x-", 40, 2), -1.0, -19.0),
            track(played(30, Figure::Triad, "x-x-x---x-x-x-x-", 40, 3), 1.0, -19.0),
        ],
    },
    Mix {
        name: "jazz quartet",
        piece: Piece {
            tempo: 140,
            chords: JAZZ,
        },
        reverberation_s: 0.7,
        room_db: -12.0,
        tracks: &[
            track(played(66, Figure::Melody, "x---x-..x-x-x---", 57, 1), 0.0, -18.0),
            track(played(32, Figure::Arpeggio, "x---x---x---x---", 33, 2), 0.0, -18.0),
            track(played(0, Figure::Triad, "..x-....x-....x-", 55, 3), -0.6, -19.0),
            track(drum(RIDE, "x...x..xx...x..x"), 0.5, -25.0),
            track(drum(SNARE, "......x.....x..."), 0.15, -27.0),
            track(played(26, Figure::Triad, "x.....x-..x.....", 50, 4), 0.7, -21.0),
        ],
    },
    Mix {
        name: "chamber",
        piece: Piece {
            tempo: 84,
            chords: MODAL,
        },
        reverberation_s: 2.0,
        room_db: -8.0,
        tracks: &[
            track(played(73, Figure::Melody, "x---x---x-x-x---", 72, 1), 0.0, -15.0),
            track(played(40, Figure::Arpeggio, "x---x---x---x---", 67, 2), -0.7, -20.0),
            track(played(40, Figure::Melody, "x-x-x---x-x-x---", 62, 3), -0.35, -21.0),
            track(played(41, Figure::Melody, "x-------x-------", 55, 4), 0.35, -21.0),
            track(played(42, Figure::Root, "x-------x-------", 40, 5), 0.7, -19.0),
            track(played(46, Figure::Arpeggio, "x.x.x.x.x.x.x.x.", 55, 6), -0.5, -24.0),
        ],
    },
    Mix {
        name: "film dialogue",
        piece: Piece {
            tempo: 60,
            chords: DARK,
        },
        reverberation_s: 0.5,
        room_db: -12.0,
        tracks: &[
            track(Source::Spoken("en-gb+m3", 45, 160, STORY), 0.0, -18.0),
            track(Source::Spoken("en-gb+f2", 55, 140, NEWS), -0.6, -22.0),
            track(Source::Noise(1), 0.0, -30.0),
            track(played(49, Figure::Triad, "x---------------", 55, 1), -0.9, -25.0),
            track(played(49, Figure::Triad, "x---------------", 55, 2), 0.9, -25.0),
            track(played(0, Figure::Arpeggio, "x-------x---x---", 60, 3), 0.5, -24.0),
        ],
    },
    Mix {
        name: "electronic",
        piece: Piece {
            tempo: 126,
            chords: DARK,
        },
        reverberation_s: 1.6,
        room_db: -15.0,
        tracks: &[
            track(drum(KICK, "x...x...x...x..."), 0.0, -15.0),
            track(played(38, Figure::Root, "..x...x...x...x.", 33, 1), 0.0, -19.0),
            track(played(80, Figure::Melody, "x-x---x-..x-x---", 67, 2), 0.0, -22.0),
            track(played(81, Figure::Arpeggio, "xxxxxxxxxxxxxxxx", 60, 3), -0.55, -21.0),
            track(played(90, Figure::Triad, "x---------------", 52, 4), -0.9, -22.0),
            track(played(90, Figure::Triad, "x---------------", 52, 5), 0.9, -22.0),
            track(drum(CLOSED_HAT, "..x...x...x...x."), 0.4, -25.0),
            track(drum(SHAKER, "xxxxxxxxxxxxxxxx"), -0.3, -30.0),
        ],
    },
    Mix {
        name: "folk",
        piece: Piece {
            tempo: 100,
            chords: POP,
        },
        reverberation_s: 0.6,
        room_db: -15.0,
        tracks: &[
            track(Source::Spoken("en+f4", 65, 140, VERSE), 0.0, -17.0),
            track(played(32, Figure::Root, "x-------x-------", 28, 1), 0.0, -20.0),
            track(played(25, Figure::Triad, "x-x-x-xxx-x-x-xx", 48, 2), -0.85, -19.0),
            track(played(25, Figure::Arpeggio, "x.x.x.x.x.x.x.x.", 55, 3), 0.85, -20.0),
            track(played(22, Figure::Melody, "x---..x-x---....", 67, 4), 0.4, -22.0),
            track(drum(TAMBOURINE, "....x.......x..."), -0.4, -27.0),
        ],
    },
    Mix {
        name: "orchestra",
        piece: Piece {
            tempo: 92,
            chords: MODAL,
        },
        reverberation_s: 2.2,
        room_db: -7.0,
        tracks: &[
            track(played(56, Figure::Melody, "x---x-x-x---x---", 60, 1), 0.0, -15.0),
            track(played(47, Figure::Root, "x...........x.x.", 36, 2), 0.0, -17.0),
            track(played(48, Figure::Triad, "x---x---x---x---", 64, 3), -0.7, -20.0),
            track(played(48, Figure::Triad, "x-------x-------", 48, 4), 0.7, -20.0),
            track(played(60, Figure::Triad, "x---------------", 52, 5), -0.4, -22.0),
            track(played(68, Figure::Melody, "x-x-x-x-x---x---", 69, 6), -0.2, -23.0),
            track(played(71, Figure::Melody, "x---x---x-x-x-x-", 62, 7), 0.2, -23.0),
            track(played(43, Figure::Root, "x---x---x---x---", 28, 8), 0.8, -21.0),
        ],
    },
    Mix {
        name: "funk",
        piece: Piece {
            tempo: 108,
            chords: JAZZ,
        },
        reverberation_s: 0.5,
        room_db: -18.0,
        tracks: &[
            track(played(36, Figure::Root, "x..xx.x...xx..x.", 28, 1), 0.0, -17.0),
            track(drum(KICK, "x..x......x..x.."), 0.0, -17.0),
            track(drum(SNARE, "....x..x.x..x..."), 0.0, -18.0),
            track(played(7, Figure::Triad, "..x.x..x..x.x..x", 55, 2), -0.65, -19.0),
            track(played(61, Figure::Triad, "x-....x.......x-", 60, 3), 0.65, -19.0),
            track(played(28, Figure::Triad, "xxxx.xx.xxxx.xx.", 60, 4), 0.35, -22.0),
            track(drum(CLOSED_HAT, "xxxxxxxxxxxxxxxx"), 0.25, -27.0),
            track(drum(LOW_CONGA, "..x..x..x...x.xx"), -0.3, -23.0),
        ],
    },
    Mix {
        name: "duet",
        piece: Piece { tempo: 76, chords: POP },
        reverberation_s: 1.4,
        room_db: -12.0,
        tracks: &[
            track(played(0, Figure::Arpeggio, "x-x-x-x-x-x-x-x-", 48, 1), 0.0, -18.0),
            track(played(33, Figure::Root, "x-------x-------", 28, 2), 0.0, -22.0),
            track(Source::Spoken("en-us+f2", 60, 150, VERSE), -0.35, -20.0),
            track(Source::Spoken("en-us+m3", 40, 150, STORY), 0.35, -20.0),
            track(played(44, Figure::Triad, "x---------------", 60, 3), 0.8, -25.0),
            track(played(44, Figure::Triad, "x---------------", 60, 4), -0.8, -25.0),
        ],
    },
    Mix {
        name: "organ and choir",
        piece: Piece {
            tempo: 66,
            chords: MODAL,
        },
        reverberation_s: 3.0,
        room_db: -6.0,
        tracks: &[
            track(played(53, Figure::Melody, "x-------x---x---", 67, 1), 0.0, -16.0),
            track(played(52, Figure::Triad, "x-------x-------", 60, 2), -0.6, -21.0),
            track(played(52, Figure::Triad, "x-------x-------", 48, 3), 0.6, -21.0),
            track(played(19, Figure::Triad, "x---------------", 48, 4), -0.25, -22.0),
            track(played(19, Figure::Root, "x---------------", 36, 5), 0.0, -22.0),
            track(played(14, Figure::Arpeggio, "x---....x---....", 60, 6), 0.4, -26.0),
        ],
    },
    Mix {
        name: "percussion",
        piece: Piece {
            tempo: 120,
            chords: JAZZ,
        },
        reverberation_s: 1.0,
        room_db: -12.0,
        tracks: &[
            track(drum(KICK, "x.....x...x....."), 0.0, -18.0),
            track(drum(HIGH_BONGO, "x.xx.x.x.xx.x.xx"), 0.0, -21.0),
            track(played(11, Figure::Melody, "x-..x-..x-x-..x-", 60, 1), 0.0, -19.0),
            track(played(12, Figure::Arpeggio, "x.xxx.xxx.xxx.x.", 57, 2), -0.6, -19.0),
            track(played(13, Figure::Melody, "x.x..x.x..x.x.x.", 72, 3), 0.6, -21.0),
            track(played(108, Figure::Arpeggio, "x..x..x.x..x..x.", 60, 4), 0.3, -22.0),
            track(drum(LOW_CONGA, "..x.x...x.x.x..x"), -0.3, -21.0),
            track(drum(SHAKER, "x.xxx.xxx.xxx.xx"), 0.8, -28.0),
        ],
    },
    Mix {
        name: "round table",
        piece: Piece { tempo: 60, chords: POP },
        reverberation_s: 0.35,
        room_db: -12.0,
        tracks: &[
            track(Source::Spoken("en-us+m1", 40, 160, NEWS), 0.0, -18.0),
            track(Source::Spoken("en-gb+f5", 60, 170, STORY), -0.5, -19.0),
            track(Source::Spoken("de+m5", 35, 150, GERMAN), 0.5, -19.0),
            track(Source::Noise(2), 0.0, -36.0),
        ],
    },
    Mix {
        name: "ballad",
        piece: Piece {
            tempo: 72,
            chords: DARK,
        },
        reverberation_s: 2.4,
        room_db: -9.0,
        tracks: &[
            track(Source::Spoken("de+f3", 55, 130, GERMAN), 0.0, -18.0),
            track(played(24, Figure::Arpeggio, "x-x-x-x-x-x-x-x-", 52, 1), 0.0, -21.0),
            track(played(4, Figure::Triad, "x-------x---x---", 55, 2), -0.4, -20.0),
            track(played(64, Figure::Melody, "x---x---x-----x-", 69, 3), 0.45, -21.0),
            track(played(89, Figure::Triad, "x---------------", 55, 4), -1.0, -24.0),
            track(played(89, Figure::Triad, "x---------------", 55, 5), 1.0, -24.0),
            track(drum(CLOSED_HAT, "x...x...x...x..."), 0.2, -30.0),
        ],
    },
];
