//! Which keys the editor keeps from the host.

use keyboard_types::{Key, NamedKey};
use nice_plug_egui::KeyCapture;

/// Keys that act on the control that has the focus.
const CONTROL_KEYS: [NamedKey; 13] = [
    NamedKey::ArrowUp,
    NamedKey::ArrowDown,
    NamedKey::ArrowLeft,
    NamedKey::ArrowRight,
    NamedKey::PageUp,
    NamedKey::PageDown,
    NamedKey::Home,
    NamedKey::End,
    NamedKey::Delete,
    NamedKey::Backspace,
    NamedKey::Enter,
    NamedKey::Escape,
    NamedKey::Tab,
];

/// All keys while a text is being typed; those that act on a control while one has the focus; else none, so that the
/// host's shortcuts work.
pub(crate) fn wanted_keys(ctx: &egui::Context) -> KeyCapture {
    if ctx.text_edit_focused() {
        KeyCapture::CaptureAll
    } else if ctx.egui_wants_keyboard_input() {
        KeyCapture::CaptureKeys(CONTROL_KEYS.map(Key::Named).to_vec())
    } else {
        KeyCapture::IgnoreAll
    }
}
