//! The part of the signal path that does not change with the programme, as one filter from each input to each driver.
//!
//! ```text
//! L ─► near ear ─► left side filters ─────┐              near = z⁻⁸,  far = z⁻⁸ · delay and shelf of the virtual pair
//!   └► far ear  ─► right far ear filters ─┴─► drivers    (R the other way round; Binaural has no far ear)
//! ```

use crate::parameters::{ProgrammeChoice, SideParameters};
use proscenium_dsp::array::Path;
use proscenium_dsp::design::{Design, PathFilters};
use proscenium_dsp::engine::{Fir, Timing};
use proscenium_dsp::upmix::UpmixMode;
use proscenium_dsp::virtualiser::{LATENCY_SAMPLES, Virtualiser};

/// Where the far ear's response, which never ends, is cut: its tail is below this share of its peak (−160 dB).
const INAUDIBLE: f64 = 1e-8;
/// Longest response of the far ear, seconds; it falls below that share within a tenth of it.
const LONGEST_FAR_S: f64 = 0.1;

/// Filters from the two inputs to the drivers.
#[derive(Debug, Clone, PartialEq)]
pub struct StaticChain {
    /// Impulse responses, `[input][driver]`, all of one length.
    pub responses: [Vec<Vec<f32>>; 2],
    /// Delay of the filters, samples.
    pub latency_samples: usize,
}

impl StaticChain {
    /// Folds virtual pair, cancellation and output level into a design.
    #[must_use]
    pub fn new(design: &Design, sides: &SideParameters, sample_rate_hz: u32) -> Self {
        let timing = Timing::new(f64::from(sample_rate_hz), UpmixMode::Off);
        let [near, far] = match sides.program {
            ProgrammeChoice::Stereo => virtual_pair(sides.width.to_radians(), timing.sample_rate),
            ProgrammeChoice::Binaural => {
                let mut near = vec![0.0; LATENCY_SAMPLES + 1];
                near[LATENCY_SAMPLES] = 1.0;
                [near, Vec::new()]
            }
        };
        let strength = f64::from(sides.cancel_share());
        let gain = f64::from(sides.trim_gain());
        let [left, right] =
            [Path::Left, Path::Right].map(|path| side_filters(&design.drivers[path as usize], strength, gain));
        let [far_left, far_right] = design.far.drivers.each_ref().map(|firs| {
            let responses = firs.iter().map(|fir| scaled(fir, gain * strength));
            responses.collect::<Vec<_>>()
        });
        let input = |own: &[Vec<f64>], other: &[Vec<f64>]| -> Vec<Vec<f64>> {
            own.iter()
                .zip(other)
                .map(|(own, other)| sum(&convolve(own, &near), &convolve(other, &far)))
                .collect()
        };
        let responses = [input(&left, &far_right), input(&right, &far_left)];
        let length = responses.iter().flatten().map(Vec::len).max().unwrap_or(0);
        Self {
            responses: responses.map(|drivers| drivers.iter().map(|response| single(response, length)).collect()),
            latency_samples: timing.filter_delay(),
        }
    }

    /// Length of all filters, samples.
    #[must_use]
    pub fn taps(&self) -> usize {
        self.responses.iter().flatten().map(Vec::len).max().unwrap_or(0)
    }

    /// Number of drivers.
    #[must_use]
    pub fn drivers(&self) -> usize {
        self.responses[0].len()
    }
}

/// What the engine's virtual pair makes of an impulse on the left: at the near and at the far ear.
fn virtual_pair(width_rad: f32, sample_rate_hz: f64) -> [Vec<f64>; 2] {
    let length = (LONGEST_FAR_S * sample_rate_hz) as usize;
    let (mut impulse, silence) = (vec![0.0; length], vec![0.0; length]);
    impulse[0] = 1.0;
    let [mut near, mut far] = [(); 2].map(|()| [(); 2].map(|()| vec![0.0; length]));
    let ears = [&mut near, &mut far].map(|ears| ears.each_mut().map(Vec::as_mut_slice));
    let [near_ears, far_ears] = ears;
    let widths = vec![width_rad; length];
    Virtualiser::new(sample_rate_hz).process([&impulse, &silence], &widths, near_ears, far_ears);
    let ([near, _], [_, far]) = (near, far);
    [near, far].map(|response| {
        let response: Vec<f64> = response.into_iter().map(f64::from).collect();
        let peak = response.iter().fold(0.0, |peak: f64, sample| peak.max(sample.abs()));
        let end = response.iter().rposition(|sample| sample.abs() > INAUDIBLE * peak);
        response[..end.map_or(0, |last| last + 1)].to_vec()
    })
}

/// Filters of a side at a strength of its effect, 0 to 1, times a gain.
fn side_filters(filters: &PathFilters, strength: f64, gain: f64) -> Vec<Vec<f64>> {
    let pairs = filters.base.iter().zip(&filters.full);
    pairs
        .map(|(base, full)| sum(&scaled(base, gain * (1.0 - strength)), &scaled(full, gain * strength)))
        .collect()
}

/// Taps of a filter from the input's sample on, times a gain.
fn scaled(fir: &Fir, gain: f64) -> Vec<f64> {
    let mut response = vec![0.0; fir.start];
    response.extend(fir.taps.iter().map(|&tap| gain * f64::from(tap)));
    response
}

fn sum(a: &[f64], b: &[f64]) -> Vec<f64> {
    let at = |signal: &[f64], n: usize| signal.get(n).copied().unwrap_or(0.0);
    (0..a.len().max(b.len())).map(|n| at(a, n) + at(b, n)).collect()
}

fn convolve(a: &[f64], b: &[f64]) -> Vec<f64> {
    if a.is_empty() || b.is_empty() {
        return Vec::new();
    }
    let mut product = vec![0.0; a.len() + b.len() - 1];
    for (n, x) in a.iter().enumerate().filter(|(_, x)| **x != 0.0) {
        for (out, y) in product[n..].iter_mut().zip(b) {
            *out += x * y;
        }
    }
    product
}

/// In single precision, with silence up to a length.
fn single(response: &[f64], length: usize) -> Vec<f32> {
    let mut taps: Vec<f32> = response.iter().map(|&tap| tap as f32).collect();
    taps.resize(length, 0.0);
    taps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn convolution_and_sum_are_those_of_polynomials() {
        assert_eq!(convolve(&[1.0, 2.0], &[3.0, 0.0, 4.0]), [3.0, 6.0, 4.0, 8.0]);
        assert!(convolve(&[1.0], &[]).is_empty());
        assert_eq!(sum(&[1.0], &[2.0, 3.0]), [3.0, 3.0]);
    }

    #[test]
    fn the_far_ear_is_later_and_cut_where_it_is_inaudible() {
        for rate in [44_100.0, 192_000.0] {
            let [near, far] = virtual_pair(30_f32.to_radians(), rate);
            assert_eq!((near.len(), near[LATENCY_SAMPLES]), (LATENCY_SAMPLES + 1, 1.0));
            let peak = |response: &[f64]| response.iter().map(|x| x.abs()).fold(0.0, f64::max);
            assert!(peak(&far[..LATENCY_SAMPLES + 2]) < 0.1 * peak(&far));
            assert!(far.len() < (0.5 * LONGEST_FAR_S * rate) as usize, "{}", far.len());
        }
    }
}
