//! Bursts that identify a driver.

use std::sync::Arc;

use proscenium_dsp::design::{DesignSettings, DeviceChoice};
use proscenium_dsp::engine::{Controls, Meters, Output};
use proscenium_dsp::upmix::UpmixMode;
use realfft::RealFftPlanner;

use super::support::{CHANNELS, Inline, MODES, Player, drivers, engine, engine_for, noise, peak, power, sine};

/// At 48 kHz: when the burst is asked for, how long the programme's ramps take, the burst with its fades, one fade.
const AT: usize = 12_000;
const RAMP: usize = 480;
const LENGTH: usize = 28_800;
const FADE: usize = 960;
/// First sample that is as if nothing had been.
const OVER: usize = AT + RAMP + LENGTH + RAMP;

/// Output with bursts at the given samples, and without any.
fn play_for(
    upmix: UpmixMode,
    block: usize,
    signal: &[f32],
    controls: Controls,
    identify: &[(usize, usize)],
) -> Vec<Vec<f32>> {
    let mut source = Inline::new(upmix);
    let meters = Arc::new(Meters::default());
    let mut player = Player::with(engine_for(upmix, CHANNELS, controls.design, &meters), &mut source);
    player.identify = identify.to_vec();
    player.play(signal, block, |_| controls)
}

fn level_db(signal: &[f32]) -> f64 {
    10.0 * power(signal).log10()
}

#[test]
fn only_the_driver_sounds_for_its_time_and_the_rest_is_as_ever() {
    let signal = noise(1, 48_000);
    for upmix in MODES {
        let plain = play_for(upmix, 500, &signal, drivers(), &[]);
        let output = play_for(upmix, 500, &signal, drivers(), &[(AT, 2)]);
        for (channel, (output, plain)) in output.iter().zip(&plain).enumerate() {
            assert_eq!(output[..AT], plain[..AT], "{upmix:?}, {channel}: before");
            assert_eq!(output[OVER..], plain[OVER..], "{upmix:?}, {channel}: after");
            let burst = &output[AT + RAMP..AT + RAMP + LENGTH];
            if channel == 2 {
                let level = level_db(&burst[FADE..LENGTH - FADE]);
                assert!((level + 20.0).abs() < 1.0, "{upmix:?}: {level} dB");
                assert!(peak(burst) < 0.5, "{upmix:?}");
            } else {
                assert_eq!(peak(burst), 0.0, "{upmix:?}, {channel}: silent");
            }
        }
        assert!(output[0][AT..AT + RAMP] != plain[0][AT..AT + RAMP]);
        assert!(peak(&plain[0][AT..]) > 1e-3);
    }
}

/// The programme on other channels, a tone, fades without a step; so does the burst itself, out of silence.
#[test]
fn nothing_clicks() {
    let tone = sine(0.2, 300.0, 48_000);
    let output = play_for(UpmixMode::Off, 500, &tone, drivers(), &[(AT, 2)]);
    let plain = play_for(UpmixMode::Off, 500, &tone, drivers(), &[]);
    let steepest = |signal: &[f32]| {
        let steps = signal[8_000..].windows(2).map(|pair| (pair[1] - pair[0]).abs());
        steps.fold(0.0, f32::max)
    };
    for channel in [0, 1, 3] {
        let level = peak(&plain[channel][8_000..]);
        // A raised cosine of this length is at its steepest π/2 of its mean slope.
        let ramp = 1.6 * level / RAMP as f32;
        assert!(
            steepest(&output[channel]) <= steepest(&plain[channel]) + ramp,
            "channel {channel}"
        );
    }
    let silence = vec![0.0; 48_000];
    let burst = &play_for(UpmixMode::Off, 500, &silence, drivers(), &[(AT, 2)])[2];
    let begin = AT + RAMP;
    let end = begin + LENGTH;
    for (edge, inside) in [
        (begin, begin + FADE..begin + 2 * FADE),
        (end - 50, end - 2 * FADE..end - FADE),
    ] {
        assert!(peak(&burst[edge..edge + 50]) < 0.05 * peak(&burst[inside]));
    }
    assert_eq!(peak(&burst[..begin]), 0.0);
    assert_eq!(peak(&burst[end..]), 0.0);
}

