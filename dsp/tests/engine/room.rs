//! The room around the preview.

use std::sync::Arc;

use proscenium_dsp::array::presets;
use proscenium_dsp::design::{Design, DesignSettings, FILTER_INPUTS, RoomChoice};
use proscenium_dsp::engine::{
    Controls, DesignRequest, Engine, FilterSet, Fir, Output, Programme, RoomDelivery, RoomFilters, Settled, Timing,
};
use proscenium_dsp::upmix::UpmixMode;

use super::support::{CHANNELS, Inline, MODES, RATE, engine, noise, peak, power};

/// Noise that decays by 60 dB towards its end, from `start` samples on, all of it different for every filter.
fn reverberation(start: usize, length: usize) -> [Vec<Fir>; FILTER_INPUTS] {
    let fir = |seed: u32| {
        let decay = |n: usize| 0.2 * 10_f32.powf(-3.0 * n as f32 / length as f32);
        let taps = noise(seed, length).into_iter().enumerate();
        Fir {
            start,
            taps: taps.map(|(n, x)| decay(n) * x).collect(),
        }
    };
    std::array::from_fn(|input| (0..2).map(|ear| fir(100 + 2 * input as u32 + ear)).collect())
}

fn preview() -> Controls {
    Controls {
        output: Output::Preview,
        guard: false,
        ..Controls::default()
    }
}

/// An engine with a room from the start.
fn engine_in(upmix: UpmixMode, banks: &[Vec<Fir>; FILTER_INPUTS]) -> Engine {
    let timing = Timing::new(RATE, upmix);
    let filters = Arc::new(RoomFilters::new(banks, &timing));
    engine(upmix).with_room(RoomDelivery::new(filters, &timing, 0))
}

/// Ears for a stereo signal, in host blocks of the given size, with controls that depend on the sample.
fn play(
    engine: &mut Engine,
    source: &mut Inline,
    signal: [&[f32]; 2],
    block: usize,
    controls: impl Fn(usize) -> Controls,
) -> Vec<Vec<f32>> {
    let length = signal[0].len();
    let mut channels = vec![vec![0.0; length]; CHANNELS];
    for (channel, signal) in channels.iter_mut().zip(signal) {
        channel.copy_from_slice(signal);
    }
    for from in (0..length).step_by(block) {
        let to = (from + block).min(length);
        let mut slices: Vec<&mut [f32]> = channels.iter_mut().map(|channel| &mut channel[from..to]).collect();
        engine.process(&mut slices, &controls(from), source);
    }
    channels.truncate(2);
    channels
}

