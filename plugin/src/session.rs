//! What a session keeps besides parameters: the custom device and room, routing, mutes and gains of the drivers, the target curve of
//! the cancellation, whether a head tracker is listened to, the editor's size and view.

use std::ops::RangeInclusive;
use std::path::Path;

use nice_plug::prelude::*;
use proscenium_dsp::constants::MAX_DRIVERS;
use proscenium_dsp::design::{MAX_TARGET_NODES, TargetNodes};
use proscenium_dsp::room::{Room, Shoebox};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize};

use crate::device_files::MAX_EMBEDDED_BYTES;

/// Version of [`Session`]; raised with every change that older versions could not read.
pub const SESSION_VERSION: u32 = 1;

/// Lowest gain of a driver, dB.
pub const MIN_GAIN_DB: f32 = -24.0;

/// Highest gain of a driver, dB.
pub const MAX_GAIN_DB: f32 = 12.0;

/// Port on which head trackers are expected unless the session says otherwise: the usual one for OSC.
pub const DEFAULT_OSC_PORT: u16 = 9000;

/// Smallest size of the editor, points.
pub const MIN_EDITOR_SIZE: [u32; 2] = [800, 520];

/// Largest size of the editor that a session may ask for, points.
const MAX_EDITOR_SIZE: [u32; 2] = [7680, 4320];

/// Longest path of a device file that is kept, bytes: what Linux allows.
const MAX_PATH_BYTES: usize = 4096;

/// Longest name of a panel, bytes.
const MAX_PANEL_BYTES: usize = 64;

/// Scale factors of the editor.
pub const EDITOR_SCALES: RangeInclusive<f32> = 0.75..=2.5;

/// The persisted form. A field that does not hold what it should is read as if it were not there, for a session is not to be
/// lost over it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// Version of this form.
    pub version: u32,
    /// The custom device, as the text of its file.
    #[serde(deserialize_with = "readable")]
    pub device: Option<String>,
    /// Path of the file that the custom device came from: a hint where to look for changes of it. The text above is what holds,
    /// with or without the file. Sessions without it follow none.
    #[serde(deserialize_with = "readable", skip_serializing_if = "Option::is_none")]
    pub device_file: Option<String>,
    /// Output channel of each driver, counted from 0.
    #[serde(deserialize_with = "readable")]
    pub route: Vec<u8>,
    /// Drivers that are muted, one bit each.
    #[serde(deserialize_with = "readable")]
    pub muted: u16,
    /// Drivers that are soloed, one bit each.
    #[serde(deserialize_with = "readable")]
    pub solo: u16,
    /// Gain of each driver, dB in [`MIN_GAIN_DB`]..=[`MAX_GAIN_DB`]. Sessions without it have 0 dB.
    #[serde(deserialize_with = "readable_gains")]
    pub gain_db: Vec<f32>,
    /// Target curve of the cancellation, `[Hz, dB]` by rising frequency. Sessions without it, and empty ones, leave it to the
    /// design.
    #[serde(deserialize_with = "readable_target")]
    pub target: Vec<[f32; 2]>,
    /// The custom room. Sessions without it have the living room in its place.
    #[serde(deserialize_with = "readable_room")]
    pub room: Option<Shoebox>,
    /// Head tracking. Sessions without it have it off.
    #[serde(deserialize_with = "readable_osc")]
    pub osc: OscSettings,
    /// The editor.
    #[serde(deserialize_with = "readable_view")]
    pub editor: EditorView,
}

/// Whether and where OSC messages of a head tracker are received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OscSettings {
    /// Whether they are.
    pub enabled: bool,
    /// UDP port on the loopback interface, 1 to 65535.
    pub port: u16,
}

impl Default for OscSettings {
    fn default() -> Self {
        Self {
            enabled: false,
            port: DEFAULT_OSC_PORT,
        }
    }
}

