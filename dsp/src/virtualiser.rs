//! Virtual pair of loudspeakers: what left and right at ±θ bring to the two ears of a spherical head.
//!
//! ```text
//! ear_left = z⁻⁸ left + C(θ) right      C(θ) = delay τ(θ) · head-shadow shelf · z⁻⁸
//! ```
//!
//! The near ear gets a pure delay, so a source keeps its tone; the far ear gets what differs between the ears. Everything
//! is closed-form in θ, so that θ may move with every sample.

use std::f64::consts::{PI, TAU};

use realfft::num_complex::Complex;

use crate::constants::{EAR_AZIMUTH_DEG, HEAD_RADIUS_M, SPEED_OF_SOUND};

/// Delay of both paths: room for the interpolator at θ = 0, where the two ears hear the same.
pub const LATENCY_SAMPLES: usize = 8;

/// Taps of the fractional delay.
const TAPS: usize = 16;

/// Taps ahead of the interpolated point: the maximally flat interpolator is best between its two middle taps.
const TAPS_AHEAD: usize = TAPS / 2 - 1;

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
    direct: f32,
    integrator: f32,
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
            direct: shelf.direct as f32,
            integrator: shelf.integrator as f32,
        }
    }
}

/// One input: its delay line, and the state of the shelf on its way to the far ear.
struct Source {
    /// History, then the chunk in hand.
    line: Vec<f32>,
    low_pass: f32,
}

impl Source {
    /// Writes the far ear's signal for the chunk's samples from `start` on, at one width.
    fn render_far(&mut self, c: &Coefficients, history: usize, start: usize, far: &mut [f32]) {
        let first = history + start - c.offset - (TAPS - 1);
        for (n, out) in far.iter_mut().enumerate() {
            // Four running sums, so that the compiler may work on whole vectors.
            let mut sums = [0.0; 4];
            let window = &self.line[first + n..][..TAPS];
            for (samples, taps) in window.as_chunks::<4>().0.iter().zip(c.taps.as_chunks::<4>().0) {
                for lane in 0..4 {
                    sums[lane] += samples[lane] * taps[lane];
                }
            }
            *out = (sums[0] + sums[1]) + (sums[2] + sums[3]);
        }
        for out in far {
            let step = c.integrator * (*out - self.low_pass);
            let low = self.low_pass + step;
            self.low_pass = low + step;
            *out = c.direct * *out + (1.0 - c.direct) * low;
        }
        if self.low_pass.abs() < SILENCE {
            self.low_pass = 0.0;
        }
    }
}

/// Renders left and right as a virtual pair at ±θ for the two ears.
pub struct Virtualiser {
    sample_rate: f64,
    /// Samples of the past that the longest delay reaches back to.
    history: usize,
    coefficients: Coefficients,
    sources: [Source; 2],
    far: [f32; CHUNK],
}

