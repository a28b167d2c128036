//! The line at the bottom: how the engine is doing.

use std::time::Duration;

use egui::{Align, Color32, Layout, Response, RichText, Sense, Spinner, Ui, vec2};

use super::analyst::Progress;
use super::drivers::{Channels, notice};
use super::scene::Scene;
use super::theme;
use crate::text::short_number;

/// The highest load and the largest gain reduction stay readable this long.
const HOLD: Duration = Duration::from_secs(2);
/// Share of the audio thread's time above which there is danger of drop-outs.
const HIGH_LOAD: f32 = 0.7;
/// Gain reduction that is worth a word, dB.
const AUDIBLE_DB: f32 = 0.1;
/// Room for what is said of the design, so that nothing else moves when that changes, points.
const DESIGN_WIDTH: f32 = 82.0;
/// Lines at least this wide have the product's name before its version.
const ROOMY: f32 = 900.0;

/// The line, with what it remembers from frame to frame.
#[derive(Debug, Default)]
pub(crate) struct StatusLine {
    load: Held,
    reduction_db: Held,
    clipped: bool,
    drawn_at: f64,
}

impl StatusLine {
    /// Draws the line.
    pub(crate) fn show(&mut self, ui: &mut Ui, scene: &mut Scene<'_>, analysis: Progress) {
        let now = ui.input(|input| input.time);
        let passed = Duration::try_from_secs_f64(now - self.drawn_at).unwrap_or_default();
        self.drawn_at = now;
        self.look(scene, passed);
        let roomy = ui.available_width() >= ROOMY;
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            host(ui, scene);
            if scene.links.telemetry.is_active() {
                self.load(ui, scene);
            }
            design(ui, scene, analysis);
            self.guard(ui, scene);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let name = if roomy { "Proscenium " } else { "" };
                let version = format!("{name}{}", env!("CARGO_PKG_VERSION"));
                say(ui, version, theme::faint(theme::DIM, 0.8));
                let notice = Channels::of(scene).and_then(|channels| notice(&channels));
                if let Some(notice) = notice
                    && let Some(short) = notice.short
                {
                    let said = say(ui, short, theme::WARNING);
                    scene.atlas.note("status:channels", said.rect);
                    said.on_hover_text(notice.long);
                }
            });
        });
    }

    /// Takes what has happened since the last frame.
    fn look(&mut self, scene: &Scene<'_>, passed: Duration) {
        let (telemetry, meters) = (&scene.links.telemetry, &scene.links.meters);
        self.load.update(telemetry.take_peak_load(), passed);
        if scene.levels.is_running() && !scene.links.params.bypass.value() {
            self.reduction_db.update(meters.guard_reduction_db(), passed);
        } else {
            self.reduction_db = Held::default();
        }
        // Also taken while the guard holds such peaks down, so that they are not reported when it is switched off.
        let over = meters.take_clipped();
        self.clipped = (self.clipped || over) && !scene.links.params.guard.value();
    }

    fn load(&self, ui: &mut Ui, scene: &Scene<'_>) {
        ui.separator();
        if !scene.levels.is_running() {
            say(ui, "no audio", theme::DIM).on_hover_text("The host sends no audio through the plugin.");
            return;
        }
        let (load, peak) = (scene.links.telemetry.load(), self.load.value);
        let color = if load.max(peak) > HIGH_LOAD {
            theme::WARNING
        } else {
            theme::DIM
        };
        say(ui, load_text(load, peak), color).on_hover_text(
            "Share of the time at hand that the audio thread spends in this plugin, and the highest of late.",
        );
    }

    fn guard(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let reduction_db = self.reduction_db.value;
        if reduction_db > AUDIBLE_DB {
            ui.separator();
            say(ui, format!("peak guard \u{2212}{reduction_db:.1} dB"), theme::WARNING)
                .on_hover_text("Peaks would exceed −1 dBFS: turn Output Trim down.");
        } else if self.clipped {
            ui.separator();
            let text = RichText::new("over −1 dBFS").size(theme::SMALL_SIZE).color(theme::OVER);
            let said = ui.add(egui::Label::new(text).sense(Sense::click()));
            scene.atlas.note("status:over", said.rect);
            if said.clicked() {
                self.clipped = false;
            }
            said.on_hover_text(
                "A peak exceeded −1 dBFS. Turn Output Trim down, or Peak Guard on. A click clears this.",
            );
        }
    }
}

