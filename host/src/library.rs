//! CLAP files and the plugins in them.

use crate::{HostError, Result};
use clack_host::prelude::*;
use std::ffi::CStr;
use std::path::Path;

/// A plugin that a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// Stable identity.
    pub id: String,
    /// Name as a host shows it.
    pub name: String,
    /// Vendor.
    pub vendor: String,
}

/// Opens the file and initialises it.
pub(crate) fn load_entry(path: &Path) -> Result<PluginEntry> {
    let failed = |reason: String| HostError::Load {
        path: path.to_owned(),
        reason,
    };
    if !path.exists() {
        return Err(failed("no such file".to_owned()));
    }
    // The loader looks for a bare file name among the system's libraries.
    let absolute = std::path::absolute(path).map_err(|e| failed(e.to_string()))?;
    // SAFETY: loading a plugin runs its code, which is what the caller of this host asks for; the entry is kept alive by
    // every instance made from it.
    unsafe { PluginEntry::load(absolute.as_os_str()) }.map_err(|e| failed(e.to_string()))
}

/// The plugins of an open file.
pub(crate) fn read_descriptors(entry: &PluginEntry) -> Vec<Descriptor> {
    let text = |value: Option<&CStr>| value.map(|t| t.to_string_lossy().into_owned()).unwrap_or_default();
    let Some(factory) = entry.get_plugin_factory() else {
        return Vec::new();
    };
    factory
        .plugin_descriptors()
        .map(|d| Descriptor {
            id: text(d.id()),
            name: text(d.name()),
            vendor: text(d.vendor()),
        })
        .collect()
}
