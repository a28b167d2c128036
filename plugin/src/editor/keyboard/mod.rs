//! Which keys the editor keeps from the host, and how the others get there.

#[cfg(target_os = "linux")]
mod x11;

use egui::Key;
use keyboard_types::NamedKey;
use nice_plug_egui::{Frame, KeyCapture};

/// Keys that act on the control that has the focus, as Space does, and on an open menu; Tab also gives the focus to one.
const CONTROL_KEYS: [(Key, NamedKey); 13] = [
    (Key::Tab, NamedKey::Tab),
    (Key::ArrowUp, NamedKey::ArrowUp),
    (Key::ArrowDown, NamedKey::ArrowDown),
    (Key::ArrowLeft, NamedKey::ArrowLeft),
    (Key::ArrowRight, NamedKey::ArrowRight),
    (Key::PageUp, NamedKey::PageUp),
    (Key::PageDown, NamedKey::PageDown),
    (Key::Home, NamedKey::Home),
    (Key::End, NamedKey::End),
    (Key::Delete, NamedKey::Delete),
    (Key::Backspace, NamedKey::Backspace),
    (Key::Enter, NamedKey::Enter),
    (Key::Escape, NamedKey::Escape),
];

/// What has the keyboard in the editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Focus {
    /// A text field: every key is its own.
    Text,
    /// A control, or an open menu.
    Control,
    /// Nothing.
    Nothing,
}

impl Focus {
    fn of(ctx: &egui::Context) -> Self {
        if ctx.text_edit_focused() {
            Self::Text
        } else if ctx.egui_wants_keyboard_input() || egui::Popup::is_any_open(ctx) {
            Self::Control
        } else {
            Self::Nothing
        }
    }

    /// Whether the editor uses a key.
    fn uses(self, key: Key) -> bool {
        match self {
            Self::Text => true,
            Self::Control => key == Key::Space || CONTROL_KEYS.iter().any(|(used, _)| *used == key),
            Self::Nothing => key == Key::Tab,
        }
    }

    fn capture(self) -> KeyCapture {
        let named = CONTROL_KEYS.map(|(_, named)| keyboard_types::Key::Named(named));
        let space = keyboard_types::Key::Character(String::from(" "));
        match self {
            Self::Text => KeyCapture::CaptureAll,
            Self::Control => KeyCapture::CaptureKeys([&named[..], &[space]].concat()),
            Self::Nothing => KeyCapture::CaptureKeys(named[..1].to_vec()),
        }
    }
}

/// Hands keys that the editor has no use for back to the host.
pub(crate) struct Keyboard {
    /// What had the keyboard when this frame's keys were typed.
    focus: Focus,
    #[cfg(target_os = "linux")]
    host: x11::HostWindow,
}

impl Keyboard {
    /// For an editor whose window is in the host's, if `embedded`.
    pub(crate) fn new(embedded: bool) -> Self {
        #[cfg(not(target_os = "linux"))]
        let _ = embedded;
        Self {
            focus: Focus::Nothing,
            #[cfg(target_os = "linux")]
            host: x11::HostWindow::new(embedded),
        }
    }

    /// Takes note of this frame's keys; at the end of a frame.
    pub(crate) fn after_frame(&mut self, ctx: &egui::Context, frame: &mut Frame) {
        #[cfg(target_os = "linux")]
        for (key, modifiers) in unused_keys(ctx, self.focus) {
            self.host.send(frame.baseview_window(), key, modifiers);
        }
        self.focus = Focus::of(ctx);
        frame.set_key_capture(self.focus.capture());
    }

    /// Leaves all keys to the host.
    pub(crate) fn let_go(&mut self, frame: &mut Frame) {
        frame.set_key_capture(KeyCapture::IgnoreAll);
    }
}

/// Keys that were pressed and that nothing in the editor used.
#[cfg(target_os = "linux")]
fn unused_keys(ctx: &egui::Context, focus: Focus) -> Vec<(Key, egui::Modifiers)> {
    ctx.input(|input| {
        let pressed = input.events.iter().filter_map(|event| match event {
            egui::Event::Key {
                key,
                pressed: true,
                modifiers,
                ..
            } => Some((*key, *modifiers)),
            _ => None,
        });
        pressed.filter(|(key, _)| !focus.uses(*key)).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_acts_is_kept() {
        for (focus, used, unused) in [
            (Focus::Text, &[Key::Space, Key::A, Key::F5][..], &[][..]),
            (
                Focus::Control,
                &[Key::Space, Key::ArrowUp, Key::Escape],
                &[Key::A, Key::F5],
            ),
            (
                Focus::Nothing,
                &[Key::Tab],
                &[Key::Space, Key::ArrowUp, Key::Escape, Key::A],
            ),
        ] {
            assert!(used.iter().all(|key| focus.uses(*key)), "{focus:?}");
            assert!(!unused.iter().any(|key| focus.uses(*key)), "{focus:?}");
        }
    }

    #[test]
    fn an_open_menu_has_the_keyboard() {
        let ctx = egui::Context::default();
        let mut focus = Vec::new();
        for open in [false, true] {
            let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
                let id = egui::Id::unique("menu");
                if open {
                    egui::Popup::open_id(ui.ctx(), id);
                }
                focus.push(Focus::of(ui.ctx()));
            });
            output.textures_delta.clear();
        }
        assert_eq!((focus[0], focus[focus.len() - 1]), (Focus::Nothing, Focus::Control));
    }
}
