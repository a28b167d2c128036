//! Headless CLAP host.
