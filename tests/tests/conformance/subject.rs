//! The plugin under test, with what every test asks of it after each step.

use super::dice::Dice;
use proscenium_host::{ClapHost, ClapId, ParamEvent, ParamInfo, ParamNews};
use proscenium_tests::clap_path;

/// A state that version 0.1.0 saved; see the tests of sessions.
pub const SESSION_0_1_0: &str = include_str!("../../data/session-0.1.0.json");

/// Ids of all plugins of the bundle.
pub fn plugin_ids() -> Vec<String> {
    let plugins = ClapHost::descriptors(clap_path()).unwrap();
    plugins.into_iter().map(|plugin| plugin.id).collect()
}

/// A fresh instance of that id.
pub fn load(id: &str) -> ClapHost {
    ClapHost::load(clap_path(), Some(id)).unwrap()
}

/// A fresh instance of the main plugin.
pub fn load_main() -> ClapHost {
    ClapHost::load(clap_path(), None).unwrap()
}

/// A state as hosts keep it: the framework puts the length in front of the text.
pub fn state_of(text: &[u8]) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes()[..], text].concat()
}

/// Whether parameters act without filters being designed; those that need it cost tens of milliseconds a time offline.
pub fn is_light(param: &ParamInfo) -> bool {
    !matches!(
        param.name.as_str(),
        "Tone"
            | "Listening Zone"
            | "Distance"
            | "Listener Offset"
            | "Device"
            | "Upmix"
            | "Beam"
            | "Effort"
            | "Head Turn"
            | "Zone Goal"
    )
}

/// A value that a host may send: now and then an end of the range or the default.
pub fn value(dice: &mut Dice, param: &ParamInfo) -> f64 {
    let value = match dice.below(6) {
        0 => param.min,
        1 => param.max,
        2 => param.default,
        _ => param.min + (param.max - param.min) * dice.unit(),
    };
    if param.stepped { value.round() } else { value }
}

/// `count` events in order, within a block of `frames`.
pub fn events(dice: &mut Dice, params: &[ParamInfo], count: usize, frames: usize) -> Vec<ParamEvent> {
    let mut at: Vec<usize> = (0..count).map(|_| dice.below(frames.max(1))).collect();
    at.sort_unstable();
    at.into_iter()
        .map(|frame| {
            let param = &params[dice.below(params.len())];
            ParamEvent {
                frame,
                id: param.id,
                value: value(dice, param),
            }
        })
        .collect()
}

/// Input of one of several natures, `frames` long: noise, silence, tiny, loud, subnormal, not finite.
pub fn input(dice: &mut Dice, channels: usize, frames: usize) -> Vec<Vec<f32>> {
    let nature = dice.below(12);
    let level = match nature {
        0 => 0.0,
        1 => 1e-30,
        2 => 1e-41,
        3 => 30.0,
        _ => 0.1,
    };
    let mut make = || (0..frames).map(|_| level * (2.0 * dice.unit() as f32 - 1.0)).collect();
    let mut input: Vec<Vec<f32>> = (0..channels).map(|_| make()).collect();
    if nature == 4 && frames > 0 {
        let (channel, frame) = (dice.below(channels), dice.below(frames));
        input[channel][frame] = dice.pick(&[f32::NAN, f32::INFINITY, f32::NEG_INFINITY]);
    }
    input
}

/// Processes a block of random input.
pub fn play(host: &mut ClapHost, dice: &mut Dice, frames: usize, events: &[ParamEvent]) -> Vec<Vec<f32>> {
    let channels = host.input_ports().iter().sum();
    let input = input(dice, channels, frames);
    let input: Vec<&[f32]> = input.iter().map(|channel| &channel[..]).collect();
    host.process(&input, frames, events).unwrap()
}

/// Nothing is wrong so far.
pub fn assert_sound(host: &ClapHost) {
    assert!(host.faults().is_none(), "{}", host.faults());
    assert_eq!(host.violations(), [""; 0]);
}

/// Every parameter has a value in its range, which can be shown.
pub fn assert_values(host: &mut ClapHost, params: &[ParamInfo]) {
    for param in params {
        let value = host.value(&param.name).unwrap();
        assert!(
            (param.min..=param.max).contains(&value),
            "{} has the value {value}",
            param.name
        );
        assert!(!host.value_to_text(&param.name, value).unwrap().is_empty());
    }
    for news in host.take_param_news() {
        let known = |id: ClapId| params.iter().find(|param| param.id == id).unwrap();
        match news {
            ParamNews::Value(id, value) => assert!((known(id).min..=known(id).max).contains(&value), "{news:?}"),
            ParamNews::Begin(id) | ParamNews::End(id) => drop(known(id)),
        }
    }
}
