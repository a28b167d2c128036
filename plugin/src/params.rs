//! The parameters: ids, ranges, texts, and what they mean to the engine.
//!
//! Ids, order of choices and defaults are part of users' sessions and never change without a migration.

use std::ops::RangeInclusive;
use std::sync::Arc;

use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::*;
use proscenium_dsp::design::{BeamKind, DesignSettings, DeviceChoice, RoomChoice, ZoneGoal};
use proscenium_dsp::engine::{Controls, Output, Programme};
use proscenium_dsp::upmix::UpmixMode;

use crate::session_store::SharedSession;
use crate::text::{format_number, parse_number, parse_switch};
use crate::tracker::{DISTANCES_M, ListenerPose, OFFSETS_M, TrackedHead, YAWS_DEG};

/// The device to play on: the presets in the order of [`proscenium_dsp::array::presets`], then the session's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum DeviceParam {
    /// Four drivers on a sphere.
    #[id = "tabletop"]
    #[name = "Tabletop"]
    Tabletop,
    /// Tabletop with a tweeter and a woofer.
    #[id = "tabletop-full"]
    #[name = "Tabletop Full"]
    TabletopFull,
    /// Two drivers of a laptop.
    #[id = "laptop"]
    #[name = "Laptop"]
    Laptop,
    /// Four drivers at the corners of a tablet.
    #[id = "tablet"]
    #[name = "Tablet"]
    Tablet,
    /// Two loudspeakers on a desk.
    #[id = "desktop-pair"]
    #[name = "Desktop Pair"]
    DesktopPair,
    /// Eight drivers in line.
    #[id = "soundbar"]
    #[name = "Soundbar"]
    Soundbar,
    /// Six drivers around a sphere.
    #[id = "ring"]
    #[name = "Ring"]
    Ring,
    /// The device embedded in the session; Tabletop while there is none.
    #[id = "custom"]
    #[name = "Custom"]
    Custom,
}

/// What the inputs are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ProgrammeParam {
    /// A stereo mix.
    #[id = "stereo"]
    #[name = "Stereo"]
    Stereo,
    /// Ear signals.
    #[id = "binaural"]
    #[name = "Binaural"]
    Binaural,
}

/// What the outputs carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum OutputParam {
    /// Drivers if they fit, else Preview.
    #[id = "auto"]
    #[name = "Auto"]
    Auto,
    /// Driver signals.
    #[id = "drivers"]
    #[name = "Drivers"]
    Drivers,
    /// Virtual pair for headphones.
    #[id = "headphones"]
    #[name = "Headphones"]
    Headphones,
    /// Ear signals from the drivers.
    #[id = "preview"]
    #[name = "Preview"]
    Preview,
    /// Left, right, centre.
    #[id = "stems"]
    #[name = "Stems"]
    Stems,
}

/// How the centre is extracted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum UpmixParam {
    /// No centre path.
    #[id = "off"]
    #[name = "Off"]
    Off,
    /// Short window.
    #[id = "low-latency"]
    #[name = "Low Latency"]
    LowLatency,
    /// Long window.
    #[id = "high"]
    #[name = "High"]
    High,
}

/// How the centre beam is designed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum BeamParam {
    /// Quiet to the sides.
    #[id = "nulls"]
    #[name = "Nulls at ±90°"]
    Nulls,
    /// One directivity index and width of the lobe over frequency.
    #[id = "constant-directivity"]
    #[name = "Constant directivity"]
    ConstantDirectivity,
}

/// What the cancellation over the listening zone is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ZoneGoalParam {
    /// The mean over the zone.
    #[id = "mean"]
    #[name = "Mean"]
    Mean,
    /// The worst position in the zone.
    #[id = "worst-position"]
    #[name = "Worst position"]
    WorstPosition,
}

/// The room around the preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum RoomParam {
    /// None: the free field.
    #[id = "off"]
    #[name = "Off"]
    Off,
    /// A furnished living room.
    #[id = "living-room"]
    #[name = "Living Room"]
    LivingRoom,
    /// A small office.
    #[id = "office"]
    #[name = "Office"]
    Office,
    /// The room kept in the session; the living room while there is none.
    #[id = "custom"]
    #[name = "Custom"]
    Custom,
}

impl UpmixParam {
    /// The mode of the engine.
    pub fn mode(self) -> UpmixMode {
        match self {
            Self::Off => UpmixMode::Off,
            Self::LowLatency => UpmixMode::LowLatency,
            Self::High => UpmixMode::High,
        }
    }
}

