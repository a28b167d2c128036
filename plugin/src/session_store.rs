//! The session in memory: what the host persists, under a lock, and what the audio thread reads of it, in atomics.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU16, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use atomic_float::AtomicF32;
use nice_plug::params::persist::PersistentField;
use nice_plug::prelude::*;
use proscenium_dsp::array::{Device, DeviceError, presets};
use proscenium_dsp::constants::MAX_DRIVERS;
use proscenium_dsp::design::{DeviceChoice, MAX_TARGET_NODES, RoomChoice, TargetNodes};
use proscenium_dsp::room::{Room, RoomError, Shoebox};

use crate::device_files::LoadedDevice;
use crate::session::{EditorView, OscSettings, Session, as_kept, valid_gain_db};

/// The session shared by host, editor, designer and audio thread.
///
/// The audio thread reads the atomics only: what its methods say is "safe on the audio thread" neither locks nor
/// allocates. All others are for any other thread. Changes made while audio runs are heard as those of parameters that
/// need a redesign: taken up within 25 ms of programme, then cross-faded.
#[derive(Debug)]
pub struct SessionStore {
    state: Mutex<State>,
    when_loaded: Mutex<Action<()>>,
    when_osc_set: Mutex<Action<OscSettings>>,
    when_replaced: Mutex<Action<()>>,
    device_revision: AtomicU32,
    room_revision: AtomicU32,
    muted: AtomicU16,
    solo: AtomicU16,
    /// Channels of all drivers in one word, [`ROUTE_BITS`] each, so that two that swap are never seen halfway.
    route: AtomicU64,
    gain_db: [AtomicF32; MAX_DRIVERS],
    /// Nodes of the target curve: the bits of frequency and gain in one word, so that none is seen halfway; unused ones are
    /// [`NO_NODE`].
    target: [AtomicU64; MAX_TARGET_NODES],
}

/// In place of a node. A curve in the midst of a change may be seen with some of its nodes; the next look finds it whole.
const NO_NODE: u64 = 0;

/// Bits for the channel of one driver: there are as many channels as drivers at most.
const ROUTE_BITS: usize = 4;
const _: () = assert!(MAX_DRIVERS == 1 << ROUTE_BITS && MAX_DRIVERS * ROUTE_BITS == u64::BITS as usize);

/// What to do when something has happened.
struct Action<T>(Box<dyn Fn(T) + Send>);

impl<T> Default for Action<T> {
    fn default() -> Self {
        Self(Box::new(|_| ()))
    }
}

impl<T> std::fmt::Debug for Action<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Action")
    }
}

impl<T> Action<T> {
    fn set(this: &Mutex<Self>, action: impl Fn(T) + Send + 'static) {
        *this.lock().unwrap_or_else(PoisonError::into_inner) = Self(Box::new(action));
    }

    fn take(this: &Mutex<Self>, what: T) {
        (this.lock().unwrap_or_else(PoisonError::into_inner).0)(what);
    }
}

#[derive(Debug, Default)]
struct State {
    session: Session,
    device: Option<Arc<Device>>,
    editor_open: bool,
}

impl Default for SessionStore {
    fn default() -> Self {
        let store = Self {
            state: Mutex::default(),
            when_loaded: Mutex::default(),
            when_osc_set: Mutex::default(),
            when_replaced: Mutex::default(),
            device_revision: AtomicU32::new(0),
            room_revision: AtomicU32::new(0),
            muted: AtomicU16::new(0),
            solo: AtomicU16::new(0),
            route: AtomicU64::new(0),
            gain_db: Default::default(),
            target: Default::default(),
        };
        store.publish(&Session::default());
        store
    }
}

/// What the audio thread reads.
impl SessionStore {
    /// Counts up with every change of the custom device. Safe on the audio thread.
    pub fn device_revision(&self) -> u32 {
        self.device_revision.load(Ordering::Acquire)
    }

    /// Counts up with every change of the custom room. Safe on the audio thread.
    pub fn room_revision(&self) -> u32 {
        self.room_revision.load(Ordering::Acquire)
    }

    /// Drivers that are not to be heard, by mute or by the solo of others. Safe on the audio thread.
    pub fn silent_drivers(&self) -> u16 {
        let (muted, solo) = (self.muted.load(Ordering::Relaxed), self.solo.load(Ordering::Relaxed));
        if solo == 0 { muted } else { muted | !solo }
    }

