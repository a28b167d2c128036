//! What the engine remembers for the room: long blocks of its inputs, and the work on the newest.
//!
//! Some megabytes, which only instances with a room need: they come with the room's filters.

use rustfft::FftPlanner;

use super::filters::{EARS, LONG_ORDER, RoomFilters};
use super::partitions::{Partitions, WORK_HOPS};
use crate::bins::{self, Folded};
use crate::design::FILTER_INPUTS;
use crate::engine::bank::TransformScratch;
use crate::engine::history::InputHistory;
use crate::engine::timing::Timing;

/// Inputs that share a transform. A hop of the work takes in one pair, and the last of them needs all.
const PAIR: usize = 2;
const _: () = assert!(PAIR * WORK_HOPS >= FILTER_INPUTS);

/// The sum that one set of filters is at work on.
pub(super) struct TailJob {
    pub(super) sum: Vec<Folded>,
    /// Whether nothing has been added yet; what the sum holds is then no part of it.
    pub(super) empty: bool,
    /// Ears that some sound reaches.
    pub(super) reached: [bool; EARS],
}

/// Long blocks of two rooms for each ear: one that is heard and one that follows it, or the first alone.
type LongBlocks = [[Vec<f32>; EARS]; 2];

/// Working memory for one [`Timing`].
pub struct RoomMemory {
    partitions: Partitions,
    /// The long block being gathered, and the one that is worked on, each input in [`LONG_ORDER`].
    gathered: Vec<Vec<f32>>,
    taken: Vec<Vec<f32>>,
    history: InputHistory,
    jobs: [TailJob; 2],
    finished: LongBlocks,
    playing: LongBlocks,
    scratch: TransformScratch,
}

impl RoomMemory {
    /// Memory for rooms of any length that an engine of this timing takes.
    #[must_use]
    pub fn new(timing: &Timing) -> Self {
        let partitions = Partitions::new(timing);
        let mut planner = FftPlanner::new();
        let block = partitions.long();
        let blocks = || vec![vec![0.0; block]; FILTER_INPUTS];
        let ears = || std::array::from_fn(|_| std::array::from_fn(|_| vec![0.0; block]));
        let reach = partitions.longest.saturating_sub(partitions.head());
        Self {
            gathered: blocks(),
            taken: blocks(),
            history: InputHistory::new(&mut planner, FILTER_INPUTS, block, reach),
            jobs: std::array::from_fn(|_| TailJob {
                sum: vec![Folded::default(); bins::folded_groups(2 * block)],
                empty: true,
                reached: [false; EARS],
            }),
            finished: ears(),
            playing: ears(),
            scratch: TransformScratch::new(&mut planner, block),
            partitions,
        }
    }

    /// Forgets everything.
    pub(super) fn reset(&mut self) {
        self.history.reset();
        self.begin_jobs();
    }

    /// Takes a hop of every filter input, number `hop` of the long block, times `gains` if there are any.
    pub(super) fn gather(&mut self, hop: usize, inputs: &[Vec<f32>], gains: Option<&[f32]>) {
        let at = hop * self.partitions.hop..(hop + 1) * self.partitions.hop;
        for (gathered, input) in self.gathered.iter_mut().zip(LONG_ORDER) {
            let (gathered, input) = (&mut gathered[at.clone()], &inputs[input]);
            match gains {
                Some(gains) => crate::samples::multiply(input, gains, gathered),
                None => gathered.copy_from_slice(input),
            }
        }
    }

    /// Plays from now on what was finished last.
    pub(super) fn play(&mut self) {
        std::mem::swap(&mut self.finished, &mut self.playing);
    }

    /// Begins work on the block that has been gathered.
    pub(super) fn turn(&mut self) {
        std::mem::swap(&mut self.gathered, &mut self.taken);
        self.history.begin();
        self.begin_jobs();
    }

    fn begin_jobs(&mut self) {
        for job in &mut self.jobs {
            (job.empty, job.reached) = (true, [false; EARS]);
        }
    }

    /// Does one of [`WORK_HOPS`] parts of the work for rooms that are heard, or about to be: at most two, none where there is
    /// no room.
    pub(super) fn step(&mut self, step: usize, rooms: &[Option<&RoomFilters>]) {
        let first = PAIR * step;
        if first < FILTER_INPUTS {
            self.history.push_from(first, &self.taken[first..first + PAIR]);
        }
        for ((room, job), finished) in rooms.iter().zip(&mut self.jobs).zip(&mut self.finished) {
            if let Some(room) = room {
                room.tail.step(step, WORK_HOPS, &self.history, job);
            }
            if step + 1 == WORK_HOPS {
                match room {
                    Some(room) => room.tail.finish(job, &mut self.scratch, finished),
                    None => finished.iter_mut().for_each(|block| block.fill(0.0)),
                }
            }
        }
    }

    /// Number `hop` of the block that is played: of the first room or of the second, at an ear.
    pub(super) fn played(&self, room: usize, ear: usize, hop: usize) -> &[f32] {
        &self.playing[room][ear][hop * self.partitions.hop..(hop + 1) * self.partitions.hop]
    }
}
