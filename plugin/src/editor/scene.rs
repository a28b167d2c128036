//! What every panel gets to draw with, and what panels share.

use std::collections::BTreeMap;

use egui::Rect;
use proscenium_dsp::array::Path;

use super::analyst::Snapshot;
use super::hands::Hands;
use super::levels::DriverLevels;
use crate::shared::Shared;

/// Lowest and highest frequency that the editor shows, Hz.
pub(crate) const FREQUENCIES_HZ: [f64; 2] = [100.0, 16_000.0];

/// What the panels look at together. Kept while the editor is closed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cursor {
    /// The chosen frequency, Hz.
    pub(crate) frequency_hz: f64,
    /// The chosen beam azimuth, degrees, listener's left positive.
    pub(crate) azimuth_deg: f64,
    /// The chosen path.
    pub(crate) path: Path,
}

impl Default for Cursor {
    fn default() -> Self {
        Self {
            frequency_hz: 1000.0,
            azimuth_deg: 90.0,
            path: Path::Center,
        }
    }
}

/// Where widgets are, by names such as `knob:width`: for tests that use the real window.
#[derive(Debug, Default)]
pub(crate) struct Atlas(BTreeMap<String, Rect>);

impl Atlas {
    /// Notes a widget's place in this frame.
    pub(crate) fn note(&mut self, name: impl Into<String>, rect: Rect) {
        self.0.insert(name.into(), rect);
    }

    /// All widgets of this frame.
    pub(crate) fn widgets(&self) -> impl Iterator<Item = (&str, Rect)> {
        self.0.iter().map(|(name, rect)| (name.as_str(), *rect))
    }

    /// Begins a new frame.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

/// What panels draw and change, for one frame.
pub(crate) struct Scene<'a> {
    /// Parameters, meters, session: the plugin behind the editor.
    pub(crate) links: &'a Shared,
    /// Changes parameters.
    pub(crate) hands: Hands<'a>,
    /// The latest analysis; none until the first one is done.
    pub(crate) snapshot: Option<&'a Snapshot>,
    /// What the panels look at together.
    pub(crate) cursor: &'a mut Cursor,
    /// Levels of the drivers.
    pub(crate) levels: &'a mut DriverLevels,
    /// Where widgets are.
    pub(crate) atlas: &'a mut Atlas,
}
