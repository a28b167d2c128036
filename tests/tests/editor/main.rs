//! The real editor in a window: what a person sees and does, and what reaches the host.
//!
//! Needs `cargo xtask bundle`, an X server (`cargo xtask test` starts one in memory) and, for the standalone program,
//! `cargo build --package proscenium --features standalone`.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)] // A failed set-up is a failed test.

mod gestures;
mod keys;
mod leaks;
mod standalone;
mod window;
mod without_display;

use proscenium_host::ClapHost;
use proscenium_host::editor::{EditorBench, LAYOUT_VARIABLE};
use proscenium_tests::clap_path;
use proscenium_tests::signals::programme;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

/// There is one screen, one pointer and one keyboard: tests take turns.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    static NAMED: Once = Once::new();
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    NAMED.call_once(|| {
        let file = std::env::temp_dir().join(format!("proscenium-layout-{}.json", std::process::id()));
        // SAFETY: all other tests wait for their first turn, so no other thread looks at the environment.
        unsafe { std::env::set_var(LAYOUT_VARIABLE, file) };
    });
    assert!(
        std::env::var_os("DISPLAY").is_some(),
        "no X server: run `cargo xtask test`, or start Xvfb and set DISPLAY"
    );
    turn
}

/// The plugin on `channels` output channels, playing noise.
fn bench(channels: u32) -> EditorBench {
    let mut host = ClapHost::load(clap_path(), None).unwrap();
    host.select_output_channels(channels).unwrap();
    EditorBench::new(host, programme(48_000)).unwrap()
}

/// The same with the editor open.
fn open_bench(channels: u32) -> EditorBench {
    let mut bench = bench(channels);
    bench.open(None).unwrap();
    bench
}
