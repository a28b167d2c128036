//! How soon a listener who moves is followed, and what a steady tone tells of it.

use super::cases::{Case, RATE_HZ};
use proscenium_host::{ParamEvent, RenderMode};
use std::error::Error;
use std::f64::consts::TAU;
use std::time::{Duration, Instant};

const BLOCK: usize = 64;
/// Samples in a period of the tone, 1 kHz, so that without a change a sample is that of a period before.
const PERIOD: usize = 48;
const LEVEL: f32 = 0.05;
/// Change from period to period, relative to the tone, that tells of new filters: far above rounding.
const NOTICEABLE: f32 = 1e-5;
/// Blocks between two moves, 160 ms: the cross-fade before is over.
const REST_BLOCKS: usize = 120;
/// Length of the walk to one side and back, seconds, and how far it goes, metres.
const WALK_S: f64 = 4.0;
const WALK_M: f64 = 0.3;
/// Window of the spectra, samples, and what counts as the tone itself: 140 Hz to either side.
const WINDOW: usize = 4096;
const TONE_BINS: usize = 12;

/// Moves the listener of Tabletop `moves` times at the pace of real time and prints how long it takes until the cross-fade
/// to the new filters begins; then lets them walk, and prints how far below the tone all else stays.
pub fn print(plugin: &str, moves: usize) -> Result<(), Box<dyn Error>> {
    let case = Case::find("4-drivers")?;
    let mut host = case.load(plugin)?;
    for (name, text) in [("Upmix", "Off"), ("Programme", "Binaural")] {
        host.set_text(name, text)?;
    }
    host.set_render_mode(RenderMode::Realtime)?;
    host.activate(RATE_HZ, BLOCK)?;
    let latency = host.latency_samples() as usize;
    let params = host.params()?;
    let offset = params.iter().find(|param| param.name == "Listener Offset");
    let offset = offset.ok_or("the plugin has no Listener Offset")?.id;

    let tone = |n: usize| LEVEL * (TAU * (n % PERIOD) as f64 / PERIOD as f64).sin() as f32;
    let begun = Instant::now();
    let mut played = 0;
    let mut output: Vec<Vec<f32>> = Vec::new();
    let mut play = |output: &mut Vec<Vec<f32>>, to: Option<(usize, f64)>| -> Result<(), Box<dyn Error>> {
        let block: Vec<f32> = (played..played + BLOCK).map(tone).collect();
        let silence = vec![0.0; BLOCK];
        let events: Vec<ParamEvent> = to
            .map(|(frame, value)| ParamEvent {
                frame,
                id: offset,
                value,
            })
            .into_iter()
            .collect();
        let heard = host.process(&[&block, &silence], BLOCK, &events)?;
        output.resize(heard.len(), Vec::new());
        for (all, new) in output.iter_mut().zip(heard) {
            all.extend_from_slice(&new);
        }
        played += BLOCK;
        let due = Duration::from_secs_f64(played as f64 / RATE_HZ);
        std::thread::sleep(due.saturating_sub(begun.elapsed()));
        Ok(())
    };

    let mut delays_ms = Vec::with_capacity(moves);
    for n in 0..moves {
        for _ in 0..REST_BLOCKS {
            play(&mut output, None)?;
        }
        let frame = n * 29 % BLOCK;
        let moved_at = output[0].len() + frame;
        let side = if n % 2 == 0 { 1.0 } else { -1.0 };
        play(&mut output, Some((frame, side * (0.05 + 0.001 * n as f64 % 0.2))))?;
        for _ in 0..REST_BLOCKS {
            play(&mut output, None)?;
        }
        let level = peak(&output, moved_at);
        let changed = |n: &usize| {
            output
                .iter()
                .any(|channel| (channel[*n] - channel[n - PERIOD]).abs() > NOTICEABLE * level)
        };
        let heard_at = (moved_at..output[0].len())
            .find(changed)
            .ok_or("a move was not followed")?;
        delays_ms.push(1e3 * (heard_at - moved_at).saturating_sub(latency) as f64 / RATE_HZ);
        output.iter_mut().for_each(Vec::clear);
    }
    delays_ms.sort_by(f64::total_cmp);
    println!("{moves} moves, from the move to the start of the cross-fade, beyond the latency:");
    for quantile in [0.5, 0.95, 0.99] {
        let at = ((quantile * moves as f64) as usize).min(moves.saturating_sub(1));
        println!("{:4.0} %: {:5.1} ms", 100.0 * quantile, delays_ms[at]);
    }

    let blocks = (WALK_S * RATE_HZ) as usize / BLOCK;
    for n in 0..blocks {
        let there = (TAU * n as f64 / blocks as f64).sin();
        play(&mut output, Some((0, WALK_M * there)))?;
    }
    let worst = output
        .iter()
        .map(|channel| all_else_db(channel))
        .fold(f64::NEG_INFINITY, f64::max);
    println!(
        "a walk of {WALK_M} m to either side in {WALK_S} s: all but the tone, beyond 140 Hz of it, {worst:.1} dB re the tone"
    );
    Ok(())
}

fn peak(output: &[Vec<f32>], end: usize) -> f32 {
    let samples = output.iter().flat_map(|channel| &channel[..end]);
    samples.fold(0.0, |peak, sample| peak.max(sample.abs()))
}

/// Level of everything but the tone relative to it in the worst of overlapping windows, dB.
fn all_else_db(signal: &[f32]) -> f64 {
    let window: Vec<f64> = (0..WINDOW).map(|n| blackman_harris(n as f64 / WINDOW as f64)).collect();
    let tone_bin = WINDOW / PERIOD;
    let levels = (0..signal.len().saturating_sub(WINDOW))
        .step_by(WINDOW / 2)
        .map(|start| {
            let frame: Vec<f64> = signal[start..start + WINDOW]
                .iter()
                .zip(&window)
                .map(|(x, w)| f64::from(*x) * w)
                .collect();
            let (mut tone, mut rest) = (0.0, 0.0);
            for bin in 1..WINDOW / 2 {
                let power = power(&frame, bin);
                if bin.abs_diff(tone_bin) <= TONE_BINS {
                    tone += power;
                } else {
                    rest += power;
                }
            }
            10.0 * (rest / tone).log10()
        });
    levels.fold(f64::NEG_INFINITY, f64::max)
}

/// Power in one bin, by Goertzel's recursion.
fn power(frame: &[f64], bin: usize) -> f64 {
    let coefficient = 2.0 * (TAU * bin as f64 / frame.len() as f64).cos();
    let (mut last, mut before) = (0.0, 0.0);
    for x in frame {
        (last, before) = (x + coefficient * last - before, last);
    }
    last * last + before * before - coefficient * last * before
}

/// Four-term window with side lobes below −92 dB (Harris 1978).
fn blackman_harris(t: f64) -> f64 {
    let cosine = |n: f64| (TAU * n * t).cos();
    0.358_75 - 0.488_29 * cosine(1.0) + 0.141_28 * cosine(2.0) - 0.011_68 * cosine(3.0)
}
