//! Noise through the library's engine, and through BruteFIR.

use proscenium_dsp::array::presets;
use proscenium_dsp::design::{Design, DesignSettings, DeviceChoice};
use proscenium_dsp::engine::{
    Controls, DesignRequest, DesignSource, Engine, FilterSet, Meters, Output, Programme, Timing,
};
use proscenium_dsp::upmix::UpmixMode;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

/// What the engine plays, away from the defaults with Upmix Off and without the peak guard.
pub struct Settings {
    pub preset: usize,
    pub rate: u32,
    pub width_deg: f32,
    pub cancel: f32,
    pub trim_db: f32,
    pub binaural: bool,
}

impl Settings {
    /// A preset by number, with all else at its default.
    pub fn new(preset: usize) -> Self {
        Self {
            preset,
            rate: 48_000,
            width_deg: 30.0,
            cancel: 1.0,
            trim_db: 0.0,
            binaural: false,
        }
    }
}

/// The filters that an engine begins with stay.
struct NoOther;

impl DesignSource for NoOther {
    fn request(&mut self, request: DesignRequest) {
        panic!("other filters are wanted: {request:?}");
    }

    fn poll(&mut self) -> Option<Arc<FilterSet>> {
        None
    }

    fn retire(&mut self, _: Arc<FilterSet>) -> Result<(), Arc<FilterSet>> {
        Ok(())
    }
}

/// Drivers' signals in time with the input.
pub fn play(input: &[Vec<f32>; 2], settings: &Settings) -> Vec<Vec<f32>> {
    let device = &presets()[settings.preset].device;
    let timing = Timing::new(f64::from(settings.rate), UpmixMode::Off);
    let design_settings = DesignSettings {
        device: DeviceChoice::Preset(settings.preset as u8),
        distance_m: device.nominal_distance_m() as f32,
        ..DesignSettings::default()
    };
    let design = Design::new(device, &design_settings, &timing);
    let drivers = device.drivers.len();
    let request = DesignRequest {
        settings: design_settings,
        apply_at: 0,
    };
    let set = Arc::new(FilterSet::new(&design, &timing, drivers, &request));
    let mut engine = Engine::new(timing, drivers, set, Arc::new(Meters::default()));
    let controls = Controls {
        width_rad: settings.width_deg.to_radians(),
        cancel: settings.cancel,
        trim_gain: 10_f32.powf(settings.trim_db / 20.0),
        guard: false,
        programme: if settings.binaural {
            Programme::Binaural
        } else {
            Programme::Stereo
        },
        output: Output::Drivers,
        design: design_settings,
        ..Controls::default()
    };
    let latency = timing.latency();
    let mut channels = vec![vec![0.0; input[0].len() + latency]; drivers];
    for (channel, signal) in channels.iter_mut().zip(input) {
        channel[..signal.len()].copy_from_slice(signal);
    }
    let mut slices: Vec<&mut [f32]> = channels.iter_mut().map(Vec::as_mut_slice).collect();
    engine.process(&mut slices, &controls, &mut NoOther);
    channels.iter().map(|channel| channel[latency..].to_vec()).collect()
}

/// Largest difference of two outputs relative to the peak of the first, dB; `theirs` is late by `latency` samples.
pub fn difference_db(ours: &[Vec<f32>], theirs: &[Vec<f32>], latency: usize) -> f64 {
    assert_eq!(ours.len(), theirs.len());
    let (mut peak, mut difference, mut compared) = (0.0_f64, 0.0_f64, 0);
    for (ours, theirs) in ours.iter().zip(theirs) {
        for (x, y) in ours.iter().zip(theirs.iter().skip(latency)) {
            peak = peak.max(f64::from(x.abs()));
            difference = difference.max(f64::from((x - y).abs()));
            compared += 1;
        }
    }
    assert!(
        peak > 0.01 && compared > ours.len() * ours[0].len() / 2,
        "{compared} samples, peak {peak}"
    );
    20.0 * (difference / peak).log10()
}

/// Independent noise left and right, the same each time.
pub fn noise(frames: usize) -> [Vec<f32>; 2] {
    [1_u32, 2].map(|seed| {
        let mut state = seed.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            0.1 * ((state >> 8) as f32 / (1 << 23) as f32 - 1.0)
        };
        (0..frames).map(|_| next()).collect()
    })
}

/// What BruteFIR makes of the input with the configuration in a folder.
pub fn brutefir(folder: &Path, input: &[Vec<f32>; 2], drivers: usize) -> Vec<Vec<f32>> {
    let frames = input[0].iter().zip(&input[1]);
    let bytes: Vec<u8> = frames
        .flat_map(|(l, r)| [l.to_le_bytes(), r.to_le_bytes()])
        .flatten()
        .collect();
    std::fs::write(folder.join("in.f32"), bytes).unwrap();
    let run = Command::new("brutefir")
        .args(["-nodefault", "brutefir.conf"])
        .current_dir(folder)
        .stdin(Stdio::from(std::fs::File::open(folder.join("in.f32")).unwrap()))
        .output()
        .unwrap_or_else(|error| panic!("cannot run brutefir (Debian package brutefir): {error}"));
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let mut channels = vec![Vec::new(); drivers];
    for (n, sample) in run.stdout.as_chunks().0.iter().enumerate() {
        channels[n % drivers].push(f32::from_le_bytes(*sample));
    }
    channels
}
