//! upmix
