//! WAV files of 32-bit floats, of any length: beyond 4 GB they become RF64 (EBU Tech 3306), which has the same layout.

mod header;
mod writer;

pub use header::comment;
pub use writer::WaveWriter;

/// What is in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaveFormat {
    /// Number of channels.
    pub channels: usize,
    /// Sample rate, hertz.
    pub sample_rate_hz: u32,
}
