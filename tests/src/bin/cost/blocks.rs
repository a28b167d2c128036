//! Time of single blocks while everything moves.

use super::cases::{Case, RATE_HZ};
use proscenium_host::{ParamEvent, RenderMode};
use proscenium_tests::signals::programme;
use std::error::Error;
use std::time::{Duration, Instant};

const BLOCK: usize = 64;
/// Blocks between two events, so that there is a redesign under way all of the time.
const EVENT_BLOCKS: usize = 8;
/// Parameters that move; Distance, Listening Zone and Listener Offset need new filters.
const MOVING: [&str; 8] = [
    "Width",
    "Depth",
    "Center",
    "Cancellation",
    "Output Trim",
    "Distance",
    "Listening Zone",
    "Listener Offset",
];

/// Plays Tabletop at the pace of real time under random automation; prints quantiles of the time that a block takes, relative
/// to its duration.
pub fn print(plugin: &str, minutes: f64) -> Result<(), Box<dyn Error>> {
    let case = Case::find("4-drivers")?;
    let mut host = case.load(plugin)?;
    host.set_render_mode(RenderMode::Realtime)?;
    host.activate(RATE_HZ, BLOCK)?;
    let params = host.params()?;
    let moving: Vec<_> = params
        .iter()
        .filter(|param| MOVING.contains(&param.name.as_str()))
        .collect();
    let input = programme(48_000 / BLOCK * BLOCK);
    let mut seed = 1_u32;
    let mut random = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(seed >> 8) / f64::from(1 << 24)
    };
    let duration_s = BLOCK as f64 / RATE_HZ;
    let blocks = (60.0 * minutes / duration_s) as usize;
    let mut shares = Vec::with_capacity(blocks);
    let begun = Instant::now();
    for n in 0..blocks {
        let at = n * BLOCK % input[0].len();
        let block: Vec<&[f32]> = input.iter().map(|channel| &channel[at..at + BLOCK]).collect();
        let mut events = Vec::new();
        if n % EVENT_BLOCKS == 0 {
            let param = moving[(random() * moving.len() as f64) as usize];
            events.push(ParamEvent {
                frame: (random() * BLOCK as f64) as usize,
                id: param.id,
                value: param.min + random() * (param.max - param.min),
            });
        }
        let before = host.process_time();
        host.process(&block, BLOCK, &events)?;
        shares.push((host.process_time() - before).as_secs_f64() / duration_s);
        let due = Duration::from_secs_f64((n + 1) as f64 * duration_s);
        std::thread::sleep(due.saturating_sub(begun.elapsed()));
    }
    shares.sort_by(f64::total_cmp);
    println!("{blocks} blocks of {BLOCK} at 48 kHz, share of a block's duration:");
    for quantile in [0.5, 0.99, 0.999, 0.9999] {
        let at = ((quantile * blocks as f64) as usize).min(blocks.saturating_sub(1));
        println!("{:7.2} %: {:5.1} %", 100.0 * quantile, 100.0 * shares[at]);
    }
    println!("  worst: {:5.1} %", 100.0 * shares.last().copied().unwrap_or(0.0));
    Ok(())
}
