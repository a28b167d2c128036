//! Audio buffers of one activation.

use crate::Faults;
use clack_host::prelude::*;

/// Samples behind the end of a block that must stay untouched.
const MARGIN: usize = 32;

/// Buffers for every channel of every port, and the raw lists that CLAP wants.
pub(crate) struct Buffers {
    max_frames: usize,
    inputs: Vec<Vec<Vec<f32>>>,
    outputs: Vec<Vec<Vec<f32>>>,
    input_ports: AudioPorts,
    output_ports: AudioPorts,
}

impl Buffers {
    /// For ports of the given channel counts and blocks of at most `max_frames`.
    pub(crate) fn new(input_channels: &[usize], output_channels: &[usize], max_frames: usize) -> Self {
        let make = |channels: &[usize]| -> Vec<Vec<Vec<f32>>> {
            channels
                .iter()
                .map(|&count| vec![vec![0.0; max_frames + MARGIN]; count])
                .collect()
        };
        Self {
            max_frames,
            inputs: make(input_channels),
            outputs: make(output_channels),
            input_ports: AudioPorts::with_capacity(input_channels.iter().sum(), input_channels.len()),
            output_ports: AudioPorts::with_capacity(output_channels.iter().sum(), output_channels.len()),
        }
    }

    pub(crate) fn max_frames(&self) -> usize {
        self.max_frames
    }

    /// Copies a block in; channels that `input` lacks are silent. Poisons the outputs.
    pub(crate) fn fill(&mut self, input: &[&[f32]], frames: usize) {
        for (index, channel) in self.inputs.iter_mut().flatten().enumerate() {
            match input.get(index) {
                Some(samples) => channel[..frames].copy_from_slice(&samples[..frames]),
                None => channel[..frames].fill(0.0),
            }
        }
        for channel in self.outputs.iter_mut().flatten() {
            Faults::poison(&mut channel[..frames + MARGIN]);
        }
    }

    /// The block as CLAP hands it to a plugin.
    pub(crate) fn as_clap(&mut self, frames: usize) -> (InputAudioBuffers<'_>, OutputAudioBuffers<'_>) {
        let input = self.input_ports.with_input_buffers(self.inputs.iter_mut().map(|port| {
            AudioPortBuffer {
                latency: 0,
                channels: AudioPortBufferType::f32_input_only(
                    port.iter_mut()
                        .map(|channel| InputChannel::variable(&mut channel[..frames])),
                ),
            }
        }));
        let output = self
            .output_ports
            .with_output_buffers(self.outputs.iter_mut().map(|port| AudioPortBuffer {
                latency: 0,
                channels: AudioPortBufferType::f32_output_only(port.iter_mut().map(|channel| &mut channel[..frames])),
            }));
        (input, output)
    }

    /// Output channels across ports, `frames` long.
    pub(crate) fn outputs(&self, frames: usize) -> impl Iterator<Item = &[f32]> {
        self.outputs.iter().flatten().map(move |channel| &channel[..frames])
    }

    /// Records what is wrong with the outputs of a block that began at `first_frame`.
    pub(crate) fn inspect(&self, frames: usize, first_frame: u64, faults: &mut Faults) {
        for (index, channel) in self.outputs.iter().flatten().enumerate() {
            faults.inspect(&channel[..frames + MARGIN], frames, index, first_frame);
        }
    }
}