/// All parameters and the persisted session.
#[derive(Params)]
pub struct ProsceniumParams {
    /// Half-angle of the virtual pair, degrees.
    #[id = "width"]
    pub width: FloatParam,
    /// Strength of the centre beam, percent.
    #[id = "depth"]
    pub depth: FloatParam,
    /// Share of the phantom centre that moves to the centre path, percent.
    #[id = "center"]
    pub center: FloatParam,
    /// Gain of the centre path, dB.
    #[id = "center_level"]
    pub center_level: FloatParam,
    /// Strength of the crosstalk cancellation, percent.
    #[id = "cancel"]
    pub cancel: FloatParam,
    /// Strength of the tone equaliser, percent.
    #[id = "tone"]
    pub tone: FloatParam,
    /// Half-width of the head positions designed for, centimetres.
    #[id = "zone"]
    pub zone: FloatParam,
    /// Distance from listener to device, metres.
    #[id = "distance"]
    pub distance: FloatParam,
    /// Displacement of the listener to their left, metres.
    #[id = "offset"]
    pub offset: FloatParam,
    /// The device.
    #[id = "device"]
    pub device: EnumParam<DeviceParam>,
    /// What the inputs are.
    #[id = "program"]
    pub program: EnumParam<ProgrammeParam>,
    /// What the outputs carry.
    #[id = "output"]
    pub output: EnumParam<OutputParam>,
    /// How the centre is extracted.
    #[id = "upmix"]
    pub upmix: EnumParam<UpmixParam>,
    /// Output gain, dB.
    #[id = "trim"]
    pub trim: FloatParam,
    /// Whether the peak guard is on.
    #[id = "guard"]
    pub guard: BoolParam,
    /// The host's bypass.
    #[id = "bypass"]
    pub bypass: BoolParam,
    /// How the centre beam is designed.
    #[id = "beam"]
    pub beam: EnumParam<BeamParam>,
    /// Largest effort of the cancellation, dB.
    #[id = "effort"]
    pub effort: FloatParam,
    /// Turn of the listener's head to their left, degrees.
    #[id = "yaw"]
    pub yaw: FloatParam,
    /// What the cancellation over the zone is judged by.
    #[id = "zone_goal"]
    pub zone_goal: EnumParam<ZoneGoalParam>,
    /// The room around the preview.
    #[id = "room"]
    pub room: EnumParam<RoomParam>,
    /// Custom device, custom room, routing, mutes, target curve: what sessions keep besides parameters.
    #[persist = "session"]
    pub session: SharedSession,
    /// The listener as a head tracker sees them, in the place of `distance`, `offset` and `yaw`.
    pub tracked: Arc<TrackedHead>,
}

impl Default for ProsceniumParams {
    fn default() -> Self {
        let number = |name: &str, unit: &'static str, default: f32, min: f32, max: f32, decimals: usize| {
            FloatParam::new(name, default, FloatRange::Linear { min, max })
                .with_unit(unit)
                .with_value_to_string(format_number(decimals))
                .with_string_to_value(Arc::new(parse_number))
        };
        let percent = |name: &str, default: f32| number(name, " %", default, 0.0, 100.0, 1);
        let switch = |name: &str, default: bool| {
            BoolParam::new(name, default)
                .with_value_to_string(Arc::new(|on| String::from(if on { "on" } else { "off" })))
                .with_string_to_value(Arc::new(parse_switch))
        };
        Self {
            width: number("Width", " °", 30.0, 0.0, 90.0, 1),
            depth: percent("Depth", 100.0),
            center: percent("Center", 100.0),
            center_level: number("Center Level", " dB", 0.0, -12.0, 6.0, 2),
            cancel: percent("Cancellation", 100.0),
            tone: percent("Tone", 100.0),
            zone: number("Listening Zone", " cm", 3.0, 0.0, 15.0, 1),
            distance: number("Distance", " m", 2.0, *DISTANCES_M.start(), *DISTANCES_M.end(), 2),
            offset: number("Listener Offset", " m", 0.0, *OFFSETS_M.start(), *OFFSETS_M.end(), 2),
            device: EnumParam::new("Device", DeviceParam::Tabletop),
            program: EnumParam::new("Programme", ProgrammeParam::Stereo),
            output: EnumParam::new("Output", OutputParam::Auto),
            upmix: EnumParam::new("Upmix", UpmixParam::High),
            trim: number("Output Trim", " dB", 0.0, -24.0, 12.0, 2),
            guard: switch("Peak Guard", true),
            bypass: switch("Bypass", false).make_bypass(),
            beam: EnumParam::new("Beam", BeamParam::Nulls),
            effort: number("Effort", " dB", 12.0, 0.0, 18.0, 1),
            yaw: number("Head Turn", " °", 0.0, *YAWS_DEG.start(), *YAWS_DEG.end(), 1),
            zone_goal: EnumParam::new("Zone Goal", ZoneGoalParam::Mean),
            room: EnumParam::new("Room", RoomParam::Off),
            session: SharedSession::default(),
            tracked: Arc::default(),
        }
    }
}

