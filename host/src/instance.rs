//! A loaded plugin and its life: load, activate, process, deactivate, drop.

use crate::buffers::Buffers;
use crate::handlers::{Handlers, MainThread, Requests};
use crate::library::{Descriptor, load_entry, read_descriptors};
use crate::params::{read_news, write_events};
use crate::{Faults, HostError, ParamEvent, ParamNews, Result};
use clack_host::prelude::*;
use std::ffi::CString;
use std::path::Path;
use std::time::{Duration, Instant};

/// The plugin's `process` and next to nothing else: profilers count what happens inside of it, by its name.
#[inline(never)]
fn plugin_process(
    processor: &mut StartedPluginAudioProcessor<Handlers>,
    input: &InputAudioBuffers,
    output: &mut OutputAudioBuffers,
    incoming: &InputEvents,
    outgoing: &mut OutputEvents,
    steady_time: Option<u64>,
) -> std::result::Result<ProcessStatus, PluginInstanceError> {
    processor.process(input, output, incoming, outgoing, steady_time, None)
}

/// What lasts from activation to deactivation.
struct Activation {
    processor: StartedPluginAudioProcessor<Handlers>,
    buffers: Buffers,
    config: PluginAudioConfiguration,
    frames_done: u64,
}

/// A plugin in this process, with the host around it.
///
/// Dropping it deactivates and destroys the plugin, whatever it is doing.
pub struct ClapHost {
    // Dropped before the plugin, which it belongs to.
    active: Option<Activation>,
    pub(crate) plugin: PluginInstance<Handlers>,
    pub(crate) pending: Vec<ParamEvent>,
    told: Vec<ParamNews>,
    faults: Faults,
    process_time: Duration,
}

impl ClapHost {
    /// Plugins in the file, in its order.
    ///
    /// # Errors
    /// When the file is not a loadable CLAP plugin.
    pub fn descriptors(path: impl AsRef<Path>) -> Result<Vec<Descriptor>> {
        Ok(read_descriptors(&load_entry(path.as_ref())?))
    }

    /// Loads the plugin `id`, or the first of the file.
    ///
    /// # Errors
    /// When the file cannot be loaded, holds no such plugin, or the plugin refuses to be created.
    pub fn load(path: impl AsRef<Path>, id: Option<&str>) -> Result<Self> {
        let path = path.as_ref();
        let entry = load_entry(path)?;
        let available: Vec<String> = read_descriptors(&entry).into_iter().map(|d| d.id).collect();
        let found = match id {
            Some(wanted) => available.iter().find(|id| *id == wanted),
            None => available.first(),
        };
        let Some(found) = found else {
            let wanted = id.unwrap_or("(any)").to_owned();
            return Err(HostError::UnknownPlugin { wanted, available });
        };
        let failed = |reason: String| HostError::Load {
            path: path.to_owned(),
            reason,
        };
        let c_id = CString::new(found.as_str()).map_err(|e| failed(e.to_string()))?;
        let info = HostInfo::new("Proscenium host", "Proscenium", "", env!("CARGO_PKG_VERSION"))
            .map_err(|e| failed(e.to_string()))?;
        let plugin = PluginInstance::new(|()| Requests::default(), |_| MainThread, &entry, &c_id, &info)
            .map_err(|e| failed(e.to_string()))?;
        let (faults, process_time) = (Faults::default(), Duration::ZERO);
        Ok(Self {
            active: None,
            plugin,
            pending: Vec::new(),
            told: Vec::new(),
            faults,
            process_time,
        })
    }

