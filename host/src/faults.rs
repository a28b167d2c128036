//! Finds samples that a plugin left unwritten, wrote out of bounds, or made unusable.

use std::fmt;

/// A quiet NaN with a payload that arithmetic does not produce: stands in output buffers before each call.
const POISON_BITS: u32 = 0x7fc0_dead;

/// Samples on either side of a block that must stay untouched.
pub(crate) const MARGIN: usize = 32;

/// What is wrong with a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// Never written.
    Unwritten,
    /// NaN or infinite.
    NotFinite,
    /// Subnormal: costs dearly in whatever processes it next.
    Subnormal,
    /// Written before the start or behind the end of the block.
    Overrun,
    /// Belongs to the input, or to what is around it, and was changed.
    InputChanged,
}

/// One faulty sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// Output port, or input port if that was changed.
    pub port: usize,
    /// Channel of the port.
    pub channel: usize,
    /// Frame at which the block begins, from the first processed one since activation.
    pub block: u64,
    /// Frame in the block; outside of it for an overrun.
    pub frame: isize,
    /// The sample's value.
    pub value: f32,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            port,
            channel,
            block,
            frame,
            value,
        } = self;
        write!(
            f,
            "{kind:?} sample {value} on port {port}, channel {channel}, frame {frame} of the block at {block}"
        )
    }
}

/// Where a channel is, for [`Faults::inspect_output`] and [`Faults::inspect_input`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) port: usize,
    pub(crate) channel: usize,
    pub(crate) block: u64,
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

    /// Fills a channel or margin with poison before the plugin is called.
    pub(crate) fn poison(samples: &mut [f32]) {
        samples.fill(f32::from_bits(POISON_BITS));
    }

    /// Judges one output channel: a block between two margins that must still be poison.
    pub(crate) fn inspect_output(&mut self, guarded: &[f32], place: Place) {
        let end = guarded.len() - MARGIN;
        for (index, &value) in guarded.iter().enumerate() {
            let poisoned = value.to_bits() == POISON_BITS;
            let kind = match ((MARGIN..end).contains(&index), poisoned) {
                (true, true) => FaultKind::Unwritten,
                (true, false) if !value.is_finite() => FaultKind::NotFinite,
                (true, false) if value.is_subnormal() => FaultKind::Subnormal,
                (false, false) => FaultKind::Overrun,
                (true, false) | (false, true) => continue,
            };
            self.add(kind, place, index, value);
        }
    }

    /// Judges one input channel: still what it was (bit for bit; silence if `expected` is nothing), its margins poison.
    pub(crate) fn inspect_input(&mut self, guarded: &[f32], expected: Option<&[f32]>, place: Place) {
        let end = guarded.len() - MARGIN;
        for (index, &value) in guarded.iter().enumerate() {
            let wanted = match (MARGIN..end).contains(&index) {
                true => expected.map_or(0, |samples| samples[index - MARGIN].to_bits()),
                false => POISON_BITS,
            };
            if value.to_bits() != wanted {
                self.add(FaultKind::InputChanged, place, index, value);
            }
        }
    }

    fn add(&mut self, kind: FaultKind, place: Place, index: usize, value: f32) {
        self.count += 1;
        self.first.get_or_insert(Fault {
            kind,
            port: place.port,
            channel: place.channel,
            block: place.block,
            frame: index as isize - MARGIN as isize,
            value,
        });
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

    const FRAMES: usize = 6;
    const PLACE: Place = Place {
        port: 1,
        channel: 3,
        block: 100,
    };

    /// A channel with its margins, whose block holds 0.5.
    fn channel() -> Vec<f32> {
        let mut guarded = vec![0.5; FRAMES + 2 * MARGIN];
        Faults::poison(&mut guarded[..MARGIN]);
        Faults::poison(&mut guarded[MARGIN + FRAMES..]);
        guarded
    }

    /// Every kind of fault, planted in an output, is named with its place.
    #[test]
    fn planted_faults_are_found() {
        let poison = f32::from_bits(POISON_BITS);
        for (frame, value, expected) in [
            (2, poison, Some(FaultKind::Unwritten)),
            (0, f32::NAN, Some(FaultKind::NotFinite)),
            (5, f32::INFINITY, Some(FaultKind::NotFinite)),
            (1, 1e-40, Some(FaultKind::Subnormal)),
            (3, -1e-40, Some(FaultKind::Subnormal)),
            (6, 0.0, Some(FaultKind::Overrun)),
            (-1, 0.0, Some(FaultKind::Overrun)),
            (6 + MARGIN as isize - 1, f32::NAN, Some(FaultKind::Overrun)),
            (-(MARGIN as isize), 1.0, Some(FaultKind::Overrun)),
            (4, -0.0, None),
            (4, f32::MIN_POSITIVE, None),
            (4, f32::MAX, None),
        ] {
            let mut samples = channel();
            samples[(MARGIN as isize + frame) as usize] = value;
            let mut faults = Faults::default();
            faults.inspect_output(&samples, PLACE);
            let found = faults.first.map(|f| (f.kind, f.port, f.channel, f.block, f.frame));
            assert_eq!(
                found,
                expected.map(|kind| (kind, 1, 3, 100, frame)),
                "{value} at {frame}"
            );
            assert_eq!(faults.count, u64::from(expected.is_some()));
        }
    }

    /// An input that was written to is noticed, inside the block and around it, even by NaN in place of NaN.
    #[test]
    fn planted_input_changes_are_found() {
        let given = [0.5; FRAMES];
        for (frame, value) in [(0, 0.25), (5, f32::NAN), (-1, 0.0), (6, f32::NAN), (2, 0.500_000_06)] {
            let mut samples = channel();
            samples[(MARGIN as isize + frame) as usize] = value;
            let mut faults = Faults::default();
            faults.inspect_input(&samples, Some(&given), PLACE);
            let found = faults.first.map(|f| (f.kind, f.frame));
            assert_eq!(found, Some((FaultKind::InputChanged, frame)), "{value} at {frame}");
        }
        let mut faults = Faults::default();
        faults.inspect_input(&channel(), Some(&given), PLACE);
        assert!(faults.is_none(), "{faults}");
        faults.inspect_input(&channel(), None, PLACE);
        assert_eq!(faults.count, FRAMES as u64, "the input was to be silent");
    }

    /// Blocks of no frames have margins too.
    #[test]
    fn empty_blocks_are_guarded() {
        let mut samples = vec![0.0; 2 * MARGIN];
        Faults::poison(&mut samples);
        let mut faults = Faults::default();
        faults.inspect_output(&samples, PLACE);
        assert!(faults.is_none(), "{faults}");
        samples[MARGIN] = 1.0;
        faults.inspect_output(&samples, PLACE);
        assert_eq!(faults.first.map(|f| (f.kind, f.frame)), Some((FaultKind::Overrun, 0)));
    }
}
