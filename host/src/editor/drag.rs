//! Files dragged onto a window, as a file manager does it (the protocol XDND, version 5).

use super::screen::{Screen, x_error};
use crate::Result;
use std::time::{Duration, Instant};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt, CreateWindowAux, EventMask, PropMode, SELECTION_NOTIFY_EVENT,
    SelectionNotifyEvent, Window, WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;
use x11rb::{COPY_FROM_PARENT, CURRENT_TIME, NONE};

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(5);

x11rb::atom_manager! {
    /// Names of the protocol.
    Atoms: AtomsCookie {
        XdndAware,
        XdndProxy,
        XdndEnter,
        XdndPosition,
        XdndStatus,
        XdndDrop,
        XdndFinished,
        XdndSelection,
        XdndActionCopy,
        UriList: b"text/uri-list",
    }
}

impl Screen {
    /// Drops the file at an address such as `file:///tmp/a.toml` on a place, pixels; whether it was taken. `between` is called
    /// while an answer is waited for.
    ///
    /// # Errors
    /// When the X server refuses, nobody at that place takes drops or answers, and what `between` returns.
    pub fn drop_file(&self, address: &str, at: [i32; 2], mut between: impl FnMut() -> Result<()>) -> Result<bool> {
        let atoms = Atoms::new(&self.connection).map_err(x_error)?;
        let atoms = atoms.reply().map_err(x_error)?;
        let (target, listener) = self.drop_target(&atoms, at)?;
        let source = self.source_window(&atoms)?;
        let tell = |what, data| -> Result<()> {
            let message = ClientMessageEvent::new(32, target, what, data);
            let sent = self
                .connection
                .send_event(false, listener, EventMask::NO_EVENT, message);
            sent.map_err(x_error)?.check().map_err(x_error)
        };
        tell(atoms.XdndEnter, [source, 5 << 24, atoms.UriList, NONE, NONE])?;
        let place = (at[0] as u32) << 16 | at[1] as u32;
        tell(
            atoms.XdndPosition,
            [source, 0, place, CURRENT_TIME, atoms.XdndActionCopy],
        )?;
        let [_, accepted, ..] = self.answer(&atoms, atoms.XdndStatus, address, &mut between)?;
        if accepted & 1 == 0 {
            return Ok(false);
        }
        tell(atoms.XdndDrop, [source, 0, CURRENT_TIME, 0, 0])?;
        let [_, taken, ..] = self.answer(&atoms, atoms.XdndFinished, address, &mut between)?;
        let gone = self.connection.destroy_window(source).map_err(x_error)?;
        gone.check().map_err(x_error)?;
        Ok(taken & 1 == 1)
    }

    /// The innermost window at a place that takes drops, and the one that is talked to.
    fn drop_target(&self, atoms: &Atoms, [x, y]: [i32; 2]) -> Result<(Window, Window)> {
        let property = |window, name| -> Result<Option<u32>> {
            let request = self
                .connection
                .get_property(false, window, name, AtomEnum::ANY, 0, 1)
                .map_err(x_error)?;
            let reply = request.reply().map_err(x_error)?;
            Ok(reply.value32().and_then(|mut values| values.next()))
        };
        let (mut window, mut target) = (self.root, None);
        while window != NONE {
            if property(window, atoms.XdndAware)?.is_some() {
                target = Some(window);
            }
            let inside = self
                .connection
                .translate_coordinates(self.root, window, x as i16, y as i16)
                .map_err(x_error)?;
            window = inside.reply().map_err(x_error)?.child;
        }
        let target = target.ok_or_else(|| x_error("no window there takes drops"))?;
        Ok((target, property(target, atoms.XdndProxy)?.unwrap_or(target)))
    }

    fn source_window(&self, atoms: &Atoms) -> Result<Window> {
        let source = self.connection.generate_id().map_err(x_error)?;
        let create = self.connection.create_window(
            0,
            source,
            self.root,
            -1,
            -1,
            1,
            1,
            0,
            WindowClass::INPUT_ONLY,
            COPY_FROM_PARENT,
            &CreateWindowAux::new(),
        );
        create.map_err(x_error)?.check().map_err(x_error)?;
        let own = self
            .connection
            .set_selection_owner(source, atoms.XdndSelection, CURRENT_TIME);
        own.map_err(x_error)?.check().map_err(x_error)?;
        Ok(source)
    }

    /// Waits for a message, and gives the address to whoever asks for it meanwhile.
    fn answer(
        &self,
        atoms: &Atoms,
        what: Atom,
        address: &str,
        between: &mut impl FnMut() -> Result<()>,
    ) -> Result<[u32; 5]> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            while let Some(event) = self.connection.poll_for_event().map_err(x_error)? {
                match event {
                    Event::ClientMessage(message) if message.type_ == what => return Ok(message.data.as_data32()),
                    Event::SelectionRequest(request) => {
                        let list = format!("{address}\r\n");
                        let put = self.connection.change_property8(
                            PropMode::REPLACE,
                            request.requestor,
                            request.property,
                            atoms.UriList,
                            list.as_bytes(),
                        );
                        put.map_err(x_error)?.check().map_err(x_error)?;
                        let notify = SelectionNotifyEvent {
                            response_type: SELECTION_NOTIFY_EVENT,
                            sequence: 0,
                            time: request.time,
                            requestor: request.requestor,
                            selection: request.selection,
                            target: request.target,
                            property: request.property,
                        };
                        let sent = self
                            .connection
                            .send_event(false, request.requestor, EventMask::NO_EVENT, notify);
                        sent.map_err(x_error)?.check().map_err(x_error)?;
                    }
                    _ => {}
                }
            }
            between()?;
        }
        Err(x_error("whoever takes drops there does not answer"))
    }
}