/// How the user left the editor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EditorView {
    /// Size of the window, points: logical pixels over the scale factor, at least [`MIN_EDITOR_SIZE`].
    pub size: [u32; 2],
    /// Scale factor, within [`EDITOR_SCALES`].
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
            device_file: None,
            route: (0..MAX_DRIVERS as u8).collect(),
            muted: 0,
            solo: 0,
            gain_db: vec![0.0; MAX_DRIVERS],
            target: Vec::new(),
            room: None,
            osc: OscSettings::default(),
            editor: EditorView::default(),
        }
    }
}

/// Whether a path from a session is one to look at: from the root, and on Windows not on another computer, which a stranger's
/// session could name.
fn may_be_followed(path: &str) -> bool {
    let elsewhere = cfg!(windows) && path.starts_with(['\\', '/']);
    path.len() <= MAX_PATH_BYTES && Path::new(path).is_absolute() && !elsewhere
}

/// The gain as it may be used, dB: within its range, 0 for what is not a number.
pub(crate) fn valid_gain_db(gain_db: f32) -> f32 {
    if gain_db.is_nan() {
        0.0
    } else {
        gain_db.clamp(MIN_GAIN_DB, MAX_GAIN_DB)
    }
}

/// A room in steps of 0.1 mm and 0.01 %, which texts hold exactly, so that a session sounds the same when it comes back.
pub(crate) fn as_kept(room: &Shoebox) -> Shoebox {
    let rounded = |value: f64| (value * 1e4).round() / 1e4;
    Shoebox {
        size_m: room.size_m.map(rounded),
        absorption: room.absorption.map(|wall| wall.map(rounded)),
        air: room.air,
        device_m: room.device_m.map(rounded),
    }
}

impl Session {
    /// Leaves out what no version of the plugin has written for its length, so that a damaged session is not carried on.
    pub(crate) fn shorten(&mut self) {
        self.route.truncate(MAX_DRIVERS);
        self.gain_db.truncate(MAX_DRIVERS);
        self.target.truncate(MAX_TARGET_NODES);
        let _ = self.device_file.take_if(|path| !may_be_followed(path));
        if let Some(text) = self.device.take_if(|text| text.len() > MAX_EMBEDDED_BYTES) {
            nice_error!(
                "The session's custom device is dropped: it has {} bytes; allowed are at most {MAX_EMBEDDED_BYTES}.",
                text.len()
            );
        }
    }
}

impl EditorView {
    /// The same with size and scale within their ranges, and a panel's name that can be one.
    #[must_use]
    pub(crate) fn valid(mut self) -> Self {
        for (axis, points) in self.size.iter_mut().enumerate() {
            *points = (*points).clamp(MIN_EDITOR_SIZE[axis], MAX_EDITOR_SIZE[axis]);
        }
        let (lowest, highest) = (*EDITOR_SCALES.start(), *EDITOR_SCALES.end());
        self.scale = if self.scale.is_nan() {
            1.0
        } else {
            self.scale.clamp(lowest, highest)
        };
        if self.panel.len() > MAX_PANEL_BYTES {
            self.panel = Self::default().panel;
        }
        self
    }
}

/// A value of the wanted kind, or anything else.
#[derive(Deserialize)]
#[serde(untagged)]
enum Lenient<T> {
    Good(T),
    Bad(IgnoredAny),
}

impl<T> Lenient<T> {
    fn good(self) -> Option<T> {
        match self {
            Self::Good(value) => Some(value),
            Self::Bad(IgnoredAny) => None,
        }
    }
}

impl<T> Default for Lenient<T> {
    fn default() -> Self {
        Self::Bad(IgnoredAny)
    }
}

/// Reads a value that may be anything at all.
fn readable<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Lenient::deserialize(deserializer)?.good().unwrap_or_default())
}

