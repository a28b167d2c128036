//! Ten thousand random steps through everything that a host may do with a plugin.

use super::dice::Dice;
use super::rounds::{Trace, rounds};
use super::subject::{SESSION_0_1_0, assert_sound, assert_values, events, is_light, load, play, plugin_ids, state_of};
use proscenium_host::{ClapHost, ParamInfo, PortConfig, RenderMode};

const STEPS: usize = 10_000;

struct Walk {
    id: String,
    host: ClapHost,
    params: Vec<ParamInfo>,
    light: Vec<ParamInfo>,
    configs: Vec<PortConfig>,
    /// Channels of each input and output port.
    ports: (Vec<usize>, Vec<usize>),
    mode: RenderMode,
    max_frames: usize,
    /// States that were saved on the way.
    saved: Vec<Vec<u8>>,
}

impl Walk {
    fn new(id: String) -> Self {
        let mut host = load(&id);
        let params = host.params().unwrap();
        Self {
            light: params.iter().filter(|param| is_light(param)).cloned().collect(),
            configs: host.port_configs(),
            ports: (host.input_ports(), host.output_ports()),
            mode: RenderMode::Realtime,
            max_frames: 0,
            saved: vec![state_of(SESSION_0_1_0.as_bytes())],
            id,
            host,
            params,
        }
    }

    /// Parameters to move: offline, seldom those that need new filters, which take their time there.
    fn moved(&self, dice: &mut Dice) -> &[ParamInfo] {
        match self.mode == RenderMode::Realtime || dice.one_in(40) {
            true => &self.params,
            false => &self.light,
        }
    }

    fn step(&mut self, trace: &mut Trace, dice: &mut Dice) {
        if self.host.is_active() {
            self.active_step(trace, dice);
        } else {
            self.inactive_step(trace, dice);
        }
    }

    /// A step in either condition.
    fn any_step(&mut self, trace: &mut Trace, dice: &mut Dice) {
        match dice.below(6) {
            0 => {
                trace.step("save");
                let state = self.host.save_state().unwrap();
                if self.saved.len() == 8 {
                    self.saved.remove(1);
                }
                self.saved.push(state);
            }
            1 if dice.one_in(4) => {
                let index = dice.below(self.saved.len());
                trace.step(format!("load state {index} of {}", self.saved.len()));
                self.host.load_state(&self.saved[index]).unwrap();
            }
            2 => {
                let state = &self.saved[dice.below(self.saved.len())];
                let length = dice.below(state.len());
                trace.step(format!("load {length} bytes of {}", state.len()));
                assert!(self.host.load_state(&state[..length]).is_err());
            }
            3 => {
                self.mode = match dice.one_in(3) {
                    true => RenderMode::Offline,
                    false => RenderMode::Realtime,
                };
                trace.step(format!("render mode {:?}", self.mode));
                self.host.set_render_mode(self.mode).unwrap();
            }
            4 => {
                trace.step("ask for everything");
                assert_values(&mut self.host, &self.params);
                assert_eq!(self.host.params().unwrap(), self.params);
                assert_eq!(self.host.port_configs(), self.configs);
            }
            _ => {
                trace.step("idle");
                self.host.idle().unwrap();
            }
        }
    }

    fn inactive_step(&mut self, trace: &mut Trace, dice: &mut Dice) {
        match dice.below(8) {
            0 if !self.configs.is_empty() => {
                let config = dice.pick(&self.configs);
                trace.step(format!("{config:?}"));
                self.host.select_config(config.id).unwrap();
                self.ports = (self.host.input_ports(), self.host.output_ports());
                assert_eq!(self.ports.1[0], config.output_channels as usize);
            }
            1 => {
                let param = dice.pick(&self.params);
                let value = super::subject::value(dice, &param);
                trace.step(format!("{} = {value}", param.name));
                self.host.set_value(&param.name, value).unwrap();
            }
            2 if dice.one_in(4) => {
                trace.step("new instance");
                *self = Self::new(self.id.clone());
            }
            3 | 4 => self.any_step(trace, dice),
            _ => {
                let rates = [44_100.0, 48_000.0, 48_000.0, 48_000.0, 96_000.0];
                let rate_hz = match dice.one_in(12) {
                    true => dice.pick(&[8_000.0, 22_050.0, 47_999.0, 88_200.0, 176_400.0, 192_000.0]),
                    false => dice.pick(&rates),
                };
                self.max_frames = dice.pick(&[1, 16, 64, 100, 256, 512, 1024, 4096]);
                trace.step(format!("activate at {rate_hz} Hz, blocks of {}", self.max_frames));
                self.host.activate(rate_hz, self.max_frames).unwrap();
            }
        }
    }

    fn active_step(&mut self, trace: &mut Trace, dice: &mut Dice) {
        match dice.below(60) {
            0 => {
                trace.step("deactivate");
                self.host.deactivate().unwrap();
            }
            1 if dice.one_in(8) => {
                trace.step("new instance, the old one active");
                *self = Self::new(self.id.clone());
            }
            2 | 3 => {
                trace.step("reset");
                self.host.reset().unwrap();
            }
            4 | 5 => {
                trace.step("sleep and wake");
                let audio = self.host.audio("sleep").unwrap();
                audio.stop_processing();
                if dice.one_in(2) {
                    audio.reset();
                }
                audio.start_processing().unwrap();
            }
            6 | 7 => {
                let moved = self.moved(dice).to_vec();
                let events = events(dice, &moved, 3, 1);
                trace.step(format!("flush {events:?}"));
                self.host.audio("flush").unwrap().flush(&events).unwrap();
            }
            8..16 => self.any_step(trace, dice),
            _ => {
                let frames = match dice.below(3) {
                    0 => self.max_frames,
                    _ => dice.below(self.max_frames.min(512) + 1),
                };
                let count = if dice.one_in(3) { dice.below(12) } else { 0 };
                let moved = self.moved(dice).to_vec();
                let events = events(dice, &moved, count, frames);
                trace.step(format!("process {frames} frames with {events:?}"));
                let played = play(&mut self.host, dice, frames, &events);
                assert_eq!(played.len(), self.ports.1.iter().sum::<usize>());
            }
        }
    }

    fn check(&mut self) {
        assert_sound(&self.host);
        assert_eq!((self.host.input_ports(), self.host.output_ports()), self.ports);
    }
}

#[test]
fn ten_thousand_steps() {
    rounds("random walk", 131, |trace, mut dice| {
        let ids = plugin_ids();
        let mut walks: Vec<Walk> = ids.into_iter().map(Walk::new).collect();
        for _ in 0..STEPS {
            // Mostly the first, which is the main plugin.
            let index = dice.below(walks.len() + 2) % walks.len();
            walks[index].step(trace, &mut dice);
            walks[index].check();
        }
    });
}
