//! What a session keeps besides parameters: the custom device, routing, mutes and gains of the drivers, the editor's size
//! and view.

use proscenium_dsp::constants::MAX_DRIVERS;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

/// Version of [`Session`]; raised with every change that older versions could not read.
pub const SESSION_VERSION: u32 = 1;

/// Lowest gain of a driver, dB.
pub const MIN_GAIN_DB: f32 = -24.0;

/// Highest gain of a driver, dB.
pub const MAX_GAIN_DB: f32 = 12.0;

/// The persisted form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// Version of this form.
    pub version: u32,
    /// The custom device, as the text of its file.
    pub device: Option<String>,
    /// Output channel of each driver, counted from 0.
    pub route: Vec<u8>,
    /// Drivers that are muted, one bit each.
    pub muted: u16,
    /// Drivers that are soloed, one bit each.
    pub solo: u16,
    /// Gain of each driver, dB in [`MIN_GAIN_DB`]..=[`MAX_GAIN_DB`]. Sessions without it have 0 dB.
    #[serde(deserialize_with = "readable_gains")]
    pub gain_db: Vec<f32>,
    /// The editor.
    pub editor: EditorView,
}

/// How the user left the editor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EditorView {
    /// Size of the window, logical pixels.
    pub size: [u32; 2],
    /// Scale factor.
    pub scale: f32,
    /// Name of the panel in front.
    pub panel: String,
}

impl Default for EditorView {
    fn default() -> Self {
        Self {
            size: [1100, 720],
            scale: 1.0,
            panel: String::from("stage"),
        }
    }
}

impl Default for Session {
    fn default() -> Self {
        Self {
            version: SESSION_VERSION,
            device: None,
            route: (0..MAX_DRIVERS as u8).collect(),
            muted: 0,
            solo: 0,
            gain_db: vec![0.0; MAX_DRIVERS],
            editor: EditorView::default(),
        }
    }
}

/// The gain as it may be used, dB: within its range, 0 for what is not a number.
pub(crate) fn valid_gain_db(gain_db: f32) -> f32 {
    if gain_db.is_nan() {
        0.0
    } else {
        gain_db.clamp(MIN_GAIN_DB, MAX_GAIN_DB)
    }
}

/// Reads gains of which some, or all, may be anything at all: those are 0 dB, for a session is not to be lost over them.
fn readable_gains<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Lenient<T> {
        Good(T),
        Bad(IgnoredAny),
    }
    Ok(match Lenient::<Vec<Lenient<f32>>>::deserialize(deserializer)? {
        Lenient::Good(gains) => gains
            .into_iter()
            .map(|gain| match gain {
                Lenient::Good(gain_db) => valid_gain_db(gain_db),
                Lenient::Bad(IgnoredAny) => 0.0,
            })
            .collect(),
        Lenient::Bad(IgnoredAny) => Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_of_older_versions_load_with_defaults() {
        let session: Session = serde_json::from_str(r#"{"version":1,"muted":3}"#).unwrap();
        assert_eq!(
            session,
            Session {
                muted: 3,
                ..Session::default()
            }
        );
    }

    #[test]
    fn bad_gains_are_mended_and_the_rest_of_the_session_is_kept() {
        for (text, gain_db) in [
            ("[-6.5,3]", vec![-6.5, 3.0]),
            (
                "[-1000,1e30,null,\"loud\",[1],-24,12]",
                vec![-24.0, 12.0, 0.0, 0.0, 0.0, -24.0, 12.0],
            ),
            ("[]", vec![]),
            ("null", vec![]),
            ("7", vec![]),
            ("{\"left\":1}", vec![]),
        ] {
            let session: Session = serde_json::from_str(&format!(r#"{{"gain_db":{text},"muted":3}}"#)).unwrap();
            assert_eq!((session.gain_db, session.muted), (gain_db, 3), "{text}");
        }
        assert_eq!(valid_gain_db(f32::NAN), 0.0);
        assert_eq!(valid_gain_db(f32::NEG_INFINITY), MIN_GAIN_DB);
    }
}
