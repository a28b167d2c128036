//! The debug build aborts when `process` allocates: it does not, and the guard would notice.

use proscenium_tests::debug_library_path;
use std::process::{Command, Output};

/// Names the environment variable with the fault that a debug build commits once in `process`.
const PLANT: &str = "PROSCENIUM_PLANT";

fn guarded() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guarded"));
    command.arg(debug_library_path()).env_remove(PLANT);
    command
}

fn describe(Output { status, stderr, .. }: &Output) -> String {
    format!("{status}: {}", String::from_utf8_lossy(stderr))
}

#[test]
fn process_does_not_allocate() {
    let output = guarded().output().unwrap();
    assert!(output.status.success(), "{}", describe(&output));
}

#[test]
fn planted_allocation_is_caught() {
    let output = guarded().env(PLANT, "allocation").output().unwrap();
    // Neither success nor an error that the program reports in its own words, but an abort.
    assert_eq!(output.status.code(), None, "{}", describe(&output));
}
