//! What the user sets, as the engine reads it.

use crate::design::DesignSettings;

/// What the two inputs are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Programme {
    /// A stereo mix: upmixed and virtualised.
    #[default]
    Stereo,
    /// Ear signals: they go straight to the canceller.
    Binaural,
}

/// What the outputs carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Output {
    /// Drivers where the host grants a channel for each, else Preview.
    #[default]
    Auto,
    /// One signal per driver, folded down if there are too few channels.
    Drivers,
    /// The virtual stereo pair for headphones, on channels 1 and 2.
    Headphones,
    /// What the listener's ears receive from the drivers, on channels 1 and 2.
    Preview,
    /// Left, right and centre stems on channels 1 to 3.
    Stems,
}

/// Values of all controls at one programme sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Controls {
    /// Half-angle of the virtual pair, radians, 0 to π/2.
    pub width_rad: f32,
    /// Strength of the centre beam, 0 to 1.
    pub depth: f32,
    /// Share of the phantom centre that moves to the centre path, 0 to 1.
    pub center: f32,
    /// Gain of the centre path, linear.
    pub center_gain: f32,
    /// Strength of the cancellation, 0 to 1.
    pub cancel: f32,
    /// Output gain, linear.
    pub trim_gain: f32,
    /// Whether the peak guard is on.
    pub guard: bool,
    /// Whether the plugin is bypassed.
    pub bypass: bool,
    /// What the inputs are.
    pub programme: Programme,
    /// What the outputs carry.
    pub output: Output,
    /// What the filters are designed for.
    pub design: DesignSettings,
    /// Whether a change of `design` is of this moment, such as a step of a tracked head, and not of a sample of the programme:
    /// it is then heard as soon as the filters are there. Offline renders would not repeat with it.
    pub at_once: bool,
}

impl Default for Controls {
    fn default() -> Self {
        Self {
            width_rad: 30_f32.to_radians(),
            depth: 1.0,
            center: 1.0,
            center_gain: 1.0,
            cancel: 1.0,
            trim_gain: 1.0,
            guard: true,
            bypass: false,
            programme: Programme::Stereo,
            output: Output::Auto,
            design: DesignSettings::default(),
            at_once: false,
        }
    }
}
