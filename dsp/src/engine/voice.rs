//! One way of turning the filter inputs into output channels: a filter set and a choice of output.

use std::sync::Arc;

use super::bank::BankScratch;
use super::controls::Output;
use super::filter_set::FilterSet;
use super::front_end::FrontEnd;
use super::history::InputHistory;
use super::meters::BlockLevels;

/// What is heard, or about to be heard after a cross-fade.
#[derive(Clone)]
pub(super) struct Voice {
    pub(super) set: Arc<FilterSet>,
    pub(super) output: Output,
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
        inputs: &InputHistory,
        front_end: &FrontEnd,
        channels: &mut [Vec<f32>],
        scratch: &mut RenderScratch,
        levels: Option<&mut BlockLevels>,
    ) {
        for channel in &mut *channels {
            channel.fill(0.0);
        }
        match self.resolved_output() {
            Output::Auto | Output::Drivers => {
                self.render_drivers(inputs, scratch, levels);
                for destination in &self.set.map().destinations {
                    add(
                        &mut channels[destination.channel],
                        &scratch.drivers[destination.source],
                        destination.gain,
                    );
                }
            }
            Output::Preview => {
                if let Some(levels) = levels.filter(|levels| levels.watched) {
                    self.render_drivers(inputs, scratch, Some(levels));
                }
                self.set
                    .preview_bank()
                    .process(inputs, &mut scratch.drivers, &mut scratch.bank);
                copy(channels, &scratch.drivers[..2]);
            }
            Output::Headphones => copy(channels, &front_end.headphones),
            Output::Stems => copy(channels, &front_end.stems),
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

fn add(sum: &mut [f32], signal: &[f32], gain: f32) {
    for (sum, x) in sum.iter_mut().zip(signal) {
        *sum += gain * x;
    }
}

fn copy(channels: &mut [Vec<f32>], signals: &[Vec<f32>]) {
    for (channel, signal) in channels.iter_mut().zip(signals) {
        channel.copy_from_slice(signal);
    }
}
