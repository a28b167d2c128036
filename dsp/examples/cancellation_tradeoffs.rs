//! What the cancellation costs and gives away, by zone, effort and goal, and how it ends for a head that moves sideways:
//! prints tables and draws them into a folder.
//!
//! ```sh
//! cargo run --release -p proscenium-dsp --example cancellation_tradeoffs docs/images
//! ```

use std::error::Error;
use std::path::{Path, PathBuf};

use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use proscenium_dsp::acoustics::{HeadPose, Plant};
use proscenium_dsp::analysis::{Cancellation, log_frequencies_hz, mean, worse};
use proscenium_dsp::array::{Device, presets};
use proscenium_dsp::design::{Design, DesignSettings, ZoneGoal};
use proscenium_dsp::engine::Timing;
use proscenium_dsp::upmix::UpmixMode;

const SAMPLE_RATE: f64 = 48_000.0;
const ZONES_CM: [f32; 7] = [1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0];
const EFFORTS_DB: [f32; 5] = [6.0, 9.0, 12.0, 15.0, 18.0];
const GOALS: [(ZoneGoal, &str); 2] = [(ZoneGoal::Mean, "mean"), (ZoneGoal::WorstPosition, "worst position")];
/// Frequencies per third of an octave.
const PER_THIRD: usize = 8;
/// Farthest head positions to either side, centimetres.
const FARTHEST_CM: i32 = 20;

/// Width and height of a panel, pixels.
const PANEL: (u32, u32) = (540, 400);
const FONT: &str = "sans-serif";
/// After Okabe and Ito: told apart by all.
const COLORS: [RGBColor; 5] = [
    RGBColor(86, 180, 233),
    RGBColor(0, 158, 115),
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(204, 121, 167),
];

/// A design with what it is made for, and the same with the effect off.
struct Subject<'a> {
    settings: DesignSettings,
    on: Cancellation<'a>,
    off: Cancellation<'a>,
}

impl<'a> Subject<'a> {
    fn new(device: &Device, plant: &'a Plant, settings: DesignSettings) -> Self {
        let on = Design::new(device, &settings, &Timing::new(SAMPLE_RATE, UpmixMode::High));
        let mut off = on.clone();
        for path in &mut off.drivers {
            path.full.clone_from(&path.base);
        }
        let heard = |design: &Design| Cancellation::new(device, design, SAMPLE_RATE, plant);
        Self {
            settings,
            on: heard(&on),
            off: heard(&off),
        }
    }

    /// Gain with the effect on and off for a head beside the design point, dB by frequency, 500 Hz to 8 kHz.
    fn beside(&self, offset_cm: f64) -> [Vec<f64>; 2] {
        let pose = self.settings.pose();
        let pose = HeadPose {
            offset_m: pose.offset_m + offset_cm / 100.0,
            ..pose
        };
        [&self.on, &self.off].map(|cancellation| cancellation.gain_db(&pose))
    }

    /// Mean gain of the worse side at a distance from the design point, dB.
    fn mean_db(&self, offset_cm: f64) -> f64 {
        let [left, right] = [offset_cm, -offset_cm].map(|offset_cm| self.beside(offset_cm)[0].clone());
        mean(&worse(&left, &right))
    }

    /// Lowest third octave with the effect on, and the least of on over off, dB, at a distance to either side.
    fn worst_third_octave_db(&self, offset_cm: f64) -> [f64; 2] {
        let mut worst = [f64::INFINITY; 2];
        for [on, off] in [offset_cm, -offset_cm].map(|offset_cm| self.beside(offset_cm)) {
            for (on, off) in on.windows(PER_THIRD).zip(off.windows(PER_THIRD)) {
                worst[0] = worst[0].min(mean(on));
                worst[1] = worst[1].min(mean(on) - mean(off));
            }
        }
        worst
    }

