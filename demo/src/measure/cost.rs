//! What the whole signal path costs.

use super::{Bound, Figure};
use crate::bench::{Bench, Run};
use anyhow::Result;
use proscenium_demo::decode::Programme;

/// Time that the whole signal path may take on one core, milliseconds per second of audio.
const LIMIT_MS: f64 = 4.0;

/// Renders of which the quickest counts: other programs on the machine only ever add.
const ROUNDS: usize = 3;

/// Time inside the plugin's `process`, default settings, driver outputs, blocks of 256.
///
/// # Errors
/// When a render fails.
pub fn cost(bench: &Bench, programme: &Programme) -> Result<Vec<Figure>> {
    let seconds = programme.channels[0].len() as f64 / f64::from(programme.sample_rate_hz);
    let mut process_s = f64::INFINITY;
    for _ in 0..ROUNDS {
        // In real time filters are designed on another thread, so that this is the cost of the audio alone.
        let run = Run {
            settings: &[("Output", "Drivers")],
            realtime: true,
        };
        let rendered = bench.render(&run, &programme.channels, programme.sample_rate_hz, |_| ())?;
        process_s = process_s.min(rendered.process_time.as_secs_f64());
    }
    let per_second_ms = 1000.0 * process_s / seconds;
    Ok(vec![
        Figure::new(
            "cost, processing time per second of audio",
            per_second_ms,
            "ms",
            Bound::Budget(LIMIT_MS),
        ),
        Figure::new("realtime factor", seconds / process_s, "x", Bound::Free),
    ])
}
