//! Processing time per second of audio.

use super::cases::{CASES, Case, RATE_HZ};
use proscenium_host::{BlockSizes, ClapHost, RenderJob};
use proscenium_tests::signals::programme;
use std::error::Error;

/// Rounds over all cases, so that what else the machine does strikes them alike.
const ROUNDS: usize = 9;
/// Audio of each case in a round, seconds.
const ROUND_S: f64 = 2.0;

/// Renders `input` in real-time mode, so that nothing is designed within `process`; milliseconds per second of audio.
fn time_ms(host: &mut ClapHost, case: &Case, input: &[Vec<f32>]) -> Result<f64, Box<dyn Error>> {
    let job = RenderJob::new(input, RATE_HZ)
        .blocks(BlockSizes::Fixed(case.block))
        .realtime(0);
    let rendered = host.render(&job)?;
    if !rendered.faults.is_none() {
        return Err(rendered.faults.to_string().into());
    }
    Ok(1e3 * rendered.process_time.as_secs_f64() * RATE_HZ / input[0].len() as f64)
}

/// Prints the medians of all cases.
pub fn print_table(plugin: &str) -> Result<(), Box<dyn Error>> {
    let input = programme((ROUND_S * RATE_HZ) as usize);
    let mut hosts = CASES
        .iter()
        .map(|case| case.load(plugin))
        .collect::<Result<Vec<_>, _>>()?;
    let mut times_ms = vec![Vec::with_capacity(ROUNDS); CASES.len()];
    for _ in 0..ROUNDS {
        for ((case, host), times_ms) in CASES.iter().zip(&mut hosts).zip(&mut times_ms) {
            times_ms.push(time_ms(host, case, &input)?);
        }
    }
    println!("ms of one core per second of audio at 48 kHz, median and least of {ROUNDS}");
    for (case, times_ms) in CASES.iter().zip(&mut times_ms) {
        times_ms.sort_by(f64::total_cmp);
        println!("{:18} {:5.2}  {:5.2}", case.name, times_ms[ROUNDS / 2], times_ms[0]);
    }
    Ok(())
}

/// Renders one case for that many seconds of audio.
pub fn run(plugin: &str, case: &str, seconds: f64) -> Result<(), Box<dyn Error>> {
    let case = Case::find(case)?;
    let mut host = case.load(plugin)?;
    time_ms(&mut host, case, &programme((seconds * RATE_HZ) as usize))?;
    Ok(())
}
