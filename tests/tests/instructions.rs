//! What the plugin's `process` costs in instructions, which repeat to a thousandth of a percent where times do not, and where
//! it gets to.
//!
//! Needs `cargo xtask bundle`, valgrind, and debug builds of the plugin and of the program `cost`, which knows its functions'
//! names.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use proscenium_tests::callgrind::profile;
use proscenium_tests::debug_library_path;
use std::path::Path;

/// Most instructions per second of audio at 48 kHz, millions.
const LIMITS: [(&str, f64); 4] = [
    ("4-drivers", 37.5),
    ("8-drivers", 38.0),
    ("16-drivers", 67.5),
    ("2-drivers-off", 30.5),
];

/// What `process` may call in the C library: the clock is read in user space. The mathematical library is free of locks,
/// allocations and system calls.
const HARMLESS: [&str; 5] = ["memcpy", "memmove", "memset", "memcmp", "clock_gettime"];
/// Files of which nothing else may be reached: the C library and the loader.
const SYSTEM_FILES: [&str; 3] = ["/libc.so", "/libpthread.so", "/ld-linux"];

#[test]
fn processing_stays_within_its_count() {
    let mut over = Vec::new();
    for (case, limit) in LIMITS {
        let millions = |seconds| profile(None, &["run", case, seconds], &[]).instructions as f64 / 1e6;
        let millions = millions("2") - millions("1");
        println!("{case}: {millions:.1} million instructions per second of audio, at most {limit}");
        assert!(millions > 1.0, "{case}: counted nothing");
        if millions > limit {
            over.push(format!("{case}: {millions:.1}, at most {limit}"));
        }
    }
    assert!(over.is_empty(), "{}", over.join("; "));
}

/// Functions of the system that `process` reaches while every parameter moves and filters are exchanged, and should not.
fn harmful(plugin: Option<&Path>, environment: &[(&str, &str)]) -> Vec<String> {
    let functions = profile(plugin, &["blocks", "0.03"], environment).functions;
    assert!(functions.iter().any(|(_, name)| name.contains("plugin_process")));
    let of_system = |file: &str| SYSTEM_FILES.iter().any(|system| file.contains(system));
    // The host's own way to `process` shows as well, and the reading of a thread's variables.
    let is_harmless = |name: &str| {
        HARMLESS
            .iter()
            .any(|prefix| name.trim_start_matches('_').starts_with(prefix))
            || ["__libc_start", "(below main)", "__tls_get_addr"]
                .iter()
                .any(|known| name.starts_with(known))
    };
    let harmful = functions
        .into_iter()
        .filter(|(file, name)| of_system(file) && !is_harmless(name));
    harmful.map(|(file, name)| format!("{name} ({file})")).collect()
}

/// The release build neither allocates nor waits for a lock nor calls the system otherwise.
#[test]
fn process_keeps_away_from_the_system() {
    let found = harmful(None, &[]);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_planted_system_call_is_found() {
    let found = harmful(Some(&debug_library_path()), &[("PROSCENIUM_PLANT", "system call")]);
    assert!(found.iter().any(|name| name.starts_with("sched_yield")), "{found:#?}");
}
