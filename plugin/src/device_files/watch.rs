//! Follows one file by looking at it now and then. Editors that write in place, that put a new file in the place of the old
//! one, that delete it first: all come down to another look.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::loaded::{LoadedDevice, name_of, read_text};

/// A file that was changed so lately may be changed again without its times telling.
const UNSETTLED: Duration = Duration::from_secs(2);

/// How the file of the custom device is getting on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FileStatus {
    /// It has not been looked at yet.
    Unknown,
    /// It says what the session has; changes will be followed.
    Followed,
    /// It said something else already when the session was opened, whose device stays. Changes from now on will be followed.
    Differs,
    /// There is no such file here, which does no harm.
    Missing,
    /// It was changed, and what it says now cannot be used; why, in a line.
    Refused(String),
}

/// What tells a changed file without reading it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    /// Another file under the same name has another number.
    number: u64,
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let metadata = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(&metadata);
        #[cfg(not(unix))]
        let number = 0;
        Some(Self {
            modified: metadata.modified().ok(),
            length: metadata.len(),
            number,
        })
    }

    /// Whether a later change would show.
    fn is_settled(&self) -> bool {
        let age = self.modified.and_then(|modified| modified.elapsed().ok());
        age.is_some_and(|age| age > UNSETTLED)
    }
}

/// A file that is followed.
#[derive(Debug)]
pub(super) struct Watch {
    path: PathBuf,
    /// The text that the session has.
    embedded: String,
    /// What the file said when it was last read.
    known: Option<String>,
    /// Its stamp then, if a later change would show.
    seen: Option<Stamp>,
    /// Its stamp at the last look.
    latest: Option<Stamp>,
    status: FileStatus,
}

impl Watch {
    /// Follows a file of which the session has `embedded`.
    pub(super) fn new(path: PathBuf, embedded: String) -> Self {
        Self {
            path,
            embedded,
            known: None,
            seen: None,
            latest: None,
            status: FileStatus::Unknown,
        }
    }

    /// The same for one that has just been read: whatever it says from now on is a change.
    pub(super) fn just_loaded(mut self) -> Self {
        self.known = Some(self.embedded.clone());
        self.status = FileStatus::Followed;
        self
    }

    /// Forgets what has been found since the session got its text, so that the next looks find it again.
    pub(super) fn look_again(&mut self) {
        self.known = Some(self.embedded.clone());
        (self.seen, self.latest) = (None, None);
    }

    /// The file.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The text that the session has, as far as this knows.
    pub(super) fn embedded(&self) -> &str {
        &self.embedded
    }

    /// How the file is getting on.
    pub(super) fn status(&self) -> &FileStatus {
        &self.status
    }

    /// Takes note that the session has another text.
    pub(super) fn note_embedded(&mut self, text: String) {
        self.embedded = text;
        self.status = FileStatus::Followed;
    }

    /// Looks at the file; what it has become, if that can be used. A change is taken up once it has lasted from one look to
    /// the next, so that most files are not read half written.
    pub(super) fn look(&mut self) -> Option<LoadedDevice> {
        let Some(stamp) = Stamp::of(&self.path) else {
            self.status = FileStatus::Missing;
            (self.seen, self.latest) = (None, None);
            return None;
        };
        if self.seen == Some(stamp) {
            return None;
        }
        let lasts = self.latest.replace(stamp) == Some(stamp);
        if !lasts && self.known.is_some() {
            return None;
        }
        let text = match read_text(&self.path) {
            Ok(text) => text,
            Err(error) => {
                self.status = FileStatus::Refused(format!("{}: {error}", name_of(&self.path)));
                self.known.get_or_insert_default();
                return None;
            }
        };
        self.seen = Some(stamp).filter(Stamp::is_settled);
        self.take(&text)
    }

    /// What to do about what the file says.
    fn take(&mut self, text: &str) -> Option<LoadedDevice> {
        let before = self.known.replace(text.to_owned());
        if text == self.embedded {
            self.status = FileStatus::Followed;
            return None;
        }
        if before.as_deref() == Some(text) {
            // It may have been away in between.
            if self.status == FileStatus::Missing {
                self.status = FileStatus::Differs;
            }
            return None;
        }
        match LoadedDevice::from_file_text(text, &self.path) {
            // The session's text holds the measured data that the file refers to.
            Ok(loaded) if loaded.text == self.embedded => {
                self.status = FileStatus::Followed;
                None
            }
            _ if before.is_none() => {
                self.status = FileStatus::Differs;
                None
            }
            Ok(loaded) => Some(loaded),
            Err(error) => {
                self.status = FileStatus::Refused(error.to_string());
                None
            }
        }
    }
}

#[cfg(test)]
mod tests;
