//! A whole design: the weights of all paths, aligned and realised as filters.

use realfft::num_complex::Complex64;

use super::bands::band_gate;
use super::directivity_guard::DirectivityGuard;
use super::effort::Realised;
use super::far_ear::Crosstalk;
use super::fit::Fit;
use super::grid::Grid;
use super::realise::{FADES, FITTED_FADES, Realiser, SHORT_FADES};
use super::settings::DesignSettings;
use super::weights::PathWeights;
use crate::acoustics::Ear;
use crate::array::{Device, Driver, Path};
use crate::engine::{Fir, Timing};
use crate::parallel;

/// A path delay up to this share of the filter's length is part of its taps; a longer one precedes them.
const LONGEST_DELAY_IN_TAPS: f64 = 0.25;

/// Directivity that the beam may lose against the reference drivers by themselves, dB, and times that it is brought back to
/// that. If it then still loses more than the largest loss, as for devices whose drivers are far apart and of different bands, the
/// beam becomes weaker at all frequencies, to which truncation does nothing.
const DIRECTIVITY_LOSS_DB: f64 = 0.25;
const DIRECTIVITY_ROUNDS: usize = 3;
const LARGEST_DIRECTIVITY_LOSS_DB: f64 = 0.4;

/// Filters of one path, one per output; the mixture `base + strength · (full − base)` is the path at that strength.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PathFilters {
    /// Reference drivers alone.
    pub base: Vec<Fir>,
    /// The full effect.
    pub full: Vec<Fir>,
}

/// Filters for what the virtual pair brings to the left and to the right ear from the other side, at the full effect; at none it
/// plays no part. They are those of the side path to that ear, less what crosstalk brings there already.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FarFilters {
    /// To the drivers, by ear.
    pub drivers: [Vec<Fir>; 2],
    /// To the listener's ears, by ear.
    pub preview: [Vec<Fir>; 2],
}

/// Filter inputs of the engine: each path once for its reference drivers alone and once for the full effect, then the virtual
/// pair's signals for the left and the right ear from the other side.
pub const FILTER_INPUTS: usize = 2 * Path::ALL.len() + 2;

/// A finished design as finite impulse responses.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// Position of each driver towards the listener's left, metres.
    pub lateral_m: Vec<f64>,
    /// Main reference driver of the left and the right path.
    pub reference_drivers: [usize; 2],
    /// Operating band of each driver, hertz; `None` is full-range.
    pub band_hz: Vec<Option<[f64; 2]>>,
    /// Correction of each output channel's level, dB; part of the filters already.
    pub correction_db: Vec<f64>,
    /// Directivity index that the centre beam shall hold, dB, where it is designed for that.
    pub directivity_target_db: Option<f64>,
    /// Filters to the drivers, by [`Path`].
    pub drivers: [PathFilters; 3],
    /// Flight to the listener that the filters to the ears leave out, samples.
    pub flight_samples: f64,
    /// Filters to the listener's ears, by [`Path`].
    pub preview: [PathFilters; 3],
    /// Filters of the virtual pair's signals for the far ears.
    pub far: FarFilters,
}

