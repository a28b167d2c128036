//! The plugin's parameters as options, with the same ids, units, ranges and defaults (a test compares them with the plugin's).
//!
//! In three groups, since a static export has no use for some and a mere design for most.

mod choice;
mod number;

pub use choice::{BeamChoice, ProgrammeChoice, RoomParameter, Switch, UpmixChoice, ZoneGoalChoice, id};
pub use number::{
    CANCEL, CENTER, CENTER_LEVEL, DEPTH, DISTANCE, EFFORT, NUMBERS, Number, OFFSET, TONE, TRIM, WIDTH, YAW, ZONE,
};

use crate::device_source::NamedDevice;
use crate::failure::Failure;
use crate::head::{self, HeadChoice};
use clap::Args;
use proscenium_dsp::design::DesignSettings;
use proscenium_dsp::engine::{Controls, Output, Programme};
use serde_json::{Value, json};

/// What filters depend on besides the device.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Parameters of the design")]
pub struct DesignParameters {
    /// Strength of the tone equaliser, 0 to 100 %
    #[arg(long, value_name = "%", default_value_t = TONE.default, value_parser = |text: &str| TONE.parse(text))]
    pub tone: f32,
    /// Half-width of the listening zone, 0 to 15 cm
    #[arg(long, value_name = "CM", default_value_t = ZONE.default, value_parser = |text: &str| ZONE.parse(text))]
    pub zone: f32,
    /// From the listener to the device, 0.3 to 5 m [default: what the device is made for, else 2]
    #[arg(long, value_name = "M", value_parser = |text: &str| DISTANCE.parse(text))]
    pub distance: Option<f32>,
    /// Listener to their left (+) or right, -1 to 1 m
    #[arg(long, value_name = "M", allow_negative_numbers = true, default_value_t = OFFSET.default,
        value_parser = |text: &str| OFFSET.parse(text))]
    pub offset: f32,
    /// The listener's head turned to their left (+) or right, -45 to 45 °
    #[arg(long, value_name = "DEG", allow_negative_numbers = true, default_value_t = YAW.default,
        value_parser = |text: &str| YAW.parse(text))]
    pub yaw: f32,
    /// How much louder the drivers may play for the cancellation, 0 to 18 dB
    #[arg(long, value_name = "DB", default_value_t = EFFORT.default, value_parser = |text: &str| EFFORT.parse(text))]
    pub effort: f32,
    /// Kind of the centre beam
    #[arg(long, value_enum, default_value_t = BeamChoice::Nulls)]
    pub beam: BeamChoice,
    /// What the cancellation over the zone is judged by
    #[arg(long, value_enum, default_value_t = ZoneGoalChoice::Mean)]
    pub zone_goal: ZoneGoalChoice,
    /// The listener's head: sphere, sphere:RADIUS in m, or a SOFA file (SimpleFreeFieldHRIR) [default: that of the device]
    #[arg(long, value_name = "HEAD", value_parser = head::parse)]
    pub head: Option<HeadChoice>,
}

/// What the left and the right path depend on besides their filters.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Parameters of left and right")]
pub struct SideParameters {
    /// Half-angle of the virtual pair, 0 to 90 °
    #[arg(long, value_name = "DEG", default_value_t = WIDTH.default, value_parser = |text: &str| WIDTH.parse(text))]
    pub width: f32,
    /// Strength of the crosstalk cancellation, 0 to 100 %
    #[arg(long, value_name = "%", default_value_t = CANCEL.default, value_parser = |text: &str| CANCEL.parse(text))]
    pub cancel: f32,
    /// What the input is
    #[arg(long, value_enum, default_value_t = ProgrammeChoice::Stereo)]
    pub program: ProgrammeChoice,
    /// Output level, -24 to 12 dB
    #[arg(long, value_name = "DB", allow_negative_numbers = true, default_value_t = TRIM.default,
        value_parser = |text: &str| TRIM.parse(text))]
    pub trim: f32,
}

