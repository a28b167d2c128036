//! Filter design, off the audio thread: from a device and a listener to finite impulse responses.
//!
//! ```text
//! device, pose, zone ─► plant ─► reference weights w₀ (with tone, the treble of the sides from the centre's drivers),
//!     canceller and beam weights w₁
//!     ─► tone, alignment ─► taps of w₀ and of w₁ for every path and driver
//! ```
//!
//! `w₀` and `w₁` give the same response at their target, the ipsilateral ear or the listener on the beam's axis, and so
//! does every mixture of them: the strength of an effect is a plain gain.

mod align;
mod assembly;
mod bands;
mod beam;
mod canceller;
mod carrier;
pub mod constant_directivity;
mod directivity_beam;
mod directivity_guard;
mod effort;
mod far_ear;
mod fit;
mod grid;
mod quadratic;
mod realise;
mod settings;
mod shares;
mod sphere_average;
mod target;
mod tone;
mod weights;
mod zone;

pub use crate::array::Path;
pub use assembly::{Design, FILTER_INPUTS, FarFilters, PathFilters};
pub(crate) use bands::band_gate;
pub use beam::{BeamGoal, beam_weights};
pub use canceller::{CancellerGoal, ZoneResponses, canceller_weights};
pub use directivity_beam::{DIRECTIVITY_RANGE_HZ, DirectivityBeam, directivity_beam};
pub use grid::Grid;
pub use quadratic::Weights;
pub use settings::{BeamKind, DesignSettings, DeviceChoice, RoomChoice, ZoneGoal};
pub use target::{MAX_TARGET_NODES, TARGET_RANGE_DB, TARGET_RANGE_HZ, TargetCurve, TargetError, TargetNodes};
pub use zone::{WeightedPose, zone_half_depth_m, zone_poses};
