//! virtualiser
