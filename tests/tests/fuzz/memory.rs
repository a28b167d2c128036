//! An allocator that counts what each thread holds, and refuses more than a parser may take.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// Most that one input may make a parser hold at a time, bytes.
pub const LIMIT: usize = 512 << 20;

thread_local! {
    /// The input that is being read, or none.
    static INPUT: Cell<Option<u64>> = const { Cell::new(None) };
    /// Bytes held on behalf of that input, now and at most. Negative where older memory was freed.
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

struct Limited;

#[global_allocator]
static ALLOCATOR: Limited = Limited;

/// Takes note of `change` bytes; whether they are within the limit.
fn note(change: isize) -> bool {
    // A thread that ends has no variables any more, and reads nothing.
    let Ok(Some(input)) = INPUT.try_with(Cell::get) else {
        return true;
    };
    let held = HELD.get() + change;
    if held > LIMIT as isize {
        INPUT.set(None);
        eprintln!("input {input} takes {held} bytes; allowed are {LIMIT}");
        return false;
    }
    HELD.set(held);
    PEAK.set(PEAK.get().max(held));
    true
}

// SAFETY: every request goes to the system's allocator as it is, or is refused.
unsafe impl GlobalAlloc for Limited {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !note(layout.size() as isize) {
            return std::ptr::null_mut();
        }
        // SAFETY: as this function's caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        note(-(layout.size() as isize));
        // SAFETY: as this function's caller promises.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // The old block may live on until the new one is filled.
        if !note(size as isize) {
            return std::ptr::null_mut();
        }
        note(-(layout.size() as isize));
        // SAFETY: as this function's caller promises.
        unsafe { System.realloc(memory, layout, size) }
    }
}

/// Does something on behalf of an input. Returns the most bytes that it held.
pub fn measured<R>(input: u64, act: impl FnOnce() -> R) -> (R, usize) {
    HELD.set(0);
    PEAK.set(0);
    INPUT.set(Some(input));
    let done = act();
    INPUT.set(None);
    (done, PEAK.get().max(0) as usize)
}

#[test]
fn memory_is_counted_and_limited() {
    let (_, peak) = measured(0, || drop(std::hint::black_box(vec![0_u8; 1000])));
    assert!((1000..2000).contains(&peak), "{peak}");
    let (refused, _) = measured(0, || Vec::<u8>::new().try_reserve_exact(LIMIT + 1).is_err());
    assert!(refused);
}
