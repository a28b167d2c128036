//! Peak guard: holds the loudest channel below full scale with one gain for all channels, so that the ratios between
//! drivers, on which the stage rests, stay.

use multiversion::multiversion;

use crate::samples;

/// Highest level that leaves the guard: −1 dBFS.
pub const CEILING: f32 = 0.891_250_9;

/// Peaks above the ceiling are brought this little below it, which makes room for the rounding of the gain.
const TARGET: f64 = CEILING as f64 * (1.0 - 1e-6);

/// Time in which the gain may fall from 1 to 0 ahead of a peak, seconds.
const ATTACK_S: f64 = 0.0015;

/// Time for which the gain stays at its lowest, seconds: more than a period of low bass would be heard as distortion.
const HOLD_S: f64 = 0.01;

/// Time constant of the return to 1, seconds.
const RELEASE_S: f64 = 0.1;

/// The return to exactly 1 is complete when the gain comes this close.
const AT_REST: f64 = 1e-5;

/// Longest stretch that is looked at as a whole, samples.
const MAX_BLOCK: usize = 2048;

/// Linked peak limiter without latency: it looks ahead inside the block it is given. A peak is met by a gain that falls
/// beforehand at a limited slope; where the block's start leaves no room for that, the gain jumps there.
pub struct PeakGuard {
    /// Largest fall of the gain per sample.
    slope: f64,
    hold_samples: usize,
    /// Share of the remaining reduction that is released per sample.
    release: f64,
    gain: f64,
    hold_left: usize,
    peaks: Vec<f32>,
    gains: Vec<f64>,
    lowest_gain: f32,
    exceeded_ceiling: bool,
}

impl PeakGuard {
    /// For a sample rate in hertz.
    pub fn new(sample_rate: f64) -> Self {
        Self {
            slope: 1.0 / (ATTACK_S * sample_rate),
            hold_samples: (HOLD_S * sample_rate) as usize,
            release: -(-1.0 / (RELEASE_S * sample_rate)).exp_m1(),
            gain: 1.0,
            hold_left: 0,
            peaks: vec![0.0; MAX_BLOCK],
            gains: vec![1.0; MAX_BLOCK],
            lowest_gain: 1.0,
            exceeded_ceiling: false,
        }
    }

    /// Returns to unit gain.
    pub fn reset(&mut self) {
        self.gain = 1.0;
        self.hold_left = 0;
        self.lowest_gain = 1.0;
        self.exceeded_ceiling = false;
    }

    /// Guards the first `mix.len()` samples of each channel in place. `mix` in 0..1 is the strength sample by sample: at 0
    /// the signal passes as it is, at 1 it never exceeds [`CEILING`]. While nothing exceeds it and earlier reduction has
    /// passed, samples come out unchanged.
    ///
    /// # Panics
    /// If a channel is shorter than `mix`.
    pub fn process<C: AsMut<[f32]>>(&mut self, channels: &mut [C], mix: &[f32]) {
        self.lowest_gain = 1.0;
        self.exceeded_ceiling = false;
        for (block, mix) in mix.chunks(MAX_BLOCK).enumerate() {
            self.process_block(channels, block * MAX_BLOCK, mix);
        }
    }

    /// Largest reduction applied in the last call, decibels, 0 or more.
    pub fn reduction_db(&self) -> f32 {
        -20.0 * self.lowest_gain.max(f32::MIN_POSITIVE).log10()
    }

    /// Whether the input of the last call went over the ceiling, with the guard on or off: the clip indicator.
    pub fn exceeded_ceiling(&self) -> bool {
        self.exceeded_ceiling
    }

    fn process_block<C: AsMut<[f32]>>(&mut self, channels: &mut [C], start: usize, mix: &[f32]) {
        let peaks = &mut self.peaks[..mix.len()];
        peaks.fill(0.0);
        for channel in &mut *channels {
            note_peaks(&channel.as_mut()[start..][..mix.len()], peaks);
        }
        let exceeds = samples::exceeds(peaks, CEILING);
        self.exceeded_ceiling |= exceeds;
        if !exceeds && self.gain >= 1.0 {
            return;
        }
        self.fall_ahead(mix.len());
        self.hold_and_release(mix);
        // The peaks are done with: their place takes the applied gains.
        let gains = &self.peaks[..mix.len()];
        for channel in channels {
            samples::multiply_in_place(&mut channel.as_mut()[start..][..mix.len()], gains);
        }
    }

