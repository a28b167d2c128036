//! Without a display or OpenGL there is no editor, but all else works.

use super::turn;
use proscenium_host::editor::VirtualDisplay;
use proscenium_tests::clap_path;
use std::process::Command;

/// A variable that leads the search for OpenGL drivers astray.
const NO_DRIVERS: [(&str, &str); 2] = [
    ("__EGL_VENDOR_LIBRARY_DIRS", "/nonexistent"),
    ("LIBGL_DRIVERS_PATH", "/nonexistent"),
];

/// An X server that knows nothing of OpenGL.
const NO_GLX: [&str; 2] = ["-extension", "GLX"];

/// Runs `no_editor`, which plays with and without an editor, and returns what it logged.
fn log_of(prepare: impl FnOnce(&mut Command)) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_no_editor"));
    program.arg(clap_path()).env_remove("NICE_LOG");
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

/// No OpenGL of any kind: neither drivers here nor the X server's.
#[test]
fn a_missing_opengl_is_named_in_the_log() {
    let turn = turn();
    let without_glx = VirtualDisplay::start(&NO_GLX).unwrap();
    for display in [turn.display.name(), without_glx.name()] {
        let log = log_of(|program| {
            program.env("DISPLAY", display).envs(NO_DRIVERS);
        });
        assert!(
            log.contains("The editor cannot open") && log.contains("OpenGL 3.2"),
            "{log}"
        );
    }
}

#[test]
fn an_opengl_that_is_too_old_is_named_in_the_log() {
    let turn = turn();
    let log = log_of(|program| {
        program
            .env("DISPLAY", turn.display.name())
            .env("MESA_GL_VERSION_OVERRIDE", "2.1");
    });
    assert!(
        log.contains("The editor cannot open") && log.contains("OpenGL 3.2"),
        "{log}"
    );
}

/// EGL does where the X server has no GLX.
#[test]
fn an_x_server_without_glx_is_enough() {
    let _turn = turn();
    let without_glx = VirtualDisplay::start(&NO_GLX).unwrap();
    // SAFETY: it is this test's turn.
    unsafe { std::env::set_var("DISPLAY", without_glx.name()) };
    assert!(super::open_bench(8).picture().unwrap().colors() > 100);
}
