//! Signals through the engine, as a host would run it.

use super::subject::Subject;
use proscenium_dsp::engine::{Controls, DesignRequest, Engine, FilterSet, Meters, Output, Settled};
use std::sync::Arc;

/// What comes out of the engine for `input`, late by the latency, one signal for each of the channels that `output` has. The host
/// hands it blocks of these sizes in turn.
pub(super) fn play(
    subject: &Subject<'_>,
    output: Output,
    change: impl FnOnce(&mut Controls),
    input: &[Vec<f32>; 2],
    blocks: &[usize],
) -> Vec<Vec<f32>> {
    let heard = match output {
        Output::Stems => 3,
        Output::Headphones | Output::Preview => 2,
        Output::Drivers | Output::Auto => subject.device().drivers.len(),
    };
    // The programme comes in on two.
    let channels = heard.max(2);
    let request = DesignRequest {
        settings: subject.settings,
        apply_at: 0,
    };
    let set = Arc::new(FilterSet::new(&subject.design, &subject.timing, channels, &request));
    let mut engine = Engine::new(subject.timing, channels, set, Arc::new(Meters::default()));
    let mut controls = Controls {
        output,
        design: subject.settings,
        ..Controls::default()
    };
    change(&mut controls);
    let frames = input[0].len();
    let mut signals = vec![vec![0.0; frames]; channels];
    for (signal, input) in signals.iter_mut().zip(input) {
        signal.copy_from_slice(input);
    }
    let mut sizes = blocks.iter().copied().cycle();
    let mut from = 0;
    while from < frames {
        let to = frames.min(from + sizes.next().unwrap_or(frames).max(1));
        let mut slices: Vec<&mut [f32]> = signals.iter_mut().map(|signal| &mut signal[from..to]).collect();
        engine.process(&mut slices, &controls, &mut Settled);
        from = to;
    }
    signals.truncate(heard);
    signals
}

/// Noise at −20 dBFS, the same each time for the same seed; that of different seeds has nothing in common.
pub(super) fn noise(seed: u32, frames: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let mut next = || {
        // Numerical Recipes' generator; its upper bits are good enough.
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        0.1 * ((state >> 8) as f32 / (1 << 23) as f32 - 1.0)
    };
    (0..frames).map(|_| next()).collect()
}
