//! What a room adds to the preview, in the form that the engine runs.

use std::sync::Arc;

use rustfft::{Fft, FftPlanner};

use super::memory::TailJob;
use super::partitions::Partitions;
use crate::bins::{self, Term};
use crate::design::FILTER_INPUTS;
use crate::engine::bank::{FilterBank, Fir, Route, TransformScratch};
use crate::engine::history::InputHistory;
use crate::engine::timing::Timing;

/// The ears.
pub(super) const EARS: usize = 2;

/// Order in which long blocks take the filter inputs: those of the full effects first. At full strength the others are silent,
/// and two neighbours share a transform.
pub(super) const LONG_ORDER: [usize; FILTER_INPUTS] = [1, 3, 6, 7, 5, 0, 2, 4];

/// Immutable filters from the engine's filter inputs to the two ears, made off the audio thread for one [`Timing`].
pub struct RoomFilters {
    pub(super) head: FilterBank,
    pub(super) tail: TailBank,
    /// Samples after which the longest response has ended.
    pub(super) length: usize,
}

impl RoomFilters {
    /// Prepares the room's part of the preview, by filter input, with two outputs each: the left and the right ear. Filters
    /// that last longer than 1.6 s are cut off there.
    #[must_use]
    pub fn new(banks: &[Vec<Fir>; FILTER_INPUTS], timing: &Timing) -> Self {
        let partitions = Partitions::new(timing);
        let mut planner = FftPlanner::new();
        let (mut heads, mut tails) = (Vec::new(), Vec::new());
        let mut length = 0;
        for (input, firs) in banks.iter().enumerate() {
            for (ear, fir) in firs.iter().take(EARS).enumerate() {
                let whole = part(fir, 0, partitions.longest);
                length = length.max(whole.end());
                heads.push((input, ear, part(&whole, 0, partitions.head())));
                tails.push((input, ear, part(&whole, partitions.head(), partitions.longest)));
            }
        }
        let heads = heads.iter().map(|(input, ear, fir)| (*input, *ear, fir));
        Self {
            head: FilterBank::new(&mut planner, partitions.hop, EARS, heads),
            tail: TailBank::new(&mut planner, &partitions, &tails),
            length,
        }
    }
}

/// The part of a filter between two samples; it begins at the first.
fn part(fir: &Fir, from: usize, to: usize) -> Fir {
    let index = |sample: usize| sample.saturating_sub(fir.start).min(fir.taps.len());
    Fir {
        start: fir.start.saturating_sub(from),
        taps: fir.taps[index(from)..index(to.max(from))].to_vec(),
    }
}

/// The long partitions.
pub(super) struct TailBank {
    inverse: Arc<dyn Fft<f32>>,
    routes: Vec<Route>,
    /// What is to be added up, the oldest blocks first.
    terms: Vec<TailTerm>,
    /// The first term of the newest block.
    newest: usize,
}

/// One partition of a route.
struct TailTerm {
    route: usize,
    partition: usize,
    age: usize,
}

impl TailBank {
    fn new(planner: &mut FftPlanner<f32>, partitions: &Partitions, firs: &[(usize, usize, Fir)]) -> Self {
        let block = partitions.long();
        let forward = planner.plan_fft_forward(2 * block);
        let of_input = |(place, &input): (usize, &usize)| {
            let firs = firs.iter().filter(|(of, _, fir)| *of == input && !fir.is_silent());
            let firs = firs.map(|(_, ear, fir)| (*ear, fir));
            let sounds = firs.clone().next().is_some();
            sounds.then(|| Route::new(forward.as_ref(), block, place, firs))
        };
        let routes: Vec<Route> = LONG_ORDER.iter().enumerate().filter_map(of_input).collect();
        let groups = bins::folded_groups(2 * block);
        let mut terms = Vec::new();
        for (
            route,
            Route {
                spectra,
                first_partition,
                ..
            },
        ) in routes.iter().enumerate()
        {
            terms.extend((0..spectra.len() / groups).map(|partition| TailTerm {
                route,
                partition,
                age: first_partition + partition,
            }));
        }
        terms.sort_by_key(|term| (std::cmp::Reverse(term.age), term.route));
        Self {
            inverse: planner.plan_fft_inverse(2 * block),
            newest: terms.iter().position(|term| term.age == 0).unwrap_or(terms.len()),
            routes,
            terms,
        }
    }

    /// Adds up what is due in one of `steps` steps. The newest block must be there in the last.
    pub(super) fn step(&self, step: usize, steps: usize, history: &InputHistory, job: &mut TailJob) {
        let until = |step: usize| self.newest * step / steps;
        let to = if step + 1 == steps {
            self.terms.len()
        } else {
            until(step + 1)
        };
        let mut terms: [Term; bins::TERMS] = Default::default();
        let mut waiting = 0;
        for &TailTerm { route, partition, age } in &self.terms[until(step)..to] {
            let route = &self.routes[route];
            let Some(input) = history.spectrum(route.input, age) else {
                continue;
            };
            let groups = job.sum.len();
            terms[waiting] = (input, &route.spectra[partition * groups..(partition + 1) * groups]);
            waiting += 1;
            job.reached = [0, 1].map(|ear| job.reached[ear] | route.reaches[ear]);
            if waiting == terms.len() {
                bins::accumulate(&mut job.sum, &terms, job.empty);
                (waiting, job.empty) = (0, false);
            }
        }
        if waiting > 0 {
            bins::accumulate(&mut job.sum, &terms[..waiting], job.empty);
            job.empty = false;
        }
    }

    /// Writes one long block for each ear.
    pub(super) fn finish(&self, job: &TailJob, scratch: &mut TransformScratch, ears: &mut [Vec<f32>]) {
        scratch.write_pair(self.inverse.as_ref(), &job.sum, job.reached, ears);
    }
}
