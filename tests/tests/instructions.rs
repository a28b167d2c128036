//! What the plugin's `process` costs in instructions, which repeat to a thousandth of a percent where times do not.
//!
//! Needs `cargo xtask bundle`, valgrind, and the program `cost` of a debug build, which knows the functions' names.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(clippy::unwrap_used)] // A failed set-up is a failed test.

use proscenium_tests::{clap_path, debug_program_path};
use std::process::Command;

/// Most instructions per second of audio at 48 kHz, millions.
const LIMITS: [(&str, f64); 4] = [
    ("4-drivers", 37.5),
    ("8-drivers", 46.5),
    ("16-drivers", 67.5),
    ("2-drivers-off", 30.5),
];

/// Instructions within `process` for that many seconds of a case, millions.
fn instructions(case: &str, seconds: u32) -> f64 {
    let program = debug_program_path("cost", "cargo build --package proscenium-tests");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=*plugin_process*"])
        .arg("--callgrind-out-file=/dev/null")
        .arg(program)
        .arg(clap_path())
        .args(["run", case, &seconds.to_string()])
        .output()
        .unwrap_or_else(|error| panic!("cannot run valgrind (Debian package valgrind): {error}"));
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text.lines().find_map(|line| line.split_once("Collected : "));
    let (_, count) = collected.unwrap_or_else(|| panic!("{text}"));
    count.trim().parse::<f64>().unwrap() / 1e6
}

#[test]
fn processing_stays_within_its_count() {
    let mut over = Vec::new();
    for (case, limit) in LIMITS {
        let millions = instructions(case, 2) - instructions(case, 1);
        println!("{case}: {millions:.1} million instructions per second of audio, at most {limit}");
        assert!(millions > 1.0, "{case}: counted nothing");
        if millions > limit {
            over.push(format!("{case}: {millions:.1}, at most {limit}"));
        }
    }
    assert!(over.is_empty(), "{}", over.join("; "));
}
