//! Tests of the built bundles.
