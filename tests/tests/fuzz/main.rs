//! Everything that reads what others wrote, fed with damaged files: none may panic, take over a second or,
//! in release builds, over 512 MB.
//!
//! Inputs are made from valid files by mutations that know a little of their structure ([`mutate`]), each from its number
//! alone, so that any can be made again. 20,000 of them for each parser are part of `cargo test`. The long mode feeds a
//! million:
//!
//! ```text
//! PROSCENIUM_LONG=1 cargo test --release --package proscenium-tests --test fuzz -- --nocapture --test-threads 2
//! ```
//!
//! `PROSCENIUM_FUZZ_INPUT=NUMBER` feeds a single one, written to the temporary directory before, to whichever parser the
//! test's name selects. A failure says the number.
//!
//! A new parser is a module with `seeds`, `WORDS` and `read`, and its name in the list below.

#![allow(clippy::unwrap_used)] // A failed set-up is a failed test.

mod feed;
#[cfg(not(debug_assertions))]
mod memory;
mod mutate;

/// Memory is counted in release builds: in debug builds the plugin's framework has an allocator of its own.
#[cfg(debug_assertions)]
mod memory {
    pub fn measured<R>(_input: u64, act: impl FnOnce() -> R) -> (R, usize) {
        (act(), 0)
    }
}

/// Makes a test of each parser.
macro_rules! parsers {
    ($($name:ident),* $(,)?) => {$(
        mod $name;

        #[test]
        fn $name() {
            feed::feed(&feed::Parser {
                name: stringify!($name),
                seeds: $name::seeds(),
                words: $name::WORDS,
                read: $name::read,
            });
        }
    )*};
}

parsers!(device, osc, programme, session, sofa, state, wav);
