//! What must hold of the engine whatever the device: stems, leakage, a neutral path, latency, blocks.

use super::engine_run::{noise, play};
use super::figure::{Figure, Limit, Measured};
use super::subject::Subject;
use proscenium_dsp::array::Path;
use proscenium_dsp::engine::{Output, Programme};

/// Length of the signals, and from where on they count: the upmix has heard enough to judge then. Seconds.
const LENGTH_S: f64 = 2.0;
const SETTLED_S: f64 = 1.0;
/// Levels below this are nothing, dB.
const NOTHING_DB: f64 = -200.0;
/// Sizes of a host that hands over the same number of samples, and of one that does not.
const EVEN_BLOCKS: [usize; 1] = [1024];
const ODD_BLOCKS: [usize; 5] = [64, 1, 577, 1000, 31];

/// Measures through the engine.
pub(super) fn measure(subject: &Subject<'_>) -> Vec<Figure> {
    let frames = (LENGTH_S * subject.sample_rate()) as usize;
    let at_most = |floor, aim| Limit::AtMost { floor, aim };
    let programme = mix(frames);
    let stems = play(subject, Output::Stems, |_| (), &programme, &EVEN_BLOCKS);
    let latency = latency_samples(&programme[0], &sum(&stems[0], &stems[2]), 2 * subject.timing.latency());
    vec![
        Figure::db(
            "stems",
            "Stems add up to the programme, error of l + c and r + c",
            stems_error_db(subject, &programme, &stems),
            at_most(-120.0, NOTHING_DB),
        ),
        Figure::db(
            "hard_panned",
            "Hard-panned programme, leak into the centre",
            hard_panned_db(subject, frames),
            at_most(-40.0, -80.0),
        ),
        Figure::db(
            "mono",
            "Mono programme, left in the sides",
            mono_db(subject, frames),
            at_most(-60.0, -100.0),
        ),
        Figure {
            measured: neutral_db(subject, &programme),
            ..Figure::db(
                "neutral",
                "Binaural, Cancellation 0, Tone 0 against the delayed input on the reference drivers",
                0.0,
                at_most(-100.0, -120.0),
            )
        },
        Figure {
            unit: "samples",
            ..Figure::db(
                "alignment",
                "Left, right and centre arrive together, 500 Hz–4 kHz, at 48 kHz",
                super::paths::arrival_spread_samples(subject) * 48_000.0 / subject.sample_rate(),
                at_most(1.0, 0.25),
            )
        },
        Figure {
            unit: "samples",
            ..Figure::db(
                "latency",
                "Latency measured re reported",
                latency as f64 - subject.timing.latency() as f64,
                Limit::Near {
                    to: 0.0,
                    floor: 0.0,
                    aim: 0.0,
                },
            )
        },
        Figure {
            unit: "",
            ..Figure::db(
                "blocks",
                "Output of other host blocks, largest difference re the peak",
                blocks_difference(subject, &programme),
                at_most(1e-6, 0.0),
            )
        },
    ]
}

/// A mix: something common and something of each side's own.
fn mix(frames: usize) -> [Vec<f32>; 2] {
    let common = noise(1, frames);
    [2, 3].map(|seed| sum(&common, &noise(seed, frames)))
}

fn sum(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

fn energy(signal: impl IntoIterator<Item = f32>) -> f64 {
    signal.into_iter().map(|x| f64::from(x).powi(2)).sum()
}

/// Ratio of two energies, dB, not below what counts as nothing.
fn ratio_db(energy: f64, reference: f64) -> f64 {
    (10.0 * (energy / reference).log10()).max(NOTHING_DB)
}

/// Energy of `output` less `input` delayed by `latency` samples, relative to that of `input`, dB.
fn error_db(input: &[f32], output: &[f32], latency: usize) -> f64 {
    let late = &output[latency..];
    let error = late.iter().zip(input).map(|(output, input)| output - input);
    ratio_db(energy(error), energy(input[..late.len()].iter().copied()))
}

fn stems_error_db(subject: &Subject<'_>, programme: &[Vec<f32>; 2], stems: &[Vec<f32>]) -> f64 {
    let sides = programme.iter().zip(&stems[..2]);
    let errors = sides.map(|(input, side)| error_db(input, &sum(side, &stems[2]), subject.timing.latency()));
    errors.fold(NOTHING_DB, f64::max)
}

/// Lag at which the output is most like the input, samples.
fn latency_samples(input: &[f32], output: &[f32], longest: usize) -> usize {
    let likeness = |lag: usize| -> f64 {
        let pairs = output[lag..].iter().zip(input);
        pairs.map(|(output, input)| f64::from(output * input)).sum()
    };
    let lags = (0..longest.min(output.len())).map(|lag| (lag, likeness(lag)));
    lags.max_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(lag, _)| lag)
}

