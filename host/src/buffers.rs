//! Audio buffers of one activation.

use crate::Faults;
use crate::faults::{MARGIN, Place};
use clack_host::prelude::*;
use std::ops::Range;

/// Ports, their channels, and each one's samples between two margins.
type Ports = Vec<Vec<Vec<f32>>>;

/// Buffers for every channel of every port, and the raw lists that CLAP wants.
pub(crate) struct Buffers {
    max_frames: usize,
    inputs: Ports,
    outputs: Ports,
    input_ports: AudioPorts,
    output_ports: AudioPorts,
}

/// Where a block is within its margins.
fn block(frames: usize) -> Range<usize> {
    MARGIN..MARGIN + frames
}

/// Where a block and its margins are.
fn guarded(frames: usize) -> Range<usize> {
    0..frames + 2 * MARGIN
}

/// (port, channel, samples) of every channel.
fn channels(ports: &Ports) -> impl Iterator<Item = (usize, usize, &Vec<f32>)> {
    ports.iter().enumerate().flat_map(|(port, channels)| {
        channels
            .iter()
            .enumerate()
            .map(move |(channel, samples)| (port, channel, samples))
    })
}

impl Buffers {
    /// For ports of the given channel counts and blocks of at most `max_frames`.
    pub(crate) fn new(input_channels: &[usize], output_channels: &[usize], max_frames: usize) -> Self {
        let make = |channels: &[usize]| -> Ports {
            channels
                .iter()
                .map(|&count| vec![vec![0.0; guarded(max_frames).end]; count])
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

    /// Copies a block in; channels that `input` lacks are silent. Poisons the outputs and what is around the inputs.
    pub(crate) fn fill(&mut self, input: &[&[f32]], frames: usize) {
        for (index, channel) in self.inputs.iter_mut().flatten().enumerate() {
            Faults::poison(&mut channel[guarded(frames)]);
            match input.get(index) {
                Some(samples) => channel[block(frames)].copy_from_slice(&samples[..frames]),
                None => channel[block(frames)].fill(0.0),
            }
        }
        for channel in self.outputs.iter_mut().flatten() {
            Faults::poison(&mut channel[guarded(frames)]);
        }
    }

    /// The block as CLAP hands it to a plugin.
    pub(crate) fn as_clap(&mut self, frames: usize) -> (InputAudioBuffers<'_>, OutputAudioBuffers<'_>) {
        let input = self.input_ports.with_input_buffers(self.inputs.iter_mut().map(|port| {
            AudioPortBuffer {
                latency: 0,
                channels: AudioPortBufferType::f32_input_only(
                    port.iter_mut()
                        .map(|channel| InputChannel::variable(&mut channel[block(frames)])),
                ),
            }
        }));
        let output = self
            .output_ports
            .with_output_buffers(self.outputs.iter_mut().map(|port| AudioPortBuffer {
                latency: 0,
                channels: AudioPortBufferType::f32_output_only(
                    port.iter_mut().map(|channel| &mut channel[block(frames)]),
                ),
            }));
        (input, output)
    }

    /// Output channels across ports, `frames` long.
    pub(crate) fn outputs(&self, frames: usize) -> impl Iterator<Item = &[f32]> {
        self.outputs
            .iter()
            .flatten()
            .map(move |channel| &channel[block(frames)])
    }

    /// Records what is wrong after a block that began at `first_frame` and was filled from `input`.
    pub(crate) fn inspect(&self, input: &[&[f32]], frames: usize, first_frame: u64, faults: &mut Faults) {
        let place = |port, channel| Place {
            port,
            channel,
            block: first_frame,
        };
        for (port, channel, samples) in channels(&self.outputs) {
            faults.inspect_output(&samples[guarded(frames)], place(port, channel));
        }
        for (index, (port, channel, samples)) in channels(&self.inputs).enumerate() {
            faults.inspect_input(
                &samples[guarded(frames)],
                input.get(index).copied(),
                place(port, channel),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FaultKind;

    /// A plugin that writes nothing is told by its first output port; one that writes everything passes.
    #[test]
    fn silent_plugins_are_noticed() {
        let mut buffers = Buffers::new(&[2], &[2, 2], 16);
        let input = [[0.25; 8]; 2];
        let input: Vec<&[f32]> = input.iter().map(|channel| &channel[..]).collect();
        buffers.fill(&input, 8);
        let mut faults = Faults::default();
        buffers.inspect(&input, 8, 64, &mut faults);
        assert_eq!(faults.count, 4 * 8);
        assert_eq!(
            faults.first.map(|f| (f.kind, f.block)),
            Some((FaultKind::Unwritten, 64))
        );

        for channel in buffers.outputs.iter_mut().flatten() {
            channel[block(8)].fill(0.0);
        }
        let mut faults = Faults::default();
        buffers.inspect(&input, 8, 64, &mut faults);
        assert!(faults.is_none(), "{faults}");

        // One sample too many on the second port.
        buffers.outputs[1][0][MARGIN + 8] = 0.0;
        buffers.inspect(&input, 8, 64, &mut faults);
        let found = faults.first.map(|f| (f.kind, f.port, f.channel, f.frame));
        assert_eq!(found, Some((FaultKind::Overrun, 1, 0, 8)));
    }

    /// The smallest block comes after a larger one: what that left behind counts as untouched ground no more.
    #[test]
    fn margins_move_with_the_block() {
        let mut buffers = Buffers::new(&[1], &[1], 64);
        buffers.fill(&[], 64);
        buffers.outputs[0][0][block(64)].fill(1.0);
        buffers.fill(&[], 1);
        buffers.outputs[0][0][block(1)].fill(1.0);
        let mut faults = Faults::default();
        buffers.inspect(&[], 1, 0, &mut faults);
        assert!(faults.is_none(), "{faults}");
    }
}
