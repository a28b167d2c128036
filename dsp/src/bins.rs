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

impl Bins {
    /// The bins in a row.
    #[inline(always)]
    fn row(&self) -> [Complex32; LANES] {
        std::array::from_fn(|i| Complex32::new(self.re[i], self.im[i]))
    }
}

/// A group of bins, and the bins that mirror them: `k` and `−k`. The spectrum of `2n` bins folds into `n` bins and one more
/// group for the middle bin, which is its own mirror; so is bin 0, whose mirror is left empty.
pub type Folded = [Bins; 2];

/// The spectrum of a real signal, of which the lower half and the middle tell all, and the filter that it is to be multiplied
/// by, of equal length.
pub type Term<'a> = (&'a [Bins], &'a [Folded]);

/// Groups of a folded spectrum of `length` bins.
pub fn folded_groups(length: usize) -> usize {
    length / 2 / LANES + 1
}

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
        *out = bins.row();
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

/// A spectrum, folded.
pub fn fold(spectrum: &[Complex32], output: &mut [Folded]) {
    let half = spectrum.len() / 2;
    output.fill(Default::default());
    for (bin, z) in spectrum.iter().enumerate() {
        let (at, side) = if bin <= half {
            (bin, 0)
        } else {
            (spectrum.len() - bin, 1)
        };
        let group = &mut output[at / LANES][side];
        (group.re[at % LANES], group.im[at % LANES]) = (z.re, z.im);
    }
}

/// A folded spectrum in a row, with room for one bin more at the end.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn unfold(spectrum: &[Folded], output: &mut [Complex32]) {
    let Some(([middle, _], whole)) = spectrum.split_last() else {
        return;
    };
    let (lower, upper) = output.split_at_mut(whole.len() * LANES);
    upper[0] = Complex32::new(middle.re[0], middle.im[0]);
    let lower = lower.as_chunks_mut::<LANES>().0.iter_mut();
    // The mirror of bin 0 falls behind the end.
    let upper = upper[1..].as_chunks_mut::<LANES>().0.iter_mut().rev();
    for (([bins, mirrored], lower), upper) in whole.iter().zip(lower).zip(upper) {
        *lower = bins.row();
        let mut turned = *mirrored;
        turned.re.reverse();
        turned.im.reverse();
        *upper = turned.row();
    }
}

/// `sum += a b`.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn add_product(a: &[Bins], b: &[Bins], sum: &mut [Bins]) {
    for (sum, (a, b)) in sum.iter_mut().zip(a.iter().zip(b)) {
        let mut total = *sum;
        for i in 0..LANES {
            total.re[i] += a.re[i] * b.re[i] - a.im[i] * b.im[i];
            total.im[i] += a.re[i] * b.im[i] + a.im[i] * b.re[i];
        }
        *sum = total;
    }
}

/// Most terms that are added at once: more pointers than that do not fit the registers.
pub const TERMS: usize = 3;

/// Adds the products of `terms`, at most [`TERMS`], to `sum`, or writes them there if that is `empty`.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn accumulate(sum: &mut [Folded], terms: &[Term], empty: bool) {
    if target_cfg_f!(target_feature = "fma") {
        accumulate_terms::<true>(sum, terms, empty);
    } else {
        accumulate_terms::<{ fused::ALWAYS }>(sum, terms, empty);
    }
}

#[inline(always)]
fn accumulate_terms<const FUSED: bool>(sum: &mut [Folded], terms: &[Term], empty: bool) {
    match *terms {
        [] if empty => sum.fill(Default::default()),
        [] => {}
        [a] => accumulate_each::<1, FUSED>(sum, [a], empty),
        [a, b] => accumulate_each::<2, FUSED>(sum, [a, b], empty),
        [a, b, c, ..] => accumulate_each::<TERMS, FUSED>(sum, [a, b, c], empty),
    }
}

#[inline(always)]
fn accumulate_each<const COUNT: usize, const FUSED: bool>(sum: &mut [Folded], terms: [Term; COUNT], empty: bool) {
    if empty {
        accumulate_groups::<COUNT, FUSED, true>(sum, terms);
    } else {
        accumulate_groups::<COUNT, FUSED, false>(sum, terms);
    }
}