/// Level of the centre re the programme with one silent side, the worse of both.
fn hard_panned_db(subject: &Subject<'_>, frames: usize) -> f64 {
    let from = (SETTLED_S * subject.sample_rate()) as usize;
    let levels = [0, 1].map(|side| {
        let mut input = [vec![0.0; frames], vec![0.0; frames]];
        input[side] = noise(4, frames);
        let stems = play(subject, Output::Stems, |_| (), &input, &EVEN_BLOCKS);
        ratio_db(
            energy(stems[2][from..].iter().copied()),
            energy(input[side][from..].iter().copied()),
        )
    });
    levels[0].max(levels[1])
}

/// Level of a side re the programme with both sides alike, the worse of both.
fn mono_db(subject: &Subject<'_>, frames: usize) -> f64 {
    let from = (SETTLED_S * subject.sample_rate()) as usize;
    let input = [noise(5, frames), noise(5, frames)];
    let stems = play(subject, Output::Stems, |_| (), &input, &EVEN_BLOCKS);
    let programme = energy(input[0][from..].iter().copied());
    let levels = [0, 1].map(|side: usize| ratio_db(energy(stems[side][from..].iter().copied()), programme));
    levels[0].max(levels[1])
}

/// Error of the reference drivers' channels, and what the other channels carry, re the programme.
fn neutral_db(subject: &Subject<'_>, programme: &[Vec<f32>; 2]) -> Measured {
    let device = subject.device();
    let [left, right] = [Path::Left, Path::Right].map(|path| device.reference_drivers(path));
    let (&[left], &[right]) = (left, right) else {
        let reason = "a side of this device is the sum of several drivers, each with its band";
        return Measured::Missing(String::from(reason));
    };
    if left == right {
        return Measured::Missing(String::from("both sides play from one driver"));
    }
    let untoned = subject.with(|settings| settings.tone = 0.0);
    let neutral = |controls: &mut proscenium_dsp::engine::Controls| {
        controls.programme = Programme::Binaural;
        controls.cancel = 0.0;
    };
    let drivers = play(&untoned, Output::Drivers, neutral, programme, &EVEN_BLOCKS);
    let wanted: f64 = programme.iter().map(|side| energy(side.iter().copied())).sum();
    let mut error = 0.0;
    for (index, (signal, driver)) in drivers.iter().zip(&device.drivers).enumerate() {
        let delay = untoned.timing.latency() + driver.output_delay_samples(untoned.sample_rate());
        let gain = driver.output_gain() as f32;
        let input = [left, right]
            .iter()
            .position(|&side| side == index)
            .map(|side| &programme[side]);
        error += energy(signal.iter().enumerate().map(|(n, output)| {
            let expected = n
                .checked_sub(delay)
                .zip(input)
                .map_or(0.0, |(n, input)| gain * input[n]);
            output - expected
        }));
    }
    Measured::Value(ratio_db(error, wanted))
}

/// Largest difference between drivers' signals in two ways to hand over blocks, relative to the largest sample.
fn blocks_difference(subject: &Subject<'_>, programme: &[Vec<f32>; 2]) -> f64 {
    let [even, odd] =
        [&EVEN_BLOCKS[..], &ODD_BLOCKS].map(|blocks| play(subject, Output::Drivers, |_| (), programme, blocks));
    let largest = |differences: &mut dyn Iterator<Item = f32>| differences.fold(0.0, |most: f32, x| most.max(x.abs()));
    let difference = largest(&mut even.iter().flatten().zip(odd.iter().flatten()).map(|(a, b)| a - b));
    let peak = largest(&mut even.iter().flatten().copied());
    f64::from(difference / peak.max(f32::MIN_POSITIVE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_latency_and_an_error_are_seen() {
        let input = noise(9, 4800);
        let mut late = vec![0.0; 4800];
        late[100..].copy_from_slice(&input[..4700]);
        assert_eq!(latency_samples(&input, &late, 300), 100);
        assert!(error_db(&input, &late, 100) <= NOTHING_DB);
        assert!(error_db(&input, &late, 101) > -10.0);
        late[2000] += 0.1;
        assert!((-40.0..-20.0).contains(&error_db(&input, &late, 100)));
    }

    #[test]
    fn noise_of_two_seeds_has_nothing_in_common() {
        let [a, b] = [1, 2].map(|seed| noise(seed, 48_000));
        let common: f64 = a.iter().zip(&b).map(|(a, b)| f64::from(a * b)).sum();
        assert!(common.abs() < 0.02 * energy(a), "{common}");
    }
}
