//! Audio ports and their configurations.

use crate::instance::ClapHost;
use crate::params::text;
use crate::{HostError, Result};
use clack_extensions::audio_ports::{AudioPortInfoBuffer, PluginAudioPorts};
use clack_extensions::audio_ports_config::{AudioPortsConfigBuffer, PluginAudioPortsConfig};
use clack_host::utils::ClapId;

/// One port configuration that the plugin offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortConfig {
    /// Identifies the configuration in [`ClapHost::select_config`].
    pub id: ClapId,
    /// Name as a host shows it.
    pub name: String,
    /// Channels of the main input port.
    pub input_channels: u32,
    /// Channels of the main output port.
    pub output_channels: u32,
}

impl ClapHost {
    /// Port configurations in the plugin's order; empty if it offers no choice.
    pub fn port_configs(&mut self) -> Vec<PortConfig> {
        let handle = self.plugin.plugin_handle();
        let Some(extension) = handle.get_extension::<PluginAudioPortsConfig>() else {
            return Vec::new();
        };
        (0..extension.count(&handle))
            .filter_map(|index| {
                let mut buffer = AudioPortsConfigBuffer::new();
                let config = extension.get(&handle, index, &mut buffer)?;
                Some(PortConfig {
                    id: config.id,
                    name: text(config.name),
                    input_channels: config.main_input.map_or(0, |port| port.channel_count),
                    output_channels: config.main_output.map_or(0, |port| port.channel_count),
                })
            })
            .collect()
    }

    /// Selects a port configuration.
    ///
    /// # Errors
    /// When the plugin is active, has no configurations, or refuses.
    pub fn select_config(&mut self, id: ClapId) -> Result<()> {
        self.require_inactive("select a port configuration")?;
        let handle = self.plugin.plugin_handle();
        let extension = handle
            .get_extension::<PluginAudioPortsConfig>()
            .ok_or(HostError::MissingExtension("audio-ports-config"))?;
        extension
            .select(&handle, id)
            .map_err(|e| HostError::refused("select a port configuration", &e))
    }

    /// Selects the configuration with `wanted` main output channels, of several the one with the fewest inputs.
    ///
    /// # Errors
    /// When there is none, or as [`ClapHost::select_config`].
    pub fn select_output_channels(&mut self, wanted: u32) -> Result<()> {
        let configs = self.port_configs();
        let config = configs
            .iter()
            .filter(|c| c.output_channels == wanted)
            .min_by_key(|c| c.input_channels);
        let Some(config) = config else {
            let available = configs.iter().map(|c| c.output_channels).collect();
            return Err(HostError::UnknownConfiguration { wanted, available });
        };
        self.select_config(config.id)
    }

    /// Channels of each input port of the current configuration.
    pub fn input_ports(&mut self) -> Vec<usize> {
        self.ports(true)
    }

    /// Channels of each output port of the current configuration.
    pub fn output_ports(&mut self) -> Vec<usize> {
        self.ports(false)
    }

    fn ports(&mut self, is_input: bool) -> Vec<usize> {
        let handle = self.plugin.plugin_handle();
        let Some(extension) = handle.get_extension::<PluginAudioPorts>() else {
            return Vec::new();
        };
        (0..extension.count(&handle, is_input))
            .filter_map(|index| {
                let mut buffer = AudioPortInfoBuffer::new();
                extension
                    .get(&handle, index, is_input, &mut buffer)
                    .map(|port| port.channel_count as usize)
            })
            .collect()
    }
}
