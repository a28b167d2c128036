//! Runs the program.

use serde_json::Value;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// What the program said and how it ended.
#[derive(Debug)]
pub struct Run {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

/// Runs the program in a folder.
pub fn run_in(folder: &Path, arguments: &[impl AsRef<OsStr>]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_proscenium"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    Run {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap(),
    }
}

/// Starts the program in a folder and does not wait for it.
pub fn start_in(folder: &Path, arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proscenium"));
    command.args(arguments).current_dir(folder);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Runs the program where it writes nothing.
pub fn run(arguments: &[&str]) -> Run {
    run_in(Path::new("."), arguments)
}

impl Run {
    /// Asserts that all went well.
    pub fn succeeds(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }

    /// Asserts a failure that is told in one line, with a hint and all of `words`.
    pub fn fails(self, code: i32, words: &[&str]) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
        assert!(
            self.stderr.starts_with("error: ") && self.stderr.contains("(hint: "),
            "{self:?}"
        );
        for word in words {
            assert!(self.stderr.contains(word), "{word}: {self:?}");
        }
        self
    }

    /// What it printed for machines.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Sample rate in hertz and channels of a WAV file of floats.
pub fn read_wave(path: &Path) -> (u32, Vec<Vec<f32>>) {
    let mut reader = hound::WavReader::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let spec = reader.spec();
    let mut channels = vec![Vec::new(); spec.channels.into()];
    for (n, sample) in reader.samples::<f32>().enumerate() {
        channels[n % usize::from(spec.channels)].push(sample.unwrap());
    }
    (spec.sample_rate, channels)
}
