//! Where a command writes: new files only, each under its name not before it is complete.

use crate::failure::Failure;
use crate::wave::{WaveFormat, WaveWriter};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What a file is called until it is complete: its name with this at the end.
pub const UNFINISHED: &str = ".part";

/// A folder to write to.
#[derive(Debug, Clone)]
pub struct OutputFolder {
    path: PathBuf,
    force: bool,
}

/// A file that is being written.
#[derive(Debug)]
pub struct NewFile {
    path: PathBuf,
    unfinished: PathBuf,
}

impl OutputFolder {
    /// Makes the folder if need be. With `force`, files that exist are overwritten.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new(path: &Path, force: bool) -> Result<Self, Failure> {
        fs::create_dir_all(path).map_err(|error| {
            Failure::file(
                format!("cannot make {}: {error}", path.display()),
                "choose another folder",
            )
        })?;
        Ok(Self {
            path: path.to_owned(),
            force,
        })
    }

    /// The path of a file in it.
    #[must_use]
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Makes sure that none of these files would be overwritten.
    ///
    /// # Errors
    /// When one exists, unless overwriting was asked for.
    pub fn require_absent<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<(), Failure> {
        let paths = names.into_iter().map(|name| self.join(name));
        match paths.into_iter().find(|path| !self.force && path.exists()) {
            Some(path) => Err(Failure::file(
                format!("{} exists", path.display()),
                "give --force to overwrite it, or another folder",
            )),
            None => Ok(()),
        }
    }

    /// Begins a file; what is written goes to another name until [`NewFile::finish`].
    ///
    /// # Errors
    /// When the file exists, unless overwriting was asked for, and when it cannot be made.
    pub fn begin(&self, name: &str) -> Result<(NewFile, File), Failure> {
        self.require_absent([name])?;
        let path = self.join(name);
        let unfinished = self.join(&format!("{name}{UNFINISHED}"));
        let file = File::create(&unfinished).map_err(|error| cannot_write(&unfinished, &error))?;
        Ok((NewFile { path, unfinished }, file))
    }

    /// Writes a whole file.
    ///
    /// # Errors
    /// As for [`OutputFolder::begin`], and when the disk is full.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let (new, mut file) = self.begin(name)?;
        let written = file.write_all(bytes);
        drop(file);
        new.finish(written)
    }

    /// Writes a whole WAV file of 32-bit floats, one channel for each of `planes`.
    ///
    /// # Errors
    /// As for [`OutputFolder::write`].
    pub fn write_wave(&self, name: &str, sample_rate_hz: u32, planes: &[Vec<f32>]) -> Result<(), Failure> {
        let (new, file) = self.begin(name)?;
        let format = WaveFormat {
            channels: planes.len(),
            sample_rate_hz,
        };
        let all = || -> io::Result<()> {
            let mut writer = WaveWriter::new(file, format, None)?;
            writer.write(planes)?;
            writer.finish()
        };
        new.finish(all())
    }
}

impl NewFile {
    /// Gives the file its name if it was written, else removes what there is.
    ///
    /// # Errors
    /// What went wrong while writing, or renaming.
    pub fn finish(self, written: io::Result<()>) -> Result<(), Failure> {
        let finished = written.and_then(|()| fs::rename(&self.unfinished, &self.path));
        finished.map_err(|error| self.fail(&error))
    }

    /// Removes it; tells why.
    #[must_use]
    pub fn fail(self, error: &io::Error) -> Failure {
        let failure = cannot_write(&self.path, error);
        self.discard();
        failure
    }

    /// Removes it.
    pub fn discard(self) {
        // If that fails too there is nothing more to do: the name tells that it is unfinished.
        let _ = fs::remove_file(&self.unfinished);
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    let hint = "is there room on the disk, and may you write there?";
    Failure::file(format!("cannot write {}: {error}", path.display()), hint)
}
