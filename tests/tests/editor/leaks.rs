//! Opening and closing costs nothing that lasts.

use super::{bench, turn};
use std::fs;

/// Rounds that are measured, and rounds before, in which libraries load and caches fill.
const ROUNDS: usize = 50;
const WARM_UP: usize = 3;
/// Growth of resident memory that is allowed over all rounds, bytes.
const ALLOWED_GROWTH: u64 = 20_000_000;

/// Threads, open files, resident memory in bytes.
fn resources() -> [u64; 3] {
    let count = |directory| fs::read_dir(directory).unwrap().count() as u64;
    let status = fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = status.split_whitespace().nth(1).unwrap().parse().unwrap();
    [count("/proc/self/task"), count("/proc/self/fd"), 4096 * pages]
}

#[test]
fn fifty_times_open_and_closed() {
    let _turn = turn();
    let mut bench = bench(8);
    for _ in 0..WARM_UP {
        bench.open(None).unwrap();
        bench.close().unwrap();
    }
    let [threads, files, memory] = resources();
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        times.push(bench.open(None).unwrap());
        bench.close().unwrap();
    }
    let [threads_after, files_after, memory_after] = resources();
    let growth = memory_after.saturating_sub(memory);
    times.sort();
    println!(
        "opened in {:.0} ms (median of {ROUNDS}); memory grew by {:.1} MB",
        times[ROUNDS / 2].as_secs_f64() * 1e3,
        growth as f64 / 1e6
    );
    assert_eq!([threads_after, files_after], [threads, files], "threads, files");
    assert!(growth < ALLOWED_GROWTH, "{growth} bytes");
}
