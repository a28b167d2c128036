//! Panels under test: an instance without a host, and a record of what the user's doing told the host.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use egui::{Event, Modifiers, MouseWheelUnit, Pos2, Rect, Ui, Vec2, vec2};
use egui_kittest::Harness;
use nice_plug::context::PluginApi;
use nice_plug::context::gui::{GuiContext, GuiContextInner};
use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::*;

use super::analyst::{Question, Snapshot, answer};
use super::hands::{Grip, Hands};
use super::levels::DriverLevels;
use super::scene::{Atlas, Cursor, Scene};
use super::theme;
use crate::shared::Shared;

/// What the host was told about a parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Told {
    /// A gesture begins.
    Begin,
    /// A new normalised value.
    Set(f32),
    /// The gesture is over.
    End,
}

/// A host that takes every value and writes everything down.
pub(crate) struct Recorder {
    ids: HashMap<ParamPtr, String>,
    told: Mutex<Vec<(String, Told)>>,
}

impl Recorder {
    /// A host of an instance, which must outlive it.
    pub(crate) fn new(instance: &Shared) -> Arc<Self> {
        let ids = instance.params.param_map().into_iter().map(|(id, ptr, _)| (ptr, id));
        Arc::new(Self {
            ids: ids.collect(),
            told: Mutex::default(),
        })
    }

    fn tell(&self, param: ParamPtr, told: Told) {
        let mut all = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        all.push((self.ids[&param].clone(), told));
    }

    /// Everything since the last call, in order, with parameter ids.
    pub(crate) fn take(&self) -> Vec<(String, Told)> {
        std::mem::take(&mut self.told.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The same, if all of it is one gesture after the other, each begun, set and ended: the ids in order.
    ///
    /// # Panics
    /// If a gesture is not complete.
    pub(crate) fn take_gestures(&self) -> Vec<String> {
        let told = self.take();
        let mut open: Vec<String> = Vec::new();
        let mut done = Vec::new();
        for (id, told) in told {
            match told {
                Told::Begin => {
                    assert!(!open.contains(&id), "{id} is begun twice");
                    open.push(id);
                }
                Told::Set(_) => assert!(open.contains(&id), "{id} is set without a gesture"),
                Told::End => {
                    assert!(open.contains(&id), "{id} is ended without a gesture");
                    open.retain(|other| *other != id);
                    done.push(id);
                }
            }
        }
        assert!(open.is_empty(), "never ended: {open:?}");
        done
    }
}

impl GuiContextInner for Recorder {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Clap
    }

    unsafe fn raw_begin_set_parameter(&self, param: ParamPtr) {
        self.tell(param, Told::Begin);
    }

    unsafe fn raw_set_parameter_normalized(&self, param: ParamPtr, normalized: f32) {
        // SAFETY: the parameters live in the instance that made this recorder, which its users hold.
        unsafe { param._internal_set_normalized_value(normalized) };
        self.tell(param, Told::Set(normalized));
    }

    unsafe fn raw_end_set_parameter(&self, param: ParamPtr) {
        self.tell(param, Told::End);
    }

    fn get_state(&self) -> PluginState {
        unimplemented!("panels do not save state")
    }

    fn set_state(&self, _state: PluginState) {
        unimplemented!("panels do not load state")
    }

    fn request_restart(&self) {}
}

/// A panel in a window of its own.
pub(crate) struct Stand {
    pub(crate) shared: Shared,
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) snapshot: Option<Arc<Snapshot>>,
    pub(crate) cursor: Cursor,
    pub(crate) atlas: Atlas,
    levels: DriverLevels,
    grip: Grip,
}

impl Stand {
    /// A stand with the default device, not yet analysed.
    pub(crate) fn new() -> Self {
        let shared = Shared::default();
        Self {
            recorder: Recorder::new(&shared),
            shared,
            snapshot: None,
            cursor: Cursor::default(),
            atlas: Atlas::default(),
            levels: DriverLevels::default(),
            grip: Grip::default(),
        }
    }

    /// The same with the analysis of the parameters as they are.
    pub(crate) fn analysed(mut self) -> Self {
        let question = Question::new(&self.shared.params, 48_000.0);
        let snapshot = answer(&self.shared, question, std::time::Instant::now(), &mut None);
        self.snapshot = Some(Arc::new(snapshot));
        self
    }

    /// The same with audio running, be it silence.
    pub(crate) fn playing(mut self) -> Self {
        self.levels.pretend_to_run();
        self
    }

    /// Draws one frame with `show`.
    pub(crate) fn frame(&mut self, ui: &mut Ui, show: impl FnOnce(&mut Ui, &mut Scene<'_>)) {
        let context = GuiContext::new(Arc::clone(&self.recorder) as Arc<dyn GuiContextInner>);
        self.atlas.clear();
        let mut scene = Scene {
            links: &self.shared,
            hands: Hands::new(&context, &mut self.grip),
            snapshot: self.snapshot.as_deref(),
            cursor: &mut self.cursor,
            atlas: &mut self.atlas,
            levels: &mut self.levels,
        };
        show(ui, &mut scene);
        scene.hands.finish();
    }

    /// A window of `size` points that draws `show`.
    pub(crate) fn harness<'a>(
        self,
        size: Vec2,
        mut show: impl FnMut(&mut Ui, &mut Scene<'_>) + 'a,
    ) -> Harness<'a, Self> {
        // Steps short enough for a double click.
        let builder = Harness::builder().with_size(size).with_step_dt(0.02).with_max_steps(40);
        builder.build_ui_state(
            move |ui, stand: &mut Self| {
                theme::install(ui.ctx());
                stand.frame(ui, &mut show);
            },
            self,
        )
    }
}

/// Where the panel has noted a widget.
///
/// # Panics
/// If it has not.
pub(crate) fn place(harness: &Harness<'_, Stand>, name: &str) -> Rect {
    let mut widgets = harness.state().atlas.widgets();
    let found = widgets.find(|(key, _)| *key == name);
    found.unwrap_or_else(|| panic!("no widget '{name}'")).1
}

/// Clicks with the left button.
pub(crate) fn click<State>(harness: &mut Harness<'_, State>, at: Pos2) {
    harness.hover_at(at);
    harness.step();
    harness.drag_at(at);
    harness.step();
    harness.drop_at(at);
    harness.run();
}

/// Drags with the left button, in a few steps.
pub(crate) fn drag<State>(harness: &mut Harness<'_, State>, from: Pos2, way: Vec2) {
    const STEPS: usize = 4;
    harness.hover_at(from);
    harness.step();
    harness.drag_at(from);
    harness.step();
    for step in 1..=STEPS {
        harness.hover_at(from + way * step as f32 / STEPS as f32);
        harness.step();
    }
    harness.drop_at(from + way);
    harness.run();
}

/// Turns the wheel by notches, away from the user if positive, over what the pointer is on.
pub(crate) fn turn_wheel<State>(harness: &mut Harness<'_, State>, notches: f32) {
    harness.event(Event::MouseWheel {
        unit: MouseWheelUnit::Line,
        delta: vec2(0.0, notches),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    });
    // The wheel turns on smoothly for a while after its event.
    harness.run_steps(2);
}
