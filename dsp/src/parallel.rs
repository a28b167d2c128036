//! Work on two threads, with results that do not depend on who did what.
//!
//! For designs and their analysis, which a user waits for while dragging a control. Two threads, since a host has use for
//! the other cores. Where the system grants no second thread, the first one does it all.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// `[value(0), …, value(count − 1)]`. Each thread takes `grain` neighbouring indices at a time; a grain should be worth
/// tens of microseconds.
///
/// # Panics
/// If `value` does.
pub(crate) fn map<R: Send>(count: usize, grain: usize, value: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let grain = grain.max(1);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let first = next.fetch_add(grain, Ordering::Relaxed);
            if first >= count {
                return done;
            }
            let values: Vec<R> = (first..count.min(first + grain)).map(&value).collect();
            done.push((first, values));
        }
    };
    if count <= grain {
        return (0..count).map(value).collect();
    }
    let mut chunks = thread::scope(|scope| {
        let helper = thread::Builder::new().spawn_scoped(scope, work);
        let mut chunks = work();
        if let Ok(helper) = helper {
            match helper.join() {
                Ok(others) => chunks.extend(others),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        chunks
    });
    chunks.sort_by_key(|(first, _)| *first);
    chunks.into_iter().flat_map(|(_, values)| values).collect()
}

/// Results of two unlike pieces of work.
///
/// # Panics
/// If one of them does.
pub(crate) fn join<A: Send, B>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B) -> (A, B) {
    // Lies where both threads can reach it, in case the second one never starts.
    let job = Mutex::new(Some(a));
    let take = || {
        let mut job = job.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        job.take()
    };
    let run = || take().map(|a| a());
    thread::scope(|scope| {
        let helper = thread::Builder::new().spawn_scoped(scope, run);
        let b = b();
        let helped = match helper.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(a)) => a,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => run(),
        };
        match helped {
            Some(a) => (a, b),
            None => unreachable!("only one of both takes the job"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_in_order_at_every_count_and_grain() {
        for count in [0, 1, 2, 7, 100] {
            for grain in [0, 1, 3, 100, 1000] {
                let expected: Vec<usize> = (0..count).map(|n| n * n).collect();
                assert_eq!(map(count, grain, |n| n * n), expected);
            }
        }
    }

    #[test]
    fn both_results_come_back() {
        let text = String::from("a");
        assert_eq!(join(|| text + "b", || 3), (String::from("ab"), 3));
    }

    #[test]
    fn a_panic_of_the_helper_is_passed_on() {
        let caught = std::panic::catch_unwind(|| join(|| assert_eq!(1, 2), || 3));
        assert!(caught.is_err());
    }
}