impl Virtualiser {
    /// For a sample rate in hertz.
    pub fn new(sample_rate: f64) -> Self {
        let longest = interaural_delay_s(MAX_WIDTH_RAD) * sample_rate;
        let history = LATENCY_SAMPLES + longest as usize + TAPS;
        let source = || Source {
            line: vec![0.0; history + CHUNK],
            low_pass: 0.0,
        };
        Self {
            sample_rate,
            history,
            coefficients: Coefficients::new(0.0, sample_rate),
            sources: [source(), source()],
            far: [0.0; CHUNK],
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
        let (history, samples) = (self.history, width_rad.len());
        for ((source, input), near) in self
            .sources
            .iter_mut()
            .zip(inputs)
            .zip([&mut *ear_left, &mut *ear_right])
        {
            source.line[history..][..samples].copy_from_slice(input);
            near.copy_from_slice(&source.line[history - LATENCY_SAMPLES..][..samples]);
        }
        let mut start = 0;
        for run in width_rad.chunk_by(|a, b| a == b) {
            if run[0] != self.coefficients.width_rad {
                self.coefficients = Coefficients::new(run[0], self.sample_rate);
            }
            let far = &mut self.far[..run.len()];
            for (source, ear) in self.sources.iter_mut().zip([&mut *ear_right, &mut *ear_left]) {
                source.render_far(&self.coefficients, history, start, far);
                for (out, far) in ear[start..].iter_mut().zip(&*far) {
                    *out += far;
                }
            }
            start += run.len();
        }
        for source in &mut self.sources {
            source.line.copy_within(samples..samples + history, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    const SAMPLE_RATE: f64 = 48_000.0;
    const ANGLES_DEG: [f64; 4] = [15.0, 30.0, 60.0, 90.0];

    fn render(virtualiser: &mut Virtualiser, left: &[f32], right: &[f32], width_rad: &[f32]) -> [Vec<f32>; 2] {
        let mut ears = [vec![f32::NAN; left.len()], vec![f32::NAN; left.len()]];
        let [ear_left, ear_right] = &mut ears;
        virtualiser.process(left, right, width_rad, ear_left, ear_right);
        ears
    }

    fn impulse() -> Vec<f32> {
        let mut x = vec![0.0; 4096];
        x[0] = 1.0;
        x
    }

    fn response(h: &[f32], frequency_hz: f64, sample_rate: f64) -> Complex<f64> {
        let phasor = |n: usize| Complex::from_polar(1.0, -TAU * frequency_hz * n as f64 / sample_rate);
        h.iter().enumerate().map(|(n, &v)| f64::from(v) * phasor(n)).sum()
    }

    fn db(z: Complex<f64>) -> f64 {
        20.0 * z.norm().log10()
    }

    fn geometric_hz(low: f64, high: f64) -> Vec<f64> {
        let steps = ((high / low).log2() * 24.0) as i32;
        (0..=steps).map(|k| low * (f64::from(k) / 24.0).exp2()).collect()
    }

    /// Least-squares slope of the unwrapped phase: the delay in microseconds.
    fn delay_us(frequencies_hz: &[f64], ratio: impl Fn(f64) -> Complex<f64>) -> f64 {
        let mut phase = 0.0;
        let points: Vec<(f64, f64)> = frequencies_hz
            .iter()
            .map(|&f| {
                let step = ratio(f).arg() - phase;
                phase += step - TAU * (step / TAU).round();
                (TAU * f, phase)
            })
            .collect();
        let mean = |v: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(v).sum::<f64>() / points.len() as f64;
        let (x, y) = (mean(&|p| p.0), mean(&|p| p.1));
        -1e6 * mean(&|p| (p.0 - x) * (p.1 - y)) / mean(&|p| (p.0 - x).powi(2))
    }

    /// Impulse responses of the near and the far ear.
    fn ears_of_left(width_deg: f64, sample_rate: f64) -> [Vec<f32>; 2] {
        let x = impulse();
        let width_rad = vec![width_deg.to_radians() as f32; x.len()];
        render(&mut Virtualiser::new(sample_rate), &x, &vec![0.0; x.len()], &width_rad)
    }

    #[test]
    fn ears_differ_as_on_a_rigid_sphere() {
        // Rigid sphere of 8.75 cm, ears at ±100°, source at 2 m (series of Duda and Martens 1998, evaluated with SciPy):
        // half-angle in degrees, phase slope of far over near ear 150–600 Hz in µs, mean level difference 1–6 kHz in dB.
        const SPHERE: [(f64, f64, f64); 4] = [
            (15.0, 221.28, 3.473),
            (30.0, 414.01, 6.741),
            (60.0, 663.70, 9.769),
            (90.0, 734.94, 7.175),
        ];
        let (low_hz, high_hz) = (geometric_hz(150.0, 600.0), geometric_hz(1000.0, 6000.0));
        for (width_deg, sphere_us, sphere_db) in SPHERE {
            let [near, far] = ears_of_left(width_deg, SAMPLE_RATE);
            let ratio = |f| response(&far, f, SAMPLE_RATE) / response(&near, f, SAMPLE_RATE);
            let itd_us = delay_us(&low_hz, ratio);
            let ild_db = -high_hz.iter().map(|&f| db(ratio(f))).sum::<f64>() / high_hz.len() as f64;
            println!("{width_deg}°: {itd_us:.0} µs (sphere {sphere_us:.0}), {ild_db:.1} dB (sphere {sphere_db:.1})");
            assert!(
                (itd_us - sphere_us).abs() < 0.2 * sphere_us + 10.0,
                "{width_deg}°: {itd_us} µs"
            );
            assert!(
                (ild_db - sphere_db).abs() < if width_deg < 90.0 { 4.0 } else { 5.0 },
                "{width_deg}°: {ild_db} dB"
            );
        }
    }

    #[test]
    fn near_ear_gets_a_pure_delay() {
        for width_deg in ANGLES_DEG {
            let mut delayed = impulse();
            delayed.rotate_right(LATENCY_SAMPLES);
            assert_eq!(ears_of_left(width_deg, SAMPLE_RATE)[0], delayed, "{width_deg}°");
        }
    }

    #[test]
    fn far_ear_follows_the_closed_form() {
        for sample_rate in [44_100.0, 48_000.0, 96_000.0, 192_000.0] {
            for width_deg in [0.0, 7.0, 15.0, 30.0, 45.0, 60.0, 75.0, 90.0] {
                let far = &ears_of_left(width_deg, sample_rate)[1];
                for frequency_hz in geometric_hz(20.0, 12_000.0) {
                    let latency = Complex::from_polar(1.0, TAU * frequency_hz * LATENCY_SAMPLES as f64 / sample_rate);
                    let ideal = contralateral_response(width_deg.to_radians(), frequency_hz, sample_rate);
                    let error = response(far, frequency_hz, sample_rate) * latency / ideal;
                    let at = format!("{width_deg}°, {frequency_hz:.0} Hz of {sample_rate}");
                    assert!(db(error).abs() < 0.1 && error.arg().abs() < 1e-3, "{at}: {error}");
                }
            }
        }
    }

    #[test]
    fn far_ear_is_darker_towards_high_frequencies() {
        for width_deg in 0..=90 {
            let far = &ears_of_left(f64::from(width_deg), SAMPLE_RATE)[1];
            let levels: Vec<f64> = geometric_hz(100.0, 16_000.0)
                .iter()
                .map(|&f| db(response(far, f, SAMPLE_RATE)))
                .collect();
            let rise_db = levels.windows(2).map(|w| w[1] - w[0]).fold(0.0, f64::max);
            assert!(rise_db < 0.01, "{width_deg}°: rises by {rise_db} dB");
        }
    }

    #[test]
    fn closed_pair_is_the_same_in_both_ears() {
        let (left, right) = (noise(1, 3000), noise(2, 3000));
        let [ear_left, ear_right] = render(&mut Virtualiser::new(SAMPLE_RATE), &left, &right, &[0.0; 3000]);
        assert_eq!(ear_left, ear_right);
        for n in LATENCY_SAMPLES..left.len() {
            assert_eq!(ear_left[n], left[n - LATENCY_SAMPLES] + right[n - LATENCY_SAMPLES]);
        }
    }

    #[test]
    fn mirrored_input_gives_mirrored_ears_and_block_size_does_not_matter() {
        let (left, right) = (noise(3, 3000), noise(4, 3000));
        let width_rad: Vec<f32> = (0..3000).map(|n| ((n / 100) as f32 * 0.1).sin().abs()).collect();
        let [ear_left, ear_right] = render(&mut Virtualiser::new(SAMPLE_RATE), &left, &right, &width_rad);
        let [mirror_left, mirror_right] = render(&mut Virtualiser::new(SAMPLE_RATE), &right, &left, &width_rad);
        assert!(ear_left == mirror_right && ear_right == mirror_left);
        for block in [1, 37, 1000] {
            let mut virtualiser = Virtualiser::new(SAMPLE_RATE);
            let blocks = left.chunks(block).zip(right.chunks(block)).zip(width_rad.chunks(block));
            let pieces: Vec<f32> = blocks
                .flat_map(|((l, r), w)| std::mem::take(&mut render(&mut virtualiser, l, r, w)[0]))
                .collect();
            assert_eq!(pieces, ear_left, "blocks of {block}");
        }
    }

    #[test]
    fn moving_width_makes_no_clicks() {
        // A 200 Hz tone while the pair opens and closes within a second; a click would stand out at high frequencies.
        let samples = SAMPLE_RATE as usize;
        let tone: Vec<f32> = (0..samples)
            .map(|n| (TAU * 200.0 * n as f64 / SAMPLE_RATE).sin() as f32)
            .collect();
        let sweep = |n| (MAX_WIDTH_RAD * 0.5 * (1.0 - (TAU * n as f64 / samples as f64).cos())) as f32;
        let width_rad: Vec<f32> = (0..samples).map(sweep).collect();
        let ears = render(
            &mut Virtualiser::new(SAMPLE_RATE),
            &vec![0.0; samples],
            &tone,
            &width_rad,
        );
        let steepest = ears[0][64..]
            .windows(3)
            .map(|w| (w[0] - 2.0 * w[1] + w[2]).abs())
            .fold(0.0, f32::max);
        let of_tone = (TAU * 200.0 / SAMPLE_RATE).powi(2) as f32;
        assert!(
            steepest < 1.2 * of_tone,
            "curvature {steepest}, that of the tone {of_tone}"
        );
    }

    #[test]
    fn nothing_subnormal_comes_out_of_a_decay() {
        let mut x = impulse();
        x.resize(96_000, 0.0);
        let silence = vec![0.0; x.len()];
        let mut virtualiser = Virtualiser::new(SAMPLE_RATE);
        let ears = render(&mut virtualiser, &x, &silence, &vec![0.7; x.len()]);
        assert!(ears.iter().flatten().all(|v| !v.is_subnormal()));
        assert_eq!(virtualiser.sources[0].low_pass, 0.0);
    }

    #[test]
    fn reset_equals_fresh() {
        let (left, right, width_rad) = (noise(5, 3000), noise(6, 3000), vec![0.8; 3000]);
        let mut used = Virtualiser::new(SAMPLE_RATE);
        render(&mut used, &left, &right, &width_rad);
        used.reset();
        let fresh = render(&mut Virtualiser::new(SAMPLE_RATE), &right, &left, &width_rad);
        assert_eq!(render(&mut used, &right, &left, &width_rad), fresh);
    }
}