    /// Output channel of each driver, counted from 0. Safe on the audio thread.
    pub fn route(&self) -> [u8; MAX_DRIVERS] {
        let packed = self.route.load(Ordering::Relaxed);
        std::array::from_fn(|driver| (packed >> (driver * ROUTE_BITS)) as u8 & (MAX_DRIVERS as u8 - 1))
    }

    /// Gain of each driver, dB. Safe on the audio thread.
    pub fn gains_db(&self) -> [f32; MAX_DRIVERS] {
        std::array::from_fn(|driver| self.gain_db[driver].load(Ordering::Relaxed))
    }

    /// Target curve of the cancellation. Safe on the audio thread.
    pub fn target(&self) -> TargetNodes {
        let nodes = self.target.iter().map(|node| node.load(Ordering::Relaxed));
        let used = nodes.filter(|&node| node != NO_NODE);
        TargetNodes::from_readable(used.map(|node| [node >> 32, node].map(|half| f32::from_bits(half as u32))))
    }
}

/// What the editor sets, driver by driver. A driver beyond [`MAX_DRIVERS`] is ignored and reads as untouched.
impl SessionStore {
    /// Whether the driver is muted. Safe on the audio thread.
    pub fn muted(&self, driver: usize) -> bool {
        has(self.muted.load(Ordering::Relaxed), driver)
    }

    /// Mutes the driver or lets it be heard again.
    pub fn set_muted(&self, driver: usize, muted: bool) {
        self.change(|session| session.muted = with(session.muted, driver, muted));
    }

    /// Whether the driver is soloed. Safe on the audio thread.
    pub fn soloed(&self, driver: usize) -> bool {
        has(self.solo.load(Ordering::Relaxed), driver)
    }

    /// Adds the driver to those that alone are heard, or takes it from them. Mute wins over solo.
    pub fn set_solo(&self, driver: usize, solo: bool) {
        self.change(|session| session.solo = with(session.solo, driver, solo));
    }

    /// Gain of the driver, dB. Safe on the audio thread.
    pub fn gain_db(&self, driver: usize) -> f32 {
        self.gain_db
            .get(driver)
            .map_or(0.0, |gain| gain.load(Ordering::Relaxed))
    }

    /// Sets the gain of the driver's channel, dB, which is brought into
    /// [`MIN_GAIN_DB`](crate::session::MIN_GAIN_DB)..=[`MAX_GAIN_DB`](crate::session::MAX_GAIN_DB).
    pub fn set_gain_db(&self, driver: usize, gain_db: f32) {
        self.change(|session| {
            session.gain_db.resize(MAX_DRIVERS, 0.0);
            if let Some(gain) = session.gain_db.get_mut(driver) {
                *gain = valid_gain_db(gain_db);
            }
        });
    }

    /// Sends the driver to an output channel, counted from 0. The driver that had that channel gets this one's. Channels
    /// beyond [`MAX_DRIVERS`] are ignored.
    pub fn set_route(&self, driver: usize, channel: u8) {
        if driver >= MAX_DRIVERS || usize::from(channel) >= MAX_DRIVERS {
            return;
        }
        self.change(|session| {
            let mut route = valid_route(&session.route);
            if let Some(other) = (0..MAX_DRIVERS).find(|&other| other != driver && route[other] == channel) {
                route[other] = route[driver];
            }
            route[driver] = channel;
            session.route = route.to_vec();
        });
    }

    /// Sets the target curve of the cancellation.
    pub fn set_target(&self, target: &TargetNodes) {
        self.change(|session| session.target = target.nodes().to_vec());
    }

    /// Whether and where a head tracker is listened to.
    pub fn osc(&self) -> OscSettings {
        self.lock().session.osc
    }

    /// Sets whether and where a head tracker is listened to.
    pub fn set_osc(&self, osc: OscSettings) {
        self.change(|session| session.osc = osc);
        Action::take(&self.when_osc_set, osc);
    }

