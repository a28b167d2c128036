//! What is compared: estimates of a mixdown's centre, all on the same windows.

use proscenium_dsp::upmix::{CenterExtractor, OVERLAP};
use realfft::num_complex::Complex32;

use super::mixdown::{Mixdown, Pair};
use super::stft::{Spectra, Stft};
use super::tracks::SAMPLE_RATE;

/// Ways to get a centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Estimator {
    /// `(L + R)/2`.
    Mid,
    /// What a common commercial rule does: the mid signal, in each bin scaled by `(|L+R| − |L−R|) / |L+R|`.
    Rule,
    /// A mask by the similarity of left and right, then one Wiener step; powers averaged over three bins and 25 ms.
    Similarity,
    /// The plugin's.
    Proscenium,
    /// The Wiener estimate that knows the power of the centre and of the rest in every bin, as no estimator can.
    Oracle,
}

impl Estimator {
    /// In the order of tables.
    pub const ALL: [Self; 5] = [Self::Mid, Self::Rule, Self::Similarity, Self::Proscenium, Self::Oracle];

    /// For tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mid => "plain mid",
            Self::Rule => "\\|L+R\\| − \\|L−R\\| rule",
            Self::Similarity => "similarity mask and Wiener step",
            Self::Proscenium => "Proscenium",
            Self::Oracle => "oracle Wiener filter",
        }
    }

    /// The centre of a mixdown, in time with it, by windows of `window` samples.
    pub fn estimate(self, mixdown: &Mixdown, window: usize) -> Vec<f32> {
        let channels = mixdown.channels();
        let stft = Stft::new(window);
        match self {
            Self::Mid => channels[0]
                .iter()
                .zip(&channels[1])
                .map(|(l, r)| 0.5 * (l + r))
                .collect(),
            Self::Proscenium => proscenium(&channels, window),
            Self::Rule => {
                let rule = |_: usize, _: usize, l: Complex32, r: Complex32| {
                    let (mid, side) = ((l + r).norm(), (l - r).norm());
                    [0.5 * (mid - side).max(0.0) / mid.max(f32::MIN_POSITIVE); 2]
                };
                stft.weighted(&channels, rule)
            }
            Self::Similarity => similarity(&stft, &channels),
            Self::Oracle => {
                let [center, left, right] =
                    [&mixdown.center, &mixdown.sides[0], &mixdown.sides[1]].map(|x| stft.forward(x));
                let oracle = |t: usize, k: usize, _: Complex32, _: Complex32| {
                    let power = |spectra: &Spectra| spectra[t][k].norm_sqr();
                    wiener(power(&center), power(&left), power(&right))
                };
                stft.weighted(&channels, oracle)
            }
        }
    }
}

/// Weights of left and right in the least mean-square estimate, from the powers of uncorrelated parts.
fn wiener(center: f32, left: f32, right: f32) -> [f32; 2] {
    let balance = (right + 1e-20) / (left + right + 2e-20);
    let gain = center / (center + left * balance + 1e-20);
    [gain * balance, gain * (1.0 - balance)]
}

fn proscenium(channels: &Pair, window: usize) -> Vec<f32> {
    let mut extractor = CenterExtractor::new(window, f64::from(SAMPLE_RATE));
    let (hop, lag) = (extractor.hop(), extractor.lag_samples());
    let length = channels[0].len();
    let padded = (length + lag).next_multiple_of(hop);
    let [left, right] = channels.each_ref().map(|channel| {
        let mut channel = channel.clone();
        channel.resize(padded, 0.0);
        channel
    });
    let mut center = vec![0.0; padded];
    for ((l, r), c) in left.chunks(hop).zip(right.chunks(hop)).zip(center.chunks_mut(hop)) {
        extractor.process_hop(l, r, c);
    }
    center.drain(..lag);
    center.truncate(length);
    center
}

/// The mask `2 Φ_LR / (Φ_LL + Φ_RR)` on the mid signal, then the Wiener estimate from the powers of the parts that it leaves.
fn similarity(stft: &Stft, channels: &Pair) -> Vec<f32> {
    let bins = stft.bins();
    let hop_rate_hz = f64::from(SAMPLE_RATE) * OVERLAP as f64 / stft.window() as f64;
    let update = (1.0 - (-1.0 / (0.025 * hop_rate_hz)).exp()) as f32;
    let average = |state: &mut [[f32; 3]], now: &[[f32; 3]]| {
        for k in 0..bins {
            let (below, above) = (now[k.abs_diff(1)], now[if k + 1 < bins { k + 1 } else { k - 1 }]);
            for (i, state) in state[k].iter_mut().enumerate() {
                *state += update * (0.25 * (below[i] + above[i]) + 0.5 * now[k][i] - *state);
            }
        }
    };
    let (mut observed, mut parts) = (vec![[0.0; 3]; bins], vec![[0.0; 3]; bins]);
    let [left, right] = channels.each_ref().map(|channel| stft.forward(channel));
    let centers = left.iter().zip(&right).map(|(left, right)| {
        let pairs = || left.iter().zip(right);
        let now: Vec<_> = pairs()
            .map(|(l, r)| [l.norm_sqr(), r.norm_sqr(), (l * r.conj()).re])
            .collect();
        average(&mut observed, &now);
        let masked = pairs().zip(&observed).map(|((l, r), [ll, rr, lr])| {
            let center = (l + r) * (lr.max(0.0) / (ll + rr + 1e-20));
            [center, l - center, r - center].map(|part| part.norm_sqr())
        });
        average(&mut parts, &masked.collect::<Vec<_>>());
        let estimate = pairs().zip(&parts).map(|((l, r), &[center, left, right])| {
            let [weight_left, weight_right] = wiener(center, left, right);
            l * weight_left + r * weight_right
        });
        estimate.collect()
    });
    let centers: Spectra = centers.collect();
    stft.inverse(&centers, channels[0].len())
}
