//! The host's side of CLAP: what the plugin may call back.

use clack_extensions::audio_ports::{AudioPortRescanFlags, HostAudioPorts, HostAudioPortsImpl};
use clack_extensions::latency::{HostLatency, HostLatencyImpl};
use clack_extensions::params::{
    HostParams, HostParamsImplMainThread, HostParamsImplShared, ParamClearFlags, ParamRescanFlags,
};
use clack_host::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// What the plugin asked for since it was last looked at. Any thread may ask.
#[derive(Default)]
pub(crate) struct Requests {
    callback: AtomicBool,
    restart: AtomicBool,
    restarts_seen: AtomicU32,
}

impl Requests {
    pub(crate) fn take_callback(&self) -> bool {
        self.callback.swap(false, Ordering::AcqRel)
    }

    pub(crate) fn take_restart(&self) -> bool {
        self.restart.swap(false, Ordering::AcqRel)
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
            .register::<HostAudioPorts>();
    }
}
