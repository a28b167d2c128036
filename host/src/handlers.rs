//! The host's side of CLAP: what the plugin may call back.

use clack_extensions::audio_ports::{AudioPortRescanFlags, HostAudioPorts, HostAudioPortsImpl};
use clack_extensions::gui::{GuiSize, HostGui, HostGuiImpl};
use clack_extensions::latency::{HostLatency, HostLatencyImpl};
use clack_extensions::params::{
    HostParams, HostParamsImplMainThread, HostParamsImplShared, ParamClearFlags, ParamRescanFlags,
};
use clack_host::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

/// What the plugin asked for since it was last looked at. Any thread may ask.
#[derive(Default)]
pub(crate) struct Requests {
    callback: AtomicBool,
    restart: AtomicBool,
    restarts_seen: AtomicU32,
    /// Size that the editor asked for, packed; 0 if it did not.
    resize: AtomicU64,
    editor_lost: AtomicBool,
}

impl Requests {
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
pub(crate) struct MainThread;

impl MainThreadHandler<'_> for MainThread {}

impl HostParamsImplMainThread for MainThread {
    fn rescan(&self, _: ParamRescanFlags) {}
    fn clear(&self, _: ClapId, _: ParamClearFlags) {}
}

impl HostLatencyImpl for MainThread {
    fn changed(&self) {}
}

impl HostAudioPortsImpl for MainThread {
    fn is_rescan_flag_supported(&self, _: AudioPortRescanFlags) -> bool {
        true
    }

    fn rescan(&self, _: AudioPortRescanFlags) {}
}

/// Ties the handlers together.
pub(crate) struct Handlers;

impl HostHandlers for Handlers {
    type Shared<'a> = Requests;
    type MainThread<'a> = MainThread;
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _: &Requests) {
        builder
            .register::<HostParams>()
            .register::<HostLatency>()
            .register::<HostAudioPorts>()
            .register::<HostGui>();
    }
}
