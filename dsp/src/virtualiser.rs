//! Virtual pair of loudspeakers: what left and right at ±θ bring to the two ears of a spherical head.
//!
//! ```text
//! ear_left = near_left + far_left        near_left = z⁻⁸ left
//!                                        far_left  = C(θ) right,  C(θ) = delay τ(θ) · head-shadow shelf · z⁻⁸
//! ```
//!
//! The near ear gets a pure delay, so a source keeps its tone; the far ear gets what differs between the ears. Everything
//! is closed-form in θ, so that θ may move with every sample. Near and far signals come apart: loudspeakers play the far ones
//! through filters of their own.

use std::f64::consts::{PI, TAU};

use multiversion::multiversion;
use multiversion::target::target_cfg_f;
use realfft::num_complex::Complex;

use crate::constants::{EAR_AZIMUTH_DEG, HEAD_RADIUS_M, SPEED_OF_SOUND};
use crate::fused::{self, multiply_add};
use crate::samples;
use interpolator::{TAPS, TAPS_AHEAD, Taps, interpolate, interpolate_moving, taps};
use width::WidthTable;

mod interpolator;
mod width;

/// Delay of both paths: room for the interpolator at θ = 0, where the two ears hear the same.
pub const LATENCY_SAMPLES: usize = 8;

/// Samples that are processed at a time.
const CHUNK: usize = 128;

/// Largest half-angle of the pair, radians.
const MAX_WIDTH_RAD: f64 = PI / 2.0;

/// State below this is silence; cut to zero before it decays into denormals.
const SILENCE: f32 = 1e-20;

/// Interaural delay in seconds of a distant source at `azimuth_rad` in 0..π/2 (Woodworth 1938).
fn interaural_delay_s(azimuth_rad: f64) -> f64 {
    HEAD_RADIUS_M / SPEED_OF_SOUND * (azimuth_rad + azimuth_rad.sin())
}

/// High-frequency gain of the head shadow at an angle of incidence on the ear, 0..180° (Brown and Duda 1998, with
/// `α_min` = 0.1 and `θ_min` = 150°).
fn shadow_gain(incidence_deg: f64) -> f64 {
    1.05 + 0.95 * (incidence_deg / 150.0 * PI).cos()
}

/// High-frequency gains of the near and the far ear for a source at `azimuth_rad` in 0..π/2.
fn shadow_gains(azimuth_rad: f64) -> (f64, f64) {
    let azimuth_deg = azimuth_rad.to_degrees();
    let far_deg = EAR_AZIMUTH_DEG + azimuth_deg;
    (
        shadow_gain(EAR_AZIMUTH_DEG - azimuth_deg),
        shadow_gain(far_deg.min(360.0 - far_deg)),
    )
}

/// Head-shadow shelf, far ear over near ear: `(1 + α_f s/2ω₀) / (1 + α_n s/2ω₀)`, `ω₀ = c/a`, by the bilinear transform;
/// realised as direct signal and one-pole low-pass.
#[derive(Clone, Copy)]
struct Shelf {
    /// Gain at high frequencies, `α_f/α_n`.
    direct: f64,
    /// Gain of the integrator in the low-pass's resolved feedback loop.
    integrator: f64,
}

impl Shelf {
    fn new(azimuth_rad: f64, sample_rate: f64) -> Self {
        let (near, far) = shadow_gains(azimuth_rad);
        let half_angle = SPEED_OF_SOUND / HEAD_RADIUS_M / near / sample_rate;
        Self {
            direct: far / near,
            integrator: half_angle / (1.0 + half_angle),
        }
    }

    /// Response at a frequency in hertz.
    fn response(self, frequency_hz: f64, sample_rate: f64) -> Complex<f64> {
        let z = Complex::from_polar(1.0, TAU * frequency_hz / sample_rate);
        // One-pole low-pass g (z + 1) / (z − 1 + 2 g), g the resolved integrator gain.
        let low_pass = self.integrator * (z + 1.0) / (z - 1.0 + 2.0 * self.integrator);
        self.direct + (1.0 - self.direct) * low_pass
    }
}

