//! Proscenium on the command line, without a plugin host.
//!
//! Each command is a module with a function `run` that returns a [`report::Report`] or a [`failure::Failure`]; only `main`
//! prints. Nothing is overwritten unless asked for.

pub mod arguments;
pub mod design;
pub mod device_report;
pub mod device_source;
pub mod devices;
pub mod export;
pub mod failure;
pub mod filters;
pub mod head;
pub mod output_folder;
pub mod parameters;
pub mod programme;
pub mod render;
pub mod report;
pub mod room_source;
pub mod wave;
