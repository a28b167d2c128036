//! The host's side of CLAP: what the plugin may call back.

use clack_extensions::audio_ports::{AudioPortRescanFlags, HostAudioPorts, HostAudioPortsImpl};
use clack_extensions::gui::{GuiSize, HostGui, HostGuiImpl};
use clack_extensions::latency::{HostLatency, HostLatencyImpl};
use clack_extensions::params::{
    HostParams, HostParamsImplMainThread, HostParamsImplShared, ParamClearFlags, ParamRescanFlags,
};
use clack_host::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};

/// What the plugin asked for since it was last looked at (any thread may ask), and what it should not have done.
pub(crate) struct Requests {
    main_thread: ThreadId,
    activating: AtomicBool,
    active: AtomicBool,
    violations: Mutex<Vec<String>>,
    callback: AtomicBool,
    restart: AtomicBool,
    restarts_seen: AtomicU32,
    /// Size that the editor asked for, packed; 0 if it did not.
    resize: AtomicU64,
    editor_lost: AtomicBool,
}

impl Default for Requests {
    /// For a plugin whose main thread is this one.
    fn default() -> Self {
        Self {
            main_thread: thread::current().id(),
            activating: AtomicBool::default(),
            active: AtomicBool::default(),
            violations: Mutex::default(),
            callback: AtomicBool::default(),
            restart: AtomicBool::default(),
            restarts_seen: AtomicU32::default(),
            resize: AtomicU64::default(),
            editor_lost: AtomicBool::default(),
        }
    }
}

impl Requests {
    pub(crate) fn note_activating(&self, activating: bool) {
        self.activating.store(activating, Ordering::Release);
    }

    pub(crate) fn note_active(&self, active: bool) {
        self.active.store(active, Ordering::Release);
    }

    fn note_violation(&self, what: String) {
        let mut violations = self.violations.lock().unwrap_or_else(PoisonError::into_inner);
        violations.push(what);
    }

    pub(crate) fn violations(&self) -> Vec<String> {
        let violations = self.violations.lock().unwrap_or_else(PoisonError::into_inner);
        violations.clone()
    }

    /// Notes a violation unless this is the main thread and `is_legal` now.
    fn expect_on_main_thread(&self, call: &str, is_legal: bool) {
        if thread::current().id() != self.main_thread {
            self.note_violation(format!("{call} from another thread than the main one"));
        }
        if !is_legal {
            self.note_violation(format!("{call} at the wrong time"));
        }
    }

    /// CLAP lets the latency change during activation only: notes it if it has done so meanwhile.
    pub(crate) fn expect_latency(&self, before: u32, now: u32) {
        if before != now {
            self.note_violation(format!("latency went from {before} to {now} samples while active"));
        }
    }

    pub(crate) fn wants_restart(&self) -> bool {
        self.restart.load(Ordering::Acquire)
    }

    pub(crate) fn take_callback(&self) -> bool {
        self.callback.swap(false, Ordering::AcqRel)
    }

    pub(crate) fn take_restart(&self) -> bool {
        self.restart.swap(false, Ordering::AcqRel)
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn take_resize(&self) -> Option<[u32; 2]> {
        let packed = self.resize.swap(0, Ordering::AcqRel);
        let size = GuiSize::unpack_from_u64(packed);
        (packed != 0).then_some([size.width, size.height])
    }

    pub(crate) fn take_editor_lost(&self) -> bool {
        self.editor_lost.swap(false, Ordering::AcqRel)
    }

    pub(crate) fn restarts_seen(&self) -> u32 {
        self.restarts_seen.load(Ordering::Relaxed)
    }
}

impl SharedHandler<'_> for Requests {
    fn request_restart(&self) {
        self.restarts_seen.fetch_add(1, Ordering::Relaxed);
        self.restart.store(true, Ordering::Release);
    }

    // Processing runs whenever the caller of this host says so.
    fn request_process(&self) {}

    fn request_callback(&self) {
        self.callback.store(true, Ordering::Release);
    }
}

impl HostParamsImplShared for Requests {
    // No editor is open, so nothing waits to be told to the host.
    fn request_flush(&self) {}
}

