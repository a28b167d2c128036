//! What an instance's editor keeps while it is closed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crossbeam::atomic::AtomicCell;
use nice_plug::editor::dpi::{LogicalSize, NativeSize, Size};

use super::compare::Comparison;
use super::scene::Cursor;
use crate::session::EditorView;
use crate::shared::Shared;

/// What the user left behind in the editor.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// What the panels look at together.
    pub(crate) cursor: Cursor,
    /// The preset that was picked last.
    pub(crate) preset: Option<&'static str>,
    /// A and B.
    pub(crate) comparison: Comparison,
}

/// What editor, window and host share about one instance.
pub(crate) struct Desk {
    /// The plugin.
    pub(crate) links: Shared,
    memory: Mutex<Memory>,
    /// Physical pixels per logical pixel, as far as the system or the host have told.
    system_scale: AtomicCell<f64>,
}

impl Desk {
    /// A desk on which nothing has been left yet.
    pub(crate) fn new(links: Shared) -> Self {
        Self {
            links,
            memory: Mutex::default(),
            system_scale: AtomicCell::new(1.0),
        }
    }

    /// What the user left behind. GUI thread only.
    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Size, scale and panel as the session has them.
    pub(crate) fn view(&self) -> EditorView {
        self.links.params.session.editor_view()
    }

    /// Changes size, scale or panel in the session.
    pub(crate) fn change_view(&self, change: impl FnOnce(&mut EditorView)) {
        let mut view = self.view();
        change(&mut view);
        self.links.params.session.set_editor_view(view);
    }

    /// Physical pixels per logical pixel.
    pub(crate) fn system_scale(&self) -> f64 {
        self.system_scale.load()
    }

    /// Takes note of the system's scale.
    pub(crate) fn note_system_scale(&self, scale: f64) {
        if scale.is_finite() && scale > 0.0 {
            self.system_scale.store(scale);
        }
    }

    /// Size of the window in the platform's own pixels.
    pub(crate) fn window_size(&self) -> NativeSize<u32> {
        let EditorView { size, scale, .. } = self.view();
        let [width, height] = size.map(|points| f64::from(points) * f64::from(scale));
        NativeSize::from_size(Size::Logical(LogicalSize::new(width, height)), self.system_scale())
    }
}
