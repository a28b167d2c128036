//! The plugin's editor in a window of this host's. Linux with X11 only.

mod bench;
mod drag;
mod input;
mod picture;
mod program;
mod screen;
mod virtual_display;
mod window;

pub use bench::{EditorBench, LAYOUT_VARIABLE, Layout};
pub use input::{Button, Modifiers};
pub use picture::{Picture, PictureError};
pub use program::ProgramWindow;
pub use screen::Screen;
pub use virtual_display::VirtualDisplay;
pub use window::EditorWindow;

use crate::instance::ClapHost;
use crate::{HostError, Result};
use clack_extensions::gui::{GuiApiType, GuiConfiguration, GuiSize, PluginGui, Window};
use std::ffi::c_ulong;

/// The only way in which this host shows editors.
const EMBEDDED_X11: GuiConfiguration<'static> = GuiConfiguration {
    api_type: GuiApiType::X11,
    is_floating: false,
};

impl ClapHost {
    /// Opens the editor in a window of its own size. `scale` is what this host tells of the screen's scale.
    ///
    /// # Errors
    /// When the plugin has no editor for X11 or cannot open it, or there is no X server.
    pub fn open_editor(&mut self, scale: Option<f64>) -> Result<EditorWindow> {
        self.open_editor_after(scale, |_| Ok(()))
    }

    /// As [`open_editor`](Self::open_editor); `before_show` happens when the editor exists, but is not shown yet.
    ///
    /// # Errors
    /// As [`open_editor`](Self::open_editor), and what `before_show` returns.
    pub fn open_editor_after(
        &mut self,
        scale: Option<f64>,
        before_show: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<EditorWindow> {
        let gui = self.gui()?;
        let handle = self.plugin.plugin_handle();
        if !gui.is_api_supported(&handle, EMBEDDED_X11) {
            return Err(HostError::refused("show its editor", "it does not support X11"));
        }
        let refused = |action: &'static str| move |error| HostError::refused(action, &error);
        gui.create(&handle, EMBEDDED_X11)
            .map_err(refused("create its editor"))?;
        if let Some(scale) = scale {
            // Plugins that ask the system themselves may refuse.
            let _ = gui.set_scale(&handle, scale);
        }
        let opened = (|| {
            let handle = self.plugin.plugin_handle();
            let size = gui.get_size(&handle);
            let size = size.ok_or_else(|| HostError::refused("tell the size of its editor", "no size"))?;
            let window = EditorWindow::new([size.width, size.height])?;
            let parent = Window::from_x11_handle(c_ulong::from(window.id()));
            // SAFETY: the window outlives the editor: `close_editor` destroys the editor first.
            unsafe { gui.set_parent(&handle, parent) }.map_err(refused("attach its editor"))?;
            before_show(self)?;
            gui.show(&self.plugin.plugin_handle())
                .map_err(refused("show its editor"))?;
            Ok(window)
        })();
        if opened.is_err() {
            gui.destroy(&self.plugin.plugin_handle());
        }
        opened
    }

    /// Closes the editor, and then its window.
    ///
    /// # Errors
    /// When the plugin has no editor.
    pub fn close_editor(&mut self, window: EditorWindow) -> Result<()> {
        let gui = self.gui()?;
        gui.destroy(&self.plugin.plugin_handle());
        drop(window);
        Ok(())
    }

    /// Resizes the window to the nearest size that the editor accepts, pixels; returns it.
    ///
    /// # Errors
    /// When the editor or the X server refuses.
    pub fn resize_editor(&mut self, window: &mut EditorWindow, [width, height]: [u32; 2]) -> Result<[u32; 2]> {
        let gui = self.gui()?;
        let handle = self.plugin.plugin_handle();
        let wanted = GuiSize { width, height };
        let size = gui.adjust_size(&handle, wanted).unwrap_or(wanted);
        window.resize([size.width, size.height])?;
        gui.set_size(&handle, size)
            .map_err(|error| HostError::refused("resize its editor", &error))?;
        Ok([size.width, size.height])
    }

    /// Size of the editor as the plugin tells it, pixels.
    ///
    /// # Errors
    /// When the plugin has no editor or no size.
    pub fn editor_size(&mut self) -> Result<[u32; 2]> {
        let gui = self.gui()?;
        let size = gui.get_size(&self.plugin.plugin_handle());
        let size = size.ok_or_else(|| HostError::refused("tell the size of its editor", "no size"))?;
        Ok([size.width, size.height])
    }

    /// Grants what the editor has asked for: calls on this thread, a window of another size. Call it often.
    ///
    /// # Errors
    /// When that fails.
    pub fn serve_editor(&mut self, window: &mut EditorWindow) -> Result<()> {
        self.serve_requests()?;
        if let Some(size) = self.take_resize_request() {
            window.resize(size)?;
        }
        window.pump()
    }

    fn gui(&mut self) -> Result<PluginGui> {
        self.plugin
            .plugin_handle()
            .get_extension::<PluginGui>()
            .ok_or(HostError::MissingExtension("gui"))
    }
}
