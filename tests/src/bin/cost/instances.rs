//! What instances cost: time until they sound, and memory.

use super::cases::{Case, RATE_HZ};
use proscenium_host::{ClapHost, RenderMode};
use proscenium_tests::signals::programme;
use std::error::Error;
use std::time::Instant;

/// Instances of one session.
const INSTANCES: usize = 40;
const BLOCK: usize = 256;

/// Memory of this process in use, MB. Linux only; elsewhere 0.
fn resident_mb() -> f64 {
    const PAGE_MB: f64 = 4096.0 / 1e6;
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split(' ').nth(1).and_then(|pages| pages.parse::<f64>().ok());
    pages.unwrap_or(0.0) * PAGE_MB
}

/// Prints times of the first and of the last instance, and memory per instance.
pub fn print(plugin: &str) -> Result<(), Box<dyn Error>> {
    let case = Case::find("4-drivers")?;
    let input = programme(BLOCK);
    let input: Vec<&[f32]> = input.iter().map(Vec::as_slice).collect();
    let mut hosts: Vec<ClapHost> = Vec::with_capacity(INSTANCES);
    let mut after_first_mb = 0.0;
    for n in 1..=INSTANCES {
        let begun = Instant::now();
        let mut host = case.load(plugin)?;
        let loaded = begun.elapsed();
        host.set_render_mode(RenderMode::Realtime)?;
        let begun = Instant::now();
        host.activate(RATE_HZ, BLOCK)?;
        let activated = begun.elapsed();
        for _ in 0..100 {
            host.process(&input, BLOCK, &[])?;
        }
        hosts.push(host);
        if n == 1 {
            after_first_mb = resident_mb();
        }
        if n == 1 || n == INSTANCES {
            println!(
                "instance {n:2}: loads in {:.1} ms, activates in {:.1} ms",
                1e3 * loaded.as_secs_f64(),
                1e3 * activated.as_secs_f64()
            );
        }
    }
    let each_mb = (resident_mb() - after_first_mb) / (INSTANCES - 1) as f64;
    println!("memory of each further instance: {each_mb:.1} MB");
    Ok(())
}
