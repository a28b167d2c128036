//! Asks for a frame from outside the window's thread, once there has been a first.
//!
//! On X11 the window toolkit draws by itself when the host shows the window. Asked before, it waits for an answer of the X
//! server that was sent before it listened, and never draws: the window would stay empty.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Period of the toolkit's own polling, which begins with asking for a frame. On X11 practically never.
pub(super) const POLLING: Duration = if cfg!(target_os = "linux") {
    Duration::from_secs(24 * 60 * 60)
} else {
    Duration::from_millis(16)
};

/// The window's side and the host's hold the same one.
#[derive(Clone, Default)]
pub(crate) struct Nudge(Arc<OnceLock<egui::Context>>);

impl Nudge {
    /// From now on frames may be asked for; to be called in a frame.
    pub(super) fn arm(&self, ctx: &egui::Context) {
        self.0.get_or_init(|| ctx.clone());
    }

    /// Asks for a frame. Not for the audio thread.
    pub(super) fn request(&self) {
        if let Some(ctx) = self.0.get() {
            ctx.request_repaint();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn nothing_is_asked_for_before_the_first_frame() {
        let (nudge, ctx) = (Nudge::default(), egui::Context::default());
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        ctx.set_request_repaint_callback(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
        });
        nudge.request();
        assert_eq!(asked.load(Ordering::Relaxed), 0);
        nudge.arm(&ctx);
        nudge.request();
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }
}
