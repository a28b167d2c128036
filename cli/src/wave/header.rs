//! Reads back what a complete file says about itself.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// Longest comment that is read, bytes.
const LONGEST: u64 = 1 << 20;

/// The comment in a WAV file, if it has one and is complete: all the samples that its header announces are there.
#[must_use]
pub fn comment(path: &Path) -> Option<String> {
    let mut file = File::open(path).ok()?;
    let file_bytes = file.metadata().ok()?.len();
    let mut riff = [0; 12];
    file.read_exact(&mut riff).ok()?;
    if !matches!(&riff[..4], b"RIFF" | b"RF64") || &riff[8..] != b"WAVE" {
        return None;
    }
    let (mut found, mut long_data_bytes) = (None, None);
    loop {
        let mut head = [0; 8];
        file.read_exact(&mut head).ok()?;
        let (name, size) = head.split_at(4);
        let size = u64::from(u32::from_le_bytes(size.try_into().ok()?));
        let begins = file.stream_position().ok()?;
        match name {
            b"data" => {
                let data_bytes = long_data_bytes.unwrap_or(size);
                return found.filter(|_| file_bytes >= begins.saturating_add(data_bytes));
            }
            b"ds64" => {
                let mut sizes = [0; 16];
                file.read_exact(&mut sizes).ok()?;
                long_data_bytes = sizes[8..].try_into().ok().map(u64::from_le_bytes);
            }
            b"LIST" if size <= LONGEST => {
                let mut content = vec![0; size as usize];
                file.read_exact(&mut content).ok()?;
                found = comment_in(&content).or(found);
            }
            _ => {}
        }
        file.seek(SeekFrom::Start(begins + size.next_multiple_of(2))).ok()?;
    }
}

/// The comment in the content of a `LIST` chunk.
fn comment_in(content: &[u8]) -> Option<String> {
    let mut rest = content.strip_prefix(b"INFO")?;
    loop {
        let (head, content) = rest.split_at_checked(8)?;
        let size = u32::from_le_bytes(head[4..].try_into().ok()?) as usize;
        let text = content.get(..size)?;
        if &head[..4] == b"ICMT" {
            return String::from_utf8(text.strip_suffix(&[0]).unwrap_or(text).to_vec()).ok();
        }
        rest = content.get(size.next_multiple_of(2)..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever is in a file, reading it ends, and only a complete file has a comment.
    #[test]
    fn damaged_files_have_no_comment() {
        let mut whole = b"RIFF\0\0\0\0WAVELIST\x10\0\0\0INFOICMT\x03\0\0\0hi\0\0".to_vec();
        whole.extend(b"data\x02\0\0\0\x01\x02");
        let file = tempfile::NamedTempFile::new().unwrap();
        let read = |bytes: &[u8]| {
            std::fs::write(file.path(), bytes).unwrap();
            comment(file.path())
        };
        assert_eq!(read(&whole).as_deref(), Some("hi"));
        for length in 0..whole.len() {
            assert_eq!(read(&whole[..length]), None, "{length} bytes");
        }
        let mut endless = b"RF64\xff\xff\xff\xffWAVEds64\x1c\0\0\0".to_vec();
        endless.extend([0xff; 28]);
        endless.extend(&whole[12..]);
        assert_eq!(read(&endless), None);
        assert_eq!(comment(Path::new("missing")), None);
    }
}