/// Response of the far ear relative to the near ear for a source at `width_rad` in 0..π/2: the ideal delay times the shelf
/// as realised at this sample rate, without [`LATENCY_SAMPLES`].
pub fn contralateral_response(width_rad: f64, frequency_hz: f64, sample_rate: f64) -> Complex<f64> {
    let delay = Complex::from_polar(1.0, -TAU * frequency_hz * interaural_delay_s(width_rad));
    delay * Shelf::new(width_rad, sample_rate).response(frequency_hz, sample_rate)
}

/// One input: its delay line, and the state of the shelf on its way to the far ear.
struct Source {
    /// History, then the chunk in hand.
    line: Vec<f32>,
    low_pass: f32,
    /// The chunk's delayed samples, and the low-pass's state before each.
    delayed: [f32; CHUNK],
    states: [f32; CHUNK],
}

/// How each sample of a chunk reaches the far ear.
struct Settings {
    /// Width of all samples, if it is one.
    width_rad: Option<f32>,
    /// Index in the delay line of the oldest sample that is needed.
    firsts: [usize; CHUNK],
    fractions: [f32; CHUNK],
    /// Weights of the first sample's taps.
    taps: Taps,
    /// Gains of the low-pass's integrator, of the delayed signal and of the low-pass's state.
    integrators: [f32; CHUNK],
    direct: [f32; CHUNK],
    low: [f32; CHUNK],
}

impl Settings {
    fn set(&mut self, sample: usize, line_start: usize, setting: width::Setting) {
        let oldest = LATENCY_SAMPLES - TAPS_AHEAD + setting.delay + TAPS - 1;
        self.firsts[sample] = line_start + sample - oldest;
        self.fractions[sample] = setting.fraction;
        self.integrators[sample] = setting.integrator;
        self.direct[sample] = setting.direct;
        self.low[sample] = setting.low;
    }
}

/// Runs both low-passes over the delayed samples, side by side since each sample waits for the one before.
#[multiversion(targets("x86_64+avx2+fma"))]
fn follow(sources: &mut [Source; 2], integrators: &[f32]) {
    if target_cfg_f!(target_feature = "fma") {
        follow_both::<true>(sources, integrators);
    } else {
        follow_both::<{ fused::ALWAYS }>(sources, integrators);
    }
}

#[inline(always)]
fn follow_both<const FUSED: bool>([a, b]: &mut [Source; 2], integrators: &[f32]) {
    let (mut low_a, mut low_b) = (a.low_pass, b.low_pass);
    let delayed = a.delayed.iter().zip(&b.delayed);
    let states = a.states.iter_mut().zip(&mut b.states);
    for (integrator, ((x_a, x_b), (state_a, state_b))) in integrators.iter().zip(delayed.zip(states)) {
        let (keep, take) = (1.0 - 2.0 * integrator, 2.0 * integrator);
        (*state_a, *state_b) = (low_a, low_b);
        low_a = multiply_add::<FUSED>(keep, low_a, take * x_a);
        low_b = multiply_add::<FUSED>(keep, low_b, take * x_b);
    }
    let audible = |low: f32| if low.abs() < SILENCE { 0.0 } else { low };
    (a.low_pass, b.low_pass) = (audible(low_a), audible(low_b));
}

/// `ear = direct · delayed + low · states`
#[multiversion(targets("x86_64+avx2+fma"))]
fn shade(source: &Source, direct: &[f32], low: &[f32], ear: &mut [f32]) {
    let signals = source.delayed.iter().zip(&source.states);
    for ((out, (x, state)), (direct, low)) in ear.iter_mut().zip(signals).zip(direct.iter().zip(low)) {
        *out = direct * x + low * state;
    }
}

/// Renders left and right as a virtual pair at ±θ for the two ears.
pub struct Virtualiser {
    /// Samples of the past that the longest delay reaches back to.
    history: usize,
    table: WidthTable,
    settings: Settings,
    sources: [Source; 2],
}

