//! What the user does reaches the host as gestures; what the host does shows.

use super::{open_bench, turn};
use proscenium_host::ParamNews;
use proscenium_host::editor::{Button, EditorBench, Modifiers};
use std::time::Duration;

/// Names of the parameters of whole gestures, in the order in which they ended. Fails if one is not begun, set and ended.
fn gestures(bench: &mut EditorBench) -> Vec<String> {
    let names = bench.host.params().unwrap();
    let name = |id| names.iter().find(|param| param.id == id).unwrap().name.clone();
    let mut open = Vec::new();
    let mut ended = Vec::new();
    for news in bench.host.take_param_news() {
        match news {
            ParamNews::Begin(id) => open.push((id, 0)),
            ParamNews::Value(id, _) => match open.iter_mut().find(|(held, _)| *held == id) {
                Some((_, values)) => *values += 1,
                None => panic!("{} is set without a gesture", name(id)),
            },
            ParamNews::End(id) => {
                let at = open.iter().position(|(held, _)| *held == id);
                let (_, values) = open.remove(at.unwrap_or_else(|| panic!("{} is ended, not begun", name(id))));
                assert!(values > 0, "{} is not set in its gesture", name(id));
                ended.push(name(id));
            }
        }
    }
    assert!(open.is_empty(), "a gesture has no end");
    ended
}

fn value(bench: &mut EditorBench, name: &str) -> String {
    let value = bench.host.value(name).unwrap();
    bench.host.value_to_text(name, value).unwrap()
}

fn degrees(text: &str) -> f64 {
    text.trim_end_matches([' ', '°']).parse().unwrap()
}

#[test]
fn dragging_a_knob_moves_the_hosts_parameter_in_one_gesture() {
    let _turn = turn();
    let mut bench = open_bench(8);
    bench.drag("knob:width", [0, -60]).unwrap();
    assert_eq!(gestures(&mut bench), ["Width"]);
    let coarse = degrees(&value(&mut bench, "Width"));
    assert!((50.0..58.0).contains(&coarse), "{coarse}");
    // Shift makes the same way ten times finer.
    let [x, y] = bench.place("knob:width").unwrap();
    let shift = Modifiers {
        shift: true,
        ..Modifiers::default()
    };
    let window = bench.window.take().unwrap();
    let dragged = window.screen().while_holding(shift, |screen| {
        screen.drag([x, y], [x, y - 60], || bench.run_for(Duration::from_millis(20)))
    });
    bench.window = Some(window);
    dragged.unwrap();
    bench.run_for(Duration::from_millis(200)).unwrap();
    let fine = degrees(&value(&mut bench, "Width")) - coarse;
    assert!((1.5..3.5).contains(&fine), "{fine}");
    assert_eq!(gestures(&mut bench), ["Width"]);
}

#[test]
fn a_double_click_resets_and_the_wheel_turns() {
    let _turn = turn();
    let mut bench = open_bench(8);
    bench.host.set_text("Depth", "40 %").unwrap();
    bench.run_for(Duration::from_millis(300)).unwrap();
    let at = bench.place("knob:depth").unwrap();
    let screen = |bench: &EditorBench, button, times| {
        bench
            .window
            .as_ref()
            .unwrap()
            .screen()
            .click(at, button, times)
            .unwrap();
    };
    screen(&bench, Button::WheelUp, 5);
    bench.run_for(Duration::from_millis(400)).unwrap();
    assert_eq!(value(&mut bench, "Depth"), "45 %");
    screen(&bench, Button::Left, 2);
    bench.run_for(Duration::from_millis(400)).unwrap();
    assert_eq!(value(&mut bench, "Depth"), "100 %");
    assert!(gestures(&mut bench).iter().all(|name| name == "Depth"));
}

#[test]
fn the_stage_is_grabbed() {
    let _turn = turn();
    let mut bench = open_bench(8);
    for (handle, way, names) in [
        ("stage:left-speaker", [-30, 20], &["Width"][..]),
        ("stage:head", [-40, -60], &["Distance", "Listener Offset"]),
        ("stage:lobe", [0, -40], &["Depth"]),
    ] {
        bench.drag(handle, way).unwrap();
        assert_eq!(gestures(&mut bench), names, "{handle}");
    }
    assert!(degrees(&value(&mut bench, "Width")) > 32.0);
    // The head went up, towards the device, and to the left, the listener's own.
    let distance: f64 = value(&mut bench, "Distance").trim_end_matches(" m").parse().unwrap();
    let offset: f64 = value(&mut bench, "Listener Offset")
        .trim_end_matches(" m")
        .parse()
        .unwrap();
    assert!(distance < 1.9 && offset > 0.1, "{distance} {offset}");
    assert_ne!(value(&mut bench, "Depth"), "100 %");
}

#[test]
fn what_the_host_sets_is_seen() {
    let _turn = turn();
    let mut bench = open_bench(8);
    bench.click("tab:drivers").unwrap();
    bench.window.as_ref().unwrap().screen().point([2, 2]).unwrap();
    bench.fall_silent();
    bench.run_for(Duration::from_millis(7000)).unwrap();
    let before = bench.picture().unwrap();
    bench.run_for(Duration::from_millis(600)).unwrap();
    let still = bench.picture().unwrap();
    assert!(before.difference(&still) < 0.001, "{}", before.difference(&still));
    bench.host.set_text("Width", "80 °").unwrap();
    bench.run_for(Duration::from_millis(800)).unwrap();
    let after = bench.picture().unwrap();
    assert!(still.difference(&after) > 0.001, "{}", still.difference(&after));
    assert!(gestures(&mut bench).is_empty());
}

#[test]
fn picking_a_device_sets_its_distance() {
    let _turn = turn();
    let mut bench = open_bench(8);
    bench.click("choice:device").unwrap();
    // The list opens below; Laptop is its third entry.
    let [x, y] = bench.place("choice:device").unwrap();
    let row = 26;
    bench
        .window
        .as_ref()
        .unwrap()
        .screen()
        .click([x, y + 20 + 2 * row], Button::Left, 1)
        .unwrap();
    bench.run_for(Duration::from_millis(500)).unwrap();
    assert_eq!(gestures(&mut bench), ["Device", "Distance"]);
    assert_eq!(
        [value(&mut bench, "Device"), value(&mut bench, "Distance")],
        ["Laptop", "0.6 m"]
    );
}
