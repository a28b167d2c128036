//! Loudness of the centre path.
//!
//! A centred source in a stereo pair is a phantom of two loudspeakers. At low frequencies their pressures add at the
//! listener, twice that of one (+6 dB); higher up the paths to an ear differ and their powers add (+3 dB). The centre path
//! plays from one place and carries that difference as a shelf.

use std::f64::consts::{PI, SQRT_2};
use std::ops::{Add, Mul, Sub};

use multiversion::multiversion;
use multiversion::target::target_cfg_f;
use realfft::num_complex::Complex;

use crate::fused::{self, multiply_add};
use crate::samples;

/// Middle of the transition, hertz: an octave above 150 Hz, where pressures still add, and below 600 Hz, where powers do.
const TRANSITION_HZ: f64 = 300.0;

/// Filter state below this is silence; cut to zero before it decays into denormals.
const SILENCE: f32 = 1e-20;

/// Second-order low shelf, +6 dB below 150 Hz and +3 dB above 600 Hz: a state-variable filter with trapezoidal
/// integrators, which keeps its accuracy in single precision when the transition is far below the sample rate.
pub struct CenterShelf {
    sample_rate: f64,
    /// Gain of an integrator per sample, `tan(π f/f_s)`, at the filter's own frequency.
    integrator: f64,
    gains: Gains<f32>,
    steps: Steps,
    state: [f32; 2],
}

/// Samples that are filtered in one step.
const LANES: usize = 8;

/// Gains of the loop and of its mixture.
#[derive(Clone, Copy)]
struct Gains<T> {
    feedback: [T; 3],
    output: [T; 3],
}

impl<T: Copy + Add<Output = T> + Sub<Output = T> + Mul<Output = T>> Gains<T> {
    /// Filters one sample.
    fn step(&self, [s1, s2]: [T; 2], input: T) -> ([T; 2], T) {
        let [a1, a2, a3] = self.feedback;
        let [direct, band, low] = self.output;
        let v3 = input - s2;
        let v1 = a1 * s1 + a2 * v3;
        let v2 = s2 + a2 * s1 + a3 * v3;
        ([v1 + v1 - s1, v2 + v2 - s2], direct * input + band * v1 + low * v2)
    }
}

/// The filter over [`LANES`] samples at once: what each input and each state adds to every output and to the next states.
/// Sample by sample, each would wait for the one before.
struct Steps {
    outputs_of_input: [[f32; LANES]; LANES],
    outputs_of_state: [[f32; LANES]; 2],
    state_of_input: [[f32; LANES]; 2],
    state_of_state: [[f32; 2]; 2],
}

impl Steps {
    fn new(gains: &Gains<f64>) -> Self {
        // The response to an impulse at one of the samples, or to one of the states.
        let run = |mut state: [f64; 2], impulse_at: usize| {
            let outputs: [f32; LANES] = std::array::from_fn(|n| {
                let (next, output) = gains.step(state, if n == impulse_at { 1.0 } else { 0.0 });
                state = next;
                output as f32
            });
            (outputs, state.map(|s| s as f32))
        };
        let inputs: [_; LANES] = std::array::from_fn(|at| run([0.0; 2], at));
        let states = [[1.0, 0.0], [0.0, 1.0]].map(|state| run(state, LANES));
        Self {
            outputs_of_input: inputs.map(|(outputs, _)| outputs),
            outputs_of_state: states.map(|(outputs, _)| outputs),
            state_of_input: [0, 1].map(|k| inputs.map(|(_, state)| state[k])),
            state_of_state: [0, 1].map(|k| states.map(|(_, state)| state[k])),
        }
    }
}

#[multiversion(targets("x86_64+avx2+fma"))]
fn filter(steps: &Steps, state: &mut [f32; 2], chunks: &mut [[f32; LANES]]) {
    if target_cfg_f!(target_feature = "fma") {
        filter_chunks::<true>(steps, state, chunks);
    } else {
        filter_chunks::<{ fused::ALWAYS }>(steps, state, chunks);
    }
}

