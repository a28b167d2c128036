//! The room around the preview: which, and for one of one's own its size, where the device stands, how long it reverberates.

use std::ops::RangeInclusive;
use std::sync::Arc;

use egui::{DragValue, Grid, Popup, PopupCloseBehavior, RichText, Ui};
use proscenium_dsp::design::RoomChoice;
use proscenium_dsp::room::{REVERBERATION_BAND, Room, RoomError, Shoebox};

use super::scene::Scene;
use super::theme;
use super::widgets::{Choice, more_button};
use crate::params::{ProsceniumParams, RoomParam};

/// Sides of a room, metres, and reverberation times, seconds, that can be dragged to.
const SIDES_M: RangeInclusive<f64> = 1.5..=30.0;
const REVERBERATION_S: RangeInclusive<f64> = 0.15..=1.5;
/// Change per point of a drag.
const METRES_PER_POINT: f64 = 0.02;
const SECONDS_PER_POINT: f64 = 0.005;

/// Draws the choice, and a button beside it for what there is to set or to say.
pub(crate) fn show(ui: &mut Ui, scene: &mut Scene<'_>) {
    let params = Arc::clone(&scene.links.params);
    let (response, _) = Choice::new(&params.room).show(ui, &mut scene.hands, 80.0);
    scene.atlas.note("choice:room", response.rect);
    let problem = problem(&params);
    let own = params.room.value() == RoomParam::Custom;
    if !own && problem.is_none() {
        return;
    }
    let lit = problem.is_some().then_some(theme::WARNING);
    let button = more_button(ui, lit);
    scene.atlas.note("button:room", button.rect);
    Popup::from_toggle_button_response(&button)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            if own {
                fields(ui, &params);
            }
            if let Some(error) = &problem {
                let text = format!("Preview is heard without a room: {error}.");
                ui.label(RichText::new(text).color(theme::WARNING).size(theme::SMALL_SIZE));
            }
        });
    button.on_hover_text("The room's size, and where the device stands in it.");
}

/// Why the preview has no room though there is one.
fn problem(params: &ProsceniumParams) -> Option<RoomError> {
    let settings = params.design_settings();
    let room = params.session.room(settings.room)?;
    let device = params.session.device(settings.device);
    room.admit(&device)
        .and_then(|()| room.listener_m(&settings.pose()))
        .err()
}

/// Fields of the custom room.
fn fields(ui: &mut Ui, params: &ProsceniumParams) {
    let choice = RoomChoice::Custom(params.session.room_revision());
    let room = params.session.room(choice).unwrap_or_else(Room::living_room);
    let mut shoebox = *room.shoebox();
    let mut seconds = room.eyring_s(REVERBERATION_BAND);
    let before = (shoebox, seconds);
    Grid::new("room").num_columns(2).show(ui, |ui| {
        for (axis, name) in ["Length", "Width", "Height"].into_iter().enumerate() {
            field(ui, name, &mut shoebox.size_m[axis], SIDES_M, METRES_PER_POINT, " m");
        }
        let places = [
            "Device from the back wall",
            "Device from the right wall",
            "Device above the floor",
        ];
        for (axis, name) in places.into_iter().enumerate() {
            let range = 0.01..=shoebox.size_m[axis] - 0.01;
            field(ui, name, &mut shoebox.device_m[axis], range, METRES_PER_POINT, " m");
        }
        field(
            ui,
            "Reverberation at 1 kHz",
            &mut seconds,
            REVERBERATION_S,
            SECONDS_PER_POINT,
            " s",
        );
    });
    ui.label(
        RichText::new("You face the front wall, level with the device.")
            .color(theme::DIM)
            .size(theme::SMALL_SIZE),
    );
    if (shoebox, seconds) != before {
        // What cannot be is not taken: the field shows the last that could.
        let _ = changed(&shoebox, before, seconds).and_then(|room| params.session.set_room(room.shoebox()));
    }
}

/// The room as the user wants it. Its walls change with its reverberation only.
fn changed(shoebox: &Shoebox, before: (Shoebox, f64), seconds: f64) -> Result<Room, RoomError> {
    if seconds == before.1 {
        Room::new(shoebox)
    } else {
        shoebox.with_reverberation(seconds)
    }
}

fn field(ui: &mut Ui, name: &str, value: &mut f64, range: RangeInclusive<f64>, speed: f64, unit: &str) {
    let label = ui.label(RichText::new(name).color(theme::DIM).size(theme::SMALL_SIZE));
    let field = DragValue::new(value)
        .range(range)
        .clamp_existing_to_range(false)
        .speed(speed)
        .max_decimals(2)
        .suffix(unit);
    ui.add(field).labelled_by(label.id);
    ui.end_row();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::testing::Stand;
    use egui::accesskit::Role;
    use egui_kittest::kittest::Queryable as _;

    #[test]
    fn a_room_of_ones_own_is_set_and_kept() {
        let stand = Stand::new();
        let params = Arc::clone(&stand.shared.params);
        let mut harness = stand.harness(egui::vec2(500.0, 400.0), |ui, scene| {
            scene.hands.set(&scene.links.params.room, RoomParam::Custom);
            ui.horizontal(|ui| show(ui, scene));
        });
        harness.run();
        let revision = params.session.room_revision();
        harness.get_by_label("\u{2026}").click();
        harness.run();
        assert_eq!(params.session.room_revision(), revision, "nothing has been changed yet");
        harness.get_by_role_and_label(Role::SpinButton, "Width").focus();
        harness.run();
        harness.key_press(egui::Key::ArrowUp);
        harness.run();
        let room = params.session.snapshot().room.expect("a room of one's own");
        assert!(room.size_m[1] > 4.0 && room.size_m[0] == 5.0, "{room:?}");
        assert!(params.session.room_revision() > revision);
        assert_eq!(problem(&params), None);
    }

    #[test]
    fn reverberation_changes_the_walls_and_nothing_else() {
        let shoebox = *Room::living_room().shoebox();
        let before = (shoebox, 0.5);
        let drier = changed(&shoebox, before, 0.3).unwrap();
        assert!((drier.eyring_s(REVERBERATION_BAND) - 0.3).abs() < 1e-3);
        assert_eq!(drier.shoebox().size_m, shoebox.size_m);
        assert_eq!(changed(&shoebox, before, 0.5).unwrap(), Room::living_room());
        let flat = Shoebox {
            size_m: [5.0, 1.0, 2.5],
            ..shoebox
        };
        assert!(changed(&flat, before, 0.5).is_err());
    }

    #[test]
    fn a_listener_behind_the_wall_is_told() {
        let stand = Stand::new();
        let params = Arc::clone(&stand.shared.params);
        let mut harness = stand.harness(egui::vec2(500.0, 400.0), |ui, scene| {
            let params = Arc::clone(&scene.links.params);
            scene.hands.set(&params.room, RoomParam::Office);
            scene.hands.set(&params.distance, 4.5);
            ui.horizontal(|ui| show(ui, scene));
        });
        harness.run();
        harness.get_by_label("\u{2026}").click();
        harness.run();
        assert!(matches!(problem(&params), Some(RoomError::ListenerOutside { .. })));
        assert!(harness.query_by_label_contains("without a room").is_some());
    }
}
