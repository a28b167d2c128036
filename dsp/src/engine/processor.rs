//! The whole audio path on its own block grid, so that the output does not depend on the host's block size.

use std::sync::Arc;

use rustfft::FftPlanner;

use super::burst::Burst;
use super::controls::Controls;
use super::delay::Delay;
use super::filter_set::FilterSet;
use super::front_end::FrontEnd;
use super::guard::PeakGuard;
use super::handover::{DesignRequest, DesignSource};
use super::history::InputHistory;
use super::lane::Lane;
use super::meters::{BlockLevels, Meters};
use super::room::{RoomDelivery, RoomStage};
use super::swap::{LONG_AGO, Swap};
use super::timing::Timing;
use crate::design::{DesignSettings, FILTER_INPUTS};
use crate::samples;

/// Input beyond this is taken for a fault, like NaN and infinity: +120 dBFS.
const LARGEST_INPUT: f32 = 1e6;
/// Input below this is taken for silence (−400 dBFS), so that no filter ever works on subnormal numbers.
const SMALLEST_INPUT: f32 = 1e-20;

/// Stereo in, output channels out. See the [module documentation](super) for the path.
pub struct Engine {
    timing: Timing,
    /// The block of programme being gathered: left, right.
    gathered: [Vec<f32>; 2],
    filled: usize,
    /// Programme samples taken in since the last reset.
    position: i64,
    /// Samples of exact silence taken in since the last sound; more than the tail after a reset.
    silent_for: usize,
    front_end: FrontEnd,
    inputs: InputHistory,
    swap: Swap,
    room: RoomStage,
    guard: PeakGuard,
    guard_lane: Lane,
    bypass_lane: Lane,
    dry_delay: [Delay; 2],
    dry: [Vec<f32>; 2],
    /// Finished output, one block per channel.
    finished: Vec<Vec<f32>>,
    /// What filters were last asked for.
    requested: DesignSettings,
    /// Programme sample at which that was.
    requested_at: i64,
    burst: Burst,
    levels: BlockLevels,
    meters: Arc<Meters>,
}

impl Engine {
    /// An engine for `channels` output channels (at least 2) that begins with the filters of `set`, which must have
    /// been made for the same timing and number of channels.
    pub fn new(timing: Timing, channels: usize, set: Arc<FilterSet>, meters: Arc<Meters>) -> Self {
        let mut planner = FftPlanner::new();
        let reach = timing.extra_delay + timing.taps;
        let stereo = || std::array::from_fn(|_| vec![0.0; timing.block]);
        let output_delay = timing.upmix_delay + timing.filter_delay();
        Self {
            timing,
            gathered: stereo(),
            filled: 0,
            position: 0,
            silent_for: usize::MAX,
            front_end: FrontEnd::new(&timing),
            inputs: InputHistory::new(&mut planner, FILTER_INPUTS, timing.block, reach),
            requested: *set.settings(),
            requested_at: LONG_AGO,
            swap: Swap::new(&mut planner, &timing, channels, set),
            room: RoomStage::new(&mut planner, &timing),
            guard: PeakGuard::new(timing.sample_rate),
            guard_lane: Lane::new(&timing, output_delay),
            bypass_lane: Lane::new(&timing, output_delay),
            dry_delay: std::array::from_fn(|_| Delay::new(output_delay, timing.block)),
            dry: stereo(),
            finished: vec![vec![0.0; timing.block]; channels],
            burst: Burst::new(timing.sample_rate),
            levels: BlockLevels::new(&timing),
            meters,
        }
    }

    /// The same with a room around the preview from the start, made for the same timing.
    #[must_use]
    pub fn with_room(mut self, room: Box<RoomDelivery>) -> Self {
        self.room.begin_with(room);
        self
    }

    /// Block sizes and delays, with the latency to report.
    pub fn timing(&self) -> &Timing {
        &self.timing
    }

