//! Without a display or OpenGL there is no editor, but all else works.

use super::turn;
use proscenium_tests::clap_path;
use std::process::Command;

/// A variable that leads the search for OpenGL drivers astray.
const NO_DRIVERS: [(&str, &str); 2] = [
    ("__EGL_VENDOR_LIBRARY_DIRS", "/nonexistent"),
    ("LIBGL_DRIVERS_PATH", "/nonexistent"),
];

/// Runs `no_editor`, which plays with and without an editor, and returns what it logged.
fn log_of(prepare: impl FnOnce(&mut Command)) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_no_editor"));
    program.arg(clap_path());
    prepare(&mut program);
    let output = program.output().unwrap();
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{}: {log}", output.status);
    assert!(!log.contains("panicked"), "{log}");
    log
}

#[test]
fn a_missing_display_is_named_in_the_log() {
    for display in [None, Some(":987")] {
        let log = log_of(|program| {
            match display {
                Some(display) => program.env("DISPLAY", display),
                None => program.env_remove("DISPLAY"),
            };
        });
        assert!(
            log.contains("The editor cannot open") && log.contains("X11 display"),
            "{log}"
        );
    }
}

#[test]
fn missing_drivers_are_named_in_the_log() {
    let _turn = turn();
    let log = log_of(|program| {
        program.envs(NO_DRIVERS);
    });
    assert!(
        log.contains("The editor cannot open") && log.contains("OpenGL 3.2"),
        "{log}"
    );
}
