//! The room around the preview: reflections that are added to the direct sound at the ears.
//!
//! Reads the same inputs as the preview's filters, whose levels carry Cancellation and Depth, so that these act on the
//! reflections sample by sample as they act on the direct sound. Works only while the preview is heard and there is a room.
//! The room changes at the borders of long blocks, by a cross-fade of its own; the direct sound does not take part in it.

mod delivery;
mod filters;
mod memory;
mod partitions;

use rustfft::FftPlanner;

pub use delivery::RoomDelivery;
pub use filters::RoomFilters;

use super::bank::BankScratch;
use super::handover::DesignSource;
use super::history::InputHistory;
use super::swap::smooth_step;
use super::timing::Timing;
use crate::samples;
use filters::EARS;
use memory::RoomMemory;
use partitions::{Partitions, WORK_HOPS};

/// In place of a number of steps: there is nothing to do.
const IDLE: usize = usize::MAX;

/// From one place to another, or in one.
#[derive(Clone, Copy)]
struct Change {
    from: usize,
    to: usize,
}

impl Change {
    const fn stay(place: usize) -> Self {
        Self { from: place, to: place }
    }

    fn is_steady(self) -> bool {
        self.from == self.to
    }
}

/// The rooms in use, and the state of the convolution.
pub(super) struct RoomStage {
    partitions: Partitions,
    fade: usize,
    /// The room that is heard, and the one before or after it.
    places: [Option<Box<RoomDelivery>>; 2],
    /// The next one, waiting for its sample.
    waiting: Option<Box<RoomDelivery>>,
    /// One that the source could not take back yet.
    unreturned: Option<Box<RoomDelivery>>,
    memory: Option<Box<RoomMemory>>,
    /// Places that the long block being worked on is for, and those that the one being played is of.
    working: Change,
    playing: Change,
    /// Whether the inputs are taken in.
    listening: bool,
    /// Whether nothing has sounded since the last reset.
    fresh: bool,
    /// Hops gathered of the next long block.
    hop: usize,
    /// Steps of the work on the last one that are done.
    worked: usize,
    /// Hop of the long block that is being played; none before the first.
    played: Option<usize>,
    /// Samples taken in since it began to listen in the midst of sound.
    risen: usize,
    /// One hop for each ear: of the room that is heard, and of the one that follows it.
    ears: Vec<Vec<f32>>,
    following: Vec<Vec<f32>>,
    shares: Vec<f32>,
    scratch: BankScratch,
}

impl RoomStage {
    pub(super) fn new(planner: &mut FftPlanner<f32>, timing: &Timing) -> Self {
        let ears = || vec![vec![0.0; timing.block]; EARS];
        Self {
            partitions: Partitions::new(timing),
            fade: timing.fade,
            places: [None, None],
            waiting: None,
            unreturned: None,
            memory: None,
            working: Change::stay(0),
            playing: Change::stay(0),
            listening: false,
            fresh: true,
            hop: 0,
            worked: IDLE,
            played: None,
            risen: 0,
            ears: ears(),
            following: ears(),
            shares: vec![0.0; timing.block],
            scratch: BankScratch::new(planner, timing.block),
        }
    }

    /// The room from the start. Not for the audio thread.
    pub(super) fn begin_with(&mut self, room: Box<RoomDelivery>) {
        self.places[self.working.to] = Some(room);
        self.take_memory();
    }

    /// Begins a new programme after silence: whatever was going to change has changed.
    pub(super) fn reset(&mut self) {
        self.rest();
        self.fresh = true;
    }

    /// Samples for which reflections may go on after everything else.
    pub(super) fn tail(&self) -> usize {
        let lengths = self.places.iter().flatten();
        let lengths = lengths.filter_map(|room| room.filters.as_ref().map(|filters| filters.length));
        match lengths.max() {
            Some(length) if self.listening => length + 2 * self.partitions.long(),
            _ => 0,
        }
    }

    /// What is heard of the room at each ear in the newest hop; `None` without a room.
    pub(super) fn ears(&self) -> Option<&[Vec<f32>]> {
        self.listening.then_some(&self.ears)
    }

    /// Takes up the next room and gives back the last.
    pub(super) fn exchange(&mut self, source: &mut dyn DesignSource) {
        let settled = self.working.is_steady() && self.playing.is_steady() && self.working.to == self.playing.to;
        if settled && self.unreturned.is_none() {
            self.unreturned = self.places[1 - self.working.to].take();
        }
        if let Some(room) = self.unreturned.take() {
            self.unreturned = source.retire_room(room).err();
        }
        if self.waiting.is_none() {
            self.waiting = source.poll_room();
        }
    }

    /// Renders the hop that carries the programme from sample `heard` on. `history` holds the spectra of the `inputs`.
    pub(super) fn process(&mut self, heard: i64, previewing: bool, inputs: &[Vec<f32>], history: &InputHistory) {
        // A change is heard when the work on the long block with which it is taken up is done.
        let latest = heard + (WORK_HOPS * self.partitions.hop) as i64;
        let due = |room: &RoomDelivery| room.apply_at <= 0 || room.apply_at <= latest;
        let due = self.waiting.as_deref().is_some_and(due);
        let coming = self.waiting.as_deref().is_some_and(RoomDelivery::is_room);
        if self.listening && !(previewing && (coming || self.has_room())) {
            self.rest();
        }
        if !self.listening {
            if due && (self.fresh || !previewing || !(coming || self.has_room())) {
                self.replace();
            }
            if previewing && (self.has_room() || (due && coming)) {
                self.listen();
            }
        }
        self.fresh = false;
        if self.listening {
            self.take_in(inputs, due);
            self.render(history);
        }
    }

