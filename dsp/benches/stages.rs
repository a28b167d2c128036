//! What the stages of the signal path cost, each alone, at 48 kHz in blocks of the High upmix's hop:
//!
//! ```text
//! cargo bench -p proscenium-dsp
//! ```
//!
//! Throughput counts samples of programme: 48 million samples per second are 1 ms per second of audio.

#![allow(missing_docs)] // Of what the macros make.

use std::f32::consts::FRAC_PI_6;
use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use proscenium_dsp::array::presets;
use proscenium_dsp::design::{Design, DesignSettings};
use proscenium_dsp::engine::{
    BankScratch, Controls, DesignRequest, Engine, FilterBank, FilterSet, Fir, InputHistory, Meters, Output, Settled,
    Timing,
};
use proscenium_dsp::level::CenterShelf;
use proscenium_dsp::upmix::{CenterExtractor, UpmixMode};
use proscenium_dsp::virtualiser::Virtualiser;
use rustfft::FftPlanner;

const SAMPLE_RATE: f64 = 48_000.0;
/// Hop of the High upmix, samples.
const HOP: usize = 512;

criterion_group!(stages, upmix, virtualiser, shelf, convolution, presets_whole);
criterion_main!(stages);

/// Noise that no stage takes for silence.
fn noise(seed: u32) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        0.1 * ((state >> 8) as f32 / (1 << 23) as f32 - 1.0)
    };
    (0..HOP).map(|_| next()).collect()
}

fn upmix(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("upmix");
    let (left, right) = (noise(1), noise(2));
    let mut center = vec![0.0; HOP];
    for mode in [UpmixMode::LowLatency, UpmixMode::High] {
        let mut extractor = CenterExtractor::new(mode.window(SAMPLE_RATE), SAMPLE_RATE);
        let hop = extractor.hop();
        group.throughput(Throughput::Elements(hop as u64));
        group.bench_function(BenchmarkId::from_parameter(format!("{mode:?}")), |bencher| {
            bencher.iter(|| extractor.process_hop(&left[..hop], &right[..hop], black_box(&mut center[..hop])));
        });
    }
}

fn virtualiser(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("virtualiser");
    let (left, right) = (noise(1), noise(2));
    let ears = || [vec![0.0; HOP], vec![0.0; HOP]];
    let (mut near, mut far) = (ears(), ears());
    let steps = |n: usize| FRAC_PI_6 * (1.0 + n as f32 / HOP as f32);
    for (name, width_rad) in [
        ("at rest", vec![FRAC_PI_6; HOP]),
        ("moving", (0..HOP).map(steps).collect()),
    ] {
        let mut virtualiser = Virtualiser::new(SAMPLE_RATE);
        group.throughput(Throughput::Elements(HOP as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let [near, far] = [&mut near, &mut far].map(|ears| ears.each_mut().map(Vec::as_mut_slice));
                virtualiser.process([&left, &right], &width_rad, black_box(near), black_box(far));
            });
        });
    }
}

fn shelf(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("centre shelf");
    let (input, mut output) = (noise(3), vec![0.0; HOP]);
    let mut shelf = CenterShelf::new(SAMPLE_RATE);
    group.throughput(Throughput::Elements(HOP as u64));
    group.bench_function("block", |bencher| {
        bencher.iter(|| {
            output.copy_from_slice(&input);
            shelf.process(black_box(&mut output));
        });
    });
}

/// Three inputs, 1024 taps.
fn convolution(criterion: &mut Criterion) {
    const INPUTS: usize = 3;
    const TAPS: usize = 1024;
    let mut group = criterion.benchmark_group("convolution of 3 inputs, 1024 taps");
    let taps = [noise(4), noise(5)].concat();
    assert_eq!(taps.len(), TAPS);
    let fir = Fir { start: 0, taps };
    let signals: Vec<Vec<f32>> = (0..INPUTS).map(|input| noise(6 + input as u32)).collect();
    for outputs in [2, 4, 8, 16] {
        let mut planner = FftPlanner::new();
        let terms = (0..INPUTS).flat_map(|input| (0..outputs).map(move |output| (input, output)));
        let terms = terms.map(|(input, output)| (input, output, &fir));
        let bank = FilterBank::new(&mut planner, HOP, outputs, terms);
        let mut history = InputHistory::new(&mut planner, INPUTS, HOP, TAPS);
        let mut scratch = BankScratch::new(&mut planner, HOP);
        let mut channels = vec![vec![0.0; HOP]; outputs];
        group.throughput(Throughput::Elements(HOP as u64));
        group.bench_function(format!("{outputs} outputs"), |bencher| {
            bencher.iter(|| {
                history.push(&signals);
                bank.process(&history, black_box(&mut channels), &mut scratch);
            });
        });
    }
}

/// The whole path and a whole design, which runs beside it, for each preset; upmix High.
fn presets_whole(criterion: &mut Criterion) {
    let timing = Timing::new(SAMPLE_RATE, UpmixMode::High);
    let settings = DesignSettings::default();
    let programme = [noise(7), noise(8)];
    for preset in presets() {
        let device = &preset.device;
        let channels = device.drivers.len();
        let name = format!("{}, {channels} drivers", device.name);

        let mut group = criterion.benchmark_group("design");
        group.sample_size(10);
        group.bench_function(&name, |bencher| {
            bencher.iter(|| Design::new(device, &settings, &timing));
        });
        group.finish();

        let request = DesignRequest { settings, apply_at: 0 };
        let set = Arc::new(FilterSet::new(
            &Design::new(device, &settings, &timing),
            &timing,
            channels,
            &request,
        ));
        let mut engine = Engine::new(timing, channels, set, Arc::new(Meters::default()));
        let controls = Controls {
            output: Output::Drivers,
            ..Controls::default()
        };
        let mut buffers = vec![vec![0.0; HOP]; channels];
        let mut group = criterion.benchmark_group("path");
        group.throughput(Throughput::Elements(HOP as u64));
        group.bench_function(&name, |bencher| {
            bencher.iter(|| {
                for (buffer, samples) in buffers.iter_mut().zip(&programme) {
                    buffer.copy_from_slice(samples);
                }
                let mut slices: Vec<&mut [f32]> = buffers.iter_mut().map(Vec::as_mut_slice).collect();
                engine.process(black_box(&mut slices), &controls, &mut Settled);
            });
        });
    }
}
