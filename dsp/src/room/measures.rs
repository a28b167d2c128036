//! Measures of room responses after ISO 3382-1:2009.

use crate::analysis::power_db;
use realfft::RealFftPlanner;
use std::f64::consts::FRAC_PI_2;

/// Half the width of the octave filters' edges, octaves: a cosine in amplitude, −3 dB half an octave from the middle.
const HALF_EDGE_OCTAVES: f64 = 1.0 / 6.0;
/// Silence behind a response for what the filter rings, seconds.
const RINGING_S: f64 = 0.05;
/// Boundary between early and late sound for clarity, seconds.
const CLARITY_S: f64 = 0.05;
/// Largest lag of the interaural correlation, seconds.
const LAG_S: f64 = 1e-3;

/// A response within an octave band, without delay.
pub(super) fn octave(response: &[f64], sample_rate: f64, middle_hz: f64) -> Vec<f64> {
    let length = (response.len() + (RINGING_S * sample_rate) as usize).next_power_of_two();
    let mut planner = RealFftPlanner::<f64>::new();
    let (forward, inverse) = (planner.plan_fft_forward(length), planner.plan_fft_inverse(length));
    let mut padded = forward.make_input_vec();
    padded[..response.len()].copy_from_slice(response);
    let mut spectrum = forward.make_output_vec();
    // The lengths are those of the plans, so the transforms cannot fail.
    let _ = forward.process(&mut padded, &mut spectrum);
    for (bin, value) in spectrum.iter_mut().enumerate() {
        let octaves = (sample_rate * bin as f64 / length as f64 / middle_hz).log2().abs();
        let edge = (octaves - (0.5 - HALF_EDGE_OCTAVES)) / (2.0 * HALF_EDGE_OCTAVES);
        *value *= (FRAC_PI_2 * edge.clamp(0.0, 1.0)).cos() / length as f64;
    }
    if let [first, .., last] = spectrum.as_mut_slice() {
        (first.im, last.im) = (0.0, 0.0);
    }
    let _ = inverse.process(&mut spectrum, &mut padded);
    padded.truncate(response.len());
    padded
}

/// Clarity C50 of a response in an octave band, dB: energy up to 50 ms after the direct sound's arrival over that after (ISO
/// 3382-1, annex A).
#[must_use]
pub fn clarity_db(response: &[f64], sample_rate: f64, arrival_s: f64, middle_hz: f64) -> f64 {
    let filtered = octave(response, sample_rate, middle_hz);
    let boundary = (((arrival_s + CLARITY_S) * sample_rate) as usize).min(filtered.len());
    power_db(energy(&filtered[..boundary]) / energy(&filtered[boundary..]))
}

/// Reverberation time T30 of a response in an octave band, seconds: a straight line through the backward integrated decay from
/// −5 to −35 dB, continued to −60 dB (Schroeder, JASA 37, 1965). `None` if the response does not decay so far.
#[must_use]
pub fn reverberation_s(response: &[f64], sample_rate: f64, middle_hz: f64) -> Option<f64> {
    let filtered = octave(response, sample_rate, middle_hz);
    let mut level_db: Vec<f64> = filtered
        .iter()
        .rev()
        .scan(0.0, |sum, x| {
            *sum += x * x;
            Some(*sum)
        })
        .collect();
    level_db.reverse();
    let whole = level_db.first().copied()?;
    level_db.iter_mut().for_each(|level| *level = power_db(*level / whole));
    let first = level_db.iter().position(|&db| db <= -5.0)?;
    let end = level_db.iter().position(|&db| db <= -35.0)?;
    let part = &level_db[first..end];
    let middle = (part.len() as f64 - 1.0) / 2.0;
    let mean = part.iter().sum::<f64>() / part.len() as f64;
    let (mut product, mut square) = (0.0, 0.0);
    for (n, level) in part.iter().enumerate() {
        let from_middle = n as f64 - middle;
        product += from_middle * (level - mean);
        square += from_middle * from_middle;
    }
    let db_per_s = product / square * sample_rate;
    (db_per_s < 0.0).then(|| -60.0 / db_per_s)
}

