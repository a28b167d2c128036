//! acoustics
