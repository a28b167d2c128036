//! Fractional delay by maximally flat (Lagrange) interpolation, with weights that rest or that move with every sample. Both
//! give the same to the bit where the fraction is the same.

use multiversion::multiversion;
use multiversion::target::target_cfg_f;

use crate::fused::{self, multiply_add};

/// Taps of the interpolator.
pub(super) const TAPS: usize = 16;

/// Taps ahead of the interpolated point: the maximally flat interpolator is best between its two middle taps.
pub(super) const TAPS_AHEAD: usize = TAPS / 2 - 1;

/// Samples that are worked on side by side.
const LANES: usize = 8;

/// Weights of a sample's taps. The tap that is oldest in time comes first, as samples lie in a delay line.
pub(super) type Taps = [f32; TAPS];

/// `Π 1/(tap − other)` over all other taps.
const SCALES: [f32; TAPS] = {
    let mut scales = [0.0; TAPS];
    let mut tap = 0;
    while tap < TAPS {
        let mut scale = 1.0;
        let mut other = 0;
        while other < TAPS {
            if other != tap {
                scale /= tap as f64 - other as f64;
            }
            other += 1;
        }
        scales[tap] = scale as f32;
        tap += 1;
    }
    scales
};

/// Weights for `TAPS_AHEAD + fraction` samples of delay, `fraction` in 0..1.
pub(super) fn taps(fraction: f32) -> Taps {
    lagrange(&[fraction; LANES]).map(|lanes| lanes[0])
}

/// [`taps`] of several fractions.
#[inline(always)]
fn lagrange(fractions: &[f32; LANES]) -> [[f32; LANES]; TAPS] {
    let distance = |tap: usize| fractions.map(|fraction| TAPS_AHEAD as f32 - tap as f32 + fraction);
    let times = |a: [f32; LANES], b: [f32; LANES]| -> [f32; LANES] { std::array::from_fn(|lane| a[lane] * b[lane]) };
    // Products of the distances to all earlier taps, then times those to all later ones.
    let mut products = [[1.0; LANES]; TAPS];
    for tap in 1..TAPS {
        products[tap] = times(products[tap - 1], distance(tap - 1));
    }
    let mut later = [1.0; LANES];
    for tap in (0..TAPS).rev() {
        products[tap] = times(products[tap], later).map(|product| product * SCALES[tap]);
        later = times(later, distance(tap));
    }
    products.reverse();
    products
}

/// Writes weighted sums of `line`: for each output the samples from its own index on.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn interpolate(line: &[f32], taps: &Taps, output: &mut [f32]) {
    if target_cfg_f!(target_feature = "fma") {
        interpolate_lanes::<true>(line, taps, output);
    } else {
        interpolate_lanes::<{ fused::ALWAYS }>(line, taps, output);
    }
}

#[inline(always)]
fn interpolate_lanes<const FUSED: bool>(line: &[f32], taps: &Taps, output: &mut [f32]) {
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
        *out = weighted_sum::<FUSED>(taps, window);
    }
}

#[inline(always)]
fn weighted_sum<const FUSED: bool>(taps: &Taps, samples: &[f32]) -> f32 {
    let products = taps.iter().zip(samples);
    products.fold(0.0, |sum, (tap, sample)| multiply_add::<FUSED>(*sample, *tap, sum))
}

/// The same with a fraction of its own for each output, whose first sample in both lines is at `firsts`.
#[multiversion(targets("x86_64+avx2+fma"))]
pub(super) fn interpolate_moving(lines: [&[f32]; 2], firsts: &[usize], fractions: &[f32], outputs: [&mut [f32]; 2]) {
    if target_cfg_f!(target_feature = "fma") {
        interpolate_moving_lanes::<true>(lines, firsts, fractions, outputs);
    } else {
        interpolate_moving_lanes::<{ fused::ALWAYS }>(lines, firsts, fractions, outputs);
    }
}

