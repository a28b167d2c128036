//! Several jobs at a time.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// Does all jobs, `at_a_time` of them on threads of their own, or as many as there are processors. Outcomes are in the order
/// of the jobs.
pub fn perform_all<Job: Sync, Outcome: Send>(
    jobs: &[Job],
    at_a_time: Option<NonZeroUsize>,
    perform: impl Fn(&Job) -> Outcome + Sync,
) -> Vec<Outcome> {
    let processors = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let workers = at_a_time.map_or_else(processors, NonZeroUsize::get).min(jobs.len());
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Outcome)>> = Mutex::default();
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = jobs.get(index) else {
                break;
            };
            let outcome = perform(job);
            done.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((index, outcome));
        }
    };
    thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(work))));
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_is_done_once_and_outcomes_keep_their_order() {
        let jobs: Vec<usize> = (0..100).collect();
        for at_a_time in [
            None,
            NonZeroUsize::new(1),
            NonZeroUsize::new(7),
            NonZeroUsize::new(1000),
        ] {
            let doubled = perform_all(&jobs, at_a_time, |job| 2 * job);
            assert!(doubled.iter().enumerate().all(|(n, outcome)| *outcome == 2 * n) && doubled.len() == 100);
        }
        assert!(perform_all(&[0_u8; 0], None, |job| *job).is_empty());
    }
}
