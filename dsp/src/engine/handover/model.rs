//! The hand-over under a model checker: every interleaving of the audio thread and a maker.
//!
//! Loom cannot see into crossbeam's queues. What is checked is the protocol on top, over a queue with the same contract:
//! bounded, first in first out, every operation at one moment. That crossbeam's keeps this contract is left to its authors
//! and to the stress test in `tests/handover.rs`. The audio thread here treats goods as `Swap` does: what is heard, what
//! waits, what could not be given back yet.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

use loom::thread::{self, ThreadId};

use super::Handover;
use super::queue::{Queue, Queues};

/// Requests that the audio thread makes; the number of interleavings grows twentyfold with each.
const REQUESTS: usize = 4;

/// What a full queue does with a newcomer that is to be let in.
pub trait WhenFull {
    /// Whether the oldest item makes room, as it must.
    const OLDEST_GOES: bool;
}

/// As the contract says.
pub struct Right;
/// A planted fault: the newest is lost.
pub struct Wrong;

impl WhenFull for Right {
    const OLDEST_GOES: bool = true;
}

impl WhenFull for Wrong {
    const OLDEST_GOES: bool = false;
}

/// A queue that loom sees into: the lock is held for one operation, so that each takes effect at one moment.
pub struct Modelled<T, W> {
    items: loom::sync::Mutex<VecDeque<T>>,
    capacity: usize,
    when_full: PhantomData<W>,
}

impl<W: WhenFull> Queues for W {
    type Of<T> = Modelled<T, W>;
}

impl<T, W> Modelled<T, W> {
    fn with<R>(&self, act: impl FnOnce(&mut VecDeque<T>) -> R) -> R {
        act(&mut self.items.lock().unwrap())
    }
}

impl<T, W: WhenFull> Queue<T> for Modelled<T, W> {
    fn bounded(capacity: usize) -> Self {
        Self {
            items: loom::sync::Mutex::new(VecDeque::new()),
            capacity,
            when_full: PhantomData,
        }
    }

    fn push(&self, item: T) -> Result<(), T> {
        self.with(|items| {
            if items.len() == self.capacity {
                return Err(item);
            }
            items.push_back(item);
            Ok(())
        })
    }

    fn force_push(&self, item: T) -> Option<T> {
        self.with(|items| {
            if items.len() < self.capacity {
                items.push_back(item);
                None
            } else if W::OLDEST_GOES {
                items.push_back(item);
                items.pop_front()
            } else {
                Some(item)
            }
        })
    }

    fn pop(&self) -> Option<T> {
        self.with(VecDeque::pop_front)
    }

    fn is_full(&self) -> bool {
        self.with(|items| items.len() == self.capacity)
    }
}

/// What became of every set that was made.
#[derive(Default)]
struct Ledger(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    audio_thread: Option<ThreadId>,
    made: usize,
    freed: usize,
    freed_on_audio_thread: bool,
}

impl Ledger {
    fn enter<R>(&self, act: impl FnOnce(&mut Entries) -> R) -> R {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Filters made for the request of that number; tells the ledger when it is freed.
struct Set {
    number: usize,
    ledger: Arc<Ledger>,
}

impl Set {
    fn new(number: usize, ledger: &Arc<Ledger>) -> Arc<Self> {
        ledger.enter(|entries| entries.made += 1);
        let ledger = Arc::clone(ledger);
        Arc::new(Self { number, ledger })
    }
}

impl Drop for Set {
    fn drop(&mut self) {
        let here = thread::current().id();
        self.ledger.enter(|entries| {
            entries.freed += 1;
            entries.freed_on_audio_thread |= entries.audio_thread == Some(here);
        });
    }
}

type Tested<Q> = Handover<usize, Arc<Set>, Q>;

/// What the audio thread does with a set that is no longer heard.
type LetGo<Q> = fn(&Tested<Q>, Arc<Set>) -> Result<(), Arc<Set>>;

/// The audio thread: what is heard and what could not be given back yet.
struct Player<Q: Queues> {
    heard: Arc<Set>,
    unreturned: Option<Arc<Set>>,
    let_go: LetGo<Q>,
}

impl<Q: Queues> Player<Q> {
    /// One block.
    fn play(&mut self, handover: &Tested<Q>) {
        if let Some(set) = self.unreturned.take() {
            self.unreturned = (self.let_go)(handover, set).err();
        }
        if self.unreturned.is_none()
            && let Some(set) = handover.poll()
        {
            assert!(set.number > self.heard.number, "played after a later one");
            self.unreturned = Some(std::mem::replace(&mut self.heard, set));
        }
    }
}

/// The maker: does whatever there is to do.
fn serve<Q: Queues>(handover: &Tested<Q>, ledger: &Arc<Ledger>) {
    if let Some(number) = handover.take_request() {
        handover.publish(Set::new(number, ledger));
    }
    handover.free_retired();
}

/// All interleavings of an audio thread that makes requests and a maker who looks for them as often.
fn check<Q: Queues + 'static>(let_go: LetGo<Q>)
where
    Tested<Q>: Send + Sync,
{
    loom::model(move || {
        let ledger = Arc::new(Ledger::default());
        // Room for one, so that the way back is sometimes closed.
        let handover = Arc::new(Tested::<Q>::with_room(1));
        let mut player = Player {
            heard: Set::new(0, &ledger),
            unreturned: None,
            let_go,
        };
        let audio = {
            let (handover, ledger) = (Arc::clone(&handover), Arc::clone(&ledger));
            thread::spawn(move || {
                ledger.enter(|entries| entries.audio_thread = Some(thread::current().id()));
                for number in 1..=REQUESTS {
                    handover.request(number);
                    player.play(&handover);
                }
                player
            })
        };
        for _ in 0..REQUESTS {
            serve(&handover, &ledger);
        }
        let mut player = audio.join().unwrap();
        // The maker looks again, and audio goes on: what was asked for last is what is heard.
        for _ in 0..2 {
            serve(&handover, &ledger);
            player.play(&handover);
        }
        assert_eq!(player.heard.number, REQUESTS, "the latest request is lost");
        drop((player, handover));
        ledger.enter(|entries| {
            assert!(!entries.freed_on_audio_thread, "freed on the audio thread");
            assert_eq!(entries.freed, entries.made, "leaked");
        });
    });
}

#[test]
fn the_latest_request_is_heard_and_nothing_leaks_or_is_freed_on_the_audio_thread() {
    check::<Right>(Handover::retire);
}

#[test]
#[should_panic(expected = "freed on the audio thread")]
fn a_set_freed_on_the_audio_thread_is_found() {
    check::<Right>(|_, set| {
        drop(set);
        Ok(())
    });
}

#[test]
#[should_panic(expected = "leaked")]
fn a_leak_is_found() {
    check::<Right>(|_, set| {
        std::mem::forget(set);
        Ok(())
    });
}

#[test]
#[should_panic(expected = "the latest request is lost")]
fn a_lost_request_or_set_is_found() {
    check::<Wrong>(Handover::retire);
}
