//! Latency and processor time of each method as it would run in real time, in one run.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use proscenium_dsp::design::{Design, DesignSettings};
use proscenium_dsp::engine::{
    BankScratch, Controls, DesignRequest, Engine, FilterBank, FilterSet, Fir, InputHistory, Meters, Output, Programme,
    Settled, Timing,
};
use proscenium_dsp::upmix::UpmixMode;
use rustfft::FftPlanner;

use super::entrants::{Entrant, Player};
use super::inverse::SAMPLE_RATE;
use super::race::Recursion;

/// Samples that the host asks for at a time.
const HOST_BLOCK: usize = 256;
/// Block of the peers' convolution: that of our engine without upmix.
const FILTER_BLOCK: usize = 64;
/// Rounds through all methods; the best counts. Seconds of audio in a round.
const ROUNDS: usize = 30;
const ROUND_S: f64 = 1.0;
/// Samples of programme, played over and over.
const PROGRAMME: usize = 48_000;

/// What a method takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// From input to output, milliseconds.
    pub latency_ms: f64,
    /// Processor time per second of audio, milliseconds.
    pub cpu_ms: f64,
}

/// Latency in milliseconds: blocks and modelling delay.
#[must_use]
pub fn latency_ms(entrant: &Entrant) -> f64 {
    let samples = match &entrant.player {
        Player::Wire | Player::Recursion(_) => 0,
        Player::Filters => {
            let delay = entrant.filters[0].base.iter().map(|fir| fir.start).max();
            FILTER_BLOCK + delay.unwrap_or(0)
        }
        Player::Engine(engine) => engine.2.latency(),
    };
    samples as f64 / SAMPLE_RATE * 1e3
}

/// Costs of several methods, measured turn by turn.
#[must_use]
pub fn costs(entrants: &[Entrant]) -> Vec<Cost> {
    let mut players: Vec<Box<dyn Plays>> = entrants.iter().map(player).collect();
    let programme = Noise::programme();
    let mut best_s = vec![f64::INFINITY; players.len()];
    for _ in 0..ROUNDS {
        for (player, best_s) in players.iter_mut().zip(&mut best_s) {
            let begun = Instant::now();
            for block in 0..(ROUND_S * SAMPLE_RATE) as usize / HOST_BLOCK {
                let at = block * HOST_BLOCK % (PROGRAMME - HOST_BLOCK);
                player.play(programme.each_ref().map(|signal| &signal[at..at + HOST_BLOCK]));
            }
            *best_s = best_s.min(begun.elapsed().as_secs_f64());
        }
    }
    let cost = |(entrant, best_s): (&Entrant, f64)| Cost {
        latency_ms: latency_ms(entrant),
        cpu_ms: match entrant.player {
            Player::Wire => 0.0,
            _ => best_s / ROUND_S * 1e3,
        },
    };
    entrants.iter().zip(best_s).map(cost).collect()
}

/// Something that plays blocks of left and right.
trait Plays {
    fn play(&mut self, block: [&[f32]; 2]);
}

fn player(entrant: &Entrant) -> Box<dyn Plays> {
    match &entrant.player {
        Player::Wire => Box::new(Wire),
        Player::Recursion(race) => Box::new(Recursing {
            recursion: Recursion::new(race),
            outputs: [[0.0; HOST_BLOCK]; 2],
        }),
        Player::Filters => Box::new(Convolving::new(entrant)),
        Player::Engine(engine) => Box::new(EnginePlayer::new(&engine.0, engine.1, engine.2)),
    }
}

struct Wire;

impl Plays for Wire {
    fn play(&mut self, _: [&[f32]; 2]) {}
}

struct Recursing {
    recursion: Recursion,
    outputs: [[f32; HOST_BLOCK]; 2],
}

