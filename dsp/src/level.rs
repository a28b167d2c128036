//! Loudness of the centre path.
//!
//! A centred source in a stereo pair is a phantom of two loudspeakers. At low frequencies their pressures add at the
//! listener, twice that of one (+6 dB); higher up the paths to an ear differ and their powers add (+3 dB). The centre path
//! plays from one place and carries that difference as a shelf.

use std::f64::consts::{PI, SQRT_2};

use realfft::num_complex::Complex;

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
    feedback: [f32; 3],
    output: [f32; 3],
    state: [f32; 2],
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
        Self {
            sample_rate,
            integrator,
            feedback: [loop_gain, loop_gain * integrator, loop_gain * integrator * integrator].map(|gain| gain as f32),
            output: mixture().map(|gain| gain as f32),
            state: [0.0; 2],
        }
    }

    /// Forgets the past.
    pub fn reset(&mut self) {
        self.state = [0.0; 2];
    }

    /// Filters in place.
    pub fn process(&mut self, samples: &mut [f32]) {
        let [a1, a2, a3] = self.feedback;
        let [direct, band, low] = self.output;
        let [mut s1, mut s2] = self.state;
        for sample in samples {
            let v3 = *sample - s2;
            let v1 = a1 * s1 + a2 * v3;
            let v2 = s2 + a2 * s1 + a3 * v3;
            (s1, s2) = (2.0 * v1 - s1, 2.0 * v2 - s2);
            *sample = direct * *sample + band * v1 + low * v2;
        }
        self.state = [s1, s2].map(|s| if s.abs() < SILENCE { 0.0 } else { s });
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
