//! The audio engine: stereo in, driver signals out, on a block grid of its own.
//!
//! ```text
//! host blocks ─► hop buffer ─► FrontEnd (upmix, virtualiser, levels) ─► six filter inputs
//!     ─► FilterBank of the current FilterSet (cross-faded to the next; the preview with its room) ─► guard ─► bypass ─► Burst ─► host blocks
//! ```
//!
//! Nothing here allocates, locks or waits in `process`. Filters come in, and go out again, through a [`DesignSource`].

mod bank;
mod burst;
mod controls;
mod delay;
mod filter_set;
mod front_end;
pub mod guard;
mod handover;
mod history;
mod identify;
mod lane;
mod meters;
mod noise;
mod processor;
mod ramp;
mod room;
mod swap;
mod timing;
mod voice;

pub use bank::{BankScratch, FilterBank, Fir};
pub use controls::{Controls, Output, Programme};
pub use filter_set::{Destination, FilterSet, OutputMap};
pub use handover::{DesignRequest, DesignSource, Handover, RoomHandover, Settled};
pub use history::InputHistory;
pub use identify::Identify;
pub use meters::Meters;
pub use processor::Engine;
pub use room::{RoomDelivery, RoomFilters};
pub use timing::Timing;
