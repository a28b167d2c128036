//! A fixed delay of blocks of samples.

/// Delays a signal by a fixed number of samples.
#[derive(Debug, Clone)]
pub struct Delay {
    /// The latest samples, as many as the delay and a block.
    ring: Vec<f32>,
    /// Where the next sample goes.
    at: usize,
    delay: usize,
}

impl Delay {
    /// A delay of `samples` for blocks of at most `block` samples, full of silence.
    pub fn new(samples: usize, block: usize) -> Self {
        Self {
            ring: vec![0.0; samples + block],
            at: 0,
            delay: samples,
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

    /// Takes the next samples.
    ///
    /// # Panics
    /// If they are more than a block.
    pub fn write(&mut self, samples: &[f32]) {
        let (end, start) = samples.split_at(samples.len().min(self.ring.len() - self.at));
        self.ring[self.at..self.at + end.len()].copy_from_slice(end);
        self.ring[..start.len()].copy_from_slice(start);
        self.at = if self.at + samples.len() < self.ring.len() {
            self.at + samples.len()
        } else {
            start.len()
        };
    }

    /// What was written the delay's length before the latest samples. A signal that nobody reads costs half.
    ///
    /// # Panics
    /// If more than a block is asked for.
    pub fn read(&self, samples: &mut [f32]) {
        let back = self.delay + samples.len();
        let from = if self.at >= back {
            self.at - back
        } else {
            self.at + self.ring.len() - back
        };
        let until_end = samples.len().min(self.ring.len() - from);
        let (end, start) = samples.split_at_mut(until_end);
        end.copy_from_slice(&self.ring[from..from + end.len()]);
        start.copy_from_slice(&self.ring[..start.len()]);
    }

    /// Replaces `samples`, at most a block, by those of the delay's length ago.
    pub fn process(&mut self, samples: &mut [f32]) {
        if self.delay > 0 {
            self.write(samples);
            self.read(samples);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_by_exactly_its_length_in_blocks_of_any_size() {
        for (delay, block) in [0, 1, 3, 37, 64, 200]
            .into_iter()
            .flat_map(|delay| [(delay, 37), (delay, 64)])
        {
            let mut line = Delay::new(delay, block);
            let input: Vec<f32> = (1..=500).map(|n| n as f32).collect();
            let mut output = input.clone();
            for block in output.chunks_mut(37) {
                line.process(block);
            }
            assert!(output[..delay].iter().all(|&y| y == 0.0));
            assert_eq!(output[delay..], input[..500 - delay]);
            line.reset();
            let mut silence = vec![0.0; 500];
            silence.chunks_mut(37).for_each(|block| line.process(block));
            assert!(silence.iter().all(|&y| y == 0.0));
        }
    }

    #[test]
    fn blocks_that_nobody_reads_pass_all_the_same() {
        let mut line = Delay::new(100, 37);
        let input: Vec<f32> = (1..=500).map(|n| n as f32).collect();
        for (n, block) in input.chunks_exact(37).enumerate() {
            line.write(block);
            let mut output = vec![0.0; 37];
            if n % 3 == 2 && n >= 5 {
                line.read(&mut output);
                assert_eq!(output, input[37 * n - 100..][..37]);
            }
        }
    }
}
