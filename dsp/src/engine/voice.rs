//! One way of turning the filter inputs into output channels: a filter set and a choice of output.

use std::sync::Arc;

use super::bank::BankScratch;
use super::controls::Output;
use super::delay::Delay;
use super::filter_set::{Destination, FilterSet, OutputMap};
use super::front_end::FrontEnd;
use super::history::InputHistory;
use super::meters::BlockLevels;
use crate::samples;

/// What is heard, or about to be heard after a cross-fade.
#[derive(Clone)]
pub(super) struct Voice {
    pub(super) set: Arc<FilterSet>,
    pub(super) output: Output,
}

/// What voices are made of: spectra of the filter inputs, what passes no filter, what is heard of the room at each ear.
pub(super) struct Sources<'a> {
    pub(super) inputs: &'a InputHistory,
    pub(super) front_end: &'a FrontEnd,
    pub(super) room: Option<&'a [Vec<f32>]>,
}

/// Buffers that rendering works in.
pub(super) struct RenderScratch {
    pub(super) bank: BankScratch,
    /// One block for each driver.
    pub(super) drivers: Vec<Vec<f32>>,
}

impl Voice {
    /// The output with *Auto* resolved for this set.
    fn resolved_output(&self) -> Output {
        match self.output {
            Output::Auto if self.set.map().fits => Output::Drivers,
            Output::Auto => Output::Preview,
            output => output,
        }
    }

    /// Whether it is the preview.
    pub(super) fn is_preview(&self) -> bool {
        self.resolved_output() == Output::Preview
    }

    /// Channels of left and right in bypass: those of the reference drivers where drivers are heard.
    pub(super) fn bypass_channels(&self) -> [usize; 2] {
        if self.resolved_output() == Output::Drivers {
            self.set.map().bypass
        } else {
            [0, 1]
        }
    }

    /// Writes one block to every channel. `levels` takes note of the drivers if they are heard, or watched behind the
    /// preview.
    pub(super) fn render(
        &self,
        sources: &Sources<'_>,
        channels: &mut [Vec<f32>],
        scratch: &mut RenderScratch,
        levels: Option<&mut BlockLevels>,
    ) {
        let Sources {
            inputs,
            front_end,
            room,
        } = *sources;
        match self.resolved_output() {
            Output::Auto | Output::Drivers => {
                self.render_drivers(inputs, scratch, levels);
                send(self.set.map(), &mut scratch.drivers, channels);
            }
            Output::Preview => {
                if let Some(levels) = levels.filter(|levels| levels.watched) {
                    self.render_drivers(inputs, scratch, Some(levels));
                }
                self.set
                    .preview_bank()
                    .process(inputs, &mut scratch.drivers, &mut scratch.bank);
                let (ears, rest) = channels.split_at_mut(2);
                ears.swap_with_slice(&mut scratch.drivers[..2]);
                for (ear, room) in ears.iter_mut().zip(room.into_iter().flatten()) {
                    samples::add(room, ear);
                }
                silence(rest);
            }
            Output::Headphones => read(front_end.headphones(), channels),
            Output::Stems => read(front_end.stems(), channels),
        }
    }

    /// Writes one block of every driver to the scratch buffers.
    fn render_drivers(&self, inputs: &InputHistory, scratch: &mut RenderScratch, levels: Option<&mut BlockLevels>) {
        self.set
            .driver_bank()
            .process(inputs, &mut scratch.drivers, &mut scratch.bank);
        if let Some(levels) = levels {
            let signals = scratch.drivers.iter().zip(&self.set.map().driver_gain);
            for (driver, (signal, &gain)) in signals.enumerate() {
                levels.note(driver, signal, gain);
            }
        }
    }
}

/// Writes every channel from the drivers' signals, which become scratch.
fn send(map: &OutputMap, drivers: &mut [Vec<f32>], channels: &mut [Vec<f32>]) {
    for &Destination {
        source,
        channel,
        gain,
        first,
    } in &map.destinations
    {
        let (signal, channel) = (&mut drivers[source], &mut channels[channel]);
        if !first {
            samples::add_amplified(signal, gain, channel);
            continue;
        }
        if map.fits {
            // Needed nowhere else.
            std::mem::swap(signal, channel);
        } else {
            channel.copy_from_slice(signal);
        }
        if gain != 1.0 {
            samples::amplify(channel, gain);
        }
    }
    for &channel in &map.silent {
        channels[channel].fill(0.0);
    }
}

/// Writes every channel: the signals, then silence.
fn read(signals: &[Delay], channels: &mut [Vec<f32>]) {
    let (sounding, rest) = channels.split_at_mut(signals.len().min(channels.len()));
    for (channel, signal) in sounding.iter_mut().zip(signals) {
        signal.read(channel);
    }
    silence(rest);
}

fn silence(channels: &mut [Vec<f32>]) {
    channels.iter_mut().for_each(|channel| channel.fill(0.0));
}
