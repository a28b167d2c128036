//! The hand-over under stress: real threads, the real queues, and an allocator that knows which thread is the audio thread.
//!
//! `PROSCENIUM_LONG=1` swaps 100,000 real filter sets under a running engine too, which takes a minute.

#![allow(clippy::unwrap_used)] // A failed set-up is a failed test.

mod engine;
mod queues;
mod watch;

/// Swaps that the long mode makes of everything.
const MANY: u32 = 100_000;

/// How often to do what takes long: [`MANY`] times if the environment asks for it.
fn many_or(few: u32) -> u32 {
    if std::env::var_os("PROSCENIUM_LONG").is_some() {
        MANY
    } else {
        few
    }
}
