//! Spatial audio for compact loudspeakers.
//!
//! ```text
//!         ┌─ l ─► virtualiser ─► ear signals ─► canceller filters ─┐
//! L,R ─► upmix ─ r ─►                                              ├─► align ─► bands ─► driver 1..N
//!         └─ c ───────────────────────────────► beam filters ──────┘
//! ```
//!
//! # Conventions
//!
//! - Listener-aligned axes as in SOFA (AES69): `x` forward from the listener to the device, `y` to the listener's left,
//!   `z` up. The device's origin lies `distance_m` in front of the nominal head centre.
//! - Beam azimuth is seen from the device: 0° towards the listener, positive towards the listener's left.
//! - Time convention `e^{+jωt}`: a delay of τ is `e^{-jωτ}`.
//! - Design runs in `f64` off the audio thread; audio runs in `f32`.
pub mod acoustics;
pub mod analysis;
pub mod array;
mod bins;
pub mod constants;
pub mod design;
pub mod engine;
mod fused;
pub mod level;
pub mod measured;
mod parallel;
pub mod room;
mod samples;
pub mod upmix;
pub mod virtualiser;

#[cfg(test)]
mod testing;
