//! SOFA files (AES69), as far as they hold impulse responses: attributes, responses, positions.
//!
//! SOFA is HDF5 with agreed names. Files come from anywhere, so sizes are bounded before anything is read, and what the reader
//! of HDF5 makes of a damaged file is an error, whatever it is.

use std::fs::File;
use std::io::Read as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use hdf5_reader::error::Error;
use hdf5_reader::group::Group;
use hdf5_reader::{Dataset, Datatype, Hdf5File, OpenOptions};

use super::error::{MeasuredError, MeasuredProblem};
use super::limits::{LARGEST_FILE_BYTES, LONGEST_RESPONSE_S, MOST_SAMPLES, RATES_HZ, SILENT_BELOW_DB};

/// Largest array of positions, elements.
const MOST_POSITIONS: u64 = 1 << 20;
/// Largest attribute that is looked at and largest object header, bytes.
const HEADER_BYTES: usize = 1 << 20;

/// Numbers with a shape, the last index fastest.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Array {
    pub(super) shape: Vec<usize>,
    pub(super) values: Vec<f64>,
}

/// Positions or directions: cartesian, metres.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Positions {
    rows: Vec<[f64; 3]>,
}

impl Positions {
    #[cfg(test)]
    pub(super) fn of(rows: Vec<[f64; 3]>) -> Self {
        Self { rows }
    }

    /// The position of an index; one for all where there is only one.
    pub(super) fn at(&self, index: usize) -> [f64; 3] {
        let last = self.rows.len().saturating_sub(1);
        self.rows.get(index.min(last)).copied().unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }
}

/// What a SOFA file of impulse responses holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SofaFile {
    pub(super) origin: String,
    /// `SOFAConventions`.
    pub(super) convention: String,
    /// `DataType`.
    pub(super) data_type: String,
    pub(super) sample_rate_hz: f64,
    /// `Data.IR` with the dimensions that the type says.
    pub(super) responses: Array,
    /// `Data.Delay`, samples, with the leading dimensions of the responses or 1.
    delays: Option<Array>,
    pub(super) source: Option<Positions>,
    pub(super) emitter: Option<Positions>,
    pub(super) listener: Option<Positions>,
    pub(super) listener_view: Option<Positions>,
    pub(super) receiver: Option<Positions>,
}

