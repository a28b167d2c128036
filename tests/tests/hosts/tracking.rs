//! Head tracking by OSC: heard while the host plays in real time, never in an offline render.

use proscenium_host::{RenderJob, RenderMode};
use proscenium_tests::Rig;
use proscenium_tests::signals::{assert_identical, difference, programme};
use std::net::{Ipv4Addr, UdpSocket};
use std::time::{Duration, Instant};

const BLOCK: usize = 512;

/// A port that nothing listens on.
fn free_port() -> u16 {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.local_addr().unwrap().port()
}

/// Tells whoever listens where the listener is: metres from the device forward and to the left, and degrees to the left.
fn send(port: u16, pose: [f32; 3]) {
    let mut message = b"/proscenium/listener\0\0\0\0,fff\0\0\0\0".to_vec();
    message.extend(pose.into_iter().flat_map(f32::to_be_bytes));
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.send_to(&message, (Ipv4Addr::LOCALHOST, port)).unwrap();
}

/// A fresh instance that listens on a port.
fn listening(port: u16) -> Rig {
    let mut rig = Rig::new(8);
    let state = String::from_utf8(rig.host.save_state().unwrap()[8..].to_vec()).unwrap();
    let on = state.replace(
        r#"\"osc\":{\"enabled\":false,\"port\":9000}"#,
        &format!(r#"\"osc\":{{\"enabled\":true,\"port\":{port}}}"#),
    );
    assert_ne!(on, state, "a fresh instance has it off");
    let on = [&(on.len() as u64).to_le_bytes()[..], on.as_bytes()].concat();
    rig.host.load_state(&on).unwrap();
    rig
}

/// The output of one more block of a tone that repeats with every block.
fn block(rig: &mut Rig) -> Vec<Vec<f32>> {
    let tone = |n: usize| 0.1 * (std::f32::consts::TAU * 16.0 * n as f32 / BLOCK as f32).sin();
    let tone: Vec<f32> = (0..BLOCK).map(tone).collect();
    let silence = vec![0.0; BLOCK];
    rig.host.process(&[&tone, &silence], BLOCK, &[]).unwrap()
}

#[test]
fn the_sound_follows_a_tracked_head_in_real_time() {
    let port = free_port();
    let mut rig = listening(port);
    rig.host.set_render_mode(RenderMode::Realtime).unwrap();
    rig.host.activate(48_000.0, BLOCK).unwrap();
    let before = (0..60).map(|_| block(&mut rig)).last().unwrap();
    assert!(difference(&before, &block(&mut rig)) < 1e-5);
    send(port, [-1.0, 0.4, 20.0]);
    let begun = Instant::now();
    while difference(&before, &block(&mut rig)) < 1e-3 {
        assert!(begun.elapsed() < Duration::from_secs(20), "not heard");
        std::thread::sleep(Duration::from_millis(5));
    }
    rig.host.deactivate().unwrap();
}

#[test]
fn an_offline_render_goes_by_the_parameters() {
    let input = programme(12_000);
    let job = RenderJob::new(&input, 48_000.0);
    let expected = Rig::new(8).render(&job).channels;
    let port = free_port();
    let mut rig = listening(port);
    send(port, [-1.0, 0.4, 20.0]);
    std::thread::sleep(Duration::from_millis(300));
    assert_identical(&rig.render(&job).channels, &expected, "offline");
}
