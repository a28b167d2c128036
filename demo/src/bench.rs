//! The built plugin on the test bench: every render starts from a fresh instance.

use anyhow::{Context, Result, bail};
use proscenium_host::{ClapHost, RenderJob, Rendered};
use std::path::{Path, PathBuf};

/// Name of the device that the demo shows, as the plugin and its device file call it.
pub const DEVICE: &str = "Tabletop";

/// Drivers of that device.
pub const DRIVERS: usize = 4;

/// A parameter's name and the text to set it by.
pub type Setting = (&'static str, &'static str);

/// How to render.
pub struct Run<'a> {
    /// Parameters away from their defaults.
    pub settings: &'a [Setting],
    /// Whether to render as a host does while playing, with designs made in the background, instead of offline.
    pub realtime: bool,
}

impl<'a> Run<'a> {
    /// Offline.
    pub fn offline(settings: &'a [Setting]) -> Self {
        Self {
            settings,
            realtime: false,
        }
    }
}

/// Renders through the plugin at a path.
pub struct Bench {
    clap: PathBuf,
    output_channels: u32,
}

impl Bench {
    /// Picks the port configuration with the fewest channels that hold all drivers.
    ///
    /// # Errors
    /// When the plugin cannot be loaded or has no such configuration.
    pub fn new(clap: &Path) -> Result<Self> {
        let configs = ClapHost::load(clap, None)
            .context("has the plugin been bundled?")?
            .port_configs();
        let enough = configs
            .iter()
            .map(|config| config.output_channels)
            .filter(|&count| count as usize >= DRIVERS);
        let output_channels = enough
            .min()
            .context("the plugin has no port configuration wide enough for the drivers")?;
        Ok(Self {
            clap: clap.to_owned(),
            output_channels,
        })
    }

    /// Renders `input`, and the same number of frames in time with it, in blocks of 256.
    ///
    /// `progress` is told the number of frames done.
    ///
    /// # Errors
    /// When the plugin fails or leaves samples unwritten or not finite.
    pub fn render(
        &self,
        run: &Run,
        input: &[Vec<f32>],
        sample_rate_hz: u32,
        progress: impl FnMut(usize),
    ) -> Result<Rendered> {
        let mut plugin = ClapHost::load(&self.clap, None)?;
        plugin.select_output_channels(self.output_channels)?;
        plugin.set_text("Device", DEVICE)?;
        for (name, text) in run.settings {
            plugin.set_text(name, text)?;
        }
        // Activated once to learn the latency, which is how much silence pushes the last input frame out.
        plugin.activate(f64::from(sample_rate_hz), 256)?;
        let latency = plugin.latency_samples() as usize;
        plugin.deactivate()?;
        let job = RenderJob::new(input, f64::from(sample_rate_hz)).flush(latency);
        let preroll = sample_rate_hz as usize / 2;
        let job = if run.realtime { job.realtime(preroll) } else { job };
        let mut rendered = plugin.render_with(&job, progress)?;
        if !rendered.faults.is_none() {
            bail!("{:?}: {}", run.settings, rendered.faults);
        }
        rendered.channels = rendered.aligned(input.first().map_or(0, Vec::len));
        Ok(rendered)
    }
}
