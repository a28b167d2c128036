//! A measured head: responses on the horizon from a SOFA file, on any frequencies and at any azimuth.

use std::f64::consts::TAU;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use proscenium_dsp::acoustics::DirectionalHead;
use realfft::num_complex::Complex64;
use sofar::reader::OpenOptions;

/// The KEMAR head with normal pinnae of MIT (Gardner and Martin, 1994), as Debian's `libmysofa1` has it.
pub const KEMAR: &str = "/usr/share/libmysofa/MIT_KEMAR_normal_pinna.sofa";
/// Its sample rate, Hz; else the reader would resample.
const SAMPLE_RATE: f64 = 44_100.0;
/// Sources this close to the horizon count as on it: height over distance.
const HORIZON: f32 = 0.01;
/// Neighbouring directions are brought together over this band, Hz, in steps of as much.
const ALIGNED_HZ: [f64; 2] = [500.0, 8000.0];
const ALIGNED_STEP_HZ: f64 = 100.0;
/// Largest difference in arrival between neighbouring directions, and the step in which it is sought, seconds. Sound takes
/// 45 µs along an arc of 5 degrees of a head, twice as much at most.
const LARGEST_SHIFT_S: f64 = 150e-6;
const SHIFT_STEP_S: f64 = 1e-6;

/// Impulse responses at both ears by direction.
#[derive(Debug, Clone)]
pub struct MeasuredHead {
    /// In order of the azimuth, which is equally spaced around the head.
    directions: Vec<Direction>,
}

#[derive(Debug, Clone)]
struct Direction {
    /// Radians in 0..2π, the listener's left positive.
    azimuth_rad: f64,
    /// At the left and at the right ear.
    responses: [Vec<f64>; 2],
    /// How much later the next direction arrives at each ear, seconds.
    shift_to_next_s: [f64; 2],
}

