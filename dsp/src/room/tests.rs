//! Physics of whole responses.

use super::*;
use crate::acoustics::{Ear, HeadPose, HeadShape};
use crate::array::{Device, presets};
use crate::constants::SPEED_OF_SOUND;
use realfft::num_complex::Complex64;
use std::f64::consts::TAU;

const RATE: f64 = 48_000.0;

fn device(file_stem: &str) -> &'static Device {
    let preset = presets().iter().find(|preset| preset.file_stem == file_stem);
    &preset.unwrap().device
}

fn living_room(change: impl Fn(&mut Shoebox)) -> Room {
    let mut shoebox = *Room::living_room().shoebox();
    change(&mut shoebox);
    Room::new(&shoebox).unwrap()
}

fn omnidirectional(room: &Room, pose: &HeadPose) -> RoomResponses {
    RoomResponses::new(&Device::point_source(), pose, room, &Absent, RATE).unwrap()
}

fn response_at(signal: &[f32], frequency_hz: f64) -> Complex64 {
    let omega = TAU * frequency_hz / RATE;
    let terms = signal.iter().enumerate();
    terms
        .map(|(n, x)| Complex64::from_polar(f64::from(*x), -omega * n as f64))
        .sum()
}

fn energy(signal: &[f32]) -> f64 {
    signal.iter().map(|x| f64::from(*x).powi(2)).sum()
}

fn db(ratio: f64) -> f64 {
    10.0 * ratio.log10()
}

/// Part of a response in an octave band.
fn band(signal: &[f32], middle_hz: f64) -> Vec<f32> {
    let signal: Vec<f64> = signal.iter().copied().map(f64::from).collect();
    measures::octave(&signal, RATE, middle_hz)
        .into_iter()
        .map(|x| x as f32)
        .collect()
}

#[test]
fn a_single_wall_reflects_what_it_does_not_absorb() {
    let room = living_room(|room| {
        room.absorption = [[1.0; OCTAVES]; 6];
        room.absorption[4] = [0.36; OCTAVES];
        room.air = false;
    });
    let responses = omnidirectional(&room, &HeadPose::at_distance(2.0));
    let distance_m = (4.0 + 2.2_f64.powi(2)).sqrt();
    for frequency_hz in [200.0, 1000.0, 7000.0] {
        let flight = |distance_m: f64| {
            Complex64::from_polar(1.0 / distance_m, -TAU * frequency_hz * distance_m / SPEED_OF_SOUND)
        };
        let direct = response_at(responses.direct(0, Ear::Left), frequency_hz);
        assert!((direct - flight(2.0)).norm() < 2e-3, "{direct}");
        let reflected = response_at(responses.reflections(0, Ear::Left), frequency_hz);
        let error = (reflected - flight(distance_m) * 0.8).norm();
        assert!(error < 2e-3, "{frequency_hz} Hz: {error}");
    }
}

#[test]
fn walls_that_absorb_all_leave_the_direct_sound() {
    let room = living_room(|room| room.absorption = [[1.0; OCTAVES]; 6]);
    let pose = HeadPose::at_distance(2.0);
    let responses = RoomResponses::new(device("tabletop"), &pose, &room, &HeadShape::default(), RATE).unwrap();
    for driver in 0..responses.drivers() {
        let ratio = energy(responses.reflections(driver, Ear::Left)) / energy(responses.direct(driver, Ear::Left));
        assert!(ratio < 1e-8, "driver {driver}: {ratio:e}");
    }
}

/// The direct sound is that which filters are designed for.
#[test]
fn the_direct_sound_is_that_of_the_plant() {
    let (device, frequencies_hz) = (device("desktop-pair"), [250.0, 1500.0, 6000.0]);
    let pose = HeadPose {
        offset_m: 0.1,
        yaw_rad: 0.2,
        ..HeadPose::at_distance(0.9)
    };
    let responses = RoomResponses::new(device, &pose, &Room::office(), &HeadShape::default(), RATE).unwrap();
    let ears = crate::acoustics::Plant::new(device, &frequencies_hz).ears(&pose);
    for driver in 0..2 {
        for ear in Ear::BOTH {
            for (bin, &frequency_hz) in frequencies_hz.iter().enumerate() {
                let (actual, expected) = (
                    response_at(responses.direct(driver, ear), frequency_hz),
                    ears.at(ear, driver, bin),
                );
                assert!(
                    (actual - expected).norm() < 0.01 * expected.norm(),
                    "{actual} {expected}"
                );
            }
        }
    }
}