#[inline(always)]
fn filter_chunks<const FUSED: bool>(steps: &Steps, state: &mut [f32; 2], chunks: &mut [[f32; LANES]]) {
    let [mut s1, mut s2] = *state;
    let [of_s1, of_s2] = &steps.outputs_of_state;
    let [to_s1, to_s2] = &steps.state_of_input;
    let [next_s1, next_s2] = &steps.state_of_state;
    for chunk in chunks {
        let (mut outputs, mut sum_1, mut sum_2) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
        for n in 0..LANES {
            outputs[n] = multiply_add::<FUSED>(of_s1[n], s1, of_s2[n] * s2);
            (sum_1[n], sum_2[n]) = (to_s1[n] * chunk[n], to_s2[n] * chunk[n]);
        }
        for (input, gains) in chunk.iter().zip(&steps.outputs_of_input) {
            for (output, gain) in outputs.iter_mut().zip(gains) {
                *output = multiply_add::<FUSED>(*input, *gain, *output);
            }
        }
        for half in [4, 2, 1] {
            for n in 0..half {
                (sum_1[n], sum_2[n]) = (sum_1[n] + sum_1[n + half], sum_2[n] + sum_2[n + half]);
            }
        }
        (s1, s2) = (
            multiply_add::<FUSED>(next_s1[0], s1, multiply_add::<FUSED>(next_s1[1], s2, sum_1[0])),
            multiply_add::<FUSED>(next_s2[0], s1, multiply_add::<FUSED>(next_s2[1], s2, sum_2[0])),
        );
        *chunk = outputs;
    }
    *state = [s1, s2];
}

/// Gains of input, band-pass and low-pass: from √2 at high frequencies to 2 at low ones, without overshoot.
fn mixture() -> [f64; 3] {
    let root = SQRT_2.sqrt();
    [1.0, SQRT_2 * (root - 1.0), SQRT_2 - 1.0].map(|gain| SQRT_2 * gain)
}

impl CenterShelf {
    /// For a sample rate in hertz.
    pub fn new(sample_rate: f64) -> Self {
        // The denominator's frequency lies below the middle by the fourth root of the shelf's gain √2.
        let integrator = (PI * TRANSITION_HZ / sample_rate).tan() / SQRT_2.powf(0.25);
        let loop_gain = 1.0 / (1.0 + integrator * (integrator + SQRT_2));
        let gains = Gains {
            feedback: [loop_gain, loop_gain * integrator, loop_gain * integrator * integrator],
            output: mixture(),
        };
        Self {
            sample_rate,
            integrator,
            gains: Gains {
                feedback: gains.feedback.map(|gain| gain as f32),
                output: gains.output.map(|gain| gain as f32),
            },
            steps: Steps::new(&gains),
            state: [0.0; 2],
        }
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.state = [0.0; 2];
    }

    /// Filters in place.
    pub fn process(&mut self, samples: &mut [f32]) {
        if self.state == [0.0; 2] && !samples::sounds(samples) {
            return;
        }
        let (chunks, rest) = samples.as_chunks_mut();
        filter(&self.steps, &mut self.state, chunks);
        for sample in rest {
            (self.state, *sample) = self.gains.step(self.state, *sample);
        }
        self.state = self.state.map(|s| if s.abs() < SILENCE { 0.0 } else { s });
    }

