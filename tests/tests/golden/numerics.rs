//! How a machine rounds where it is free to.

use sha2::{Digest, Sha256};

/// Differs between machines on which the same program may put out other last bits: by the system's mathematical functions
/// and the processor's vectors.
pub fn fingerprint() -> String {
    let mut hash = Sha256::new();
    for n in 1..20_000 {
        let x = 0.013 * f64::from(n);
        for value in [
            x.sin(),
            x.cos(),
            x.ln(),
            (-x).exp(),
            x.sqrt().atan2(3.0),
            x.powf(0.3),
            (x * 0.01).sinh(),
        ] {
            hash.update(value.to_le_bytes());
        }
    }
    let functions: String = hash
        .finalize()
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{}, {}, functions {functions}", std::env::consts::ARCH, vectors())
}

#[cfg(target_arch = "x86_64")]
fn vectors() -> String {
    let has = [
        ("avx", std::arch::is_x86_feature_detected!("avx")),
        ("avx2", std::arch::is_x86_feature_detected!("avx2")),
        ("fma", std::arch::is_x86_feature_detected!("fma")),
    ];
    let names: Vec<&str> = has.iter().filter(|(_, has)| *has).map(|(name, _)| *name).collect();
    names.join(" ")
}

#[cfg(not(target_arch = "x86_64"))]
fn vectors() -> String {
    String::from("baseline")
}
