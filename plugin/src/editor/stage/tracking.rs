//! Head tracking in a corner of the stage: switches it on, sets its port, says how it is getting on.

use egui::{Align, Align2, Layout, Rect, RichText, Ui, UiBuilder, Vec2, vec2};

use crate::editor::axes::signed;
use crate::editor::scene::Scene;
use crate::editor::theme;
use crate::editor::widgets::{PortField, push_button};
use crate::session::OscSettings;
use crate::text::short_number;
use crate::tracker::{ListenerPose, Status};

/// Space that it takes, points: a row of buttons, and lines of text below.
pub(super) const SIZE: Vec2 = vec2(165.0, 74.0);
const ROW: f32 = 22.0;
/// Size of the field for the port.
const PORT: Vec2 = vec2(48.0, 20.0);

/// Draws it at the right of `rect`.
pub(super) fn show(ui: &mut Ui, rect: Rect, scene: &mut Scene<'_>) {
    let session = &scene.links.params.session;
    let osc = session.osc();
    let row = Rect::from_min_size(rect.min, vec2(rect.width(), ROW));
    let layout = Layout::right_to_left(Align::Center);
    let mut row = ui.new_child(UiBuilder::new().max_rect(row).layout(layout).id_salt("tracking"));
    let lit = osc.enabled.then_some(theme::LEVEL);
    let switch = push_button(&mut row, "Head tracking", lit);
    scene.atlas.note("button:tracking", switch.rect);
    if switch.clicked() {
        let enabled = !osc.enabled;
        session.set_osc(OscSettings { enabled, ..osc });
    }
    switch.on_hover_text(format!(
        "Puts the head where a head tracker on this computer says, by OSC messages to UDP port {}:\n\
         /proscenium/listener x y yaw\n\
         in metres forward and to the left from the device (x is −2 two metres in front of it) and degrees to the left. \
         Renders offline go by the parameters.",
        osc.port
    ));
    if !osc.enabled {
        return;
    }
    let (field, typed) = PortField::new("Port of head tracking", osc.port).show(&mut row, PORT);
    scene.atlas.note("field:port", field.rect);
    if let Some(port) = typed {
        session.set_osc(OscSettings { port, ..osc });
    }
    field.on_hover_text("UDP port on this computer that the head tracker sends to. A click lets you type another.");
    let status = scene.links.tracker.status();
    let color = match status {
        Status::Failed(_) => theme::WARNING,
        Status::Tracking(_) => theme::LEVEL,
        _ => theme::DIM,
    };
    let text = RichText::new(text(&status)).size(theme::SMALL_SIZE).color(color);
    let below = Rect::from_min_max(rect.min + vec2(0.0, ROW + 2.0), rect.max);
    let mut below = ui.new_child(
        UiBuilder::new()
            .max_rect(below)
            .layout(Layout::top_down(Align2::RIGHT_TOP.x()))
            .id_salt("tracking status"),
    );
    let said = below.add(egui::Label::new(text).wrap());
    scene.atlas.note("status:tracking", said.rect);
}

/// The status in words.
fn text(status: &Status) -> String {
    match status {
        Status::Off => String::from("off"),
        Status::Failed(error) => error.clone(),
        Status::Listening(address) => format!("listening on {address}"),
        Status::Tracking(pose) => format!("tracking: {}", place(*pose)),
        Status::Holding(pose) => format!("silent, last: {}", place(*pose)),
    }
}

fn place(pose: ListenerPose) -> String {
    format!(
        "{} m, {} m, {}°",
        short_number(pose.distance_m, 2),
        signed(f64::from(pose.offset_m), 2, true),
        signed(f64::from(pose.yaw_deg), 0, true)
    )
}
