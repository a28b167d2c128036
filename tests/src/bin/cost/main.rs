//! What the built plugin costs in a CLAP host.
//!
//! ```text
//! cost PLUGIN.clap cpu                    processing time per second of audio, each case in turn, medians
//! cost PLUGIN.clap run CASE SECONDS       one case alone, for profilers
//! cost PLUGIN.clap exchange CASE TIMES    one case alone while it gets new filters that many times, for profilers
//! cost PLUGIN.clap instances              time to load, activate and sound; memory of further instances
//! cost PLUGIN.clap blocks MINUTES         time of single blocks of 64 under random automation with redesigns
//! cost PLUGIN.clap retarget MOVES         how soon a listener who moves is followed, and whether it clicks
//! ```

mod blocks;
mod cases;
mod cpu;
mod exchange;
mod instances;
mod retarget;

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [plugin, "cpu"] => cpu::print_table(plugin),
        [plugin, "run", case, seconds] => cpu::run(plugin, case, seconds.parse()?),
        [plugin, "exchange", case, times] => exchange::run(plugin, case, times.parse()?),
        [plugin, "instances"] => instances::print(plugin),
        [plugin, "blocks", minutes] => blocks::print(plugin, minutes.parse()?),
        [plugin, "retarget", moves] => retarget::print(plugin, moves.parse()?),
        _ => Err("cost PLUGIN.clap cpu | run CASE SECONDS | exchange CASE TIMES | instances | blocks MINUTES | retarget MOVES".into()),
    }
}
