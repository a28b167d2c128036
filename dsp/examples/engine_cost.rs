//! Processing time of the whole audio path per second of audio, best of several interleaved runs:
//!
//! ```sh
//! cargo run --release -p proscenium-dsp --example engine_cost
//! ```
//!
//! With the number of a case and a duration it plays only that case, for callgrind. The filter design does not count when
//! the counts for two durations are subtracted:
//!
//! ```sh
//! cargo build --profile profiling -p proscenium-dsp --example engine_cost
//! valgrind --tool=callgrind --callgrind-out-file=/dev/null target/profiling/examples/engine_cost 2 1
//! valgrind --tool=callgrind --callgrind-out-file=/dev/null target/profiling/examples/engine_cost 2 3
//! ```

mod player;

use std::time::Instant;

use player::Player;

use proscenium_dsp::acoustics::HeadShape;
use proscenium_dsp::array::{Device, presets};
use proscenium_dsp::design::{Design, DesignSettings};
use proscenium_dsp::engine::{RoomFilters, Timing};
use proscenium_dsp::room::{Room, RoomResponses};
use proscenium_dsp::upmix::UpmixMode;

const SAMPLE_RATE: f64 = 48_000.0;
/// Rounds through all cases; the best counts.
const ROUNDS: usize = 9;
/// Seconds of audio in a round.
const ROUND_S: f64 = 4.0;

struct Case {
    device: &'static str,
    upmix: UpmixMode,
    /// Samples that the host asks for at a time.
    block: usize,
    /// Whether one cross-fade of filters follows another.
    fading: bool,
    heard: Heard,
}

/// What the channels carry.
#[derive(Clone, Copy, PartialEq)]
enum Heard {
    Drivers,
    Preview,
    PreviewInRoom,
}

const fn case(device: &'static str, upmix: UpmixMode, block: usize) -> Case {
    let (fading, heard) = (false, Heard::Drivers);
    Case {
        device,
        upmix,
        block,
        fading,
        heard,
    }
}

const fn preview(heard: Heard, upmix: UpmixMode, block: usize) -> Case {
    Case {
        heard,
        ..case("Tabletop", upmix, block)
    }
}

const CASES: [Case; 16] = [
    case("Tabletop", UpmixMode::High, 256),
    case("Tabletop", UpmixMode::High, 64),
    case("Soundbar", UpmixMode::High, 256),
    case("Ring of 16", UpmixMode::High, 256),
    case("Laptop", UpmixMode::Off, 256),
    case("Tabletop", UpmixMode::LowLatency, 256),
    case("Tabletop", UpmixMode::Off, 256),
    case("Soundbar", UpmixMode::Off, 64),
    Case {
        fading: true,
        ..case("Tabletop", UpmixMode::High, 64)
    },
    Case {
        fading: true,
        ..case("Soundbar", UpmixMode::High, 64)
    },
    preview(Heard::Preview, UpmixMode::High, 256),
    preview(Heard::PreviewInRoom, UpmixMode::High, 256),
    preview(Heard::Preview, UpmixMode::LowLatency, 256),
    preview(Heard::PreviewInRoom, UpmixMode::LowLatency, 256),
    preview(Heard::Preview, UpmixMode::Off, 256),
    preview(Heard::PreviewInRoom, UpmixMode::Off, 256),
];

/// A preset by its name, else a sphere with 16 drivers around.
fn device(name: &str) -> Device {
    if let Some(preset) = presets().iter().find(|preset| preset.device.name == name) {
        return preset.device.clone();
    }
    let mut text = format!("name = \"{name}\"\n[enclosure]\nshape = \"sphere\"\nradius_m = 0.1\n");
    for n in 0..16 {
        let azimuth_deg = f64::from(n) * 22.5 - 180.0;
        text += &format!("[[driver]]\nname = \"{n}\"\nazimuth_deg = {azimuth_deg}\nradius_m = 0.015\n");
    }
    Device::from_toml(&text, "ring").expect("a valid device")
}

/// A host that plays the case.
fn player(case: &Case) -> Player {
    let timing = Timing::new(SAMPLE_RATE, case.upmix);
    let device = device(case.device);
    let settings = DesignSettings {
        distance_m: device.nominal_distance_m() as f32,
        ..DesignSettings::default()
    };
    let design = Design::new(&device, &settings, &timing);
    let player = Player::new(&design, settings, timing, case.block, case.fading);
    match case.heard {
        Heard::Drivers => player,
        Heard::Preview => player.preview(None),
        Heard::PreviewInRoom => {
            let (room, pose, shape) = (Room::living_room(), settings.pose(), HeadShape::default());
            let responses = RoomResponses::new(&device, &pose, &room, &shape, SAMPLE_RATE).expect("place in the room");
            player.preview(Some(RoomFilters::new(&responses.preview(&device, &design), &timing)))
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [index, seconds] = &arguments[..] {
        let index: usize = index.parse().expect("the number of a case");
        player(&CASES[index]).play(seconds.parse().expect("a duration in seconds"));
        return;
    }
    let mut players: Vec<Player> = CASES.iter().map(player).collect();
    let mut best_ms = [f64::INFINITY; CASES.len()];
    for _ in 0..ROUNDS {
        for (player, best_ms) in players.iter_mut().zip(&mut best_ms) {
            let started = Instant::now();
            player.play(ROUND_S);
            *best_ms = best_ms.min(started.elapsed().as_secs_f64() * 1e3 / ROUND_S);
        }
    }
    for ((index, case), ms) in CASES.iter().enumerate().zip(best_ms) {
        let name = format!("{:?}", case.upmix);
        let fading = if case.fading { ", cross-fading" } else { "" };
        let heard = match case.heard {
            Heard::Drivers => "",
            Heard::Preview => ", preview",
            Heard::PreviewInRoom => ", preview in the living room",
        };
        println!(
            "{index} {:10} {name:10} block {:3}: {ms:.2} ms/s{fading}{heard}",
            case.device, case.block
        );
    }
}