#[inline(always)]
fn accumulate_groups<const COUNT: usize, const FUSED: bool, const EMPTY: bool>(
    sum: &mut [Folded],
    terms: [Term; COUNT],
) {
    // Cut to one length and indexed, so that no bound is checked within the loop.
    let inputs = terms.map(|(input, _)| &input[..sum.len()]);
    let filters = terms.map(|(_, filter)| &filter[..sum.len()]);
    for (group, sum) in sum.iter_mut().enumerate() {
        let [mut lower, mut upper] = if EMPTY { Folded::default() } else { *sum };
        for term in 0..COUNT {
            let (a, [b, mirrored]) = (&inputs[term][group], &filters[term][group]);
            for i in 0..LANES {
                lower.re[i] = multiply_add::<FUSED>(a.re[i], b.re[i], lower.re[i]);
                lower.re[i] = multiply_add::<FUSED>(-a.im[i], b.im[i], lower.re[i]);
                lower.im[i] = multiply_add::<FUSED>(a.re[i], b.im[i], lower.im[i]);
                lower.im[i] = multiply_add::<FUSED>(a.im[i], b.re[i], lower.im[i]);
                // The input's mirrored bins are conjugate.
                upper.re[i] = multiply_add::<FUSED>(a.re[i], mirrored.re[i], upper.re[i]);
                upper.re[i] = multiply_add::<FUSED>(a.im[i], mirrored.im[i], upper.re[i]);
                upper.im[i] = multiply_add::<FUSED>(a.re[i], mirrored.im[i], upper.im[i]);
                upper.im[i] = multiply_add::<FUSED>(-a.im[i], mirrored.re[i], upper.im[i]);
            }
        }
        *sum = [lower, upper];
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

    /// A spectrum of `2 · LANES · groups` bins.
    fn folded(spectrum: &[Complex32]) -> Vec<Folded> {
        let mut folded = vec![Folded::default(); folded_groups(spectrum.len())];
        fold(spectrum, &mut folded);
        folded
    }

    fn unfolded(folded: &[Folded]) -> Vec<Complex32> {
        let mut row = vec![Complex32::default(); 2 * LANES * (folded.len() - 1) + 1];
        unfold(folded, &mut row);
        row.pop();
        row
    }

    #[test]
    fn a_spectrum_is_folded_and_unfolded() {
        for groups in [1, 3, 16] {
            let row = spectrum(1, 2 * groups);
            assert_eq!(unfolded(&folded(&row)), row);
        }
    }

    #[test]
    fn adds_products() {
        let [a, b, before] = [1, 2, 3].map(|seed| spectrum(seed, 5));
        let mut sum = grouped(&before);
        add_product(&grouped(&a), &grouped(&b), &mut sum);
        for (k, got) in in_a_row(&sum).iter().enumerate() {
            assert!((got - (before[k] + a[k] * b[k])).norm() < 1e-5);
        }
    }

    #[test]
    fn accumulates_products_of_real_signals_spectra_and_filters() {
        for groups in [1, 3, 16] {
            for count in 0..=TERMS {
                for empty in [false, true] {
                    // As a real signal has it: mirrored bins are conjugate, bin 0 and the middle one real.
                    let bins = 2 * LANES * groups;
                    let real = |seed: usize| {
                        let mut row = spectrum(seed as u64, 2 * groups);
                        (row[0].im, row[bins / 2].im) = (0.0, 0.0);
                        for k in 1..bins / 2 {
                            row[bins - k] = row[k].conj();
                        }
                        row
                    };
                    let filter = |seed: usize| spectrum(30 + seed as u64, 2 * groups);
                    let (inputs, filters): (Vec<_>, Vec<_>) = (0..count).map(|n| (real(n), filter(n))).unzip();
                    let lower =
                        |row: &Vec<Complex32>| -> Vec<Bins> { folded(row).iter().map(|[lower, _]| *lower).collect() };
                    let a: Vec<_> = inputs.iter().map(lower).collect();
                    let b: Vec<_> = filters.iter().map(|row| folded(row)).collect();
                    let terms: Vec<Term> = a.iter().zip(&b).map(|(a, b)| (&a[..], &b[..])).collect();
                    let before = filter(20);
                    let mut sum = folded(&before);
                    accumulate(&mut sum, &terms, empty);
                    for (k, got) in unfolded(&sum).iter().enumerate() {
                        let products: Complex32 = inputs.iter().zip(&filters).map(|(a, b)| a[k] * b[k]).sum();
                        let expected = if empty { products } else { before[k] + products };
                        assert!((got - expected).norm() < 1e-5, "bin {k}: {got} is not {expected}");
                    }
                }
            }
        }
    }
}