#[inline(always)]
fn interpolate_moving_lanes<const FUSED: bool>(
    lines: [&[f32]; 2],
    firsts: &[usize],
    fractions: &[f32],
    outputs: [&mut [f32]; 2],
) {
    let [output_a, output_b] = outputs;
    let groups = firsts.chunks(LANES).zip(fractions.chunks(LANES));
    let outputs = output_a.chunks_mut(LANES).zip(output_b.chunks_mut(LANES));
    for ((firsts, fractions), (out_a, out_b)) in groups.zip(outputs) {
        let mut lanes = [0.0; LANES];
        lanes[..fractions.len()].copy_from_slice(fractions);
        let taps = lagrange(&lanes);
        let first = firsts[0];
        let in_a_row = firsts.len() == LANES && firsts.iter().zip(first..).all(|(a, b)| *a == b);
        for (line, out) in lines.into_iter().zip([out_a, out_b]) {
            if in_a_row {
                let mut sums = [0.0; LANES];
                for (taps, samples) in taps.iter().zip(line[first..first + LANES + TAPS - 1].windows(LANES)) {
                    for ((sum, sample), tap) in sums.iter_mut().zip(samples).zip(taps) {
                        *sum = multiply_add::<FUSED>(*sample, *tap, *sum);
                    }
                }
                out.copy_from_slice(&sums);
            } else {
                for (lane, (out, &first)) in out.iter_mut().zip(firsts).enumerate() {
                    *out = weighted_sum::<FUSED>(&taps.map(|taps| taps[lane]), &line[first..first + TAPS]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    /// From the definition, in double precision.
    fn exact(fraction: f64) -> [f64; TAPS] {
        let mut taps = std::array::from_fn(|tap| {
            let others = (0..TAPS).filter(|other| *other != tap);
            let factor = |other: usize| (TAPS_AHEAD as f64 + fraction - other as f64) / (tap as f64 - other as f64);
            others.map(factor).product()
        });
        taps.reverse();
        taps
    }

    #[test]
    fn weights_are_those_of_the_definition() {
        for step in 0..=1000 {
            let fraction = f64::from(step) / 1000.0;
            for (tap, exact) in taps(fraction as f32).into_iter().zip(exact(f64::from(fraction as f32))) {
                assert!((f64::from(tap) - exact).abs() < 1e-6, "{fraction}: {tap}, not {exact}");
            }
        }
        let mut whole = [0.0; TAPS];
        whole[TAPS - 1 - TAPS_AHEAD] = 1.0;
        assert_eq!(taps(0.0), whole, "a whole delay is exact");
    }

    #[test]
    fn interpolates_like_a_plain_sum_at_every_length() {
        let line = noise(7, 100);
        let taps = taps(0.3);
        for length in 0..line.len() - TAPS {
            let mut output = vec![f32::NAN; length];
            interpolate(&line, &taps, &mut output);
            for (n, y) in output.iter().enumerate() {
                let sum: f32 = taps.iter().zip(&line[n..]).map(|(tap, x)| tap * x).sum();
                assert!((y - sum).abs() < 1e-6, "sample {n} of {length}: {y} is not {sum}");
            }
        }
    }

    /// In a row, back and forth, with gaps; at every length.
    #[test]
    fn moving_is_resting_at_each_sample() {
        let lines = [noise(8, 200), noise(9, 200)];
        for stride in [0, 1, 2, 5] {
            for length in 0..30 {
                let firsts: Vec<usize> = (0..length).map(|n| n * stride + usize::from(n > 12)).collect();
                let fractions: Vec<f32> = (0..length).map(|n| n as f32 / 30.0).collect();
                let mut outputs = [vec![f32::NAN; length], vec![f32::NAN; length]];
                let [a, b] = &mut outputs;
                interpolate_moving([&lines[0], &lines[1]], &firsts, &fractions, [a, b]);
                for (line, output) in lines.iter().zip(&outputs) {
                    for ((first, fraction), y) in firsts.iter().zip(&fractions).zip(output) {
                        let mut expected = [f32::NAN];
                        interpolate(&line[*first..], &taps(*fraction), &mut expected);
                        assert_eq!([*y], expected);
                    }
                }
            }
        }
    }
}