/// Interaural cross-correlation coefficient of two ears in an octave band between two times, seconds: the largest magnitude of
/// the normalised correlation at lags within ±1 ms (ISO 3382-1, annex B). 0 of silence.
#[must_use]
pub fn interaural_correlation(ears: [&[f64]; 2], sample_rate: f64, middle_hz: f64, span_s: [f64; 2]) -> f64 {
    let [first, end] = span_s.map(|time_s| (time_s.max(0.0) * sample_rate) as usize);
    let [left, right] = ears.map(|ear| {
        let filtered = octave(ear, sample_rate, middle_hz);
        let end = end.min(filtered.len());
        filtered[first.min(end)..end].to_vec()
    });
    let norm = (energy(&left) * energy(&right)).sqrt();
    if norm <= 0.0 {
        return 0.0;
    }
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>().abs();
    let lags = 0..=(LAG_S * sample_rate) as usize;
    let at_lag = |lag: usize| {
        let (later_left, later_right) = (left.get(lag..).unwrap_or(&[]), right.get(lag..).unwrap_or(&[]));
        product(later_left, &right).max(product(&left, later_right))
    };
    lags.map(at_lag).fold(0.0, f64::max) / norm
}

/// Sum of squares.
pub(super) fn energy(signal: &[f64]) -> f64 {
    signal.iter().map(|x| x * x).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    const RATE: f64 = 48_000.0;

    fn white(seed: u64, samples: usize) -> Vec<f64> {
        noise(seed, samples).into_iter().map(f64::from).collect()
    }

    fn decaying(seconds: f64) -> Vec<f64> {
        let per_sample = -3.0 * std::f64::consts::LN_10 / (seconds * RATE);
        let samples = white(3, (1.2 * seconds * RATE) as usize).into_iter().enumerate();
        samples.map(|(n, x)| x * (per_sample * n as f64).exp()).collect()
    }

    #[test]
    fn a_known_decay_is_found() {
        for seconds in [0.3, 0.8] {
            for middle_hz in [500.0, 2000.0] {
                let found = reverberation_s(&decaying(seconds), RATE, middle_hz).unwrap();
                assert!(
                    (found / seconds - 1.0).abs() < 0.08,
                    "{middle_hz} Hz: {found} s for {seconds}"
                );
            }
        }
        assert_eq!(reverberation_s(&[], RATE, 500.0), None);
        assert_eq!(reverberation_s(&[0.0; 100], RATE, 500.0), None);
    }

    #[test]
    fn clarity_of_an_exponential_decay() {
        let seconds = 0.5;
        // C50 = 10·lg(e^{13.8·0.05/T} − 1)
        let expected = 10.0 * ((6.0 * std::f64::consts::LN_10 * 0.05 / seconds).exp() - 1.0).log10();
        let actual = clarity_db(&decaying(seconds), RATE, 0.0, 1000.0);
        assert!((actual - expected).abs() < 0.7, "{actual} {expected}");
    }

    #[test]
    fn ears_that_hear_the_same_correlate_and_others_do_not() {
        let (a, b) = (white(1, 24_000), white(2, 24_000));
        let mut late = vec![0.0; 24];
        late.extend_from_slice(&a);
        late.truncate(a.len());
        let iacc = |x: &[f64], y: &[f64]| interaural_correlation([x, y], RATE, 1000.0, [0.0, 0.4]);
        assert!(iacc(&a, &a) > 0.999 && iacc(&a, &late) > 0.99 && iacc(&late, &a) > 0.99);
        assert!(iacc(&a, &b) < 0.25, "{}", iacc(&a, &b));
        assert_eq!(iacc(&a, &vec![0.0; 24_000]), 0.0);
    }

    #[test]
    fn octaves_add_up() {
        let signal = white(4, 10_000);
        let sum: f64 = (-2..=7)
            .map(|octave_number| energy(&octave(&signal, RATE, 125.0 * 2_f64.powi(octave_number))))
            .sum();
        assert!((power_db(sum / energy(&signal))).abs() < 0.3);
    }
}