/// Share of the energy of a burst within a band.
fn share(burst: &[f32], band_hz: [f64; 2]) -> f64 {
    let transform = RealFftPlanner::<f32>::new().plan_fft_forward(burst.len());
    let mut spectrum = transform.make_output_vec();
    let transformed = transform.process(&mut burst.to_vec(), &mut spectrum);
    assert!(transformed.is_ok());
    let step_hz = 48_000.0 / burst.len() as f64;
    let (mut within, mut all) = (0.0, 0.0);
    for (bin, value) in spectrum.iter().enumerate() {
        let energy = f64::from(value.norm_sqr());
        all += energy;
        if (band_hz[0]..band_hz[1]).contains(&(bin as f64 * step_hz)) {
            within += energy;
        }
    }
    within / all
}

/// Tabletop Full: a driver from 150 Hz, the tweeter from 2 kHz, the woofer up to 200 Hz.
#[test]
fn a_burst_stays_in_the_band_of_its_driver() {
    let mut controls = drivers();
    controls.design.device = DeviceChoice::Preset(1);
    let silence = vec![0.0; 48_000];
    let burst = |driver: usize| {
        let mut output = play_for(UpmixMode::Off, 500, &silence, controls, &[(AT, driver)]);
        let burst = output.swap_remove(driver)[AT + RAMP..AT + RAMP + LENGTH].to_vec();
        let level = level_db(&burst[FADE..LENGTH - FADE]);
        assert!((level + 20.0).abs() < 1.5, "driver {driver}: {level} dB");
        burst
    };
    let (full, tweeter, woofer) = (burst(0), burst(3), burst(4));
    assert!(share(&full, [200.0, 8_000.0]) > 0.95);
    assert!(share(&full, [0.0, 120.0]) < 0.01);
    assert!(share(&tweeter, [1_600.0, 8_000.0]) > 0.95);
    assert!(share(&tweeter, [0.0, 1_000.0]) < 0.01, "no bass for a tweeter");
    assert!(share(&woofer, [25.0, 250.0]) > 0.9);
    assert!(share(&woofer, [500.0, 24_000.0]) < 0.01);
}

/// The programme may begin in the middle of a burst, which moves the grid of the engine.
#[test]
fn bursts_do_not_depend_on_the_host_block() {
    // Long enough for the end of the second burst.
    let mut signal = noise(3, 60_000);
    signal[..AT + 7_777].fill(0.0);
    for upmix in MODES {
        let identify = [(AT, 1), (24_000, 3)];
        let reference = play_for(upmix, 1_000, &signal, drivers(), &identify);
        for block in [50, 6_000] {
            let output = play_for(upmix, block, &signal, drivers(), &identify);
            assert!(output == reference, "{upmix:?}, {block}");
        }
    }
}

#[test]
fn a_new_request_takes_over_and_the_noise_is_the_same_each_time() {
    let silence = vec![0.0; 96_000];
    let again = AT + 9_000;
    let output = play_for(
        UpmixMode::Off,
        500,
        &silence,
        drivers(),
        &[(AT, 0), (again, 0), (again + 500, 1)],
    );
    assert_eq!(
        peak(&output[0][again + FADE..]),
        0.0,
        "the first fades out, the second never begins"
    );
    let start = again + FADE;
    assert!(peak(&output[1][start + FADE..start + LENGTH - FADE]) > 0.1);
    assert_eq!(peak(&output[1][..start]), 0.0);
    assert_eq!(peak(&output[1][start + LENGTH..]), 0.0);
    let alone = play_for(UpmixMode::Off, 500, &silence, drivers(), &[(AT, 1)]);
    let begin = AT + RAMP;
    assert_eq!(output[1][start..start + LENGTH], alone[1][begin..begin + LENGTH]);
}

#[test]
fn reset_cancels_and_unknown_drivers_are_ignored() {
    let signal = noise(4, 30_000);
    let fresh = play_for(UpmixMode::Off, 500, &signal, drivers(), &[]);
    // Tabletop has four drivers.
    for driver in [4, 15, 16, usize::MAX] {
        let output = play_for(UpmixMode::Off, 500, &signal, drivers(), &[(AT, driver)]);
        assert!(output == fresh, "driver {driver}");
    }
    let mut source = Inline::new(UpmixMode::Off);
    let mut player = Player::with(engine(UpmixMode::Off), &mut source);
    // Long enough to be in the middle of it, and one more waiting.
    player.identify = vec![(AT, 1), (29_500, 2)];
    player.play(&signal, 500, |_| drivers());
    assert!(player.engine.identifying().is_some());
    player.engine.reset();
    assert_eq!(player.engine.identifying(), None);
    player.identify.clear();
    assert!(player.play(&signal, 500, |_| drivers()) == fresh);
}

