//! Keeps the plugin's code in memory for a thread that cannot be told to end.

/// From now on the library stays where it is, even when the host unloads it: a thread that waits for a person, or for a disk
/// that does not answer, would otherwise come back to code that has gone.
pub(crate) fn keep_code_loaded() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: `info` is written before it is read, and only if the call says so; its name is a text that lives as long as the
    // library, which is the one this code is in and therefore loaded. Opening it anew runs no initialisers.
    unsafe {
        let mut info = std::mem::zeroed::<libc::Dl_info>();
        let here = keep_code_loaded as *const () as *const libc::c_void;
        if libc::dladdr(here, &raw mut info) != 0 && !info.dli_fname.is_null() {
            let flags = libc::RTLD_NOW | libc::RTLD_NOLOAD | libc::RTLD_NODELETE;
            let library = libc::dlopen(info.dli_fname, flags);
            if !library.is_null() {
                // The flag stays with the library.
                libc::dlclose(library);
            }
        }
    }
}
