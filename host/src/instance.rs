//! A loaded plugin and its life: load, activate, process, deactivate, drop.

use crate::audio::{AudioSide, Record};
use crate::buffers::Buffers;
use crate::handlers::{Handlers, MainThread, Requests};
use crate::library::{Descriptor, load_entry, read_descriptors};
use crate::{Faults, HostError, ParamEvent, ParamNews, Result};
use clack_host::prelude::*;
use clack_host::process::PluginAudioProcessor;
use std::ffi::CString;
use std::path::Path;
use std::time::Duration;

/// What lasts from activation to deactivation.
struct Activation {
    /// Nothing while detached.
    audio: Option<AudioSide>,
    config: PluginAudioConfiguration,
    /// As the plugin reported it once active.
    latency_samples: u32,
}

/// A plugin in this process, with the host around it.
///
/// Dropping it deactivates and destroys the plugin, whatever it is doing.
pub struct ClapHost {
    // Dropped before the plugin, which it belongs to.
    active: Option<Activation>,
    pub(crate) plugin: PluginInstance<Handlers>,
    pub(crate) pending: Vec<ParamEvent>,
    /// Of the last activation, while the audio side has none.
    record: Record,
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
        let plugin = PluginInstance::new(
            |()| Requests::default(),
            |requests| MainThread { requests },
            &entry,
            &c_id,
            &info,
        )
        .map_err(|e| failed(e.to_string()))?;
        Ok(Self {
            active: None,
            plugin,
            pending: Vec::new(),
            record: Record::default(),
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

    /// Faulty samples since activation; none while the audio side is detached.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.record().faults
    }

    /// Time spent inside the plugin's `process` since activation.
    #[must_use]
    pub fn process_time(&self) -> Duration {
        self.record().process_time
    }

    /// What the plugin called or changed at a time or from a thread where CLAP forbids it, since it was loaded.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        self.plugin.access_shared_handler(Requests::violations)
    }

    /// Activates for a sample rate in hertz and blocks of 1 to `max_frames`, and starts processing.
    ///
    /// # Errors
    /// When already active, or the plugin refuses.
    pub fn activate(&mut self, sample_rate_hz: f64, max_frames: usize) -> Result<()> {
        self.require_inactive("activate")?;
        self.record = Record::default();
        let config = PluginAudioConfiguration {
            sample_rate: sample_rate_hz,
            min_frames_count: 1,
            max_frames_count: u32::try_from(max_frames).unwrap_or(u32::MAX),
        };
        self.start(config)?;
        self.serve_requests()
    }

    /// Stops processing and deactivates. Does nothing to an inactive plugin.
    ///
    /// # Errors
    /// When the audio side is detached, or the plugin asks for something in response and that fails.
    pub fn deactivate(&mut self) -> Result<()> {
        if self.active.is_some() {
            self.audio("deactivate")?;
        }
        self.stop();
        self.serve_requests()
    }

    /// Gives away the audio thread's side until [`ClapHost::attach_audio`]; nothing if inactive or detached already.
    /// Meanwhile the plugin is not restarted, however much it asks ([`ClapHost::wants_restart`]).
    pub fn detach_audio(&mut self) -> Option<AudioSide> {
        self.active.as_mut()?.audio.take()
    }

    /// Takes the audio thread's side back, and grants what the plugin asked for meanwhile.
    ///
    /// # Errors
    /// When it belongs to another plugin, or the plugin refuses to be restarted.
    pub fn attach_audio(&mut self, audio: AudioSide) -> Result<()> {
        match &mut self.active {
            Some(active) if audio.processor.matches(&self.plugin) => active.audio = Some(audio),
            _ => return Err(HostError::refused("take the audio side back", "it is another plugin's")),
        }
        self.serve_requests()
    }

    /// Whether the plugin waits for a restart that the host cannot grant while its audio side is away.
    #[must_use]
    pub fn wants_restart(&self) -> bool {
        self.plugin.access_shared_handler(Requests::wants_restart)
    }

    /// What a main thread does when it has nothing else to do: grants what the plugin has asked for.
    ///
    /// # Errors
    /// When the plugin refuses to be restarted.
    pub fn idle(&mut self) -> Result<()> {
        self.serve_requests()
    }

