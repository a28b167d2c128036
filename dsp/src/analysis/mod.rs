//! What a finished design does in the acoustic model: cancellation at the ears, radiation of the centre beam.
//!
//! Everything here is measured on the realised filters, truncated and faded as they play, on any set of frequencies and at
//! any head position, not on the spectra that the design had in mind.
//!
//! [`Survey`] gathers what the editor draws.

mod alignment;
mod beam_pattern;
mod cancellation;
mod contour;
mod driver_products;
mod driver_spectra;
mod ear_signals;
mod ends;
pub mod figures;
mod listening;
mod matrix_mix;
mod path_levels;
mod pattern_map;
mod played;
mod radiation;
mod scale;
mod survey;
mod zone_map;

pub use alignment::arrivals_samples;
pub use beam_pattern::{BeamPattern, directivity_ceiling_db};
pub use cancellation::Cancellation;
pub use contour::contour_lines;
pub(crate) use driver_products::sphere_directions;
pub use driver_spectra::DriverSpectra;
pub use ear_signals::{EarSignalErrors, EarSignalTest, EarSignals};
pub use listening::ListeningCurves;
pub use path_levels::{largest_difference_db, path_levels_db};
pub use pattern_map::{PathRadiation, PatternMap};
pub use played::played_filters;
pub use scale::{amplitude_db, log_frequencies_hz, mean, power_db, third_octave_db, worse};
pub use survey::{Picture, Strengths, Survey};
pub use zone_map::ZoneMap;
