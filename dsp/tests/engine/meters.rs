//! Levels of the drivers.

use std::sync::Arc;

use proscenium_dsp::engine::{Controls, Meters, Output};
use proscenium_dsp::upmix::UpmixMode;

use super::support::{CHANNELS, Inline, MODES, Player, drivers, engine_for, neutral, noise, sine};

fn play(meters: &Arc<Meters>, upmix: UpmixMode, signal: &[f32], block: usize, controls: Controls) -> Vec<Vec<f32>> {
    let mut source = Inline::new(upmix);
    let mut player = Player::with(engine_for(upmix, CHANNELS, controls.design, meters), &mut source);
    player.play(signal, block, |_| controls)
}

fn mean_squares(meters: &Meters) -> Vec<f32> {
    (0..16).map(|driver| meters.driver_mean_square(driver)).collect()
}

#[test]
fn a_sine_reads_its_amplitude_and_half_its_square() {
    for upmix in MODES {
        let meters = Arc::new(Meters::default());
        play(&meters, upmix, &sine(0.5, 997.0, 96_000), 300, neutral());
        // Left and right are the first two drivers.
        for driver in 0..16 {
            let (peak, mean_square) = (meters.take_driver_peak(driver), meters.driver_mean_square(driver));
            let expected = if driver < 2 { 0.5 } else { 0.0 };
            assert!(
                (peak - expected).abs() <= 0.02 * expected,
                "{upmix:?}, {driver}: peak {peak}"
            );
            let expected = expected * expected / 2.0;
            assert!(
                (mean_square - expected).abs() <= 0.02 * expected,
                "{upmix:?}, {driver}: mean square {mean_square}"
            );
        }
        assert_eq!(meters.take_driver_peak(0), 0.0, "taken");
        assert_eq!(meters.frames_processed(), 96_000);
    }
}

#[test]
fn levels_do_not_depend_on_the_host_block_and_reset_clears_them() {
    let signal = noise(1, 24_000);
    let levels = |block| {
        let meters = Arc::new(Meters::default());
        play(&meters, UpmixMode::Off, &signal, block, drivers());
        mean_squares(&meters)
    };
    let reference = levels(1_000);
    assert!(reference[..4].iter().all(|level| *level > 1e-6));
    assert_eq!(levels(37), reference);

    let meters = Arc::new(Meters::default());
    let mut source = Inline::new(UpmixMode::Off);
    let mut player = Player::with(
        engine_for(UpmixMode::Off, CHANNELS, drivers().design, &meters),
        &mut source,
    );
    player.play(&signal, 500, |_| drivers());
    player.engine.reset();
    assert_eq!(mean_squares(&meters), [0.0; 16]);
    assert_eq!(meters.take_driver_peak(0), 0.0);
}

#[test]
fn behind_the_preview_drivers_are_metered_while_watched_and_nothing_else_changes() {
    let signal = noise(2, 24_000);
    let controls = |output| Controls { output, ..drivers() };
    for upmix in MODES {
        let meters = || Arc::new(Meters::default());
        let (heard, unwatched, watched) = (meters(), meters(), meters());
        watched.set_watched(true);
        play(&heard, upmix, &signal, 480, controls(Output::Drivers));
        let plain = play(&unwatched, upmix, &signal, 480, controls(Output::Preview));
        let seen = play(&watched, upmix, &signal, 480, controls(Output::Preview));
        assert!(plain == seen, "{upmix:?}: watching is heard");
        assert_eq!(mean_squares(&unwatched), [0.0; 16], "{upmix:?}");
        assert!(heard.driver_mean_square(3) > 1e-6);
        for driver in 0..16 {
            let [seen, heard] = [&watched, &heard].map(|meters| meters.driver_mean_square(driver));
            // Output is Auto, which is Drivers, until the first sample is heard.
            assert!(
                (seen - heard).abs() <= 1e-3 * heard,
                "{upmix:?}, {driver}: {seen} against {heard}"
            );
            assert!(watched.take_driver_peak(driver) > 0.0 || driver >= 4);
        }
    }
}

/// The levels are those of the voice that comes, once.
#[test]
fn a_cross_fade_does_not_count_twice() {
    let meters = Arc::new(Meters::default());
    let upmix = UpmixMode::Off;
    let mut source = Inline::new(upmix);
    let mut player = Player::with(engine_for(upmix, CHANNELS, neutral().design, &meters), &mut source);
    player.play(&sine(0.5, 997.0, 96_000), 480, |n| {
        let mut controls = neutral();
        // Moves from design to design all the time.
        controls.design.zone_m = if n / 2_400 % 2 == 0 { 0.03 } else { 0.031 };
        controls
    });
    assert!(source.retired.len() > 20);
    let mean_square = meters.driver_mean_square(0);
    assert!((mean_square / 0.125 - 1.0).abs() < 0.02, "{mean_square}");
}
