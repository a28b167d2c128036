//! X11 gives every key to the window with the input focus, which the editor's takes when it is clicked. A key that the
//! editor has no use for is sent on to the host's window, and the focus with it.

use egui::{Key, Modifiers};
use nice_plug::prelude::*;
use nice_plug_egui::baseview::WindowContext;
use raw_window_handle::{HasWindowHandle, RawWindowHandle};
use x11rb::connection::Connection;
use x11rb::errors::ReplyError;
use x11rb::protocol::xproto::{
    ConnectionExt, EventMask, InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, KeyButMask, KeyPressEvent, Window,
};
use x11rb::rust_connection::RustConnection;
use x11rb::{CURRENT_TIME, NONE};

/// The window that the editor's is inside of.
pub(super) struct HostWindow {
    embedded: bool,
    /// A connection of the editor's own, made when it is first needed.
    connection: Option<(RustConnection, Window)>,
}

impl HostWindow {
    pub(super) fn new(embedded: bool) -> Self {
        Self {
            embedded,
            connection: None,
        }
    }

    /// Gives the host the focus and a key. Without a host's window there is nothing to do.
    pub(super) fn send(&mut self, editor: &WindowContext, key: Key, modifiers: Modifiers) {
        let Some(keysym) = keysym(key).filter(|_| self.embedded) else {
            return;
        };
        let Some(editor) = window_id(editor) else { return };
        if self.connection.is_none() {
            let connected = x11rb::connect(None);
            self.connection = connected.ok().map(|(connection, screen)| {
                let root = connection.setup().roots[screen].root;
                (connection, root)
            });
        }
        let Some((connection, root)) = &self.connection else {
            return;
        };
        if let Err(error) = send(connection, *root, editor, keysym, modifiers) {
            nice_error!("A key could not be handed to the host: {error}");
            self.connection = None;
        }
    }
}

fn send(
    connection: &RustConnection,
    root: Window,
    editor: Window,
    keysym: u32,
    modifiers: Modifiers,
) -> Result<(), ReplyError> {
    let host = connection.query_tree(editor)?.reply()?.parent;
    let Some(keycode) = keycode(connection, keysym)? else {
        return Ok(());
    };
    if host == NONE || host == root {
        return Ok(());
    }
    connection
        .set_input_focus(InputFocus::PARENT, host, CURRENT_TIME)?
        .check()?;
    let mut state = KeyButMask::default();
    for (held, mask) in [
        (modifiers.shift, KeyButMask::SHIFT),
        (modifiers.ctrl, KeyButMask::CONTROL),
        (modifiers.alt, KeyButMask::MOD1),
    ] {
        if held {
            state |= mask;
        }
    }
    for (response_type, mask) in [
        (KEY_PRESS_EVENT, EventMask::KEY_PRESS),
        (KEY_RELEASE_EVENT, EventMask::KEY_RELEASE),
    ] {
        let event = KeyPressEvent {
            response_type,
            detail: keycode,
            sequence: 0,
            time: CURRENT_TIME,
            root,
            event: host,
            child: NONE,
            root_x: 0,
            root_y: 0,
            event_x: 0,
            event_y: 0,
            state,
            same_screen: true,
        };
        connection.send_event(true, host, mask, event)?.check()?;
    }
    Ok(())
}

/// The first key of the keyboard that has a symbol, with or without shift.
fn keycode(connection: &RustConnection, keysym: u32) -> Result<Option<u8>, ReplyError> {
    let setup = connection.setup();
    let (first, last) = (setup.min_keycode, setup.max_keycode);
    let mapping = connection.get_keyboard_mapping(first, last - first + 1)?.reply()?;
    let per_key = usize::from(mapping.keysyms_per_keycode).max(1);
    let found = mapping.keysyms.iter().position(|symbol| *symbol == keysym);
    Ok(found.and_then(|at| u8::try_from(at / per_key).ok()?.checked_add(first)))
}

fn window_id(window: &WindowContext) -> Option<Window> {
    match window.window_handle().ok()?.as_raw() {
        RawWindowHandle::Xlib(handle) => Window::try_from(handle.window).ok(),
        RawWindowHandle::Xcb(handle) => Some(handle.window.get()),
        _ => None,
    }
}

/// The X11 symbol of the first function key; the others follow.
const F1: u32 = 0xffbe;

/// The X11 symbol of a key: what prints has that of its character, others are in `keysymdef.h`.
fn keysym(key: Key) -> Option<u32> {
    let named = match key {
        Key::Space => 0x20,
        Key::Backspace => 0xff08,
        Key::Tab => 0xff09,
        Key::Enter => 0xff0d,
        Key::Escape => 0xff1b,
        Key::Home => 0xff50,
        Key::ArrowLeft => 0xff51,
        Key::ArrowUp => 0xff52,
        Key::ArrowRight => 0xff53,
        Key::ArrowDown => 0xff54,
        Key::PageUp => 0xff55,
        Key::PageDown => 0xff56,
        Key::End => 0xff57,
        Key::Insert => 0xff63,
        Key::Delete => 0xffff,
        // A Unicode sign on the screen.
        Key::Minus => u32::from('-'),
        Key::Quote => u32::from('\''),
        _ => {
            let name = key.symbol_or_name();
            let mut characters = name.chars();
            return match (characters.next(), characters.next()) {
                (Some(character), None) if character.is_ascii_graphic() => Some(character.to_ascii_lowercase().into()),
                (Some('F'), Some(_)) => name[1..].parse().ok().map(|number: u32| F1 + number - 1),
                _ => None,
            };
        }
    };
    Some(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_symbols_of_their_characters() {
        assert_eq!(keysym(Key::A), Some(u32::from('a')));
        assert_eq!(keysym(Key::Num7), Some(u32::from('7')));
        assert_eq!(keysym(Key::Space), Some(u32::from(' ')));
        for (key, character) in [
            (Key::Comma, ','),
            (Key::Period, '.'),
            (Key::Minus, '-'),
            (Key::Plus, '+'),
            (Key::Slash, '/'),
            (Key::OpenBracket, '['),
            (Key::Quote, '\''),
            (Key::Backtick, '`'),
            (Key::Questionmark, '?'),
        ] {
            assert_eq!(keysym(key), Some(u32::from(character)), "{key:?}");
        }
        assert_eq!(
            [keysym(Key::F1), keysym(Key::F12), keysym(Key::F25)],
            [0xffbe, 0xffc9, 0xffd6].map(Some)
        );
        assert_eq!(keysym(Key::Copy), None);
    }
}
