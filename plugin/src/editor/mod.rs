//! The editor: an egui window inside the host's.
//!
//! ```text
//! mod.rs      the host's side: opening, size, scale
//! app.rs      one frame: header, stage, analysis panels, knobs, status
//! analyst.rs  the thread that analyses the current design
//! device/     the choice of the device, and device files
//! failure.rs  what is shown after a panic
//! hands.rs    changes parameters, with gestures
//! scene.rs    what every panel gets
//! theme.rs    colours and sizes
//! ```
//!
//! The audio thread is read through atomics only.

mod analyst;
mod app;
mod axes;
mod beam;
mod cancellation;
mod closing;
mod compare;
mod device;
mod drivers;
mod failure;
mod hands;
mod header;
mod keyboard;
mod knobs;
mod layout;
mod layout_dump;
mod legend;
mod levels;
mod maps;
mod memory;
mod nudge;
mod param_values;
mod presets;
mod room;
mod scene;
mod stage;
mod status;
#[cfg(test)]
mod testing;
mod theme;
mod widgets;
mod zone_map;

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::{LogicalSize, NativeSize, Size};
use nice_plug::editor::{
    Editor, EditorHandle, HostMethods, Modifiers, ParentWindowHandle, ResizeHint, SpawnedEditor, VirtualKeyCode,
};
use nice_plug::prelude::*;
use nice_plug_egui::{
    EguiEditorHandle, EguiEditorState, EguiNiceSettings, RepaintNotifier, baseview, create_egui_editor,
};

use app::App;
pub use closing::EditorWindow;
use memory::Desk;
use nudge::{Nudge, POLLING};

use crate::session::MIN_EDITOR_SIZE;
use crate::shared::Shared;

/// Opens the editor of one instance, as often as the host likes. What the user left open is kept in between.
pub struct ProsceniumEditor {
    desk: Arc<Desk>,
}

impl ProsceniumEditor {
    /// The editor of an instance.
    pub(crate) fn new(links: Shared) -> Self {
        Self {
            desk: Arc::new(Desk::new(links)),
        }
    }

    fn open(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        fallback_scale_factor: Option<f64>,
        gui_context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<ProsceniumEditorHandle>, Box<dyn Error>> {
        if let Some(scale) = fallback_scale_factor {
            self.desk.note_system_scale(scale);
        }
        let view = self.desk.view();
        let [width, height] = view.size.map(|points| points as f32);
        let state = EguiEditorState::from_size(LogicalSize::new(width, height), view.scale);
        let nudge = Nudge::default();
        let settings = EguiNiceSettings::new()
            .with_tile("Proscenium")
            .with_resize_hint(self.resize_hint())
            .with_repaint_poll_interval(POLLING);
        let (presence, into_window) = closing::sides();
        let app = App::new(Arc::clone(&self.desk), host.is_some(), presence, nudge.clone());
        let Some(editor) = create_egui_editor(state, RepaintNotifier::new(), settings, app) else {
            return Err("the window toolkit made no editor".into());
        };
        let spawned = editor
            .spawn(parent, wait_for_parent, fallback_scale_factor, gui_context, host)
            .inspect_err(|error| nice_error!("The editor cannot open: {error}. {WHAT_IT_NEEDS}"))?;
        Ok(SpawnedEditor {
            handle: ProsceniumEditorHandle {
                inner: spawned.handle,
                nudge,
                desk: Arc::clone(&self.desk),
            },
            window: into_window(spawned.window),
        })
    }
}

impl Editor for ProsceniumEditor {
    type Handle = ProsceniumEditorHandle;

    fn spawn(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        fallback_scale_factor: Option<f64>,
        gui_context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<Self::Handle>, Box<dyn Error>> {
        let open = || self.open(parent, wait_for_parent, fallback_scale_factor, gui_context, host);
        // A panic must not get into the host, which has called this.
        catch_unwind(AssertUnwindSafe(open)).unwrap_or_else(|_| {
            nice_error!("The editor failed while it opened. The plugin plays on, and the host's own controls work.");
            Err("the editor failed while it opened".into())
        })
    }

    fn size(&self) -> NativeSize<u32> {
        self.desk.window_size()
    }

    fn resize_hint(&self) -> ResizeHint {
        let [width, height] = MIN_EDITOR_SIZE.map(|points| points as f32 * self.desk.view().scale);
        ResizeHint::RESIZABLE.with_min_logical_size(LogicalSize::new(width, height))
    }
}

/// For the log, where a window cannot be opened.
const WHAT_IT_NEEDS: &str = if cfg!(target_os = "linux") {
    "It needs an X11 display (DISPLAY) and OpenGL 3.2 (libX11, libX11-xcb, libxcb, libxkbcommon-x11, libGL). \
     The plugin plays on, and the host's own controls work."
} else {
    "It needs OpenGL 3.2. The plugin plays on, and the host's own controls work."
};

/// An open editor in the hands of the host.
pub struct ProsceniumEditorHandle {
    inner: EguiEditorHandle,
    nudge: Nudge,
    desk: Arc<Desk>,
}

impl EditorHandle for ProsceniumEditorHandle {
    type Window = EditorWindow;
    type Error = baseview::Error;

    fn run_until_closed(window: Self::Window) -> Result<(), Self::Error> {
        EguiEditorHandle::run_until_closed(window.into_window())
    }

    fn set_parent(&self, parent: ParentWindowHandle, window: &Self::Window) -> Result<(), Self::Error> {
        self.inner.set_parent(parent, window.window())
    }

    fn show(&self, window: &Self::Window) -> Result<(), Self::Error> {
        self.inner.show(window.window())
    }

    fn hide(&self, window: &Self::Window) -> Result<(), Self::Error> {
        self.inner.hide(window.window())
    }

    fn set_size(&self, new_size: NativeSize<u32>, window: &Self::Window) -> Result<(), Self::Error> {
        self.inner.set_size(new_size, window.window())
    }

    fn host_main_thread_callback(&self, window: &Self::Window) {
        self.inner.host_main_thread_callback(window.window());
    }

    fn adjust_size(&self, new_size: NativeSize<u32>, _window: &Self::Window) -> Option<NativeSize<u32>> {
        let scale = f64::from(self.desk.view().scale);
        let [width, height] = MIN_EDITOR_SIZE.map(|points| f64::from(points) * scale);
        let least =
            NativeSize::<u32>::from_size(Size::Logical(LogicalSize::new(width, height)), self.desk.system_scale());
        Some(NativeSize::new(
            new_size.width.max(least.width),
            new_size.height.max(least.height),
        ))
    }

    fn set_fallback_scale_factor(&self, scale_factor: f64, window: &Self::Window) -> Result<(), Self::Error> {
        self.desk.note_system_scale(scale_factor);
        self.inner.set_fallback_scale_factor(scale_factor, window.window())
    }

    fn on_virtual_key_from_host(&self, key_code: VirtualKeyCode, is_down: bool, modifiers: Modifiers) -> bool {
        self.inner.on_virtual_key_from_host(key_code, is_down, modifiers)
    }

    fn state_changed(&self) {
        self.nudge.request();
    }

    fn param_value_changed(&self, _id: &str, _normalized_value: f32) {
        self.nudge.request();
    }

    fn param_modulation_changed(&self, _id: &str, _modulation_offset: f32) {
        self.nudge.request();
    }
}