/// Reads gains of which some, or all, may be anything at all: those are 0 dB.
fn readable_gains<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
    let gains: Vec<Lenient<f32>> = readable(deserializer)?;
    let gains = gains.into_iter().map(|gain| gain.good().map_or(0.0, valid_gain_db));
    Ok(gains.collect())
}

/// Reads a target curve of which some nodes, or all, may be anything at all: those that cannot be in one are left out.
fn readable_target<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<[f32; 2]>, D::Error> {
    let nodes: Vec<Lenient<[f32; 2]>> = readable(deserializer)?;
    let nodes = nodes.into_iter().filter_map(Lenient::good);
    Ok(TargetNodes::from_readable(nodes).nodes().to_vec())
}

/// Reads a room that may be anything at all: one that cannot be is reported and left out.
fn readable_room<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Shoebox>, D::Error> {
    let room = match Lenient::<Option<Shoebox>>::deserialize(deserializer)? {
        Lenient::Good(room) => room,
        Lenient::Bad(IgnoredAny) => {
            nice_error!("The session's custom room is dropped: it is no room. The living room takes its place.");
            None
        }
    };
    Ok(room.filter(|room| {
        let checked = Room::new(room);
        if let Err(error) = &checked {
            nice_error!("The session's custom room is dropped: {error}. The living room takes its place.");
        }
        checked.is_ok()
    }))
}

/// Reads settings of head tracking of which some, or all, may be anything at all: off, or the default port.
fn readable_osc<'de, D: Deserializer<'de>>(deserializer: D) -> Result<OscSettings, D::Error> {
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct AnyOsc {
        enabled: Lenient<bool>,
        port: Lenient<u16>,
    }
    let osc: AnyOsc = readable(deserializer)?;
    let fresh = OscSettings::default();
    Ok(OscSettings {
        enabled: osc.enabled.good().unwrap_or(fresh.enabled),
        port: osc.port.good().filter(|port| *port > 0).unwrap_or(fresh.port),
    })
}

