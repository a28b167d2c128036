//! Where the panels are in a window of a given size.

use egui::{Rect, Vec2, pos2, vec2};

use super::theme::GAP;

/// Height of a row of the header and of the status line, points.
const HEADER_ROW: f32 = 32.0;
const STATUS: f32 = 24.0;
/// Height of the row of knobs with its captions.
const KNOBS: f32 = 116.0;
/// Windows at least this wide have the header in one row.
const WIDE: f32 = 1540.0;
/// Windows at least this large show all analysis panels at once.
const ALL_PANELS: Vec2 = vec2(1500.0, 860.0);

/// Panels that share the space beside the stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Radiation of a path: polar plot and map.
    Beam,
    /// Curves at the listener's ears.
    Cancellation,
    /// Cancellation over head positions.
    Zone,
    /// A strip for each driver.
    Drivers,
}

impl Side {
    /// All of them in the order of their tabs.
    pub(crate) const ALL: [Self; 4] = [Self::Beam, Self::Cancellation, Self::Zone, Self::Drivers];

    /// Title of the tab.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Beam => "Beam",
            Self::Cancellation => "Cancellation",
            Self::Zone => "Zone map",
            Self::Drivers => "Drivers",
        }
    }

    /// Name in sessions.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Beam => "beam",
            Self::Cancellation => "cancellation",
            Self::Zone => "zone",
            Self::Drivers => "drivers",
        }
    }

    /// The panel of a name, the first one if there is none of it.
    pub(crate) fn from_key(key: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|side| side.key() == key)
            .unwrap_or(Self::Beam)
    }
}

/// Places of everything in the window, points.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Layout {
    /// One or two rows at the top.
    pub(crate) header: Vec<Rect>,
    /// The stage.
    pub(crate) stage: Rect,
    /// Space beside the stage: for the panel in front with its tabs, or for all four panels.
    pub(crate) sides: Vec<Rect>,
    /// The knobs.
    pub(crate) knobs: Rect,
    /// The line at the bottom.
    pub(crate) status: Rect,
}

impl Layout {
    /// The layout for a window.
    pub(crate) fn new(window: Rect) -> Self {
        let inner = window.shrink(GAP);
        let rows = if window.width() >= WIDE { 1 } else { 2 };
        let header = (0..rows)
            .map(|row| {
                let top = inner.top() + row as f32 * HEADER_ROW;
                Rect::from_min_size(pos2(inner.left(), top), vec2(inner.width(), HEADER_ROW))
            })
            .collect();
        let status = Rect::from_min_max(pos2(inner.left(), inner.bottom() - STATUS), inner.max);
        let knobs_bottom = status.top() - GAP;
        let knobs = Rect::from_min_max(
            pos2(inner.left(), knobs_bottom - KNOBS),
            pos2(inner.right(), knobs_bottom),
        );
        let top = inner.top() + rows as f32 * HEADER_ROW + GAP;
        let body = Rect::from_min_max(pos2(inner.left(), top), pos2(inner.right(), knobs.top() - GAP));
        let all = window.width() >= ALL_PANELS.x && window.height() >= ALL_PANELS.y;
        let stage_share = if all { 0.4 } else { 0.54 };
        let split = body.left() + body.width() * stage_share;
        let stage = Rect::from_min_max(body.min, pos2(split - GAP / 2.0, body.bottom()));
        let beside = Rect::from_min_max(pos2(split + GAP / 2.0, body.top()), body.max);
        let sides = if all {
            let cell = (beside.size() - vec2(GAP, GAP)) / 2.0;
            (0..4)
                .map(|n| {
                    let at = vec2((n % 2) as f32 * (cell.x + GAP), (n / 2) as f32 * (cell.y + GAP));
                    Rect::from_min_size(beside.min + at, cell)
                })
                .collect()
        } else {
            vec![beside]
        };
        Self {
            header,
            stage,
            sides,
            knobs,
            status,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_neither_overlap_nor_leave_the_window_at_any_size() {
        for size in [[800.0, 520.0], [1100.0, 720.0], [1600.0, 1000.0], [3840.0, 2160.0]] {
            let window = Rect::from_min_size(pos2(0.0, 0.0), size.into());
            let layout = Layout::new(window);
            let mut rects = layout.header.clone();
            rects.extend([layout.stage, layout.knobs, layout.status]);
            rects.extend(&layout.sides);
            for (n, rect) in rects.iter().enumerate() {
                assert!(window.contains_rect(*rect) && rect.is_positive(), "{size:?}: {rect:?}");
                let overlaps = |other: &Rect| rect.shrink(0.01).intersect(*other).is_positive();
                assert!(!rects[n + 1..].iter().any(overlaps), "{size:?}: {rect:?}");
            }
            let largest = layout.sides.iter().map(Rect::area).fold(0.0, f32::max);
            assert!(layout.stage.area() > largest);
            assert!(layout.stage.height() > 280.0, "{size:?}");
        }
    }

    #[test]
    fn sessions_name_panels() {
        for side in Side::ALL {
            assert_eq!(Side::from_key(side.key()), side);
        }
        assert_eq!(Side::from_key("stage"), Side::Beam);
    }
}
