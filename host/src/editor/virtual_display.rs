//! A screen that exists only in memory.

use super::screen::x_error;
use crate::Result;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Large enough for an editor at 4K.
const SCREEN: &str = "3840x2160x24";

/// An X server of the caller's own, until it is dropped: nobody's desktop is touched.
pub struct VirtualDisplay {
    server: Child,
    name: String,
}

impl VirtualDisplay {
    /// Starts Xvfb on a display that is free. `arguments` come after those that every editor needs.
    ///
    /// # Errors
    /// When Xvfb is not there or does not start.
    pub fn start(arguments: &[&str]) -> Result<Self> {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", SCREEN])
            .args(["-nolisten", "tcp", "-noreset"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| x_error(format!("cannot run Xvfb (Debian package xvfb): {error}")))?;
        let mut number = String::new();
        if let Some(output) = server.stdout.take() {
            // Without a line the next check fails.
            let _ = BufReader::new(output).read_line(&mut number);
        }
        let display = Self {
            server,
            name: format!(":{}", number.trim()),
        };
        match number.trim() {
            "" => Err(x_error("Xvfb did not start")),
            _ => Ok(display),
        }
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
