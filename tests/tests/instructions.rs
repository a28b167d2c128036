//! What the plugin's `process` costs in instructions, which repeat to a thousandth of a percent where times do not, and where
//! it gets to.
//!
//! Needs `cargo xtask bundle`, valgrind, and debug builds of the plugin and of the program `cost`, which knows its functions'
//! names.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use proscenium_tests::callgrind::{calls, profile};
use proscenium_tests::debug_library_path;
use std::path::Path;

/// Most instructions per second of audio at 48 kHz, millions: two percent above what is counted. With upmix a quarter of them is the
/// estimate of the centre.
const LIMITS: [(&str, f64); 5] = [
    ("4-drivers", 27.6),
    ("8-drivers", 28.7),
    ("16-drivers", 38.7),
    ("2-drivers-off", 16.3),
    ("preview-room", 47.4),
];
/// Most that the preview in a room may cost relative to the drivers of the same device.
const LARGEST_ROOM_RATIO: f64 = 2.0;

/// Samples of the blocks whose costliest counts, at 48 kHz: a block lasts 1.33 ms.
const BLOCK_S: f64 = 64.0 / 48_000.0;
/// Largest share of its duration that a block may take.
const LARGEST_SHARE: f64 = 0.05;
/// Instructions per second by which counts become times: a clock of 3 GHz, at which a laptop runs for long, times 3
/// instructions per cycle. Long renders of this code run at 10 to 11 instructions per nanosecond on the machine where the times
/// in the README were taken, so this leaves some room.
const REFERENCE_RATE: f64 = 3.0e9 * 3.0;
/// Cases at blocks of 64: the default device, the preset with most drivers, the most drivers that a device may have.
const SMALL_BLOCKS: [&str; 3] = ["4-drivers-64", "8-drivers-64", "16-drivers-64"];
/// The preview in a room at blocks of 64, on the long hops of the upmix and on short ones.
const SMALL_BLOCKS_IN_A_ROOM: [&str; 2] = ["preview-room-64", "preview-room-off-64"];

/// What `process` may call in the C library: the clock is read in user space. The mathematical library is free of locks,
/// allocations and system calls.
const HARMLESS: [&str; 5] = ["memcpy", "memmove", "memset", "memcmp", "clock_gettime"];
/// Files of which nothing else may be reached: the C library and the loader.
const SYSTEM_FILES: [&str; 3] = ["/libc.so", "/libpthread.so", "/ld-linux"];

#[test]
fn processing_stays_within_its_count() {
    let mut over = Vec::new();
    let mut counts = Vec::new();
    for (case, limit) in LIMITS {
        let millions = |seconds| profile(None, &["run", case, seconds], &[]).instructions as f64 / 1e6;
        let millions = millions("2") - millions("1");
        println!("{case}: {millions:.1} million instructions per second of audio, at most {limit}");
        assert!(millions > 1.0, "{case}: counted nothing");
        if millions > limit {
            over.push(format!("{case}: {millions:.1}, at most {limit}"));
        }
        counts.push((case, millions));
    }
    let of = |wanted: &str| {
        counts
            .iter()
            .find(|(case, _)| *case == wanted)
            .map_or(f64::NAN, |(_, count)| *count)
    };
    let ratio = of("preview-room") / of("4-drivers");
    println!("preview in a room: {ratio:.2} times the drivers, at most {LARGEST_ROOM_RATIO}");
    assert!(ratio <= LARGEST_ROOM_RATIO, "{ratio}");
    assert!(over.is_empty(), "{}", over.join("; "));
}

#[test]
fn no_block_of_64_takes_long() {
    let limit = (LARGEST_SHARE * BLOCK_S * REFERENCE_RATE) as u64;
    let mut counts = Vec::new();
    for case in SMALL_BLOCKS {
        // The first hop cross-fades too, from the output that an engine begins with.
        let steady = calls(&["run", case, "0.3"])[1];
        let fading = calls(&["exchange", case, "4"]);
        assert!(fading[2] > steady + steady / 10, "{case}: no later cross-fade was seen");
        counts.push((format!("{case} steady"), steady));
        counts.push((format!("{case} while filters cross-fade"), fading[0]));
    }
    for case in SMALL_BLOCKS_IN_A_ROOM {
        counts.push((format!("{case} steady"), calls(&["run", case, "0.5"])[1]));
    }
    counts.push((
        String::from("4-drivers-64 while everything moves"),
        calls(&["blocks", "0.03"])[0],
    ));
    let mut over = Vec::new();
    for (state, count) in counts {
        let share = 100.0 * count as f64 / REFERENCE_RATE / BLOCK_S;
        println!("{state}: costliest block {count} instructions, {share:.2} %, at most {limit}");
        if count > limit {
            over.push(format!("{state}: {count}, at most {limit}"));
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
