//! The designed filters as a SOFA file (AES69-2022) of the convention GeneralFIR: a measurement for each path and strength and
//! for the virtual pair's signal at each far ear, a receiver for each driver.
//!
//! In SOFA's words the *listener* is the device, which its drivers are the *receivers* of, and the *source* of a measurement
//! is the place that a path is meant for: an ear, or the middle of the head for the centre. Axes are those of device files.

use crate::device_source::{self, NamedDevice};
use crate::failure::Failure;
use crate::filters::{self, FilterTarget};
use crate::output_folder::OutputFolder;
use crate::parameters::{CANCEL, DesignParameters, ProgrammeChoice, SideParameters, TRIM, WIDTH};
use crate::report::Report;
use netcdf_writer::{DimensionId, NcAttrValue, NcFileBuilder, NcWriteFormat, NcWriteOptions, VariableId};
use proscenium_dsp::acoustics::{Ear, HeadPose, HeadShape};
use proscenium_dsp::array::{Device, Path};
use proscenium_dsp::design::Design;
use proscenium_dsp::engine::Timing;
use proscenium_dsp::upmix::UpmixMode;
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};

/// Name of the file.
const FILE: &str = "filters.sofa";
/// Makes the date that a SOFA file must have the given one, in seconds of 1970, for files that are the same each time
/// (reproducible-builds.org/specs/source-date-epoch).
const DATE_VARIABLE: &str = "SOURCE_DATE_EPOCH";
/// Strengths of an effect that the file holds filters for: all others are mixtures of these.
const STRENGTHS: [f64; 2] = [0.0, 1.0];
/// Paths that carry a signal for a far ear too.
const SIDES: [Path; 2] = [Path::Left, Path::Right];

const COMMENT: &str = "Impulse responses from the signal paths of Proscenium to the drivers of a loudspeaker device. M: paths \
and strengths, as MeasurementDescriptions says; R: drivers, in the order of the output channels. The listener object is the \
device, its receivers are the drivers; SourcePosition is the place that a path is meant for: the left ear, the right ear, the \
middle of the head. Axes: x from the person to the device, y to the person's left, z up; origin at the device. At strength s \
(Cancellation of left and right, Depth of center; 0 to 1) the filters are f0 + s * (f1 - f0), with f0 at strength 0 and f1 at \
strength 1. What the virtual pair brings to an ear from the other side goes through s * f, with f that of the far ear, which leaves \
out what crosstalk brings there already. All share one time axis, so paths are aligned as they are. Corrections of the output channels (gain, delay, \
polarity) are in the filters; upmix, virtual pair and the level shelf of the center are not.";

/// Designs the filters and writes them.
///
/// # Errors
/// When parameters are set that are no part of a design, or the file exists or cannot be written.
pub(super) fn run(
    target: &FilterTarget,
    sides: &SideParameters,
    parameters: &DesignParameters,
    named: &NamedDevice,
) -> Result<Report, Failure> {
    refuse_what_does_not_act(sides)?;
    let folder = OutputFolder::new(&target.output_folder, target.force)?;
    folder.require_absent([FILE])?;
    let settings = parameters.settings(named);
    let design = filters::design(named, &settings, target.rate);
    let content = Content {
        device: &named.device,
        design: &design,
        pose: settings.pose(),
        sample_rate_hz: target.rate,
        settings: parameters.to_json(named).to_string(),
        date: date()?,
    };
    let bytes = content.to_netcdf().map_err(|error| {
        let hint = "a device with plain names may do; please report this";
        Failure::file(format!("{FILE}: {error}"), hint)
    })?;
    folder.write(FILE, &bytes)?;
    let (drivers, taps) = (named.device.drivers.len(), filters::longest(&design));
    let timing = Timing::new(f64::from(target.rate), UpmixMode::Off);
    let json = json!({
        "program": concat!("proscenium ", env!("CARGO_PKG_VERSION")),
        "engine": "sofa",
        "convention": "GeneralFIR",
        "files": [FILE],
        "measurements": measurement_names(),
        "sample_rate_hz": target.rate,
        "taps": taps,
        "main_tap_samples": timing.modelling_delay,
        "settings": parameters.to_json(named),
        "routing": filters::routing(named),
        "device": device_source::to_json(&named.device),
    });
    Ok(Report {
        text: format!(
            "{}: {} filters to each of {drivers} drivers, {taps} taps at {} Hz, written to {}\n",
            named.device.name,
            measurement_names().len(),
            target.rate,
            folder.join(FILE).display()
        ),
        json,
        ..Report::default()
    })
}

