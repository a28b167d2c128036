//! Complex spectra with real and imaginary parts apart in short groups, which fill whole vector registers.

use multiversion::multiversion;
use multiversion::target::target_cfg_f;
use rustfft::num_complex::Complex32;

use crate::fused::{self, multiply_add};

/// Bins in a group. Transforms are a multiple of it long.
pub const LANES: usize = 8;

/// A group of neighbouring bins.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[repr(align(32))]
pub struct Bins {
    /// Real parts.
    pub re: [f32; LANES],
    /// Imaginary parts.
    pub im: [f32; LANES],
}

/// A spectrum and the filter that it is to be multiplied by, of equal length.
pub type Term<'a> = (&'a [Bins], &'a [Bins]);

/// Writes two real signals as real and imaginary parts of one.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn zip(real: &[f32], imaginary: &[f32], output: &mut [Complex32]) {
    for (out, (&re, &im)) in output.iter_mut().zip(real.iter().zip(imaginary)) {
        *out = Complex32::new(re, im);
    }
}

/// Real and imaginary parts as two real signals.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn unzip(signal: &[Complex32], real: &mut [f32], imaginary: &mut [f32]) {
    for (z, (re, im)) in signal.iter().zip(real.iter_mut().zip(imaginary)) {
        (*re, *im) = (z.re, z.im);
    }
}

/// A spectrum in groups.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn split(spectrum: &[Complex32], output: &mut [Bins]) {
    for (out, bins) in output.iter_mut().zip(spectrum.as_chunks::<LANES>().0) {
        for (z, (re, im)) in bins.iter().zip(out.re.iter_mut().zip(&mut out.im)) {
            (*re, *im) = (z.re, z.im);
        }
    }
}

/// A spectrum in a row.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn join(spectrum: &[Bins], output: &mut [Complex32]) {
    for (out, bins) in output.as_chunks_mut::<LANES>().0.iter_mut().zip(spectrum) {
        for (z, (&re, &im)) in out.iter_mut().zip(bins.re.iter().zip(&bins.im)) {
            *z = Complex32::new(re, im);
        }
    }
}

/// Twice the spectra of the two real signals whose [`zip`] has this spectrum. The first bin is repeated behind the last.
/// Shorter outputs take the lower bins.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn separate(zipped: &[Complex32], first: &mut [Bins], second: &mut [Bins]) {
    let bins = zipped[..zipped.len() - 1].as_chunks::<LANES>().0;
    let mirrored = zipped[1..].as_chunks::<LANES>().0.iter().rev();
    for ((z, m), (a, b)) in bins.iter().zip(mirrored).zip(first.iter_mut().zip(second)) {
        let (mut sum, mut difference) = (Bins::default(), Bins::default());
        for i in 0..LANES {
            let (z, m) = (z[i], m[LANES - 1 - i]);
            // The conjugate-symmetric part, and the antisymmetric part over i.
            (sum.re[i], sum.im[i]) = (z.re + m.re, z.im - m.im);
            (difference.re[i], difference.im[i]) = (z.im + m.im, m.re - z.re);
        }
        (*a, *b) = (sum, difference);
    }
}

/// Adds the products of `terms` to `sum`, or writes them there if that is `empty`. Four terms at a time cost least.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn accumulate(sum: &mut [Bins], terms: &[Term], empty: bool) {
    if target_cfg_f!(target_feature = "fma") {
        accumulate_terms::<true>(sum, terms, empty);
    } else {
        accumulate_terms::<{ fused::ALWAYS }>(sum, terms, empty);
    }
}

#[inline(always)]
fn accumulate_terms<const FUSED: bool>(sum: &mut [Bins], terms: &[Term], empty: bool) {
    if empty && terms.is_empty() {
        sum.fill(Bins::default());
    }
    for (pass, terms) in terms.chunks(4).enumerate() {
        let empty = empty && pass == 0;
        match *terms {
            [a, b, c, d] => accumulate_each::<4, FUSED>(sum, [a, b, c, d], empty),
            [a, b, c] => accumulate_each::<3, FUSED>(sum, [a, b, c], empty),
            [a, b] => accumulate_each::<2, FUSED>(sum, [a, b], empty),
            [a] => accumulate_each::<1, FUSED>(sum, [a], empty),
            _ => {}
        }
    }
}

#[inline(always)]
fn accumulate_each<const TERMS: usize, const FUSED: bool>(sum: &mut [Bins], terms: [Term; TERMS], empty: bool) {
    if empty {
        accumulate_groups::<TERMS, FUSED, true>(sum, terms);
    } else {
        accumulate_groups::<TERMS, FUSED, false>(sum, terms);
    }
}

