//! The program `proscenium` beside the plugin: the same parameters, and the same samples as an offline bounce.

#![allow(clippy::unwrap_used)] // A failed set-up is a failed test.

mod bounce;
mod parameters;