    /// From the last sample back: the gain that each peak needs, and the limited slope that leads to it.
    fn fall_ahead(&mut self, samples: usize) {
        let mut ahead = 1.0_f64;
        for (gain, &peak) in self.gains[..samples].iter_mut().zip(&self.peaks).rev() {
            let needed = if peak > CEILING { TARGET / f64::from(peak) } else { 1.0 };
            ahead = needed.min(ahead + self.slope);
            *gain = ahead;
        }
    }

    /// From the first sample on: hold, then release, never above what a peak needs; then the mix with unit gain.
    fn hold_and_release(&mut self, mix: &[f32]) {
        for ((applied, &limit), &mix) in self.peaks.iter_mut().zip(&self.gains).zip(mix) {
            if limit <= self.gain && limit < 1.0 {
                self.gain = limit;
                self.hold_left = self.hold_samples;
            } else if self.hold_left > 0 {
                self.hold_left -= 1;
            } else {
                let released = self.gain + self.release * (1.0 - self.gain);
                self.gain = if released > 1.0 - AT_REST { 1.0 } else { released }.min(limit);
            }
            *applied = (1.0 + f64::from(mix) * (self.gain - 1.0)) as f32;
            self.lowest_gain = self.lowest_gain.min(*applied);
        }
    }
}

