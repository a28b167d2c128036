//! The built program as users call it.

mod devices;
mod support;