/// Source and receiver may change places.
#[test]
fn responses_are_reciprocal() {
    let pose = HeadPose {
        offset_m: 0.6,
        ..HeadPose::at_distance(1.7)
    };
    let room = living_room(|_| ());
    let listener_m = room.listener_m(&pose).unwrap();
    let turned = living_room(|room| room.device_m = listener_m);
    let back = HeadPose {
        offset_m: -0.6,
        ..HeadPose::at_distance(-1.7)
    };
    let (there, back) = (omnidirectional(&room, &pose), omnidirectional(&turned, &back));
    let (there, back) = (there.whole(0, Ear::Left), back.whole(0, Ear::Left));
    assert_eq!(there.len(), back.len());
    let difference: Vec<f32> = there.iter().zip(&back).map(|(a, b)| a - b).collect();
    assert!(
        energy(&difference) < 1e-8 * energy(&there),
        "{:e}",
        energy(&difference) / energy(&there)
    );
}

#[test]
fn a_mirrored_room_mirrors_the_early_reflections() {
    let room = living_room(|room| {
        room.device_m[1] = 2.0;
        room.absorption[3] = room.absorption[2];
    });
    let pose = HeadPose::at_distance(0.6);
    for file_stem in ["laptop", "tabletop"] {
        let responses = RoomResponses::new(device(file_stem), &pose, &room, &HeadShape::default(), RATE).unwrap();
        let early = (responses.mixing_s() * RATE) as usize - 1000;
        for (driver, mirrored) in [(0, 1), (1, 0)] {
            let pair = [
                responses.whole(driver, Ear::Left),
                responses.whole(mirrored, Ear::Right),
            ];
            let difference: Vec<f32> = pair[0][..early].iter().zip(&pair[1]).map(|(a, b)| a - b).collect();
            let ratio = energy(&difference) / energy(&pair[0][..early]);
            assert!(ratio < 1e-8, "{file_stem}: {ratio:e}");
            // The ears do differ.
            let other = responses.whole(driver, Ear::Right);
            let between: Vec<f32> = pair[0][..early].iter().zip(&other).map(|(a, b)| a - b).collect();
            let ratio = energy(&between) / energy(&other[..early]);
            assert!(ratio > 0.05, "{file_stem}: {ratio}");
        }
    }
}

/// Energy of 30 ms from a time on in an octave band, over that of the image sources there, dB.
fn excess_db(signal: &[f32], decay: &EnergyDecay, band_index: usize, from_s: f64) -> f64 {
    let middle_hz = OCTAVE_BANDS_HZ[band_index];
    let octave = band(signal, middle_hz);
    let part = &octave[(from_s * RATE) as usize..((from_s + 0.03) * RATE) as usize];
    let expected: f64 = (0..30)
        .map(|ms| decay.at(from_s + 1e-3 * f64::from(ms))[band_index] * 1e-3)
        .sum();
    // The octave's share of white noise.
    db(energy(part) / (expected * middle_hz * 0.5_f64.sqrt() / (RATE / 2.0)))
}

/// Both the early part and the tail have the energy of the image sources, before and after the one has taken over.
#[test]
fn the_tail_continues_the_early_part_without_a_step() {
    let rooms = [
        living_room(|_| ()),
        living_room(|room| room.size_m = [7.0, 5.5, 3.0]),
        Room::office(),
    ];
    let pose = HeadPose {
        offset_m: 0.3,
        ..HeadPose::at_distance(2.0)
    };
    let synthesis = synthesis::Synthesis::new(RATE);
    let (source, frequencies_hz) = (Device::point_source(), synthesis.frequencies_hz());
    let plant = crate::acoustics::Plant::new(&source, frequencies_hz);
    let listener = Absent.at(frequencies_hz, &pose);
    for room in &rooms {
        let responses = omnidirectional(room, &pose);
        let mut listener_m = room.listener_m(&pose).unwrap();
        let decay = EnergyDecay::new(room, listener_m);
        // Lower than the device: at one height, ways by floor and ceiling are equally long in pairs, whose pressures add up.
        listener_m[2] -= 0.23;
        let lower_decay = EnergyDecay::new(room, listener_m);
        let early = early::Early {
            device: &source,
            room,
            plant: &plant,
            listener: listener.as_ref(),
            synthesis: &synthesis,
        };
        let images = images_within(room, listener_m, 0.07 * SPEED_OF_SOUND);
        let early = early.sum(&images, |_| 1.0, 4000);
        let early: Vec<f32> = early[0][0].iter().map(|&x| x as f32).collect();
        for (index, tolerance_db) in [(4, 2.0), (5, 1.5), (6, 1.0)] {
            let before = excess_db(&early, &lower_decay, index, responses.mixing_s() - 0.03);
            let after = excess_db(
                responses.reflections(0, Ear::Left),
                &decay,
                index,
                responses.mixing_s() + 0.008,
            );
            println!("{} Hz: {before} dB before, {after} dB after", OCTAVE_BANDS_HZ[index]);
            assert!(
                before.abs() < tolerance_db && after.abs() < tolerance_db,
                "{before} {after}"
            );
        }
    }
}

