//! The built program as users call it.

#![allow(clippy::unwrap_used)] // A failed set-up is a failed test.

mod design;
mod devices;
mod engine;
mod export;
mod render;
mod report;
mod sofa;
mod support;
