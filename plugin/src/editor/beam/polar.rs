//! Polar plot: level over azimuth at one frequency.

use egui::{Pos2, Rect, Vec2};

use super::pattern::Pattern;

/// Level in the middle and at the rim, dB.
const FLOOR_DB: f32 = -40.0;
const TOP_DB: f32 = 6.0;
/// Space for labels around the plot, points.
const MARGIN: Vec2 = Vec2::new(28.0, 15.0);
/// Rings, dB.
pub(super) const RINGS_DB: [f32; 4] = [0.0, -10.0, -20.0, -30.0];

/// Where levels and azimuths are on the screen. 0° is down, towards the listener, as on the stage; the listener's left is
/// on the left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PolarScale {
    /// Place of the device.
    pub(super) center: Pos2,
    /// Radius of the rim, points.
    pub(super) radius: f32,
}

impl PolarScale {
    /// A plot with its labels inside `rect`.
    pub(super) fn new(rect: Rect) -> Self {
        let space = rect.size() - 2.0 * MARGIN;
        Self {
            center: rect.center(),
            radius: (0.5 * space.min_elem()).max(1.0),
        }
    }

    /// Distance of a level from the middle, points; held within the plot.
    pub(super) fn radius_of(&self, level_db: f32) -> f32 {
        self.radius * ((level_db - FLOOR_DB) / (TOP_DB - FLOOR_DB)).clamp(0.0, 1.0)
    }

    /// Place of a level at an azimuth.
    pub(super) fn point(&self, azimuth_deg: f64, level_db: f32) -> Pos2 {
        self.center + self.radius_of(level_db) * direction(azimuth_deg)
    }

    /// Azimuth of a place, degrees in −180..=180.
    pub(super) fn azimuth_at(&self, at: Pos2) -> f64 {
        let from_center = at - self.center;
        f64::from((-from_center.x).atan2(from_center.y)).to_degrees()
    }

    /// A pattern at a frequency: one point for each of its azimuths in order. The curve closes.
    pub(super) fn curve(&self, pattern: &Pattern<'_>, frequency_hz: f64) -> Vec<Pos2> {
        let reference_db = pattern.reference_db(frequency_hz);
        let level_db = |azimuth_deg| pattern.map.at(azimuth_deg, frequency_hz) - reference_db;
        let azimuths = pattern.map.azimuths_deg.iter();
        azimuths
            .map(|&azimuth| self.point(azimuth, level_db(azimuth)))
            .collect()
    }

    /// Rim between two azimuths, with the middle first: the outline of a window.
    pub(super) fn window(&self, from_deg: i32, to_deg: i32) -> Vec<Pos2> {
        let rim = (from_deg..=to_deg)
            .step_by(3)
            .map(|azimuth| self.point(f64::from(azimuth), TOP_DB));
        std::iter::once(self.center).chain(rim).collect()
    }
}

/// Unit vector of an azimuth on the screen.
pub(super) fn direction(azimuth_deg: f64) -> Vec2 {
    let azimuth = azimuth_deg.to_radians() as f32;
    egui::vec2(-azimuth.sin(), azimuth.cos())
}

#[cfg(test)]
mod tests {
    use super::super::pattern::Pair;
    use super::*;
    use crate::editor::testing::Stand;
    use egui::{pos2, vec2};
    use proscenium_dsp::acoustics::{HeadPose, Plant};
    use proscenium_dsp::analysis::{BeamPattern, DriverSpectra};
    use proscenium_dsp::array::Path;
    use proscenium_dsp::design::Design;

    fn scale() -> PolarScale {
        PolarScale::new(Rect::from_min_size(pos2(10.0, 20.0), vec2(300.0, 260.0)))
    }

    #[test]
    fn listener_is_below_and_their_left_on_the_left() {
        let scale = scale();
        assert!((scale.radius - 115.0).abs() < 1e-4);
        let near = |at: Pos2, x: f32, y: f32| (at - pos2(x, y)).length() < 1e-3;
        assert!(near(scale.point(0.0, 6.0), 160.0, 265.0));
        assert!(near(scale.point(90.0, 6.0), 45.0, 150.0));
        assert!(near(scale.point(-90.0, 99.0), 275.0, 150.0));
        assert!(near(scale.point(33.0, -60.0), 160.0, 150.0));
    }

    #[test]
    fn places_give_back_their_azimuth() {
        let scale = scale();
        for azimuth in [-179.0, -90.0, -45.0, 0.0, 10.0, 90.0, 180.0] {
            let off = scale.azimuth_at(scale.point(azimuth, -3.0)) - azimuth;
            assert!(off.abs() < 1e-3 || (off.abs() - 360.0).abs() < 1e-3, "{azimuth}: {off}");
        }
    }

    /// The null that the plot shows is the one that the library computes by another way.
    #[test]
    fn nulls_at_the_sides_are_those_of_the_beam_pattern() {
        let stand = Stand::new().analysed();
        let snapshot = stand.snapshot.unwrap();
        let question = snapshot.question;
        let radiation = &snapshot.picture.radiation[Path::Center as usize];
        let pair = Pair::new(radiation, Path::Center);
        let frequencies_hz: Vec<f64> = radiation.path.frequencies_hz.to_vec();
        let design = Design::new(&snapshot.device, &question.settings, &question.timing);
        let filters = &design.drivers[Path::Center as usize];
        let spectra = DriverSpectra::new(
            &snapshot.device,
            filters,
            1.0,
            question.timing.sample_rate,
            &frequencies_hz,
        );
        let plant = Plant::new(&snapshot.device, &frequencies_hz);
        let listener = HeadPose::at_distance(f64::from(question.settings.distance_m)).center_m();
        let expected = BeamPattern::new(&plant, &spectra, listener);
        let scale = scale();
        let mut deepest = 0.0_f32;
        for (bin, &frequency_hz) in frequencies_hz.iter().enumerate() {
            let curve = scale.curve(&pair.beam, frequency_hz);
            for azimuth in [90.0, -90.0] {
                let index = radiation.path.azimuths_deg.iter().position(|a| *a == azimuth).unwrap();
                let level_db = expected.level_db(azimuth)[bin] as f32;
                let shown = (curve[index] - scale.center).length();
                assert!(
                    (shown - scale.radius_of(level_db)).abs() < 0.01,
                    "{frequency_hz} Hz, {azimuth}°"
                );
                deepest = deepest.min(level_db);
            }
        }
        // There is a null at all.
        assert!(deepest < -30.0, "{deepest}");
        let at_1k = scale.curve(&pair.beam, 1000.0);
        assert!(
            (at_1k[18] - scale.center).length() < scale.radius_of(-20.0),
            "the right is not silent"
        );
    }
}
