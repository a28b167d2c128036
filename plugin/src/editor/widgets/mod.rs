//! Controls that the panels share.

mod choice;
mod entry;
mod frequency_strip;
mod gain_field;
mod help;
mod knob;
mod panel;
mod port_field;
mod steps;
mod toggle;

pub(crate) use choice::Choice;
pub(crate) use frequency_strip::{frequency_strip, frequency_text};
pub(crate) use gain_field::GainField;
pub(crate) use help::tooltip;
pub(crate) use knob::{KNOB_SIZE, Knob};
pub(crate) use panel::{panel, tab_button};
pub(crate) use port_field::PortField;
pub(crate) use steps::{fineness, wheel_notches};
pub(crate) use toggle::{Toggle, more_button, push_button};
