//! Keys: what is typed into the editor stays there, all else goes back to the host.

use super::{open_bench, turn};
use proscenium_host::editor::Button;
use std::time::Duration;

const RETURN: u32 = 0xff0d;
const SPACE: u32 = 0x20;

#[test]
fn a_typed_value_is_taken_and_the_host_gets_none_of_its_keys() {
    let _turn = turn();
    let mut bench = open_bench(8);
    let at = bench.place("knob:width").unwrap();
    bench
        .window
        .as_ref()
        .unwrap()
        .screen()
        .click(at, Button::Right, 1)
        .unwrap();
    bench.run_for(Duration::from_millis(300)).unwrap();
    for symbol in ['4', '5'].map(u32::from).into_iter().chain([RETURN]) {
        bench.window.as_ref().unwrap().screen().key(symbol).unwrap();
        bench.run_for(Duration::from_millis(60)).unwrap();
    }
    bench.run_for(Duration::from_millis(300)).unwrap();
    let width = bench.host.value("Width").unwrap();
    assert_eq!(bench.host.value_to_text("Width", width).unwrap(), "45 °");
    assert!(bench.window.as_mut().unwrap().take_keys().is_empty());
}

#[test]
fn keys_that_mean_nothing_here_reach_the_host() {
    let _turn = turn();
    let mut bench = open_bench(8);
    // A click gives the editor the keyboard.
    bench.click("tab:zone").unwrap();
    let window = bench.window.as_mut().unwrap();
    window.take_keys();
    let code = window.screen().key_code(SPACE).unwrap();
    window.screen().key(SPACE).unwrap();
    bench.run_for(Duration::from_millis(400)).unwrap();
    assert_eq!(bench.window.as_mut().unwrap().take_keys(), [code]);
    // From then on the host has the keyboard itself.
    bench.window.as_ref().unwrap().screen().key(SPACE).unwrap();
    bench.run_for(Duration::from_millis(200)).unwrap();
    assert_eq!(bench.window.as_mut().unwrap().take_keys(), [code]);
}
