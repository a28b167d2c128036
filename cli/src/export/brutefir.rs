//! A configuration for BruteFIR 1.0: raw coefficient files and one filter from each input to each driver.

use super::Export;
use crate::failure::Failure;
use crate::output_folder::OutputFolder;
use std::fmt::Write as _;

/// Name of the configuration.
const CONFIGURATION: &str = "brutefir.conf";
/// Samples that BruteFIR processes at a time.
const PARTITION: usize = 256;

/// Names of all files.
pub(super) fn files(export: &Export) -> Vec<String> {
    let coefficients = pairs(export).map(|(input, driver)| coefficient_file(export, input, driver));
    std::iter::once(String::from(CONFIGURATION))
        .chain(coefficients)
        .collect()
}

/// Writes them.
pub(super) fn write(export: &Export, folder: &OutputFolder) -> Result<(), Failure> {
    let length = export.chain.taps().next_multiple_of(PARTITION);
    for (input, driver) in pairs(export) {
        let mut taps = export.chain.responses[input][driver].clone();
        taps.resize(length, 0.0);
        let bytes: Vec<u8> = taps.iter().flat_map(|tap| tap.to_le_bytes()).collect();
        folder.write(&coefficient_file(export, input, driver), &bytes)?;
    }
    folder.write(CONFIGURATION, configuration(export, length / PARTITION).as_bytes())
}

fn pairs(export: &Export) -> impl Iterator<Item = (usize, usize)> {
    let drivers = export.chain.drivers();
    (0..2).flat_map(move |input| (0..drivers).map(move |driver| (input, driver)))
}

fn coefficient_file(export: &Export, input: usize, driver: usize) -> String {
    format!("{}.f32", export.filter_name(input, driver))
}

fn configuration(export: &Export, partitions: usize) -> String {
    let drivers = export.chain.drivers();
    let outputs: Vec<String> = (1..=drivers).map(|channel| format!("\"out{channel}\"")).collect();
    let rate = export.sample_rate_hz;
    let mut text = String::new();
    for line in export.notes() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# {line}");
    }
    let _ = write!(
        text,
        "#
# Run it in this folder. Raw 32-bit floats go in and out, two channels in and {drivers} out:
#   sox in.wav -t f32 - | brutefir -nodefault {CONFIGURATION} | sox -t f32 -c {drivers} -r {rate} - out.wav
# To play instead, put a device of module \"alsa\" or \"jack\" in the place of each \"file\".

sampling_rate: {rate};
filter_length: {PARTITION},{partitions};
float_bits: 32;
overflow_warnings: false;
allow_poll_mode: false;
lock_memory: false;
powersave: false;
sdf_length: -1;
max_dither_table_size: 0;
modules_path: \".\";
convolver_config: \"brutefir.wisdom\";

input \"left\", \"right\" {{
    device: \"file\" {{ path: \"/dev/stdin\"; }};
    sample: \"FLOAT_LE\";
    channels: 2;
}};
output {} {{
    device: \"file\" {{ path: \"/dev/stdout\"; }};
    sample: \"FLOAT_LE\";
    channels: {drivers};
    dither: false;
}};
",
        outputs.join(", ")
    );
    for (input, driver) in pairs(export) {
        let name = export.filter_name(input, driver);
        let side = super::INPUTS[input];
        let _ = write!(
            text,
            "
coeff \"{name}\" {{ filename: \"{name}.f32\"; format: \"FLOAT_LE\"; }};
filter \"{name}\" {{ from_inputs: \"{side}\"; to_outputs: \"out{}\"; coeff: \"{name}\"; process: 0; }};
",
            driver + 1
        );
    }
    text
}