fn difference(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

/// Binaural programme without upmix reaches the filters as it is, so that all that the room adds can be computed apart.
#[test]
fn reflections_are_those_of_a_direct_convolution_in_every_mode() {
    const SAMPLES: usize = 50_000;
    const STRENGTH: f64 = 0.3;
    let signal = [noise(1, SAMPLES), noise(2, SAMPLES)];
    let banks = reverberation(130, 33_333);
    let controls = |_| Controls {
        programme: Programme::Binaural,
        cancel: STRENGTH as f32,
        ..preview()
    };
    for upmix in MODES {
        let mut source = Inline::new(upmix);
        let signal = signal.each_ref().map(Vec::as_slice);
        let dry = play(&mut engine(upmix), &mut source, signal, 512, controls);
        let wet = play(&mut engine_in(upmix, &banks), &mut source, signal, 512, controls);
        let timing = Timing::new(RATE, upmix);
        let delay = timing.latency() - timing.modelling_delay;
        for ear in 0..2 {
            let added = difference(&wet[ear], &dry[ear]);
            let level = power(&added[delay + 20_000..]).sqrt();
            let mixed: Vec<Vec<f64>> = banks[..4]
                .chunks(2)
                .map(|path| {
                    let taps = path[0][ear].taps.iter().zip(&path[1][ear].taps);
                    taps.map(|(base, full)| f64::from(*base) * (1.0 - STRENGTH) + f64::from(*full) * STRENGTH)
                        .collect()
                })
                .collect();
            for n in (0..SAMPLES).step_by(97) {
                let mut expected = 0.0;
                for (signal, taps) in signal.iter().zip(&mixed) {
                    let Some(newest) = n.checked_sub(delay + 130) else {
                        continue;
                    };
                    for (tap, x) in taps.iter().zip(signal[..=newest].iter().rev()) {
                        expected += tap * f64::from(*x);
                    }
                }
                let error = (f64::from(added[n]) - expected).abs();
                assert!(error < 1e-5 * level, "{upmix:?}, ear {ear}, {n}: {error} of {level}");
            }
        }
    }
}

/// A room so short that the filters of the direct sound have place for it says the same there, whatever moves.
#[test]
fn every_control_acts_on_reflections_as_on_the_direct_sound() {
    let banks = reverberation(90, 4_400);
    let signal = [noise(5, 60_000), noise(6, 60_000)];
    let controls = |n: usize| Controls {
        depth: if n >= 12_000 { 0.2 } else { 1.0 },
        cancel: if n >= 20_000 { 1.0 } else { 0.4 },
        width_rad: if n >= 25_000 { 1.2 } else { 0.5 },
        center_gain: if n >= 30_000 { 0.5 } else { 1.0 },
        trim_gain: if n >= 40_000 { 2.0 } else { 1.0 },
        ..preview()
    };
    for upmix in MODES {
        let timing = Timing::new(RATE, upmix);
        let settings = DesignSettings::default();
        let mut design = Design::new(&presets()[0].device, &settings, &timing);
        let set = |design: &Design| {
            let request = DesignRequest { settings, apply_at: 0 };
            Arc::new(FilterSet::new(design, &timing, CHANNELS, &request))
        };
        let with = |set| Engine::new(timing, CHANNELS, set, Arc::default());
        let filters = Arc::new(RoomFilters::new(&banks, &timing));
        let mut apart = with(set(&design)).with_room(RoomDelivery::new(filters, &timing, 0));
        let paths = design.preview.iter_mut();
        let own = paths
            .flat_map(|path| [&mut path.base, &mut path.full])
            .chain(&mut design.far.preview);
        for (own, room) in own.flatten().zip(banks.iter().flatten()) {
            own.taps.resize(room.end(), 0.0);
            let taps = own.taps[room.start..].iter_mut();
            taps.zip(&room.taps).for_each(|(own, room)| *own += room);
        }
        let mut source = Inline::new(upmix);
        let signal = signal.each_ref().map(Vec::as_slice);
        let together = play(&mut with(set(&design)), &mut source, signal, 500, controls);
        let apart = play(&mut apart, &mut source, signal, 500, controls);
        for (together, apart) in together.iter().zip(&apart) {
            let error = difference(together, apart);
            let error_db = 10.0 * (power(&error) / power(together)).log10();
            assert!(error_db < -120.0, "{upmix:?}: {error_db} dB");
        }
    }
}

/// Latency and the way to the first reflection: until that arrives, nothing tells that there is a room.
#[test]
fn the_direct_sound_arrives_when_and_as_it_does_without_a_room() {
    let start = 400;
    let mut click = vec![0.0; 20_000];
    click[1_000] = 0.5;
    for upmix in MODES {
        let mut source = Inline::new(upmix);
        let signal = [&click[..], &click];
        let dry = play(&mut engine(upmix), &mut source, signal, 512, |_| preview());
        let mut engine = engine_in(upmix, &reverberation(start, 10_000));
        let latency = engine.timing().latency();
        let wet = play(&mut engine, &mut source, signal, 512, |_| preview());
        // The centre is spread over a window of the upmix.
        let first = 1_000 + latency - engine.timing().modelling_delay + start;
        let first = first
            - if upmix == UpmixMode::Off {
                0
            } else {
                2 * engine.timing().block
            };
        let heard = 1_000 + latency - 10;
        for (dry, wet) in dry.iter().zip(&wet) {
            assert!(peak(&dry[heard..heard + 20]) > 0.01);
            if upmix == UpmixMode::Off {
                let error = difference(&dry[..first - 20], &wet[..first - 20]);
                assert!(peak(&error) < 1e-6 * peak(dry), "{upmix:?}: {}", peak(&error));
            }
            assert!(peak(&difference(&dry[first..], &wet[first..])) > 1e-3);
        }
        assert_eq!(engine.timing().latency(), Timing::new(RATE, upmix).latency());
    }
}

/// Rooms, outputs and filters that change while it plays.
fn moving(n: usize) -> Controls {
    let mut controls = preview();
    controls.design.room = if (6_000..45_000).contains(&n) {
        RoomChoice::LivingRoom
    } else {
        RoomChoice::Off
    };
    controls.design.distance_m = if n >= 30_000 { 1.0 } else { 2.0 };
    controls.output = if (33_000..39_000).contains(&n) {
        Output::Drivers
    } else {
        Output::Preview
    };
    controls
}

fn source_with_room(upmix: UpmixMode) -> Inline {
    let timing = Timing::new(RATE, upmix);
    let mut source = Inline::new(upmix);
    source.living_room = Some(Arc::new(RoomFilters::new(&reverberation(130, 20_000), &timing)));
    source
}

#[test]
fn output_does_not_depend_on_the_host_block_nor_on_the_run_while_rooms_change() {
    let signal = [noise(3, 60_000), noise(4, 60_000)];
    let signal = signal.each_ref().map(Vec::as_slice);
    for upmix in MODES {
        let run = |block| play(&mut engine(upmix), &mut source_with_room(upmix), signal, block, moving);
        let reference = run(1_000);
        for block in [50, 1_000, 3_000] {
            assert!(run(block) == reference, "{upmix:?}, {block}");
        }
    }
}

#[test]
fn rooms_come_and_go_without_a_click_and_are_given_back() {
    let step = std::f64::consts::TAU * 200.0 / RATE;
    let sine: Vec<f32> = (0..96_000).map(|n| 0.2 * (step * n as f64).sin() as f32).collect();
    for upmix in MODES {
        let mut source = source_with_room(upmix);
        let mut room_engine = engine(upmix);
        let controls = |n: usize| {
            let mut controls = preview();
            controls.design.room = moving(n).design.room;
            controls
        };
        let wet = play(&mut room_engine, &mut source, [&sine, &sine], 512, controls);
        let dry = play(&mut engine(upmix), &mut Inline::new(upmix), [&sine, &sine], 512, |_| {
            preview()
        });
        for (dry, wet) in dry.iter().zip(&wet) {
            let added = difference(wet, dry);
            // A steady tone in a steady room bends little from sample to sample, and so does what changes it.
            let bend = |signal: &[f32]| {
                let slope = difference(&signal[1..], signal);
                peak(&difference(&slope[1..], &slope))
            };
            let steady = bend(&added[35_000..44_000]);
            assert!(steady > 1e-5, "{upmix:?}: no room");
            assert!(bend(&added) < 3.0 * steady, "{upmix:?}: {} {steady}", bend(&added));
            // Heard within two long blocks and a cross-fade; gone as soon.
            assert!(peak(&added[..6_000]) < 1e-6);
            assert!(peak(&added[6_000 + 9_000..]) > 1e-3);
            assert!(peak(&added[45_000 + 9_000..]) == 0.0, "{upmix:?}");
        }
        // The free field from before the room, and the room; the last one stays.
        assert_eq!(source.retired_rooms, 1, "{upmix:?}");
    }
}

#[test]
fn drivers_do_not_hear_of_the_room() {
    let signal = [noise(7, 30_000), noise(8, 30_000)];
    let signal = signal.each_ref().map(Vec::as_slice);
    for upmix in MODES {
        let controls = |_| Controls {
            output: Output::Drivers,
            ..preview()
        };
        let mut with = engine_in(upmix, &reverberation(130, 20_000));
        let with_room = play(&mut with, &mut Inline::new(upmix), signal, 512, controls);
        let without = play(&mut engine(upmix), &mut Inline::new(upmix), signal, 512, controls);
        assert!(with_room == without, "{upmix:?}");
        assert_eq!(with.tail(), engine(upmix).tail());
    }
}

#[test]
fn reset_equals_fresh_and_sound_after_silence_is_the_same_wherever_it_falls() {
    let paths = reverberation(130, 20_000);
    for upmix in MODES {
        let passage = [noise(9, 30_000), noise(10, 30_000)];
        let passage = passage.each_ref().map(Vec::as_slice);
        let mut source = Inline::new(upmix);
        let fresh = play(&mut engine_in(upmix, &paths), &mut source, passage, 512, |_| preview());
        let mut used = engine_in(upmix, &paths);
        play(&mut used, &mut source, passage, 100, |_| preview());
        used.reset();
        assert!(
            play(&mut used, &mut source, passage, 512, |_| preview()) == fresh,
            "{upmix:?}"
        );
        // Its end is reported: from there on all is silence.
        let silence = vec![0.0; used.tail() + 777];
        let rest = play(&mut used, &mut source, [&silence, &silence], 512, |_| preview());
        let tail = used.tail() - 2 * used.timing().block;
        assert!(rest.iter().all(|ear| peak(&ear[tail..]) == 0.0), "{upmix:?}");
        assert!(
            play(&mut used, &mut source, passage, 512, |_| preview()) == fresh,
            "{upmix:?}"
        );
    }
}

#[test]
fn a_room_that_nobody_takes_back_does_not_stop_the_music() {
    let mut engine = engine_in(UpmixMode::High, &reverberation(130, 20_000));
    let mut channels = vec![noise(1, 4_096); CHANNELS];
    let mut slices: Vec<&mut [f32]> = channels.iter_mut().map(Vec::as_mut_slice).collect();
    engine.process(&mut slices, &preview(), &mut Settled);
    assert!(peak(&channels[0]) > 0.0);
}
