//! What can be told from the signals alone: stems and latency.

use super::{Bound, Figure};
use crate::bench::{Bench, Run};
use anyhow::Result;
use proscenium_demo::decode::Programme;

/// Output channels of the stems; those of the sides are also the programme's.
const LEFT: usize = 0;
const RIGHT: usize = 1;
const CENTER: usize = 2;

/// How exactly left and centre stem, and right and centre stem, sum to the programme.
///
/// # Errors
/// When a render fails.
pub fn stems(bench: &Bench, programme: &Programme) -> Result<Vec<Figure>> {
    let settings = [("Output", "Stems")];
    let rendered = bench.render(
        &Run::offline(&settings),
        &programme.channels,
        programme.sample_rate_hz,
        |_| (),
    )?;
    let side = |stem: usize| -> (f64, f64) {
        let sum = rendered.channels[stem]
            .iter()
            .zip(&rendered.channels[CENTER])
            .map(|(side, center)| side + center);
        let errors = sum
            .zip(&programme.channels[stem])
            .map(|(sum, wanted)| f64::from(sum - wanted).powi(2));
        (
            errors.sum(),
            programme.channels[stem]
                .iter()
                .map(|sample| f64::from(*sample).powi(2))
                .sum(),
        )
    };
    let ((left_error, left_energy), (right_error, right_energy)) = (side(LEFT), side(RIGHT));
    // 200 dB below is as good as exact; a silent programme has no error to speak of.
    let ratio = (left_error + right_error) / (left_energy + right_energy).max(f64::MIN_POSITIVE);
    let error_db = 10.0 * ratio.max(1e-20).log10();
    Ok(vec![Figure::new(
        "stems, error of l + c and r + c against the programme",
        error_db,
        "dB",
        Bound::AtMost(-120.0),
    )])
}

/// Reported latency, and the measured one's distance from it, in every mode of the upmix.
///
/// # Errors
/// When a render fails.
pub fn latency(bench: &Bench) -> Result<Vec<Figure>> {
    const RATE_HZ: u32 = 48_000;
    const AT: usize = 4_800;
    let mut figures = Vec::new();
    for mode in ["Off", "Low Latency", "High"] {
        // Nothing but a delay: straight to the reference drivers, without filters.
        let settings = [
            ("Output", "Drivers"),
            ("Programme", "Binaural"),
            ("Cancellation", "0 %"),
            ("Tone", "0 %"),
            ("Upmix", mode),
        ];
        let mut impulse = vec![0.0; RATE_HZ as usize / 2];
        impulse[AT] = 0.5;
        let rendered = bench.render(
            &Run::offline(&settings),
            &[impulse.clone(), vec![0.0; impulse.len()]],
            RATE_HZ,
            |_| (),
        )?;
        let loudest = |channel: &Vec<f32>| {
            channel
                .iter()
                .enumerate()
                .map(|(n, sample)| (sample.abs(), n))
                .max_by(|a, b| a.0.total_cmp(&b.0))
        };
        let peak = rendered
            .channels
            .iter()
            .filter_map(loudest)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let error = peak
            .filter(|(level, _)| *level > 0.0)
            .map_or(f64::NAN, |(_, at)| at as f64 - AT as f64);
        let reported_ms = 1000.0 * rendered.latency_samples as f64 / f64::from(RATE_HZ);
        figures.push(Figure::new(
            format!("latency reported, Upmix {mode}"),
            reported_ms,
            "ms",
            Bound::Free,
        ));
        let name = format!("latency measured against reported, Upmix {mode}");
        figures.push(Figure::new(name, error.abs(), "samples", Bound::AtMost(0.0)));
    }
    Ok(figures)
}
