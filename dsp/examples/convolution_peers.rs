//! The engine's convolution beside BruteFIR's (Debian package `brutefir`): 3 inputs, 8 outputs, 24 filters of 1024 taps, the
//! same noise through both, which must come out the same. Times are elapsed ones, BruteFIR's without its conversions of sample
//! formats: run it on a machine that does nothing else.
//!
//! ```text
//! cargo run --release -p proscenium-dsp --example convolution_peers
//! ```

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use proscenium_dsp::engine::{BankScratch, FilterBank, Fir, InputHistory};
use rustfft::FftPlanner;

const INPUTS: usize = 3;
const OUTPUTS: usize = 8;
const TAPS: usize = 1024;
const RATE_HZ: usize = 48_000;
/// What a host's block is, and what the engine works in with the upmix on.
const BLOCKS: [usize; 2] = [256, 512];
const ROUNDS: usize = 5;
/// Audio of a round, seconds.
const ROUND_S: usize = 20;
/// Most that two convolutions of the same may differ, relative to the peak, dB.
const SAME_DB: f64 = -90.0;

/// Where Debian puts it.
const PROGRAM: &str = "/usr/bin/brutefir";

type Channels = Vec<Vec<f32>>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut noise = Noise(1);
    let input: Channels = (0..INPUTS).map(|_| noise.samples(ROUND_S * RATE_HZ, 0.05)).collect();
    let filters: Vec<Channels> = (0..INPUTS)
        .map(|_| (0..OUTPUTS).map(|_| noise.samples(TAPS, 0.02)).collect())
        .collect();
    let brutefir = BruteFir::new(&input, &filters)?;

    println!(
        "{INPUTS} inputs, {OUTPUTS} outputs, {TAPS} taps; ms of one core per second of audio, medians of {ROUNDS}"
    );
    for block in BLOCKS {
        let (mut ours_ms, mut theirs_ms) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            let ours = convolve(&input, &filters, block);
            ours_ms.push(1e3 * begun.elapsed().as_secs_f64() / ROUND_S as f64);
            if let Some(brutefir) = &brutefir {
                let (period_ms, theirs) = brutefir.render(block)?;
                theirs_ms.push(period_ms * RATE_HZ as f64 / block as f64);
                let difference_db = difference_db(&ours, &theirs);
                if difference_db > SAME_DB {
                    return Err(
                        format!("the outputs differ by {difference_db:.0} dB: not the same convolution").into(),
                    );
                }
            }
        }
        let ours_ms = median(&mut ours_ms);
        print!("blocks of {block}: Proscenium {ours_ms:.2}");
        if theirs_ms.is_empty() {
            println!(", BruteFIR is not installed");
        } else {
            let theirs_ms = median(&mut theirs_ms);
            println!(", BruteFIR {theirs_ms:.2}: {:.1} times as much", theirs_ms / ours_ms);
        }
    }
    Ok(())
}

fn convolve(input: &Channels, filters: &[Channels], block: usize) -> Channels {
    let mut planner = FftPlanner::new();
    let firs: Vec<Vec<Fir>> = filters
        .iter()
        .map(|row| {
            row.iter()
                .map(|taps| Fir {
                    start: 0,
                    taps: taps.clone(),
                })
                .collect()
        })
        .collect();
    let terms = firs
        .iter()
        .enumerate()
        .flat_map(|(input, row)| row.iter().enumerate().map(move |(output, fir)| (input, output, fir)));
    let bank = FilterBank::new(&mut planner, block, OUTPUTS, terms);
    let mut history = InputHistory::new(&mut planner, INPUTS, block, TAPS);
    let mut scratch = BankScratch::new(&mut planner, block);
    let mut rendered = vec![Vec::new(); OUTPUTS];
    let mut signals = vec![vec![0.0; block]; INPUTS];
    let mut outputs = vec![vec![0.0; block]; OUTPUTS];
    for start in (0..input[0].len() / block).map(|index| index * block) {
        for (signal, samples) in signals.iter_mut().zip(input) {
            signal.copy_from_slice(&samples[start..start + block]);
        }
        history.push(&signals);
        bank.process(&history, &mut outputs, &mut scratch);
        for (all, new) in rendered.iter_mut().zip(&outputs) {
            all.extend_from_slice(new);
        }
    }
    rendered
}

/// BruteFIR with a folder of its own, which holds the programme and the filters.
struct BruteFir {
    folder: tempfile::TempDir,
    /// Length of the programme.
    frames: usize,
}

impl BruteFir {
    /// Nothing where it is not installed.
    fn new(input: &Channels, filters: &[Channels]) -> Result<Option<Self>, Box<dyn Error>> {
        if !Path::new(PROGRAM).exists() {
            return Ok(None);
        }
        let folder = tempfile::tempdir()?;
        for (input, row) in filters.iter().enumerate() {
            for (output, taps) in row.iter().enumerate() {
                std::fs::write(folder.path().join(coefficients(input, output)), bytes(taps.iter()))?;
            }
        }
        let samples = (0..input[0].len()).flat_map(|frame| input.iter().map(move |channel| &channel[frame]));
        std::fs::write(folder.path().join("input.raw"), bytes(samples))?;
        Ok(Some(Self {
            folder,
            frames: input[0].len(),
        }))
    }

