//! Tracks as sound: played by FluidSynth, spoken by eSpeak NG, kept as files so that this happens once.

use std::f64::consts::PI;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use super::mixes::Source;
use super::score::{Part, Piece};

/// Of everything here.
pub const SAMPLE_RATE: u32 = 48_000;
/// Length of every mix.
pub const SAMPLES: usize = 12 * SAMPLE_RATE as usize;

/// Debian packages that a benchmark needs, for messages.
const PACKAGES: &str = "fluidsynth timgm6mb-soundfont espeak-ng";
/// Instruments of Debian's timgm6mb-soundfont. Not the soundfont that happens to be the default: figures must repeat.
const SOUNDFONT: &str = "/usr/share/sounds/sf2/TimGM6mb.sf2";

/// Makes tracks, or takes them from a folder if they were made before.
pub struct Studio {
    cache: PathBuf,
}

impl Studio {
    /// Keeps its files in this folder.
    ///
    /// # Errors
    /// If the folder cannot be made.
    pub fn new(cache: &Path) -> Result<Self> {
        fs::create_dir_all(cache).with_context(|| format!("cannot make {}", cache.display()))?;
        Ok(Self { cache: cache.into() })
    }

    /// A track of one channel, [`SAMPLES`] long, at the level that its synthesiser gives it.
    ///
    /// # Errors
    /// If a synthesiser is missing or fails; says how to get it.
    pub fn track(&self, source: &Source, piece: &Piece) -> Result<Vec<f32>> {
        match source {
            Source::Played(part) => self.played(part, piece),
            Source::Spoken(voice, pitch, words_per_minute, text) => {
                self.spoken(voice, &pitch.to_string(), &words_per_minute.to_string(), text)
            }
            Source::Noise(_) => bail!("noise has no single channel"),
        }
    }

    fn played(&self, part: &Part, piece: &Piece) -> Result<Vec<f32>> {
        ensure!(
            Path::new(SOUNDFONT).exists(),
            "{SOUNDFONT} is missing; on Debian, as root: apt-get install -y {PACKAGES}"
        );
        let bar_s = 4.0 * 60.0 / f64::from(piece.tempo);
        let bars = (SAMPLES as f64 / f64::from(SAMPLE_RATE) / bar_s).ceil() as usize;
        let midi = part.midi(piece, bars)?;
        let sound = self.cached(&midi, |scratch| {
            let file = scratch.with_extension("mid");
            fs::write(&file, &midi)?;
            let mut fluidsynth = Command::new("fluidsynth");
            // Without its own reverb and chorus: rooms are added later, to sides only.
            fluidsynth.args([
                "-niq",
                "-R0",
                "-C0",
                "-g0.5",
                "-Twav",
                "-Ofloat",
                "-r",
                &SAMPLE_RATE.to_string(),
            ]);
            fluidsynth.arg("-F").arg(scratch).arg(SOUNDFONT).arg(&file);
            run(fluidsynth, &[])?;
            Ok(fs::remove_file(file)?)
        })?;
        Ok(sound)
    }

    fn spoken(&self, voice: &str, pitch: &str, words_per_minute: &str, text: &str) -> Result<Vec<f32>> {
        let key = [voice, pitch, words_per_minute, text].join("/");
        self.cached(key.as_bytes(), |scratch| {
            let mut espeak = Command::new("espeak-ng");
            espeak.args(["-v", voice, "-p", pitch, "-s", words_per_minute, "-z", "--stdin", "-w"]);
            espeak.arg(scratch);
            run(espeak, text.as_bytes())
        })
    }

    /// Sound that was made from this key before, or else by `make`, which writes a sound file.
    fn cached(&self, key: &[u8], make: impl FnOnce(&Path) -> Result<()>) -> Result<Vec<f32>> {
        let path = self.cache.join(format!("{:016x}.wav", hash(key)));
        if !path.exists() {
            let scratch = path.with_extension("part");
            make(&scratch)?;
            fs::rename(scratch, &path)?;
        }
        read(&path).with_context(|| format!("cannot read {}", path.display()))
    }
}

/// FNV-1a, 64 bits: the same in every build, unlike the standard library's.
fn hash(key: &[u8]) -> u64 {
    key.iter().fold(0xCBF2_9CE4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

fn run(mut command: Command, input: &[u8]) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = match command.spawn() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            bail!("{program} is missing; on Debian, as root: apt-get install -y {PACKAGES}")
        }
        started => started.with_context(|| format!("cannot start {program}"))?,
    };
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input)?;
    }
    let status = child.wait()?;
    ensure!(status.success(), "{program} failed: {status}");
    Ok(())
}

/// A sound file as one channel of [`SAMPLES`] at [`SAMPLE_RATE`].
fn read(path: &Path) -> Result<Vec<f32>> {
    let mut reader = hound::WavReader::open(path)?;
    let spec = reader.spec();
    let samples: Vec<f32> = match spec.sample_format {
        hound::SampleFormat::Float => reader.samples::<f32>().collect::<Result<_, _>>()?,
        hound::SampleFormat::Int => {
            let scale = 1.0 / f32::from(i16::MAX);
            reader
                .samples::<i16>()
                .map(|v| Ok(f32::from(v?) * scale))
                .collect::<Result<_>>()?
        }
    };
    let channels = usize::from(spec.channels);
    let mono: Vec<f32> = samples
        .chunks_exact(channels)
        .map(|frame| frame.iter().sum::<f32>() / channels as f32)
        .collect();
    let mut sound = match spec.sample_rate {
        SAMPLE_RATE => mono,
        rate => resampled(&mono, f64::from(rate) / f64::from(SAMPLE_RATE)),
    };
    sound.resize(SAMPLES, 0.0);
    Ok(sound)
}

/// Upsampled, `step` input samples to one of output: a sine cardinal under a Hann window of 32 input samples.
fn resampled(input: &[f32], step: f64) -> Vec<f32> {
    const HALF: isize = 16;
    let at = |n: isize| {
        usize::try_from(n)
            .ok()
            .and_then(|n| input.get(n))
            .copied()
            .unwrap_or(0.0)
    };
    let count = (input.len() as f64 / step) as usize;
    let output = (0..count.min(SAMPLES)).map(|n| {
        let position = n as f64 * step;
        let nearest = position.floor() as isize;
        let taps = (nearest - HALF + 1..=nearest + HALF).map(|k| {
            let x = PI * (position - k as f64);
            let sinc = if x == 0.0 { 1.0 } else { x.sin() / x };
            f64::from(at(k)) * sinc * (0.5 + 0.5 * (x / HALF as f64).cos())
        });
        taps.sum::<f64>() as f32
    });
    output.collect()
}
