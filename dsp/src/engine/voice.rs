//! One way of turning the filter inputs into output channels: a filter set and a choice of output.

use std::sync::Arc;

use super::bank::{BankScratch, InputHistory};
use super::controls::Output;
use super::filter_set::FilterSet;
use super::front_end::FrontEnd;
use super::meters::Meters;

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

    /// Writes one block to every channel.
    pub(super) fn render(
        &self,
        inputs: &[InputHistory],
        front_end: &FrontEnd,
        channels: &mut [Vec<f32>],
        scratch: &mut RenderScratch,
        meters: &Meters,
    ) {
        for channel in &mut *channels {
            channel.fill(0.0);
        }
        match self.resolved_output() {
            Output::Auto | Output::Drivers => {
                self.set
                    .driver_bank()
                    .process(inputs, &mut scratch.drivers, &mut scratch.bank);
                for destination in &self.set.map().destinations {
                    add(
                        &mut channels[destination.channel],
                        &scratch.drivers[destination.source],
                        destination.gain,
                    );
                }
                for driver in 0..self.set.drivers() {
                    meters.note_driver(driver, &scratch.drivers[driver]);
                }
            }
            Output::Preview => {
                self.set
                    .preview_bank()
                    .process(inputs, &mut scratch.drivers, &mut scratch.bank);
                copy(channels, &scratch.drivers[..2]);
            }
            Output::Headphones => copy(channels, &front_end.headphones),
            Output::Stems => copy(channels, &front_end.stems),
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
