//! The real editor in a window: what a person sees and does, and what reaches the host.
//!
//! Needs `cargo xtask bundle`, Xvfb (each test has an X server of its own), for planted faults
//! `cargo build --package proscenium` and, for the standalone program,
//! `cargo build --package proscenium --features standalone`.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)] // A failed set-up is a failed test.

mod devices;
mod faults;
mod gestures;
mod keys;
mod leaks;
mod standalone;
mod window;
mod without_display;

use proscenium_host::ClapHost;
use proscenium_host::editor::{EditorBench, LAYOUT_VARIABLE, VirtualDisplay};
use proscenium_tests::clap_path;
use proscenium_tests::signals::programme;
use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The screen, pointer and keyboard of one test. Tests take turns: the environment says which screen it is.
struct Turn {
    display: VirtualDisplay,
    _turn: MutexGuard<'static, ()>,
}

/// Waits for the others' turns to end, and starts an X server.
fn turn() -> Turn {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let display = VirtualDisplay::start(&[]).unwrap();
    let layout = file("layout.json");
    // A layout of another test's editor would be misleading.
    let _ = fs::remove_file(&layout);
    // The plugin's library looks for the place of its log when it is first loaded.
    let variables = [
        ("DISPLAY", display.name().into()),
        (LAYOUT_VARIABLE, layout),
        ("NICE_LOG", file("log")),
    ];
    for (name, value) in variables {
        // SAFETY: who reads or changes the environment has the turn: tests, and threads that end before their turn does.
        unsafe { std::env::set_var(name, value) };
    }
    Turn { display, _turn: turn }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // A panic on the window's thread ends neither the host nor, by itself, the test.
        let log = fs::read_to_string(file("log")).unwrap_or_default();
        if !std::thread::panicking() {
            assert!(!log.contains("panicked"), "{log}");
        }
    }
}

/// A temporary file of this process.
fn file(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("proscenium-editor-{}-{name}", std::process::id()))
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
