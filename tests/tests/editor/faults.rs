//! Panics in the editor, planted in a debug build of the plugin.

use super::{file, turn};
use proscenium_host::ClapHost;
use proscenium_host::editor::EditorBench;
use proscenium_tests::debug_library_path;
use proscenium_tests::signals::{peak, programme};
use std::fs;
use std::time::Duration;

/// Time in which everything comes to rest.
const REST: Duration = Duration::from_millis(1500);

/// Whether the editor shows itself once it has come to rest: the page of a failure leaves the bottom empty, where the knobs
/// are.
fn is_whole(bench: &mut EditorBench) -> bool {
    bench.run_for(REST).unwrap();
    let [.., bottom_left, bottom_right] = bench.picture().unwrap().quarters();
    match [bottom_left, bottom_right].map(|quarter| quarter.colors()) {
        [1, 1] => false,
        colors => {
            assert!(colors.iter().all(|&colors| colors > 100), "{colors:?}");
            true
        }
    }
}

/// A debug build of the plugin on eight channels.
fn plugin() -> ClapHost {
    let mut host = ClapHost::load(debug_library_path(), None).unwrap();
    host.select_output_channels(8).unwrap();
    host
}

/// Sets a parameter, and all others to their defaults, by a session: an event would be told to the editor from within
/// `process` where one thread does everything, as here, and debug builds abort on an allocation there.
fn load(bench: &mut EditorBench, name: &str, text: &str) {
    let mut other = plugin();
    other.set_text(name, text).unwrap();
    let session = other.save_state().unwrap();
    bench.host.load_state(&session).unwrap();
}

#[test]
fn after_a_panic_the_editor_says_so_can_be_brought_back_and_the_sound_goes_on() {
    let _turn = turn();
    // SAFETY: it is this test's turn.
    unsafe { std::env::set_var("PROSCENIUM_PLANT", "editor panic, analysis panic") };
    let mut bench = EditorBench::new(plugin(), programme(48_000)).unwrap();
    bench.open(None).unwrap();

    // A failed analysis leaves the rest of the editor alone.
    load(&mut bench, "Distance", "3.3 m");
    assert!(is_whole(&mut bench));
    assert!(
        fs::read_to_string(file("log"))
            .unwrap()
            .contains("planted analysis panic")
    );
    load(&mut bench, "Distance", "2 m");

    load(&mut bench, "Width", "77 °");
    assert!(!is_whole(&mut bench));
    assert!(
        fs::read_to_string(file("log"))
            .unwrap()
            .contains("planted editor panic")
    );
    let noise = programme(512);
    let input: Vec<&[f32]> = noise.iter().map(Vec::as_slice).collect();
    assert!(peak(&bench.host.process(&input, 512, &[]).unwrap()) > 1e-3);

    load(&mut bench, "Width", "30 °");
    bench.click("failure:again").unwrap();
    assert!(is_whole(&mut bench));
    bench.click("tab:drivers").unwrap();
    bench.place("strip:0:mute").unwrap();

    // The host may close it in that state, and open it again.
    load(&mut bench, "Width", "77 °");
    bench.run_for(REST).unwrap();
    bench.close().unwrap();
    load(&mut bench, "Width", "30 °");
    bench.open(None).unwrap();
    assert!(is_whole(&mut bench));
    drop(bench);
    // These panics were asked for; the end of the turn would complain.
    fs::remove_file(file("log")).unwrap();
    // SAFETY: it is this test's turn still.
    unsafe { std::env::remove_var("PROSCENIUM_PLANT") };
}
