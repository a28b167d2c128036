//! The program without a host.

use super::turn;
use proscenium_host::editor::Screen;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The window's size, pixels; it opens at the corner of a screen without a window manager.
const SIZE: [u32; 2] = [1100, 720];

fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let path = test.ancestors().nth(2).unwrap().join("proscenium-standalone");
    let command = "cargo build --package proscenium --features standalone";
    assert!(path.exists(), "{} is missing: run `{command}` first", path.display());
    path
}

#[test]
fn it_opens_takes_a_drag_and_logs_no_panic() {
    let _turn = turn();
    let mut child = Command::new(program())
        .args(["--backend", "dummy"])
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let screen = Screen::connect().unwrap();
    let begun = Instant::now();
    while screen.picture(SIZE).unwrap().colors() < 100 {
        assert!(begun.elapsed() < Duration::from_secs(20), "no window");
        sleep(Duration::from_millis(100));
    }
    sleep(Duration::from_millis(1500));
    screen.point([550, 400]).unwrap();
    sleep(Duration::from_millis(600));
    let before = screen.picture(SIZE).unwrap();
    // The first knob in the row.
    screen
        .drag([66, 640], [66, 580], || {
            sleep(Duration::from_millis(20));
            Ok(())
        })
        .unwrap();
    screen.point([550, 400]).unwrap();
    sleep(Duration::from_millis(1000));
    let after = screen.picture(SIZE).unwrap();
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(!log.contains("panicked"), "{log}");
    assert!(before.difference(&after) > 0.002, "{}", before.difference(&after));
}
