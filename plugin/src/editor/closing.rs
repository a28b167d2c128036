//! Waits for the window's thread when the editor closes.
//!
//! X11 windows live on threads of their own. The window toolkit tells the thread to end, but does not wait for it, so that
//! the host could destroy the parent window, or unload the plugin, under its feet.

use std::cell::RefCell;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use nice_plug_egui::baseview::Window;

/// Longest wait. A thread that takes longer hangs, and the host must not.
const PATIENCE: Duration = Duration::from_secs(3);

thread_local! {
    /// Is dropped when the window's thread ends, after all else of the window.
    static PRESENT: RefCell<Option<Presence>> = const { RefCell::new(None) };
}

/// The window's side: exists as long as its thread does.
pub(crate) struct Presence {
    _alive: Sender<()>,
}

impl Presence {
    /// Binds itself to the calling thread, the window's.
    pub(crate) fn stay_until_thread_ends(self) {
        if cfg!(target_os = "linux") {
            PRESENT.set(Some(self));
        }
    }
}

/// The host's side: an open window.
pub struct EditorWindow {
    window: Option<Window>,
    thread: Receiver<()>,
}

/// Both sides of a window that is about to open.
pub(crate) fn sides() -> (Presence, impl FnOnce(Window) -> EditorWindow) {
    let (alive, thread) = channel();
    let host_side = |window| EditorWindow {
        window: Some(window),
        thread,
    };
    (Presence { _alive: alive }, host_side)
}

impl EditorWindow {
    /// The toolkit's window.
    ///
    /// # Panics
    /// Never: it is there until it is closed, which takes the whole.
    pub(super) fn window(&self) -> &Window {
        self.window
            .as_ref()
            .unwrap_or_else(|| unreachable!("the window is closed"))
    }

    /// The toolkit's window, to be closed by itself.
    pub(super) fn into_window(mut self) -> Window {
        self.window
            .take()
            .unwrap_or_else(|| unreachable!("the window is closed"))
    }
}

impl Drop for EditorWindow {
    fn drop(&mut self) {
        if self.window.take().is_some() && cfg!(target_os = "linux") {
            // Ends with an error as soon as the other side is gone.
            let _ = self.thread.recv_timeout(PATIENCE);
            trim_memory();
        }
    }
}

/// Gives freed memory back to the system. The GNU allocator keeps a pool for each thread that there was, and the threads
/// of window and analysis would leave about 4 MB there each time.
fn trim_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: the function may be called at any time from any thread; no pointer is involved.
    unsafe {
        libc::malloc_trim(0);
    }
}