    /// Whether the plugin is active.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.active.is_some()
    }

    /// How often the plugin has asked for a restart since it was loaded.
    #[must_use]
    pub fn restarts_seen(&self) -> u32 {
        self.plugin.access_shared_handler(Requests::restarts_seen)
    }

    /// Faulty output samples since activation.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.faults
    }

    /// Time spent inside the plugin's `process` since activation.
    #[must_use]
    pub fn process_time(&self) -> Duration {
        self.process_time
    }

    /// Activates for a sample rate in hertz and blocks of 1 to `max_frames`, and starts processing.
    ///
    /// # Errors
    /// When already active, or the plugin refuses.
    pub fn activate(&mut self, sample_rate_hz: f64, max_frames: usize) -> Result<()> {
        self.require_inactive("activate")?;
        (self.faults, self.process_time) = (Faults::default(), Duration::ZERO);
        let config = PluginAudioConfiguration {
            sample_rate: sample_rate_hz,
            min_frames_count: 1,
            max_frames_count: u32::try_from(max_frames).unwrap_or(u32::MAX),
        };
        self.start(config, 0)?;
        self.serve_requests()
    }

    /// Stops processing and deactivates. Does nothing to an inactive plugin.
    ///
    /// # Errors
    /// When the plugin asks for something in response and that fails.
    pub fn deactivate(&mut self) -> Result<()> {
        self.stop();
        self.serve_requests()
    }

    /// Clears all history, as after a jump of the playhead.
    ///
    /// # Errors
    /// When the plugin is inactive.
    pub fn reset(&mut self) -> Result<()> {
        let wrong = HostError::WrongState {
            action: "reset",
            state: "inactive",
        };
        self.active.as_mut().ok_or(wrong)?.processor.reset();
        Ok(())
    }

    /// Processes one block and then grants what the plugin asked for meanwhile (callbacks, a restart).
    ///
    /// `input` holds channels of at least `frames` samples; missing ones are silent, surplus ones ignored. Frames of
    /// `events` are offsets into the block, in order. Returns the output channels.
    ///
    /// # Errors
    /// When the plugin is inactive or fails, or the block is longer than announced.
    pub fn process(&mut self, input: &[&[f32]], frames: usize, events: &[ParamEvent]) -> Result<Vec<Vec<f32>>> {
        let wrong = HostError::WrongState {
            action: "process",
            state: "inactive",
        };
        let active = self.active.as_mut().ok_or(wrong)?;
        let max = active.buffers.max_frames();
        if frames > max {
            return Err(HostError::BlockTooLong { frames, max });
        }
        self.pending.extend_from_slice(events);
        let (mut incoming, mut replies) = (EventBuffer::new(), EventBuffer::new());
        write_events(&self.pending, &mut incoming);
        self.pending.clear();
        active.buffers.fill(input, frames);
        let (input, mut output) = active.buffers.as_clap(frames);
        let (incoming, mut outgoing) = (
            InputEvents::from_buffer(&incoming),
            OutputEvents::from_buffer(&mut replies),
        );
        let steady_time = Some(active.frames_done);
        let begun = Instant::now();
        let status = plugin_process(
            &mut active.processor,
            &input,
            &mut output,
            &incoming,
            &mut outgoing,
            steady_time,
        );
        self.process_time += begun.elapsed();
        status.map_err(|e| HostError::refused("process a block", &e))?;
        active.buffers.inspect(frames, active.frames_done, &mut self.faults);
        active.frames_done += frames as u64;
        self.told.extend(read_news(&replies));
        let channels = active.buffers.outputs(frames).map(<[f32]>::to_vec).collect();
        self.serve_requests()?;
        Ok(channels)
    }

    /// What the plugin has told of its parameters while processing, since the last call.
    pub fn take_param_news(&mut self) -> Vec<ParamNews> {
        std::mem::take(&mut self.told)
    }

    /// Whether the editor has gone without being closed by the host, since the last call.
    pub fn take_editor_lost(&self) -> bool {
        self.plugin.access_shared_handler(Requests::take_editor_lost)
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn take_resize_request(&self) -> Option<[u32; 2]> {
        self.plugin.access_shared_handler(Requests::take_resize)
    }

    /// Fails with the given action when active.
    pub(crate) fn require_inactive(&self, action: &'static str) -> Result<()> {
        if self.is_active() {
            Err(HostError::WrongState {
                action,
                state: "active",
            })
        } else {
            Ok(())
        }
    }

    /// The audio side, while active.
    pub(crate) fn processor(&mut self) -> Option<&mut StartedPluginAudioProcessor<Handlers>> {
        self.active.as_mut().map(|active| &mut active.processor)
    }

    fn start(&mut self, config: PluginAudioConfiguration, frames_done: u64) -> Result<()> {
        let (inputs, outputs) = (self.input_ports(), self.output_ports());
        let buffers = Buffers::new(&inputs, &outputs, config.max_frames_count as usize);
        let action = || {
            format!(
                "activate at {} Hz, blocks of {}",
                config.sample_rate, config.max_frames_count
            )
        };
        let stopped = self
            .plugin
            .activate(|_, _| (), config)
            .map_err(|e| HostError::refused(action(), &e))?;
        match stopped.start_processing() {
            Ok(processor) => {
                self.active = Some(Activation {
                    processor,
                    buffers,
                    config,
                    frames_done,
                });
                Ok(())
            }
            Err(error) => {
                let refused = HostError::refused("start processing", &error);
                self.plugin.deactivate(error.into_stopped_processor());
                Err(refused)
            }
        }
    }

    fn stop(&mut self) {
        if let Some(active) = self.active.take() {
            self.plugin.deactivate(active.processor.stop_processing());
        }
    }

    /// Runs requested main thread callbacks, and restarts once if the plugin asked for it.
    pub(crate) fn serve_requests(&mut self) -> Result<()> {
        if self.plugin.access_shared_handler(Requests::take_callback) {
            self.plugin.call_on_main_thread_callback();
        }
        if self.plugin.access_shared_handler(Requests::take_restart)
            && let Some((config, frames_done)) = self.active.as_ref().map(|a| (a.config, a.frames_done))
        {
            self.stop();
            self.start(config, frames_done)?;
        }
        Ok(())
    }
}