impl Design {
    /// Designs the filters of a device. Takes tens of milliseconds; not for the audio thread.
    pub fn new(device: &Device, settings: &DesignSettings, timing: &Timing) -> Self {
        let weights = PathWeights::new(device, settings, timing);
        let assembly = Assembly {
            device,
            timing,
            realiser: Realiser::new(weights.grid.clone(), timing.taps),
            delays: within_room(weights.path_delays(timing), device, timing),
            weights,
            muted: settings.muted,
            effort_limit_db: f64::from(settings.effort_db),
        };
        // Ideal drivers, which the acoustic model describes; the output channels then correct real ones.
        let mut ideal = three(|path| assembly.path(path));
        let mut far = assembly.far_filters([Path::Left, Path::Right].map(|path| ideal[path as usize].full.as_slice()));
        let paths = ideal.iter_mut().flat_map(|path| [&mut path.base, &mut path.full]);
        paths.chain(&mut far).for_each(|firs| assembly.mute(firs));
        let preview = three(|path| PathFilters {
            base: assembly.ear_filters(&ideal[path].base),
            full: assembly.ear_filters(&ideal[path].full),
        });
        let corrected = |firs: &[Fir]| -> Vec<Fir> {
            let channels = firs.iter().zip(&device.drivers);
            channels
                .map(|(fir, driver)| correct(fir, driver, timing.sample_rate))
                .collect()
        };
        let lateral_m = |driver: &Driver| driver.position_m(&device.enclosure)[1];
        Self {
            lateral_m: device.drivers.iter().map(lateral_m).collect(),
            reference_drivers: [Path::Left, Path::Right].map(|path| main_reference(device, path)),
            band_hz: device.drivers.iter().map(|driver| driver.band_hz).collect(),
            correction_db: device.drivers.iter().map(|driver| driver.gain_db).collect(),
            directivity_target_db: assembly.weights.directivity_target_db,
            flight_samples: assembly.weights.flight_samples(),
            drivers: ideal.map(|path| PathFilters {
                base: corrected(&path.base),
                full: corrected(&path.full),
            }),
            preview,
            far: FarFilters {
                preview: [&far[0], &far[1]].map(|drivers| assembly.ear_filters(drivers)),
                drivers: far.map(|drivers| corrected(&drivers)),
            },
        }
    }

    /// Filters to the drivers by the engine's filter inputs.
    #[must_use]
    pub fn driver_banks(&self) -> [&[Fir]; FILTER_INPUTS] {
        by_input(&self.drivers, &self.far.drivers)
    }

    /// Filters to the listener's ears by the engine's filter inputs.
    #[must_use]
    pub fn preview_banks(&self) -> [&[Fir]; FILTER_INPUTS] {
        by_input(&self.preview, &self.far.preview)
    }
}

/// Filters in the order of [`FILTER_INPUTS`].
fn by_input<'a>(
    [left, right, center]: &'a [PathFilters; 3],
    [far_left, far_right]: &'a [Vec<Fir>; 2],
) -> [&'a [Fir]; FILTER_INPUTS] {
    [
        &left.base,
        &left.full,
        &right.base,
        &right.full,
        &center.base,
        &center.full,
        far_left,
        far_right,
    ]
}

/// Filters of all paths by number.
fn three(filters: impl Fn(usize) -> PathFilters + Sync) -> [PathFilters; 3] {
    // The centre takes longest and goes first.
    let last = Path::ALL.len() - 1;
    let mut all = parallel::map(Path::ALL.len(), 1, |n| filters(last - n))
        .into_iter()
        .rev();
    std::array::from_fn(|_| all.next().unwrap_or_default())
}

/// Turns weights into filters.
struct Assembly<'a> {
    device: &'a Device,
    timing: &'a Timing,
    weights: PathWeights,
    realiser: Realiser,
    /// Delay of each path, samples.
    delays: [f64; 3],
    /// Drivers to leave silent, one bit each.
    muted: u16,
    /// Largest effort of a side path, dB.
    effort_limit_db: f64,
}

