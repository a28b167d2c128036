//! The device in a room.

use super::subject::Subject;
use super::{RoomChoice, room_id};
use crate::filters;
use proscenium_dsp::array::Path;
use proscenium_dsp::room::{OCTAVE_BANDS_HZ, OCTAVES, PathInRoom, RoomError, RoomFigures, room_reverberation_s};
use serde_json::{Value, json};

/// A path in the room without and with its effect.
pub(super) struct PathRow {
    pub(super) path: Path,
    pub(super) without: RoomFigures,
    pub(super) with: RoomFigures,
}

/// What the room makes of the device.
pub(super) struct Rows {
    pub(super) paths: [PathRow; 3],
    /// Reverberation time T30 by octave band for an omnidirectional source, seconds; NaN where it cannot be told.
    pub(super) reverberation_s: [f64; OCTAVES],
}

/// A room, and the device in it if it fits.
pub(super) struct InRoom {
    pub(super) choice: RoomChoice,
    /// Width, depth and height, metres.
    pub(super) size_m: [f64; 3],
    pub(super) rows: Result<Rows, RoomError>,
}

impl InRoom {
    /// Takes about a second.
    pub(super) fn new(subject: &Subject<'_>, choice: RoomChoice) -> Self {
        let room = choice.room();
        let measure = || {
            let pose = subject.pose();
            let paths = PathInRoom::all(subject.device(), &subject.design, &pose, &room, subject.sample_rate())?;
            Ok(Rows {
                paths: Path::ALL.map(|path| {
                    let [without, with] = [0.0, 1.0].map(|strength| paths[path as usize].figures(strength));
                    PathRow { path, without, with }
                }),
                reverberation_s: room_reverberation_s(&room, &pose, subject.sample_rate())?,
            })
        };
        Self {
            choice,
            size_m: room.shoebox().size_m,
            rows: measure(),
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let rows = match &self.rows {
            Ok(rows) => rows,
            Err(error) => return json!({ "id": room_id(self.choice), "error": error.to_string() }),
        };
        let path = |row: &PathRow| {
            json!({
                "path": filters::path_name(row.path),
                "without": figures_to_json(&row.without),
                "with": figures_to_json(&row.with),
            })
        };
        json!({
            "id": room_id(self.choice),
            "size_m": self.size_m,
            "reverberation_s": { "bands_hz": OCTAVE_BANDS_HZ, "t30_s": rows.reverberation_s },
            "paths": rows.paths.iter().map(path).collect::<Vec<_>>(),
        })
    }
}

fn figures_to_json(figures: &RoomFigures) -> Value {
    json!({
        "direct_to_reverberant_db": figures.direct_to_reverberant_db,
        "direct_to_reverberant_at_ear_db": figures.direct_to_reverberant_at_ear_db,
        "critical_distance_m": figures.critical_distance_m,
        "clarity_c50_db": figures.clarity_db,
        "reverberation_s": figures.reverberation_s,
        "iacc_early": figures.iacc_early,
        "iacc_late": figures.iacc_late,
        "iacc": figures.iacc,
    })
}