    /// Whether there is a room that is heard, fades out or is about to be heard.
    fn has_room(&self) -> bool {
        let places = [self.playing.from, self.playing.to, self.working.to];
        places.into_iter().any(|place| self.filters(place).is_some())
    }

    fn filters(&self, place: usize) -> Option<&RoomFilters> {
        self.places[place].as_deref().and_then(|room| room.filters.as_deref())
    }

    /// Takes the memory that comes with a room, unless there is some already.
    fn take_memory(&mut self) {
        if self.memory.is_none() {
            let room = self.places[self.working.to].as_deref_mut();
            self.memory = room.and_then(|room| room.memory.take());
        }
    }

    /// Changes to the waiting room at once, while nothing is heard of either.
    fn replace(&mut self) {
        let place = 1 - self.working.to;
        if self.places[place].is_some() {
            // Another one has still to be given back.
            return;
        }
        self.places[place] = self.waiting.take();
        (self.working, self.playing) = (Change::stay(place), Change::stay(place));
        self.take_memory();
    }

    /// Begins to take in the inputs.
    fn listen(&mut self) {
        if let Some(waiting) = self.waiting.as_deref_mut().filter(|_| self.memory.is_none()) {
            self.memory = waiting.memory.take();
        }
        let Some(memory) = &mut self.memory else {
            return;
        };
        memory.reset();
        (self.listening, self.hop, self.worked, self.played) = (true, 0, IDLE, None);
        // The first sound of a programme is whole.
        self.risen = if self.fresh { usize::MAX } else { 0 };
    }

    /// Ends that, and any change.
    fn rest(&mut self) {
        self.listening = false;
        self.working = Change::stay(self.working.to);
        self.playing = self.working;
    }

    /// Takes in one hop, and does the work of one.
    fn take_in(&mut self, inputs: &[Vec<f32>], due: bool) {
        let gains = if self.risen < self.fade {
            fill_shares(&mut self.shares, self.risen, self.fade);
            Some(&self.shares[..])
        } else {
            None
        };
        self.risen = self.risen.saturating_add(self.partitions.hop);
        let Some(memory) = &mut self.memory else {
            return;
        };
        memory.gather(self.hop, inputs, gains);
        self.hop += 1;
        self.played = self.played.map(|hop| hop + 1);
        if self.worked == WORK_HOPS {
            memory.play();
            (self.playing, self.played, self.worked) = (self.working, Some(0), IDLE);
        }
        if self.hop == self.partitions.hops {
            memory.turn();
            (self.hop, self.worked) = (0, 0);
            self.working = Change::stay(self.playing.to);
            let other = 1 - self.playing.to;
            if due && self.playing.is_steady() && self.places[other].is_none() {
                self.places[other] = self.waiting.take();
                self.working.to = other;
            }
        }
        if self.worked < WORK_HOPS {
            let Change { from, to } = self.working;
            let filters = |place: usize| self.places[place].as_deref().and_then(|room| room.filters.as_deref());
            let rooms = [filters(from), filters(to)];
            let rooms = if from == to { &rooms[..1] } else { &rooms[..] };
            if let Some(memory) = &mut self.memory {
                memory.step(self.worked, rooms);
            }
            self.worked += 1;
        }
    }

    /// Writes one hop for each ear.
    fn render(&mut self, history: &InputHistory) {
        let at = self.played.unwrap_or(0) * self.partitions.hop;
        let Change { from, to } = self.playing;
        let fading = !self.playing.is_steady();
        if fading && at >= self.fade {
            self.render_place(to, 1, history);
            std::mem::swap(&mut self.ears, &mut self.following);
            return;
        }
        if fading {
            self.render_place(to, 1, history);
        }
        self.render_place(from, 0, history);
        if fading {
            fill_shares(&mut self.shares, at, self.fade);
            for (ear, following) in self.ears.iter_mut().zip(&self.following) {
                samples::cross_fade(ear, following, &self.shares);
            }
        }
    }

    /// Writes one hop of the room in a place to the ears, or to those that follow (`side` 1).
    fn render_place(&mut self, place: usize, side: usize, history: &InputHistory) {
        let ears = if side == 0 { &mut self.ears } else { &mut self.following };
        let filters = self.places[place].as_deref().and_then(|room| room.filters.as_deref());
        let (Some(filters), Some(memory)) = (filters, &self.memory) else {
            ears.iter_mut().for_each(|ear| ear.fill(0.0));
            return;
        };
        filters.head.process(history, ears, &mut self.scratch);
        if let Some(hop) = self.played {
            for (ear, samples) in ears.iter_mut().enumerate() {
                samples::add(memory.played(side, ear, hop), samples);
            }
        }
    }
}

/// Shares of a cross-fade of `length` samples from its sample `from` on.
fn fill_shares(shares: &mut [f32], from: usize, length: usize) {
    for (share, n) in shares.iter_mut().zip(from..) {
        *share = smooth_step(n as f32 / length as f32);
    }
}
