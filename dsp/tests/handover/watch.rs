//! An allocator that counts what is allocated and freed on threads that play the audio thread.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// Whether this thread is the audio thread at this moment, and what it has asked of the allocator as such.
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    static CALLS: Cell<u32> = const { Cell::new(0) };
}

struct Watching;

#[global_allocator]
static ALLOCATOR: Watching = Watching;

/// Counts the call if the thread is watched.
fn note() {
    // A thread that ends has no variables any more, and is not watched.
    let watched = WATCHED.try_with(Cell::get).unwrap_or(false);
    if watched {
        CALLS.with(|calls| calls.set(calls.get() + 1));
    }
}

// SAFETY: every request goes to the system's allocator as it is.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note();
        // SAFETY: as this function's caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        note();
        // SAFETY: as this function's caller promises.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// Does what the audio thread does, and insists that it neither allocates nor frees.
pub fn on_audio_thread<R>(act: impl FnOnce() -> R) -> R {
    CALLS.set(0);
    WATCHED.set(true);
    let done = act();
    WATCHED.set(false);
    assert_eq!(CALLS.get(), 0, "allocated or freed on the audio thread");
    done
}

#[test]
#[should_panic(expected = "allocated or freed on the audio thread")]
fn an_allocation_on_the_audio_thread_is_found() {
    on_audio_thread(|| drop(std::hint::black_box(Box::new(1))));
}
