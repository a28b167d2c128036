//! Windows of other programs.

use super::screen::{Screen, x_error};
use crate::Result;
use x11rb::CURRENT_TIME;
use x11rb::protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt, EventMask};

/// A window that another program has opened on a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgramWindow {
    id: u32,
    /// Width and height, pixels.
    pub size: [u32; 2],
}

impl Screen {
    /// The window of a program by its title; none while there is none.
    ///
    /// # Errors
    /// When the X server refuses.
    pub fn window_titled(&self, title: &str) -> Result<Option<ProgramWindow>> {
        let tree = self.connection.query_tree(self.root).map_err(x_error)?;
        for id in tree.reply().map_err(x_error)?.children {
            let name = self
                .connection
                .get_property(false, id, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 64)
                .map_err(x_error)?;
            let place = self.connection.get_geometry(id).map_err(x_error)?;
            // A window may have gone since the list was made.
            if let (Ok(name), Ok(place)) = (name.reply(), place.reply())
                && name.value == title.as_bytes()
            {
                let size = [place.width, place.height].map(u32::from);
                return Ok(Some(ProgramWindow { id, size }));
            }
        }
        Ok(None)
    }

    /// Asks a program to close its window, as a window manager does.
    ///
    /// # Errors
    /// When the X server refuses.
    pub fn ask_to_close(&self, window: ProgramWindow) -> Result<()> {
        let atom = |name: &[u8]| -> Result<u32> {
            let request = self.connection.intern_atom(false, name).map_err(x_error)?;
            Ok(request.reply().map_err(x_error)?.atom)
        };
        let data = [atom(b"WM_DELETE_WINDOW")?, CURRENT_TIME, 0, 0, 0];
        let event = ClientMessageEvent::new(32, window.id, atom(b"WM_PROTOCOLS")?, data);
        let request = self.connection.send_event(false, window.id, EventMask::NO_EVENT, event);
        request.map_err(x_error)?.check().map_err(x_error)
    }
}
