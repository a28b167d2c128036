//! Cross-fades between filter sets and between outputs, each at its programme sample.

use std::sync::Arc;

use rustfft::FftPlanner;

use super::bank::BankScratch;
use super::controls::Output;
use super::filter_set::FilterSet;
use super::front_end::FrontEnd;
use super::handover::DesignSource;
use super::history::InputHistory;
use super::meters::BlockLevels;
use super::timing::Timing;
use super::voice::{RenderScratch, Sources, Voice};
use crate::constants::MAX_DRIVERS;
use crate::samples;

/// Programme sample long before any other: what begins there is over.
pub(super) const LONG_AGO: i64 = i64::MIN / 2;

/// A cross-fade in progress.
struct Fade {
    to: Voice,
    /// Programme sample at which it begins.
    start: i64,
}

/// The voice that is heard and the one that follows it.
pub(super) struct Swap {
    voice: Voice,
    fade: Option<Fade>,
    /// The next filters, waiting for their sample or for the end of a cross-fade.
    waiting: Option<Arc<FilterSet>>,
    /// Filters that the source could not take back yet.
    unreturned: Option<Arc<FilterSet>>,
    /// The wanted output and the programme sample since which it is wanted.
    wanted_output: (i64, Output),
    block: i64,
    fade_length: f32,
    /// One block of the following voice for each channel.
    following: Vec<Vec<f32>>,
    /// Its share in each sample of the block.
    shares: Vec<f32>,
    scratch: RenderScratch,
}

impl Swap {
    pub(super) fn new(planner: &mut FftPlanner<f32>, timing: &Timing, channels: usize, set: Arc<FilterSet>) -> Self {
        let blocks = |count: usize| vec![vec![0.0; timing.block]; count];
        Self {
            voice: Voice {
                set,
                output: Output::Auto,
            },
            fade: None,
            waiting: None,
            unreturned: None,
            wanted_output: (LONG_AGO, Output::Auto),
            block: timing.block as i64,
            fade_length: timing.fade as f32,
            following: blocks(channels),
            shares: vec![0.0; timing.block],
            scratch: RenderScratch {
                bank: BankScratch::new(planner, timing.block),
                drivers: blocks(MAX_DRIVERS),
            },
        }
    }

    /// Begins a new programme: whatever was going to change has changed.
    pub(super) fn reset(&mut self) {
        if let Some(fade) = &mut self.fade {
            fade.start = LONG_AGO;
        }
        self.wanted_output.0 = LONG_AGO;
    }

    /// Notes the wanted output at programme sample `position`.
    pub(super) fn want_output(&mut self, position: i64, output: Output) {
        if output != self.wanted_output.1 {
            self.wanted_output = (position, output);
        }
    }

    /// Renders the block that carries the programme from sample `heard` on. `levels` takes note of the drivers; during a
    /// cross-fade, of the voice that comes. `room` is what is heard of it at each ear, if there is one.
    pub(super) fn render(
        &mut self,
        heard: i64,
        inputs: &InputHistory,
        front_end: &FrontEnd,
        room: Option<&[Vec<f32>]>,
        channels: &mut [Vec<f32>],
        levels: &mut BlockLevels,
    ) {
        let scratch = &mut self.scratch;
        let sources = Sources {
            inputs,
            front_end,
            room,
        };
        let Some(fade) = &self.fade else {
            self.voice.render(&sources, channels, scratch, Some(levels));
            return;
        };
        self.voice.render(&sources, channels, scratch, None);
        fade.to.render(&sources, &mut self.following, scratch, Some(levels));
        for (share, n) in self.shares.iter_mut().zip(heard - fade.start..) {
            *share = smooth_step(n as f32 / self.fade_length);
        }
        for (channel, following) in channels.iter_mut().zip(&self.following) {
            samples::cross_fade(channel, following, &self.shares);
        }
    }

    /// Takes up finished filters, ends the cross-fade that is over before programme sample `heard`, and begins the
    /// next one that is due in the block from there.
    pub(super) fn advance(&mut self, heard: i64, source: &mut dyn DesignSource) {
        if self
            .fade
            .as_ref()
            .is_some_and(|fade| (heard - fade.start) as f32 >= self.fade_length)
            && let Some(fade) = self.fade.take()
        {
            let over = std::mem::replace(&mut self.voice, fade.to);
            if !Arc::ptr_eq(&over.set, &self.voice.set) {
                self.unreturned = Some(over.set);
            }
        }
        if let Some(set) = self.unreturned.take() {
            self.unreturned = source.retire(set).err();
        }
        if self.waiting.is_none() {
            self.waiting = source.poll();
        }
        if self.fade.is_none() && self.unreturned.is_none() {
            self.fade = self.due(heard);
        }
    }

    fn due(&mut self, heard: i64) -> Option<Fade> {
        // What was wanted from the start is due before the start is heard.
        let due = |at: i64| at <= 0 || at < heard + self.block;
        let set = self.waiting.take_if(|set| due(set.apply_at()));
        let (wanted_at, wanted) = self.wanted_output;
        let output = (due(wanted_at) && wanted != self.voice.output).then_some(wanted);
        let at = match (&set, output) {
            (None, None) => return None,
            (Some(set), None) => set.apply_at(),
            (None, Some(_)) => wanted_at,
            (Some(set), Some(_)) => set.apply_at().min(wanted_at),
        };
        let to = Voice {
            set: set.unwrap_or_else(|| Arc::clone(&self.voice.set)),
            output: output.unwrap_or(self.voice.output),
        };
        // Before the first sample of the programme is heard there is nothing to fade from.
        let start = if at <= 0 && heard <= 0 { LONG_AGO } else { at.max(heard) };
        Some(Fade { to, start })
    }

    /// Whether the preview is heard, fades in or fades out.
    pub(super) fn is_previewing(&self) -> bool {
        let voices = self.fade.iter().map(|fade| &fade.to);
        voices.chain([&self.voice]).any(Voice::is_preview)
    }

    /// The voice that is heard, or about to be.
    pub(super) fn latest(&self) -> &Voice {
        self.fade.as_ref().map_or(&self.voice, |fade| &fade.to)
    }
}

/// 0 before `t = 0`, 1 after `t = 1`, without a corner in between.
pub(super) fn smooth_step(t: f32) -> f32 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}
