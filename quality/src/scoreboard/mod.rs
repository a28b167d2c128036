//! Crosstalk cancellation beside published cancellers, on the same plants.