/// Filters are those of any strength, width and level; who asks for some would not find them in the file.
fn refuse_what_does_not_act(sides: &SideParameters) -> Result<(), Failure> {
    let set = [
        ("--width", sides.width.to_bits() != WIDTH.default.to_bits()),
        ("--cancel", sides.cancel.to_bits() != CANCEL.default.to_bits()),
        ("--trim", sides.trim.to_bits() != TRIM.default.to_bits()),
        ("--program", sides.program != ProgrammeChoice::Stereo),
    ];
    match set.iter().find(|(_, set)| *set) {
        Some((option, _)) => Err(Failure::usage(
            format!("{option} does not act on --to sofa"),
            "it holds the filters for every strength; leave the option out, or export to wav",
        )),
        None => Ok(()),
    }
}

/// What each measurement is.
fn measurement_names() -> Vec<String> {
    let name = |path: Path| STRENGTHS.map(|strength| format!("{}, strength {strength:.0}", filters::path_name(path)));
    let far = |path: Path| format!("{}, far ear", filters::path_name(path));
    Path::ALL.into_iter().flat_map(name).chain(SIDES.map(far)).collect()
}

/// Now, or the date that the environment gives, as SOFA has it.
fn date() -> Result<String, Failure> {
    let seconds = match std::env::var(DATE_VARIABLE) {
        Ok(text) => text.parse().ok(),
        Err(_) => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH);
            now.ok().and_then(|since| i64::try_from(since.as_secs()).ok())
        }
    };
    let date = seconds.and_then(|seconds| time::OffsetDateTime::from_unix_timestamp(seconds).ok());
    let date = date.ok_or_else(|| {
        let hint = "it holds seconds since 1970, or is not set";
        Failure::usage(format!("{DATE_VARIABLE} is no date"), hint)
    })?;
    let (hour, minute, second) = date.to_hms();
    Ok(format!("{} {hour:02}:{minute:02}:{second:02}", date.date()))
}

/// What goes into the file.
struct Content<'a> {
    device: &'a Device,
    design: &'a Design,
    pose: HeadPose,
    sample_rate_hz: u32,
    /// All that the filters depend on besides the device.
    settings: String,
    date: String,
}

/// SOFA's dimensions.
struct Dimensions {
    one: DimensionId,
    coordinates: DimensionId,
    measurements: DimensionId,
    receivers: DimensionId,
    emitters: DimensionId,
    samples: DimensionId,
    characters: DimensionId,
}