impl Virtualiser {
    /// For a sample rate in hertz.
    pub fn new(sample_rate: f64) -> Self {
        let longest = interaural_delay_s(MAX_WIDTH_RAD) * sample_rate;
        let history = LATENCY_SAMPLES + longest as usize + TAPS;
        let source = || Source {
            line: vec![0.0; history + CHUNK],
            low_pass: 0.0,
            delayed: [0.0; CHUNK],
            states: [0.0; CHUNK],
        };
        Self {
            history,
            table: WidthTable::new(sample_rate),
            settings: Settings {
                width_rad: None,
                firsts: [0; CHUNK],
                fractions: [0.0; CHUNK],
                taps: taps(0.0),
                integrators: [0.0; CHUNK],
                direct: [0.0; CHUNK],
                low: [0.0; CHUNK],
            },
            sources: [source(), source()],
        }
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        for source in &mut self.sources {
            source.line.fill(0.0);
            source.low_pass = 0.0;
        }
    }

    /// Writes what the left and the right ear get from the loudspeaker on their side (`near`) and from the other (`far`).
    /// `width_rad` is the half-angle of the pair in 0..π/2, sample by sample; it costs less while it rests.
    ///
    /// # Panics
    /// If the slices differ in length.
    pub fn process(
        &mut self,
        [left, right]: [&[f32]; 2],
        width_rad: &[f32],
        [near_left, near_right]: [&mut [f32]; 2],
        [far_left, far_right]: [&mut [f32]; 2],
    ) {
        let ears = [near_left.len(), near_right.len(), far_left.len(), far_right.len()];
        let inputs = [left.len(), right.len()];
        assert!(
            ears == [width_rad.len(); 4] && inputs == [width_rad.len(); 2],
            "slices must have the same length"
        );
        let inputs = left.chunks(CHUNK).zip(right.chunks(CHUNK)).zip(width_rad.chunks(CHUNK));
        let near = near_left.chunks_mut(CHUNK).zip(near_right.chunks_mut(CHUNK));
        let far = far_left.chunks_mut(CHUNK).zip(far_right.chunks_mut(CHUNK));
        for ((((left, right), width_rad), near), far) in inputs.zip(near).zip(far) {
            self.process_chunk([left, right], width_rad, near.into(), far.into());
        }
    }

    fn process_chunk(
        &mut self,
        inputs: [&[f32]; 2],
        width_rad: &[f32],
        near: [&mut [f32]; 2],
        [far_left, far_right]: [&mut [f32]; 2],
    ) {
        let (history, length) = (self.history, width_rad.len());
        for ((source, input), near) in self.sources.iter_mut().zip(inputs).zip(near) {
            source.line[history..][..length].copy_from_slice(input);
            near.copy_from_slice(&source.line[history - LATENCY_SAMPLES..][..length]);
        }
        self.cross(width_rad, [far_right, far_left]);
        for source in &mut self.sources {
            source.line.copy_within(length..length + history, 0);
        }
    }

    /// Brings each source to its far ear.
    fn cross(&mut self, width_rad: &[f32], ears: [&mut [f32]; 2]) {
        let length = width_rad.len();
        let [a, b] = &mut self.sources;
        let delayed = [&mut a.delayed[..length], &mut b.delayed[..length]];
        let settings = &mut self.settings;
        if samples::is_constant(width_rad) {
            if settings.width_rad != Some(width_rad[0]) {
                let setting = self.table.at(width_rad[0]);
                (0..CHUNK).for_each(|sample| settings.set(sample, self.history, setting));
                settings.taps = taps(setting.fraction);
                settings.width_rad = Some(width_rad[0]);
            }
            for (line, delayed) in [&a.line, &b.line].into_iter().zip(delayed) {
                interpolate(&line[settings.firsts[0]..], &settings.taps, delayed);
            }
        } else {
            for (sample, &width_rad) in width_rad.iter().enumerate() {
                settings.set(sample, self.history, self.table.at(width_rad));
            }
            settings.width_rad = None;
            let (firsts, fractions) = (&settings.firsts[..length], &settings.fractions[..length]);
            interpolate_moving([&a.line, &b.line], firsts, fractions, delayed);
        }
        follow(&mut self.sources, &settings.integrators[..length]);
        for (source, ear) in self.sources.iter().zip(ears) {
            shade(source, &settings.direct, &settings.low, ear);
        }
    }
}

#[cfg(test)]
mod tests;
