//! What CLAP lets a host do, done to the built plugin in every way: at random, in every order, by two threads, with broken
//! states. The host crate judges the outcome: samples unwritten, not finite, subnormal, out of bounds; inputs changed;
//! latency or rescans told at a time or from a thread where CLAP forbids it. Its unit tests plant each of these faults.
//!
//! Random tests start from fixed seeds, so every run is the same. Environment variables change that:
//!
//! - `PROSCENIUM_CONFORMANCE_SEED`: another seed, to repeat what failed. A failure prints its seed and last steps.
//! - `PROSCENIUM_CONFORMANCE_SECONDS`: the long mode. Each random test goes on for that long, with a new seed each round,
//!   printed at once. An hour, all tests side by side:
//!
//!   ```text
//!   PROSCENIUM_CONFORMANCE_SECONDS=3600 cargo test --package proscenium-tests --test conformance -- --test-threads 16
//!   ```
//! - `PROSCENIUM_CONFORMANCE_TRACE`: prints every step as it begins, for a plugin that takes the whole process down.
//!
//! Needs `cargo xtask bundle`.

#![allow(clippy::unwrap_used)] // A failed set-up is a failed test.

mod automation;
mod dice;
mod latency;
mod modes;
mod order;
mod ports;
mod reset;
mod rounds;
mod states;
mod subject;
mod threads;
mod walk;
