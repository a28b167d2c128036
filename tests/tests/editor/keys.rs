//! Keys: what is typed into the editor stays there, all else goes back to the host.

use super::{open_bench, turn};
use proscenium_host::editor::Button;
use std::time::Duration;

const RETURN: u32 = 0xff0d;
const SPACE: u32 = 0x20;
const ESCAPE: u32 = 0xff1b;
const F5: u32 = 0xffc2;

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
    for symbol in [SPACE, F5, u32::from(','), u32::from('a')] {
        // A click gives the editor the keyboard.
        bench.click("tab:zone").unwrap();
        let window = bench.window.as_mut().unwrap();
        window.take_keys();
        let code = window.screen().key_code(symbol).unwrap();
        window.screen().key(symbol).unwrap();
        bench.run_for(Duration::from_millis(400)).unwrap();
        assert_eq!(bench.window.as_mut().unwrap().take_keys(), [code], "{symbol:#x}");
        // From then on the host has the keyboard itself.
        bench.window.as_ref().unwrap().screen().key(symbol).unwrap();
        bench.run_for(Duration::from_millis(200)).unwrap();
        assert_eq!(bench.window.as_mut().unwrap().take_keys(), [code], "{symbol:#x}");
    }
}

#[test]
fn escape_closes_a_menu_and_not_the_hosts_window() {
    let _turn = turn();
    let mut bench = open_bench(8);
    bench.click("choice:upmix").unwrap();
    bench.run_for(Duration::from_millis(300)).unwrap();
    let window = bench.window.as_mut().unwrap();
    window.take_keys();
    window.screen().key(ESCAPE).unwrap();
    bench.run_for(Duration::from_millis(400)).unwrap();
    assert!(bench.window.as_mut().unwrap().take_keys().is_empty());
    // With the menu closed it is the host's.
    bench.window.as_ref().unwrap().screen().key(ESCAPE).unwrap();
    bench.run_for(Duration::from_millis(400)).unwrap();
    assert_eq!(bench.window.as_mut().unwrap().take_keys().len(), 1);
}
