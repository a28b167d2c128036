//! What the demo shares with tests: how it reads a programme.

pub mod decode;
