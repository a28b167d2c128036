//! One case while its filters are exchanged.

use super::cases::{Case, RATE_HZ};
use proscenium_host::RenderMode;
use proscenium_tests::signals::programme;
use std::error::Error;
use std::time::Duration;

/// Listening distances that take turns; each needs filters of its own.
const DISTANCES: [&str; 2] = ["1.5 m", "2.5 m"];
/// Audio between two changes, seconds: the plugin looks for a change every 0.05 s, and fades for 0.02 s.
const CHANGE_S: f64 = 0.15;
/// Time in which a design is finished, even on a virtual machine that counts instructions, shared out among the blocks.
const DESIGN_S: f64 = 4.0;

/// Plays in real-time mode, as slowly as the designer needs, and asks for new filters that many times.
pub fn run(plugin: &str, case: &str, times: usize) -> Result<(), Box<dyn Error>> {
    let case = Case::find(case)?;
    let mut host = case.load(plugin)?;
    host.set_render_mode(RenderMode::Realtime)?;
    host.activate(RATE_HZ, case.block)?;
    let blocks = (CHANGE_S * RATE_HZ) as usize / case.block;
    let input = programme(blocks * case.block);
    let pause = Duration::from_secs_f64(DESIGN_S / blocks as f64);
    for time in 0..times {
        let mut events = vec![host.event(0, "Distance", DISTANCES[time % DISTANCES.len()])?];
        for block in 0..blocks {
            let at = block * case.block;
            let block: Vec<&[f32]> = input.iter().map(|channel| &channel[at..at + case.block]).collect();
            host.process(&block, case.block, &events)?;
            events.clear();
            std::thread::sleep(pause);
        }
    }
    Ok(())
}
