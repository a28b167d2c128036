//! The program without a host.

use super::{file, turn};
use proscenium_host::editor::{Layout, ProgramWindow, Screen};
use proscenium_tests::debug_program_path;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Longest wait for anything that the program does.
const PATIENCE: Duration = Duration::from_secs(20);

/// Ends the program with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until there is something to be found.
fn wait_for<T>(what: &str, mut find: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = find() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}: not after {PATIENCE:?}");
        sleep(Duration::from_millis(100));
    }
}

#[test]
fn it_opens_takes_a_drag_and_closes_without_a_panic() {
    let _turn = turn();
    let log = file("standalone.log");
    let command = "cargo build --package proscenium --features standalone";
    let mut program = Command::new(debug_program_path("proscenium-standalone", command));
    program.args(["--backend", "dummy"]).env("NICE_LOG", &log);
    let child = program
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut running = Running(child.unwrap());
    let screen = Screen::connect().unwrap();
    let window: ProgramWindow = wait_for("window", || screen.window_titled("Proscenium").unwrap());
    let picture = || screen.picture(window.size).unwrap();
    wait_for("picture", || (picture().colors() > 100).then_some(()));
    let layout = wait_for("layout", Layout::read);
    let [x, y] = layout.middle("knob:width").unwrap();
    // Analysis ends, and nothing lies under the pointer.
    screen.point([2, 2]).unwrap();
    sleep(Duration::from_millis(2000));
    let before = picture();
    let pause = || {
        sleep(Duration::from_millis(20));
        Ok(())
    };
    screen.drag([x, y], [x, y - 60], pause).unwrap();
    screen.point([2, 2]).unwrap();
    sleep(Duration::from_millis(1000));
    let difference = before.difference(&picture());
    screen.ask_to_close(window).unwrap();
    let status = wait_for("end", || running.0.try_wait().unwrap());
    let log = fs::read_to_string(log).unwrap_or_default();
    assert!(status.success() && !log.contains("panicked"), "{status}: {log}");
    assert!(difference > 0.002, "{difference}");
}
