//! Which keys the editor keeps from the host, and how the others get there.

#[cfg(target_os = "linux")]
mod x11;

#[cfg(target_os = "linux")]
pub(super) use x11::window_id;

use keyboard_types::{Key, NamedKey};
use nice_plug_egui::{Frame, KeyCapture};

/// Keys that act on the control that has the focus, as Space does, and on an open menu; Tab also gives the focus to one. With
/// their X11 symbols, of `keysymdef.h`.
const CONTROL_KEYS: [(NamedKey, u32); 13] = [
    (NamedKey::Tab, 0xff09),
    (NamedKey::ArrowUp, 0xff52),
    (NamedKey::ArrowDown, 0xff54),
    (NamedKey::ArrowLeft, 0xff51),
    (NamedKey::ArrowRight, 0xff53),
    (NamedKey::PageUp, 0xff55),
    (NamedKey::PageDown, 0xff56),
    (NamedKey::Home, 0xff50),
    (NamedKey::End, 0xff57),
    (NamedKey::Delete, 0xffff),
    (NamedKey::Backspace, 0xff08),
    (NamedKey::Enter, 0xff0d),
    (NamedKey::Escape, 0xff1b),
];
/// The X11 symbol of Space, and others of keys among the above: Tab with shift, Enter of the keypad.
const SPACE: u32 = 0x20;
const SHIFT_TAB: u32 = 0xfe20;
const KEYPAD_ENTER: u32 = 0xff8d;
/// Shift, Control, Caps Lock, Alt and their like: they belong to the next key or click, and stay where that goes.
const MODIFIERS: std::ops::RangeInclusive<u32> = 0xffe1..=0xffee;
const OTHER_MODIFIERS: [u32; 3] = [0xfe03, 0xff7e, 0xff7f];

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

    /// Whether the editor uses a key with this X11 symbol.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code))] // Elsewhere the capture below says it all.
    fn uses(self, symbol: u32) -> bool {
        let [(_, tab), ..] = CONTROL_KEYS;
        match self {
            _ if MODIFIERS.contains(&symbol) || OTHER_MODIFIERS.contains(&symbol) => true,
            Self::Text => true,
            Self::Control => {
                [SPACE, SHIFT_TAB, KEYPAD_ENTER].contains(&symbol)
                    || CONTROL_KEYS.iter().any(|(_, used)| *used == symbol)
            }
            Self::Nothing => [tab, SHIFT_TAB].contains(&symbol),
        }
    }

    fn capture(self) -> KeyCapture {
        let named = CONTROL_KEYS.map(|(named, _)| Key::Named(named));
        let space = Key::Character(String::from(" "));
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
    #[cfg_attr(not(target_os = "linux"), allow(dead_code))]
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
        self.host
            .pass_on(frame.baseview_window(), |symbol| !self.focus.uses(symbol));
        self.focus = Focus::of(ctx);
        frame.set_key_capture(self.focus.capture());
    }

    /// Leaves all keys to the host.
    pub(crate) fn let_go(&mut self, frame: &mut Frame) {
        frame.set_key_capture(KeyCapture::IgnoreAll);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_acts_is_kept() {
        const SHIFT: u32 = 0xffe1;
        let (a, f5, escape, arrow, tab) = (u32::from('a'), 0xffc2, 0xff1b, 0xff52, 0xff09);
        for (focus, used, unused) in [
            (Focus::Text, &[SPACE, a, f5][..], &[][..]),
            (Focus::Control, &[SPACE, arrow, escape, tab], &[a, f5]),
            (
                Focus::Nothing,
                &[tab, SHIFT_TAB, SHIFT, 0xff7f],
                &[SPACE, arrow, escape, a],
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
