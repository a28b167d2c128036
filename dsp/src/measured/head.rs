//! A measured head: responses at both ears to sound from anywhere, on any frequencies.
//!
//! Kept at [fixed directions](super::rings), each response as a delay and what is left without it, which changes slowly from
//! direction to direction: between directions both are interpolated and put together again.

use std::fmt;
use std::sync::Arc;

use realfft::num_complex::{Complex32, Complex64};

use super::packed::Packed;
use super::rings::{self, Mixture};
use super::transform::{Between, RATE_HZ, Transform, delay};
use crate::acoustics::DirectionalHead;

/// Samples of each response at [`RATE_HZ`], and how many of them come before its delay.
pub(super) const TAPS: usize = 128;
pub(super) const TAPS_BEFORE: usize = 32;
/// Length of the transform that responses are kept in as spectra, samples: eight times theirs, so that there is little to
/// interpolate between bins.
pub(super) const TRANSFORM: usize = 8 * TAPS;
pub(super) const BINS: usize = TRANSFORM / 2 + 1;
/// Longest delay that an embedded head may have, seconds.
const LONGEST_DELAY_S: f64 = 0.01;

/// The responses of a head, relative to the free field at its centre.
#[derive(Clone)]
pub struct MeasuredHead {
    name: String,
    /// `[direction][ear]`
    responses: Packed,
    /// One row of `[direction][ear]`, seconds.
    delays: Packed,
    /// `[direction][ear][bin]`, without the delays.
    spectra: Vec<Complex32>,
}

impl MeasuredHead {
    /// From responses `[direction][ear]` of [`TAPS`] samples and their delays in seconds, at [`rings::directions`].
    pub(super) fn new(name: &str, responses: Vec<[Vec<f64>; 2]>, delays_s: &[[f64; 2]]) -> Self {
        let delays = Packed::new(2 * delays_s.len(), [delays_s.as_flattened().to_vec()]);
        let responses = Packed::new(TAPS, responses.into_iter().flatten());
        Self::of(name.to_owned(), responses, delays)
    }

    fn of(name: String, responses: Packed, delays: Packed) -> Self {
        let transform = Transform::<f32>::new(TRANSFORM);
        let spectra = (0..responses.len()).flat_map(|n| {
            let taps = responses.response(n).map(|tap| tap as f32);
            transform.spectrum(taps, TAPS_BEFORE)
        });
        Self {
            spectra: spectra.collect(),
            name,
            responses,
            delays,
        }
    }

    /// Where it came from: the name of its file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The responses as text, for a device file or a session: 0.6 MB.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{}.{}", self.responses.to_text(), self.delays.to_text())
    }

    /// Reads what [`to_text`](Self::to_text) wrote; `None` if it is anything else.
    #[must_use]
    pub fn from_text(name: &str, text: &str) -> Option<Self> {
        let (responses, delays) = text.split_once('.')?;
        let count = 2 * rings::count();
        let responses = Packed::from_text(responses, count).filter(|packed| packed.taps() == TAPS)?;
        let delays = Packed::from_text(delays, 1).filter(|packed| packed.taps() == count)?;
        let possible = delays.response(0).all(|delay_s| delay_s.abs() <= LONGEST_DELAY_S);
        possible.then(|| Self::of(name.to_owned(), responses, delays))
    }

    /// The horizon on frequencies in hertz, in any order.
    #[must_use]
    pub fn on(&self, frequencies_hz: &[f64]) -> HeadSpectra {
        let between = places(frequencies_hz);
        let spectrum = |response: usize| between.iter().map(move |place| place.value(self.spectrum(response)));
        let responses = rings::horizon().flat_map(|direction| [2 * direction, 2 * direction + 1]);
        let delays_s: Vec<f64> = self.delays.response(0).collect();
        let horizon = 2 * rings::horizon().start..2 * rings::horizon().end;
        HeadSpectra {
            bins: frequencies_hz.len(),
            spectra: responses.flat_map(spectrum).collect(),
            delays_s: delays_s[horizon].as_chunks().0.to_vec(),
            frequencies_hz: frequencies_hz.to_vec(),
        }
    }

    /// The whole head on frequencies in hertz, in any order.
    #[must_use]
    pub fn all_around(&self, frequencies_hz: &[f64]) -> HeadAllAround<'_> {
        HeadAllAround {
            head: self,
            between: places(frequencies_hz),
            frequencies_hz: frequencies_hz.to_vec(),
            delays_s: self.delays.response(0).collect(),
        }
    }

    fn spectrum(&self, response: usize) -> &[Complex32] {
        &self.spectra[response * BINS..(response + 1) * BINS]
    }
}

