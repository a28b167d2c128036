//! The built CLAP in a headless host. One binary, so that it links once.
//!
//! Needs `cargo xtask bundle`; the guard's tests also need `cargo build --package proscenium`.

#![allow(clippy::unwrap_used)] // A failed set-up is a failed test.

mod events;
mod guard;
mod latency;
mod layouts;
mod lifecycle;
mod parameters;
mod rates;
mod robustness;
mod room;
mod sessions;
mod state;
mod tracking;