impl Content<'_> {
    fn to_netcdf(&self) -> netcdf_writer::Result<Vec<u8>> {
        let mut file = NcFileBuilder::new();
        for (name, value) in self.attributes() {
            file.add_attribute(name, chars(&value))?;
        }
        let drivers: Vec<String> = self.device.drivers.iter().map(|driver| ascii(&driver.name)).collect();
        let measurements = measurement_names();
        let taps = filters::longest(self.design);
        let characters = drivers.iter().chain(&measurements).map(String::len).max().unwrap_or(1);
        let dimensions = Dimensions {
            one: file.add_dimension("I", 1)?,
            coordinates: file.add_dimension("C", 3)?,
            receivers: file.add_dimension("R", drivers.len() as u64)?,
            emitters: file.add_dimension("E", 1)?,
            samples: file.add_dimension("N", taps as u64)?,
            measurements: file.add_dimension("M", measurements.len() as u64)?,
            characters: file.add_dimension("S", characters as u64)?,
        };
        self.add_positions(&mut file, &dimensions)?;
        let names = [
            ("ReceiverDescriptions", dimensions.receivers, drivers),
            ("MeasurementDescriptions", dimensions.measurements, measurements),
        ];
        for (name, dimension, values) in names {
            let variable = file.add_char_variable(name, &[dimension, dimensions.characters])?;
            file.write_char_variable_strings(variable, &values)?;
        }
        self.add_responses(&mut file, &dimensions, taps)?;
        let (_, bytes) = file.to_vec(NcWriteOptions {
            format: NcWriteFormat::Nc4,
        })?;
        Ok(bytes)
    }

    /// What the standard asks for, and the settings.
    fn attributes(&self) -> [(&'static str, String); 20] {
        let fixed = |text: &str| String::from(text);
        [
            ("Conventions", fixed("SOFA")),
            ("Version", fixed("2.1")),
            ("SOFAConventions", fixed("GeneralFIR")),
            ("SOFAConventionsVersion", fixed("1.0")),
            ("APIName", fixed("netcdf-writer")),
            ("APIVersion", fixed("0.12")),
            ("ApplicationName", fixed("Proscenium")),
            ("ApplicationVersion", fixed(env!("CARGO_PKG_VERSION"))),
            ("AuthorContact", fixed("not given")),
            ("Organization", fixed("not given")),
            ("License", fixed("Filters belong to whoever designed them.")),
            ("DataType", fixed("FIR")),
            ("RoomType", fixed("free field")),
            ("Title", format!("Filters for {}", self.device.name)),
            ("Comment", fixed(COMMENT)),
            ("History", format!("Designed with {}", self.settings)),
            ("Origin", fixed("Designed on an acoustic model of device and listener")),
            ("References", fixed("AES69-2022")),
            ("DateCreated", self.date.clone()),
            ("DateModified", self.date.clone()),
        ]
    }

    fn add_positions(&self, file: &mut NcFileBuilder, dimensions: &Dimensions) -> netcdf_writer::Result<()> {
        let Dimensions {
            one,
            coordinates,
            measurements,
            receivers,
            emitters,
            ..
        } = *dimensions;
        let drivers = self.device.drivers.iter();
        let drivers_m: Vec<f64> = drivers
            .flat_map(|driver| driver.position_m(&self.device.enclosure))
            .collect();
        let aims = Path::ALL.into_iter().flat_map(|path| STRENGTHS.map(|_| path));
        let aims_m: Vec<f64> = aims.chain(SIDES).flat_map(|path| self.aim_m(path)).collect();
        let origin = vec![0.0; 3];
        for (name, shape, values) in [
            ("ListenerPosition", &[one, coordinates][..], origin.clone()),
            ("ListenerView", &[one, coordinates], vec![1.0, 0.0, 0.0]),
            ("ReceiverPosition", &[receivers, coordinates], drivers_m),
            ("SourcePosition", &[measurements, coordinates], aims_m),
            ("EmitterPosition", &[emitters, coordinates, one], origin),
        ] {
            let variable = add_doubles(file, name, shape, &values)?;
            file.add_variable_attribute(variable, "Type", chars("cartesian"))?;
            file.add_variable_attribute(variable, "Units", chars("metre"))?;
        }
        Ok(())
    }

    /// The place that a path is meant for, device coordinates, metres.
    fn aim_m(&self, path: Path) -> [f64; 3] {
        let [x, y, z] = self.pose.center_m();
        let head = HeadShape::default();
        let ear = |ear: Ear| {
            let (sin, cos) = (self.pose.yaw_rad + head.ear_azimuth_rad(ear)).sin_cos();
            [x + head.radius_m * cos, y + head.radius_m * sin, z]
        };
        match path {
            Path::Left => ear(Ear::Left),
            Path::Right => ear(Ear::Right),
            Path::Center => [x, y, z],
        }
    }

    fn add_responses(
        &self,
        file: &mut NcFileBuilder,
        dimensions: &Dimensions,
        taps: usize,
    ) -> netcdf_writer::Result<()> {
        let Dimensions {
            one,
            measurements,
            receivers,
            samples,
            ..
        } = *dimensions;
        let paths = self.design.drivers.iter();
        let firs = paths.flat_map(|path| [&path.base, &path.full]);
        let responses: Vec<f64> = firs
            .chain(&self.design.far.drivers)
            .flat_map(|firs| filters::impulse_responses(firs, taps))
            .flatten()
            .map(f64::from)
            .collect();
        add_doubles(file, "Data.IR", &[measurements, receivers, samples], &responses)?;
        let rate = add_doubles(file, "Data.SamplingRate", &[one], &[f64::from(self.sample_rate_hz)])?;
        file.add_variable_attribute(rate, "Units", chars("hertz"))?;
        let no_delay = vec![0.0; self.device.drivers.len()];
        add_doubles(file, "Data.Delay", &[one, receivers], &no_delay)?;
        Ok(())
    }
}

fn add_doubles(
    file: &mut NcFileBuilder,
    name: &str,
    shape: &[DimensionId],
    values: &[f64],
) -> netcdf_writer::Result<VariableId> {
    let variable = file.add_variable::<f64>(name, shape)?;
    file.write_variable(variable, values)?;
    Ok(variable)
}

/// A name that readers of SOFA's character variables, which hold ASCII, take.
fn ascii(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' })
        .collect()
}

fn chars(text: &str) -> NcAttrValue {
    NcAttrValue::Chars(text.to_owned())
}
