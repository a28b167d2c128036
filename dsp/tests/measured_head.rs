//! A measured head in the place of the spherical model: KEMAR as Debian's `libmysofa1` has it.

#![allow(clippy::unwrap_used)]

use proscenium_dsp::acoustics::{DirectionalHead as _, HeadPose, HeadShape, Plant};
use proscenium_dsp::analysis::{Cancellation, amplitude_db, log_frequencies_hz};
use proscenium_dsp::array::{Device, presets};
use proscenium_dsp::design::{Design, DesignSettings};
use proscenium_dsp::engine::Timing;
use proscenium_dsp::measured::{ListenerHead, MeasuredHead};
use proscenium_dsp::upmix::UpmixMode;
use std::f64::consts::TAU;
use std::sync::OnceLock;

const KEMAR: &str = "/usr/share/libmysofa/MIT_KEMAR_normal_pinna.sofa";

/// The head, unless the file is missing, which is told.
fn kemar() -> Option<&'static MeasuredHead> {
    static HEAD: OnceLock<Option<MeasuredHead>> = OnceLock::new();
    let head = HEAD.get_or_init(|| {
        let path = std::path::Path::new(KEMAR);
        if !path.exists() {
            println!("left out: {KEMAR} is missing (Debian package libmysofa1)");
            return None;
        }
        let started = std::time::Instant::now();
        let head = MeasuredHead::open(path).unwrap();
        println!(
            "read in {:?}, {} bytes as text",
            started.elapsed(),
            head.to_text().len()
        );
        Some(head)
    });
    head.as_ref()
}

/// Phase delay of the right ear after the left one at a low frequency is the interaural time there.
#[test]
fn interaural_time_at_the_side_is_that_of_a_head() {
    let Some(head) = kemar() else { return };
    let frequencies_hz: Vec<f64> = (10..=20).map(|n| 100.0 * f64::from(n)).collect();
    let on = head.on(&frequencies_hz);
    // Group delay over 1 to 2 kHz from the unwrapped phase of the ratio.
    let ratio = |bin: usize| {
        let [left, right] = on.responses(bin, TAU / 4.0);
        right / left
    };
    let phase: f64 = (1..frequencies_hz.len())
        .map(|bin| (ratio(bin) / ratio(bin - 1)).arg())
        .sum();
    let delay_s = -phase / (TAU * 1000.0);
    assert!((delay_s - 0.65e-3).abs() < 0.1e-3, "{delay_s}");
    let [left, right] = on.responses(0, TAU / 4.0);
    assert!(left.norm() > 1.5 * right.norm(), "the left side is at the left ear");
}

#[test]
fn ears_mirror_each_other() {
    let Some(head) = kemar() else { return };
    let frequencies_hz = log_frequencies_hz(200.0, 5000.0, 6);
    let on = head.on(&frequencies_hz);
    for azimuth_deg in [0.0_f64, 5.0, 7.3, 30.0, 90.0, 140.0] {
        let difference_db = |bin: usize| {
            let [left, _] = on.responses(bin, azimuth_deg.to_radians());
            let [_, right] = on.responses(bin, -azimuth_deg.to_radians());
            amplitude_db(left.norm() / right.norm()).abs()
        };
        let mean_db = (0..frequencies_hz.len()).map(difference_db).sum::<f64>() / frequencies_hz.len() as f64;
        assert!(mean_db < 1.0, "{azimuth_deg}°: {mean_db} dB");
    }
}

/// Mean and minimum of the worse ear's cancellation at a pose, dB.
fn cancellation_db(design: &Design, device: &Device, head: ListenerHead, pose: &HeadPose) -> (f64, f64) {
    let frequencies_hz = log_frequencies_hz(500.0, 6000.0, 24);
    let plant = Plant::with_head(device, &frequencies_hz, head);
    let gains = Cancellation::new(device, design, 48_000.0, &plant).gain_db(pose);
    let mean = gains.iter().sum::<f64>() / gains.len() as f64;
    (mean, gains.iter().copied().fold(f64::INFINITY, f64::min))
}

#[test]
fn filters_for_one_head_cancel_on_it_and_hold_on_another() {
    let Some(kemar) = kemar() else { return };
    let tabletop = &presets()[0].device;
    let heads = [
        ListenerHead::from(HeadShape::default()),
        ListenerHead::from(kemar.clone()),
    ];
    let timing = Timing::new(48_000.0, UpmixMode::Off);
    let pose = HeadPose::at_distance(2.0);
    for (own, other) in [(0, 1), (1, 0)] {
        for tone in [0.0, 1.0] {
            let device = tabletop.clone().with_head(heads[own].clone());
            let settings = DesignSettings {
                tone,
                ..DesignSettings::default()
            };
            let design = Design::new(&device, &settings, &timing);
            let on = |head: usize, pose: &HeadPose| cancellation_db(&design, tabletop, heads[head].clone(), pose);
            let beside = |head: usize, offset_m: f64| {
                let at = |offset_m| on(head, &HeadPose { offset_m, ..pose }).0;
                at(offset_m).min(at(-offset_m))
            };
            let (own_db, least_db) = on(own, &pose);
            let (other_db, _) = on(other, &pose);
            let (near_db, far_db) = (beside(own, 0.02), beside(own, 0.05));
            println!(
                "for {}, tone {tone}: {own_db:.1} dB there, {least_db:.1} at least, {near_db:.1} at ±2 cm, {far_db:.1} at ±5 cm; \
                 on the other {other_db:.1}, {:.1} at ±5 cm",
                ["the sphere", "KEMAR"][own],
                beside(other, 0.05)
            );
            assert!(own_db > 28.0 && least_db > 10.0 && near_db > 20.0 && far_db > 12.0);
            assert!(other_db > 19.0);
        }
    }
}
