//! Arithmetic on whole signals, as many samples at a time as the processor can. All slices of a call are equally long.

use multiversion::multiversion;

/// `sum += signal`.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn add(signal: &[f32], sum: &mut [f32]) {
    for (sum, x) in sum.iter_mut().zip(signal) {
        *sum += x;
    }
}

/// `output = a − b`.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn subtract(a: &[f32], b: &[f32], output: &mut [f32]) {
    for ((y, a), b) in output.iter_mut().zip(a).zip(b) {
        *y = a - b;
    }
}

/// `signal *= gain`.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn amplify(signal: &mut [f32], gain: f32) {
    for x in signal {
        *x *= gain;
    }
}

/// `sum += gain · signal`.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn add_amplified(signal: &[f32], gain: f32, sum: &mut [f32]) {
    for (sum, x) in sum.iter_mut().zip(signal) {
        *sum += gain * x;
    }
}

/// `output = signal · gains`.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn multiply(signal: &[f32], gains: &[f32], output: &mut [f32]) {
    for ((y, x), gain) in output.iter_mut().zip(signal).zip(gains) {
        *y = x * gain;
    }
}

/// `signal *= gains`.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn multiply_in_place(signal: &mut [f32], gains: &[f32]) {
    for (x, gain) in signal.iter_mut().zip(gains) {
        *x *= gain;
    }
}

/// `output = signal · (1 − gains)`.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn multiply_by_rest(signal: &[f32], gains: &[f32], output: &mut [f32]) {
    for ((y, x), gain) in output.iter_mut().zip(signal).zip(gains) {
        *y = x * (1.0 - gain);
    }
}

/// `signal *= 1 − gains`.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn multiply_in_place_by_rest(signal: &mut [f32], gains: &[f32]) {
    for (x, gain) in signal.iter_mut().zip(gains) {
        *x *= 1.0 - gain;
    }
}

/// `sum += signal · gains`.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn add_multiplied(signal: &[f32], gains: &[f32], sum: &mut [f32]) {
    for ((sum, x), gain) in sum.iter_mut().zip(signal).zip(gains) {
        *sum += x * gain;
    }
}

/// `from = from · (1 − shares) + to · shares`: exactly `from` at 0 and `to` at 1.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn cross_fade(from: &mut [f32], to: &[f32], shares: &[f32]) {
    for ((from, to), share) in from.iter_mut().zip(to).zip(shares) {
        *from = *from * (1.0 - share) + to * share;
    }
}

/// Whether all samples are the same.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn is_constant(signal: &[f32]) -> bool {
    let first = signal.first().copied().unwrap_or_default();
    // Without an early exit: many samples at a time.
    signal.iter().fold(true, |constant, &x| constant & (x == first))
}

/// Whether a sample is other than zero.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn sounds(signal: &[f32]) -> bool {
    // All bits but the sign.
    signal.iter().fold(0, |bits, x| bits | (x.to_bits() << 1)) != 0
}

/// Whether a sample's magnitude is beyond `limit`, or no number.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn exceeds(signal: &[f32], limit: f32) -> bool {
    !signal.iter().fold(true, |within, x| within & (x.abs() <= limit))
}

/// Makes silence of samples smaller than `limit`.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn flush_below(limit: f32, signal: &mut [f32]) {
    for x in signal {
        // A product: a choice of what to write becomes a masked store, which some processors take twenty times as long for.
        *x *= if x.abs() < limit { 0.0 } else { 1.0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    /// Checks `got` against what `expected` says for each sample.
    fn assert_each(got: &[f32], expected: impl Fn(usize) -> f32) {
        for (n, y) in got.iter().enumerate() {
            assert!((y - expected(n)).abs() < 1e-6, "sample {n} of {}", got.len());
        }
    }

    #[test]
    fn every_sample_is_reached_at_every_length() {
        for length in 0..70 {
            let [a, b, c] = [1, 2, 3].map(|seed| noise(seed, length));
            let run = |operation: &dyn Fn(&mut [f32])| {
                let mut output = c.clone();
                operation(&mut output);
                output
            };
            assert_each(&run(&|y| add(&a, y)), |n| c[n] + a[n]);
            assert_each(&run(&|y| subtract(&a, &b, y)), |n| a[n] - b[n]);
            assert_each(&run(&|y| amplify(y, 0.3)), |n| 0.3 * c[n]);
            assert_each(&run(&|y| add_amplified(&a, 0.3, y)), |n| c[n] + 0.3 * a[n]);
            assert_each(&run(&|y| multiply(&a, &b, y)), |n| a[n] * b[n]);
            assert_each(&run(&|y| multiply_in_place(y, &b)), |n| c[n] * b[n]);
            assert_each(&run(&|y| multiply_by_rest(&a, &b, y)), |n| a[n] * (1.0 - b[n]));
            assert_each(&run(&|y| multiply_in_place_by_rest(y, &b)), |n| c[n] * (1.0 - b[n]));
            assert_each(&run(&|y| add_multiplied(&a, &b, y)), |n| c[n] + a[n] * b[n]);
            assert_each(&run(&|y| cross_fade(y, &a, &b)), |n| c[n] + b[n] * (a[n] - c[n]));
            assert!(
                run(&|y| flush_below(0.5, y))
                    .iter()
                    .all(|x| *x == 0.0 || x.abs() >= 0.5)
            );
            assert_each(&run(&|y| flush_below(0.5, y)), |n| {
                if c[n].abs() < 0.5 { 0.0 } else { c[n] }
            });
        }
    }

    #[test]
    fn a_single_sample_is_found_wherever_it_lies() {
        for length in 1..70 {
            assert!(!sounds(&vec![-0.0; length]) && is_constant(&vec![0.5; length]));
            assert!(!exceeds(&vec![-1.0; length], 1.0));
            for at in 0..length {
                let with = |value: f32| {
                    let mut signal = vec![0.0; length];
                    signal[at] = value;
                    signal
                };
                assert!(sounds(&with(1e-42)) && sounds(&with(f32::NAN)));
                assert!(length == 1 || !is_constant(&with(1.0)));
                assert!(exceeds(&with(-1.1), 1.0) && exceeds(&with(f32::NAN), 1.0));
            }
        }
    }

    #[test]
    fn a_cross_fade_is_exact_at_both_ends() {
        let (from, to) = (noise(1, 40), noise(2, 40));
        let faded = |share: f32| {
            let mut signal = from.clone();
            cross_fade(&mut signal, &to, &[share; 40]);
            signal
        };
        assert_eq!(faded(0.0), from);
        assert_eq!(faded(1.0), to);
    }
}
