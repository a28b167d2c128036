//! `proscenium design`: the filters of a design as files.

use crate::device_source::{self, NamedDevice};
use crate::failure::Failure;
use crate::filters::{self, FilterTarget, impulse_responses, path_name};
use crate::output_folder::OutputFolder;
use crate::parameters::DesignParameters;
use crate::report::Report;
use clap::Args;
use proscenium_dsp::array::Path;
use proscenium_dsp::design::Design;
use proscenium_dsp::engine::Timing;
use proscenium_dsp::upmix::UpmixMode;
use serde_json::{Value, json};

/// What to design and where to write it.
#[derive(Debug, Args)]
pub struct DesignArguments {
    /// The device, and the files.
    #[command(flatten)]
    pub target: FilterTarget,
    /// What else the filters depend on.
    #[command(flatten)]
    pub parameters: DesignParameters,
}

/// The file that describes the others.
const DESCRIPTION: &str = "design.json";

/// How the files belong together, as the description says it.
const LAYOUT: &str = "One WAV file of 32-bit floats for each path (left, right: ear signals; center: the phantom centre) and \
strength: base is the reference drivers alone, full is the whole effect. Channel k is the impulse response from the path to \
driver k. At strength s (Cancellation of left and right, Depth of center; 0 to 1) the filters are base + s * (full - base). \
What the virtual pair brings to an ear from the other side goes through s * far instead, which leaves out what crosstalk \
brings there already. All files are equally long and share one time axis, so paths are aligned as they are. Upmix, virtual pair and the level \
shelf of the center are not in the filters.";

/// Designs the filters and writes them.
///
/// # Errors
/// When the device is unknown or invalid, or a file exists or cannot be written.
pub fn run(arguments: &DesignArguments) -> Result<Report, Failure> {
    let FilterTarget {
        device,
        output_folder,
        rate,
        force,
    } = &arguments.target;
    let named = arguments.parameters.listened_to(device_source::find(device)?)?;
    let folder = OutputFolder::new(output_folder, *force)?;
    let names = Path::ALL.map(|path| ["base", "full"].map(|strength| format!("{}-{strength}.wav", path_name(path))));
    let far_names = [Path::Left, Path::Right].map(|path| format!("{}-far.wav", path_name(path)));
    let files = || names.iter().flatten().chain(&far_names).map(String::as_str);
    folder.require_absent(files().chain([DESCRIPTION]))?;

    let design = filters::design(&named, &arguments.parameters.settings(&named), *rate);
    let length = filters::longest(&design);
    for (filters, [base, full]) in design.drivers.iter().zip(&names) {
        folder.write_wave(base, *rate, &impulse_responses(&filters.base, length))?;
        folder.write_wave(full, *rate, &impulse_responses(&filters.full, length))?;
    }
    for (firs, name) in design.far.drivers.iter().zip(&far_names) {
        folder.write_wave(name, *rate, &impulse_responses(firs, length))?;
    }
    let json = describe(arguments, &named, &design, &files().collect::<Vec<_>>());
    folder.write(DESCRIPTION, format!("{json:#}\n").as_bytes())?;
    Ok(Report {
        text: format!(
            "{}: {} drivers, {length} taps at {rate} Hz, written to {}\n",
            named.device.name,
            named.device.drivers.len(),
            output_folder.display()
        ),
        json,
        ..Report::default()
    })
}

fn describe(arguments: &DesignArguments, named: &NamedDevice, design: &Design, files: &[&str]) -> Value {
    let rate = arguments.target.rate;
    let timing = |upmix| Timing::new(f64::from(rate), upmix);
    json!({
        "program": concat!("proscenium ", env!("CARGO_PKG_VERSION")),
        "layout": LAYOUT,
        "files": files,
        "sample_rate_hz": rate,
        "taps": filters::longest(design),
        "main_tap_samples": timing(UpmixMode::Off).modelling_delay,
        "engine_latency_samples": {
            "off": timing(UpmixMode::Off).latency(),
            "low-latency": timing(UpmixMode::LowLatency).latency(),
            "high": timing(UpmixMode::High).latency(),
        },
        "settings": arguments.parameters.to_json(named),
        "routing": filters::routing(named),
        "directivity_target_db": design.directivity_target_db,
        "device": device_source::to_json(&named.device),
    })
}