    /// Samples for which sound may go on after the input has ended, the latency included.
    pub fn tail(&self) -> usize {
        self.timing.latency() + self.timing.taps + self.timing.extra_delay + self.room.tail()
    }

    /// Clears all audio and parameter history. Filters stay.
    pub fn reset(&mut self) {
        self.filled = 0;
        self.position = 0;
        self.requested_at = LONG_AGO;
        self.silent_for = usize::MAX;
        self.front_end.reset();
        self.inputs.reset();
        self.swap.reset();
        self.room.reset();
        self.guard.reset();
        self.guard_lane.reset();
        self.bypass_lane.reset();
        self.dry_delay.iter_mut().for_each(Delay::reset);
        self.finished.iter_mut().for_each(|channel| channel.fill(0.0));
        self.burst.reset();
        self.meters.silence();
    }

    /// Plays a short burst of noise on the channel of one driver from the next sample on, while all else is silent, at
    /// −20 dBFS or less and within the driver's band. One that sounds fades out first. A driver that the device does not
    /// have is ignored. Not for offline renders, which are to repeat.
    pub fn identify(&mut self, driver: usize) {
        if driver < self.swap.latest().set.drivers() {
            self.burst.begin(driver);
        }
    }

    /// The driver that a burst identifies at this moment.
    pub fn identifying(&self) -> Option<usize> {
        self.burst.driver()
    }

    /// Processes samples in place: the first two channels hold the programme on entry; every channel is written.
    ///
    /// `controls` hold for all of these samples; call once per stretch between parameter changes.
    pub fn process(&mut self, channels: &mut [&mut [f32]], controls: &Controls, source: &mut dyn DesignSource) {
        let length = channels.first().map_or(0, |channel| channel.len());
        self.meters.note_frames(length);
        let mut done = 0;
        while done < length {
            let into_period = self.position as usize % self.timing.design_period;
            if into_period == 0 {
                self.ask_for_filters(controls, source);
            }
            self.swap.want_output(self.position, controls.output);
            let run = (length - done)
                .min(self.timing.block - self.filled)
                .min(self.timing.design_period - into_period);
            let run = self.follow_silence(channels, done, run);
            self.exchange(channels, done, run);
            let set = &self.swap.latest().set;
            self.burst.process(channels, done, done + run, set, controls.trim_gain);
            self.gather(run, controls);
            done += run;
            if self.filled == self.timing.block {
                self.filled = 0;
                self.process_block(source);
            }
        }
    }

    /// Asks for filters if others are wanted than were asked for last, and that was long enough ago.
    fn ask_for_filters(&mut self, controls: &Controls, source: &mut dyn DesignSource) {
        let rested = self.position - self.requested_at >= self.timing.design_spacing as i64;
        if rested && controls.design != self.requested {
            self.requested = controls.design;
            self.requested_at = self.position;
            source.request(DesignRequest {
                settings: controls.design,
                apply_at: if controls.at_once { LONG_AGO } else { self.position },
            });
        }
    }

    /// Takes note of silence in the `longest` samples from `from`, and begins a new block with the first sound after
    /// everything has died away, so that a passage comes out the same wherever the host starts to play. Returns how
    /// many samples to take at once.
    fn follow_silence(&mut self, channels: &[&mut [f32]], from: usize, longest: usize) -> usize {
        let silent = |n: &usize| channels.iter().take(2).all(|channel| channel[*n] == 0.0);
        let stretch = from..from + longest;
        if self.silent_for > self.tail() {
            let leading = stretch.clone().take_while(silent).count();
            if leading == 0 {
                self.filled = 0;
                self.room.reset();
                self.silent_for = 0;
            } else {
                self.silent_for = self.silent_for.saturating_add(leading);
            }
            return if leading == 0 { longest } else { leading };
        }
        let trailing = stretch.rev().take_while(silent).count();
        self.silent_for = if trailing == longest {
            self.silent_for.saturating_add(longest)
        } else {
            trailing
        };
        longest
    }

