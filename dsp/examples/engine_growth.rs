//! How the cost of the whole audio path grows with drivers, sample rate and length of the filters, as CSV on the standard
//! output: milliseconds per second of audio, the best of several interleaved runs, at host blocks of 256.
//!
//! ```sh
//! cargo run --release -p proscenium-dsp --example engine_growth > growth.csv
//! ```
//!
//! With `instructions` it counts millions of instructions per second of audio instead (valgrind), which repeat where times do
//! not:
//!
//! ```sh
//! cargo run --release -p proscenium-dsp --example engine_growth instructions > growth.csv
//! ```
//!
//! Each row varies one quantity from 8 drivers, 48 kHz and 512 taps. Taps are those at 48 kHz; at other rates filters last as
//! long. Filters are noise: what they hold makes no difference.

mod player;

use std::process::Command;
use std::time::Instant;

use player::{Player, noise};
use proscenium_dsp::design::{Design, DesignSettings, FarFilters, PathFilters};
use proscenium_dsp::engine::{Fir, Timing};
use proscenium_dsp::upmix::UpmixMode;

/// Samples that the host asks for at a time.
const BLOCK: usize = 256;
/// Rounds through all cases; the best counts.
const ROUNDS: usize = 9;
/// Seconds of audio in a round.
const ROUND_S: f64 = 2.0;
/// Durations whose counts are subtracted, seconds of audio: what comes before the first sample drops out.
const COUNTED_S: [f64; 2] = [0.5, 1.0];

#[derive(Clone, Copy)]
struct Case {
    /// What the row is about.
    varies: &'static str,
    upmix: UpmixMode,
    drivers: usize,
    sample_rate: f64,
    /// Length of the filters at 48 kHz.
    taps: usize,
}

/// All rows of the table.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for upmix in [UpmixMode::High, UpmixMode::LowLatency, UpmixMode::Off] {
        let base = Case {
            varies: "",
            upmix,
            drivers: 8,
            sample_rate: 48_000.0,
            taps: 512,
        };
        cases.extend([2, 4, 8, 12, 16].map(|drivers| Case {
            varies: "drivers",
            drivers,
            ..base
        }));
        cases.extend([44_100.0, 48_000.0, 96_000.0, 192_000.0].map(|sample_rate| Case {
            varies: "rate",
            sample_rate,
            ..base
        }));
        for drivers in [2, 8, 16] {
            cases.extend([256, 512, 1024, 2048].map(|taps| Case {
                varies: "taps",
                drivers,
                taps,
                ..base
            }));
        }
    }
    cases
}

impl Case {
    /// A host that plays the case: every path reaches every driver, the reference drivers are the outer ones.
    fn player(&self) -> Player {
        let timing = Timing::new(self.sample_rate, self.upmix);
        let timing = Timing {
            taps: self.taps * timing.taps / Timing::new(48_000.0, self.upmix).taps,
            ..timing
        };
        // Soft enough for the peak guard to rest.
        let gain = 0.5 / (timing.taps as f32).sqrt();
        let fir = |n: usize| Fir {
            start: 0,
            taps: noise(n as u32, timing.taps).iter().map(|tap| gain * tap).collect(),
        };
        let filters = |count: usize, path: usize| PathFilters {
            base: (0..count)
                .map(|n| if n == path { fir(n) } else { Fir::default() })
                .collect(),
            full: (0..count).map(|n| fir(path * count + n)).collect(),
        };
        let design = Design {
            lateral_m: (0..self.drivers).map(|n| n as f64).collect(),
            reference_drivers: [0, self.drivers - 1],
            band_hz: vec![None; self.drivers],
            correction_db: vec![0.0; self.drivers],
            directivity_target_db: None,
            flight_samples: 0.0,
            drivers: [0, 1, 2].map(|path| filters(self.drivers, path)),
            preview: [0, 1, 2].map(|path| filters(2, path)),
            far: FarFilters {
                drivers: [0, 1].map(|path| filters(self.drivers, path).full),
                preview: [0, 1].map(|path| filters(2, path).full),
            },
        };
        Player::new(&design, DesignSettings::default(), timing, BLOCK, false)
    }

    fn row(&self, cost: f64) -> String {
        let Self {
            varies,
            upmix,
            drivers,
            sample_rate,
            taps,
        } = self;
        format!("{varies},{upmix:?},{drivers},{sample_rate},{taps},{cost:.3}")
    }
}

/// Milliseconds per second of audio of each case.
fn time_ms(cases: &[Case]) -> Vec<f64> {
    let mut players: Vec<Player> = cases.iter().map(Case::player).collect();
    let mut best_ms = vec![f64::INFINITY; cases.len()];
    for _ in 0..ROUNDS {
        for (player, best_ms) in players.iter_mut().zip(&mut best_ms) {
            let started = Instant::now();
            player.play(ROUND_S);
            *best_ms = best_ms.min(started.elapsed().as_secs_f64() * 1e3 / ROUND_S);
        }
    }
    best_ms
}

/// Millions of instructions per second of audio of a case, by this program on itself.
fn count_millions(case: usize) -> f64 {
    let count = |seconds: f64| -> f64 {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(std::env::current_exe().expect("the path of this program"))
            .args([case.to_string(), seconds.to_string()])
            .output()
            .expect("valgrind");
        let text = String::from_utf8_lossy(&output.stderr);
        let collected = text.lines().find_map(|line| line.split_once("Collected : "));
        let (_, count) = collected.unwrap_or_else(|| panic!("{text}"));
        count.trim().parse().expect("a count")
    };
    let [shorter_s, longer_s] = COUNTED_S;
    (count(longer_s) - count(shorter_s)) / (longer_s - shorter_s) / 1e6
}

fn main() {
    let cases = cases();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        // One case alone, for the counter.
        [case, seconds] => {
            let case: usize = case.parse().expect("the number of a case");
            cases[case]
                .player()
                .play(seconds.parse().expect("a duration in seconds"));
        }
        ["instructions"] => {
            println!("varies,upmix,drivers,rate_hz,taps,million_instructions_per_s");
            for (number, case) in cases.iter().enumerate() {
                println!("{}", case.row(count_millions(number)));
            }
        }
        _ => {
            println!("varies,upmix,drivers,rate_hz,taps,ms_per_s");
            for (case, ms) in cases.iter().zip(time_ms(&cases)) {
                println!("{}", case.row(ms));
            }
        }
    }
}
