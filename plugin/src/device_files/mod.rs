//! Device files of one instance: read, written and followed on a thread of their own, which is there only once it is needed.
//!
//! ```text
//! loaded.rs  path to embedded device
//! watch.rs   what becomes of the file that the custom device came from
//! pin.rs     code that must outlive the plugin
//! ```
//!
//! What the session holds is what plays; the file is a convenience. Audio and GUI threads never wait for a disk.

mod loaded;
mod pin;
mod watch;

use std::collections::VecDeque;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nice_plug::prelude::*;

pub(crate) use loaded::{LoadedDevice, MAX_EMBEDDED_BYTES, name_of};
pub(crate) use pin::keep_code_loaded;
pub(crate) use watch::FileStatus;
use watch::Watch;

use crate::session_store::SharedSession;

/// Time between two looks at a file that is followed.
const LOOK_PERIOD: Duration = Duration::from_millis(500);
/// Longest wait for the thread when the instance goes. One that takes longer waits for a disk, and the host must not.
const PATIENCE: Duration = Duration::from_secs(3);

/// What came of something that the user asked for.
#[derive(Debug, PartialEq)]
pub(crate) enum Answer {
    /// The device of a file. It is not in the session yet.
    Loaded(PathBuf, Box<LoadedDevice>),
    /// A file was written.
    Exported(PathBuf),
    /// It did not work; why, in a line.
    Refused(String),
}

/// Something that the user asks for.
enum Job {
    Load(PathBuf),
    Export { path: PathBuf, text: String, replace: bool },
}

/// What the thread and its owner share.
#[derive(Default)]
struct Desk {
    inbox: Mutex<Inbox>,
    wake: Condvar,
}

#[derive(Default)]
struct Inbox {
    jobs: VecDeque<Job>,
    answers: VecDeque<Answer>,
    /// What to follow from now on.
    watch: Option<Option<Watch>>,
    status: Option<FileStatus>,
    paused: bool,
    stop: bool,
}

impl Desk {
    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The device files of one instance. Not for the audio thread.
pub(crate) struct DeviceFiles {
    session: SharedSession,
    desk: Arc<Desk>,
    /// Tells when the thread has ended; none before it is needed.
    thread: Mutex<Option<Receiver<()>>>,
}

impl DeviceFiles {
    /// Of an instance with this session. Nothing is followed yet.
    pub(crate) fn new(session: SharedSession) -> Self {
        Self {
            session,
            desk: Arc::default(),
            thread: Mutex::default(),
        }
    }

    /// Reads a device file. The answer comes later.
    pub(crate) fn load(&self, path: PathBuf) {
        self.ask(Job::Load(path));
    }

    /// Writes the text of a device to a file, which must not exist unless it is to be replaced. The answer comes later.
    pub(crate) fn export(&self, path: PathBuf, text: String, replace: bool) {
        self.ask(Job::Export { path, text, replace });
    }

    /// The next answer.
    pub(crate) fn take_answer(&self) -> Option<Answer> {
        self.desk.inbox().answers.pop_front()
    }

    /// Forgets what was asked for and not answered, or answered and not taken.
    pub(crate) fn forget_answers(&self) {
        let mut inbox = self.desk.inbox();
        inbox.jobs.retain(|job| matches!(job, Job::Export { .. }));
        inbox.answers.clear();
    }

    /// Follows the file that a session names which was opened just now, if any.
    pub(crate) fn follow_session(&self) {
        self.follow(Watch::new);
    }

    /// Follows the file that the session's device was loaded from just now.
    pub(crate) fn follow_loaded(&self) {
        self.follow(|path, text| Watch::new(path, text).just_loaded());
    }

    fn follow(&self, watch: impl FnOnce(PathBuf, String) -> Watch) {
        let watch = self.session.device_source().map(|(path, text)| watch(path, text));
        let wanted = watch.is_some();
        let mut inbox = self.desk.inbox();
        inbox.status = watch.as_ref().map(|watch| watch.status().clone());
        inbox.watch = Some(watch);
        drop(inbox);
        if wanted {
            self.wake();
        }
    }

    /// How the followed file is getting on; none where none is followed.
    pub(crate) fn status(&self) -> Option<FileStatus> {
        self.desk.inbox().status.clone()
    }

    /// Whether changes of the file are left alone for now: an offline render is to be the same each time.
    pub(crate) fn set_paused(&self, paused: bool) {
        self.desk.inbox().paused = paused;
        self.desk.wake.notify_one();
    }

    fn ask(&self, job: Job) {
        self.desk.inbox().jobs.push_back(job);
        self.wake();
    }

    /// Wakes the thread, or starts it.
    fn wake(&self) {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.is_none() {
            *thread = self.start();
        }
        self.desk.wake.notify_one();
    }

