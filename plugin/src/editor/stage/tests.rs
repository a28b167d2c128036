//! The stage in use.

use std::sync::Arc;

use egui::{Event, Modifiers, Pos2, Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::StagePanel;
use crate::editor::testing::{Recorder, Stand, Told, drag, place, turn_wheel};
use crate::params::ProsceniumParams;
use crate::tracker::ListenerPose;

/// The stage of the default device, 2 m away, in a window.
struct Bench {
    harness: Harness<'static, Stand>,
    params: Arc<ProsceniumParams>,
    recorder: Arc<Recorder>,
}

impl Bench {
    fn new() -> Self {
        let stand = Stand::new().analysed();
        let (params, recorder) = (Arc::clone(&stand.shared.params), Arc::clone(&stand.recorder));
        let mut panel = StagePanel::default();
        let mut harness = stand.harness(vec2(600.0, 560.0), move |ui, scene| panel.show(ui, scene));
        harness.run();
        Self {
            harness,
            params,
            recorder,
        }
    }

    /// Drags a handle and checks that this was one whole gesture of exactly these parameters.
    fn drag(&mut self, handle: &str, way: impl Into<Vec2>, ids: &[&str]) {
        self.drag_from(place(&self.harness, handle).center(), way.into(), ids);
    }

    fn drag_from(&mut self, from: Pos2, way: Vec2, ids: &[&str]) {
        drag(&mut self.harness, from, way);
        let told = self.recorder.take();
        for id in ids {
            let own: Vec<Told> = told
                .iter()
                .filter(|(told, _)| told == id)
                .map(|(_, told)| *told)
                .collect();
            let values = own.iter().filter(|told| matches!(told, Told::Set(_))).count();
            assert!(matches!(own[..], [Told::Begin, .., Told::End]), "{id}: {own:?}");
            assert_eq!(values + 2, own.len(), "{id}: {own:?}");
        }
        assert!(told.iter().all(|(id, _)| ids.contains(&id.as_str())), "{told:?}");
    }
}

#[test]
fn virtual_loudspeakers_move_width_alike() {
    let mut widths = Vec::new();
    for (handle, outwards) in [("stage:left-speaker", -1.0), ("stage:right-speaker", 1.0)] {
        let mut bench = Bench::new();
        bench.drag(handle, [40.0 * outwards, 20.0], &["width"]);
        widths.push(bench.params.width.value());
        bench.drag(handle, [-60.0 * outwards, 0.0], &["width"]);
        assert!(bench.params.width.value() < widths[0], "{handle}");
    }
    assert!(widths[0] > 33.0 && (widths[0] - widths[1]).abs() < 0.2, "{widths:?}");
}

#[test]
fn the_head_moves_distance_and_offset_to_where_it_is_put() {
    let mut bench = Bench::new();
    let before = place(&bench.harness, "stage:head").center();
    // Towards the device is nearer; left on the screen is the listener's left, positive.
    bench.drag("stage:head", [-50.0, -100.0], &["distance", "offset"]);
    let (distance_m, offset_m) = (bench.params.distance.value(), bench.params.offset.value());
    assert!(distance_m < 1.6 && offset_m > 0.1, "{distance_m} {offset_m}");
    bench.drag("stage:head", [50.0, 0.0], &["distance", "offset"]);
    assert!(
        bench.params.offset.value().abs() < 0.02,
        "{}",
        bench.params.offset.value()
    );
    assert_eq!(place(&bench.harness, "stage:head").center().x.round(), before.x.round());
}

#[test]
fn the_rim_follows_the_pointer_on_every_side() {
    for outwards in [vec2(1.0, 0.0), vec2(-1.0, 0.0), vec2(0.0, 1.0), vec2(0.0, -1.0)] {
        let mut bench = Bench::new();
        let head = place(&bench.harness, "stage:head").center();
        // The noted place reaches a little beyond the rim.
        let edge = |bench: &Bench| place(&bench.harness, "stage:rim").shrink(8.0);
        let reach = |bench: &Bench| (edge(bench).size() / 2.0).dot(outwards.abs());
        let before = reach(&bench);
        bench.drag_from(head + outwards * before, outwards * 16.0, &["zone"]);
        assert!(
            bench.params.zone.value() > 4.0,
            "{outwards}: {}",
            bench.params.zone.value()
        );
        let moved = reach(&bench) - before;
        assert!((12.0..=17.0).contains(&moved), "{outwards}: {moved}");
        bench.drag_from(head + outwards * reach(&bench), outwards * -34.0, &["zone"]);
        assert!(
            bench.params.zone.value() < 0.2,
            "{outwards}: {}",
            bench.params.zone.value()
        );
    }
}

#[test]
fn the_centre_lobe_moves_depth_and_stays_within_its_range() {
    let mut bench = Bench::new();
    bench.drag("stage:lobe", [0.0, -40.0], &["depth"]);
    let depth = bench.params.depth.value();
    assert!((20.0..80.0).contains(&depth), "{depth}");
    bench.drag("stage:lobe", [0.0, 300.0], &["depth"]);
    assert_eq!(bench.params.depth.value(), 100.0);
    bench.drag("stage:lobe", [0.0, -500.0], &["depth"]);
    assert_eq!(bench.params.depth.value(), 0.0);
}

#[test]
fn shift_is_finer_and_a_double_click_resets() {
    let mut bench = Bench::new();
    bench.harness.event(Event::ModifiersChanged(Modifiers::SHIFT));
    bench.drag("stage:lobe", [0.0, -40.0], &["depth"]);
    let depth = bench.params.depth.value();
    assert!((92.0..99.0).contains(&depth), "{depth}");
    bench.harness.event(Event::ModifiersChanged(Modifiers::NONE));
    for _ in 0..2 {
        bench.harness.get_by_label("centre lobe").click();
    }
    bench.harness.run();
    assert_eq!(bench.params.depth.value(), 100.0);
    assert_eq!(bench.recorder.take_gestures(), ["depth"]);
}

#[test]
fn values_show_while_something_is_held() {
    let mut bench = Bench::new();
    let shown = |bench: &Bench| {
        let shapes = &bench.harness.output().shapes;
        shapes.iter().any(|clipped| match &clipped.shape {
            egui::Shape::Text(text) => text.galley.text().starts_with("Distance "),
            _ => false,
        })
    };
    let from = place(&bench.harness, "stage:head").center();
    bench.harness.hover_at(from);
    bench.harness.run();
    assert!(!shown(&bench));
    bench.harness.drag_at(from);
    bench.harness.step();
    bench.harness.hover_at(from + vec2(-30.0, 0.0));
    bench.harness.run();
    assert!(shown(&bench));
    bench.harness.drop_at(from + vec2(-30.0, 0.0));
    bench.harness.run();
    assert!(!shown(&bench));
}

#[test]
fn the_wheel_turns_the_head_and_a_double_click_resets_it() {
    let mut bench = Bench::new();
    bench.harness.hover_at(place(&bench.harness, "stage:head").center());
    bench.harness.step();
    turn_wheel(&mut bench.harness, 3.0);
    assert!(
        (bench.params.yaw.value() - 3.0).abs() < 1e-3,
        "{}",
        bench.params.yaw.value()
    );
    turn_wheel(&mut bench.harness, -100.0);
    assert_eq!(bench.params.yaw.value(), -45.0);
    assert_eq!(bench.recorder.take_gestures(), ["yaw", "yaw"]);
    for _ in 0..2 {
        bench.harness.get_by_label("listener").click();
    }
    bench.harness.run();
    assert_eq!(bench.params.yaw.value(), 0.0);
}

#[test]
fn a_tracked_head_is_where_the_tracker_sees_it_and_cannot_be_grabbed() {
    let mut bench = Bench::new();
    let untracked = place(&bench.harness, "stage:head").center();
    bench.params.tracked.put(ListenerPose {
        distance_m: 1.5,
        offset_m: 0.2,
        yaw_deg: 20.0,
    });
    bench.harness.run();
    let head = place(&bench.harness, "stage:head").center();
    assert!(
        head.y < untracked.y - 20.0 && head.x < untracked.x - 20.0,
        "{head} {untracked}"
    );
    bench.drag("stage:head", [50.0, 50.0], &[]);
    bench.harness.hover_at(head);
    turn_wheel(&mut bench.harness, 3.0);
    assert!(bench.recorder.take_gestures().is_empty());
    assert_eq!(place(&bench.harness, "stage:head").center(), head);
}

#[test]
fn head_tracking_is_switched_on_and_its_port_typed() {
    let free_port = || {
        let socket = std::net::UdpSocket::bind(("127.0.0.1", 0)).unwrap();
        socket.local_addr().unwrap().port()
    };
    let mut bench = Bench::new();
    let session = &bench.params.session;
    let port = free_port();
    session.set_osc(crate::session::OscSettings { enabled: false, port });
    bench.harness.run();
    bench.harness.get_by_label("Head tracking").click();
    bench.harness.run();
    assert!(session.osc().enabled);
    bench.harness.get_by_label(&format!("listening on 127.0.0.1:{port}"));
    let other = free_port();
    bench.harness.get_by_label("Port of head tracking").click();
    bench.harness.run();
    bench
        .harness
        .get_by_label("Port of head tracking value")
        .type_text(&other.to_string());
    bench.harness.run();
    bench.harness.key_press(egui::Key::Enter);
    bench.harness.run();
    bench.harness.get_by_label(&format!("listening on 127.0.0.1:{other}"));
    bench.params.tracked.put(ListenerPose {
        distance_m: 1.98,
        offset_m: 0.12,
        yaw_deg: -5.0,
    });
    bench.harness.run();
    bench.harness.get_by_label("tracking: 1.98 m, +0.12 m, −5°");
    bench.harness.get_by_label("Head tracking").click();
    bench.harness.run();
    assert_eq!(
        session.osc(),
        crate::session::OscSettings {
            enabled: false,
            port: other
        }
    );
    assert!(bench.harness.query_by_label_contains("tracking:").is_none());
}
