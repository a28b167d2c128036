//! Writes a file piece by piece, without knowing its length in advance.

use super::WaveFormat;
use std::fs::File;
use std::io::{self, BufWriter, Seek as _, SeekFrom, Write as _};

/// Bytes of a sample.
const SAMPLE_BYTES: u64 = 4;
/// Format tags: IEEE float, and the extensible form that more than two channels want.
const FLOAT: u16 = 3;
const EXTENSIBLE: u16 = 0xfffe;
/// The rest of the identifier whose first two bytes are a format tag.
const SUBFORMAT: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];
/// Room for the sizes of an RF64 file.
const LONG_SIZES: usize = 28;
/// Where those begin: after `RIFF`, the size, `WAVE`.
const LONG_SIZES_AT: u64 = 12;

/// Writes one file from beginning to end; only the header is gone back to.
pub struct WaveWriter {
    file: BufWriter<File>,
    format: WaveFormat,
    frames: u64,
    /// Where the number of frames and the samples' size stand.
    frames_at: u64,
    data_size_at: u64,
}

impl WaveWriter {
    /// Writes the header. `comment` is what players show as such.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn new(file: File, format: WaveFormat, comment: Option<&str>) -> io::Result<Self> {
        let channels = u16::try_from(format.channels).map_err(|_| io::ErrorKind::InvalidInput)?;
        let mut header = Vec::new();
        header.extend(b"RIFF\0\0\0\0WAVE");
        chunk(&mut header, b"JUNK", &[0; LONG_SIZES]);
        chunk(&mut header, b"fmt ", &format_chunk(channels, format.sample_rate_hz));
        let frames_at = header.len() as u64 + 8;
        chunk(&mut header, b"fact", &[0; 4]);
        if let Some(comment) = comment {
            chunk(&mut header, b"LIST", &information(comment));
        }
        header.extend(b"data\0\0\0\0");
        let mut file = BufWriter::new(file);
        file.write_all(&header)?;
        Ok(Self {
            file,
            format,
            frames: 0,
            frames_at,
            data_size_at: header.len() as u64 - 4,
        })
    }

    /// Appends as many samples as the shortest of the channels has.
    ///
    /// # Errors
    /// When the file cannot be written, and when there are not as many channels as announced.
    pub fn write(&mut self, channels: &[impl AsRef<[f32]>]) -> io::Result<()> {
        if channels.len() != self.format.channels {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let frames = channels.iter().map(|channel| channel.as_ref().len()).min().unwrap_or(0);
        for frame in 0..frames {
            for channel in channels {
                self.file.write_all(&channel.as_ref()[frame].to_le_bytes())?;
            }
        }
        self.frames += frames as u64;
        Ok(())
    }

    /// Writes the sizes.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        let data_bytes = self.frames * self.format.channels as u64 * SAMPLE_BYTES;
        let riff_bytes = self.data_size_at + 4 + data_bytes - 8;
        let short = |size: u64| u32::try_from(size).unwrap_or(u32::MAX).to_le_bytes();
        if u32::try_from(riff_bytes).is_err() {
            self.put(0, b"RF64")?;
            self.put(LONG_SIZES_AT, b"ds64")?;
            let sizes = [riff_bytes, data_bytes, self.frames].map(u64::to_le_bytes);
            self.put(LONG_SIZES_AT + 8, sizes.as_flattened())?;
            // By the standard, these then tell nothing.
            self.put(4, &u32::MAX.to_le_bytes())?;
            self.put(self.data_size_at, &u32::MAX.to_le_bytes())?;
        } else {
            self.put(4, &short(riff_bytes))?;
            self.put(self.data_size_at, &short(data_bytes))?;
        }
        self.put(self.frames_at, &short(self.frames))?;
        self.file.flush()
    }

    fn put(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(at))?;
        self.file.write_all(bytes)
    }
}

