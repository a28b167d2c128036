//! A path as people type and paste it.

use std::path::PathBuf;

/// The path in a text: with or without quotes, as a `file:` address as file managers copy it, or from the home directory.
///
/// # Errors
/// When it is none from the root; says so in a line.
pub(super) fn typed(text: &str) -> Result<PathBuf, String> {
    // Of several that were copied together the first.
    let line = text.trim().lines().next().unwrap_or_default().trim();
    let bare = line.trim_matches(['"', '\'']);
    let path = match bare.strip_prefix("file://") {
        Some(address) => {
            // A host's name before the path is this computer's.
            let path = &address[address.find('/').unwrap_or(0)..];
            PathBuf::from(percent_decoded(path))
        }
        None => from_home(bare).unwrap_or_else(|| PathBuf::from(bare)),
    };
    if bare.is_empty() {
        Err(String::from("Type or paste the path of a device file first."))
    } else if path.is_absolute() {
        Ok(path)
    } else {
        Err(format!("{bare}: give the whole path, such as {EXAMPLE}"))
    }
}

/// A path from the root.
pub(super) const EXAMPLE: &str = if cfg!(windows) {
    "C:\\Devices\\desk.toml"
} else {
    "/home/me/desk.toml"
};

fn from_home(path: &str) -> Option<PathBuf> {
    let rest = path.strip_prefix("~/")?;
    Some(PathBuf::from(std::env::var_os("HOME")?).join(rest))
}

/// A text with its `%20` and the like replaced; what is not UTF-8 then is as it was.
pub(super) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = (bytes[at] == b'%')
            .then(|| bytes.get(at + 1..at + 3))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

/// Name of a file for a device.
pub(super) fn file_name(device: &str) -> String {
    let allowed = |letter: char| if letter.is_alphanumeric() { letter } else { '-' };
    let name: String = device.to_lowercase().chars().take(64).map(allowed).collect();
    let name = name.trim_matches('-');
    format!("{}.toml", if name.is_empty() { "device" } else { name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn paths_are_understood_as_they_are_pasted() {
        for (text, path) in [
            ("/a/b.toml", "/a/b.toml"),
            ("  \"/a/my b.toml\" \n", "/a/my b.toml"),
            ("file:///a/my%20b.toml\r\nfile:///c.toml", "/a/my b.toml"),
            ("file://desk/a/%C3%A4.toml", "/a/ä.toml"),
            ("/a/100%.toml", "/a/100%.toml"),
            ("file:///a/100%zz.toml", "/a/100%zz.toml"),
        ] {
            assert_eq!(typed(text).unwrap(), PathBuf::from(path), "{text}");
        }
        let home = PathBuf::from(std::env::var_os("HOME").unwrap());
        assert_eq!(typed("~/b.toml").unwrap(), home.join("b.toml"));
        for text in ["", "  ", "b.toml", "./b.toml", "file://"] {
            assert!(typed(text).is_err(), "{text}");
        }
    }

    #[test]
    fn files_are_named_after_their_device() {
        assert_eq!(file_name("Desk Ball"), "desk-ball.toml");
        assert_eq!(file_name("../Größe 2/"), "größe-2.toml");
        assert_eq!(file_name("//"), "device.toml");
    }
}
