//! Virtual pair of loudspeakers: what left and right at ±θ bring to the two ears of a spherical head.
//!
//! ```text
//! ear_left = z⁻⁸ left + C(θ) right      C(θ) = delay τ(θ) · head-shadow shelf · z⁻⁸
//! ```
//!
//! The near ear gets a pure delay, so a source keeps its tone; the far ear gets what differs between the ears. Everything
//! is closed-form in θ, so that θ may move with every sample.

use std::f64::consts::{PI, TAU};

use multiversion::multiversion;
use multiversion::target::target_cfg_f;
use realfft::num_complex::Complex;

use crate::constants::{EAR_AZIMUTH_DEG, HEAD_RADIUS_M, SPEED_OF_SOUND};
use crate::fused::{self, multiply_add};
use crate::samples;

/// Delay of both paths: room for the interpolator at θ = 0, where the two ears hear the same.
pub const LATENCY_SAMPLES: usize = 8;

/// Taps of the fractional delay.
const TAPS: usize = 16;

/// Taps ahead of the interpolated point: the maximally flat interpolator is best between its two middle taps.
const TAPS_AHEAD: usize = TAPS / 2 - 1;

/// Samples that the interpolator works on side by side.
const LANES: usize = 8;

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

/// Maximally flat (Lagrange) interpolator at `TAPS_AHEAD + fraction` taps, `fraction` in 0..1. Exactly one tap at 0.
fn lagrange(fraction: f64) -> [f32; TAPS] {
    let distance = |tap: usize| TAPS_AHEAD as f64 + fraction - tap as f64;
    // Products of the distances to all earlier taps, then times those to all later ones.
    let mut products = [1.0; TAPS];
    for tap in 1..TAPS {
        products[tap] = products[tap - 1] * distance(tap - 1);
    }
    let mut later = 1.0;
    for tap in (0..TAPS).rev() {
        products[tap] *= later;
        later *= distance(tap);
    }
    std::array::from_fn(|tap| (products[tap] * LAGRANGE_SCALES[tap]) as f32)
}

/// `Π 1/(tap − other)` over all other taps.
const LAGRANGE_SCALES: [f64; TAPS] = {
    let mut scales = [1.0; TAPS];
    let mut tap = 0;
    while tap < TAPS {
        let mut other = 0;
        while other < TAPS {
            if other != tap {
                scales[tap] /= tap as f64 - other as f64;
            }
            other += 1;
        }
        tap += 1;
    }
    scales
};

/// Everything that depends on the width.
struct Coefficients {
    width_rad: f32,
    taps: [f32; TAPS],
    /// Age of the newest sample that the taps touch.
    offset: usize,
    /// Gain of the integrator in the low-pass.
    integrator: f32,
    /// Gains of the delayed signal and of the low-pass's state, which add up to the far ear's.
    mixture: [f32; 2],
}

impl Coefficients {
    fn new(width_rad: f32, sample_rate: f64) -> Self {
        let azimuth_rad = f64::from(width_rad).clamp(0.0, MAX_WIDTH_RAD);
        let delay_samples = interaural_delay_s(azimuth_rad) * sample_rate;
        let shelf = Shelf::new(azimuth_rad, sample_rate);
        Self {
            width_rad,
            // The tap that is oldest in time comes first, as samples lie in the delay line.
            taps: {
                let mut taps = lagrange(delay_samples.fract());
                taps.reverse();
                taps
            },
            offset: LATENCY_SAMPLES - TAPS_AHEAD + delay_samples as usize,
            integrator: shelf.integrator as f32,
            // direct · x + (1 − direct) · low, where low = state + integrator · (x − state).
            mixture: {
                let low = 1.0 - shelf.direct;
                [1.0 - low * (1.0 - shelf.integrator), low * (1.0 - shelf.integrator)].map(|gain| gain as f32)
            },
        }
    }
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

/// Samples at a fractional delay: the line's first sample and each later one as the first of the taps.
#[multiversion(targets("x86_64+avx2+fma"))]
fn interpolate(line: &[f32], taps: &[f32; TAPS], output: &mut [f32]) {
    if target_cfg_f!(target_feature = "fma") {
        interpolate_lanes::<true>(line, taps, output);
    } else {
        interpolate_lanes::<{ fused::ALWAYS }>(line, taps, output);
    }
}

#[inline(always)]
fn interpolate_lanes<const FUSED: bool>(line: &[f32], taps: &[f32; TAPS], output: &mut [f32]) {
    let (chunks, rest) = output.as_chunks_mut::<LANES>();
    let mut windows = line.windows(LANES + TAPS - 1).step_by(LANES);
    for (out, window) in chunks.iter_mut().zip(&mut windows) {
        let mut sums = [0.0; LANES];
        for (tap, samples) in taps.iter().zip(window.windows(LANES)) {
            for (sum, sample) in sums.iter_mut().zip(samples) {
                *sum = multiply_add::<FUSED>(*sample, *tap, *sum);
            }
        }
        *out = sums;
    }
    let done = LANES * chunks.len();
    for (out, window) in rest.iter_mut().zip(line[done..].windows(TAPS)) {
        let products = taps.iter().zip(window);
        *out = products.fold(0.0, |sum, (tap, sample)| multiply_add::<FUSED>(*sample, *tap, sum));
    }
}

/// Runs both low-passes over the delayed samples, side by side since each sample waits for the one before.
#[multiversion(targets("x86_64+avx2+fma"))]
fn follow(sources: &mut [Source; 2], samples: usize, integrator: f32) {
    if target_cfg_f!(target_feature = "fma") {
        follow_both::<true>(sources, samples, integrator);
    } else {
        follow_both::<{ fused::ALWAYS }>(sources, samples, integrator);
    }
}

#[inline(always)]
fn follow_both<const FUSED: bool>([a, b]: &mut [Source; 2], samples: usize, integrator: f32) {
    let (keep, take) = (1.0 - 2.0 * integrator, 2.0 * integrator);
    let (mut low_a, mut low_b) = (a.low_pass, b.low_pass);
    let delayed = a.delayed[..samples].iter().zip(&b.delayed[..samples]);
    let states = a.states[..samples].iter_mut().zip(&mut b.states[..samples]);
    for ((x_a, x_b), (state_a, state_b)) in delayed.zip(states) {
        (*state_a, *state_b) = (low_a, low_b);
        low_a = multiply_add::<FUSED>(keep, low_a, take * x_a);
        low_b = multiply_add::<FUSED>(keep, low_b, take * x_b);
    }
    let audible = |low: f32| if low.abs() < SILENCE { 0.0 } else { low };
    (a.low_pass, b.low_pass) = (audible(low_a), audible(low_b));
}

/// `ear += direct · delayed + low · states`
#[multiversion(targets("x86_64+avx2+fma"))]
fn add_far(delayed: &[f32], states: &[f32], [direct, low]: [f32; 2], ear: &mut [f32]) {
    for (out, (x, state)) in ear.iter_mut().zip(delayed.iter().zip(states)) {
        *out += direct * x + low * state;
    }
}

/// Renders left and right as a virtual pair at ±θ for the two ears.
pub struct Virtualiser {
    sample_rate: f64,
    /// Samples of the past that the longest delay reaches back to.
    history: usize,
    coefficients: Coefficients,
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
            sample_rate,
            history,
            coefficients: Coefficients::new(0.0, sample_rate),
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

