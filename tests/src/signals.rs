//! Test signals and how outputs are compared.

/// White noise of a seed: a linear congruential generator, so that every machine gets the same.
#[must_use]
pub fn noise(seed: u32, frames: usize, level: f32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        level * ((state >> 8) as f32 / (1 << 23) as f32 - 1.0)
    };
    (0..frames).map(|_| next()).collect()
}

/// Stereo noise with a common and a separate part on each side: something for every path of the plugin.
#[must_use]
pub fn programme(frames: usize) -> Vec<Vec<f32>> {
    let [common, left, right] = [1, 2, 3].map(|seed| noise(seed, frames, 0.05));
    let mix = |side: Vec<f32>| common.iter().zip(side).map(|(common, side)| common + side).collect();
    vec![mix(left), mix(right)]
}

/// Silence with one sample of `level` at frame `at`.
#[must_use]
pub fn impulse(at: usize, level: f32, frames: usize) -> Vec<f32> {
    let mut samples = vec![0.0; frames];
    samples[at] = level;
    samples
}

/// Largest magnitude of any sample.
#[must_use]
pub fn peak(channels: &[Vec<f32>]) -> f32 {
    channels
        .iter()
        .flatten()
        .fold(0.0, |peak: f32, sample| peak.max(sample.abs()))
}

/// Largest difference between two outputs.
///
/// # Panics
/// When they differ in channels or length.
#[must_use]
pub fn difference(a: &[Vec<f32>], b: &[Vec<f32>]) -> f32 {
    assert_eq!(a.len(), b.len(), "channels");
    let pairs = a.iter().zip(b).flat_map(|(a, b)| {
        assert_eq!(a.len(), b.len(), "frames");
        a.iter().zip(b)
    });
    pairs.fold(0.0, |worst, (a, b)| worst.max((a - b).abs()))
}

/// Asserts bit for bit equality, and names the first difference.
///
/// # Panics
/// When the outputs differ.
pub fn assert_identical(a: &[Vec<f32>], b: &[Vec<f32>], what: &str) {
    assert_eq!(a.len(), b.len(), "{what}: channels");
    for (channel, (a, b)) in a.iter().zip(b).enumerate() {
        assert_eq!(a.len(), b.len(), "{what}: frames");
        if let Some(frame) = a.iter().zip(b).position(|(a, b)| a.to_bits() != b.to_bits()) {
            panic!(
                "{what}: channel {channel} differs from frame {frame}: {} against {}",
                a[frame], b[frame]
            );
        }
    }
}
