//! What the extractor does to programmes whose centre is known.

use super::*;
use crate::testing::{band_noise, db, noise, power};

const SAMPLE_RATE: f64 = 48_000.0;
const MODES: [UpmixMode; 2] = [UpmixMode::LowLatency, UpmixMode::High];

/// A second of programme to settle, then two seconds to measure.
const SETTLED: usize = 48_000;
const SAMPLES: usize = 3 * 49_152;

fn extract(extractor: &mut CenterExtractor, left: &[f32], right: &[f32]) -> Vec<f32> {
    let hop = extractor.hop();
    let mut center = vec![f32::NAN; left.len()];
    for (out, (l, r)) in center.chunks_mut(hop).zip(left.chunks(hop).zip(right.chunks(hop))) {
        extractor.process_hop(l, r, out);
    }
    center
}

/// The centre after settling, aligned with `left[SETTLED..]`.
fn settled_center(mode: UpmixMode, left: &[f32], right: &[f32]) -> Vec<f32> {
    let mut extractor = CenterExtractor::new(mode.window(SAMPLE_RATE), SAMPLE_RATE);
    extract(&mut extractor, left, right).split_off(SETTLED + extractor.lag_samples())
}

fn mix(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}

fn scaled(a: &[f32], gain: f32) -> Vec<f32> {
    a.iter().map(|v| v * gain).collect()
}

fn difference_db(a: &[f32], b: &[f32]) -> f64 {
    let difference: Vec<f32> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    db(power(&difference) / power(b))
}

/// Level of the part of `estimate` that follows `truth`, and its ratio to the rest, in decibels.
fn level_and_distortion_db(estimate: &[f32], truth: &[f32]) -> (f64, f64) {
    let truth = &truth[..estimate.len()];
    let product: f64 = estimate.iter().zip(truth).map(|(e, t)| f64::from(e * t)).sum();
    let gain = product / (power(truth) * truth.len() as f64);
    let follows = scaled(truth, gain as f32);
    (db(gain * gain), -difference_db(estimate, &follows))
}

#[test]
fn window_keeps_its_duration_over_sample_rates() {
    for (rate, low, high) in [
        (44_100.0, 512, 2048),
        (48_000.0, 512, 2048),
        (88_200.0, 1024, 4096),
        (192_000.0, 2048, 8192),
        (8_000.0, 64, 256),
    ] {
        assert_eq!(UpmixMode::Off.window(rate), 0);
        assert_eq!(UpmixMode::LowLatency.window(rate), low);
        assert_eq!(UpmixMode::High.window(rate), high);
    }
}

#[test]
fn mono_goes_to_the_centre() {
    let mono = noise(1, SAMPLES);
    for mode in MODES {
        let center = settled_center(mode, &mono, &mono);
        let left_behind_db = difference_db(&center, &mono[SETTLED..]);
        println!("{mode:?}: mono left in the sides {left_behind_db:.1} dB");
        assert!(left_behind_db < -110.0, "{mode:?}: {left_behind_db} dB");
    }
}

#[test]
fn hard_panned_source_stays_out_of_the_centre() {
    let (source, silence) = (noise(2, SAMPLES), vec![0.0; SAMPLES]);
    for mode in MODES {
        for (left, right) in [(&source, &silence), (&silence, &source)] {
            let leak_db = db(power(&settled_center(mode, left, right)) / power(&source));
            println!("{mode:?}: hard-panned leak {leak_db:.1} dB");
            assert!(leak_db < -110.0, "{mode:?}: {leak_db} dB");
        }
    }
}

#[test]
fn centre_is_told_from_sides_in_other_bands() {
    let [center, left, right] = [(3, [1000.0, 2000.0]), (4, [200.0, 500.0]), (5, [3000.0, 6000.0])]
        .map(|(seed, band_hz)| band_noise(seed, SAMPLES, band_hz));
    for mode in MODES {
        let estimate = settled_center(mode, &mix(&center, &left), &mix(&center, &right));
        let (level_db, ratio_db) = level_and_distortion_db(&estimate, &center[SETTLED..]);
        println!("{mode:?}: centre among sides: level {level_db:.2} dB, signal to distortion {ratio_db:.1} dB");
        assert!(level_db.abs() < 0.5, "{mode:?}: {level_db} dB");
        assert!(ratio_db > 20.0, "{mode:?}: {ratio_db} dB");
    }
}

#[test]
fn white_parts_of_equal_power_are_estimated_as_well_as_theory_allows() {
    // Without any spectral difference the best estimate is the mid signal at two thirds: error one third, −4.8 dB.
    let [center, left, right] = [6, 7, 8].map(|seed| noise(seed, SAMPLES));
    for mode in MODES {
        let estimate = settled_center(mode, &mix(&center, &left), &mix(&center, &right));
        let error_db = difference_db(&estimate, &center[SETTLED..]);
        println!("{mode:?}: independent white parts, error {error_db:.2} dB");
        assert!(error_db < -3.3, "{mode:?}: {error_db} dB");
    }
}