    /// Writes the two ear signals. `width_rad` is the half-angle of the pair in 0..π/2, sample by sample; it costs less
    /// while it rests.
    ///
    /// # Panics
    /// If the slices differ in length.
    pub fn process(
        &mut self,
        left: &[f32],
        right: &[f32],
        width_rad: &[f32],
        ear_left: &mut [f32],
        ear_right: &mut [f32],
    ) {
        let lengths = [left.len(), right.len(), ear_left.len(), ear_right.len()];
        assert!(lengths == [width_rad.len(); 4], "slices must have the same length");
        let inputs = left.chunks(CHUNK).zip(right.chunks(CHUNK)).zip(width_rad.chunks(CHUNK));
        let outputs = ear_left.chunks_mut(CHUNK).zip(ear_right.chunks_mut(CHUNK));
        for (((left, right), width_rad), (ear_left, ear_right)) in inputs.zip(outputs) {
            self.process_chunk([left, right], width_rad, [ear_left, ear_right]);
        }
    }

    fn process_chunk(&mut self, inputs: [&[f32]; 2], width_rad: &[f32], [ear_left, ear_right]: [&mut [f32]; 2]) {
        let (history, length) = (self.history, width_rad.len());
        for ((source, input), near) in self
            .sources
            .iter_mut()
            .zip(inputs)
            .zip([&mut *ear_left, &mut *ear_right])
        {
            source.line[history..][..length].copy_from_slice(input);
            near.copy_from_slice(&source.line[history - LATENCY_SAMPLES..][..length]);
        }
        if samples::is_constant(width_rad) {
            self.cross(width_rad[0], 0, [ear_right, ear_left]);
        } else {
            let mut start = 0;
            for run in width_rad.chunk_by(|a, b| a == b) {
                let ears = [&mut *ear_right, &mut *ear_left];
                self.cross(run[0], start, ears.map(|ear| &mut ear[start..start + run.len()]));
                start += run.len();
            }
        }
        for source in &mut self.sources {
            source.line.copy_within(length..length + history, 0);
        }
    }

    /// Adds each source to its far ear, over a stretch of one width that begins `start` samples into the chunk.
    fn cross(&mut self, width_rad: f32, start: usize, ears: [&mut [f32]; 2]) {
        if width_rad != self.coefficients.width_rad {
            self.coefficients = Coefficients::new(width_rad, self.sample_rate);
        }
        let (c, length) = (&self.coefficients, ears[0].len());
        let first = self.history + start - c.offset - (TAPS - 1);
        for source in &mut self.sources {
            interpolate(&source.line[first..], &c.taps, &mut source.delayed[..length]);
        }
        follow(&mut self.sources, length, c.integrator);
        for (source, ear) in self.sources.iter().zip(ears) {
            add_far(&source.delayed, &source.states, c.mixture, ear);
        }
    }
}

#[cfg(test)]
mod tests;
