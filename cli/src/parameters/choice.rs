//! Parameters that are choices, in the plugin's words.

use clap::ValueEnum;
use proscenium_dsp::design::{BeamKind, RoomChoice, ZoneGoal};
use proscenium_dsp::engine::Programme;
use proscenium_dsp::upmix::UpmixMode;

/// What the two channels of the input are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgrammeChoice {
    /// A stereo mix
    Stereo,
    /// Ear signals: no upmix, no virtual pair
    Binaural,
}

/// How the centre is extracted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UpmixChoice {
    /// No centre path
    Off,
    /// Short window
    LowLatency,
    /// Long window
    High,
}

/// How the centre beam is designed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BeamChoice {
    /// Nulls at ±90°
    Nulls,
    /// One directivity index and lobe width from 300 Hz to 3 kHz
    ConstantDirectivity,
}

/// What the cancellation over the zone is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ZoneGoalChoice {
    /// The mean over the zone
    Mean,
    /// The worst position in the zone
    WorstPosition,
}

/// The room around the preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoomParameter {
    /// None: the free field
    Off,
    /// A furnished living room of 5 × 4 × 2.6 m
    LivingRoom,
    /// A small office of 4.2 × 3.2 × 2.7 m
    Office,
    /// The room of --room-file
    Custom,
}

/// A switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// On
    On,
    /// Off
    Off,
}

/// The plugin's id of a choice.
#[must_use]
pub fn id(choice: &impl ValueEnum) -> String {
    choice
        .to_possible_value()
        .map_or_else(String::new, |value| value.get_name().to_owned())
}

impl From<ProgrammeChoice> for Programme {
    fn from(choice: ProgrammeChoice) -> Self {
        match choice {
            ProgrammeChoice::Stereo => Self::Stereo,
            ProgrammeChoice::Binaural => Self::Binaural,
        }
    }
}

impl From<UpmixChoice> for UpmixMode {
    fn from(choice: UpmixChoice) -> Self {
        match choice {
            UpmixChoice::Off => Self::Off,
            UpmixChoice::LowLatency => Self::LowLatency,
            UpmixChoice::High => Self::High,
        }
    }
}

impl From<BeamChoice> for BeamKind {
    fn from(choice: BeamChoice) -> Self {
        match choice {
            BeamChoice::Nulls => Self::Nulls,
            BeamChoice::ConstantDirectivity => Self::ConstantDirectivity,
        }
    }
}

impl From<RoomParameter> for RoomChoice {
    fn from(choice: RoomParameter) -> Self {
        match choice {
            RoomParameter::Off => Self::Off,
            RoomParameter::LivingRoom => Self::LivingRoom,
            RoomParameter::Office => Self::Office,
            RoomParameter::Custom => Self::Custom(0),
        }
    }
}

impl From<ZoneGoalChoice> for ZoneGoal {
    fn from(choice: ZoneGoalChoice) -> Self {
        match choice {
            ZoneGoalChoice::Mean => Self::Mean,
            ZoneGoalChoice::WorstPosition => Self::WorstPosition,
        }
    }
}
