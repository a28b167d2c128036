//! Radiation of the paths as shapes around the device.

use egui::{Pos2, Vec2, vec2};
use proscenium_dsp::analysis::PatternMap;

/// Level at the device's centre relative to the outermost ring, dB.
pub(super) const FLOOR_DB: f32 = -30.0;

/// One common scale for all lobes: the outermost ring is the loudest level of any path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct LobeScale {
    /// The loudest level, dB.
    pub(super) top_db: f32,
    /// Radius of the outermost ring, points.
    pub(super) radius: f32,
}

impl LobeScale {
    /// The scale for patterns at one frequency.
    pub(super) fn new(patterns: &[&PatternMap], frequency_hz: f64, radius: f32) -> Self {
        let levels = patterns.iter().flat_map(|pattern| {
            let azimuths = pattern.azimuths_deg.iter();
            azimuths.map(|azimuth| pattern.at(*azimuth, frequency_hz))
        });
        Self {
            top_db: levels.fold(f32::NEG_INFINITY, f32::max),
            radius,
        }
    }

    /// Distance of a level from the device, points.
    pub(super) fn radius_of(&self, level_db: f32) -> f32 {
        ((level_db - self.top_db) / -FLOOR_DB + 1.0).clamp(0.0, 1.0) * self.radius
    }
}

/// Direction on the screen of a beam azimuth, when the listener is seen from the device `toward_listener_rad` to the
/// listener's left of straight ahead.
pub(super) fn screen_direction(azimuth_deg: f64, toward_listener_rad: f64) -> Vec2 {
    let (sin, cos) = (azimuth_deg.to_radians() + toward_listener_rad).sin_cos();
    vec2(-sin as f32, cos as f32)
}

/// Outline of a path's radiation around `device`.
pub(super) fn outline(
    pattern: &PatternMap,
    frequency_hz: f64,
    scale: &LobeScale,
    device: Pos2,
    toward_listener_rad: f64,
) -> Vec<Pos2> {
    let azimuths = pattern.azimuths_deg.iter();
    azimuths
        .map(|&azimuth_deg| {
            let radius = scale.radius_of(pattern.at(azimuth_deg, frequency_hz));
            device + screen_direction(azimuth_deg, toward_listener_rad) * radius
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    /// A cardioid towards the listener's left.
    fn pattern() -> PatternMap {
        let azimuths_deg: Vec<f64> = (0..72).map(|n| f64::from(n) * 5.0 - 180.0).collect();
        let level = |azimuth: &f64| 20.0 * (0.5 + 0.5 * (azimuth - 90.0).to_radians().cos()).max(1e-4).log10() as f32;
        PatternMap {
            frequencies_hz: vec![1000.0].into(),
            levels_db: azimuths_deg.iter().map(level).collect(),
            azimuths_deg: azimuths_deg.into(),
            on_axis_db: vec![-6.0],
            directivity_index_db: vec![0.0],
        }
    }

    #[test]
    fn directions_are_the_listeners_own() {
        assert!((screen_direction(0.0, 0.0) - vec2(0.0, 1.0)).length() < 1e-6);
        assert!((screen_direction(90.0, 0.0) - vec2(-1.0, 0.0)).length() < 1e-6);
        // A listener who has moved to their left is seen to the lower left.
        assert!(screen_direction(0.0, 0.3).x < 0.0);
    }

    #[test]
    fn a_lobe_to_the_left_reaches_the_outer_ring_on_the_left() {
        let pattern = pattern();
        let scale = LobeScale::new(&[&pattern], 1000.0, 100.0);
        assert!(scale.top_db.abs() < 1e-3);
        let outline = outline(&pattern, 1000.0, &scale, pos2(0.0, 0.0), 0.0);
        let leftmost = outline.iter().map(|at| at.x).fold(f32::INFINITY, f32::min);
        let rightmost = outline.iter().map(|at| at.x).fold(f32::NEG_INFINITY, f32::max);
        assert!((leftmost + 100.0).abs() < 0.01 && rightmost < 60.0);
        assert!((scale.radius_of(-15.0) - 50.0).abs() < 0.05);
        assert_eq!(scale.radius_of(-80.0), 0.0);
    }
}
