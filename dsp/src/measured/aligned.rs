//! Responses brought together in time, so that those of neighbouring directions can be mixed.

use realfft::num_complex::Complex64;

use super::scattered::{nearest, tangents};
use super::transform::delay;
use crate::array::dot;
use crate::parallel;
use std::f64::consts::TAU;

/// The first sample this share of the peak is the onset.
const ONSET: f64 = 0.15;
/// Neighbours are brought together over this band, hertz.
const BAND_HZ: [f64; 2] = [500.0, 8000.0];
/// Each direction is compared with the nearest one in each of so many sectors around it, of as many as these and no farther than
/// this, radians: along a dense ring as well as across to the next one.
const SECTORS: usize = 8;
const CANDIDATES: usize = 48;
const FARTHEST_RAD: f64 = 0.45;
/// Largest difference in arrival between neighbours after the onsets have been taken out, and the step in which it is sought,
/// seconds.
const LARGEST_SHIFT_S: f64 = 160e-6;
const SHIFT_STEP_S: f64 = 8e-6;
/// A pair that is less alike pulls with the fourth power of its correlation.
const LIKENESS_POWER: i32 = 4;
/// Rounds in which all directions settle between their neighbours.
const ROUNDS: usize = 60;

/// A response as a delay and the spectrum that is left without it.
#[derive(Debug, Clone)]
pub(super) struct Aligned {
    pub(super) spectrum: Vec<Complex64>,
    pub(super) delay_s: f64,
}

impl Aligned {
    /// A mixture of responses.
    pub(super) fn mixed(responses: &[Self], weights: &[(usize, f64)]) -> Self {
        let bins = responses.first().map_or(0, |response| response.spectrum.len());
        let mut mixed = Self {
            spectrum: vec![Complex64::default(); bins],
            delay_s: 0.0,
        };
        for &(index, weight) in weights {
            mixed.delay_s += responses[index].delay_s * weight;
            for (sum, value) in mixed.spectrum.iter_mut().zip(&responses[index].spectrum) {
                *sum += value * weight;
            }
        }
        mixed
    }

    /// Sum of the squares of the spectrum.
    pub(super) fn power(&self) -> f64 {
        self.spectrum.iter().map(Complex64::norm_sqr).sum()
    }
}

/// Index of the first sample that is loud against the peak.
pub(super) fn onset(samples: &[f64]) -> usize {
    let peak = samples.iter().fold(0.0, |peak: f64, x| peak.max(x.abs()));
    samples.iter().position(|x| x.abs() >= ONSET * peak).unwrap_or(0)
}

/// Moves the delays of responses such that what is left is most alike for neighbours. Onsets alone jump, where a response
/// begins slowly in the shadow of the head.
///
/// Differences between neighbours come from their correlation; where these contradict one another around a loop of
/// neighbours, each direction settles in the middle.
pub(super) fn align(directions: &[[f64; 3]], mut responses: Vec<Aligned>, spacing_hz: f64) -> Vec<Aligned> {
    let [low, high] = BAND_HZ.map(|f| (f / spacing_hz) as usize);
    let bins: Vec<(usize, f64)> = (low..=high)
        .step_by(2)
        .map(|bin| (bin, bin as f64 * spacing_hz))
        .collect();
    let pairs: Vec<Vec<Pair>> = parallel::map(responses.len(), 8, |n| {
        let others = neighbours(directions, n);
        others
            .into_iter()
            .map(|other| Pair::new(&responses, [n, other], &bins))
            .collect()
    });
    // A pair pulls at both of its ends.
    let mut pulls: Vec<Vec<Pair>> = pairs.clone();
    for (n, pairs) in pairs.iter().enumerate() {
        for pair in pairs {
            pulls[pair.other].push(Pair {
                other: n,
                shift_s: -pair.shift_s,
                ..*pair
            });
        }
    }
    let mut shifts_s = vec![0.0; responses.len()];
    for _ in 0..ROUNDS {
        for (n, pulls) in pulls.iter().enumerate() {
            let weight: f64 = pulls.iter().map(|pair| pair.weight).sum();
            let wanted = pulls
                .iter()
                .map(|pair| pair.weight * (shifts_s[pair.other] - pair.shift_s));
            if weight > 0.0 {
                shifts_s[n] = wanted.sum::<f64>() / weight;
            }
        }
    }
    // Differences leave open what all have in common: nothing.
    let mean_s = shifts_s.iter().sum::<f64>() / shifts_s.len().max(1) as f64;
    for (response, shift_s) in responses.iter_mut().zip(shifts_s) {
        let shift_s = shift_s - mean_s;
        response.delay_s += shift_s;
        for (bin, value) in response.spectrum.iter_mut().enumerate() {
            *value *= delay(bin as f64 * spacing_hz, -shift_s);
        }
    }
    responses
}

/// The nearest directions of each sector around one.
fn neighbours(directions: &[[f64; 3]], of: usize) -> Vec<usize> {
    let center = directions[of];
    let [east, north] = tangents(center);
    let mut found = [None; SECTORS];
    for (other, angle_rad) in nearest(directions, center, CANDIDATES) {
        if other == of || angle_rad > FARTHEST_RAD {
            continue;
        }
        let toward = dot(directions[other], north).atan2(dot(directions[other], east));
        // Sectors lie around the directions of a grid, not between them.
        let turns = (toward / TAU + 0.5 / SECTORS as f64).rem_euclid(1.0);
        let sector = &mut found[(turns * SECTORS as f64) as usize % SECTORS];
        *sector = sector.or(Some(other));
    }
    found.into_iter().flatten().collect()
}

/// Two neighbours.
#[derive(Debug, Clone, Copy)]
struct Pair {
    other: usize,
    /// How much later the other arrives, seconds.
    shift_s: f64,
    weight: f64,
}

impl Pair {
    fn new(responses: &[Aligned], [one, other]: [usize; 2], bins: &[(usize, f64)]) -> Self {
        let product = |&(bin, frequency_hz): &(usize, f64)| {
            let value = responses[one].spectrum[bin].conj() * responses[other].spectrum[bin];
            (value, frequency_hz)
        };
        let products: Vec<(Complex64, f64)> = bins.iter().map(product).collect();
        let correlation =
            |shift_s: f64| -> f64 { products.iter().map(|&(value, f)| (value * delay(f, -shift_s)).re).sum() };
        let trials = (LARGEST_SHIFT_S / SHIFT_STEP_S) as i32;
        let tried = (-trials..=trials).map(|trial| f64::from(trial) * SHIFT_STEP_S);
        let tried = tried.map(|shift_s| (shift_s, correlation(shift_s)));
        let (coarse_s, highest) = tried
            .reduce(|best, next| if next.1 > best.1 { next } else { best })
            .unwrap_or_default();
        // The top of the parabola through the highest trial and its neighbours.
        let [before, after] = [-SHIFT_STEP_S, SHIFT_STEP_S].map(|step_s| correlation(coarse_s + step_s));
        let bend = before - 2.0 * highest + after;
        let top = if bend < 0.0 {
            (0.5 * (before - after) / bend).clamp(-1.0, 1.0)
        } else {
            0.0
        };
        let energy = |n: usize| -> f64 { bins.iter().map(|&(bin, _)| responses[n].spectrum[bin].norm_sqr()).sum() };
        let likeness = highest / (energy(one) * energy(other)).sqrt().max(f64::MIN_POSITIVE);
        Self {
            other,
            shift_s: coarse_s + top * SHIFT_STEP_S,
            weight: likeness.clamp(0.0, 1.0).powi(LIKENESS_POWER),
        }
    }
}
