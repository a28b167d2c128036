//! The screen of the X server that the environment names.

use super::picture::Picture;
use crate::{HostError, Result};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, ImageFormat};
use x11rb::rust_connection::RustConnection;

/// What there is to see and to touch. Places are in pixels from the upper left corner.
pub struct Screen {
    pub(super) connection: RustConnection,
    pub(super) root: u32,
}

/// An X error as one of this crate's.
pub(super) fn x_error(error: impl std::fmt::Display) -> HostError {
    HostError::refused("use the X server", &error)
}

impl Screen {
    /// Connects to the server that `DISPLAY` names.
    ///
    /// # Errors
    /// When there is none.
    pub fn connect() -> Result<Self> {
        let (connection, screen) = x11rb::connect(None).map_err(x_error)?;
        let root = connection.setup().roots[screen].root;
        Ok(Self { connection, root })
    }

    /// The upper left part of what the screen shows, pixels.
    ///
    /// # Errors
    /// When the X server refuses.
    pub fn picture(&self, [width, height]: [u32; 2]) -> Result<Picture> {
        let request = self.connection.get_image(
            ImageFormat::Z_PIXMAP,
            self.root,
            0,
            0,
            width as u16,
            height as u16,
            u32::MAX,
        );
        let image = request.map_err(x_error)?.reply().map_err(x_error)?;
        Picture::from_bgrx(width, height, &image.data).ok_or_else(|| x_error("the screen has not 32 bits a pixel"))
    }
}
