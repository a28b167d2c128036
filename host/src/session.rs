//! What a host keeps or asks between blocks: session state, render mode, latency, tail.

use crate::instance::ClapHost;
use crate::{HostError, Result};
use clack_extensions::latency::PluginLatency;
use clack_extensions::render::{PluginRender, RenderMode};
use clack_extensions::state::PluginState;
use clack_extensions::tail::TailLength;

impl ClapHost {
    /// The session state that the plugin writes.
    ///
    /// # Errors
    /// When the plugin cannot save.
    pub fn save_state(&mut self) -> Result<Vec<u8>> {
        let extension = self.state_extension()?;
        let mut state = Vec::new();
        extension
            .save(&self.plugin.plugin_handle(), &mut state)
            .map_err(|e| HostError::refused("save its state", &e))?;
        Ok(state)
    }

    /// Restores a session state, while active or not, and grants the plugin what it asks for in response.
    ///
    /// # Errors
    /// When the plugin does not accept it.
    pub fn load_state(&mut self, mut state: &[u8]) -> Result<()> {
        let extension = self.state_extension()?;
        extension
            .load(&self.plugin.plugin_handle(), &mut state)
            .map_err(|e| HostError::refused("load the state", &e))?;
        self.serve_requests()
    }

    /// Says whether the following audio is rendered in real time or offline.
    ///
    /// # Errors
    /// When the plugin has no render extension or refuses.
    pub fn set_render_mode(&mut self, mode: RenderMode) -> Result<()> {
        let handle = self.plugin.plugin_handle();
        let extension = handle
            .get_extension::<PluginRender>()
            .ok_or(HostError::MissingExtension("render"))?;
        extension
            .set(&handle, mode)
            .map_err(|e| HostError::refused("change the render mode", &e))
    }

    /// Latency in samples, as reported now.
    pub fn latency_samples(&mut self) -> u32 {
        let handle = self.plugin.plugin_handle();
        handle
            .get_extension::<PluginLatency>()
            .map_or(0, |extension| extension.get(&handle))
    }

    /// Length of the sound after the input ends, as reported now; `None` while inactive.
    pub fn tail(&mut self) -> Option<TailLength> {
        self.audio("tell the tail").ok()?.tail()
    }

    fn state_extension(&mut self) -> Result<PluginState> {
        self.plugin
            .plugin_handle()
            .get_extension::<PluginState>()
            .ok_or(HostError::MissingExtension("state"))
    }
}
