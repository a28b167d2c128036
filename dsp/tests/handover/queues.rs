//! The queues themselves: 100,000 swaps of small sets whose contents tell whether they are whole.

use crate::MANY;
use crate::watch::on_audio_thread;
use proscenium_dsp::engine::Handover;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

/// What stands in a set that has been freed.
const FREED: u32 = u32::MAX;

/// A set that says its number all over, and counts itself out when it is freed.
struct Set {
    number: u32,
    contents: Vec<u32>,
    alive: Arc<AtomicU32>,
}

impl Set {
    fn new(number: u32, alive: &Arc<AtomicU32>) -> Arc<Self> {
        alive.fetch_add(1, Ordering::Relaxed);
        Arc::new(Self {
            number,
            contents: vec![number; 64],
            alive: Arc::clone(alive),
        })
    }

    fn assert_whole(&self) {
        assert!(self.contents.iter().all(|&x| x == self.number), "torn or freed");
    }
}

impl Drop for Set {
    fn drop(&mut self) {
        self.contents.fill(FREED);
        std::hint::black_box(&self.contents);
        self.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

type Queues = Handover<u32, Arc<Set>>;

/// Swaps sets `swaps` times between a maker and an audio thread that gives them back with `let_go`.
fn stress(swaps: u32, let_go: fn(&Queues, Arc<Set>) -> Result<(), Arc<Set>>) {
    let alive = Arc::new(AtomicU32::new(0));
    let handover = Queues::default();
    let playing = AtomicBool::new(true);
    let first = Set::new(0, &alive);
    thread::scope(|scope| {
        scope.spawn(|| {
            while playing.load(Ordering::Acquire) {
                if let Some(number) = handover.take_request() {
                    handover.publish(Set::new(number, &alive));
                } else {
                    thread::yield_now();
                }
                handover.free_retired();
            }
        });
        let audio = scope.spawn(|| {
            let play = || on_audio_thread(|| play(&handover, first, swaps, let_go));
            let played = std::panic::catch_unwind(std::panic::AssertUnwindSafe(play));
            playing.store(false, Ordering::Release);
            played
        });
        if let Err(panic) = audio.join().unwrap() {
            std::panic::resume_unwind(panic);
        }
    });
    handover.free_retired();
    drop(handover);
    assert_eq!(alive.load(Ordering::Relaxed), 0, "leaked");
}

/// The audio thread: asks for one set after the other, sometimes for several before one has come.
fn play(
    handover: &Queues,
    first: Arc<Set>,
    swaps: u32,
    let_go: fn(&Queues, Arc<Set>) -> Result<(), Arc<Set>>,
) -> Option<Arc<Set>> {
    let (mut heard, mut unreturned) = (first, None);
    let (mut requested, mut swapped) = (0, 0);
    while swapped < swaps || heard.number != requested || unreturned.is_some() {
        if swapped < swaps && requested - heard.number < 3 {
            requested += 1;
            handover.request(requested);
        }
        heard.assert_whole();
        if let Some(set) = unreturned.take() {
            let set: Arc<Set> = set;
            set.assert_whole();
            unreturned = let_go(handover, set).err();
        }
        if unreturned.is_none()
            && let Some(set) = handover.poll()
        {
            assert!(set.number > heard.number, "played after a later one");
            unreturned = Some(std::mem::replace(&mut heard, set));
            swapped += 1;
        } else {
            thread::yield_now();
        }
    }
    // Freed by whoever watches.
    Some(heard)
}

#[test]
fn one_hundred_thousand_sets_come_whole_and_in_order_and_are_freed_elsewhere() {
    stress(MANY, Queues::retire);
}

#[test]
#[should_panic(expected = "allocated or freed on the audio thread")]
fn a_set_freed_on_the_audio_thread_is_found() {
    stress(10, |_, set| {
        drop(set);
        Ok(())
    });
}

#[test]
#[should_panic(expected = "leaked")]
fn a_leak_is_found() {
    stress(10, |_, set| {
        std::mem::forget(set);
        Ok(())
    });
}

#[test]
#[should_panic(expected = "torn or freed")]
fn a_set_that_is_not_whole_is_found() {
    let mut set = Set::new(1, &Arc::default());
    Arc::get_mut(&mut set).unwrap().contents[63] = 2;
    set.assert_whole();
}
