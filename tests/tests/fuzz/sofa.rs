//! SOFA files of measured heads and devices.

#[path = "../../../dsp/tests/sofa_fixture/mod.rs"]
mod fixture;

use fixture::Sofa;
use proscenium_dsp::array::{Device, presets};
use proscenium_dsp::measured::{MeasuredDevice, MeasuredHead};
use std::path::{Path, PathBuf};

pub const WORDS: &[&[u8]] = &[
    b"OHDR",
    b"OCHK",
    b"FRHP",
    b"FHDB",
    b"FHIB",
    b"BTHD",
    b"BTLF",
    b"TREE",
    b"SNOD",
    b"HEAP",
    b"GCOL",
    b"\x89HDF\r\n\x1a\n",
    b"SOFA",
    b"FIR",
    b"FIR-E",
    b"SimpleFreeFieldHRIR",
    b"GeneralFIR-E",
    b"Data.IR",
    b"SourcePosition",
    b"spherical",
    b"\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\xff\xff\xff\x7f",
];

/// A device of one driver.
fn device() -> Device {
    let text = presets()[2].device.to_toml();
    // The second driver and the references go.
    let first = text.match_indices("[[driver]]").nth(1).map_or(text.len(), |(at, _)| at);
    Device::from_toml(&text[..first], "fuzz").unwrap()
}

/// A small head and a device: the smaller, the more of their bytes are structure.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut pulse = vec![0.0; 64];
    pulse[20] = 1.0;
    let ears = Sofa {
        convention: "GeneralFIR-E",
        data_type: "FIR-E",
        sample_rate_hz: 48_000.0,
        source_m: vec![[0.0; 3]],
        listener_m: vec![[-0.6, 0.0, 0.0]],
        receiver_m: vec![[0.0, 0.09, 0.0], [0.0, -0.09, 0.0]],
        responses: vec![vec![vec![pulse.clone()], vec![pulse]]],
        delay_samples: 0.0,
    };
    vec![Sofa::head(24).bytes(), ears.bytes()]
}

/// A file for the inputs, in memory where that is possible: devices are given paths.
fn file() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let directory = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    directory.join(format!("proscenium-fuzz-{}-input.sofa", std::process::id()))
}

/// Reads a head or a device; what is accepted is written and read to the same again.
pub fn read(input: &[u8]) -> bool {
    match MeasuredHead::from_sofa(input.to_vec(), "input") {
        Ok(head) => {
            assert_eq!(MeasuredHead::from_text("input", &head.to_text()), Some(head));
            return true;
        }
        Err(error) => assert!(!error.to_string().contains('\n')),
    }
    let file = file();
    std::fs::write(&file, input).unwrap();
    let measured = MeasuredDevice::ears_from_sofa(&file, &device());
    std::fs::remove_file(&file).unwrap();
    match measured {
        Ok(_) => true,
        Err(error) => {
            assert!(!error.to_string().contains('\n'));
            false
        }
    }
}