impl Plays for Recursing {
    fn play(&mut self, [left, right]: [&[f32]; 2]) {
        for (n, (&l, &r)) in left.iter().zip(right).enumerate() {
            let [l, r] = self.recursion.step([l, r]);
            (self.outputs[0][n], self.outputs[1][n]) = (l, r);
        }
        black_box(&self.outputs);
    }
}

struct Convolving {
    history: InputHistory,
    bank: FilterBank,
    scratch: BankScratch,
    inputs: Vec<Vec<f32>>,
    outputs: Vec<Vec<f32>>,
}

impl Convolving {
    fn new(entrant: &Entrant) -> Self {
        let mut planner = FftPlanner::new();
        let outputs = entrant.filters[0].full.len();
        let of_input = |input: usize| {
            entrant.filters[input]
                .full
                .iter()
                .enumerate()
                .map(move |(o, fir)| (input, o, fir))
        };
        let filters: Vec<(usize, usize, &Fir)> = (0..2).flat_map(of_input).collect();
        let reach = filters.iter().map(|(.., fir)| fir.end()).max().unwrap_or(1);
        Self {
            history: InputHistory::new(&mut planner, 2, FILTER_BLOCK, reach),
            bank: FilterBank::new(&mut planner, FILTER_BLOCK, outputs, filters),
            scratch: BankScratch::new(&mut planner, FILTER_BLOCK),
            inputs: vec![vec![0.0; FILTER_BLOCK]; 2],
            outputs: vec![vec![0.0; FILTER_BLOCK]; outputs],
        }
    }
}

impl Plays for Convolving {
    fn play(&mut self, block: [&[f32]; 2]) {
        for at in (0..HOST_BLOCK).step_by(FILTER_BLOCK) {
            for (input, signal) in self.inputs.iter_mut().zip(block) {
                input.copy_from_slice(&signal[at..at + FILTER_BLOCK]);
            }
            self.history.push(&self.inputs);
            self.bank.process(&self.history, &mut self.outputs, &mut self.scratch);
            black_box(&self.outputs);
        }
    }
}

struct EnginePlayer {
    engine: Engine,
    controls: Controls,
    channels: Vec<Vec<f32>>,
}

impl EnginePlayer {
    fn new(design: &Design, settings: DesignSettings, timing: Timing) -> Self {
        let channels = design.lateral_m.len().max(2);
        let request = DesignRequest { settings, apply_at: 0 };
        let set = Arc::new(FilterSet::new(design, &timing, channels, &request));
        let programme = match timing.upmix {
            UpmixMode::Off => Programme::Binaural,
            _ => Programme::Stereo,
        };
        Self {
            engine: Engine::new(timing, channels, set, Arc::new(Meters::default())),
            controls: Controls {
                design: settings,
                output: Output::Drivers,
                programme,
                ..Controls::default()
            },
            channels: vec![vec![0.0; HOST_BLOCK]; channels],
        }
    }
}

impl Plays for EnginePlayer {
    fn play(&mut self, block: [&[f32]; 2]) {
        for (channel, signal) in self.channels.iter_mut().zip(block) {
            channel.copy_from_slice(signal);
        }
        let mut channels: Vec<&mut [f32]> = self.channels.iter_mut().map(Vec::as_mut_slice).collect();
        self.engine.process(&mut channels, &self.controls, &mut Settled);
        black_box(&self.channels);
    }
}

/// White noise, the same for the same seed.
struct Noise(u32);

impl Noise {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        0.1 * ((self.0 >> 8) as f32 / (1 << 23) as f32 - 1.0)
    }

    /// A phantom centre and two sides: left, right.
    fn programme() -> [Vec<f32>; 2] {
        let mut noise = Self(1);
        let (mut left, mut right) = (Vec::with_capacity(PROGRAMME), Vec::with_capacity(PROGRAMME));
        for _ in 0..PROGRAMME {
            let center = noise.next();
            left.push(center + noise.next());
            right.push(center + noise.next());
        }
        [left, right]
    }
}