#[test]
fn other_outputs_give_way_too_and_missing_channels_fold_down() {
    let signal = noise(5, 24_000);
    let reference = play_for(UpmixMode::Off, 500, &signal, drivers(), &[(AT, 3)]);
    let after = AT + RAMP + FADE;
    for output in [Output::Preview, Output::Headphones, Output::Stems, Output::Auto] {
        let controls = Controls { output, ..drivers() };
        let channels = play_for(UpmixMode::Off, 500, &signal, controls, &[(AT, 3)]);
        for (channel, reference) in channels.iter().zip(&reference) {
            assert_eq!(channel[after..], reference[after..], "{output:?}");
        }
    }
    // Left is on the left; top is in the middle, on both at −3 dB.
    for (driver, gains) in [(0, [1.0, 0.0]), (2, [0.707_106_77, 0.707_106_77])] {
        let meters = Arc::new(Meters::default());
        let mut source = Inline::new(UpmixMode::Off);
        let engine = engine_for(UpmixMode::Off, 2, DesignSettings::default(), &meters);
        let mut player = Player::with(engine, &mut source).channels(2);
        player.identify = vec![(AT, driver)];
        let folded = player.play(&signal, 500, |_| drivers());
        let alone = play_for(UpmixMode::Off, 500, &signal, drivers(), &[(AT, driver)]);
        for (channel, gain) in folded.iter().zip(gains) {
            let pairs = channel[after..].iter().zip(&alone[driver][after..]);
            let worst = pairs.fold(0.0_f32, |worst, (y, x)| worst.max((y - gain * x).abs()));
            assert!(worst < 1e-6, "driver {driver}: {worst}");
        }
    }
}

#[test]
fn routes_are_followed_and_gains_make_it_softer_but_never_louder() {
    let silence = vec![0.0; 48_000];
    let level = |change: &dyn Fn(&mut Controls)| {
        let mut controls = drivers();
        change(&mut controls);
        let route = usize::from(controls.design.route[1]);
        let output = play_for(UpmixMode::Off, 500, &silence, controls, &[(AT, 1)]);
        level_db(&output[route][AT + RAMP + FADE..AT + RAMP + LENGTH - FADE])
    };
    let plain = level(&|_| ());
    for (name, change, db) in [
        (
            "route",
            &(|c: &mut Controls| c.design.route[1] = 5) as &dyn Fn(&mut Controls),
            0.0,
        ),
        ("mute", &|c| c.design.muted = 2, 0.0),
        ("gain up", &|c| c.design.gain_db[1] = 12.0, 0.0),
        ("gain down", &|c| c.design.gain_db[1] = -12.0, -12.0),
        ("trim up", &|c| c.trim_gain = 4.0, 0.0),
        ("trim down", &|c| c.trim_gain = 0.1, -20.0),
        ("bypass", &|c| c.bypass = true, 0.0),
    ] {
        let changed = level(change) - plain;
        assert!((changed - db).abs() < 0.01, "{name}: {changed} dB");
    }
}

#[test]
fn the_meter_of_the_driver_shows_it() {
    for output in [Output::Drivers, Output::Preview] {
        let meters = Arc::new(Meters::default());
        let mut source = Inline::new(UpmixMode::High);
        let engine = engine_for(UpmixMode::High, CHANNELS, DesignSettings::default(), &meters);
        let mut player = Player::with(engine, &mut source);
        player.identify = vec![(AT, 3)];
        // Ends within the burst.
        let samples = AT + RAMP + LENGTH - FADE - 1_000;
        player.play(&noise(6, samples), 500, |_| Controls { output, ..drivers() });
        let level = meters.driver_mean_square(3) / 0.01;
        // Averaged over the time of the burst so far, plus what is left of the programme.
        assert!((0.7..1.2).contains(&level), "{output:?}: {level}");
        assert!(meters.driver_mean_square(0) < 0.003, "{output:?}");
        assert!(meters.take_driver_peak(3) > 0.2);
        assert_eq!(meters.take_driver_peak(7), 0.0);
        assert_eq!(player.engine.identifying(), Some(3));
    }
}
