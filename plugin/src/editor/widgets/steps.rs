//! How far the user moves a value: wheel, keys, and fine with shift. The same for all widgets.

use egui::{EventFilter, Key, Response, Ui};

/// Way of pointer, wheel and keys with shift held, relative to that without.
const FINE: f32 = 0.1;

/// Factor of all ways in this frame: less than 1 with shift held.
pub(crate) fn fineness(ui: &Ui) -> f32 {
    if ui.input(|input| input.modifiers.shift) {
        FINE
    } else {
        1.0
    }
}

/// Steps upwards that the user makes in this frame: one for each notch of the wheel over the widget and, when it has the
/// focus, for each arrow key; `page` for a page key.
pub(super) fn steps(ui: &Ui, response: &Response, page: f32) -> f32 {
    let mut steps = if response.hovered() { wheel_notches(ui) } else { 0.0 };
    if response.has_focus() {
        let arrows = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
        ui.input(|input| {
            let pressed = |key| input.num_presses(key) as f32;
            steps += pressed(Key::ArrowUp) + pressed(Key::ArrowRight);
            steps -= pressed(Key::ArrowDown) + pressed(Key::ArrowLeft);
            steps += page * (pressed(Key::PageUp) - pressed(Key::PageDown));
        });
    }
    steps
}

/// Notches of the mouse wheel in this frame.
pub(crate) fn wheel_notches(ui: &Ui) -> f32 {
    ui.input(|input| {
        let notches = input.events.iter().map(|event| match event {
            egui::Event::MouseWheel { unit, delta, .. } => {
                // Some systems turn the wheel sideways while shift is held.
                let way = if delta.y == 0.0 { delta.x } else { delta.y };
                match unit {
                    egui::MouseWheelUnit::Point => way / 50.0,
                    egui::MouseWheelUnit::Line => way,
                    egui::MouseWheelUnit::Page => way * 10.0,
                }
            }
            _ => 0.0,
        });
        notches.sum()
    })
}
