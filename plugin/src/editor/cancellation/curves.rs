//! Curves of the cancellation as the plots show them.

use egui_plot::PlotPoint;
use proscenium_dsp::analysis::ListeningCurves;

use crate::editor::axes::signed;

/// Frequencies that mean figures are taken over, Hz.
const MEAN_HZ: [f64; 2] = [500.0, 8000.0];
/// A target at least this high stands for as much as possible, dB.
const AS_MUCH_AS_POSSIBLE_DB: f32 = 59.9;

/// Points of all curves: decimal logarithm of the frequency in hertz, and level in dB.
#[derive(Debug, Default)]
pub(super) struct Curves {
    pub(super) target: Vec<PlotPoint>,
    pub(super) head: Vec<PlotPoint>,
    pub(super) zone_edge: Vec<PlotPoint>,
    pub(super) effort: Vec<PlotPoint>,
    /// For the left and the right ear.
    pub(super) colour: [Vec<PlotPoint>; 2],
    /// Means of the gain at the head and at the edge of the zone, dB.
    pub(super) means_db: [f32; 2],
}

impl Curves {
    /// The curves of an analysis.
    pub(super) fn new(listening: &ListeningCurves) -> Self {
        let points = |levels_db: &[f32]| {
            let both = listening.frequencies_hz.iter().zip(levels_db);
            both.map(|(hz, db)| PlotPoint::new(hz.log10(), *db)).collect()
        };
        Self {
            target: points(&listening.target_db),
            head: points(&listening.head_db),
            zone_edge: points(&listening.zone_edge_db),
            effort: points(&listening.effort_db),
            colour: listening.colour_db.each_ref().map(|levels_db| points(levels_db)),
            means_db: [&listening.head_db, &listening.zone_edge_db].map(|levels_db| {
                let both = listening.frequencies_hz.iter().zip(levels_db);
                let within = both.filter(|(hz, _)| (MEAN_HZ[0]..=MEAN_HZ[1]).contains(hz));
                let (sum, count) = within.fold((0.0, 0.0_f32), |(sum, count), (_, db)| (sum + db, count + 1.0));
                sum / count.max(1.0)
            }),
        }
    }

    /// What the curves of the gain are at a frequency: head, edge of the zone, target.
    pub(super) fn gain_texts(&self, frequency_hz: f64) -> [String; 3] {
        let target_db = level_at(&self.target, frequency_hz);
        let target = if target_db >= AS_MUCH_AS_POSSIBLE_DB {
            String::from("target max")
        } else {
            format!("target {}", text(target_db, false))
        };
        [
            format!("head {}", text(level_at(&self.head, frequency_hz), false)),
            format!("edge {}", text(level_at(&self.zone_edge, frequency_hz), false)),
            target,
        ]
    }

    /// What the effort and the colour at the left and the right ear are at a frequency.
    pub(super) fn cost_texts(&self, frequency_hz: f64) -> [String; 3] {
        let [left, right] = self
            .colour
            .each_ref()
            .map(|points| text(level_at(points, frequency_hz), true));
        [
            format!("effort {}", text(level_at(&self.effort, frequency_hz), false)),
            format!("colour left {left}"),
            format!("right {right}"),
        ]
    }
}

fn text(db: f32, plus: bool) -> String {
    signed(f64::from(db), 1, plus)
}

/// Level at a frequency, dB: linear between the points, held at the ends.
fn level_at(points: &[PlotPoint], frequency_hz: f64) -> f32 {
    let x = frequency_hz.log10();
    let above = points.partition_point(|point| point.x < x);
    let (Some(last), Some(first)) = (points.last(), points.first()) else {
        return 0.0;
    };
    if above == 0 {
        return first.y as f32;
    }
    let Some(high) = points.get(above) else {
        return last.y as f32;
    };
    let low = points[above - 1];
    (low.y + (high.y - low.y) * (x - low.x) / (high.x - low.x)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curves() -> Curves {
        Curves::new(&ListeningCurves {
            frequencies_hz: [100.0, 1000.0, 4000.0, 16_000.0].into(),
            target_db: vec![10.0, 60.0, 60.0, 60.0],
            head_db: vec![0.0, 30.0, 40.0, 10.0],
            zone_edge_db: vec![0.0, 20.0, 22.0, -4.0],
            effort_db: vec![0.0, 6.0, 5.0, 1.0],
            effort_limit_db: 12.0,
            colour_db: [vec![0.5; 4], vec![-0.5; 4]],
        })
    }

    #[test]
    fn points_are_logarithms_of_frequency_and_means_cover_the_midrange() {
        let curves = curves();
        assert_eq!((curves.head[1].x, curves.head[1].y), (3.0, 30.0));
        assert_eq!(curves.means_db, [35.0, 21.0]);
    }

    #[test]
    fn readouts_follow_the_curves() {
        let curves = curves();
        let between = 10_f64.powf(2.5);
        assert_eq!(curves.gain_texts(between), ["head 15.0", "edge 10.0", "target 35.0"]);
        assert_eq!(curves.gain_texts(4000.0)[2], "target max");
        assert_eq!(curves.gain_texts(20.0)[0], "head 0.0");
        assert_eq!(curves.gain_texts(20_000.0)[1], "edge −4.0");
        assert_eq!(
            curves.cost_texts(1000.0),
            ["effort 6.0", "colour left +0.5", "right −0.5"]
        );
    }
}