    /// Takes `run` samples of programme from `channels` and puts finished output in their place.
    fn exchange(&mut self, channels: &mut [&mut [f32]], from: usize, run: usize) {
        let (at, to) = (self.filled, self.filled + run);
        for (gathered, channel) in self.gathered.iter_mut().zip(channels.iter()) {
            gathered[at..to].copy_from_slice(&channel[from..from + run]);
        }
        for (finished, channel) in self.finished.iter().zip(channels.iter_mut()) {
            channel[from..from + run].copy_from_slice(&finished[at..to]);
        }
        for channel in channels.iter_mut().skip(self.finished.len()) {
            channel[from..from + run].fill(0.0);
        }
    }

    /// Notes the controls for the `run` samples just taken.
    fn gather(&mut self, run: usize, controls: &Controls) {
        let (from, to) = (self.filled, self.filled + run);
        self.front_end.gather(from, to, controls);
        self.guard_lane.gather(from, to, f32::from(controls.guard));
        self.bypass_lane.gather(from, to, f32::from(controls.bypass));
        self.filled = to;
        self.position += run as i64;
    }

    fn process_block(&mut self, source: &mut dyn DesignSource) {
        let [left, right] = &mut self.gathered;
        silence_faults(left, right);
        for (delay, signal) in self.dry_delay.iter_mut().zip([&*left, &*right]) {
            delay.write(signal);
        }
        self.front_end.process(left, right);
        self.inputs.push(&self.front_end.inputs);
        // Programme sample that the first output sample of this block carries.
        let heard = self.position - self.timing.latency() as i64;
        self.swap.advance(heard, source);
        self.room.exchange(source);
        let previewing = self.swap.is_previewing();
        self.room
            .process(heard, previewing, &self.front_end.inputs, &self.inputs);
        self.levels.begin(self.meters.is_watched());
        self.swap.render(
            heard,
            &self.inputs,
            &self.front_end,
            self.room.ears(),
            &mut self.finished,
            &mut self.levels,
        );
        self.publish_levels();
        self.guard
            .process(&mut self.finished, self.guard_lane.advance().samples);
        self.meters
            .note_guard(self.guard.reduction_db(), self.guard.exceeded_ceiling());
        self.bypass();
        self.finished
            .iter_mut()
            .for_each(|channel| samples::flush_below(f32::MIN_POSITIVE, channel));
    }

    /// Publishes the drivers' levels, with the burst in them.
    fn publish_levels(&mut self) {
        let (driver, level) = self.burst.take_level();
        // It may have ended within this block.
        if self.burst.is_active() || level.peak > 0.0 {
            self.levels.overlay(self.burst.programme_gain(), driver, level);
        }
        self.levels.publish(&self.meters);
    }

    /// Cross-fades to the delayed programme on the channels of the left and right reference drivers.
    fn bypass(&mut self) {
        let bypass = self.bypass_lane.advance();
        if bypass.steady == Some(0.0) {
            return;
        }
        for channel in &mut self.finished {
            bypass.scale_in_place_by_rest(channel);
        }
        let channels = self.swap.latest().bypass_channels();
        for ((dry, delay), channel) in self.dry.iter_mut().zip(&self.dry_delay).zip(channels) {
            delay.read(dry);
            if channels[0] == channels[1] {
                // A device with one reference driver for both sides gets the mean.
                samples::amplify(dry, 0.5);
            }
            bypass.add_scaled(dry, &mut self.finished[channel]);
        }
    }
}

/// Makes silence of a block with a value that is not finite or absurdly large, and of samples too small to matter.
fn silence_faults(left: &mut [f32], right: &mut [f32]) {
    if samples::exceeds(left, LARGEST_INPUT) || samples::exceeds(right, LARGEST_INPUT) {
        left.fill(0.0);
        right.fill(0.0);
    }
    samples::flush_below(SMALLEST_INPUT, left);
    samples::flush_below(SMALLEST_INPUT, right);
}