impl HostGuiImpl for Requests {
    fn resize_hints_changed(&self) {}

    fn request_resize(&self, new_size: GuiSize) -> Result<(), HostError> {
        self.resize.store(new_size.pack_to_u64(), Ordering::Release);
        Ok(())
    }

    fn request_show(&self) -> Result<(), HostError> {
        Ok(())
    }

    fn request_hide(&self) -> Result<(), HostError> {
        Ok(())
    }

    fn closed(&self, _was_destroyed: bool) {
        self.editor_lost.store(true, Ordering::Release);
    }
}

/// Notifications on the main thread. Latency, ports and values are read afresh when needed, so nothing is kept.
pub(crate) struct MainThread<'a> {
    pub(crate) requests: &'a Requests,
}

impl<'a> MainThreadHandler<'a> for MainThread<'a> {}

impl HostParamsImplMainThread for MainThread<'_> {
    fn rescan(&self, flags: ParamRescanFlags) {
        let active = self.requests.active.load(Ordering::Acquire);
        let is_legal = !(active && flags.contains(ParamRescanFlags::ALL));
        self.requests.expect_on_main_thread("params.rescan", is_legal);
    }

    fn clear(&self, _: ClapId, _: ParamClearFlags) {
        self.requests.expect_on_main_thread("params.clear", true);
    }
}

impl HostLatencyImpl for MainThread<'_> {
    fn changed(&self) {
        let activating = self.requests.activating.load(Ordering::Acquire);
        self.requests.expect_on_main_thread("latency.changed", activating);
    }
}

impl HostAudioPortsImpl for MainThread<'_> {
    fn is_rescan_flag_supported(&self, _: AudioPortRescanFlags) -> bool {
        true
    }

    fn rescan(&self, flags: AudioPortRescanFlags) {
        let active = self.requests.active.load(Ordering::Acquire);
        let is_legal = !active || flags == AudioPortRescanFlags::NAMES;
        self.requests.expect_on_main_thread("audio_ports.rescan", is_legal);
    }
}

/// Ties the handlers together.
pub(crate) struct Handlers;

impl HostHandlers for Handlers {
    type Shared<'a> = Requests;
    type MainThread<'a> = MainThread<'a>;
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _: &Requests) {
        builder
            .register::<HostParams>()
            .register::<HostLatency>()
            .register::<HostAudioPorts>()
            .register::<HostGui>();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a plugin must not do is noticed, wherever and whenever it does so.
    #[test]
    fn planted_violations_are_found() {
        let requests = Requests::default();
        let main = MainThread { requests: &requests };
        let found = || std::mem::take(&mut *requests.violations.lock().unwrap());

        requests.note_activating(true);
        HostLatencyImpl::changed(&main);
        requests.note_activating(false);
        HostParamsImplMainThread::rescan(&main, ParamRescanFlags::ALL);
        HostAudioPortsImpl::rescan(&main, AudioPortRescanFlags::LIST);
        assert_eq!(found(), [""; 0]);

        HostLatencyImpl::changed(&main);
        requests.note_active(true);
        HostParamsImplMainThread::rescan(&main, ParamRescanFlags::VALUES);
        HostAudioPortsImpl::rescan(&main, AudioPortRescanFlags::NAMES);
        HostParamsImplMainThread::rescan(&main, ParamRescanFlags::ALL);
        HostAudioPortsImpl::rescan(&main, AudioPortRescanFlags::LIST);
        assert_eq!(
            found(),
            ["latency.changed", "params.rescan", "audio_ports.rescan"].map(|call| format!("{call} at the wrong time"))
        );

        requests.expect_latency(64, 64);
        assert_eq!(found(), [""; 0]);
        requests.expect_latency(64, 128);
        assert_eq!(found(), ["latency went from 64 to 128 samples while active"]);

        thread::scope(|scope| {
            scope.spawn(|| {
                HostParamsImplMainThread::rescan(&MainThread { requests: &requests }, ParamRescanFlags::VALUES);
            });
        });
        assert_eq!(found(), ["params.rescan from another thread than the main one"]);
    }
}