impl Assembly<'_> {
    /// Filters of one path to ideal drivers. Truncation acts on what the full effect adds, so that both parts keep the
    /// same main tap.
    fn path(&self, path: usize) -> PathFilters {
        let drivers = self.device.drivers.len();
        let added: Vec<Vec<Complex64>> = (0..drivers)
            .map(|driver| {
                let parts = self.weights.full[path].iter().zip(&self.weights.base[path]);
                parts.map(|(full, base)| full[driver] - base[driver]).collect()
            })
            .collect();
        let bases: Vec<Fir> = (0..drivers).map(|driver| self.base(path, driver)).collect();
        let changes = match Path::ALL[path] {
            Path::Left => self.within_effort(path, Ear::Left, &bases, added),
            Path::Right => self.within_effort(path, Ear::Right, &bases, added),
            Path::Center => self.directive(path, &bases, added),
        };
        let full = bases
            .iter()
            .zip(&changes)
            .map(|(base, change)| sum(change, base))
            .collect();
        PathFilters { base: bases, full }
    }

    /// Leaves muted drivers silent; the others play on as they did.
    fn mute(&self, firs: &mut [Fir]) {
        let drivers = firs.iter_mut().enumerate();
        drivers
            .filter(|(driver, _)| self.muted >> driver & 1 == 1)
            .for_each(|(_, fir)| *fir = Fir::default());
    }

    /// Filters of what a side path adds, `[driver][bin]`, as far as its effort at an ear stays in bounds.
    fn within_effort(&self, path: usize, ear: Ear, bases: &[Fir], mut added: Vec<Vec<Complex64>>) -> Vec<Fir> {
        let mut changes = self.cut_off(path, &added);
        let responses = self.weights.zone.design_point();
        let realised = Realised {
            base: &self.responses(bases),
            change: &self.responses(&changes),
            response: &|driver, bin| responses.at(ear, driver, bin),
        };
        if let Some(shares) = realised.share_within(&self.weights.grid, self.effort_limit_db) {
            scale(&mut added, &shares);
            changes = self.cut_off(path, &added);
        }
        changes
    }

    /// Filters of what the centre path adds, `[driver][bin]`, as far as it costs no directivity.
    fn directive(&self, path: usize, bases: &[Fir], mut added: Vec<Vec<Complex64>>) -> Vec<Fir> {
        if added.iter().flatten().all(|value| *value == Complex64::default()) {
            return self.cut_off(path, &added);
        }
        let PathWeights { grid, distance_m, .. } = &self.weights;
        let guard = DirectivityGuard::new(self.device, &grid.frequencies_hz, *distance_m);
        let base = self.responses(bases);
        let share = |changes: &[Fir], loss_db: f64| guard.share(&base, &self.responses(changes), loss_db);
        // Truncation acts on what is left too, so this may take more than one round. The fit takes longest and changes little, so it
        // comes once, at the end.
        for _ in 0..DIRECTIVITY_ROUNDS {
            let Some(shares) = share(&self.cut_off(path, &added), DIRECTIVITY_LOSS_DB) else {
                break;
            };
            scale(&mut added, &shares);
        }
        let mut changes = self.fitted(path, &added);
        if let Some(shares) = share(&changes, LARGEST_DIRECTIVITY_LOSS_DB) {
            let least = shares.iter().copied().fold(1.0, f64::min) as f32;
            let taps = changes.iter_mut().flat_map(|fir| &mut fir.taps);
            taps.for_each(|tap| *tap *= least);
        }
        changes
    }

    /// Responses of filters, `[driver][bin]`.
    fn responses(&self, firs: &[Fir]) -> Vec<Vec<Complex64>> {
        firs.iter().map(|fir| self.response(fir)).collect()
    }

    /// Filter of a driver as a reference driver. A plain weight without tone or delay is a single tap, exactly.
    fn base(&self, path: usize, driver: usize) -> Fir {
        let weights = &self.weights.base[path];
        let weight = weights[0][driver];
        let constant = weights.iter().all(|weights| weights[driver] == weight);
        if constant && weight == Complex64::default() {
            return Fir::default();
        }
        let plain_tone = self.weights.tone[path].iter().all(|&tone| tone == Complex64::from(1.0));
        if constant && plain_tone && self.delays[path] == 0.0 {
            return Fir {
                start: self.timing.modelling_delay,
                taps: vec![weight.re as f32],
            };
        }
        let on_grid: Vec<Complex64> = weights.iter().map(|weights| weights[driver]).collect();
        let whole = continued(&on_grid, self.weights.grid.transform_bins());
        self.filter(path, &whole)
    }

    /// Filter with the given response by bin, tone and path delay.
    fn filter(&self, path: usize, response: &[Complex64]) -> Fir {
        let taps = self.realiser.taps(&self.delayed(path, response));
        fir(self.start(path), &self.realiser.faded(&taps, FADES))
    }

    /// Filters with the given responses, `[driver][bin]`, each cut off by itself.
    fn cut_off(&self, path: usize, responses: &[Vec<Complex64>]) -> Vec<Fir> {
        responses.iter().map(|response| self.filter(path, response)).collect()
    }

    /// The same, fitted together to what is heard at the points of the beam.
    fn fitted(&self, path: usize, responses: &[Vec<Complex64>]) -> Vec<Fir> {
        let PathWeights { grid, beam_points, .. } = &self.weights;
        let drivers = self.device.drivers.iter();
        let gates: Vec<Vec<f64>> = drivers.map(|driver| fitting_gate(driver, grid)).collect();
        let spectra: Vec<Vec<Complex64>> = responses.iter().map(|response| self.delayed(path, response)).collect();
        let taps = Fit::new(&self.realiser, FITTED_FADES, beam_points, &gates).taps(&spectra);
        taps.iter().map(|taps| fir(self.start(path), taps)).collect()
    }

    /// A response by bin with the tone of a path and the delay of its main tap.
    fn delayed(&self, path: usize, response: &[Complex64]) -> Vec<Complex64> {
        let tone = &self.weights.tone[path];
        let spectrum: Vec<Complex64> = response.iter().zip(tone).map(|(w, tone)| w * tone).collect();
        let delay = self.timing.modelling_delay as f64 + self.delays[path] - self.start(path) as f64;
        self.realiser.delayed(&spectrum, delay)
    }

    /// Samples before the first tap of a path: its delay, where that is too long to be part of the taps.
    fn start(&self, path: usize) -> usize {
        let delay = self.delays[path];
        let long = delay > LONGEST_DELAY_IN_TAPS * self.timing.taps as f64;
        if long { delay as usize } else { 0 }
    }

    /// Response of a filter, by bin.
    fn response(&self, fir: &Fir) -> Vec<Complex64> {
        let taps: Vec<f64> = fir.taps.iter().copied().map(f64::from).collect();
        self.realiser.delayed(&self.realiser.spectrum(&taps), fir.start as f64)
    }

    /// Filters to ideal drivers for what the virtual pair brings to the far ears, from those of the side paths.
    fn far_filters(&self, sides: [&[Fir]; 2]) -> [Vec<Fir>; 2] {
        let spectra = sides.map(|firs| self.responses(firs));
        let at_ears = spectra
            .each_ref()
            .map(|spectra| Ear::BOTH.map(|ear| self.heard(spectra, ear)));
        // A side path at the ear that it is meant for, and at the other.
        let crossing = |side: usize| [side, 1 - side].map(|ear| at_ears[side][ear].as_slice());
        std::array::from_fn(|far| {
            let crosstalk = Crosstalk {
                own: crossing(1 - far),
                other: crossing(far),
            };
            let Grid {
                frequencies_hz,
                sample_rate,
                ..
            } = &self.weights.grid;
            let bins = frequencies_hz.iter().enumerate();
            let missing: Vec<Complex64> = bins
                .map(|(bin, &frequency_hz)| crosstalk.far_share(bin, frequency_hz, *sample_rate) - 1.0)
                .collect();
            let drivers = sides[far].iter().zip(&spectra[far]);
            drivers
                .map(|(fir, spectrum)| self.with_shares(far, fir, spectrum, &missing))
                .collect()
        })
    }

    /// A filter of a path, with this spectrum, and so much of it on top, by bin.
    fn with_shares(&self, path: usize, filter: &Fir, spectrum: &[Complex64], shares: &[Complex64]) -> Fir {
        if filter.taps.is_empty() {
            return Fir::default();
        }
        let start = self.start(path);
        let added: Vec<Complex64> = spectrum
            .iter()
            .zip(shares)
            .map(|(value, share)| value * share)
            .collect();
        let taps = self.realiser.taps(&self.realiser.delayed(&added, -(start as f64)));
        sum(filter, &fir(start, &self.realiser.faded(&taps, SHORT_FADES)))
    }

    /// What is heard of drivers with these spectra at one ear of the design point, by bin.
    fn heard(&self, spectra: &[Vec<Complex64>], ear: Ear) -> Vec<Complex64> {
        let responses = self.weights.zone.design_point();
        let at = |bin: usize| {
            let drivers = spectra.iter().enumerate();
            drivers
                .map(|(n, spectrum)| spectrum[bin] * responses.at(ear, n, bin))
                .sum()
        };
        (0..self.weights.grid.len()).map(at).collect()
    }

    /// Filters from a path to the two ears through its drivers, level with the input. The flight to the listener is left
    /// out, so that the preview has the latency of the drivers.
    fn ear_filters(&self, drivers: &[Fir]) -> Vec<Fir> {
        let spectra = self.responses(drivers);
        let PathWeights { grid, distance_m, .. } = &self.weights;
        let flight = self.weights.flight_samples();
        let ears = Ear::BOTH.map(|ear| -> Vec<Complex64> {
            let pressures = self.heard(&spectra, ear).into_iter().enumerate();
            pressures
                .map(|(bin, pressure)| pressure * Complex64::from_polar(*distance_m, grid.omega(bin) * flight))
                .collect()
        });
        ears.map(|spectrum| fir(0, &self.realiser.faded(&self.realiser.taps(&spectrum), SHORT_FADES)))
            .into()
    }
}

