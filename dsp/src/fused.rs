//! Multiplication and addition in one operation where the processor has it.

/// Whether every processor of this architecture has it. Elsewhere a function that is compiled for several processors
/// finds out by `target_cfg_f!(target_feature = "fma")`.
pub const ALWAYS: bool = cfg!(target_arch = "aarch64");

/// `a b + c`, rounded once if `FUSED`. That must be so only where the processor can: the substitute costs far more.
#[inline(always)]
pub fn multiply_add<const FUSED: bool>(a: f32, b: f32, c: f32) -> f32 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}
