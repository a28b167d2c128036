//! Processing time of the whole audio path per second of audio: `cargo run --release -p proscenium-dsp --example engine_cost`.
//!
//! With `--case NAME --seconds S` it only runs one case for that long, to be counted by callgrind.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use proscenium_dsp::array::{Device, presets};
use proscenium_dsp::design::{Design, DesignSettings};
use proscenium_dsp::engine::{Controls, DesignRequest, Engine, FilterSet, Handover, Meters, Output, Timing};
use proscenium_dsp::upmix::UpmixMode;

const SAMPLE_RATE: f64 = 48_000.0;
const RUNS: usize = 7;

struct Case {
    name: &'static str,
    upmix: UpmixMode,
    block: usize,
}

const CASES: [Case; 8] = [
    Case { name: "Tabletop", upmix: UpmixMode::High, block: 256 },
    Case { name: "Tabletop", upmix: UpmixMode::High, block: 64 },
    Case { name: "Soundbar", upmix: UpmixMode::High, block: 256 },
    Case { name: "Ring 16", upmix: UpmixMode::High, block: 256 },
    Case { name: "Laptop", upmix: UpmixMode::Off, block: 256 },
    Case { name: "Tabletop", upmix: UpmixMode::LowLatency, block: 256 },
    Case { name: "Tabletop", upmix: UpmixMode::Off, block: 256 },
    Case { name: "Soundbar", upmix: UpmixMode::Off, block: 64 },
];

fn device(name: &str) -> Device {
    if let Some(preset) = presets().iter().find(|preset| preset.device.name == name) {
        return preset.device.clone();
    }
    let mut text = String::from("name = \"Ring 16\"\n[enclosure]\nshape = \"sphere\"\nradius_m = 0.1\n");
    for n in 0..16 {
        let azimuth = f64::from(n) * 22.5 - 180.0;
        text += &format!("[[driver]]\nname = \"d{n}\"\nazimuth_deg = {azimuth}\nradius_m = 0.015\n");
    }
    Device::from_toml(&text, "ring").expect("a valid device")
}

fn noise(seed: u32, len: usize) -> Vec<f32> {
    let mut state = seed;
    (0..len)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            0.1 * ((state >> 8) as f32 / (1 << 23) as f32 - 1.0)
        })
        .collect()
}

fn run(case: &Case, seconds: f64) -> f64 {
    let timing = Timing::new(SAMPLE_RATE, case.upmix);
    let device = device(case.name);
    let settings = DesignSettings {
        distance_m: device.nominal_distance_m() as f32,
        ..DesignSettings::default()
    };
    let channels = device.drivers.len();
    let request = DesignRequest { settings, apply_at: 0 };
    let set = FilterSet::new(&Design::new(&device, &settings, &timing), &timing, channels, &request);
    let mut engine = Engine::new(timing, channels, Arc::new(set), Arc::new(Meters::default()));
    let controls = Controls { design: settings, output: Output::Drivers, ..Controls::default() };
    let handover = Handover::default();
    let length = 48_000;
    // A phantom centre and two sides.
    let [center, left, right] = [1, 2, 3].map(|seed| noise(seed, length));
    let programme = [&left, &right].map(|side| side.iter().zip(&center).map(|(s, c)| s + c).collect::<Vec<f32>>());
    let mut buffers = vec![vec![0.0_f32; case.block]; channels];
    let blocks = (seconds * SAMPLE_RATE) as usize / case.block;
    let mut spent = 0.0;
    let mut best = f64::INFINITY;
    for round in 0..if seconds > 0.0 { 1 } else { RUNS } {
        let blocks = if seconds > 0.0 { blocks } else { 4 * length / case.block };
        let started = Instant::now();
        for n in 0..blocks {
            let at = (n * case.block) % (length - case.block);
            for (buffer, signal) in buffers.iter_mut().zip(&programme) {
                buffer.copy_from_slice(&signal[at..at + case.block]);
            }
            let mut slices: Vec<&mut [f32]> = buffers.iter_mut().map(Vec::as_mut_slice).collect();
            engine.process(&mut slices, &controls, &mut &handover);
        }
        black_box(&buffers);
        let time = started.elapsed().as_secs_f64() * 1e3 / (blocks * case.block) as f64 * SAMPLE_RATE;
        if round > 0 || seconds > 0.0 { best = best.min(time); }
        spent += time;
    }
    let _ = spent;
    best
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [index, seconds] = &arguments[..] {
        run(&CASES[index.parse::<usize>().expect("a number")], seconds.parse().expect("seconds"));
        return;
    }
    for case in &CASES {
        println!("{:12} {:?} block {:4}: {:.2} ms/s", case.name, case.upmix, case.block, run(case, 0.0));
    }
}
