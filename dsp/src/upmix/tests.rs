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
