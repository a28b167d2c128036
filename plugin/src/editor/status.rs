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
mod tests {
    use super::*;
    use crate::editor::testing::Stand;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    fn line(stand: Stand, width: f32) -> Harness<'static, Stand> {
        line_after(stand, width, Progress::Done)
    }

    fn line_after(stand: Stand, width: f32, analysis: Progress) -> Harness<'static, Stand> {
        let mut line = StatusLine::default();
        stand.harness(vec2(width, 40.0), move |ui, scene| line.show(ui, scene, analysis))
    }

    #[test]
    fn a_failed_analysis_is_told_unless_the_design_failed_too() {
        let stand = Stand::new();
        let telemetry = std::sync::Arc::clone(&stand.shared.telemetry);
        let mut harness = line_after(stand, 900.0, Progress::Failed);
        harness.run();
        assert!(harness.query_by_label("plots failed").is_some());
        telemetry.note_design_outcome(false);
        harness.run();
        assert!(harness.query_by_label("plots failed").is_none());
        assert!(harness.query_by_label("design failed").is_some());
    }

    #[test]
    fn figures_have_units() {
        assert_eq!(latency_text(2176, 48_000.0), "latency 2176 samples, 45.3 ms");
        assert_eq!(load_text(0.0123, 0.2), "CPU 1.2 %, peak 20 %");
    }

    #[test]
    fn the_highest_of_late_is_held() {
        let mut held = Held::default();
        held.update(0.5, Duration::from_millis(30));
        held.update(0.1, Duration::from_millis(1900));
        assert_eq!(held.value, 0.5);
        held.update(0.1, Duration::from_millis(200));
        assert_eq!(held.value, 0.1);
    }

    #[test]
    fn an_inactive_plugin_says_so_and_a_design_under_way_too() {
        let stand = Stand::new();
        let telemetry = std::sync::Arc::clone(&stand.shared.telemetry);
        let mut harness = line(stand, 900.0);
        harness.run();
        assert!(harness.query_by_label_contains("not active").is_some());
        telemetry.note_activation(48_000.0, 2, true);
        telemetry.note_latency(2176);
        let running = telemetry.designing();
        // The spinner turns for as long as there is something to wait for, and no longer.
        harness.run_steps(3);
        assert!(harness.query_by_label_contains("45.3 ms").is_some());
        assert!(harness.query_by_label_contains("2 channels").is_some());
        assert!(harness.query_by_label("designing…").is_some());
        drop(running);
        harness.run();
        assert!(harness.query_by_label("designing…").is_none());
    }

    #[test]
    fn a_failed_design_is_told_until_the_next_succeeds() {
        let stand = Stand::new();
        let telemetry = std::sync::Arc::clone(&stand.shared.telemetry);
        let mut harness = line(stand, 900.0);
        telemetry.note_design_outcome(false);
        harness.run();
        assert!(harness.query_by_label("design failed").is_some());
        telemetry.note_design(Duration::from_millis(20));
        telemetry.note_design_outcome(true);
        harness.run();
        assert!(harness.query_by_label("design failed").is_none());
        assert!(harness.query_by_label("design 20 ms").is_some());
    }

    #[test]
    fn the_cost_is_told_while_audio_runs_and_no_longer() {
        for (stand, told) in [(Stand::new().playing(), true), (Stand::new(), false)] {
            stand.shared.telemetry.note_activation(48_000.0, 2, true);
            let mut harness = line(stand, 900.0);
            harness.run();
            assert_eq!(harness.query_by_label_contains("CPU").is_some(), told);
            assert_eq!(harness.query_by_label("no audio").is_some(), !told);
        }
    }

    #[test]
    fn a_narrow_track_is_told_in_a_few_words_that_fit() {
        let stand = Stand::new().analysed();
        stand.shared.telemetry.note_activation(44_100.0, 2, true);
        stand.shared.telemetry.note_latency(2176);
        stand.shared.telemetry.note_design(Duration::from_millis(120));
        let mut harness = line(stand, 788.0);
        harness.run();
        let notice = harness.get_by_label_contains("4 drivers").rect();
        let design = harness.get_by_label("design 120 ms").rect();
        let guard = "peak guard −10.0 dB".len() as f32 * 6.0;
        assert!(
            design.left() + DESIGN_WIDTH + guard < notice.left(),
            "{design:?} {notice:?}"
        );
        assert!(notice.right() < 788.0);
    }
}
