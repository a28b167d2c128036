//! One file through an engine of its own, in time with the input.

use super::studio::Filters;
use proscenium_dsp::engine::{Controls, Engine, Meters, RoomDelivery, Settled, Timing};
use std::io;
use std::sync::Arc;

/// Samples that are processed at a time; what comes out does not depend on it.
const BLOCK: usize = 1024;

/// An engine, and how much of its latency has still to be left out.
pub struct Player {
    engine: Engine,
    controls: Controls,
    /// Programme on entry, output on return.
    channels: Vec<Vec<f32>>,
    /// Channels that are heard.
    heard: usize,
    to_skip: usize,
}

impl Player {
    /// Plays through `filters`, made for the timing and number of channels, of which the first `heard` are handed out.
    #[must_use]
    pub fn new(timing: Timing, controls: Controls, filters: Filters, channels: usize, heard: usize) -> Self {
        let engine = Engine::new(timing, channels, filters.set, Arc::new(Meters::default()));
        let engine = match filters.room {
            Some(room) => engine.with_room(RoomDelivery::new(room, &timing, 0)),
            None => engine,
        };
        Self {
            engine,
            controls,
            channels: vec![vec![0.0; BLOCK]; channels],
            heard,
            to_skip: timing.latency(),
        }
    }

    /// Channels that are handed out.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.heard
    }

    /// Plays a piece of the programme. What is heard of it so far goes to `write`, without the latency.
    ///
    /// # Errors
    /// What `write` fails with.
    pub fn play(&mut self, piece: [&[f32]; 2], mut write: impl FnMut(&[&[f32]]) -> io::Result<()>) -> io::Result<()> {
        let [left, right] = piece;
        for (left, right) in left.chunks(BLOCK).zip(right.chunks(BLOCK)) {
            self.channels[0][..left.len()].copy_from_slice(left);
            self.channels[1][..right.len()].copy_from_slice(right);
            self.process(left.len(), &mut write)?;
        }
        Ok(())
    }

    /// Plays the rest after the last piece, so that as much has been handed out as came in.
    ///
    /// # Errors
    /// What `write` fails with.
    pub fn finish(mut self, mut write: impl FnMut(&[&[f32]]) -> io::Result<()>) -> io::Result<()> {
        let mut left = self.engine.timing().latency();
        while left > 0 {
            let length = left.min(BLOCK);
            self.channels[..2].iter_mut().for_each(|channel| channel.fill(0.0));
            self.process(length, &mut write)?;
            left -= length;
        }
        Ok(())
    }

    fn process(&mut self, length: usize, write: &mut impl FnMut(&[&[f32]]) -> io::Result<()>) -> io::Result<()> {
        let mut slices: Vec<&mut [f32]> = self.channels.iter_mut().map(|channel| &mut channel[..length]).collect();
        self.engine.process(&mut slices, &self.controls, &mut Settled);
        let skipped = self.to_skip.min(length);
        self.to_skip -= skipped;
        let heard: Vec<&[f32]> = self.channels[..self.heard]
            .iter()
            .map(|channel| &channel[skipped..length])
            .collect();
        write(&heard)
    }
}
