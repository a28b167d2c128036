//! How good Proscenium is beside published methods: `cargo xtask bench quality`.
//!
//! Benchmark code only: nothing here is part of the plugin.

pub mod center;
pub mod scoreboard;
