//! The thread that listens for a head tracker.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::osc::decode_listener;
use super::pose::TrackedHead;

/// The thread looks this often whether it is to end, should the datagram that wakes it get lost.
const PATIENCE: Duration = Duration::from_millis(100);
/// Longest datagram that UDP can carry over IPv4, bytes.
const MAX_DATAGRAM: usize = 65_507;
/// At most this many datagrams are looked at in so long; the system drops what piles up meanwhile. Trackers send a thousand a
/// second at most.
const MANY: u32 = 64;
const WINDOW: Duration = Duration::from_millis(10);

/// Listens until it is dropped.
#[derive(Debug)]
pub(super) struct Receiver {
    socket: UdpSocket,
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Receiver {
    /// Listens on a port of the loopback interface; poses go to `head`.
    ///
    /// # Errors
    /// If the port cannot be had, because something else listens there for instance, or there is no thread to be had: in words
    /// that follow the number of the port.
    pub(super) fn start(port: u16, head: Arc<TrackedHead>) -> io::Result<Self> {
        Self::open(port, head).map_err(|error| in_words(&error))
    }

    fn open(port: u16, head: Arc<TrackedHead>) -> io::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, port))?;
        socket.set_read_timeout(Some(PATIENCE))?;
        let (address, listening) = (socket.local_addr()?, socket.try_clone()?);
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new()
            .name(String::from("proscenium-tracker"))
            .spawn(move || listen(&listening, &head, &stopped))?;
        Ok(Self {
            socket,
            address,
            stop,
            thread: Some(thread),
        })
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether the thread still runs.
    pub(super) fn is_alive(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| !thread.is_finished())
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        // Wakes the thread; if it gets lost, that wakes by itself before long.
        let _ = self.socket.send_to(&[], self.address);
        if let Some(thread) = self.thread.take() {
            // A panic in the thread has been logged where it happened.
            let _ = thread.join();
        }
    }
}

/// What is wrong with a port, in words that follow its number.
fn in_words(error: &io::Error) -> io::Error {
    let words = match error.kind() {
        ErrorKind::AddrInUse => String::from("is in use by another instance or program"),
        ErrorKind::PermissionDenied => String::from("is reserved by the system; choose one above 1023"),
        _ => format!("cannot be used: {error}"),
    };
    io::Error::new(error.kind(), words)
}

/// Takes poses until told to stop. Nothing that comes in ends it.
fn listen(socket: &UdpSocket, head: &TrackedHead, stopped: &AtomicBool) {
    let mut datagram = vec![0; MAX_DATAGRAM];
    let (mut window, mut count) = (Instant::now(), 0);
    while !stopped.load(Ordering::Acquire) {
        match socket.recv(&mut datagram) {
            Ok(length) => {
                let decoded = catch_unwind(AssertUnwindSafe(|| decode_listener(&datagram[..length])));
                if let Ok(Some(pose)) = decoded {
                    head.put(pose);
                }
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            // Such as a datagram that is too long, on some systems. Should it persist, it must not cost much.
            Err(_) => std::thread::sleep(WINDOW),
        }
        count += 1;
        if window.elapsed() >= WINDOW {
            (window, count) = (Instant::now(), 0);
        } else if count >= MANY {
            std::thread::sleep(WINDOW.saturating_sub(window.elapsed()));
        }
    }
}
