//! One progress bar for all files, on the standard error if that is a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// Progress of a whole run, by size of the inputs.
pub struct Progress {
    bar: ProgressBar,
}

/// Progress of one file within it.
pub struct FileProgress<'a> {
    bar: &'a ProgressBar,
    bytes: u64,
    frames: Option<u64>,
    told: u64,
}

impl Progress {
    /// For inputs of so many bytes together.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        let bar = ProgressBar::new(bytes);
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {percent:>3} %, {eta} left") {
            bar.set_style(style);
        }
        bar.set_message("rendering");
        Self { bar }
    }

    /// A file of so many bytes. When this is dropped, the bar has passed over it.
    #[must_use]
    pub fn file(&self, bytes: u64) -> FileProgress<'_> {
        FileProgress {
            bar: &self.bar,
            bytes,
            frames: None,
            told: 0,
        }
    }

    /// Removes the bar.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl FileProgress<'_> {
    /// The file has so many samples, if that is known.
    pub fn expect_frames(&mut self, frames: Option<u64>) {
        self.frames = frames.filter(|frames| *frames > 0);
    }

    /// So many samples are done.
    pub fn advance_to(&mut self, frames: u64) {
        if let Some(all) = self.frames {
            let share = frames.min(all) as f64 / all as f64;
            self.tell((share * self.bytes as f64) as u64);
        }
    }

    fn tell(&mut self, bytes: u64) {
        self.bar.inc(bytes.saturating_sub(self.told));
        self.told = bytes.max(self.told);
    }
}

impl Drop for FileProgress<'_> {
    /// Whatever has become of the file, it is over.
    fn drop(&mut self) {
        self.tell(self.bytes);
    }
}
