//! What a finished design does in the acoustic model: cancellation at the ears, radiation of the centre beam.
//!
//! Everything here is measured on the realised filters, truncated and faded as they play, on any set of frequencies and at
//! any head position, not on the spectra that the design had in mind.

mod alignment;
mod beam_pattern;
mod cancellation;
mod driver_spectra;
pub mod figures;
mod scale;

pub use alignment::arrivals_samples;
pub use beam_pattern::BeamPattern;
pub use cancellation::Cancellation;
pub use driver_spectra::DriverSpectra;
pub use scale::{amplitude_db, log_frequencies_hz, mean, power_db, third_octave_db, worse};