    /// Time for a period in ms, and what it makes of the programme.
    fn render(&self, block: usize) -> Result<(f64, Channels), Box<dyn Error>> {
        let folder = self.folder.path();
        std::fs::write(folder.join("matrix.conf"), configuration(block))?;
        // Without defaults of its own, which it would keep in the home folder.
        let run = Command::new(PROGRAM)
            .args(["-nodefault", "matrix.conf"])
            .current_dir(folder)
            .output()?;
        let report = String::from_utf8_lossy(&run.stderr);
        let output = std::fs::read(folder.join("output.raw")).unwrap_or_default();
        if !run.status.success() || output.len() < 4 * OUTPUTS * self.frames {
            return Err(format!("BruteFIR: {}, {} bytes of output\n{report}", run.status, output.len()).into());
        }
        let mut channels = vec![Vec::new(); OUTPUTS];
        for (index, sample) in output.as_chunks().0.iter().take(OUTPUTS * self.frames).enumerate() {
            channels[index % OUTPUTS].push(f32::from_le_bytes(*sample));
        }
        Ok((convolution_time_ms(&report)?, channels))
    }
}

fn coefficients(input: usize, output: usize) -> String {
    format!("filter-{input}-{output}.raw")
}

/// Raw files of 32-bit floats, one process for all filters.
fn configuration(block: usize) -> String {
    let names = |letter: char, count: usize| {
        let names: Vec<String> = (0..count).map(|index| format!("\"{letter}{index}\"")).collect();
        names.join(", ")
    };
    let mut text = format!(
        "benchmark: true; modules_path: \".\"; safety_limit: 0; overflow_warnings: false; max_dither_table_size: 0;
         allow_poll_mode: false; monitor_rate: false; powersave: false; sdf_length: -1; lock_memory: false;
         float_bits: 32; sampling_rate: {RATE_HZ}; filter_length: {block},{}; convolver_config: \"wisdom\";
         input {} {{ device: \"file\" {{ path: \"input.raw\"; }}; sample: \"FLOAT_LE\"; channels: {INPUTS}; }};
         output {} {{ device: \"file\" {{ path: \"output.raw\"; }}; sample: \"FLOAT_LE\"; channels: {OUTPUTS}; dither: false; }};\n",
        TAPS / block,
        names('i', INPUTS),
        names('o', OUTPUTS),
    );
    for (input, output) in (0..INPUTS).flat_map(|input| (0..OUTPUTS).map(move |output| (input, output))) {
        let file = coefficients(input, output);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "coeff \"{file}\" {{ filename: \"{file}\"; format: \"FLOAT_LE\"; }};
             filter \"{input}-{output}\" {{ from_inputs: \"i{input}\"; to_outputs: \"o{output}\"; coeff: \"{file}\"; process: 0; }};"
        );
    }
    text
}

fn bytes<'a>(samples: impl Iterator<Item = &'a f32>) -> Vec<u8> {
    samples.flat_map(|sample| sample.to_le_bytes()).collect()
}

/// Time for convolution in a period, ms, as the median of what the benchmark mode tells. Its columns are the process, then
/// times in ms: sample format, transform, mix, convolution, mix, transform, sample format, total; periods, realtime index.
fn convolution_time_ms(report: &str) -> Result<f64, Box<dyn Error>> {
    let mut times_ms = Vec::new();
    for line in report.lines() {
        let columns: Vec<f64> = line.split('|').map_while(|column| column.trim().parse().ok()).collect();
        if let &[_, from_format, .., to_format, total, _, _] = &columns[..] {
            times_ms.push(total - from_format - to_format);
        }
    }
    if times_ms.is_empty() {
        return Err(format!("BruteFIR tells no times:\n{report}").into());
    }
    Ok(median(&mut times_ms))
}

/// Largest difference relative to the peak, dB, as far as the first reaches.
fn difference_db(ours: &Channels, theirs: &Channels) -> f64 {
    let pairs = || {
        ours.iter()
            .zip(theirs)
            .flat_map(|(ours, theirs)| ours.iter().zip(theirs))
    };
    let peak = pairs().map(|(x, _)| f64::from(x.abs())).fold(0.0, f64::max);
    let difference = pairs().map(|(x, y)| f64::from((x - y).abs())).fold(0.0, f64::max);
    20.0 * (difference / peak).log10()
}

/// White noise of a linear congruential generator (Knuth, TAOCP 2, MMIX).
struct Noise(u64);

impl Noise {
    fn samples(&mut self, count: usize, level: f32) -> Vec<f32> {
        let mut sample = || {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            level * (self.0 >> 40) as f32 / (1 << 23) as f32 - level
        };
        (0..count).map(|_| sample()).collect()
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