    fn start(&self) -> Option<Receiver<()>> {
        let (alive, ended) = channel::<()>();
        let (desk, session) = (Arc::clone(&self.desk), self.session.clone());
        let work = move || {
            let mut watch = None;
            while let Some(errand) = next(&desk, &mut watch) {
                let run = || run(errand, &desk, &session, &mut watch);
                if catch_unwind(AssertUnwindSafe(run)).is_err() {
                    nice_error!("The thread for device files failed and goes on; the device in use stays.");
                }
            }
            drop((desk, session, watch));
            drop(alive);
        };
        let thread = std::thread::Builder::new()
            .name(String::from("proscenium-files"))
            .spawn(work);
        if let Err(error) = &thread {
            nice_error!("No thread for device files: {error}.");
            let refused = Answer::Refused(format!("There is no thread to read or write files: {error}."));
            self.desk.inbox().answers.push_back(refused);
        }
        thread.ok().map(|_| ended)
    }
}

impl Drop for DeviceFiles {
    fn drop(&mut self) {
        let thread = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            self.desk.inbox().stop = true;
            self.desk.wake.notify_one();
            // Ends with an error as soon as the thread is gone.
            if thread.recv_timeout(PATIENCE) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                keep_code_loaded();
            }
        }
    }
}

/// Something for the thread to do.
enum Errand {
    Do(Job),
    Look,
}

/// Waits for the next errand; none when it is time to stop.
fn next(desk: &Desk, watch: &mut Option<Watch>) -> Option<Errand> {
    let mut inbox = desk.inbox();
    loop {
        if inbox.stop {
            return None;
        }
        if let Some(job) = inbox.jobs.pop_front() {
            return Some(Errand::Do(job));
        }
        if let Some(other) = inbox.watch.take() {
            *watch = other;
            if watch.is_some() && !inbox.paused {
                return Some(Errand::Look);
            }
        }
        if watch.is_none() || inbox.paused {
            inbox = desk.wake.wait(inbox).unwrap_or_else(PoisonError::into_inner);
            continue;
        }
        let (woken, waited) = desk
            .wake
            .wait_timeout(inbox, LOOK_PERIOD)
            .unwrap_or_else(PoisonError::into_inner);
        inbox = woken;
        if waited.timed_out() && !inbox.paused && !inbox.stop {
            return Some(Errand::Look);
        }
    }
}

fn run(errand: Errand, desk: &Desk, session: &SharedSession, watch: &mut Option<Watch>) {
    let answer = match errand {
        Errand::Look => {
            if let Some(watch) = watch {
                look(watch, desk, session);
            }
            return;
        }
        Errand::Do(Job::Load(path)) => match LoadedDevice::read(&path) {
            Ok(loaded) => Answer::Loaded(path, Box::new(loaded)),
            Err(error) => Answer::Refused(error.to_string()),
        },
        Errand::Do(Job::Export { path, text, replace }) => match write(&path, &text, replace) {
            Ok(()) => Answer::Exported(path),
            Err(error) => Answer::Refused(export_error(&path, &error)),
        },
    };
    desk.inbox().answers.push_back(answer);
}

/// Looks at the followed file, and puts what it has become into the session.
fn look(watch: &mut Watch, desk: &Desk, session: &SharedSession) {
    if let Some(loaded) = watch.look() {
        if desk.inbox().paused {
            // A render has begun meanwhile.
            watch.look_again();
            return;
        }
        let text = loaded.text.clone();
        if session.reload_device(loaded, watch.path(), watch.embedded()) {
            nice_log!("{} was changed and is loaded anew.", watch.path().display());
            watch.note_embedded(text);
        }
    }
    let mut inbox = desk.inbox();
    // The status of another file is another's business.
    if inbox.watch.is_none() {
        inbox.status = Some(watch.status().clone());
    }
}

/// Writes a text file.
fn write(path: &Path, text: &str, replace: bool) -> io::Result<()> {
    if !replace {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        return file
            .write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .inspect_err(|_| {
                // Half a file is of no use, and would be in the way of the next try.
                let _ = std::fs::remove_file(path);
            });
    }
    std::fs::write(path, text)
}

fn export_error(path: &Path, error: &io::Error) -> String {
    let file = name_of(path);
    match error.kind() {
        io::ErrorKind::AlreadyExists => format!("{file}: there is such a file already; give another name"),
        io::ErrorKind::NotFound => format!("{file}: there is no such folder"),
        io::ErrorKind::PermissionDenied => format!("{file}: you may not write there"),
        _ => format!("{file}: {error}"),
    }
}

#[cfg(test)]
mod tests;