/// Appends a chunk, padded to an even length.
fn chunk(header: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) {
    header.extend(name);
    header.extend((content.len() as u32).to_le_bytes());
    header.extend(content);
    header.resize(header.len().next_multiple_of(2), 0);
}

fn format_chunk(channels: u16, sample_rate_hz: u32) -> Vec<u8> {
    let frame_bytes = channels * SAMPLE_BYTES as u16;
    let many = channels > 2;
    let mut content = Vec::new();
    content.extend(if many { EXTENSIBLE } else { FLOAT }.to_le_bytes());
    content.extend(channels.to_le_bytes());
    content.extend(sample_rate_hz.to_le_bytes());
    content.extend((sample_rate_hz * u32::from(frame_bytes)).to_le_bytes());
    content.extend(frame_bytes.to_le_bytes());
    content.extend(32_u16.to_le_bytes());
    if many {
        content.extend(22_u16.to_le_bytes());
        content.extend(32_u16.to_le_bytes());
        // Drivers are no loudspeakers of a standard layout.
        content.extend(0_u32.to_le_bytes());
        content.extend(FLOAT.to_le_bytes());
        content.extend(SUBFORMAT);
    } else {
        content.extend(0_u16.to_le_bytes());
    }
    content
}

fn information(comment: &str) -> Vec<u8> {
    let mut content = b"INFO".to_vec();
    // Texts end with a zero byte.
    let text = |text: &str| [text.as_bytes(), &[0]].concat();
    chunk(
        &mut content,
        b"ISFT",
        &text(concat!("Proscenium ", env!("CARGO_PKG_VERSION"))),
    );
    chunk(&mut content, b"ICMT", &text(comment));
    content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_gets_what_was_written() {
        for (channels, comment) in [(1, None), (2, Some("odd")), (5, Some("even"))] {
            let path = tempfile::NamedTempFile::new().unwrap();
            let planes: Vec<Vec<f32>> = (0..channels)
                .map(|channel| (0..100).map(|n| (n * channels + channel) as f32).collect())
                .collect();
            let format = WaveFormat {
                channels,
                sample_rate_hz: 44_100,
            };
            let mut writer = WaveWriter::new(path.reopen().unwrap(), format, comment).unwrap();
            writer.write(&planes).unwrap();
            assert!(writer.write(&planes[1..]).is_err());
            writer.finish().unwrap();
            let mut reader = hound::WavReader::open(path.path()).unwrap();
            assert_eq!(
                (reader.spec().channels as usize, reader.spec().sample_rate),
                (channels, 44_100)
            );
            assert_eq!(reader.duration(), 100);
            assert_eq!(super::super::comment(path.path()).as_deref(), comment);
            let samples: Vec<f32> = reader.samples().map(Result::unwrap).collect();
            assert!(samples.iter().enumerate().all(|(n, sample)| *sample == n as f32));
        }
    }

    /// As if more had been written than a test has room for.
    #[test]
    fn beyond_four_gigabytes_the_sizes_are_long() {
        let path = tempfile::NamedTempFile::new().unwrap();
        let format = WaveFormat {
            channels: 2,
            sample_rate_hz: 48_000,
        };
        let mut writer = WaveWriter::new(path.reopen().unwrap(), format, None).unwrap();
        writer.frames = 1 << 30;
        writer.finish().unwrap();
        let bytes = std::fs::read(path.path()).unwrap();
        assert_eq!(
            (&bytes[..4], &bytes[8..12], &bytes[12..16]),
            (&b"RF64"[..], &b"WAVE"[..], &b"ds64"[..])
        );
        let long = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
        let header = bytes.len() as u64;
        assert_eq!(
            [long(20), long(28), long(36)],
            [header - 8 + (8 << 30), 8 << 30, 1 << 30]
        );
        assert_eq!(bytes[4..8], [0xff; 4]);
        assert_eq!(super::super::comment(path.path()), None, "8 GB of samples are missing");
    }
}