/// A response continued to `bins` bins with its last magnitude and its last delay.
fn continued(response: &[Complex64], bins: usize) -> Vec<Complex64> {
    let mut whole = response.to_vec();
    let step = match response {
        [.., before, last] if before.norm() > 0.0 && last.norm() > 0.0 => {
            let step = last / before;
            step / step.norm()
        }
        _ => Complex64::from(1.0),
    };
    let last = response.last().copied().unwrap_or_default();
    whole.extend(
        (1..)
            .map(|n| last * step.powi(n))
            .take(bins.saturating_sub(response.len())),
    );
    whole
}

/// A filter with taps in single precision.
fn fir(start: usize, taps: &[f64]) -> Fir {
    Fir {
        start,
        taps: taps.iter().map(|&tap| tap as f32).collect(),
    }
}

/// Path delays as far as the engine has room for them beside the delays of the output channels.
fn within_room(delays: [f64; 3], device: &Device, timing: &Timing) -> [f64; 3] {
    let channel_delay = |driver: &Driver| driver.output_delay_samples(timing.sample_rate);
    let longest = device.drivers.iter().map(channel_delay).max().unwrap_or(0);
    let room = timing.extra_delay.saturating_sub(longest) as f64;
    delays.map(|delay| delay.min(room))
}

/// Where a driver may be fitted, 0 to 1 by bin: an octave further than its band, or the fit had to end where it is needed most.
fn fitting_gate(driver: &Driver, grid: &Grid) -> Vec<f64> {
    let band_hz = driver.band_hz.map(|[low, high]| [0.5 * low, 2.0 * high]);
    let frequencies = grid.frequencies_hz.iter();
    frequencies
        .map(|&frequency_hz| band_gate(band_hz, frequency_hz))
        .collect()
}

