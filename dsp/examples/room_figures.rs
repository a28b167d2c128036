//! Figures of devices in rooms: `cargo run --release -p proscenium-dsp --example room_figures`.

use proscenium_dsp::acoustics::{HeadPose, HeadShape, Plant};
use proscenium_dsp::analysis::{BeamPattern, DriverSpectra, directivity_ceiling_db, log_frequencies_hz, mean};
use proscenium_dsp::array::{Device, Path, presets};
use proscenium_dsp::design::{BeamKind, Design, DesignSettings};
use proscenium_dsp::engine::Timing;
use proscenium_dsp::room::{
    OCTAVE_BANDS_HZ, OCTAVES, PathInRoom, Room, RoomError, RoomResponses, room_reverberation_s,
};
use proscenium_dsp::upmix::UpmixMode;
use std::time::Instant;

const SAMPLE_RATE: f64 = 48_000.0;

fn main() -> Result<(), RoomError> {
    let rooms = [("living room", Room::living_room()), ("office", Room::office())];
    println!("Reverberation time by octave band, s: T30 of the responses, Eyring");
    for (name, room) in &rooms {
        let measured = room_reverberation_s(room, &HeadPose::at_distance(2.0), SAMPLE_RATE)?;
        for (band, (band_hz, measured_s)) in OCTAVE_BANDS_HZ.into_iter().zip(measured).enumerate() {
            println!(
                "  {name:12} {band_hz:5} Hz {measured_s:5.2} {:5.2}",
                room.eyring_s(band)
            );
        }
    }
    for file_stem in ["tabletop", "laptop"] {
        let Some(preset) = presets().iter().find(|preset| preset.file_stem == file_stem) else {
            continue;
        };
        for (name, room) in &rooms {
            for beam in [BeamKind::Nulls, BeamKind::ConstantDirectivity] {
                print_paths(&preset.device, name, room, beam)?;
            }
        }
    }
    print_places()?;
    println!("\nTime to compute the binaural responses in the living room, s:");
    for preset in presets() {
        let start = Instant::now();
        let pose = HeadPose::at_distance(preset.device.nominal_distance_m());
        RoomResponses::new(&preset.device, &pose, &rooms[0].1, &HeadShape::default(), SAMPLE_RATE)?;
        let drivers = preset.device.drivers.len();
        println!(
            "  {:16} {drivers} drivers {:6.3}",
            preset.device.name,
            start.elapsed().as_secs_f64()
        );
    }
    Ok(())
}

