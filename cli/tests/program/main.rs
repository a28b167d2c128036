//! The built program as users call it.

mod design;
mod devices;
mod support;