    /// All drivers as in a fresh instance: no mute, no solo, 0 dB, each on its own channel.
    pub fn reset_drivers(&self) {
        let Session {
            route,
            muted,
            solo,
            gain_db,
            ..
        } = Session::default();
        self.change(|session| {
            session.route.clone_from(&route);
            session.gain_db.clone_from(&gain_db);
            (session.muted, session.solo) = (muted, solo);
        });
    }

    /// How the user left the editor.
    pub fn editor_view(&self) -> EditorView {
        self.lock().session.editor.clone()
    }

    /// Keeps how the user leaves the editor.
    pub fn set_editor_view(&self, view: EditorView) {
        self.lock().session.editor = view.valid();
    }

    /// Says whether the editor is open. While it is, a session that the host loads does not change how it looks.
    pub fn set_editor_open(&self, open: bool) {
        self.lock().editor_open = open;
    }

    /// Changes the persisted form and what the audio thread sees of it.
    fn change(&self, change: impl FnOnce(&mut Session)) {
        let mut state = self.lock();
        change(&mut state.session);
        self.publish(&state.session);
    }
}

/// Custom device and persistence.
impl SessionStore {
    /// Replaces the custom device by the text of a device file.
    ///
    /// # Errors
    ///
    /// Fails if the text is not a valid device file; the device in use stays.
    pub fn load_device(&self, text: &str, origin: &str) -> Result<(), DeviceError> {
        self.embed_device(LoadedDevice::from_text(text, origin)?, None);
        Ok(())
    }

    /// Replaces the custom device by one that was loaded, from `file` if its changes are to be followed.
    pub(crate) fn embed_device(&self, loaded: LoadedDevice, file: Option<&Path>) {
        let mut state = self.lock();
        // A path that is no text cannot be kept in one; the device can.
        state.session.device_file = file.and_then(Path::to_str).map(String::from);
        self.put_device(state, loaded);
    }

    /// Replaces the custom device by what its file says now, unless it is no longer the one with that text from that file;
    /// whether it was.
    pub(crate) fn reload_device(&self, loaded: LoadedDevice, file: &Path, text: &str) -> bool {
        let state = self.lock();
        let Session {
            device, device_file, ..
        } = &state.session;
        let is_that = device.as_deref() == Some(text) && device_file.as_deref().map(Path::new) == Some(file);
        if is_that {
            self.put_device(state, loaded);
        }
        is_that
    }

    fn put_device(&self, mut state: MutexGuard<'_, State>, loaded: LoadedDevice) {
        state.device = Some(Arc::new(loaded.device));
        state.session.device = Some(loaded.text);
        drop(state);
        self.device_revision.fetch_add(1, Ordering::AcqRel);
    }

    /// File and text of the custom device, if it came from a file and can be played.
    pub(crate) fn device_source(&self) -> Option<(PathBuf, String)> {
        let state = self.lock();
        state.device.as_ref()?;
        let Session {
            device, device_file, ..
        } = &state.session;
        Some((PathBuf::from(device_file.as_ref()?), device.clone()?))
    }

    /// The file of the custom device, if it came from one.
    pub(crate) fn device_file(&self) -> Option<PathBuf> {
        self.lock().session.device_file.as_ref().map(PathBuf::from)
    }

    /// Name of the custom device; none while there is none.
    pub(crate) fn custom_device_name(&self) -> Option<String> {
        Some(self.lock().device.as_ref()?.name.clone())
    }