/// Reads a view of which some, or all, may be anything at all: that is as in a fresh instance.
fn readable_view<'de, D: Deserializer<'de>>(deserializer: D) -> Result<EditorView, D::Error> {
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct AnyView {
        size: Lenient<[u32; 2]>,
        scale: Lenient<f32>,
        panel: Lenient<String>,
    }
    let view: AnyView = readable(deserializer)?;
    let fresh = EditorView::default();
    let view = EditorView {
        size: view.size.good().unwrap_or(fresh.size),
        scale: view.scale.good().unwrap_or(fresh.scale),
        panel: view.panel.good().unwrap_or(fresh.panel),
    };
    Ok(view.valid())
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

    #[test]
    fn bad_views_are_mended_and_the_rest_of_the_session_is_kept() {
        let fresh = EditorView::default();
        for (text, size, scale) in [
            (r#"{"size":[1200,800],"scale":2.0}"#, [1200, 800], 2.0),
            (r#"{"size":[0,0],"scale":0}"#, MIN_EDITOR_SIZE, 0.75),
            (r#"{"size":[4000000000,600],"scale":-3}"#, [7680, 600], 0.75),
            (r#"{"size":[-1,600],"scale":null,"panel":5}"#, fresh.size, 1.0),
            (r#"{"size":[1],"scale":1e30}"#, fresh.size, 2.5),
            ("null", fresh.size, 1.0),
            ("7", fresh.size, 1.0),
        ] {
            let session: Session = serde_json::from_str(&format!(r#"{{"editor":{text},"solo":5}}"#)).unwrap();
            assert_eq!((session.editor.size, session.editor.scale), (size, scale), "{text}");
            assert_eq!(session.solo, 5, "{text}");
        }
        let nan = EditorView {
            scale: f32::NAN,
            ..fresh
        };
        assert_eq!(nan.valid().scale, 1.0);
    }

    #[test]
    fn bad_nodes_of_a_target_curve_are_left_out() {
        for (text, target) in [
            ("[[300.0,10.0],[2000.0,30.0]]", vec![[300.0, 10.0], [2000.0, 30.0]]),
            (
                r#"[[300,10],null,[7],"loud",[200,5],[1e200,99],[1,1]]"#,
                vec![[300.0, 10.0], [20_000.0, 60.0]],
            ),
            ("[]", vec![]),
            ("null", vec![]),
            ("5", vec![]),
        ] {
            let session: Session = serde_json::from_str(&format!(r#"{{"target":{text},"solo":5}}"#)).unwrap();
            assert_eq!((session.target, session.solo), (target, 5), "{text}");
        }
    }

    #[test]
    fn bad_settings_of_head_tracking_are_mended() {
        for (text, enabled, port) in [
            (r#"{"enabled":true,"port":9001}"#, true, 9001),
            (r#"{"enabled":true}"#, true, DEFAULT_OSC_PORT),
            (r#"{"enabled":true,"port":0}"#, true, DEFAULT_OSC_PORT),
            (r#"{"enabled":true,"port":65536}"#, true, DEFAULT_OSC_PORT),
            (r#"{"enabled":1,"port":-5}"#, false, DEFAULT_OSC_PORT),
            (r#"{"enabled":"yes","port":"9001"}"#, false, DEFAULT_OSC_PORT),
            (r#"{"port":65535}"#, false, 65_535),
            ("true", false, DEFAULT_OSC_PORT),
            ("null", false, DEFAULT_OSC_PORT),
        ] {
            let session: Session = serde_json::from_str(&format!(r#"{{"osc":{text},"solo":5}}"#)).unwrap();
            assert_eq!(
                (session.osc, session.solo),
                (OscSettings { enabled, port }, 5),
                "{text}"
            );
        }
        let session: Session = serde_json::from_str(r#"{"version":1,"muted":3}"#).unwrap();
        assert_eq!(session.osc, OscSettings::default());
    }

    #[test]
    fn a_room_that_can_be_is_kept_and_any_other_left_out_alone() {
        let read = |room: &str| -> Session {
            let session: Session = serde_json::from_str(&format!(r#"{{"room":{room},"solo":5}}"#)).unwrap();
            assert_eq!(
                Session {
                    room: None,
                    ..session.clone()
                },
                Session {
                    solo: 5,
                    ..Session::default()
                }
            );
            session
        };
        let office = as_kept(Room::office().shoebox());
        let text = serde_json::to_string(&office).unwrap();
        assert_eq!(read(&text).room, Some(office));
        for bad in [
            "null".to_owned(),
            "7".to_owned(),
            "{}".to_owned(),
            r#""office""#.to_owned(),
            text.replace("4.2", "0.1"),
            text.replace("4.2", "1e300"),
            text.replace("4.2", r#""wide""#),
            text.replace("[3.6,1.7,1.15]", "[9.0,1.7,1.15]"),
            text.replace("true", "3"),
        ] {
            assert_eq!(read(&bad).room, None, "{bad}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_whole_paths_are_followed() {
        let long = format!("/{}", "a".repeat(MAX_PATH_BYTES));
        for (path, kept) in [("/a/b.toml", true), ("", false), ("b.toml", false), (&long, false)] {
            let mut session = Session {
                device_file: Some(path.to_owned()),
                ..Session::default()
            };
            session.shorten();
            assert_eq!(session.device_file.is_some(), kept, "{path}");
        }
    }

    #[test]
    fn a_field_of_another_kind_is_left_out_alone() {
        let session: Session = serde_json::from_str(
            r#"{"device":7,"device_file":[1],"route":null,"muted":-1,"solo":"all","gain_db":[3]}"#,
        )
        .unwrap();
        assert_eq!(session.gain_db, [3.0]);
        assert_eq!(session.device_file, None);
        assert_eq!(
            (session.device, session.route, session.muted, session.solo),
            (None, vec![], 0, 0)
        );
    }
}
