//! The built plugin, set up for a test.

use proscenium_host::{ClapHost, ParamEvent, RenderJob, Rendered};
use std::path::{Path, PathBuf};

/// A fresh plugin instance. Set-up that fails ends the test with the reason.
pub struct Rig {
    /// The plugin in its host.
    pub host: ClapHost,
}

impl Rig {
    /// The stereo plugin with the given number of output channels.
    ///
    /// # Panics
    /// When the bundle is missing or the plugin lacks that layout.
    #[must_use]
    pub fn new(output_channels: u32) -> Self {
        let mut rig = Self::load(None);
        rig.host
            .select_output_channels(output_channels)
            .unwrap_or_else(|error| panic!("{error}"));
        rig
    }

    /// The plugin of that id, in its default layout.
    ///
    /// # Panics
    /// When the bundle is missing or holds no such plugin.
    #[must_use]
    pub fn load(id: Option<&str>) -> Self {
        Self {
            host: ClapHost::load(clap_path(), id).unwrap_or_else(|error| panic!("{error}")),
        }
    }

    /// Sets parameters by text: at once while inactive, else with the next block.
    ///
    /// # Panics
    /// When the plugin does not know a parameter or text.
    #[must_use]
    pub fn with(mut self, settings: &[(&str, &str)]) -> Self {
        for (name, text) in settings {
            self.host.set_text(name, text).unwrap_or_else(|error| panic!("{error}"));
        }
        self
    }

    /// Parameter events from (frame, name, text).
    ///
    /// # Panics
    /// When the plugin does not know a parameter or text.
    pub fn events(&mut self, events: &[(usize, &str, &str)]) -> Vec<ParamEvent> {
        let make = |&(frame, name, text): &(usize, &str, &str)| self.host.event(frame, name, text);
        events
            .iter()
            .map(make)
            .collect::<Result<_, _>>()
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Renders, and insists that every sample was written and is usable.
    ///
    /// # Panics
    /// When the plugin fails or leaves faulty samples.
    pub fn render(&mut self, job: &RenderJob) -> Rendered {
        let rendered = self.host.render(job).unwrap_or_else(|error| panic!("{error}"));
        assert!(rendered.faults.is_none(), "{}", rendered.faults);
        rendered
    }
}

/// The bundled CLAP: `PROSCENIUM_CLAP`, or the one under cargo's target directory.
///
/// # Panics
/// When it has not been built.
#[must_use]
pub fn clap_path() -> PathBuf {
    let path = match std::env::var_os("PROSCENIUM_CLAP") {
        Some(path) => PathBuf::from(path),
        None => target_dir().join("bundled").join("Proscenium.clap"),
    };
    assert!(
        path.exists(),
        "{} is missing: run `cargo xtask bundle` first",
        path.display()
    );
    path
}

/// The plugin's library as a debug build makes it, with the allocation guard on; loads as a CLAP.
///
/// # Panics
/// When it has not been built.
#[must_use]
pub fn debug_library_path() -> PathBuf {
    let name = format!(
        "{}proscenium{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    );
    let path = target_dir().join("debug").join(name);
    assert!(
        path.exists(),
        "{} is missing: run `cargo build --package proscenium` first",
        path.display()
    );
    path
}

/// A program of a debug build.
///
/// # Panics
/// When it has not been built; `command` is what would build it.
#[must_use]
pub fn debug_program_path(name: &str, command: &str) -> PathBuf {
    let path = target_dir()
        .join("debug")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(path.exists(), "{} is missing: run `{command}` first", path.display());
    path
}

/// Cargo's target directory: the one that holds the running test as `debug/deps/name`.
fn target_dir() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_else(|error| panic!("{error}"));
    program
        .ancestors()
        .nth(3)
        .map(Path::to_owned)
        .unwrap_or_else(|| panic!("moved out of the target directory"))
}
