//! X11 gives every key to the window with the input focus, which the editor's takes when it is clicked. A key that the
//! editor has no use for is sent on to the host's window, and the focus with it.
//!
//! The window toolkit does not tell of all keys, so they are read from a connection of the editor's own.

use std::error::Error;

use nice_plug::prelude::*;
use nice_plug_egui::baseview::WindowContext;
use raw_window_handle::{HasWindowHandle, RawWindowHandle};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ConnectionExt, EventMask, InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, KeyPressEvent,
    Window,
};
use x11rb::rust_connection::RustConnection;
use x11rb::{CURRENT_TIME, NONE};

/// The window that the editor's is inside of.
pub(super) struct HostWindow {
    /// Whether there is one, as far as is known.
    embedded: bool,
    listener: Option<Listener>,
}

impl HostWindow {
    pub(super) fn new(embedded: bool) -> Self {
        Self {
            embedded,
            listener: None,
        }
    }

    /// Gives the host the keys pressed since the last call whose X11 symbol is `unused`, and the focus. Without a host's
    /// window there is nothing to do.
    pub(super) fn pass_on(&mut self, editor: &WindowContext, unused: impl Fn(u32) -> bool) {
        if !self.embedded {
            return;
        }
        if let Err(error) = self.try_to_pass_on(editor, unused) {
            nice_error!("Keys cannot be handed to the host: {error}");
            self.embedded = false;
            self.listener = None;
        }
    }

    fn try_to_pass_on(&mut self, editor: &WindowContext, unused: impl Fn(u32) -> bool) -> Result<(), Box<dyn Error>> {
        if self.listener.is_none() {
            let Some(editor) = window_id(editor) else { return Ok(()) };
            self.listener = Some(Listener::new(editor)?);
        }
        let Some(listener) = &mut self.listener else {
            return Ok(());
        };
        while let Some(event) = listener.connection.poll_for_event()? {
            match event {
                Event::KeyPress(press) if unused(listener.symbol(press.detail)) => listener.pass_on(press)?,
                Event::MappingNotify(_) => listener.read_keyboard()?,
                _ => {}
            }
        }
        Ok(())
    }
}

/// Hears the keys that the editor's window gets.
struct Listener {
    connection: RustConnection,
    root: Window,
    editor: Window,
    /// The symbols of all keys from the first on, the same number for each.
    symbols: Vec<u32>,
    symbols_per_key: usize,
}

impl Listener {
    fn new(editor: Window) -> Result<Self, Box<dyn Error>> {
        let (connection, screen) = x11rb::connect(None)?;
        let root = connection.setup().roots[screen].root;
        let keys = ChangeWindowAttributesAux::new().event_mask(EventMask::KEY_PRESS);
        connection.change_window_attributes(editor, &keys)?.check()?;
        let mut listener = Self {
            connection,
            root,
            editor,
            symbols: Vec::new(),
            symbols_per_key: 1,
        };
        listener.read_keyboard()?;
        Ok(listener)
    }

    fn read_keyboard(&mut self) -> Result<(), Box<dyn Error>> {
        let setup = self.connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let mapping = self.connection.get_keyboard_mapping(first, last - first + 1)?.reply()?;
        self.symbols_per_key = usize::from(mapping.keysyms_per_keycode).max(1);
        self.symbols = mapping.keysyms;
        Ok(())
    }

    /// The symbol of a key without modifiers; 0 if it has none.
    fn symbol(&self, key: u8) -> u32 {
        let index = usize::from(key.saturating_sub(self.connection.setup().min_keycode)) * self.symbols_per_key;
        self.symbols.get(index).copied().unwrap_or(0)
    }

    fn pass_on(&self, press: KeyPressEvent) -> Result<(), Box<dyn Error>> {
        let host = self.connection.query_tree(self.editor)?.reply()?.parent;
        if host == NONE || host == self.root {
            return Ok(());
        }
        self.connection
            .set_input_focus(InputFocus::PARENT, host, CURRENT_TIME)?
            .check()?;
        for (response_type, mask) in [
            (KEY_PRESS_EVENT, EventMask::KEY_PRESS),
            (KEY_RELEASE_EVENT, EventMask::KEY_RELEASE),
        ] {
            let event = KeyPressEvent {
                response_type,
                event: host,
                child: NONE,
                ..press
            };
            self.connection.send_event(true, host, mask, event)?.check()?;
        }
        Ok(())
    }
}

/// The X11 window of a toolkit's.
pub(in crate::editor) fn window_id(window: &WindowContext) -> Option<Window> {
    match window.window_handle().ok()?.as_raw() {
        RawWindowHandle::Xlib(handle) => Window::try_from(handle.window).ok(),
        RawWindowHandle::Xcb(handle) => Some(handle.window.get()),
        _ => None,
    }
}
