//! A device file as it is taken into the session.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use proscenium_dsp::array::{Device, DeviceError, MAX_DEVICE_BYTES};

/// Most that a session holds of a device, bytes: the text of its file.
pub(crate) const MAX_EMBEDDED_BYTES: usize = MAX_DEVICE_BYTES;

/// A device that was read and checked, with all that the session needs to have it without its file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LoadedDevice {
    /// Text of its file.
    pub(crate) text: String,
    /// What that says.
    pub(crate) device: Device,
}

/// Why a file is no device; says which file in its message, in one line.
#[derive(Debug)]
pub(crate) enum LoadError {
    /// The file cannot be read.
    Unreadable {
        /// Its name.
        file: String,
        /// Why.
        error: io::Error,
    },
    /// What it holds cannot be a device.
    Refused(DeviceError),
    /// With its measured data it is more than a session can hold.
    TooLarge {
        /// Its name.
        file: String,
        /// What the session would have to hold.
        bytes: usize,
    },
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { file, error } => match error.kind() {
                io::ErrorKind::NotFound => write!(f, "{file}: there is no such file"),
                io::ErrorKind::PermissionDenied => write!(f, "{file}: you may not read it"),
                io::ErrorKind::InvalidData => write!(f, "{file}: not a text; a device file is TOML in UTF-8"),
                _ => write!(f, "{file}: {error}"),
            },
            Self::Refused(error) => error.fmt(f),
            Self::TooLarge { file, bytes } => write!(
                f,
                "{file}: {bytes} bytes with its measured data; a session holds at most {MAX_EMBEDDED_BYTES}"
            ),
        }
    }
}

impl LoadedDevice {
    /// Checks the text of a device file. `origin` names it in errors.
    ///
    /// # Errors
    /// As [`Device::from_toml`].
    pub(crate) fn from_text(text: impl Into<String>, origin: &str) -> Result<Self, DeviceError> {
        let text = text.into();
        let device = Device::from_toml(&text, origin)?;
        Ok(Self { text, device })
    }

    /// Checks the text of a file. Where it refers to measured data, these are read, and the session's text holds them.
    ///
    /// # Errors
    /// When it is no device, or what it refers to cannot be used.
    pub(crate) fn from_file_text(text: &str, path: &Path) -> Result<Self, LoadError> {
        let file = name_of(path);
        if let Ok(loaded) = Self::from_text(text, &file) {
            return Ok(loaded);
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        let device = Device::from_toml_in(text, &file, folder).map_err(LoadError::Refused)?;
        let text = device.to_toml();
        if text.len() > MAX_EMBEDDED_BYTES {
            let bytes = text.len();
            return Err(LoadError::TooLarge { file, bytes });
        }
        Ok(Self { text, device })
    }

    /// Reads and checks a device file. Not for the audio thread, nor for one that draws: a disk may take its time.
    ///
    /// # Errors
    /// When it cannot be read, or is no device.
    pub(crate) fn read(path: &Path) -> Result<Self, LoadError> {
        let unreadable = |error| LoadError::Unreadable {
            file: name_of(path),
            error,
        };
        Self::from_file_text(&read_text(path).map_err(unreadable)?, path)
    }
}

/// The text of a file; of one that is too long, as much as shows that.
///
/// # Errors
/// When it cannot be read, or is no text.
pub(super) fn read_text(path: &Path) -> io::Result<String> {
    // Devices and pipes have no end, and may keep whoever opens them waiting.
    if !path.metadata()?.is_file() {
        return Err(io::Error::other("not a file"));
    }
    let mut text = String::new();
    let longest = MAX_EMBEDDED_BYTES as u64 + 1;
    File::open(path)?
        .take(longest)
        .read_to_string(&mut text)
        .or_else(|error| {
            // The end of a file that is too long may be in the midst of a character.
            let length = path.metadata().map_or(0, |metadata| metadata.len());
            if error.kind() == io::ErrorKind::InvalidData && length >= longest {
                text = " ".repeat(longest as usize);
                return Ok(text.len());
            }
            Err(error)
        })?;
    Ok(text)
}

/// Name of a file without its folder, for messages.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}
