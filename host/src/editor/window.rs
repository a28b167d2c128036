//! An X11 window that holds an editor.

use super::picture::Picture;
use super::screen::{Screen, x_error};
use crate::Result;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ConfigureWindowAux, ConnectionExt, CreateWindowAux, EventMask, InputFocus, WindowClass};
use x11rb::{COPY_DEPTH_FROM_PARENT, COPY_FROM_PARENT, CURRENT_TIME};

/// A window with an editor inside, at the upper left corner of the screen.
pub struct EditorWindow {
    screen: Screen,
    id: u32,
    size: [u32; 2],
    keys: Vec<u8>,
}

impl EditorWindow {
    pub(super) fn new(size: [u32; 2]) -> Result<Self> {
        let screen = Screen::connect()?;
        let connection = &screen.connection;
        let id = connection.generate_id().map_err(x_error)?;
        let [width, height] = size.map(|pixels| pixels as u16);
        let attributes = CreateWindowAux::new()
            .event_mask(EventMask::KEY_PRESS | EventMask::STRUCTURE_NOTIFY | EventMask::FOCUS_CHANGE)
            .override_redirect(1);
        let create = connection.create_window(
            COPY_DEPTH_FROM_PARENT,
            id,
            screen.root,
            0,
            0,
            width,
            height,
            0,
            WindowClass::INPUT_OUTPUT,
            COPY_FROM_PARENT,
            &attributes,
        );
        create.map_err(x_error)?.check().map_err(x_error)?;
        connection.map_window(id).map_err(x_error)?.check().map_err(x_error)?;
        Ok(Self {
            screen,
            id,
            size,
            keys: Vec::new(),
        })
    }

    /// The screen that the window is on; the window's corner is the screen's.
    #[must_use]
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    pub(super) fn id(&self) -> u32 {
        self.id
    }

    /// Width and height, pixels.
    #[must_use]
    pub fn size(&self) -> [u32; 2] {
        self.size
    }

    pub(super) fn resize(&mut self, size: [u32; 2]) -> Result<()> {
        let change = ConfigureWindowAux::new().width(size[0]).height(size[1]);
        let request = self.screen.connection.configure_window(self.id, &change);
        request.map_err(x_error)?.check().map_err(x_error)?;
        self.size = size;
        Ok(())
    }

    /// Takes in what the X server has to tell.
    pub(super) fn pump(&mut self) -> Result<()> {
        while let Some(event) = self.screen.connection.poll_for_event().map_err(x_error)? {
            if let Event::KeyPress(key) = event {
                self.keys.push(key.detail);
            }
        }
        Ok(())
    }

    /// Key codes that reached this window, as the host, since the last call.
    pub fn take_keys(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.keys)
    }

    /// Gives this window, the host's, the keyboard.
    ///
    /// # Errors
    /// When the X server refuses.
    pub fn focus(&self) -> Result<()> {
        let request = self
            .screen
            .connection
            .set_input_focus(InputFocus::PARENT, self.id, CURRENT_TIME);
        request.map_err(x_error)?.check().map_err(x_error)
    }

    /// What the window shows.
    ///
    /// # Errors
    /// When the X server refuses.
    pub fn picture(&self) -> Result<Picture> {
        // Read from the screen, so that what the editor's own window shows is in it.
        self.screen.picture(self.size)
    }
}

impl Drop for EditorWindow {
    fn drop(&mut self) {
        // Nothing is left to do where the server has gone.
        if let Ok(request) = self.screen.connection.destroy_window(self.id) {
            let _ = request.check();
        }
    }
}
