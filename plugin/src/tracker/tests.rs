//! A tracker and what it sends, over real sockets.

use std::net::{Ipv4Addr, UdpSocket};
use std::time::Instant;

use nice_plug::params::persist::PersistentField;
use rosc::{OscMessage, OscPacket, OscType, encoder::encode};

use super::*;
use crate::session::Session;
use crate::shared::Shared;

/// A head tracker.
struct Source(UdpSocket);

impl Source {
    fn new() -> Self {
        Self(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap())
    }

    fn send(&self, port: u16, bytes: &[u8]) {
        self.0.send_to(bytes, (Ipv4Addr::LOCALHOST, port)).unwrap();
    }

    fn send_pose(&self, port: u16, x: f32, y: f32, yaw: f32) {
        let message = OscMessage {
            addr: String::from("/proscenium/listener"),
            args: [x, y, yaw].map(OscType::Float).into(),
        };
        self.send(port, &encode(&OscPacket::Message(message)).unwrap());
    }
}

/// A port that nothing listens on.
fn free_port() -> u16 {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.local_addr().unwrap().port()
}

fn on(port: u16) -> OscSettings {
    OscSettings { enabled: true, port }
}

fn wait_for(what: &str, done: impl Fn() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(10), "{what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Distance, offset and turn that filters are designed for, metres and degrees.
fn designed_for(shared: &Shared) -> [f32; 3] {
    let settings = shared.params.design_settings();
    let yaw_deg = settings.yaw_rad.to_degrees();
    [settings.distance_m, settings.offset_m, (10.0 * yaw_deg).round() / 10.0]
}

#[test]
fn filters_follow_the_tracker_until_it_is_switched_off() {
    let (shared, source, port) = (Shared::default(), Source::new(), free_port());
    assert_eq!(shared.tracker.status(), Status::Off);
    source.send_pose(port, -1.0, 0.5, 20.0);
    shared.params.session.set_osc(on(port));
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    assert_eq!(shared.tracker.status(), Status::Listening(address));
    assert_eq!(designed_for(&shared), [2.0, 0.0, 0.0]);
    source.send_pose(port, -1.5, 0.25, -12.5);
    wait_for("a pose", || designed_for(&shared) == [1.5, 0.25, -12.5]);
    assert_eq!(shared.params.controls().design, shared.params.design_settings());
    assert!(matches!(shared.tracker.status(), Status::Tracking(pose) if pose.yaw_deg == -12.5));
    // What is not a pose changes nothing.
    for bytes in [
        &b""[..],
        b"#bundle",
        b"/proscenium/listener\0\0\0\0,fff\0\0\0\0",
        &[0xff; 60_000],
    ] {
        source.send(port, bytes);
    }
    source.send_pose(port, f32::NAN, 0.0, 0.0);
    source.send_pose(port, -1.25, 0.0, 0.0);
    wait_for("the next pose", || designed_for(&shared) == [1.25, 0.0, 0.0]);
    shared.params.session.set_osc(OscSettings::default());
    assert_eq!(designed_for(&shared), [2.0, 0.0, 0.0]);
    assert_eq!(shared.tracker.status(), Status::Off);
    // The port is free again.
    drop(UdpSocket::bind(address).unwrap());
}

#[test]
fn the_last_pose_holds_when_the_tracker_falls_silent() {
    let (shared, source, port) = (Shared::default(), Source::new(), free_port());
    shared.params.session.set_osc(on(port));
    source.send_pose(port, -0.75, 0.0, 5.0);
    wait_for("silence", || matches!(shared.tracker.status(), Status::Holding(_)));
    assert_eq!(designed_for(&shared), [0.75, 0.0, 5.0]);
    // The same settings again change nothing.
    shared.params.session.set_osc(on(port));
    assert_eq!(designed_for(&shared), [0.75, 0.0, 5.0]);
}

#[test]
fn a_port_in_use_is_told_and_tried_anew() {
    let (first, second, port) = (Shared::default(), Shared::default(), free_port());
    first.params.session.set_osc(on(port));
    second.params.session.set_osc(on(port));
    let Status::Failed(error) = second.tracker.status() else {
        panic!("{:?}", second.tracker.status());
    };
    assert!(
        error.starts_with(&format!("Port {port} is in use by another instance")),
        "{error}"
    );
    drop(first);
    second.params.session.set_osc(on(port));
    assert!(matches!(second.tracker.status(), Status::Listening(_)));
}

#[test]
fn an_instance_that_goes_ends_its_thread_at_once() {
    let port = free_port();
    let begun = Instant::now();
    for _ in 0..20 {
        let shared = Shared::default();
        shared.params.session.set_osc(on(port));
        assert!(matches!(shared.tracker.status(), Status::Listening(_)));
    }
    // Far less than twenty times the thread's patience.
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[test]
fn sessions_switch_it_on_and_off() {
    let (shared, source, port) = (Shared::default(), Source::new(), free_port());
    let load = |text: &str| {
        shared
            .params
            .session
            .set(serde_json::from_str::<Session>(text).unwrap());
    };
    load(&format!(r#"{{"version":1,"osc":{{"enabled":true,"port":{port}}}}}"#));
    source.send_pose(port, -1.0, 0.0, 0.0);
    wait_for("a pose", || designed_for(&shared)[0] == 1.0);
    let saved = shared
        .params
        .session
        .map(|session| serde_json::to_string(session).unwrap());
    assert!(
        saved.contains(&format!(r#""osc":{{"enabled":true,"port":{port}}}"#)),
        "{saved}"
    );
    // One from before there was head tracking.
    load(r#"{"version":1,"muted":1}"#);
    assert_eq!(shared.tracker.status(), Status::Off);
    assert_eq!(designed_for(&shared)[0], 2.0);
}

#[test]
fn a_render_offline_ignores_it() {
    let shared = Shared::default();
    shared.params.tracked.put(ListenerPose {
        distance_m: 1.0,
        offset_m: 0.1,
        yaw_deg: 3.0,
    });
    assert_eq!(designed_for(&shared), [1.0, 0.1, 3.0]);
    shared.params.tracked.set_ignored(true);
    assert_eq!(designed_for(&shared), [2.0, 0.0, 0.0]);
    shared.params.tracked.set_ignored(false);
    assert_eq!(designed_for(&shared), [1.0, 0.1, 3.0]);
}

/// More than it looks at: it goes on, and the pose after the flood arrives.
#[test]
fn a_flood_is_survived() {
    let (shared, source, port) = (Shared::default(), Source::new(), free_port());
    shared.params.session.set_osc(on(port));
    let junk = vec![b'#'; 30_000];
    for n in 0..3000 {
        let _ = source.0.send_to(&junk[..n * 10], (Ipv4Addr::LOCALHOST, port));
    }
    wait_for("the pose after", || {
        source.send_pose(port, -3.0, 0.0, 0.0);
        designed_for(&shared)[0] == 3.0
    });
}
