//! Measured data in place of models: heads and devices, from SOFA files (AES69) and WAV files.
//!
//! Everything here happens when a file is loaded. What comes of it is small, can be written into a device file or a session,
//! and takes the place of a model in [`Plant`](crate::acoustics::Plant), so that whatever asks there need not know.

mod aligned;
mod calibrated;
mod device;
mod error;
mod head;
mod head_file;
mod in_room;
mod limits;
mod load;
mod on_grid;
mod packed;
mod recorded;
mod rings;
mod scattered;
mod sofa;
mod transform;
mod wave;

pub use device::MeasuredDevice;
pub(crate) use device::MeasuredText;
pub use error::{MeasuredError, MeasuredProblem};
pub use head::{HeadAllAround, HeadSpectra, ListenerHead, MeasuredHead};
pub use limits::{LARGEST_FILE_BYTES, LONGEST_RESPONSE_S, MOST_KEPT_SAMPLES, MOST_POINTS, MOST_SAMPLES, RATES_HZ};
pub(crate) use on_grid::{MeasuredAtEars, MeasuredRadiator};
