//! Opening, resizing, several at once.

use super::{bench, open_bench, turn};
use proscenium_host::editor::Layout;
use std::thread::sleep;
use std::time::Duration;

/// Allowed time to the first picture on a machine that draws in software and may be busy; 300 ms on a quiet one.
const OPENING: Duration = Duration::from_millis(2000);

#[test]
fn it_opens_soon_and_reopens_as_it_was_left() {
    let _turn = turn();
    let mut bench = bench(8);
    let opened = bench.open(None).unwrap();
    println!("opened in {:.0} ms", opened.as_secs_f64() * 1e3);
    assert!(opened < OPENING, "{opened:?}");
    bench.click("tab:drivers").unwrap();
    assert_eq!(bench.resize([1300, 800]).unwrap(), [1300, 800]);
    bench.run_for(Duration::from_millis(300)).unwrap();
    bench.close().unwrap();
    bench.open(None).unwrap();
    assert_eq!(bench.window.as_ref().unwrap().size(), [1300, 800]);
    bench.place("strip:0:mute").unwrap();
    // The session keeps it too.
    let state = bench.host.save_state().unwrap();
    let mut other = super::bench(8);
    other.host.load_state(&state).unwrap();
    other.open(None).unwrap();
    assert_eq!(other.window.as_ref().unwrap().size(), [1300, 800]);
    other.place("strip:0:mute").unwrap();
}

#[test]
fn it_fills_every_size() {
    let _turn = turn();
    let mut bench = open_bench(8);
    for size in [[800, 520], [1600, 1000], [3840, 2160], [1100, 720]] {
        assert_eq!(bench.resize(size).unwrap(), size);
        bench.run_for(Duration::from_millis(900)).unwrap();
        assert_eq!(bench.host.editor_size().unwrap(), size);
        let picture = bench.picture().unwrap();
        assert_eq!(picture.size(), size);
        assert!(picture.colors() > 100, "{size:?}: {} colours", picture.colors());
        let [width, height] = size.map(|pixels| pixels as i32);
        let [x, y] = bench.place("knob:trim").unwrap();
        assert!(
            x > width * 3 / 5 && x < width && y > height / 2 && y < height,
            "{size:?}: {x}, {y}"
        );
    }
    // Too small a window is refused.
    assert_eq!(bench.resize([300, 200]).unwrap(), [800, 520]);
}

#[test]
fn the_scale_makes_everything_larger() {
    let _turn = turn();
    let mut bench = open_bench(8);
    bench.click("choice:scale").unwrap();
    let [x, y] = bench.place("choice:scale").unwrap();
    // 150 % is the fourth entry of the list below.
    let screen = bench.window.as_ref().unwrap().screen();
    screen
        .click([x, y + 20 + 3 * 26], proscenium_host::editor::Button::Left, 1)
        .unwrap();
    bench.run_for(Duration::from_millis(1000)).unwrap();
    assert_eq!(bench.host.editor_size().unwrap(), [1650, 1080]);
    assert_eq!(bench.window.as_ref().unwrap().size(), [1650, 1080]);
    let [x, y] = bench.place("knob:trim").unwrap();
    assert!(x > 1400 && y > 800, "{x}, {y}");
}

#[test]
fn two_instances_show_their_own() {
    let _turn = turn();
    let mut first = open_bench(8);
    let mut second = open_bench(2);
    // Both windows lie at the corner of the screen; the second is on top. What is done there stays there.
    let width = |bench: &mut proscenium_host::editor::EditorBench| bench.host.value("Width").unwrap();
    let default = width(&mut first);
    second.drag("knob:width", [0, -40]).unwrap();
    let turned = width(&mut second);
    assert!(turned > default && width(&mut first) == default);
    first.run_for(Duration::from_millis(300)).unwrap();
    second.run_for(Duration::from_millis(300)).unwrap();
    assert!(second.picture().unwrap().colors() > 100);
    second.close().unwrap();
    first.run_for(Duration::from_millis(500)).unwrap();
    assert!(first.picture().unwrap().colors() > 100);
    first.drag("knob:width", [0, 40]).unwrap();
    assert!(width(&mut first) < default && width(&mut second) == turned);
}

/// A host may take its time before it shows the window, and may change and resize what will be seen meanwhile.
#[test]
fn a_host_that_shows_it_late_gets_a_picture() {
    let _turn = turn();
    for scale in [None, Some(2.0)] {
        let mut bench = bench(8);
        let window = bench.host.open_editor_after(scale, |host| {
            host.set_text("Width", "45 °")?;
            for _ in 0..20 {
                host.process(&[], 512, &[])?;
                sleep(Duration::from_millis(20));
            }
            Ok(())
        });
        bench.window = Some(window.unwrap());
        bench.place("knob:width").unwrap();
        assert!(bench.picture().unwrap().colors() > 100);
    }
}

/// As when a host removes a track: the instance goes while its editor is open.
#[test]
fn an_instance_may_go_with_its_editor_open() {
    let _turn = turn();
    for _ in 0..3 {
        drop(open_bench(8));
    }
}

/// A host that tells a scale of 2 gets everything twice as large.
#[test]
fn the_hosts_scale_is_heeded() {
    let _turn = turn();
    let mut bench = bench(8);
    bench.open(None).unwrap();
    let size = bench.host.editor_size().unwrap();
    bench.close().unwrap();
    bench.open(Some(2.0)).unwrap();
    bench.place("knob:width").unwrap();
    let layout = Layout::read().unwrap();
    assert_eq!((layout.scale, layout.pixels()), (2.0, size.map(|pixels| 2 * pixels)));
    assert_eq!(bench.host.editor_size().unwrap(), layout.pixels());
    let quarters = bench.picture().unwrap().quarters();
    assert!(quarters.iter().all(|quarter| quarter.colors_up_to(20) == 20));
}
