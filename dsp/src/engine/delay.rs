//! A fixed delay of blocks of samples.

/// Delays a signal by a fixed number of samples.
#[derive(Debug, Clone)]
pub struct Delay {
    ring: Vec<f32>,
    at: usize,
}

impl Delay {
    /// A delay of `samples`, full of silence.
    pub fn new(samples: usize) -> Self {
        Self {
            ring: vec![0.0; samples],
            at: 0,
        }
    }

    /// Fills the delay with silence.
    pub fn reset(&mut self) {
        self.ring.fill(0.0);
        self.at = 0;
    }

    /// Fills the delay with one value.
    pub fn fill(&mut self, value: f32) {
        self.ring.fill(value);
    }

    /// Replaces `samples` by the signal of [`Self::new`]'s number of samples ago.
    pub fn process(&mut self, samples: &mut [f32]) {
        if self.ring.is_empty() {
            return;
        }
        if self.at == 0 && self.ring.len() <= samples.len() {
            // A short delay would go around many times.
            samples.rotate_right(self.ring.len());
            samples[..self.ring.len()].swap_with_slice(&mut self.ring);
            return;
        }
        let mut done = 0;
        while done < samples.len() {
            let run = (samples.len() - done).min(self.ring.len() - self.at);
            samples[done..done + run].swap_with_slice(&mut self.ring[self.at..self.at + run]);
            self.at = (self.at + run) % self.ring.len();
            done += run;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_by_exactly_its_length_in_blocks_of_any_size() {
        for delay in [0, 1, 3, 64, 200] {
            let mut line = Delay::new(delay);
            let input: Vec<f32> = (1..=500).map(|n| n as f32).collect();
            let mut output = input.clone();
            for block in output.chunks_mut(37) {
                line.process(block);
            }
            assert!(output[..delay].iter().all(|&y| y == 0.0));
            assert_eq!(output[delay..], input[..500 - delay]);
            line.reset();
            let mut silence = vec![0.0; 500];
            line.process(&mut silence);
            assert!(silence.iter().all(|&y| y == 0.0));
        }
    }
}