#[inline(always)]
fn accumulate_groups<const TERMS: usize, const FUSED: bool, const EMPTY: bool>(sum: &mut [Bins], terms: [Term; TERMS]) {
    // Cut to one length and indexed, so that no bound is checked within the loop.
    let inputs = terms.map(|(input, _)| &input[..sum.len()]);
    let filters = terms.map(|(_, filter)| &filter[..sum.len()]);
    for (group, sum) in sum.iter_mut().enumerate() {
        let mut total = if EMPTY { Bins::default() } else { *sum };
        for term in 0..TERMS {
            let (a, b) = (&inputs[term][group], &filters[term][group]);
            for i in 0..LANES {
                total.re[i] = multiply_add::<FUSED>(a.re[i], b.re[i], total.re[i]);
                total.re[i] = multiply_add::<FUSED>(-a.im[i], b.im[i], total.re[i]);
                total.im[i] = multiply_add::<FUSED>(a.re[i], b.im[i], total.im[i]);
                total.im[i] = multiply_add::<FUSED>(a.im[i], b.re[i], total.im[i]);
            }
        }
        *sum = total;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    fn spectrum(seed: u64, groups: usize) -> Vec<Complex32> {
        let parts = noise(seed, 2 * LANES * groups);
        parts.chunks(2).map(|z| Complex32::new(z[0], z[1])).collect()
    }

    fn grouped(spectrum: &[Complex32]) -> Vec<Bins> {
        let mut bins = vec![Bins::default(); spectrum.len() / LANES];
        split(spectrum, &mut bins);
        bins
    }

    fn in_a_row(bins: &[Bins]) -> Vec<Complex32> {
        let mut row = vec![Complex32::default(); bins.len() * LANES];
        join(bins, &mut row);
        row
    }

    #[test]
    fn groups_and_pairs_come_apart_as_they_were_put_together() {
        let row = spectrum(1, 5);
        assert_eq!(in_a_row(&grouped(&row)), row);
        for length in [0, 1, 7, 8, 37] {
            let (a, b) = (noise(1, length), noise(2, length));
            let mut zipped = vec![Complex32::default(); length];
            zip(&a, &b, &mut zipped);
            let (mut re, mut im) = (vec![0.0; length], vec![0.0; length]);
            unzip(&zipped, &mut re, &mut im);
            assert_eq!((re, im), (a, b));
        }
    }

    #[test]
    fn separated_spectra_are_those_of_the_parts() {
        for groups in [1, 2, 5] {
            let length = groups * LANES;
            // Spectra of real signals: bins at either side of zero are conjugates.
            let symmetric = |seed| -> Vec<Complex32> {
                let z = spectrum(seed, groups);
                (0..length).map(|k| z[k] + z[(length - k) % length].conj()).collect()
            };
            let (a, b) = (symmetric(1), symmetric(2));
            let mut zipped: Vec<Complex32> = a.iter().zip(&b).map(|(a, b)| a + b * Complex32::I).collect();
            zipped.push(zipped[0]);
            let (mut first, mut second) = (grouped(&a), grouped(&b));
            separate(&zipped, &mut first, &mut second);
            for (twice, once) in [(first, a), (second, b)] {
                for (twice, once) in in_a_row(&twice).iter().zip(&once) {
                    assert!((twice - once * 2.0).norm() < 1e-5, "{twice} is not twice {once}");
                }
            }
        }
    }

    #[test]
    fn accumulates_any_number_of_products() {
        for groups in [1, 3, 16] {
            for count in 0..10 {
                for empty in [false, true] {
                    let row = |seed: usize| spectrum(seed as u64, groups);
                    let (inputs, filters): (Vec<_>, Vec<_>) = (0..count).map(|n| (row(n), row(30 + n))).unzip();
                    let groups_of = |rows: &[Vec<Complex32>]| rows.iter().map(|row| grouped(row)).collect::<Vec<_>>();
                    let (a, b) = (groups_of(&inputs), groups_of(&filters));
                    let terms: Vec<Term> = a.iter().zip(&b).map(|(a, b)| (&a[..], &b[..])).collect();
                    let before = row(20);
                    let mut sum = grouped(&before);
                    accumulate(&mut sum, &terms, empty);
                    for (k, got) in in_a_row(&sum).iter().enumerate() {
                        let products: Complex32 = inputs.iter().zip(&filters).map(|(a, b)| a[k] * b[k]).sum();
                        let expected = if empty { products } else { before[k] + products };
                        assert!((got - expected).norm() < 1e-5, "bin {k}: {got} is not {expected}");
                    }
                }
            }
        }
    }
}