/// The reference driver of a path that works over the widest band.
fn main_reference(device: &Device, path: Path) -> usize {
    let octaves = |driver: usize| {
        device.drivers[driver]
            .band_hz
            .map_or(f64::INFINITY, |[low, high]| (high / low).log2())
    };
    let references = device.reference_drivers(path);
    references
        .iter()
        .copied()
        .reduce(|best, n| if octaves(n) > octaves(best) { n } else { best })
        .unwrap_or(0)
}

/// Scales filters, `[driver][bin]`, by a share by bin.
fn scale(filters: &mut [Vec<Complex64>], shares: &[f64]) {
    let values = filters.iter_mut().flat_map(|filter| filter.iter_mut().zip(shares));
    values.for_each(|(value, share)| *value *= share);
}

/// Sum of two filters.
fn sum(a: &Fir, b: &Fir) -> Fir {
    let sounding: Vec<&Fir> = [a, b].into_iter().filter(|fir| !fir.taps.is_empty()).collect();
    let start = sounding.iter().map(|fir| fir.start).min().unwrap_or(0);
    let end = sounding.iter().map(|fir| fir.end()).max().unwrap_or(0);
    let mut taps = vec![0.0; end - start];
    for fir in sounding {
        for (sum, tap) in taps[fir.start - start..].iter_mut().zip(&fir.taps) {
            *sum += tap;
        }
    }
    Fir { start, taps }
}

/// A filter with its output channel's own gain, delay and polarity.
fn correct(fir: &Fir, driver: &Driver, sample_rate: f64) -> Fir {
    let gain = driver.output_gain() as f32;
    Fir {
        start: fir.start + driver.output_delay_samples(sample_rate),
        taps: fir.taps.iter().map(|tap| tap * gain).collect(),
    }
}
