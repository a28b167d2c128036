//! The user's grip on parameters: every change reaches the host as begin, values, end, so that automation is recorded.

use std::time::{Duration, Instant};

use nice_plug::context::gui::GuiContext;
use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::*;

/// Longest time until the plugin has a value that it was sent: the host's longest block and a bit.
const UNDER_WAY: Duration = Duration::from_millis(300);

/// Parameters that the user holds at the moment. Lives as long as the editor is open.
#[derive(Default)]
pub(crate) struct Grip {
    held: Vec<(ParamPtr, bool)>,
    /// Normalised values that were sent, and when.
    sent: Vec<(ParamPtr, f32, Instant)>,
}

impl Grip {
    fn note_sent(&mut self, param: ParamPtr, normalized: f32) {
        self.sent.retain(|(other, ..)| *other != param);
        self.sent.push((param, normalized, Instant::now()));
    }
}

/// What widgets change parameters with, for one frame.
///
/// A widget calls [`hold`](Self::hold) in every frame in which the user holds it. The gesture begins with the first and ends
/// after the last of them, also if the widget goes away in between.
pub(crate) struct Hands<'a> {
    setter: ParamSetter<'a>,
    grip: &'a mut Grip,
}

impl<'a> Hands<'a> {
    /// Begins a frame.
    pub(crate) fn new(context: &'a GuiContext, grip: &'a mut Grip) -> Self {
        for (_, touched) in &mut grip.held {
            *touched = false;
        }
        grip.sent.retain(|(.., at)| at.elapsed() < UNDER_WAY);
        let setter = context.param_setter();
        Self { setter, grip }
    }

    /// Holds a parameter in this frame.
    pub(crate) fn hold<P: Param>(&mut self, param: &P) {
        let ptr = param.as_ptr();
        match self.grip.held.iter_mut().find(|(held, _)| *held == ptr) {
            Some((_, touched)) => *touched = true,
            None => {
                self.setter.begin_set_parameter(param);
                self.grip.held.push((ptr, true));
            }
        }
    }

    /// Whether the user holds a parameter.
    pub(crate) fn holds<P: Param>(&self, param: &P) -> bool {
        self.grip.held.iter().any(|(held, _)| *held == param.as_ptr())
    }

    /// The normalised value that the user sees themselves as having set: the one that was just sent, which the plugin takes
    /// with the host's next block, else the parameter's own.
    pub(crate) fn normalized<P: Param>(&self, param: &P) -> f32 {
        let ptr = param.as_ptr();
        let sent = self.grip.sent.iter().find(|(sent, ..)| *sent == ptr);
        sent.map_or_else(
            || param.unmodulated_normalized_value(),
            |(_, normalized, _)| *normalized,
        )
    }

    /// Sets a parameter; a gesture of its own unless the parameter is held.
    pub(crate) fn set<P: Param>(&mut self, param: &P, value: P::Plain) {
        let normalized = param.preview_normalized(value);
        self.grip.note_sent(param.as_ptr(), normalized);
        if self.holds(param) {
            self.setter.set_parameter_normalized(param, normalized);
        } else {
            self.setter.begin_set_parameter(param);
            self.setter.set_parameter_normalized(param, normalized);
            self.setter.end_set_parameter(param);
        }
    }

    /// Sets a parameter by its normalised value, 0 to 1, as [`set`](Self::set) does.
    pub(crate) fn set_normalized<P: Param>(&mut self, param: &P, normalized: f32) {
        self.set(param, param.preview_plain(normalized.clamp(0.0, 1.0)));
    }

    /// Sets any parameter by its normalised value, with a gesture of its own.
    ///
    /// # Safety
    /// The pointer must be one of this instance's parameters.
    pub(crate) unsafe fn set_raw(&mut self, param: ParamPtr, normalized: f32) {
        self.grip.note_sent(param, normalized);
        // SAFETY: the caller's.
        unsafe {
            self.setter.raw_context.raw_begin_set_parameter(param);
            self.setter.raw_context.raw_set_parameter_normalized(param, normalized);
            self.setter.raw_context.raw_end_set_parameter(param);
        }
    }

    /// Sets a parameter to its default.
    pub(crate) fn reset<P: Param>(&mut self, param: &P) {
        self.set(param, param.default_plain_value());
    }

    /// Ends the frame, and with it the gestures of parameters that were let go.
    pub(crate) fn finish(self) {
        let raw_context = self.setter.raw_context;
        self.grip.held.retain(|&(ptr, touched)| {
            if !touched {
                // SAFETY: the pointer was made from a parameter of this instance in `hold`; they live as long as the
                // plugin, which outlives its editor.
                unsafe { raw_context.raw_end_set_parameter(ptr) };
            }
            touched
        });
    }
}
