//! The audio thread's side of an active plugin.

use crate::buffers::Buffers;
use crate::handlers::Handlers;
use crate::params::{read_news, write_events};
use crate::{Faults, HostError, ParamEvent, ParamNews, Result};
use clack_extensions::params::PluginParams;
use clack_extensions::tail::{PluginTail, TailLength};
use clack_host::prelude::*;
use clack_host::process::PluginAudioProcessor;
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

/// What was noted of the processing since activation.
#[derive(Default)]
pub(crate) struct Record {
    pub(crate) faults: Faults,
    pub(crate) process_time: Duration,
    pub(crate) told: Vec<ParamNews>,
    frames_done: u64,
}

/// Whatever CLAP lets an audio thread do with an active plugin. Comes from [`crate::ClapHost::detach_audio`] and may be
/// sent to a thread of its own meanwhile.
pub struct AudioSide {
    pub(crate) processor: PluginAudioProcessor<Handlers>,
    pub(crate) record: Record,
    buffers: Buffers,
}

impl AudioSide {
    pub(crate) fn new(processor: PluginAudioProcessor<Handlers>, buffers: Buffers, record: Record) -> Self {
        Self {
            processor,
            record,
            buffers,
        }
    }

    /// Whether the plugin is ready for [`AudioSide::process`].
    #[must_use]
    pub fn is_processing(&self) -> bool {
        self.processor.is_started()
    }

    /// Wakes the plugin. Does nothing to one that is processing.
    ///
    /// # Errors
    /// When the plugin refuses.
    pub fn start_processing(&mut self) -> Result<()> {
        self.processor
            .ensure_processing_started()
            .map(|_| ())
            .map_err(|e| HostError::refused("start processing", &e))
    }

    /// Sends the plugin to sleep. Does nothing to one that is not processing.
    pub fn stop_processing(&mut self) {
        self.processor.ensure_processing_stopped();
    }

    /// Clears all history, as after a jump of the playhead.
    pub fn reset(&mut self) {
        self.processor.reset();
    }

    /// Hands over parameter events without audio, and hears what the plugin has to tell.
    ///
    /// # Errors
    /// When the plugin has no parameter extension.
    pub fn flush(&mut self, events: &[ParamEvent]) -> Result<()> {
        let mut handle = self.processor.plugin_handle();
        let extension = handle
            .get_extension::<PluginParams>()
            .ok_or(HostError::MissingExtension("params"))?;
        let (mut incoming, mut replies) = (EventBuffer::new(), EventBuffer::new());
        write_events(events, &mut incoming);
        extension.flush_active(
            &mut handle,
            &InputEvents::from_buffer(&incoming),
            &mut OutputEvents::from_buffer(&mut replies),
        );
        self.record.told.extend(read_news(&replies));
        Ok(())
    }

    /// Processes one block.
    ///
    /// `input` holds channels of at least `frames` samples; missing ones are silent, surplus ones ignored. Frames of
    /// `events` are offsets into the block, in order. Returns the output channels.
    ///
    /// # Errors
    /// When the plugin sleeps or fails, or the block is longer than announced.
    pub fn process(&mut self, input: &[&[f32]], frames: usize, events: &[ParamEvent]) -> Result<Vec<Vec<f32>>> {
        let max = self.buffers.max_frames();
        if frames > max {
            return Err(HostError::BlockTooLong { frames, max });
        }
        let asleep = HostError::WrongState {
            action: "process",
            state: "asleep",
        };
        let processor = self.processor.as_started_mut().map_err(|_| asleep)?;
        let (mut incoming, mut replies) = (EventBuffer::new(), EventBuffer::new());
        write_events(events, &mut incoming);
        self.buffers.fill(input, frames);
        let (clap_input, mut clap_output) = self.buffers.as_clap(frames);
        let (incoming, mut outgoing) = (
            InputEvents::from_buffer(&incoming),
            OutputEvents::from_buffer(&mut replies),
        );
        let record = &mut self.record;
        let steady_time = Some(record.frames_done);
        let begun = Instant::now();
        let status = plugin_process(
            processor,
            &clap_input,
            &mut clap_output,
            &incoming,
            &mut outgoing,
            steady_time,
        );
        record.process_time += begun.elapsed();
        status.map_err(|e| HostError::refused("process a block", &e))?;
        self.buffers
            .inspect(input, frames, record.frames_done, &mut record.faults);
        record.frames_done += frames as u64;
        record.told.extend(read_news(&replies));
        Ok(self.buffers.outputs(frames).map(<[f32]>::to_vec).collect())
    }

    /// Length of the sound after the input ends, as reported now.
    pub fn tail(&mut self) -> Option<TailLength> {
        let handle = self.processor.plugin_handle();
        handle
            .get_extension::<PluginTail>()
            .map(|extension| extension.get(&handle))
    }

    /// Faulty samples since activation.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.record.faults
    }
}
