//! engine

pub mod guard;
