//! Drops on X11: the protocol XDND, version 5 (freedesktop.org).
//!
//! Whoever drags looks at the window under the pointer for the property XdndAware, which the toolkit has set, and for XdndProxy,
//! the window that shall be talked to in its place. That is one of this connection's, so that the messages come here and not to
//! the toolkit, which would swallow them.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use nice_plug::prelude::*;
use nice_plug_egui::baseview::WindowContext;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, Timestamp, Window,
    WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;
use x11rb::{COPY_FROM_PARENT, CURRENT_TIME, NONE};

use crate::editor::device::path;
use crate::editor::keyboard::window_id;

/// Version of the protocol that is spoken.
const VERSION: u32 = 5;
/// Longest list of files that is read, 32-bit words.
const LONGEST_LIST: u32 = 16 * 1024;
/// Time between two looks while something is dragged over the window.
const PERIOD: Duration = Duration::from_millis(15);

x11rb::atom_manager! {
    /// Names of the protocol.
    Atoms: AtomsCookie {
        XdndAware,
        XdndProxy,
        XdndEnter,
        XdndPosition,
        XdndStatus,
        XdndLeave,
        XdndDrop,
        XdndFinished,
        XdndSelection,
        XdndTypeList,
        XdndActionCopy,
        UriList: b"text/uri-list",
    }
}

/// Receives drops on the editor's window.
#[derive(Default)]
pub(super) struct Target {
    listener: Option<Listener>,
    /// Whether there is no use in another try.
    failed: bool,
}

impl Target {
    /// The file that was dropped since the last call.
    pub(super) fn poll(&mut self, ctx: &egui::Context, editor: &WindowContext) -> Option<PathBuf> {
        if self.failed {
            return None;
        }
        let polled = self.try_to_poll(editor);
        if self.is_hovered() {
            ctx.request_repaint_after(PERIOD);
        }
        polled.unwrap_or_else(|error| {
            nice_error!("Files cannot be dropped on the editor: {error}");
            *self = Self {
                listener: None,
                failed: true,
            };
            None
        })
    }

    /// Whether a file is held over the window, or has just been dropped.
    pub(super) fn is_hovered(&self) -> bool {
        self.listener.as_ref().is_some_and(|listener| listener.drag.is_some())
    }

    fn try_to_poll(&mut self, editor: &WindowContext) -> Result<Option<PathBuf>, Box<dyn Error>> {
        if self.listener.is_none() {
            let Some(editor) = window_id(editor) else {
                return Ok(None);
            };
            self.listener = Some(Listener::new(editor)?);
        }
        let mut dropped = None;
        if let Some(listener) = &mut self.listener {
            while let Some(event) = listener.connection.poll_for_event()? {
                dropped = listener.take(&event)?.or(dropped);
            }
            listener.connection.flush()?;
        }
        Ok(dropped)
    }
}

/// Something that is dragged over the window.
#[derive(Clone, Copy)]
struct Drag {
    source: Window,
    /// The window that the source means.
    target: Window,
    /// Whether it is files.
    files: bool,
}

struct Listener {
    connection: RustConnection,
    atoms: Atoms,
    /// The window that is talked to.
    proxy: Window,
    drag: Option<Drag>,
}

impl Listener {
    fn new(editor: Window) -> Result<Self, Box<dyn Error>> {
        let (connection, screen) = x11rb::connect(None)?;
        let root = connection.setup().roots[screen].root;
        let atoms = Atoms::new(&connection)?.reply()?;
        let proxy = connection.generate_id()?;
        // Never shown.
        connection
            .create_window(
                0,
                proxy,
                root,
                -1,
                -1,
                1,
                1,
                0,
                WindowClass::INPUT_ONLY,
                COPY_FROM_PARENT,
                &CreateWindowAux::new(),
            )?
            .check()?;
        for window in [proxy, editor] {
            for (property, kind, value) in [
                (atoms.XdndAware, AtomEnum::ATOM, VERSION),
                (atoms.XdndProxy, AtomEnum::WINDOW, proxy),
            ] {
                connection
                    .change_property32(PropMode::REPLACE, window, property, kind, &[value])?
                    .check()?;
            }
        }
        Ok(Self {
            connection,
            atoms,
            proxy,
            drag: None,
        })
    }