#[test]
fn panned_source_stays_in_the_pair_and_slight_imbalance_does_not_matter() {
    let source = noise(9, SAMPLES);
    for mode in MODES {
        for (gain_db, in_center_db) in [(-12.0, -120.0..-40.0), (-6.0, -120.0..-30.0), (-0.5, -1.0..0.0)] {
            let quieter = scaled(&source, 10_f32.powf(gain_db / 20.0));
            let center_db = db(power(&settled_center(mode, &source, &quieter)) / power(&source));
            println!("{mode:?}: source panned by {gain_db} dB, in the centre {center_db:.1} dB");
            assert!(
                in_center_db.contains(&center_db),
                "{mode:?}, {gain_db} dB: {center_db} dB"
            );
        }
    }
}

/// Noise in every second stretch of this many samples, from the first or the second on.
fn bursts(seed: u64, first: usize, length: usize) -> Vec<f32> {
    let burst = |(n, v)| if (n / length) % 2 == first { v } else { 0.0 };
    noise(seed, SAMPLES).into_iter().enumerate().map(burst).collect()
}

/// The centre by a common rule on the same windows: the mid signal, in each bin scaled by `1 − |L−R| / |L+R|`.
fn center_by_rule(mode: UpmixMode, left: &[f32], right: &[f32]) -> Vec<f32> {
    let window = mode.window(SAMPLE_RATE);
    let hop = window / OVERLAP;
    let (mut analysis, mut synthesis) = (StereoAnalysis::new(window), Synthesis::new(window));
    let mut spectrum = vec![Bins::default(); stft::groups(window)];
    let mut center = vec![0.0; left.len()];
    for (out, (l, r)) in center.chunks_mut(hop).zip(left.chunks(hop).zip(right.chunks(hop))) {
        analysis.advance(l, r);
        for (center, (l, r)) in spectrum.iter_mut().zip(analysis.left.iter().zip(&analysis.right)) {
            for i in 0..l.re.len() {
                let mid = (l.re[i] + r.re[i]).hypot(l.im[i] + r.im[i]);
                let side = (l.re[i] - r.re[i]).hypot(l.im[i] - r.im[i]);
                let gain = 0.5 * (mid - side).max(0.0) / mid.max(f32::MIN_POSITIVE);
                (center.re[i], center.im[i]) = (gain * (l.re[i] + r.re[i]), gain * (l.im[i] + r.im[i]));
            }
        }
        synthesis.advance(&spectrum, out);
    }
    center.split_off(SETTLED + window - hop)
}

#[test]
fn learns_where_sources_are() {
    // The centre and a source 6 dB to the left come and go, each at its own pace; a quarter of the time both sound.
    let (center, left) = (bursts(18, 0, 7_000), bursts(19, 1, 11_000));
    let channels = [mix(&center, &left), mix(&center, &scaled(&left, 0.5))];
    for mode in MODES {
        let [ours, by_rule] = [settled_center, center_by_rule].map(|estimate| {
            let estimate = estimate(mode, &channels[0], &channels[1]);
            level_and_distortion_db(&estimate, &center[SETTLED..]).1
        });
        println!("{mode:?}: panned bursts, signal to distortion {ours:.1} dB, by the rule {by_rule:.1} dB");
        assert!(ours > by_rule + 2.0, "{mode:?}: {ours} dB, by the rule {by_rule} dB");
    }
}

/// A steady tone 20 dB below full scale.
fn tone(frequency_hz: f64) -> Vec<f32> {
    let step = std::f64::consts::TAU * frequency_hz / SAMPLE_RATE;
    (0..SAMPLES).map(|n| (0.1 * (step * n as f64).sin()) as f32).collect()
}

/// What the settled centre has besides the tones, relative to the first of them, decibels.
fn besides_db(tones: &[&[f32]], center: Vec<f32>) -> f64 {
    let mut rest = center;
    for tone in tones {
        // Whatever its phase: three delays, and again, since they are not orthogonal.
        for delay in [0, 12, 31].repeat(20) {
            let tone = &tone[SETTLED - delay..][..rest.len()];
            let product: f64 = rest.iter().zip(tone).map(|(a, b)| f64::from(a * b)).sum();
            let gain = product / (power(tone) * tone.len() as f64);
            rest = mix(&rest, &scaled(tone, -gain as f32));
        }
    }
    db(power(&rest) / power(tones[0]))
}

#[test]
fn a_steady_tone_is_not_modulated() {
    let tone = tone(1003.0);
    for mode in MODES {
        for gain_db in [0.0, -1.0, -2.0, -3.0, -6.0] {
            let center = settled_center(mode, &tone, &scaled(&tone, 10_f32.powf(gain_db / 20.0)));
            let modulation_db = besides_db(&[&tone], center);
            println!("{mode:?}: tone panned by {gain_db} dB, modulation {modulation_db:.1} dB");
            assert!(modulation_db < -60.0, "{mode:?}, {gain_db} dB: {modulation_db} dB");
        }
    }
}