/// All of a file, unless it is none or too large. `kind` is what it should be.
pub(super) fn read_bounded(path: &Path, kind: &'static str) -> Result<Vec<u8>, MeasuredError> {
    let fail = |problem| MeasuredError::new(&path.display().to_string(), problem);
    let unreadable = |error: std::io::Error| fail(MeasuredProblem::Unreadable(error.to_string()));
    // Asked before opening: to open a pipe would wait for a writer.
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(fail(MeasuredProblem::NotAFile(kind)));
    }
    let too_large = |bytes| fail(MeasuredProblem::TooLarge { bytes });
    if metadata.len() > LARGEST_FILE_BYTES {
        return Err(too_large(metadata.len()));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    // It may grow meanwhile.
    file.take(LARGEST_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > LARGEST_FILE_BYTES {
        return Err(too_large(bytes.len() as u64));
    }
    Ok(bytes)
}

impl SofaFile {
    /// Reads a file.
    pub(super) fn open(path: &Path) -> Result<Self, MeasuredError> {
        Self::parse(read_bounded(path, "SOFA")?, &path.display().to_string())
    }

    /// Reads what is in memory; `origin` names it in errors.
    pub(super) fn parse(bytes: Vec<u8>, origin: &str) -> Result<Self, MeasuredError> {
        // The reader refuses damaged files by errors. Should it ever panic over one, that is an error too: a plugin must not
        // take its host down over a file.
        catch_unwind(AssertUnwindSafe(|| Self::parse_unguarded(bytes, origin)))
            .unwrap_or_else(|_| Err(MeasuredProblem::NotSofa(String::from("its reader gave up"))))
            .map_err(|problem| MeasuredError::new(origin, problem))
    }

    fn parse_unguarded(bytes: Vec<u8>, origin: &str) -> Result<Self, MeasuredProblem> {
        let largest = MOST_SAMPLES as usize * size_of::<f64>();
        let options = OpenOptions::default()
            .with_max_read_bytes(largest)
            .with_max_chunk_bytes(largest)
            .with_max_object_header_bytes(HEADER_BYTES)
            .with_chunk_cache_bytes(0);
        let file = Hdf5File::from_vec_with_options(bytes, options).map_err(not_sofa)?;
        let root = file.root_group().map_err(not_sofa)?;
        if text(&root, "Conventions")? != "SOFA" {
            return Err(MeasuredProblem::NotSofa(String::from("its Conventions are not SOFA")));
        }
        let responses = array(&root, "Data.IR", MOST_SAMPLES)?.ok_or(MeasuredProblem::Missing("Data.IR"))?;
        let rate = array(&root, "Data.SamplingRate", MOST_POSITIONS)?;
        let rate = rate.ok_or(MeasuredProblem::Missing("Data.SamplingRate"))?;
        let file = Self {
            origin: origin.to_owned(),
            convention: text(&root, "SOFAConventions")?,
            data_type: text(&root, "DataType")?,
            sample_rate_hz: rate.values.first().copied().unwrap_or(f64::NAN),
            responses,
            delays: array(&root, "Data.Delay", MOST_POSITIONS)?,
            source: positions(&root, "SourcePosition")?,
            emitter: positions(&root, "EmitterPosition")?,
            listener: positions(&root, "ListenerPosition")?,
            listener_view: positions(&root, "ListenerView")?,
            receiver: positions(&root, "ReceiverPosition")?,
        };
        file.check()?;
        Ok(file)
    }

    /// What must hold for every convention.
    fn check(&self) -> Result<(), MeasuredProblem> {
        if !RATES_HZ.contains(&self.sample_rate_hz) {
            return Err(MeasuredProblem::SampleRate(self.sample_rate_hz));
        }
        let Array { shape, values } = &self.responses;
        let expected = |expected: &str| MeasuredProblem::Size {
            name: "Data.IR",
            found: shape.clone(),
            expected: expected.to_owned(),
        };
        if !(3..=4).contains(&shape.len()) {
            return Err(expected("measurements × receivers × samples, with FIR-E also emitters"));
        }
        if values.is_empty() {
            return Err(expected("at least one of each"));
        }
        if let Some(at) = values.iter().position(|value| !value.is_finite()) {
            return Err(MeasuredProblem::NotFinite {
                place: format!("Data.IR at {:?}", indices(shape, at)),
                value: values[at],
            });
        }
        let delays = self.delays.iter().flat_map(|delays| &delays.values);
        if let Some(&value) = delays
            .copied()
            .filter(|delay| !delay.is_finite())
            .collect::<Vec<_>>()
            .first()
        {
            return Err(MeasuredProblem::NotFinite {
                place: String::from("Data.Delay"),
                value,
            });
        }
        Ok(())
    }

    /// The responses as `[row][sample]`, and the sizes of the leading dimensions: the axis of samples is the last one, or
    /// `samples_axis`. No response is silent or longer than allowed.
    pub(super) fn rows(&self, samples_axis: usize) -> Result<(Vec<usize>, Vec<Vec<f64>>), MeasuredProblem> {
        let Array { shape, values } = &self.responses;
        let samples = shape[samples_axis];
        let seconds = samples as f64 / self.sample_rate_hz;
        if seconds > LONGEST_RESPONSE_S {
            return Err(MeasuredProblem::TooLong(seconds));
        }
        // Distance of neighbouring samples, and of neighbouring indices before them.
        let inner: usize = shape[samples_axis + 1..].iter().product();
        let outer: usize = shape[..samples_axis].iter().product();
        let row = |n: usize| -> Vec<f64> {
            let first = n / inner * samples * inner + n % inner;
            (0..samples).map(|k| values[first + k * inner]).collect()
        };
        let mut leading = shape.clone();
        leading.remove(samples_axis);
        let rows: Vec<Vec<f64>> = (0..outer * inner).map(row).collect();
        if let Some(n) = silent(&rows) {
            return Err(MeasuredProblem::Silent {
                place: format!("the response {:?} of Data.IR", indices(&leading, n)),
            });
        }
        Ok((leading, rows))
    }

    /// Delay of a row of [`rows`](Self::rows), seconds, by its indices in the leading dimensions.
    pub(super) fn delay_s(&self, indices: &[usize]) -> f64 {
        let Some(Array { shape, values }) = &self.delays else {
            return 0.0;
        };
        let mut at = 0;
        for (&size, &index) in shape.iter().zip(indices) {
            at = at * size + index.min(size.saturating_sub(1));
        }
        values.get(at).copied().unwrap_or(0.0) / self.sample_rate_hz
    }
}

/// Index of a response that is silent beside the loudest.
pub(super) fn silent(rows: &[Vec<f64>]) -> Option<usize> {
    let peak = |row: &Vec<f64>| row.iter().fold(0.0, |peak: f64, x| peak.max(x.abs()));
    let loudest = rows.iter().map(peak).fold(0.0, f64::max);
    let least = loudest * 10_f64.powf(SILENT_BELOW_DB / 20.0);
    rows.iter().position(|row| peak(row) <= least)
}

/// Indices of an element of an array, the last one fastest.
fn indices(shape: &[usize], mut at: usize) -> Vec<usize> {
    let mut indices: Vec<usize> = shape
        .iter()
        .rev()
        .map(|&size| {
            let index = at % size.max(1);
            at /= size.max(1);
            index
        })
        .collect();
    indices.reverse();
    indices
}

#[allow(clippy::needless_pass_by_value)] // Given to `map_err`.
fn not_sofa(error: Error) -> MeasuredProblem {
    // One line, and no longer than a line.
    let words = error.to_string().replace('\n', "; ");
    MeasuredProblem::NotSofa(words.chars().take(160).collect())
}

/// A text attribute of the file; empty if there is none.
fn text(root: &Group, name: &str) -> Result<String, MeasuredProblem> {
    match root.attribute(name) {
        Ok(attribute) => {
            let text = attribute.read_string().map_err(not_sofa)?;
            Ok(text.trim_end_matches('\0').chars().take(80).collect())
        }
        Err(Error::AttributeNotFound(_)) => Ok(String::new()),
        Err(error) => Err(not_sofa(error)),
    }
}

/// An array of the file, if there is one of that name.
fn array(root: &Group, name: &'static str, most: u64) -> Result<Option<Array>, MeasuredProblem> {
    match root.dataset(name) {
        Ok(dataset) => numbers(&dataset, most).map(Some),
        Err(Error::DatasetNotFound(_)) => Ok(None),
        Err(error) => Err(not_sofa(error)),
    }
}

/// The numbers of an array, of any type.
fn numbers(dataset: &Dataset, most: u64) -> Result<Array, MeasuredProblem> {
    let elements = dataset.num_elements().map_err(not_sofa)?;
    if elements > most {
        return Err(MeasuredProblem::TooManySamples { samples: elements });
    }
    let shape = dataset.shape().iter().map(|&size| size as usize).collect();
    macro_rules! read {
        ($type:ty) => {{
            let values = dataset.read_array::<$type>().map_err(not_sofa)?;
            values.into_iter().map(|value| value as f64).collect()
        }};
    }
    let values: Vec<f64> = match *dataset.dtype() {
        Datatype::FloatingPoint { size: 8, .. } => read!(f64),
        Datatype::FloatingPoint { size: 4, .. } => read!(f32),
        Datatype::FixedPoint {
            size: 4, signed: true, ..
        } => read!(i32),
        Datatype::FixedPoint {
            size: 2, signed: true, ..
        } => read!(i16),
        Datatype::FixedPoint {
            size: 8, signed: true, ..
        } => read!(i64),
        _ => return Err(MeasuredProblem::NotSofa(String::from("numbers of an unusual type"))),
    };
    Ok(Array { shape, values })
}

/// Positions of the file in cartesian coordinates, metres. Of more than two dimensions, as receivers that move, the first
/// index of the last one counts.
fn positions(root: &Group, name: &'static str) -> Result<Option<Positions>, MeasuredProblem> {
    let dataset = match root.dataset(name) {
        Ok(dataset) => dataset,
        Err(Error::DatasetNotFound(_)) => return Ok(None),
        Err(error) => return Err(not_sofa(error)),
    };
    let Array { shape, values } = numbers(&dataset, MOST_POSITIONS)?;
    let wrong = || MeasuredProblem::Size {
        name,
        found: shape.clone(),
        expected: String::from("rows of three coordinates"),
    };
    if !(2..=3).contains(&shape.len()) || shape[1] != 3 || values.is_empty() {
        return Err(wrong());
    }
    let step = shape.get(2).copied().unwrap_or(1);
    let row = |row: &[f64]| [row[0], row[step], row[2 * step]];
    let rows: Vec<[f64; 3]> = values.chunks_exact(3 * step).map(row).collect();
    if let Some(&value) = rows.iter().flatten().find(|value| !value.is_finite()) {
        return Err(MeasuredProblem::NotFinite {
            place: name.to_owned(),
            value,
        });
    }
    let kind = dataset.attribute("Type").and_then(|attribute| attribute.read_string());
    let spherical = kind.is_ok_and(|kind| kind.starts_with("spherical"));
    let rows = if spherical {
        rows.into_iter().map(cartesian).collect()
    } else {
        rows
    };
    Ok(Some(Positions { rows }))
}

/// From azimuth and elevation in degrees and distance in metres.
fn cartesian([azimuth_deg, elevation_deg, distance_m]: [f64; 3]) -> [f64; 3] {
    let (sin_az, cos_az) = azimuth_deg.to_radians().sin_cos();
    let (sin_el, cos_el) = elevation_deg.to_radians().sin_cos();
    [cos_el * cos_az, cos_el * sin_az, sin_el].map(|x| x * distance_m)
}