/// Raises each peak to the sample's magnitude.
#[multiversion(targets("x86_64+avx2+fma"))]
fn note_peaks(signal: &[f32], peaks: &mut [f32]) {
    for (peak, sample) in peaks.iter_mut().zip(signal) {
        // Not by a comparison, which becomes a masked store: some processors take twenty times as long for that.
        *peak = peak.max(sample.abs());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::noise;

    const SAMPLE_RATE: f64 = 48_000.0;
    const BLOCKS: [usize; 5] = [64, 100, 512, 2048, 5000];

    fn scaled(signal: &[f32], gain: f32) -> Vec<f32> {
        signal.iter().map(|v| v * gain).collect()
    }

    fn peak(signal: &[f32]) -> f32 {
        signal.iter().fold(0.0, |a, b| a.max(b.abs()))
    }

    /// Guards a signal per channel, block by block.
    fn guarded(guard: &mut PeakGuard, input: &[Vec<f32>], block: usize, mix: f32) -> Vec<Vec<f32>> {
        let mut output = input.to_vec();
        let mut channels: Vec<_> = output.iter_mut().map(|channel| channel.chunks_mut(block)).collect();
        loop {
            let mut blocks: Vec<&mut [f32]> = channels.iter_mut().filter_map(Iterator::next).collect();
            let Some(samples) = blocks.first().map(|b| b.len()) else {
                break;
            };
            guard.process(&mut blocks, &vec![mix; samples]);
        }
        output
    }

    #[test]
    fn never_over_the_ceiling() {
        // From +12 to +60 dBFS, whose reduction is the harder on rounding.
        for gain in [4.0, 1000.0] {
            let input = vec![
                scaled(&noise(1, 50_000), gain),
                noise(2, 50_000),
                scaled(&noise(3, 50_000), 0.1),
            ];
            for block in BLOCKS {
                let output = guarded(&mut PeakGuard::new(SAMPLE_RATE), &input, block, 1.0);
                let highest = output.iter().map(|channel| peak(channel)).fold(0.0, f32::max);
                assert!(
                    highest <= CEILING && highest > 0.99 * CEILING,
                    "blocks of {block}: {highest}"
                );
            }
        }
    }

    #[test]
    fn bit_transparent_up_to_the_ceiling_and_at_mix_0() {
        let below = vec![
            scaled(&noise(4, 20_000), CEILING),
            noise(5, 20_000).iter().map(|v| CEILING.copysign(*v)).collect(),
        ];
        let above = vec![scaled(&noise(6, 20_000), 4.0); 2];
        for block in BLOCKS {
            let mut guard = PeakGuard::new(SAMPLE_RATE);
            assert_eq!(guarded(&mut guard, &below, block, 1.0), below);
            assert!(guard.reduction_db() == 0.0 && !guard.exceeded_ceiling());
            assert_eq!(guarded(&mut guard, &above, block, 0.0), above);
            assert!(guard.reduction_db() == 0.0 && guard.exceeded_ceiling());
        }
    }

    #[test]
    fn all_channels_get_the_same_gain() {
        let loud = scaled(&noise(7, 20_000), 4.0);
        let input = vec![loud.clone(), scaled(&loud, 0.25), scaled(&loud, -0.5)];
        let output = guarded(&mut PeakGuard::new(SAMPLE_RATE), &input, 512, 1.0);
        assert_eq!(output[1], scaled(&output[0], 0.25));
        assert_eq!(output[2], scaled(&output[0], -0.5));
    }

    #[test]
    fn gain_falls_ahead_of_a_peak_at_a_limited_slope_and_jumps_only_at_a_block_start() {
        let gains = |at: usize| {
            let mut input = vec![0.1; 2048];
            input[at] = 2.0;
            let output = guarded(&mut PeakGuard::new(SAMPLE_RATE), &[input.clone()], 1024, 1.0);
            output[0].iter().zip(&input).map(|(y, x)| y / x).collect::<Vec<f32>>()
        };
        let slope = (1.0 / (ATTACK_S * SAMPLE_RATE)) as f32;
        let fall = |gains: &[f32]| gains.windows(2).map(|w| w[0] - w[1]).fold(0.0, f32::max);
        assert!(fall(&gains(1000)) < 1.01 * slope);
        let early = gains(1034);
        assert!(early[..1024].iter().all(|&g| g == 1.0) && fall(&early[1024..]) < 1.01 * slope);
    }

    #[test]
    fn holds_then_releases_in_its_time_constant_back_to_exactly_1() {
        let mut input = vec![0.1; 96_000];
        input[0] = 2.0;
        let output = guarded(&mut PeakGuard::new(SAMPLE_RATE), &[input.clone()], 512, 1.0);
        let reduction: Vec<f32> = output[0].iter().zip(&input).map(|(y, x)| 1.0 - y / x).collect();
        let hold = (HOLD_S * SAMPLE_RATE) as usize;
        let after = hold + (RELEASE_S * SAMPLE_RATE) as usize;
        assert!(
            (reduction[hold] / reduction[0] - 1.0).abs() < 1e-3,
            "still held after {HOLD_S} s"
        );
        assert!(
            (reduction[after] / reduction[0] - (-1.0_f32).exp()).abs() < 0.01,
            "at {}",
            reduction[after] / reduction[0]
        );
        assert!(
            reduction[1..].windows(2).all(|w| w[1] <= w[0] + 1e-6),
            "smooth on its way back"
        );
        assert_eq!(output[0][90_000..], input[90_000..]);
    }

    #[test]
    fn reports_the_reduction_of_the_last_block() {
        let mut guard = PeakGuard::new(SAMPLE_RATE);
        let mut channels = [[0.0; 256], [0.0; 256]];
        channels[1][100] = 10_f32.powf(5.0 / 20.0);
        guard.process(&mut channels, &[1.0; 256]);
        assert!((guard.reduction_db() - 6.0).abs() < 1e-3 && guard.exceeded_ceiling());
        guard.process(&mut [[0.0; 256]], &[1.0; 256]);
        assert!(
            (guard.reduction_db() - 6.0).abs() < 1e-3 && !guard.exceeded_ceiling(),
            "held, but nothing new"
        );
    }

    #[test]
    fn reset_equals_fresh() {
        let (loud, other) = (vec![scaled(&noise(8, 5000), 4.0)], vec![scaled(&noise(9, 5000), 1.5)]);
        let mut used = PeakGuard::new(SAMPLE_RATE);
        guarded(&mut used, &loud, 512, 1.0);
        used.reset();
        let fresh = guarded(&mut PeakGuard::new(SAMPLE_RATE), &other, 512, 1.0);
        assert_eq!(guarded(&mut used, &other, 512, 1.0), fresh);
    }
}