#[test]
fn steady_tones_at_the_sides_do_not_modulate_one_in_the_centre() {
    let (center, left, right) = (tone(1003.0), tone(397.0), tone(2609.0));
    let channels = [
        mix(&center, &mix(&left, &scaled(&right, 0.35))),
        mix(&center, &mix(&right, &scaled(&left, 0.5))),
    ];
    for (mode, limit_db) in [(UpmixMode::LowLatency, -60.0), (UpmixMode::High, -70.0)] {
        let estimate = settled_center(mode, &channels[0], &channels[1]);
        let modulation_db = besides_db(&[&center, &left, &right], estimate);
        println!("{mode:?}: modulation of a tone among tones {modulation_db:.1} dB");
        assert!(modulation_db < limit_db, "{mode:?}: {modulation_db} dB");
    }
}

#[test]
fn opposite_phase_and_silence_have_no_centre() {
    let source = noise(10, SAMPLES);
    let silence = vec![0.0; SAMPLES];
    for mode in MODES {
        let center = settled_center(mode, &source, &scaled(&source, -1.0));
        assert!(db(power(&center) / power(&source)) < -110.0);
        assert!(settled_center(mode, &silence, &silence).iter().all(|&v| v == 0.0));
    }
}

#[test]
fn swapped_channels_give_the_same_centre() {
    let (left, right) = (noise(11, SAMPLES), noise(12, SAMPLES));
    for mode in MODES {
        let (a, b) = (settled_center(mode, &left, &right), settled_center(mode, &right, &left));
        assert!(difference_db(&a, &b) < -100.0);
    }
}

#[test]
fn nothing_subnormal_comes_out_of_a_decay() {
    let samples = SAMPLES;
    let decay = |seed| -> Vec<f32> {
        let decaying = |(n, v)| v * (-(n as f32) / 400.0).exp();
        noise(seed, samples)
            .into_iter()
            .enumerate()
            .map(decaying)
            .map(|v| if v.is_normal() { v } else { 0.0 })
            .collect()
    };
    for mode in MODES {
        let mut extractor = CenterExtractor::new(mode.window(SAMPLE_RATE), SAMPLE_RATE);
        extract(&mut extractor, &decay(13), &decay(14));
        assert!(extractor.estimator.is_silent(), "{mode:?}: powers linger");
    }
}

#[test]
fn reset_equals_fresh() {
    let (left, right) = (noise(15, SAMPLES), noise(16, SAMPLES));
    for mode in MODES {
        let new = || CenterExtractor::new(mode.window(SAMPLE_RATE), SAMPLE_RATE);
        let mut used = new();
        extract(&mut used, &left, &right);
        used.reset();
        assert_eq!(
            extract(&mut used, &right, &left),
            extract(&mut new(), &right, &left),
            "{mode:?}"
        );
    }
}

#[test]
fn the_past_fades_at_the_rate_of_the_memory() {
    // The same programme after different ones of the same level: all that is remembered is averages, the slower of the two for
    // half a second.
    const PASTS: usize = 49_152;
    const BLOCK: usize = 24_576;
    let parts = [20, 21, 22].map(|seed| noise(seed, 3 * SAMPLES));
    let [left, right] = [&parts[1], &parts[2]].map(|side| mix(&parts[0], side));
    let fade_db = 20.0 * std::f64::consts::LOG10_E * BLOCK as f64 / SAMPLE_RATE / center::USUAL_S;
    for mode in MODES {
        let [a, b] = [(0, 1), (2, 0)].map(|(l, r)| {
            let mut extractor = CenterExtractor::new(mode.window(SAMPLE_RATE), SAMPLE_RATE);
            extract(&mut extractor, &parts[l][..PASTS], &parts[r][..PASTS]);
            extract(&mut extractor, &left, &right)
        });
        // From a second on: the shorter average is over, and shares are near enough for the rest to be in proportion.
        let differences: Vec<f64> = (2..10)
            .map(|block| block * BLOCK..(block + 1) * BLOCK)
            .map(|block| difference_db(&a[block.clone()], &b[block]))
            .collect();
        println!("{mode:?}: difference of pasts by half seconds {differences:.1?} dB");
        let (first, last) = (differences[0], differences[differences.len() - 1]);
        let faded_db = (first - last) / (differences.len() - 1) as f64;
        assert!(
            (faded_db / fade_db - 1.0).abs() < 0.15,
            "{mode:?}: {faded_db} dB, not {fade_db}"
        );
        assert!(last < -85.0, "{mode:?}: {last} dB after five seconds");
    }
}
