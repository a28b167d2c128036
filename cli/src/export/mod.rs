//! `proscenium export`: a design as a ready configuration of a convolution engine.

mod brutefir;
pub mod camilladsp;
mod sofa;
mod static_chain;
mod waves;

pub use static_chain::StaticChain;

use crate::device_source::{self, NamedDevice};
use crate::failure::Failure;
use crate::filters::{self, FilterTarget};
use crate::output_folder::OutputFolder;
use crate::parameters::{DesignParameters, ProgrammeChoice, SideParameters, id, merged};
use crate::report::Report;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

/// Names of the inputs.
const INPUTS: [&str; 2] = ["left", "right"];

/// The file that describes the others.
const DESCRIPTION: &str = "export.json";

/// What is to be exported for which engine.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The engine
    #[arg(long, value_enum)]
    pub to: Engine,
    /// The device, and the files.
    #[command(flatten)]
    pub target: FilterTarget,
    /// What the two sides depend on besides their filters.
    #[command(flatten)]
    pub sides: SideParameters,
    /// What the filters depend on.
    #[command(flatten)]
    pub parameters: DesignParameters,
}

/// Engines that run filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// CamillaDSP 4: camilladsp.yml, left.wav, right.wav
    Camilladsp,
    /// BruteFIR 1.0: brutefir.conf and a file of raw 32-bit floats for each input and driver
    Brutefir,
    /// Filters alone: left.wav, right.wav, a channel for each driver
    Wav,
    /// The designed filters of left, right and centre with and without their effects: filters.sofa (AES69, GeneralFIR)
    Sofa,
}

/// What is written.
struct Export {
    device: NamedDevice,
    program: ProgrammeChoice,
    settings: Value,
    sample_rate_hz: u32,
    chain: StaticChain,
}

impl Export {
    /// A name for the filter from an input to a driver. Drivers go by number: their names may hold anything.
    fn filter_name(&self, input: usize, driver: usize) -> String {
        format!("{}_to_driver{}", INPUTS[input], driver + 1)
    }

    /// What the export is, line by line; for the head of a configuration.
    fn notes(&self) -> Vec<String> {
        let (source, missing) = match self.program {
            ProgrammeChoice::Stereo => (
                "Programme Stereo with Upmix Off: virtual pair at the given width",
                "There is no centre extraction and no centre beam: those follow the programme and are not a static filter.",
            ),
            ProgrammeChoice::Binaural => (
                "Programme Binaural: left and right are ear signals",
                "There is no virtual pair, as in the plugin with Binaural.",
            ),
        };
        let drivers = self.device.device.drivers.iter().enumerate();
        let channels: Vec<String> = drivers
            .map(|(index, driver)| format!("{} {}", index + 1, one_line(&driver.name)))
            .collect();
        vec![
            format!(
                "Proscenium {} for {}, {} Hz",
                env!("CARGO_PKG_VERSION"),
                one_line(&self.device.device.name),
                self.sample_rate_hz
            ),
            format!("In it: {source}, crosstalk cancellation, tone, output level."),
            format!("Not in it: {missing}"),
            String::from("Nor is there a peak guard: filters boost, so leave headroom or put a limiter behind them."),
            format!(
                "Latency of the filters: {} samples; the engine adds its own.",
                self.chain.latency_samples
            ),
            format!("Output channels: {}", channels.join(", ")),
            format!("Settings: {}", self.settings),
        ]
    }

    fn describe(&self, engine: Engine, files: &[String]) -> Value {
        json!({
            "program": concat!("proscenium ", env!("CARGO_PKG_VERSION")),
            "engine": id(&engine),
            "notes": self.notes(),
            "files": files,
            "sample_rate_hz": self.sample_rate_hz,
            "taps": self.chain.taps(),
            "latency_samples": self.chain.latency_samples,
            "settings": self.settings,
            "routing": filters::routing(&self.device),
            "device": device_source::to_json(&self.device.device),
        })
    }
}

/// Designs the filters and writes them for the engine.
///
/// # Errors
/// When the device is unknown or invalid, or a file exists or cannot be written.
pub fn run(arguments: &ExportArguments) -> Result<Report, Failure> {
    let ExportArguments {
        to,
        target,
        sides,
        parameters,
    } = arguments;
    let device = parameters.listened_to(device_source::find(&target.device)?)?;
    if *to == Engine::Sofa {
        return sofa::run(target, sides, parameters, &device);
    }
    let folder = OutputFolder::new(&target.output_folder, target.force)?;
    let design = filters::design(&device, &parameters.settings(&device), target.rate);
    let export = Export {
        chain: StaticChain::new(&design, sides, target.rate),
        settings: merged([parameters.to_json(&device), sides.to_json(), json!({ "upmix": "off" })]),
        program: sides.program,
        sample_rate_hz: target.rate,
        device,
    };
    let files = match to {
        Engine::Camilladsp => camilladsp::files(),
        Engine::Brutefir => brutefir::files(&export),
        Engine::Wav | Engine::Sofa => waves::files(),
    };
    folder.require_absent(files.iter().map(String::as_str).chain([DESCRIPTION]))?;
    match to {
        Engine::Camilladsp => camilladsp::write(&export, &folder)?,
        Engine::Brutefir => brutefir::write(&export, &folder)?,
        Engine::Wav | Engine::Sofa => waves::write(&export, &folder)?,
    }
    let json = export.describe(*to, &files);
    folder.write(DESCRIPTION, format!("{json:#}\n").as_bytes())?;
    Ok(Report {
        text: format!("{}\n", export.notes().join("\n")),
        json,
        ..Report::default()
    })
}

/// A name from a device file, which may hold anything, for a comment.
fn one_line(name: &str) -> String {
    name.replace(|c: char| c.is_control(), " ")
}
