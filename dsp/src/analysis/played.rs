//! What the whole engine plays of a source panned between left and right, as filters from the source to the drivers.

use std::sync::Arc;

use realfft::RealFftPlanner;
use realfft::num_complex::Complex64;

use crate::array::Device;
use crate::design::{Design, DesignSettings};
use crate::engine::{Controls, DesignRequest, Engine, FilterSet, Fir, Meters, Output, Settled, Timing};

/// Length of the source, and of its beginning that is not looked at, seconds: the upmix needs that to find out.
const SECONDS: f64 = 4.0;
const SETTLING_SECONDS: f64 = 1.0;
/// Samples that are transformed at a time, many times as long as the filters.
const FRAME: usize = 8192;
/// Longest response that is sought, samples: with the delay of a path it is longer than a filter.
const TAPS: usize = 2048;
/// Samples that responses begin before the reported latency, for what rings before the main tap.
const AHEAD: usize = 512;
/// Peak of the source: far below what the peak guard has to do with.
const PEAK: f32 = 0.02;

/// Filters, one per driver, from white noise to the drivers of a device, as the engine plays it with the gains `pan` on left and
/// right, by cross-spectra. They begin [`AHEAD`] samples early. The controls' output is [`Output::Drivers`] whatever it says.
#[must_use]
pub fn played_filters(
    device: &Device,
    design: &Design,
    settings: DesignSettings,
    timing: Timing,
    controls: Controls,
    pan: [f32; 2],
) -> Vec<Fir> {
    let drivers = device.drivers.len();
    let channels = drivers.max(2);
    let request = DesignRequest { settings, apply_at: 0 };
    let set = Arc::new(FilterSet::new(design, &timing, channels, &request));
    let mut engine = Engine::new(timing, channels, set, Arc::new(Meters::default()));
    let controls = Controls {
        design: settings,
        output: Output::Drivers,
        ..controls
    };
    let source = white_noise((SECONDS * timing.sample_rate) as usize);
    let mut outputs = vec![vec![0.0; source.len()]; channels];
    for (output, gain) in outputs.iter_mut().zip(pan) {
        output.iter_mut().zip(&source).for_each(|(out, x)| *out = gain * x);
    }
    let mut slices: Vec<&mut [f32]> = outputs.iter_mut().map(Vec::as_mut_slice).collect();
    engine.process(&mut slices, &controls, &mut Settled);
    let latency = timing.latency();
    let settled = (SETTLING_SECONDS * timing.sample_rate) as usize;
    responses(
        &source[settled..],
        outputs[..drivers].iter().map(|output| &output[settled + latency..]),
    )
}

/// White noise, the same each time.
fn white_noise(samples: usize) -> Vec<f32> {
    let mut state = 1_u64;
    let mut next = || {
        // The shift register of Marsaglia (2003).
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..samples).map(|_| PEAK * next()).collect()
}

/// Impulse responses from a source to outputs (Welch's method), [`AHEAD`] samples late.
fn responses<'a>(source: &[f32], outputs: impl Iterator<Item = &'a [f32]>) -> Vec<Fir> {
    let mut planner = RealFftPlanner::<f64>::new();
    let (forward, inverse) = (planner.plan_fft_forward(FRAME), planner.plan_fft_inverse(FRAME));
    let window: Vec<f64> = (0..FRAME)
        .map(|n| 0.5 - 0.5 * (std::f64::consts::TAU * (n as f64 + 0.5) / FRAME as f64).cos())
        .collect();
    let spectra = |signal: &[f32]| -> Vec<Vec<Complex64>> {
        let frames = signal.windows(FRAME).step_by(FRAME / 2);
        frames
            .map(|frame| {
                let mut input: Vec<f64> = frame.iter().zip(&window).map(|(&x, w)| f64::from(x) * w).collect();
                let mut spectrum = forward.make_output_vec();
                // The lengths are those of the plan, so the transform cannot fail.
                let _ = forward.process(&mut input, &mut spectrum);
                spectrum
            })
            .collect()
    };
    let heard = spectra(source);
    let response = |output: &[f32]| {
        let played = spectra(output);
        let (mut cross, mut power) = (forward.make_output_vec(), forward.make_output_vec());
        for (x, y) in heard.iter().zip(&played) {
            for (((cross, power), x), y) in cross.iter_mut().zip(&mut power).zip(x).zip(y) {
                *cross += x.conj() * y;
                *power += x.norm_sqr();
            }
        }
        let mut transfer: Vec<Complex64> = cross.iter().zip(&power).map(|(cross, power)| cross / power).collect();
        let last = transfer.len() - 1;
        (transfer[0].im, transfer[last].im) = (0.0, 0.0);
        let mut taps = inverse.make_output_vec();
        let _ = inverse.process(&mut transfer, &mut taps);
        taps.rotate_right(AHEAD);
        Fir {
            start: 0,
            taps: taps[..TAPS].iter().map(|tap| (tap / FRAME as f64) as f32).collect(),
        }
    };
    outputs.map(response).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::array::presets;
    use crate::upmix::UpmixMode;

    #[test]
    fn without_any_effect_the_reference_drivers_get_the_source() {
        let device = &presets()[0].device;
        let settings = DesignSettings {
            tone: 0.0,
            ..DesignSettings::default()
        };
        let timing = Timing::new(48_000.0, UpmixMode::Off);
        let design = Design::new(device, &settings, &timing);
        let controls = Controls {
            cancel: 0.0,
            ..Controls::default()
        };
        let filters = played_filters(device, &design, settings, timing, controls, [1.0, 0.5]);
        let [left, right] = design.reference_drivers;
        for (driver, fir) in filters.iter().enumerate() {
            for (n, &tap) in fir.taps.iter().enumerate() {
                let expected = match driver {
                    _ if n != AHEAD => 0.0,
                    driver if driver == left => 1.0,
                    driver if driver == right => 0.5,
                    _ => 0.0,
                };
                assert!((tap - expected).abs() < 1e-5, "driver {driver}, tap {n}: {tap}");
            }
        }
    }

    #[test]
    fn the_filters_of_a_path_are_found_again() {
        let device = &presets()[0].device;
        let settings = DesignSettings::default();
        let timing = Timing::new(48_000.0, UpmixMode::Off);
        let design = Design::new(device, &settings, &timing);
        let controls = Controls {
            programme: crate::engine::Programme::Binaural,
            ..Controls::default()
        };
        let filters = played_filters(device, &design, settings, timing, controls, [1.0, 0.0]);
        let begin = AHEAD - timing.modelling_delay;
        for (fir, design) in filters.iter().zip(&design.drivers[0].full) {
            for (n, &tap) in fir.taps.iter().enumerate() {
                let designed = n.checked_sub(begin + design.start).and_then(|n| design.taps.get(n));
                let expected = designed.copied().unwrap_or(0.0);
                assert!((tap - expected).abs() < 2e-3, "tap {n}: {tap}, not {expected}");
            }
        }
    }
}