fn print_paths(device: &Device, room_name: &str, room: &Room, beam: BeamKind) -> Result<(), RoomError> {
    let distance_m = device.nominal_distance_m();
    let settings = DesignSettings {
        distance_m: distance_m as f32,
        beam,
        ..DesignSettings::default()
    };
    let design = Design::new(device, &settings, &Timing::new(SAMPLE_RATE, UpmixMode::High));
    let pose = HeadPose::at_distance(distance_m);
    println!("\n{} at {distance_m} m in the {room_name}, beam {beam:?}", device.name);
    println!(
        "  {:25} {:>7} {:>7} {:>9} {:>7} {:>6} {:>10} {:>9} {:>5}",
        "path", "DRR dB", "at ear", "critical", "C50 dB", "T30 s", "IACC early", "late", "all"
    );
    let paths = PathInRoom::all(device, &design, &pose, room, SAMPLE_RATE)?;
    for (path, in_room) in Path::ALL.into_iter().zip(&paths) {
        for strength in [0.0, 1.0] {
            let figures = in_room.figures(strength);
            let effect = if path == Path::Center { "Depth" } else { "Cancellation" };
            println!(
                "  {:25} {:7.2} {:7.2} {:7.2} m {:7.2} {:6.2} {:10.2} {:9.2} {:5.2}",
                format!("{path:?}, {effect} {:.0} %", 100.0 * strength),
                figures.direct_to_reverberant_db,
                figures.direct_to_reverberant_at_ear_db,
                figures.critical_distance_m,
                figures.clarity_db,
                figures.reverberation_s,
                figures.iacc_early,
                figures.iacc_late,
                figures.iacc,
            );
        }
    }
    let center = &paths[Path::Center as usize];
    let [base, full] = [0.0, 1.0].map(|strength| center.figures(strength));
    println!(
        "  centre, Depth 100 % over 0 %: DRR {:+.2} dB, critical distance {:+.0} %",
        full.direct_to_reverberant_db - base.direct_to_reverberant_db,
        100.0 * (full.critical_distance_m / base.critical_distance_m - 1.0),
    );
    // What bounds the gain: the power that the beam radiates less at the same level on axis.
    let plant = Plant::new(device, &log_frequencies_hz(300.0, 3000.0, 12));
    let filters = &design.drivers[Path::Center as usize];
    let [index, beam_index] = [0.0, 1.0].map(|strength| {
        let spectra = DriverSpectra::new(device, filters, strength, SAMPLE_RATE, plant.frequencies_hz());
        mean(&BeamPattern::new(&plant, &spectra, pose.center_m()).directivity_index_db)
    });
    let ceiling = mean(&directivity_ceiling_db(device, &plant, pose.center_m()));
    println!("  directivity index, mean 300 Hz–3 kHz: {index:.2} → {beam_index:.2} dB, ceiling {ceiling:.2}");
    Ok(())
}

/// How what the centre beam does depends on where the device stands, with the listener 2 m away.
fn print_places() -> Result<(), RoomError> {
    let device = &presets()[0].device;
    let design = Design::new(
        device,
        &DesignSettings::default(),
        &Timing::new(SAMPLE_RATE, UpmixMode::High),
    );
    let mut changes: [Vec<f64>; 4] = Default::default();
    let mut clarity_db: [Vec<f64>; OCTAVES] = Default::default();
    for x_m in [3.3, 3.9, 4.5] {
        for y_m in [1.3, 2.0, 2.9] {
            for height_m in [0.8, 1.2] {
                let mut shoebox = *Room::living_room().shoebox();
                shoebox.device_m = [x_m, y_m, height_m];
                let room = Room::new(&shoebox)?;
                let paths = PathInRoom::all(device, &design, &HeadPose::at_distance(2.0), &room, SAMPLE_RATE)?;
                let [alone, beam] = [0.0, 1.0].map(|depth| paths[Path::Center as usize].figures(depth));
                changes[0].push(beam.direct_to_reverberant_db - alone.direct_to_reverberant_db);
                changes[1].push(100.0 * (beam.critical_distance_m / alone.critical_distance_m - 1.0));
                changes[2].push(beam.clarity_db - alone.clarity_db);
                changes[3].push(beam.iacc_early - alone.iacc_early);
                let [alone, beam] = [0.0, 1.0].map(|depth| paths[Path::Center as usize].clarity_db(depth));
                for (changes, (beam, alone)) in clarity_db.iter_mut().zip(beam.into_iter().zip(alone)) {
                    changes.push(beam - alone);
                }
            }
        }
    }
    println!(
        "\nTabletop at {} places of the living room, centre, Depth 100 % over 0 %:",
        changes[0].len()
    );
    let names = ["DRR, dB", "critical distance, %", "C50, dB", "IACC early"];
    for (name, changes) in names.into_iter().zip(&changes) {
        let least = changes.iter().copied().fold(f64::INFINITY, f64::min);
        let largest = changes.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        println!("  {name:22} {least:+.2} to {largest:+.2}, mean {:+.2}", mean(changes));
    }
    print!("  C50 by octave, mean, dB:");
    for (band_hz, changes) in OCTAVE_BANDS_HZ.into_iter().zip(&clarity_db) {
        print!("  {band_hz} Hz {:+.2}", mean(changes));
    }
    println!();
    Ok(())
}