    /// Takes a message; the file that was dropped with it.
    fn take(&mut self, event: &Event) -> Result<Option<PathBuf>, Box<dyn Error>> {
        match event {
            Event::ClientMessage(message) if message.format == 32 => {
                self.hear(message)?;
                Ok(None)
            }
            Event::SelectionNotify(notify) => {
                let Some(drag) = self.drag.take() else { return Ok(None) };
                let text = if notify.property == NONE {
                    None
                } else {
                    Some(self.list(notify.property)?)
                };
                let path = text.and_then(|text| first_file(&text));
                self.finish(drag, path.is_some())?;
                Ok(path)
            }
            _ => Ok(None),
        }
    }

    fn hear(&mut self, message: &ClientMessageEvent) -> Result<(), Box<dyn Error>> {
        let [source, _, time, ..] = message.data.as_data32();
        let (atoms, target) = (self.atoms, message.window);
        if message.type_ == atoms.XdndEnter {
            let files = self.types(message)?.contains(&atoms.UriList);
            self.drag = Some(Drag { source, target, files });
            return Ok(());
        }
        let Some(drag) = self.drag.filter(|drag| drag.source == source) else {
            return Ok(());
        };
        if message.type_ == atoms.XdndPosition {
            // Everywhere in the window, so there is no rectangle to be told of.
            let answer = [target, u32::from(drag.files), 0, 0, self.copy_if(drag.files)];
            self.tell(source, atoms.XdndStatus, answer)?;
        } else if message.type_ == atoms.XdndLeave {
            self.drag = None;
        } else if message.type_ == atoms.XdndDrop {
            if drag.files {
                self.ask_for_list(time)?;
            } else {
                self.drag = None;
                self.finish(drag, false)?;
            }
        }
        Ok(())
    }

    /// What the source offers.
    fn types(&self, enter: &ClientMessageEvent) -> Result<Vec<Atom>, Box<dyn Error>> {
        let [source, flags, types @ ..] = enter.data.as_data32();
        if flags & 1 == 0 {
            return Ok(types.to_vec());
        }
        let property = self
            .connection
            .get_property(false, source, self.atoms.XdndTypeList, AtomEnum::ATOM, 0, 256)?;
        // A source that has gone offers nothing.
        let reply = property.reply();
        Ok(reply.map_or_else(|_| Vec::new(), |list| list.value32().into_iter().flatten().collect()))
    }

    fn ask_for_list(&self, time: Timestamp) -> Result<(), Box<dyn Error>> {
        let Atoms {
            XdndSelection, UriList, ..
        } = self.atoms;
        let time = if time == 0 { CURRENT_TIME } else { time };
        self.connection
            .convert_selection(self.proxy, XdndSelection, UriList, XdndSelection, time)?;
        Ok(())
    }

    fn list(&self, property: Atom) -> Result<String, Box<dyn Error>> {
        let list = self
            .connection
            .get_property(true, self.proxy, property, AtomEnum::ANY, 0, LONGEST_LIST)?
            .reply()?;
        Ok(String::from_utf8_lossy(&list.value).into_owned())
    }

    fn finish(&self, drag: Drag, taken: bool) -> Result<(), Box<dyn Error>> {
        let answer = [drag.target, u32::from(taken), self.copy_if(taken), 0, 0];
        self.tell(drag.source, self.atoms.XdndFinished, answer)
    }

    fn copy_if(&self, taken: bool) -> Atom {
        if taken { self.atoms.XdndActionCopy } else { NONE }
    }

    fn tell(&self, source: Window, what: Atom, data: [u32; 5]) -> Result<(), Box<dyn Error>> {
        let message = ClientMessageEvent::new(32, source, what, data);
        // A source that has gone need not be told; its absence is no error of this connection's.
        let _ = self
            .connection
            .send_event(false, source, EventMask::NO_EVENT, message)?
            .check();
        Ok(())
    }
}

/// The first file in a list of addresses.
fn first_file(list: &str) -> Option<PathBuf> {
    let files = list.lines().filter(|line| line.starts_with("file:"));
    files.filter_map(|line| path::typed(line).ok()).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_list_the_first_file_counts() {
        let list = "# from a browser\r\nhttp://desk/\r\nfile:///a/my%20b.toml\r\nfile:///c.toml\r\n";
        assert_eq!(first_file(list), Some(PathBuf::from("/a/my b.toml")));
        for none in ["", "\0", "http://desk/a.toml", "file:"] {
            assert_eq!(first_file(none), None);
        }
    }
}