/// Brings the values of a saved state, which may be damaged, into their parameters' ranges; what is not a number is the
/// default. The framework would take them as they are, play them, and save infinity as something that it cannot read again.
pub(crate) fn bring_into_range(state: &mut PluginState) {
    let params = ProsceniumParams::default();
    for (id, param, _) in params.param_map() {
        let (ParamPtr::FloatParam(_), Some(value)) = (param, state.params.get_mut(&id)) else {
            continue;
        };
        // SAFETY: the parameter lives in `params`.
        let [min, default, max] =
            unsafe { [0.0, param.default_normalized_value(), 1.0].map(|normalized| param.preview_plain(normalized)) };
        // The framework does not let the value's type be named; its form is that of the saved text.
        let Ok(form) = serde_json::to_value(&*value) else {
            continue;
        };
        let plain = match form.get("f32") {
            Some(number) => number
                .as_f64()
                .map_or(default, |number| (number as f32).clamp(min, max)),
            None => continue,
        };
        if let Ok(mended) = serde_json::from_value(serde_json::json!({ "f32": plain })) {
            *value = mended;
        }
    }
}

impl ProsceniumParams {
    /// The values of this moment in the engine's terms. Safe on the audio thread.
    pub fn controls(&self) -> Controls {
        let share = |percent: &FloatParam| percent.value() / 100.0;
        Controls {
            width_rad: self.width.value().to_radians(),
            depth: share(&self.depth),
            center: share(&self.center),
            center_gain: util::db_to_gain(self.center_level.value()),
            cancel: share(&self.cancel),
            trim_gain: util::db_to_gain(self.trim.value()),
            guard: self.guard.value(),
            bypass: self.bypass.value(),
            programme: match self.program.value() {
                ProgrammeParam::Stereo => Programme::Stereo,
                ProgrammeParam::Binaural => Programme::Binaural,
            },
            output: match self.output.value() {
                OutputParam::Auto => Output::Auto,
                OutputParam::Drivers => Output::Drivers,
                OutputParam::Headphones => Output::Headphones,
                OutputParam::Preview => Output::Preview,
                OutputParam::Stems => Output::Stems,
            },
            design: self.design_settings(),
            at_once: self.tracked.pose().is_some(),
        }
    }

    /// The room around the preview at this moment. Safe on the audio thread.
    pub fn room_choice(&self) -> RoomChoice {
        match self.room.value() {
            RoomParam::Off => RoomChoice::Off,
            RoomParam::LivingRoom => RoomChoice::LivingRoom,
            RoomParam::Office => RoomChoice::Office,
            RoomParam::Custom => RoomChoice::Custom(self.session.room_revision()),
        }
    }

    /// Where the listener is at this moment: where they are tracked, else where the parameters say. Safe on the audio thread.
    pub fn listener(&self) -> ListenerPose {
        self.tracked.pose().unwrap_or_else(|| ListenerPose {
            distance_m: within(&self.distance, 1.0, &DISTANCES_M),
            offset_m: within(&self.offset, 1.0, &OFFSETS_M),
            yaw_deg: within(&self.yaw, 1.0, &YAWS_DEG),
        })
    }

    /// What filters are designed for at this moment. Safe on the audio thread.
    pub fn design_settings(&self) -> DesignSettings {
        let listener = self.listener();
        DesignSettings {
            device: match self.device.value() {
                DeviceParam::Custom => DeviceChoice::Custom(self.session.device_revision()),
                preset => DeviceChoice::Preset(preset as u8),
            },
            tone: within(&self.tone, 0.01, &(0.0..=1.0)),
            zone_m: within(&self.zone, 0.01, &(0.0..=0.15)),
            distance_m: listener.distance_m,
            offset_m: listener.offset_m,
            yaw_rad: listener.yaw_deg.to_radians(),
            effort_db: within(&self.effort, 1.0, &(0.0..=18.0)),
            zone_goal: match self.zone_goal.value() {
                ZoneGoalParam::Mean => ZoneGoal::Mean,
                ZoneGoalParam::WorstPosition => ZoneGoal::WorstPosition,
            },
            target: self.session.target(),
            beam: match self.beam.value() {
                BeamParam::Nulls => BeamKind::Nulls,
                BeamParam::ConstantDirectivity => BeamKind::ConstantDirectivity,
            },
            muted: self.session.silent_drivers(),
            route: self.session.route(),
            gain_db: self.session.gains_db(),
            room: self.room_choice(),
        }
    }
}

/// A parameter's value times `scale` within a range; its default in the place of what is not a number.
fn within(param: &FloatParam, scale: f32, range: &RangeInclusive<f32>) -> f32 {
    let value = param.value() * scale;
    if value.is_finite() {
        value.clamp(*range.start(), *range.end())
    } else {
        param.default_plain_value() * scale
    }
}