fn places(frequencies_hz: &[f64]) -> Vec<Between> {
    let spacing_hz = RATE_HZ / TRANSFORM as f64;
    let frequencies = frequencies_hz.iter();
    frequencies.map(|&f| Between::new(f, spacing_hz, BINS)).collect()
}

impl PartialEq for MeasuredHead {
    fn eq(&self, other: &Self) -> bool {
        // The spectra follow from the responses.
        self.name == other.name && self.responses == other.responses && self.delays == other.delays
    }
}

impl fmt::Debug for MeasuredHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MeasuredHead")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A measured head on given frequencies, for sound from the horizon.
#[derive(Debug, Clone)]
pub struct HeadSpectra {
    bins: usize,
    frequencies_hz: Vec<f64>,
    /// `[direction][ear][bin]`, without the delays.
    spectra: Vec<Complex64>,
    /// `[direction][ear]`, seconds.
    delays_s: Vec<[f64; 2]>,
}

impl DirectionalHead for HeadSpectra {
    fn responses(&self, bin: usize, azimuth_rad: f64) -> [Complex64; 2] {
        let points = rings::on_horizon(azimuth_rad);
        std::array::from_fn(|ear| {
            let (mut response, mut delay_s) = (Complex64::default(), 0.0);
            for &(direction, weight) in &points {
                response += self.spectra[(2 * direction + ear) * self.bins + bin] * weight;
                delay_s += self.delays_s[direction][ear] * weight;
            }
            response * delay(self.frequencies_hz[bin], delay_s)
        })
    }
}

/// A measured head on given frequencies, for sound from anywhere.
#[derive(Debug, Clone)]
pub struct HeadAllAround<'a> {
    head: &'a MeasuredHead,
    between: Vec<Between>,
    frequencies_hz: Vec<f64>,
    /// `[direction][ear]`, seconds.
    delays_s: Vec<f64>,
}

impl HeadAllAround<'_> {
    /// Writes the pressure at the left and at the right ear by frequency, for a distant source in the direction of a unit
    /// vector: `x` to where the head looks, `y` to its left, `z` up.
    ///
    /// # Panics
    /// If `ears` are not as long as the frequencies.
    pub fn responses(&self, arrival: [f64; 3], ears: [&mut [Complex64]; 2]) {
        let mixture: Mixture = rings::between(arrival);
        let mut mixed = vec![Complex32::default(); BINS];
        for (ear, responses) in ears.into_iter().enumerate() {
            mixed.fill(Complex32::default());
            let mut delay_s = 0.0;
            for &(direction, weight) in &mixture {
                let response = 2 * direction + ear;
                delay_s += self.delays_s[response] * weight;
                let weight = weight as f32;
                for (sum, value) in mixed.iter_mut().zip(self.head.spectrum(response)) {
                    *sum += value * weight;
                }
            }
            let places = self.between.iter().zip(&self.frequencies_hz);
            for (response, (place, &frequency_hz)) in responses.iter_mut().zip(places) {
                *response = place.value(&mixed) * delay(frequency_hz, delay_s);
            }
        }
    }
}

/// The head of a listener: the model, or a measured one.
#[derive(Clone, Debug, PartialEq)]
pub enum ListenerHead {
    /// A rigid sphere.
    Sphere(crate::acoustics::HeadShape),
    /// Measured responses.
    Measured(Arc<MeasuredHead>),
}

impl Default for ListenerHead {
    fn default() -> Self {
        Self::Sphere(crate::acoustics::HeadShape::default())
    }
}

impl From<crate::acoustics::HeadShape> for ListenerHead {
    fn from(shape: crate::acoustics::HeadShape) -> Self {
        Self::Sphere(shape)
    }
}

impl From<MeasuredHead> for ListenerHead {
    fn from(head: MeasuredHead) -> Self {
        Self::Measured(Arc::new(head))
    }
}
