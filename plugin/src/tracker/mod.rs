//! Follows a head tracker that sends where the listener is, as OSC over UDP.
//!
//! ```text
//! osc.rs       a datagram to a pose
//! pose.rs      poses, and the way of the latest one to the audio thread
//! receiver.rs  the thread that listens
//! ```
//!
//! Off unless the session says otherwise. While it is on, the latest pose takes the place of the parameters Distance,
//! Listener Offset and Head Turn, and holds when nothing comes any more; switched off, the parameters hold again.

mod osc;
mod pose;
mod receiver;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nice_plug::prelude::*;

pub use osc::decode_listener;
pub(crate) use pose::{DISTANCES_M, OFFSETS_M, YAWS_DEG};
pub use pose::{ListenerPose, TrackedHead};
use receiver::Receiver;

use crate::session::OscSettings;

/// A pose is current this long; after that the tracker counts as silent.
const CURRENT: Duration = Duration::from_secs(1);

/// How head tracking is getting on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Status {
    /// It is switched off.
    Off,
    /// It cannot listen; why, in a sentence.
    Failed(String),
    /// It listens there, and no pose has come yet.
    Listening(SocketAddr),
    /// The listener is there.
    Tracking(ListenerPose),
    /// The listener was there when the tracker fell silent, and counts as being there still.
    Holding(ListenerPose),
}

/// The head tracking of one instance. Not for the audio thread, which reads the [`TrackedHead`] alone.
#[derive(Debug)]
pub(crate) struct Tracker {
    head: Arc<TrackedHead>,
    ear: Mutex<Ear>,
}

/// What listens, or why nothing does.
#[derive(Debug, Default)]
struct Ear {
    settings: OscSettings,
    receiver: Option<Receiver>,
    error: Option<String>,
}

impl Tracker {
    /// A tracker, switched off, whose poses go to `head`.
    pub(crate) fn new(head: Arc<TrackedHead>) -> Self {
        Self {
            head,
            ear: Mutex::default(),
        }
    }

    /// Listens as the settings say from now on. Does nothing if that is so already. A port that cannot be had is reported
    /// and tried anew the next time.
    pub(crate) fn apply(&self, settings: OscSettings) {
        let mut ear = self.ear();
        let listens = ear.receiver.as_ref().is_some_and(Receiver::is_alive);
        if ear.settings == settings && listens == settings.enabled {
            return;
        }
        // The old port is free, and its last pose gone, before the new one is asked for.
        *ear = Ear {
            settings,
            ..Ear::default()
        };
        self.head.forget();
        if settings.enabled {
            match Receiver::start(settings.port, Arc::clone(&self.head)) {
                Ok(receiver) => ear.receiver = Some(receiver),
                Err(error) => {
                    let error = format!("Port {} {error}.", settings.port);
                    nice_error!("Head tracking: {error}");
                    ear.error = Some(error);
                }
            }
        }
    }

    /// How it is getting on.
    pub(crate) fn status(&self) -> Status {
        let ear = self.ear();
        if let Some(error) = &ear.error {
            return Status::Failed(error.clone());
        }
        let Some(receiver) = &ear.receiver else {
            return Status::Off;
        };
        match (self.head.latest(), self.head.age()) {
            (Some(pose), Some(age)) if age < CURRENT => Status::Tracking(pose),
            (Some(pose), _) => Status::Holding(pose),
            (None, _) => Status::Listening(receiver.address()),
        }
    }

    fn ear(&self) -> MutexGuard<'_, Ear> {
        self.ear.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