impl MeasuredHead {
    /// Reads the directions on the horizon of a file in `SimpleFreeFieldHRIR`.
    ///
    /// # Errors
    /// If there is no such file, or it holds something else.
    pub fn open(path: &Path) -> Result<Self> {
        let mut options = OpenOptions::new();
        options.sample_rate(SAMPLE_RATE as f32).normalized(false);
        let file = options
            .open(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let hrtf = file.hrtf();
        ensure!(
            hrtf.r() == 2,
            "{} has {} receivers, not two ears",
            path.display(),
            hrtf.r()
        );
        let taps = file.filter_len();
        let at_ear = |measurement: usize, ear: usize| {
            let first = (2 * measurement + ear) * taps;
            let taps = &hrtf.data_ir.values[first..first + taps];
            taps.iter().copied().map(f64::from).collect()
        };
        let mut directions: Vec<Direction> = hrtf
            .source_position
            .values
            .chunks_exact(3)
            .enumerate()
            .filter(|(_, place)| place[2].abs() < HORIZON * place[0].hypot(place[1]))
            .map(|(measurement, place)| Direction {
                azimuth_rad: f64::from(place[1]).atan2(f64::from(place[0])).rem_euclid(TAU),
                responses: [0, 1].map(|ear| at_ear(measurement, ear)),
                shift_to_next_s: [0.0; 2],
            })
            .collect();
        directions.sort_by(|a, b| a.azimuth_rad.total_cmp(&b.azimuth_rad));
        // A direction just below zero belongs to the front.
        if directions.last().is_some_and(|last| TAU - last.azimuth_rad < 1e-3) {
            directions.rotate_right(1);
        }
        let spacing = TAU / directions.len() as f64;
        let equally_spaced = |(n, direction): (usize, &Direction)| {
            let error = (direction.azimuth_rad - n as f64 * spacing + TAU / 2.0).rem_euclid(TAU) - TAU / 2.0;
            error.abs() < 1e-3
        };
        ensure!(
            directions.len() >= 24 && directions.iter().enumerate().all(equally_spaced),
            "{} does not have equally spaced directions on the horizon",
            path.display()
        );
        let mut head = Self { directions };
        head.align();
        Ok(head)
    }

    /// Finds how much later each direction arrives than the one before, at each ear: where they correlate best.
    fn align(&mut self) {
        let steps = ((ALIGNED_HZ[1] - ALIGNED_HZ[0]) / ALIGNED_STEP_HZ) as usize;
        let frequencies_hz: Vec<f64> = (0..=steps)
            .map(|n| ALIGNED_HZ[0] + n as f64 * ALIGNED_STEP_HZ)
            .collect();
        let spectra = self.spectra(&frequencies_hz);
        let count = self.directions.len();
        let trials = (LARGEST_SHIFT_S / SHIFT_STEP_S) as i32;
        for (n, here) in spectra.iter().enumerate() {
            let next = &spectra[(n + 1) % count];
            self.directions[n].shift_to_next_s = std::array::from_fn(|ear| {
                let correlation = |shift_s: f64| -> f64 {
                    let bins = here[ear].iter().zip(&next[ear]).zip(&frequencies_hz);
                    bins.map(|((a, b), f)| (a.conj() * b * Complex64::from_polar(1.0, TAU * f * shift_s)).re)
                        .sum()
                };
                let shifts_s = (-trials..=trials).map(|trial| f64::from(trial) * SHIFT_STEP_S);
                let tried = shifts_s.map(|shift_s| (shift_s, correlation(shift_s)));
                tried
                    .reduce(|best, next| if next.1 > best.1 { next } else { best })
                    .map_or(0.0, |(shift_s, _)| shift_s)
            });
        }
    }

    /// Responses `[direction][ear][bin]` at frequencies in hertz: sums over the taps, so there is no resampling.
    fn spectra(&self, frequencies_hz: &[f64]) -> Vec<[Vec<Complex64>; 2]> {
        let response = |taps: &[f64], frequency_hz: f64| {
            let step = Complex64::from_polar(1.0, -TAU * frequency_hz / SAMPLE_RATE);
            // Horner's rule, from the last tap on.
            taps.iter()
                .rev()
                .fold(Complex64::default(), |sum, tap| sum * step + tap)
        };
        let both = |direction: &Direction| {
            direction
                .responses
                .each_ref()
                .map(|taps| frequencies_hz.iter().map(|&f| response(taps, f)).collect())
        };
        self.directions.iter().map(both).collect()
    }

    /// The head on frequencies in hertz.
    ///
    /// What all directions share – the loudspeaker of the measurement, the ear canal – is divided out as the root of the mean
    /// power over the horizon and both ears. It changes no ratio, but it would make an inverse depend on it.
    #[must_use]
    pub fn on(&self, frequencies_hz: &[f64]) -> HeadSpectra {
        let mut spectra = self.spectra(frequencies_hz);
        for bin in 0..frequencies_hz.len() {
            let ears = || spectra.iter().flatten();
            let power = ears().map(|ear| ear[bin].norm_sqr()).sum::<f64>() / ears().count() as f64;
            let scale = 1.0 / power.max(f64::MIN_POSITIVE).sqrt();
            for ear in spectra.iter_mut().flatten() {
                ear[bin] *= scale;
            }
        }
        HeadSpectra {
            angular_frequencies: frequencies_hz.iter().map(|f| TAU * f).collect(),
            shifts_to_next_s: self.directions.iter().map(|d| d.shift_to_next_s).collect(),
            spectra,
        }
    }
}

/// A measured head on given frequencies.
#[derive(Debug, Clone)]
pub struct HeadSpectra {
    angular_frequencies: Vec<f64>,
    shifts_to_next_s: Vec<[f64; 2]>,
    /// `[direction][ear][bin]`.
    spectra: Vec<[Vec<Complex64>; 2]>,
}

impl DirectionalHead for HeadSpectra {
    /// Between two directions the responses are mixed after they have been brought together in time.
    fn responses(&self, bin: usize, azimuth_rad: f64) -> [Complex64; 2] {
        let count = self.spectra.len();
        let place = azimuth_rad.rem_euclid(TAU) / TAU * count as f64;
        let (here, share) = (place as usize % count, place.fract());
        let next = (here + 1) % count;
        [0, 1].map(|ear| {
            let shift = self.angular_frequencies[bin] * self.shifts_to_next_s[here][ear];
            let later = self.spectra[next][ear][bin] * Complex64::from_polar(1.0, shift);
            let mixed = self.spectra[here][ear][bin] * (1.0 - share) + later * share;
            mixed * Complex64::from_polar(1.0, -shift * share)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proscenium_dsp::analysis::{amplitude_db, log_frequencies_hz};

    /// The head, unless the file is missing, which is told.
    fn kemar() -> Option<MeasuredHead> {
        let path = Path::new(KEMAR);
        if !path.exists() {
            println!("left out: {KEMAR} is missing (Debian package libmysofa1)");
            return None;
        }
        Some(MeasuredHead::open(path).unwrap())
    }

    /// Phase delay of the right ear after the left one at a low frequency is the interaural time there.
    #[test]
    fn kemar_interaural_time_at_the_side_is_that_of_a_head() {
        let Some(head) = kemar() else { return };
        let frequencies_hz: Vec<f64> = (10..=20).map(|n| 100.0 * f64::from(n)).collect();
        let on = head.on(&frequencies_hz);
        // Group delay over 1 to 2 kHz from the unwrapped phase of the ratio.
        let ratio = |bin: usize| {
            let [left, right] = on.responses(bin, TAU / 4.0);
            right / left
        };
        let mut phase = 0.0;
        for bin in 1..frequencies_hz.len() {
            phase += (ratio(bin) / ratio(bin - 1)).arg();
        }
        let delay_s = -phase / (TAU * 1000.0);
        assert!((delay_s - 0.65e-3).abs() < 0.1e-3, "{delay_s}");
        let [left, right] = on.responses(0, TAU / 4.0);
        assert!(left.norm() > 1.5 * right.norm(), "the left side is at the left ear");
    }

    #[test]
    fn kemar_ears_mirror_each_other() {
        let Some(head) = kemar() else { return };
        let frequencies_hz = log_frequencies_hz(200.0, 5000.0, 6);
        let on = head.on(&frequencies_hz);
        for azimuth_deg in [0.0_f64, 5.0, 7.3, 30.0, 90.0, 140.0] {
            let mut sum = 0.0;
            for bin in 0..frequencies_hz.len() {
                let [left, _] = on.responses(bin, azimuth_deg.to_radians());
                let [_, right] = on.responses(bin, -azimuth_deg.to_radians());
                sum += amplitude_db(left.norm() / right.norm()).abs();
            }
            let mean_db = sum / frequencies_hz.len() as f64;
            assert!(mean_db < 1.0, "{azimuth_deg}°: {mean_db} dB");
        }
    }

    /// Every second direction is guessed from its neighbours, twice as far apart as they ever are.
    #[test]
    fn kemar_directions_are_what_their_neighbours_lead_to() {
        let Some(head) = kemar() else { return };
        let frequencies_hz = log_frequencies_hz(500.0, 8000.0, 6);
        let whole = head.on(&frequencies_hz);
        let mut halved = MeasuredHead {
            directions: head.directions.iter().step_by(2).cloned().collect(),
        };
        halved.align();
        let halved = halved.on(&frequencies_hz);
        let (mut error, mut power) = (0.0, 0.0);
        for n in [71.0, 1.0, 3.0, 5.0, 7.0] {
            let azimuth_rad = n / 72.0 * TAU;
            for bin in 0..frequencies_hz.len() {
                let (a, b) = (whole.responses(bin, azimuth_rad), halved.responses(bin, azimuth_rad));
                for ear in 0..2 {
                    error += (a[ear] - b[ear]).norm_sqr();
                    power += a[ear].norm_sqr();
                }
            }
        }
        let error_db = 10.0 * (error / power).log10();
        assert!(error_db < -20.0, "{error_db} dB");
    }
}