    /// Clears all history, as after a jump of the playhead.
    ///
    /// # Errors
    /// When the plugin is inactive.
    pub fn reset(&mut self) -> Result<()> {
        self.audio("reset")?.reset();
        Ok(())
    }

    /// Processes one block and then grants what the plugin asked for meanwhile (callbacks, a restart).
    ///
    /// As [`AudioSide::process`].
    ///
    /// # Errors
    /// When the plugin is inactive or fails, or the block is longer than announced.
    pub fn process(&mut self, input: &[&[f32]], frames: usize, events: &[ParamEvent]) -> Result<Vec<Vec<f32>>> {
        let mut now = std::mem::take(&mut self.pending);
        now.extend_from_slice(events);
        let channels = self.audio("process")?.process(input, frames, &now)?;
        self.serve_requests()?;
        Ok(channels)
    }

    /// The audio thread's side of an active plugin, for `action`.
    ///
    /// # Errors
    /// When the plugin is inactive, or that side is detached.
    pub fn audio(&mut self, action: &'static str) -> Result<&mut AudioSide> {
        let wrong = |state| HostError::WrongState { action, state };
        let active = self.active.as_mut().ok_or(wrong("inactive"))?;
        active.audio.as_mut().ok_or(wrong("detached from its audio side"))
    }

    /// What the plugin has told of its parameters while processing, since the last call.
    pub fn take_param_news(&mut self) -> Vec<ParamNews> {
        let record = match self.active.as_mut().and_then(|active| active.audio.as_mut()) {
            Some(audio) => &mut audio.record,
            None => &mut self.record,
        };
        std::mem::take(&mut record.told)
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

    fn record(&self) -> &Record {
        let audio = self.active.as_ref().and_then(|active| active.audio.as_ref());
        audio.map_or(&self.record, |audio| &audio.record)
    }

    fn start(&mut self, config: PluginAudioConfiguration) -> Result<()> {
        let (inputs, outputs) = (self.input_ports(), self.output_ports());
        let buffers = Buffers::new(&inputs, &outputs, config.max_frames_count as usize);
        let action = || {
            format!(
                "activate at {} Hz, blocks of {}",
                config.sample_rate, config.max_frames_count
            )
        };
        self.plugin
            .access_shared_handler(|requests| requests.note_activating(true));
        let stopped = self.plugin.activate(|_, _| (), config);
        self.plugin
            .access_shared_handler(|requests| requests.note_activating(false));
        let mut processor = PluginAudioProcessor::from(stopped.map_err(|e| HostError::refused(action(), &e))?);
        if let Err(error) = processor.ensure_processing_started() {
            let refused = HostError::refused("start processing", &error);
            self.plugin.deactivate(processor.into_stopped());
            return Err(refused);
        }
        self.plugin.access_shared_handler(|requests| requests.note_active(true));
        let record = std::mem::take(&mut self.record);
        let latency_samples = self.latency_samples();
        self.active = Some(Activation {
            audio: Some(AudioSide::new(processor, buffers, record)),
            config,
            latency_samples,
        });
        Ok(())
    }

    fn stop(&mut self) {
        if let Some(audio) = self.active.take().and_then(|active| active.audio) {
            let AudioSide { processor, record, .. } = audio;
            self.record = record;
            self.plugin.deactivate(processor.into_stopped());
            self.plugin
                .access_shared_handler(|requests| requests.note_active(false));
        }
    }

    /// Runs requested main thread callbacks, and restarts once if the plugin asked for it and its audio side is here.
    pub(crate) fn serve_requests(&mut self) -> Result<()> {
        if self.plugin.access_shared_handler(Requests::take_callback) {
            self.plugin.call_on_main_thread_callback();
        }
        self.check_latency();
        let config = match &self.active {
            Some(Activation {
                audio: Some(_), config, ..
            }) => Some(*config),
            Some(_) => return Ok(()),
            None => None,
        };
        if self.plugin.access_shared_handler(Requests::take_restart)
            && let Some(config) = config
        {
            self.stop();
            self.start(config)?;
        }
        Ok(())
    }

    fn check_latency(&mut self) {
        let now = self.latency_samples();
        if let Some(active) = &mut self.active {
            let before = std::mem::replace(&mut active.latency_samples, now);
            self.plugin
                .access_shared_handler(|requests| requests.expect_latency(before, now));
        }
    }
}
