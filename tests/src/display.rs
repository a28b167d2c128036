//! A screen that exists only in memory, for the editor. Linux only.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Large enough for an editor at 4K.
const SCREEN: &str = "3840x2160x24";

/// An X server of a test's own, until it is dropped: nobody's desktop is touched.
pub struct VirtualDisplay {
    server: Child,
    name: String,
}

impl VirtualDisplay {
    /// Starts Xvfb on a display that is free, with arguments beside those that every test needs.
    ///
    /// # Panics
    /// When Xvfb is not there or does not start.
    #[must_use]
    pub fn start(arguments: &[&str]) -> Self {
        let server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                SCREEN,
                "-nolisten",
                "tcp",
                "-noreset",
            ])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut server = server.unwrap_or_else(|error| panic!("cannot run Xvfb (Debian package xvfb): {error}"));
        let mut number = String::new();
        if let Some(output) = server.stdout.take() {
            // Without a line the next check fails.
            let _ = BufReader::new(output).read_line(&mut number);
        }
        let display = Self {
            server,
            name: format!(":{}", number.trim()),
        };
        assert!(display.name.len() > 1, "Xvfb did not start");
        display
    }

    /// What the environment variable DISPLAY must say.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for VirtualDisplay {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
