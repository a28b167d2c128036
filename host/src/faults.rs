//! Finds samples that a plugin left unwritten, wrote out of bounds, or made unusable.

use std::fmt;

/// A quiet NaN with a payload that arithmetic does not produce: stands in output buffers before each call.
const POISON_BITS: u32 = 0x7fc0_dead;

/// What is wrong with a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// Never written.
    Unwritten,
    /// NaN or infinite.
    NotFinite,
    /// Subnormal: costs dearly in whatever processes it next.
    Subnormal,
    /// Written behind the end of the block.
    Overrun,
}

/// One faulty sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// Output channel, counted across ports.
    pub channel: usize,
    /// Frame from the first processed one since activation.
    pub frame: u64,
    /// The sample's value.
    pub value: f32,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} sample {} on channel {} at frame {}",
            self.kind, self.value, self.channel, self.frame
        )
    }
}

/// All faults of a run: how many, and the first.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Faults {
    /// Number of faulty samples.
    pub count: u64,
    /// The first of them.
    pub first: Option<Fault>,
}

impl Faults {
    /// Whether every sample was written and usable.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.count == 0
    }

    /// Fills a channel with poison before the plugin writes it.
    pub(crate) fn poison(channel: &mut [f32]) {
        channel.fill(f32::from_bits(POISON_BITS));
    }

    /// Judges one channel of `frames` written samples followed by a margin that must still be poison.
    pub(crate) fn inspect(&mut self, samples: &[f32], frames: usize, channel: usize, first_frame: u64) {
        for (index, &value) in samples.iter().enumerate() {
            let poisoned = value.to_bits() == POISON_BITS;
            let kind = match (index < frames, poisoned) {
                (true, true) => FaultKind::Unwritten,
                (true, false) if !value.is_finite() => FaultKind::NotFinite,
                (true, false) if value.is_subnormal() => FaultKind::Subnormal,
                (false, false) => FaultKind::Overrun,
                (true, false) | (false, true) => continue,
            };
            self.count += 1;
            self.first.get_or_insert(Fault {
                kind,
                channel,
                frame: first_frame + index as u64,
                value,
            });
        }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first {
            Some(first) => write!(f, "{} faulty samples, first: {first}", self.count),
            None => f.write_str("no faulty samples"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every kind of fault, planted, is named with its place.
    #[test]
    fn planted_faults_are_found() {
        let inspect = |change: fn(&mut [f32])| {
            let mut samples = [0.5; 8];
            Faults::poison(&mut samples[6..]);
            change(&mut samples);
            let mut faults = Faults::default();
            faults.inspect(&samples, 6, 3, 100);
            faults.first.map(|fault| (fault.kind, fault.channel, fault.frame))
        };
        assert_eq!(inspect(|_| ()), None);
        assert_eq!(
            inspect(|s| s[2] = f32::from_bits(POISON_BITS)),
            Some((FaultKind::Unwritten, 3, 102))
        );
        assert_eq!(inspect(|s| s[0] = f32::NAN), Some((FaultKind::NotFinite, 3, 100)));
        assert_eq!(inspect(|s| s[5] = f32::INFINITY), Some((FaultKind::NotFinite, 3, 105)));
        assert_eq!(inspect(|s| s[1] = 1e-40), Some((FaultKind::Subnormal, 3, 101)));
        assert_eq!(inspect(|s| s[6] = 0.0), Some((FaultKind::Overrun, 3, 106)));
    }
}