/// What else the plugin has.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Parameters of centre and output")]
pub struct PlaybackParameters {
    /// Strength of the centre beam, 0 to 100 %
    #[arg(long, value_name = "%", default_value_t = DEPTH.default, value_parser = |text: &str| DEPTH.parse(text))]
    pub depth: f32,
    /// How much of the phantom centre moves to the centre path, 0 to 100 %
    #[arg(long, value_name = "%", default_value_t = CENTER.default, value_parser = |text: &str| CENTER.parse(text))]
    pub center: f32,
    /// Level of the centre path, -12 to 6 dB
    #[arg(long, value_name = "DB", allow_negative_numbers = true, default_value_t = CENTER_LEVEL.default,
        value_parser = |text: &str| CENTER_LEVEL.parse(text))]
    pub center_level: f32,
    /// How the centre is extracted
    #[arg(long, value_enum, default_value_t = UpmixChoice::High)]
    pub upmix: UpmixChoice,
    /// Hold peaks at -1 dBFS by one gain for all channels
    #[arg(long, value_enum, default_value_t = Switch::On)]
    pub guard: Switch,
    /// The input with the same latency
    #[arg(long, value_enum, default_value_t = Switch::Off)]
    pub bypass: Switch,
    /// Room around the preview
    #[arg(long, value_enum, default_value_t = RoomParameter::Off)]
    pub room: RoomParameter,
}

impl DesignParameters {
    /// Distance from the listener to the device, metres; unless set that which picking the device in the plugin's editor sets.
    #[must_use]
    pub fn distance_m(&self, named: &NamedDevice) -> f32 {
        let nominal = || DISTANCE.as_kept(named.device.nominal_distance_m() as f32);
        self.distance.unwrap_or_else(nominal)
    }

    /// The device for a listener with the head that is asked for.
    ///
    /// # Errors
    /// When there is no such head.
    pub fn listened_to(&self, named: NamedDevice) -> Result<NamedDevice, Failure> {
        match &self.head {
            Some(head) => head.applied(named),
            None => Ok(named),
        }
    }

    /// What filters are designed for.
    #[must_use]
    pub fn settings(&self, named: &NamedDevice) -> DesignSettings {
        DesignSettings {
            device: named.choice,
            tone: self.tone * 0.01,
            zone_m: self.zone * 0.01,
            distance_m: self.distance_m(named),
            offset_m: self.offset,
            yaw_rad: self.yaw.to_radians(),
            effort_db: self.effort,
            zone_goal: self.zone_goal.into(),
            beam: self.beam.into(),
            ..DesignSettings::default()
        }
    }

    /// Ids and values in the plugin's units.
    #[must_use]
    pub fn to_json(&self, named: &NamedDevice) -> Value {
        json!({
            "tone": rounded(self.tone),
            "zone": rounded(self.zone),
            "distance": rounded(self.distance_m(named)),
            "offset": rounded(self.offset),
            "yaw": rounded(self.yaw),
            "effort": rounded(self.effort),
            "beam": id(&self.beam),
            "zone_goal": id(&self.zone_goal),
            "head": head::to_json(&named.device.head),
        })
    }
}

impl SideParameters {
    /// Strength of the cancellation, 0 to 1.
    #[must_use]
    pub fn cancel_share(&self) -> f32 {
        self.cancel / 100.0
    }

    /// Output level, linear.
    #[must_use]
    pub fn trim_gain(&self) -> f32 {
        gain(self.trim)
    }

    /// Ids and values in the plugin's units.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "width": rounded(self.width),
            "cancel": rounded(self.cancel),
            "program": id(&self.program),
            "trim": rounded(self.trim),
        })
    }
}

impl PlaybackParameters {
    /// What the engine is told, together with the other groups.
    #[must_use]
    pub fn controls(&self, sides: &SideParameters, design: DesignSettings, output: Output) -> Controls {
        Controls {
            width_rad: sides.width.to_radians(),
            depth: self.depth / 100.0,
            center: self.center / 100.0,
            center_gain: gain(self.center_level),
            cancel: sides.cancel_share(),
            trim_gain: sides.trim_gain(),
            guard: self.guard == Switch::On,
            bypass: self.bypass == Switch::On,
            programme: Programme::from(sides.program),
            output,
            design: DesignSettings {
                room: self.room.into(),
                ..design
            },
            at_once: false,
        }
    }

    /// Ids and values in the plugin's units.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "depth": rounded(self.depth),
            "center": rounded(self.center),
            "center_level": rounded(self.center_level),
            "upmix": id(&self.upmix),
            "guard": id(&self.guard),
            "bypass": id(&self.bypass),
            "room": id(&self.room),
        })
    }
}

/// Groups of parameters as one object.
#[must_use]
pub fn merged(groups: impl IntoIterator<Item = Value>) -> Value {
    let mut all = serde_json::Map::new();
    for group in groups {
        if let Value::Object(group) = group {
            all.extend(group);
        }
    }
    all.into()
}

/// Linear gain of a level in dB.
fn gain(level_db: f32) -> f32 {
    // In the plugin's words, for the same rounding.
    10_f32.powf(level_db * 0.05)
}

/// A value as people would write it, without the rounding error of single precision.
fn rounded(value: f32) -> f64 {
    (f64::from(value) * 1e4).round() / 1e4
}
