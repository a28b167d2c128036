//! The desktop's own dialogs, each on a thread of its own: nobody waits for a person who takes their time.

use std::panic::catch_unwind;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::{Duration, Instant};

use crate::device_files::keep_code_loaded;

/// Said where no dialog can be had.
pub(super) const UNAVAILABLE: &str = if cfg!(target_os = "linux") {
    "No file dialog opened: neither a desktop portal (xdg-desktop-portal) nor zenity answers here. Type or paste the path instead."
} else {
    "No file dialog opened. Type or paste the path instead."
};

/// Nobody cancels a dialog sooner than this after it was asked for: there was none.
const TOO_QUICK: Duration = Duration::from_millis(300);

/// What a dialog is for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Purpose {
    /// To choose a device file.
    Load,
    /// To say where this text is to be written, by that name unless the user gives another.
    Export {
        /// Name of the file.
        name: String,
        /// What it will hold.
        text: String,
    },
}

/// What came of a dialog.
#[derive(Debug, PartialEq)]
pub(super) enum Picked {
    /// A file. One to be written may be replaced if it exists, the dialog has asked.
    Path(PathBuf),
    /// The user does not want to.
    Nothing,
    /// There was no dialog.
    Unavailable,
}

/// A dialog that is open. When this goes, whatever the user says to it then is not heard.
pub(super) struct Dialog {
    purpose: Purpose,
    answer: Receiver<Picked>,
}

impl Dialog {
    /// Opens a dialog in a folder.
    ///
    /// # Errors
    /// When there can be no thread for it.
    pub(super) fn open(purpose: Purpose, folder: Option<PathBuf>, ctx: &egui::Context) -> std::io::Result<Self> {
        let (tell, answer) = channel();
        let (wanted, ctx) = (purpose.clone(), ctx.clone());
        // A dialog cannot be closed from here, and the plugin may go before it does.
        keep_code_loaded();
        std::thread::Builder::new()
            .name(String::from("proscenium-dialog"))
            .spawn(move || {
                let asked_at = Instant::now();
                let path = catch_unwind(move || ask(&wanted, folder));
                let picked = match path {
                    Ok(Some(path)) => Picked::Path(path),
                    Ok(None) if asked_at.elapsed() > TOO_QUICK => Picked::Nothing,
                    Ok(None) | Err(_) => Picked::Unavailable,
                };
                if tell.send(picked).is_ok() {
                    ctx.request_repaint();
                }
            })?;
        Ok(Self { purpose, answer })
    }

    /// What came of it; none while it is open.
    pub(super) fn poll(&self) -> Option<Picked> {
        match self.answer.try_recv() {
            Ok(picked) => Some(picked),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Picked::Unavailable),
        }
    }

    /// What it was for.
    pub(super) fn into_purpose(self) -> Purpose {
        self.purpose
    }
}

fn ask(purpose: &Purpose, folder: Option<PathBuf>) -> Option<PathBuf> {
    let dialog = rfd::FileDialog::new().add_filter("Device files", &["toml"]);
    let dialog = match folder {
        Some(folder) => dialog.set_directory(folder),
        None => dialog,
    };
    match purpose {
        Purpose::Load => dialog.set_title("Load a device file").pick_file(),
        Purpose::Export { name, .. } => dialog.set_title("Export the device").set_file_name(name).save_file(),
    }
}