    /// Response at a frequency in hertz below half the sample rate.
    pub fn response(&self, frequency_hz: f64) -> Complex<f64> {
        let s = Complex::new(0.0, (PI * frequency_hz / self.sample_rate).tan() / self.integrator);
        let [direct, band, low] = mixture();
        direct + (band * s + low) / (s * s + SQRT_2 * s + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;
    use crate::virtualiser::contralateral_response;

    const SAMPLE_RATES: [f64; 3] = [44_100.0, 48_000.0, 192_000.0];

    fn db(power: f64) -> f64 {
        10.0 * power.log10()
    }

    /// Mean over an octave band, linear in frequency.
    fn octave_mean(centre_hz: f64, power: impl Fn(f64) -> f64) -> f64 {
        let edges_hz = [centre_hz / SQRT_2, centre_hz * SQRT_2];
        (0..200)
            .map(|k| power(edges_hz[0] + (edges_hz[1] - edges_hz[0]) * (f64::from(k) + 0.5) / 200.0))
            .sum::<f64>()
            / 200.0
    }

    #[test]
    fn settles_at_6_db_below_150_hz_and_3_db_above_600_hz() {
        for sample_rate in SAMPLE_RATES {
            let shelf = CenterShelf::new(sample_rate);
            let level_db = |f| db(shelf.response(f).norm_sqr());
            for frequency_hz in [10.0, 20.0, 50.0, 100.0, 150.0] {
                assert!(
                    (level_db(frequency_hz) - 6.02).abs() < 0.25,
                    "{frequency_hz} Hz: {}",
                    level_db(frequency_hz)
                );
            }
            for frequency_hz in [600.0, 1000.0, 2000.0, 8000.0, 16_000.0] {
                assert!(
                    (level_db(frequency_hz) - 3.01).abs() < 0.25,
                    "{frequency_hz} Hz: {}",
                    level_db(frequency_hz)
                );
            }
            assert!(
                (level_db(TRANSITION_HZ) - 4.515).abs() < 0.01,
                "half-way at {}",
                level_db(TRANSITION_HZ)
            );
        }
    }

    #[test]
    fn filters_as_its_response_says() {
        for sample_rate in SAMPLE_RATES {
            let mut h = vec![0.0; 1 << 15];
            h[0] = 1.0;
            let mut shelf = CenterShelf::new(sample_rate);
            shelf.process(&mut h);
            for frequency_hz in [30.0, 150.0, 300.0, 600.0, 5000.0, 15_000.0] {
                let step = -2.0 * PI * frequency_hz / sample_rate;
                let terms = h
                    .iter()
                    .enumerate()
                    .map(|(n, &v)| f64::from(v) * Complex::from_polar(1.0, step * n as f64));
                let measured: Complex<f64> = terms.sum();
                let error = (measured - shelf.response(frequency_hz)).norm();
                assert!(error < 2e-5, "{frequency_hz} Hz of {sample_rate}: {error}");
            }
        }
    }

    #[test]
    fn centre_is_as_loud_as_the_phantom_it_replaces() {
        let sample_rate = 48_000.0;
        let shelf = CenterShelf::new(sample_rate);
        let far = |f| contralateral_response(PI / 6.0, f, sample_rate);
        for centre_hz in [125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0] {
            let centre_db = db(octave_mean(centre_hz, |f| shelf.response(f).norm_sqr()));
            // From 1 kHz on the far path falls half a period behind and an ear hears a comb; what adds there are the
            // powers that the two loudspeakers give to the room.
            let at_ear_db = db(octave_mean(centre_hz, |f| (1.0 + far(f)).norm_sqr()));
            println!("{centre_hz} Hz: centre {centre_db:.2} dB, virtual pair at an ear {at_ear_db:.2} dB");
            let phantom_db = if centre_hz <= 500.0 { at_ear_db } else { db(2.0) };
            assert!(
                (centre_db - phantom_db).abs() < 1.5,
                "{centre_hz} Hz: {centre_db} against {phantom_db} dB"
            );
        }
    }

    #[test]
    fn steps_of_many_samples_are_the_steps_of_one() {
        for sample_rate in SAMPLE_RATES {
            for length in [0, 1, 7, 8, 9, 4001] {
                let mut shelf = CenterShelf::new(sample_rate);
                let mut samples = noise(3, length);
                let mut state = [0.0; 2];
                let step = |&x: &f32| {
                    let (next, output) = shelf.gains.step(state, x);
                    state = next;
                    output
                };
                let one_by_one: Vec<f32> = samples.iter().map(step).collect();
                shelf.process(&mut samples);
                let differences = samples.iter().zip(&one_by_one).map(|(a, b)| (a - b).abs());
                let worst = differences.fold(0.0, f32::max);
                assert!(worst < 2e-5, "{length} samples at {sample_rate} Hz: {worst}");
            }
        }
    }

    #[test]
    fn reset_equals_fresh_and_silence_comes_to_rest() {
        let mut used = CenterShelf::new(48_000.0);
        used.process(&mut noise(1, 1000));
        used.reset();
        let (mut a, mut b) = (noise(2, 1000), noise(2, 1000));
        used.process(&mut a);
        CenterShelf::new(48_000.0).process(&mut b);
        assert_eq!(a, b);
        for _ in 0..1000 {
            let mut silence = [0.0; 64];
            used.process(&mut silence);
            assert!(silence.iter().all(|v| !v.is_subnormal()));
        }
        assert_eq!(used.state, [0.0; 2]);
    }
}
