//! What can go wrong between host and plugin.

use std::path::PathBuf;

/// An operation on the plugin that failed.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The file is not a loadable CLAP plugin.
    #[error("cannot load the CLAP plugin {path}: {reason}", path = path.display())]
    Load {
        /// The file.
        path: PathBuf,
        /// What the loader said.
        reason: String,
    },
    /// The file holds no plugin of the wanted id.
    #[error("no plugin '{wanted}' in the file; it holds {}", available.join(", "))]
    UnknownPlugin {
        /// The id asked for, or "(any)".
        wanted: String,
        /// The ids that exist.
        available: Vec<String>,
    },
    /// The plugin lacks an extension that the operation needs.
    #[error("the plugin does not offer the CLAP extension '{0}'")]
    MissingExtension(&'static str),
    /// No port configuration with that number of output channels.
    #[error("no port configuration with {wanted} output channels; there are {available:?}")]
    UnknownConfiguration {
        /// Main output channels asked for.
        wanted: u32,
        /// Main output channels of the configurations that exist.
        available: Vec<u32>,
    },
    /// No parameter of that name.
    #[error("no parameter '{wanted}'; there are {}", available.join(", "))]
    UnknownParameter {
        /// The name asked for.
        wanted: String,
        /// The names that exist.
        available: Vec<String>,
    },
    /// The plugin could not make a value of the text.
    #[error("parameter '{parameter}' does not understand '{text}'")]
    UnknownText {
        /// The parameter's name.
        parameter: String,
        /// The text.
        text: String,
    },
    /// The plugin refused a call.
    #[error("the plugin refused to {action}: {reason}")]
    Refused {
        /// What was asked, as in "activate at 48000 Hz".
        action: String,
        /// What the plugin or the binding said.
        reason: String,
    },
    /// The call needs an inactive plugin, or an active one.
    #[error("cannot {action} while the plugin is {state}")]
    WrongState {
        /// What was asked.
        action: &'static str,
        /// "active" or "inactive".
        state: &'static str,
    },
    /// A block larger than activation announced.
    #[error("a block of {frames} frames exceeds the announced maximum of {max}")]
    BlockTooLong {
        /// Frames of the block.
        frames: usize,
        /// Announced maximum.
        max: usize,
    },
}

impl HostError {
    /// A [`HostError::Refused`] with any displayable reason.
    pub(crate) fn refused(action: impl Into<String>, reason: &(impl std::fmt::Display + ?Sized)) -> Self {
        Self::Refused {
            action: action.into(),
            reason: reason.to_string(),
        }
    }
}