    fn effort_db(&self) -> f64 {
        let effort = self.on.effort_db(&self.settings.pose()).concat();
        effort.into_iter().fold(f64::NEG_INFINITY, f64::max)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(
        std::env::args()
            .nth(1)
            .ok_or("the folder for the pictures is missing")?,
    );
    let frequencies_hz = log_frequencies_hz(500.0, 8000.0, 3 * PER_THIRD as u32);
    let named = |file_stem: &str| presets().iter().find(|preset| preset.file_stem == file_stem);
    let devices: Vec<&Device> = ["tabletop", "laptop"]
        .iter()
        .filter_map(|name| Some(&named(name)?.device))
        .collect();
    let plants: Vec<Plant> = devices
        .iter()
        .map(|device| Plant::new(device, &frequencies_hz))
        .collect();
    let subjects: Vec<(&Device, &Plant)> = devices.into_iter().zip(&plants).collect();
    fronts(&subjects, &folder.join("cancellation-front.svg"))?;
    offsets(&subjects, &folder.join("cancellation-offset.svg"))
}

fn settings(device: &Device) -> DesignSettings {
    DesignSettings {
        tone: 0.0,
        distance_m: device.nominal_distance_m() as f32,
        ..DesignSettings::default()
    }
}

/// What is reached at the design point against what is reached beside it.
fn fronts(subjects: &[(&Device, &Plant)], file: &Path) -> Result<(), Box<dyn Error>> {
    let area = SVGBackend::new(file, (PANEL.0 * subjects.len() as u32, PANEL.1)).into_drawing_area();
    area.fill(&WHITE)?;
    for ((device, plant), area) in subjects.iter().zip(area.split_evenly((1, subjects.len()))) {
        println!("{}: means over 500 Hz–8 kHz, dB", device.name);
        println!(
            "effort  goal            zone   point   ±2 cm   ±5 cm  ±10 cm  lowest third octave at ±5 cm  effort used"
        );
        let mut lines = Vec::new();
        for (goal, name) in GOALS {
            for (effort_db, color) in EFFORTS_DB.into_iter().zip(COLORS) {
                let mut line = Vec::new();
                for zone_cm in ZONES_CM {
                    let settings = DesignSettings {
                        effort_db,
                        zone_m: zone_cm / 100.0,
                        zone_goal: goal,
                        ..settings(device)
                    };
                    let subject = Subject::new(device, plant, settings);
                    let [point, two, five, ten] = [0.0, 2.0, 5.0, 10.0].map(|cm| subject.mean_db(cm));
                    let [lowest, _] = subject.worst_third_octave_db(5.0);
                    println!(
                        "{effort_db:3} dB  {name:14} {zone_cm:2} cm  {point:6.1}  {two:6.1}  {five:6.1}  {ten:6.1}  {lowest:28.1}  {:11.1}",
                        subject.effort_db()
                    );
                    line.push((point, five));
                }
                lines.push((goal, effort_db, color, line));
            }
        }
        let all = || lines.iter().flat_map(|(.., line)| line);
        let span = |value: fn(&(f64, f64)) -> f64| {
            let values = all().map(value);
            values.clone().fold(f64::INFINITY, f64::min).floor() - 0.5..values.fold(0.0, f64::max).ceil() + 0.5
        };
        let mut chart = ChartBuilder::on(&area)
            .margin(12)
            .caption(format!("{}: zones of 1 to 10 cm", device.name), (FONT, 16))
            .x_label_area_size(42)
            .y_label_area_size(48)
            .build_cartesian_2d(span(|point| point.0), span(|point| point.1))?;
        chart
            .configure_mesh()
            .x_desc("mean at the design point, dB")
            .y_desc("mean at ±5 cm, dB")
            .label_style((FONT, 13))
            .light_line_style(WHITE)
            .draw()?;
        for (goal, effort_db, color, line) in &lines {
            let drawn = match goal {
                ZoneGoal::Mean => LineSeries::new(line.iter().copied(), color.stroke_width(2)),
                ZoneGoal::WorstPosition => LineSeries::new(line.iter().copied(), color.mix(0.45).stroke_width(1)),
            };
            let series = chart.draw_series(drawn)?;
            if *goal == ZoneGoal::Mean {
                let color = *color;
                series
                    .label(format!("effort {effort_db} dB"))
                    .legend(legend_line(color));
            }
            let size = if *goal == ZoneGoal::Mean { 3 } else { 2 };
            chart.draw_series(line.iter().map(|&point| Circle::new(point, size, color.filled())))?;
        }
        draw_legend(&mut chart)?;
    }
    area.present()?;
    Ok(())
}

/// The gain over the head's way sideways.
fn offsets(subjects: &[(&Device, &Plant)], file: &Path) -> Result<(), Box<dyn Error>> {
    let area = SVGBackend::new(file, (PANEL.0 * subjects.len() as u32, PANEL.1)).into_drawing_area();
    area.fill(&WHITE)?;
    for ((device, plant), area) in subjects.iter().zip(area.split_evenly((1, subjects.len()))) {
        let subject = Subject::new(device, plant, settings(device));
        println!("\n{}, all at their defaults, dB", device.name);
        println!("  cm  mean on  mean off  lowest third octave  least of on over off in a third octave");
        let mut curves: [Vec<(f64, f64)>; 4] = Default::default();
        for offset_cm in -FARTHEST_CM..=FARTHEST_CM {
            let offset_cm = f64::from(offset_cm);
            let [on, off] = subject.beside(offset_cm);
            let third = |levels: &[f64]| levels.windows(PER_THIRD).map(mean).collect::<Vec<_>>();
            let (thirds_on, thirds_off) = (third(&on), third(&off));
            let least = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::INFINITY, f64::min);
            let lowest = least(&mut thirds_on.iter().copied());
            let over_off = least(&mut thirds_on.iter().zip(&thirds_off).map(|(on, off)| on - off));
            if offset_cm >= 0.0 {
                println!(
                    "{offset_cm:4}  {:7.1}  {:8.1}  {lowest:19.1}  {over_off:39.1}",
                    mean(&on),
                    mean(&off)
                );
            }
            for (curve, value) in curves.iter_mut().zip([mean(&on), mean(&off), lowest, over_off]) {
                curve.push((offset_cm, value));
            }
        }
        let x = -f64::from(FARTHEST_CM)..f64::from(FARTHEST_CM);
        let mut chart = ChartBuilder::on(&area)
            .margin(12)
            .caption(&device.name, (FONT, 16))
            .x_label_area_size(42)
            .y_label_area_size(48)
            .build_cartesian_2d(x, -45.0..50.0)?;
        chart
            .configure_mesh()
            .x_desc("head sideways, cm (left positive)")
            .y_desc("cancellation gain of the worse ear, dB")
            .label_style((FONT, 13))
            .light_line_style(WHITE)
            .draw()?;
        let names = [
            "mean",
            "mean with Cancellation 0",
            "lowest third octave",
            "least of on over off",
        ];
        for ((curve, name), color) in curves
            .into_iter()
            .zip(names)
            .zip([COLORS[2], COLORS[0], COLORS[3], COLORS[4]])
        {
            chart
                .draw_series(LineSeries::new(curve, color.stroke_width(2)))?
                .label(name)
                .legend(legend_line(color));
        }
        draw_legend(&mut chart)?;
    }
    area.present()?;
    Ok(())
}

/// Names of the lines, beside short pieces of them.
fn draw_legend<'a>(
    chart: &mut ChartContext<'a, SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>,
) -> Result<(), Box<dyn Error>> {
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .label_font((FONT, 13))
        .background_style(WHITE.mix(0.8))
        .draw()?;
    Ok(())
}

fn legend_line(color: RGBColor) -> impl Fn((i32, i32)) -> PathElement<(i32, i32)> {
    move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color.stroke_width(2))
}
