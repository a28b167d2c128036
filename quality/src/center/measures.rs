//! How near an estimated centre comes to the true one.

use realfft::num_complex::Complex32;

use super::mixdown::Mixdown;
use super::stft::Stft;
use super::tracks::SAMPLE_RATE;

/// The start is left out: estimators settle.
const SETTLED: usize = SAMPLE_RATE as usize;
/// Window, samples, and windows in a block over which gains are fitted: half a second.
const WINDOW: usize = 2048;
const BLOCK: usize = 48;
/// Bins of a band over which gains are fitted relative to the bin's number: a third of an octave.
const BAND: f64 = 0.26;

/// Figures for one estimate, decibels.
#[derive(Clone, Copy, Debug, Default)]
pub struct Measures {
    /// Scale-invariant signal to distortion (Le Roux et al., ICASSP 2019).
    pub distortion_db: f64,
    /// Sides in the estimate relative to the centre in it.
    pub leak_db: f64,
    /// What is neither, relative to the centre in it: musical noise.
    pub artefacts_db: f64,
}

impl Measures {
    /// Of an estimate of the mixdown's centre.
    pub fn new(estimate: &[f32], mixdown: &Mixdown) -> Self {
        let (center, estimate) = (&mixdown.center[SETTLED..], &estimate[SETTLED..]);
        let gain = product(estimate, center) / product(center, center);
        let signal = gain * gain * product(center, center);
        let [leak, artefacts] = parts(estimate, mixdown);
        Self {
            distortion_db: db(signal / (product(estimate, estimate) - signal).max(f64::MIN_POSITIVE)),
            leak_db: db(leak),
            artefacts_db: db(artefacts),
        }
    }

    /// Means of decibels.
    pub fn mean(all: &[Self]) -> Self {
        let mean = |of: fn(&Self) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
        Self {
            distortion_db: mean(|m| m.distortion_db),
            leak_db: mean(|m| m.leak_db),
            artefacts_db: mean(|m| m.artefacts_db),
        }
    }
}

fn product(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

fn db(ratio: f64) -> f64 {
    10.0 * ratio.log10()
}

/// Powers of sides and of artefacts in the estimate, relative to that of the centre in it. As in BSS Eval (Vincent et al.,
/// IEEE TASLP 14(4), 2006) by projection, first on the centre, then on centre and sides, here in bands of a third of an octave
/// and blocks of half a second: a gain that changes more finely is an artefact.
fn parts(estimate: &[f32], mixdown: &Mixdown) -> [f64; 2] {
    let stft = Stft::new(WINDOW);
    let [left, right] = mixdown.sides.each_ref().map(|side| stft.forward(&side[SETTLED..]));
    let (center, estimate) = (stft.forward(&mixdown.center[SETTLED..]), stft.forward(estimate));
    let [mut target, mut leak, mut artefacts] = [0.0; 3];
    for from in (0..estimate.len()).step_by(BLOCK) {
        let windows = from..(from + BLOCK).min(estimate.len());
        let mut low = 0;
        while low < stft.bins() {
            let high = (low + 4.max((BAND * low as f64) as usize)).min(stft.bins());
            let column = |spectra: &[Vec<Complex32>]| -> Vec<Complex32> {
                windows.clone().flat_map(|t| spectra[t][low..high].to_vec()).collect()
            };
            let mut basis: Vec<Vec<Complex32>> = Vec::new();
            // Gram and Schmidt: each is made orthogonal to those before it.
            let reference = power(&column(&center)) + power(&column(&left)) + power(&column(&right));
            let mut rest = column(&estimate);
            let mut taken = [0.0; 3];
            for (spectra, taken) in [&center, &left, &right].into_iter().zip(&mut taken) {
                let mut vector = column(spectra);
                for other in &basis {
                    remove(other, &mut vector);
                }
                if power(&vector) > 1e-6 * reference {
                    let before = power(&rest);
                    remove(&vector, &mut rest);
                    *taken = (before - power(&rest)).max(0.0);
                    basis.push(vector);
                }
            }
            target += taken[0];
            leak += taken[1] + taken[2];
            artefacts += power(&rest);
            low = high;
        }
    }
    [leak / target, artefacts / target]
}

fn power(vector: &[Complex32]) -> f64 {
    vector.iter().map(|z| f64::from(z.norm_sqr())).sum()
}

/// Takes away the part along `direction`.
fn remove(direction: &[Complex32], vector: &mut [Complex32]) {
    let along: Complex32 = direction.iter().zip(vector.iter()).map(|(d, v)| d.conj() * v).sum();
    let gain = along / power(direction) as f32;
    for (v, d) in vector.iter_mut().zip(direction) {
        *v -= gain * d;
    }
}
