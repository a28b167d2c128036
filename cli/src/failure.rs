//! What went wrong, told in one line.

/// A failure: what is wrong and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} (hint: {hint})")]
pub struct Failure {
    what: String,
    hint: String,
    usage: bool,
}

impl Failure {
    /// Something is wrong with a file or its content. Line breaks become semicolons.
    pub fn file(what: impl std::fmt::Display, hint: impl Into<String>) -> Self {
        Self {
            what: what.to_string().trim_end().replace('\n', "; "),
            hint: hint.into(),
            usage: false,
        }
    }

    /// The command was called in a way that cannot work.
    pub fn usage(what: impl std::fmt::Display, hint: impl Into<String>) -> Self {
        Self {
            usage: true,
            ..Self::file(what, hint)
        }
    }

    /// Exit code of the program that ends with it: 1 for a file, 2 for usage.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        if self.usage { 2 } else { 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_one_line_whatever_it_was_told() {
        let failure = Failure::file("first\nsecond\n", "third");
        assert_eq!(failure.to_string(), "first; second (hint: third)");
        assert_eq!((failure.exit_code(), Failure::usage("", "").exit_code()), (1, 2));
    }
}
