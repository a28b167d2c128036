//! The built program as users call it.

mod design;
mod devices;
mod engine;
mod export;
mod support;
