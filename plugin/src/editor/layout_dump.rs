//! Tells tests that use the real window where its widgets are.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::time::{Duration, Instant};

use nice_plug::prelude::*;

use super::scene::Atlas;

/// Names the file to write; nothing is written without it.
const VARIABLE: &str = "PROSCENIUM_LAYOUT_DUMP";
/// Shortest time between two writes.
const PERIOD: Duration = Duration::from_millis(100);

/// Writes the atlas to the file that the environment names.
pub(crate) struct LayoutDump {
    file: Option<OsString>,
    written_at: Option<Instant>,
}

impl LayoutDump {
    /// Reads the environment.
    pub(crate) fn new() -> Self {
        Self {
            file: std::env::var_os(VARIABLE),
            written_at: None,
        }
    }

    /// Writes the places of all widgets, in points, and the pixels per point, as JSON.
    pub(crate) fn write(&mut self, ctx: &egui::Context, atlas: &Atlas) {
        let Some(file) = &self.file else { return };
        if self.written_at.is_some_and(|at| at.elapsed() < PERIOD) {
            ctx.request_repaint_after(PERIOD);
            return;
        }
        self.written_at = Some(Instant::now());
        let size = ctx.content_rect().size();
        let corners = |rect: egui::Rect| [rect.min.x, rect.min.y, rect.max.x, rect.max.y];
        let widgets: BTreeMap<&str, [f32; 4]> = atlas.widgets().map(|(name, rect)| (name, corners(rect))).collect();
        let dump = serde_json::json!({
            "scale": ctx.pixels_per_point(),
            "size": [size.x, size.y],
            "widgets": widgets,
        });
        if let Err(error) = std::fs::write(file, dump.to_string()) {
            nice_error!("{VARIABLE}: {error}");
            self.file = None;
        }
    }
}