    /// The device for a choice as a file: of the custom one the very text that it was loaded from.
    pub(crate) fn device_text(&self, choice: DeviceChoice) -> String {
        if let DeviceChoice::Custom(_) = choice {
            let state = self.lock();
            if let (Some(_), Some(text)) = (&state.device, &state.session.device) {
                return text.clone();
            }
        }
        self.device(choice).to_toml()
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

    /// Replaces the custom room.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be; the room in use stays.
    pub fn set_room(&self, room: &Shoebox) -> Result<(), RoomError> {
        let room = as_kept(room);
        Room::new(&room)?;
        let before = self.lock().session.room.replace(room);
        if before != Some(room) {
            self.room_revision.fetch_add(1, Ordering::AcqRel);
        }
        Ok(())
    }

    /// The room for a choice, `None` for the free field; the living room where there is no custom one. Not for the audio
    /// thread.
    pub fn room(&self, choice: RoomChoice) -> Option<Room> {
        match choice {
            RoomChoice::Off => None,
            RoomChoice::LivingRoom => Some(Room::living_room()),
            RoomChoice::Office => Some(Room::office()),
            RoomChoice::Custom(_) => {
                let custom = self.lock().session.room.and_then(|room| Room::new(&room).ok());
                Some(custom.unwrap_or_else(Room::living_room))
            }
        }
    }

    /// Sets what to do, on the host's main thread, whenever it has loaded a session.
    pub fn when_loaded(&self, action: impl Fn() + Send + 'static) {
        Action::set(&self.when_loaded, move |()| action());
    }

    /// Sets what to do whenever head tracking is set, by the editor or a session that is loaded.
    pub(crate) fn when_osc_set(&self, action: impl Fn(OscSettings) + Send + 'static) {
        Action::set(&self.when_osc_set, action);
    }

    /// Sets what to do whenever a persisted session has been taken over.
    pub(crate) fn when_replaced(&self, action: impl Fn() + Send + 'static) {
        Action::set(&self.when_replaced, move |()| action());
    }

    /// A copy of the persisted form. Not for the audio thread.
    pub fn snapshot(&self) -> Session {
        self.lock().session.clone()
    }

    /// Takes over a persisted session. A custom device that does not parse is reported and not played, but kept for a
    /// version that reads it, unless it is too long to be one; the view of an open editor stays.
    pub fn replace(&self, mut session: Session) {
        session.shorten();
        let device = session.device.as_deref().and_then(|text| {
            let device = Device::from_toml(text, "session");
            if let Err(error) = &device {
                nice_error!("The session's custom device was not loaded: {error}");
            }
            device.ok().map(Arc::new)
        });
        let mut state = self.lock();
        if state.editor_open {
            std::mem::swap(&mut session.editor, &mut state.session.editor);
        }
        self.publish(&session);
        let osc = session.osc;
        (state.session, state.device) = (session, device);
        drop(state);
        self.device_revision.fetch_add(1, Ordering::AcqRel);
        self.room_revision.fetch_add(1, Ordering::AcqRel);
        Action::take(&self.when_osc_set, osc);
        Action::take(&self.when_replaced, ());
    }

    /// Writes the atomics.
    fn publish(&self, session: &Session) {
        let pack = |packed, (driver, channel): (usize, &u8)| packed | u64::from(*channel) << (driver * ROUTE_BITS);
        let route = valid_route(&session.route).iter().enumerate().fold(0, pack);
        self.route.store(route, Ordering::Relaxed);
        self.muted.store(session.muted, Ordering::Relaxed);
        self.solo.store(session.solo, Ordering::Relaxed);
        for (driver, gain) in self.gain_db.iter().enumerate() {
            let gain_db = session.gain_db.get(driver).copied().unwrap_or(0.0);
            gain.store(valid_gain_db(gain_db), Ordering::Relaxed);
        }
        let target = TargetNodes::from_readable(session.target.iter().copied());
        for (index, node) in self.target.iter().enumerate() {
            let packed = target.nodes().get(index).map_or(NO_NODE, |[frequency_hz, gain_db]| {
                u64::from(frequency_hz.to_bits()) << 32 | u64::from(gain_db.to_bits())
            });
            node.store(packed, Ordering::Relaxed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No change to the state stops halfway, so a panic elsewhere cannot leave it broken.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the driver's bit is set.
fn has(drivers: u16, driver: usize) -> bool {
    driver < MAX_DRIVERS && drivers >> driver & 1 == 1
}

/// The drivers with one bit set or cleared.
fn with(drivers: u16, driver: usize, on: bool) -> u16 {
    let bit = if driver < MAX_DRIVERS { 1 << driver } else { 0 };
    if on { drivers | bit } else { drivers & !bit }
}

/// A channel for every driver; its own number where the session has none that exists.
fn valid_route(route: &[u8]) -> [u8; MAX_DRIVERS] {
    std::array::from_fn(|driver| {
        let channel = route.get(driver).copied();
        let exists = |channel: &u8| usize::from(*channel) < MAX_DRIVERS;
        channel.filter(exists).unwrap_or(driver as u8)
    })
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
        Action::take(&self.when_loaded, ());
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&Session) -> R,
    {
        f(&self.lock().session)
    }
}

#[cfg(test)]
mod tests;