/// The highest value of late.
#[derive(Debug, Default)]
struct Held {
    value: f32,
    age: Duration,
}

impl Held {
    fn update(&mut self, value: f32, passed: Duration) {
        self.age += passed;
        if value >= self.value || self.age > HOLD {
            self.value = value;
            self.age = Duration::ZERO;
        }
    }
}

fn say(ui: &mut Ui, text: impl Into<String>, color: Color32) -> Response {
    ui.label(RichText::new(text).size(theme::SMALL_SIZE).color(color))
}

/// What the host has granted and what it is told.
fn host(ui: &mut Ui, scene: &Scene<'_>) {
    let telemetry = &scene.links.telemetry;
    if !telemetry.is_active() {
        say(ui, "not active", theme::WARNING).on_hover_text("The host has switched the plugin off.");
        return;
    }
    let rate = telemetry.sample_rate_hz();
    let granted = telemetry.output_channels();
    let text = format!("{} kHz, {granted} channels", short_number(rate / 1000.0, 2));
    say(ui, text, theme::DIM).on_hover_text("Sample rate of the host, and the output channels that it has granted.");
    ui.separator();
    say(ui, latency_text(telemetry.latency_samples(), rate), theme::DIM)
        .on_hover_text("Delay from input to output, as the host is told.");
}

/// Whether filters are being designed, or how long that took.
fn design(ui: &mut Ui, scene: &Scene<'_>, analysis: Progress) {
    let telemetry = &scene.links.telemetry;
    ui.separator();
    let row = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(vec2(DESIGN_WIDTH, ui.available_height()), row, |ui| {
        ui.set_min_width(DESIGN_WIDTH);
        let design_ms = telemetry.design_time_ms();
        if analysis == Progress::Busy || telemetry.designs_running() > 0 {
            ui.add(Spinner::new().size(theme::SMALL_SIZE).color(theme::ACCENT));
            say(ui, "designing…", theme::ACCENT);
        } else if telemetry.has_design_failed() {
            say(ui, "design failed", theme::OVER).on_hover_text(if telemetry.is_active() {
                "The last good filters play on; the log says more."
            } else {
                "There are no filters to play with, so that the plugin could not be switched on. Change the device or where \
                 you sit, and have the host switch it on again; the log says more."
            });
        } else if analysis == Progress::Failed {
            say(ui, "plots failed", theme::OVER)
                .on_hover_text("The plots show how it was before. The sound is not affected; the log says more.");
        } else if design_ms > 0.0 {
            say(ui, format!("design {design_ms:.0} ms"), theme::DIM)
                .on_hover_text(design_help(scene.snapshot.map(|snapshot| snapshot.took)));
        }
    });
}

fn design_help(analysis: Option<Duration>) -> String {
    let followed = analysis.map(|took| format!(" The plots followed the latest change in {} ms.", took.as_millis()));
    format!(
        "Time that the latest filter design took.{}",
        followed.unwrap_or_default()
    )
}

fn latency_text(samples: u32, rate: f32) -> String {
    if rate > 0.0 {
        format!("latency {samples} samples, {:.1} ms", samples as f32 / rate * 1000.0)
    } else {
        format!("latency {samples} samples")
    }
}

fn load_text(load: f32, peak: f32) -> String {
    format!("CPU {:.1} %, peak {:.0} %", 100.0 * load, 100.0 * peak)
}

#[cfg(test)]
mod tests;