/// Drivers that radiate alike add up as pressures late as well.
#[test]
fn late_energies_are_those_of_the_radiated_power() {
    let pose = HeadPose::at_distance(2.0);
    let responses = RoomResponses::new(device("tabletop"), &pose, &Room::living_room(), &Absent, RATE).unwrap();
    let late = ((responses.mixing_s() + 0.01) * RATE) as usize;
    let [left, right] = [0, 1].map(|driver| &responses.reflections(driver, Ear::Left)[late..]);
    let mixture_db = |sign: f32, middle_hz: f64| {
        let mixture: Vec<f32> = left.iter().zip(right).map(|(a, b)| a + sign * b).collect();
        db(energy(&band(&mixture, middle_hz)) / energy(&band(left, middle_hz)))
    };
    assert!((mixture_db(1.0, 125.0) - 6.0).abs() < 0.6 && mixture_db(-1.0, 125.0) < -8.0);
    assert!((mixture_db(1.0, 4000.0) - 3.0).abs() < 1.0 && (mixture_db(-1.0, 4000.0) - 3.0).abs() < 1.0);
    // A driver that beams radiates less power than one that is flat on its axis and does not.
    let flat = omnidirectional(&Room::living_room(), &pose);
    let level = |middle_hz: f64| {
        db(energy(&band(left, middle_hz)) / energy(&band(&flat.reflections(0, Ear::Left)[late..], middle_hz)))
    };
    assert!(
        level(125.0).abs() < 1.0 && level(4000.0) < -6.0,
        "{} {}",
        level(125.0),
        level(4000.0)
    );
}

#[test]
fn late_sound_is_as_alike_at_the_ears_as_a_diffuse_field_is() {
    let pose = HeadPose::at_distance(2.0);
    let responses = RoomResponses::new(
        device("laptop"),
        &pose,
        &Room::living_room(),
        &HeadShape::default(),
        RATE,
    )
    .unwrap();
    let ears =
        Ear::BOTH.map(|ear| -> Vec<f64> { responses.reflections(0, ear).iter().copied().map(f64::from).collect() });
    let late = |middle_hz| {
        interaural_correlation(
            [&ears[0], &ears[1]],
            RATE,
            middle_hz,
            [responses.mixing_s() + 0.02, 1.0],
        )
    };
    let values = [125.0, 500.0, 1000.0, 4000.0].map(late);
    assert!(
        values[0] > 0.85 && values[1] < 0.5 && values[2] < 0.35 && values[3] < 0.15,
        "{values:?}"
    );
}

#[test]
fn responses_are_the_same_each_time_and_last_as_long_as_the_decay() {
    let pose = HeadPose::at_distance(1.0);
    let make = || RoomResponses::new(device("ring"), &pose, &Room::office(), &HeadShape::default(), 44_100.0).unwrap();
    let (a, b) = (make(), make());
    assert_eq!(a, b);
    let listener_m = Room::office().listener_m(&pose).unwrap();
    let expected = EnergyDecay::new(&Room::office(), listener_m).length_s() * 44_100.0;
    let response = a.reflections(3, Ear::Right);
    assert!((response.len() as f64 - expected).abs() < 2.0);
    assert!(response.iter().all(|x| x.is_finite()));
}

#[test]
fn responses_at_other_rates_are_the_same_sound() {
    let pose = HeadPose::at_distance(2.0);
    let energy_at = |rate: f64| {
        let responses = RoomResponses::new(&Device::point_source(), &pose, &Room::office(), &Absent, rate).unwrap();
        let signal: Vec<f64> = responses.whole(0, Ear::Left).into_iter().map(f64::from).collect();
        let octave = measures::octave(&signal, rate, 1000.0);
        // A pulse of one has a share of the band in its energy.
        measures::energy(&octave) * rate / 48_000.0
    };
    let levels = [32_000.0, 96_000.0].map(|rate| db(energy_at(rate) / energy_at(48_000.0)));
    assert!(levels.iter().all(|level| level.abs() < 0.5), "{levels:?}");
}

#[test]
fn what_cannot_be_is_an_error() {
    let room = Room::living_room();
    let shape = HeadShape::default();
    let error = |distance_m: f64, rate: f64| {
        RoomResponses::new(
            device("tabletop"),
            &HeadPose::at_distance(distance_m),
            &room,
            &shape,
            rate,
        )
        .unwrap_err()
    };
    assert!(matches!(error(4.9, RATE), RoomError::ListenerOutside { .. }));
    assert!(matches!(error(f64::NAN, RATE), RoomError::ListenerOutside { .. }));
    assert!(matches!(error(2.0, f64::NAN), RoomError::SampleRate(_)));
    assert!(matches!(error(2.0, 0.0), RoomError::SampleRate(_)));
}
