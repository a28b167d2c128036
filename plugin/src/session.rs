//! What a session keeps besides parameters: the custom device, routing, mutes, the editor's size and view.

use std::ops::Deref;
use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use nice_plug::params::persist::PersistentField;
use nice_plug::prelude::*;
use proscenium_dsp::array::{Device, DeviceError, presets};
use proscenium_dsp::constants::MAX_DRIVERS;
use proscenium_dsp::design::DeviceChoice;
use serde::{Deserialize, Serialize};

/// Version of [`Session`]; raised with every change that older versions could not read.
pub const SESSION_VERSION: u32 = 1;

/// The persisted form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// Version of this form.
    pub version: u32,
    /// The custom device, as the text of its file.
    pub device: Option<String>,
    /// Output channel of each driver, counted from 0.
    pub route: Vec<u8>,
    /// Drivers that are muted, one bit each.
    pub muted: u16,
    /// Drivers that are soloed, one bit each.
    pub solo: u16,
    /// The editor.
    pub editor: EditorView,
}

/// How the user left the editor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EditorView {
    /// Size of the window, logical pixels.
    pub size: [u32; 2],
    /// Scale factor.
    pub scale: f32,
    /// Name of the panel in front.
    pub panel: String,
}

impl Default for EditorView {
    fn default() -> Self {
        Self {
            size: [1100, 720],
            scale: 1.0,
            panel: String::from("stage"),
        }
    }
}

impl Default for Session {
    fn default() -> Self {
        Self {
            version: SESSION_VERSION,
            device: None,
            route: (0..MAX_DRIVERS as u8).collect(),
            muted: 0,
            solo: 0,
            editor: EditorView::default(),
        }
    }
}

/// The session shared by host, editor, designer and audio thread. The audio thread reads the atomics only.
#[derive(Debug)]
pub struct SessionStore {
    state: Mutex<State>,
    when_loaded: Mutex<WhenLoaded>,
    device_revision: AtomicU32,
    muted: AtomicU16,
    solo: AtomicU16,
    route: [AtomicU8; MAX_DRIVERS],
}

/// What to do when a session has been loaded.
struct WhenLoaded(Box<dyn Fn() + Send>);

impl Default for WhenLoaded {
    fn default() -> Self {
        Self(Box::new(|| ()))
    }
}

impl std::fmt::Debug for WhenLoaded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WhenLoaded")
    }
}

#[derive(Debug, Default)]
struct State {
    session: Session,
    device: Option<Arc<Device>>,
}

impl Default for SessionStore {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            when_loaded: Mutex::default(),
            device_revision: AtomicU32::new(0),
            muted: AtomicU16::new(0),
            solo: AtomicU16::new(0),
            route: std::array::from_fn(|driver| AtomicU8::new(driver as u8)),
        }
    }
}

impl SessionStore {
    /// Counts up with every change of the custom device. Safe on the audio thread.
    pub fn device_revision(&self) -> u32 {
        self.device_revision.load(Ordering::Acquire)
    }

    /// Drivers that are not to be heard, by mute or by the solo of others. Safe on the audio thread.
    pub fn silent_drivers(&self) -> u16 {
        let (muted, solo) = (self.muted.load(Ordering::Relaxed), self.solo.load(Ordering::Relaxed));
        if solo == 0 { muted } else { muted | !solo }
    }

    /// Output channel of each driver. Safe on the audio thread.
    pub fn route(&self) -> [u8; MAX_DRIVERS] {
        std::array::from_fn(|driver| self.route[driver].load(Ordering::Relaxed))
    }

    /// Replaces the custom device by the text of a device file.
    ///
    /// # Errors
    ///
    /// Fails if the text is not a valid device file; the device in use stays.
    pub fn load_device(&self, text: &str, origin: &str) -> Result<(), DeviceError> {
        let device = Device::from_toml(text, origin)?;
        let mut state = self.lock();
        state.device = Some(Arc::new(device));
        state.session.device = Some(String::from(text));
        drop(state);
        self.device_revision.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }

    /// The device for a choice; the first preset where there is no such device. Not for the audio thread.
    pub fn device(&self, choice: DeviceChoice) -> Arc<Device> {
        let presets = presets();
        match choice {
            DeviceChoice::Preset(index) => {
                let index = usize::from(index).min(presets.len() - 1);
                Arc::new(presets[index].device.clone())
            }
            DeviceChoice::Custom(_) => {
                let custom = self.lock().device.clone();
                custom.unwrap_or_else(|| Arc::new(presets[0].device.clone()))
            }
        }
    }

    /// Sets what to do, on the host's main thread, whenever it has loaded a session.
    pub fn when_loaded(&self, action: impl Fn() + Send + 'static) {
        *self.when_loaded.lock().unwrap_or_else(PoisonError::into_inner) = WhenLoaded(Box::new(action));
    }

    /// A copy of the persisted form. Not for the audio thread.
    pub fn snapshot(&self) -> Session {
        self.lock().session.clone()
    }

    /// Takes over a persisted session. A custom device that does not parse is reported and left out.
    pub fn replace(&self, session: Session) {
        let device = session.device.as_deref().and_then(|text| {
            let device = Device::from_toml(text, "session");
            if let Err(error) = &device {
                nice_error!("The session's custom device was not loaded: {error}");
            }
            device.ok().map(Arc::new)
        });
        for (driver, route) in self.route.iter().enumerate() {
            let channel = session.route.get(driver).copied().unwrap_or(driver as u8);
            route.store(channel, Ordering::Relaxed);
        }
        self.muted.store(session.muted, Ordering::Relaxed);
        self.solo.store(session.solo, Ordering::Relaxed);
        *self.lock() = State { session, device };
        self.device_revision.fetch_add(1, Ordering::AcqRel);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // The state is replaced as a whole, so a panic elsewhere cannot leave it half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A [`SessionStore`] in the hands of its several users; what the framework persists.
#[derive(Debug, Clone, Default)]
pub struct SharedSession(Arc<SessionStore>);

impl Deref for SharedSession {
    type Target = SessionStore;

    fn deref(&self) -> &SessionStore {
        &self.0
    }
}

impl PersistentField<'_, Session> for SharedSession {
    fn set(&self, session: Session) {
        self.replace(session);
        // The framework sets parameters before persisted fields, so everything is in place now.
        (self.when_loaded.lock().unwrap_or_else(PoisonError::into_inner).0)();
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&Session) -> R,
    {
        f(&self.lock().session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solo_silences_the_others_and_mute_wins() {
        let store = SessionStore::default();
        store.replace(Session {
            muted: 0b0010,
            ..Session::default()
        });
        assert_eq!(store.silent_drivers(), 0b0010);
        store.replace(Session {
            muted: 0b0010,
            solo: 0b0110,
            ..Session::default()
        });
        assert_eq!(store.silent_drivers(), !0b0100);
    }

    #[test]
    fn a_bad_device_leaves_the_one_in_use() {
        let store = SessionStore::default();
        let text = presets()[1].device.to_toml();
        store.load_device(&text, "good.toml").unwrap();
        let revision = store.device_revision();
        let before = store.device(DeviceChoice::Custom(revision));
        assert!(store.load_device("name = 3", "bad.toml").is_err());
        assert_eq!(store.device(DeviceChoice::Custom(revision)), before);
        assert_eq!(store.device_revision(), revision);
        assert_eq!(store.snapshot().device.as_deref(), Some(text.as_str()));
    }

    #[test]
    fn sessions_of_older_versions_load_with_defaults() {
        let session: Session = serde_json::from_str(r#"{"version":1,"muted":3}"#).unwrap();
        assert_eq!(
            session,
            Session {
                muted: 3,
                ..Session::default()
            }
        );
    }
}
