//! Response of a room for an omnidirectional source and microphone, for comparison with other programs.
//!
//! Reads a room in TOML from the standard input: `sample_rate`, `size_m`, `absorption` (by wall, back, front, right, left,
//! floor, ceiling, by octave band from 125 Hz to 8 kHz), `air`, `source_m` and `microphone_m` of one height. Writes the samples
//! to the standard output, one a line.

use proscenium_dsp::acoustics::{Ear, HeadPose};
use proscenium_dsp::array::Device;
use proscenium_dsp::room::{Absent, OCTAVES, Room, RoomResponses, Shoebox};
use serde::Deserialize;
use std::error::Error;
use std::fmt::Write;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Setup {
    sample_rate: f64,
    size_m: [f64; 3],
    absorption: [[f64; OCTAVES]; 6],
    air: bool,
    source_m: [f64; 3],
    microphone_m: [f64; 3],
}

fn main() -> Result<(), Box<dyn Error>> {
    let setup: Setup = toml::from_str(&std::io::read_to_string(std::io::stdin())?)?;
    let room = Room::new(&Shoebox {
        size_m: setup.size_m,
        absorption: setup.absorption,
        air: setup.air,
        device_m: setup.source_m,
    })?;
    if setup.microphone_m[2] != setup.source_m[2] {
        return Err("the microphone must be as high as the source".into());
    }
    let pose = HeadPose {
        offset_m: setup.microphone_m[1] - setup.source_m[1],
        ..HeadPose::at_distance(setup.source_m[0] - setup.microphone_m[0])
    };
    let responses = RoomResponses::new(&Device::point_source(), &pose, &room, &Absent, setup.sample_rate)?;
    let mut lines = String::new();
    for sample in responses.whole(0, Ear::Left) {
        writeln!(lines, "{sample:e}")?;
    }
    print!("{lines}");
    Ok(())
}
