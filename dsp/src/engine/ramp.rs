//! Linear smoothing of a parameter, sample by sample.

/// Moves to each new target in a straight line of fixed length.
#[derive(Debug, Clone)]
pub struct Ramp {
    value: f32,
    target: f32,
    step: f32,
    remaining: usize,
    length: usize,
    settled_once: bool,
}

impl Ramp {
    /// A ramp that takes `length` samples to reach a new target; the first target is taken at once.
    pub fn new(length: usize) -> Self {
        Self {
            value: 0.0,
            target: 0.0,
            step: 0.0,
            remaining: 0,
            length: length.max(1),
            settled_once: false,
        }
    }

    /// Forgets the current value; the next target is taken at once.
    pub fn reset(&mut self) {
        *self = Self::new(self.length);
    }

    /// Writes the value at every sample of `out`, moving towards `target`; a target that is not finite is ignored.
    pub fn fill(&mut self, target: f32, out: &mut [f32]) {
        if target.is_finite() && (target != self.target || !self.settled_once) {
            self.target = target;
            if self.settled_once {
                self.step = (target - self.value) / self.length as f32;
                self.remaining = self.length;
            } else {
                self.value = target;
                self.settled_once = true;
            }
        }
        let moving = self.remaining.min(out.len());
        let (moving, settled) = out.split_at_mut(moving);
        for sample in moving {
            self.remaining -= 1;
            self.value = if self.remaining == 0 {
                self.target
            } else {
                self.value + self.step
            };
            *sample = self.value;
        }
        settled.fill(self.value);
    }

    /// Whether no target has been taken since the last reset.
    pub fn is_fresh(&self) -> bool {
        !self.settled_once
    }

    /// Whether the ramp has arrived at `target` and stays there.
    pub fn is_settled_at(&self, target: f32) -> bool {
        self.settled_once && self.remaining == 0 && self.target == target
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_target_is_immediate_and_later_ones_take_the_length() {
        let mut ramp = Ramp::new(4);
        let mut out = [0.0; 6];
        ramp.fill(1.0, &mut out[..2]);
        assert_eq!(out[..2], [1.0, 1.0]);
        ramp.fill(3.0, &mut out);
        assert_eq!(out, [1.5, 2.0, 2.5, 3.0, 3.0, 3.0]);
        ramp.fill(f32::NAN, &mut out[..1]);
        assert_eq!(out[0], 3.0);
    }

    #[test]
    fn pieces_give_the_same_line_as_one_call() {
        let (mut whole, mut pieces) = (Ramp::new(10), Ramp::new(10));
        let (mut a, mut b) = ([0.0; 16], [0.0; 16]);
        whole.fill(0.0, &mut a[..1]);
        pieces.fill(0.0, &mut b[..1]);
        whole.fill(0.7, &mut a);
        let (first, second) = b.split_at_mut(3);
        pieces.fill(0.7, first);
        pieces.fill(0.7, second);
        assert_eq!(a, b);
    }
}
