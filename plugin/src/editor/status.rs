//! The line at the bottom: how the engine is doing.

use egui::{Align, Color32, Layout, RichText, Ui};

use super::drivers::{Channels, notice};
use super::scene::Scene;
use super::theme;

/// Draws the line.
pub(crate) fn show(ui: &mut Ui, scene: &Scene<'_>, busy: bool) {
    let telemetry = &scene.links.telemetry;
    let say =
        |ui: &mut Ui, text: String, color: Color32| ui.label(RichText::new(text).size(theme::SMALL_SIZE).color(color));
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        if telemetry.is_active() {
            let rate = telemetry.sample_rate_hz();
            let text = format!("{} kHz", trimmed(rate / 1000.0));
            say(ui, text, theme::DIM).on_hover_text("Sample rate of the host.");
            ui.separator();
            say(ui, latency_text(telemetry.latency_samples(), rate), theme::DIM)
                .on_hover_text("Delay from input to output, as the host is told.");
            ui.separator();
            let load = telemetry.load();
            let color = if load > 0.7 { theme::WARNING } else { theme::DIM };
            say(ui, format!("CPU {:.1} %", 100.0 * load), color)
                .on_hover_text("Share of the time at hand that the audio thread spends in this plugin.");
        } else {
            say(
                ui,
                String::from("not active: the host has switched the plugin off"),
                theme::WARNING,
            );
        }
        ui.separator();
        let design_ms = telemetry.design_time_ms();
        if busy || telemetry.designs_running() > 0 {
            say(ui, String::from("designing…"), theme::ACCENT);
        } else if design_ms > 0.0 {
            say(ui, format!("filters designed in {design_ms:.0} ms"), theme::DIM)
                .on_hover_text("Time that the latest filter design took.");
        }
        if telemetry.design_failures() > 0 {
            say(
                ui,
                String::from("a design failed: the last good filters play, the log says more"),
                theme::WARNING,
            );
        }
        let reduction_db = scene.links.meters.guard_reduction_db();
        if reduction_db > 0.1 {
            ui.separator();
            say(ui, format!("peak guard −{reduction_db:.1} dB"), theme::WARNING)
                .on_hover_text("Peaks would exceed −1 dBFS: turn Output Trim down.");
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            say(
                ui,
                format!("Proscenium {}", env!("CARGO_PKG_VERSION")),
                theme::faint(theme::DIM, 0.8),
            );
            if let Some(text) = Channels::of(scene).and_then(|channels| notice(&channels)) {
                say(ui, text.short, theme::WARNING).on_hover_text(text.long);
            }
        });
    });
}

fn latency_text(samples: u32, rate: f32) -> String {
    if rate > 0.0 {
        format!("latency {samples} samples, {:.1} ms", samples as f32 / rate * 1000.0)
    } else {
        format!("latency {samples} samples")
    }
}

fn trimmed(value: f32) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::testing::Stand;
    use egui_kittest::kittest::Queryable as _;

    #[test]
    fn latency_is_told_in_samples_and_milliseconds() {
        assert_eq!(latency_text(2176, 48_000.0), "latency 2176 samples, 45.3 ms");
        assert_eq!([trimmed(44.1), trimmed(48.0), trimmed(22.05)], ["44.1", "48", "22.05"]);
    }

    #[test]
    fn an_inactive_plugin_says_so_and_a_design_under_way_too() {
        let stand = Stand::new();
        let telemetry = std::sync::Arc::clone(&stand.shared.telemetry);
        let mut harness = stand.harness(egui::vec2(900.0, 30.0), |ui, scene| show(ui, scene, false));
        harness.run();
        assert!(harness.query_by_label_contains("not active").is_some());
        telemetry.note_activation(48_000.0, 2, true);
        telemetry.note_latency(2176);
        let running = telemetry.designing();
        harness.run();
        assert!(harness.query_by_label_contains("45.3 ms").is_some());
        assert!(harness.query_by_label("designing…").is_some());
        drop(running);
        harness.run();
        assert!(harness.query_by_label("designing…").is_none());
    }
}
