//! What can be wrong with measured data.

use thiserror::Error;

use super::limits::{
    LARGEST_FILE_BYTES, LONGEST_RESPONSE_S, LOWEST_RATE_HZ, MOST_KEPT_SAMPLES, MOST_POINTS, MOST_SAMPLES, RATES_HZ,
    SILENT_BELOW_DB,
};

/// Measured data that cannot be used: which file, what is wrong with it and what is allowed.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("{origin}: {problem}")]
pub struct MeasuredError {
    /// Where the data came from: a path, or a word for it.
    pub origin: String,
    /// What is wrong with it.
    pub problem: MeasuredProblem,
}

impl MeasuredError {
    pub(crate) fn new(origin: &str, problem: MeasuredProblem) -> Self {
        Self {
            origin: origin.to_owned(),
            problem,
        }
    }
}

/// What is wrong with measured data; every message is one line that ends with what is allowed or what to do.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum MeasuredProblem {
    /// The file cannot be read, in the words of the system.
    #[error("{0}; give the path of a file that can be read")]
    Unreadable(String),
    /// A folder, a device, a pipe.
    #[error("not a file; give the path of a {0} file")]
    NotAFile(&'static str),
    /// A file too large to be read.
    #[error("{bytes} bytes; allowed are at most {LARGEST_FILE_BYTES}")]
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// Not HDF5, or damaged, in the words of the reader.
    #[error("not a SOFA file, or a damaged one ({0}); give a file in SOFA's HDF5 form (AES69)")]
    NotSofa(String),
    /// Not a WAV file, or damaged, in the words of the reader.
    #[error("not a WAV file, or a damaged one ({0}); give a WAV file of integers or 32-bit floats")]
    NotWave(String),
    /// A SOFA file for something else.
    #[error("the convention is {found}; allowed are {allowed}")]
    Convention {
        /// The convention of the file.
        found: String,
        /// What can be used here.
        allowed: &'static str,
    },
    /// Data in a form that is no impulse response.
    #[error("the data are of the type {found}; allowed are {allowed}")]
    DataType {
        /// The type of the file.
        found: String,
        /// What can be used here.
        allowed: &'static str,
    },
    /// Something that must be there is not.
    #[error("{0} is missing; a SOFA file of this convention has it")]
    Missing(&'static str),
    /// An array of another size than those that belong to it.
    #[error("{name} has the size {found:?}; expected is {expected}")]
    Size {
        /// The array.
        name: &'static str,
        /// Its size.
        found: Vec<usize>,
        /// What fits the rest.
        expected: String,
    },
    /// Too much data.
    #[error("{samples} samples; allowed are at most {MOST_SAMPLES}")]
    TooManySamples {
        /// Samples of all responses.
        samples: u64,
    },
    /// A sample rate that cannot be used.
    #[error(
        "the sample rate is {0} Hz; allowed are {LOWEST_RATE_HZ} to {highest} Hz, for the design reaches up to 16 kHz",
        highest = RATES_HZ.end()
    )]
    SampleRate(f64),
    /// NaN or an infinity.
    #[error("{place} holds {value}, which is no finite number; measure again or repair the file")]
    NotFinite {
        /// The array and where in it.
        place: String,
        /// The value.
        value: f64,
    },
    /// A response without any sound.
    #[error(
        "{place} is silent, below {SILENT_BELOW_DB} dB of the loudest; check the cable or the channel, and measure again"
    )]
    Silent {
        /// Which response.
        place: String,
    },
    /// Wrong number of ears.
    #[error("{receivers} receivers; expected are 2, the left and the right ear")]
    NotTwoEars {
        /// Receivers of the file.
        receivers: usize,
    },
    /// Directions that leave large gaps.
    #[error(
        "{found} directions on the horizon, {gap_deg:.0}° apart at most; a head needs them at most {allowed_deg}° apart all around"
    )]
    SparseDirections {
        /// Directions there are.
        found: usize,
        /// The largest gap, degrees.
        gap_deg: f64,
        /// The largest gap allowed, degrees.
        allowed_deg: f64,
    },
    /// Ears exchanged, or axes turned.
    #[error(
        "sound from the left is louder at the right ear; exchange the receivers, or check that y points to the left"
    )]
    EarsExchanged,
    /// Not as many responses as drivers.
    #[error("responses of {found} drivers; the device has {drivers}: {names}")]
    DriverCount {
        /// Drivers measured.
        found: usize,
        /// Drivers of the device.
        drivers: usize,
        /// Their names.
        names: String,
    },
    /// Not as many responses as positions.
    #[error("{found} channels; expected are {expected}")]
    Channels {
        /// Channels of the file.
        found: usize,
        /// What they must be.
        expected: String,
    },
    /// Files of one measurement at different rates.
    #[error("the sample rate is {found} Hz, that of the first file {expected} Hz; give files of one rate")]
    RatesDiffer {
        /// The rate of this file.
        found: f64,
        /// The rate of the first.
        expected: f64,
    },
    /// A place that makes no sense.
    #[error("{place} is at {position_m:?} m; allowed is {allowed}")]
    Place {
        /// What is there.
        place: String,
        /// Device coordinates, metres.
        position_m: [f64; 3],
        /// Where it may be.
        allowed: String,
    },
    /// Too many points to keep.
    #[error("{found} points; allowed are 1 to {MOST_POINTS}")]
    PointCount {
        /// Points of the measurement.
        found: usize,
    },
    /// More than a session should hold.
    #[error("{samples} samples to keep; allowed are at most {MOST_KEPT_SAMPLES}: give fewer head positions or points")]
    TooMuchKept {
        /// Samples of all responses, cut to what is used.
        samples: usize,
    },
    /// A response that does not end in time.
    #[error(
        "a response of {0:.3} s; allowed are at most {LONGEST_RESPONSE_S} s: cut out the part around the direct sound"
    )]
    TooLong(f64),
    /// Nothing in it that looks like the device.
    #[error(
        "the responses do not begin with a direct sound that could be the drivers'; check order and polarity, and measure again"
    )]
    NoDirectSound,
    /// Embedded data that nobody wrote so.
    #[error("embedded data are damaged: {0}; refer to the measured file instead")]
    Embedded(&'static str),
}
