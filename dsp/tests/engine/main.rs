//! The whole engine with real designs. One binary, so that it links once.

mod gains;
mod identify;
mod meters;
mod path;
mod room;
mod support;
