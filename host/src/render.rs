//! A whole clip through the plugin.

use crate::{ClapHost, Faults, ParamEvent, RenderMode, Result};
use std::time::Duration;

/// How a render is cut into blocks.
#[derive(Debug, Clone, Copy)]
pub enum BlockSizes<'a> {
    /// All of one size.
    Fixed(usize),
    /// These sizes in turn, over and over. Zero is allowed beside others.
    Cycle(&'a [usize]),
}

impl BlockSizes<'_> {
    fn max(self) -> usize {
        match self {
            Self::Fixed(frames) => frames,
            Self::Cycle(sizes) => sizes.iter().copied().max().unwrap_or(1),
        }
        .max(1)
    }

    fn get(self, index: usize) -> usize {
        match self {
            Self::Fixed(frames) => frames.max(1),
            Self::Cycle(sizes) => sizes.get(index % sizes.len().max(1)).copied().unwrap_or(1),
        }
    }
}

/// What to render and how.
#[derive(Debug, Clone)]
pub struct RenderJob<'a> {
    input: &'a [Vec<f32>],
    sample_rate_hz: f64,
    blocks: BlockSizes<'a>,
    events: Vec<ParamEvent>,
    mode: RenderMode,
    preroll_frames: usize,
    flush_frames: usize,
}

impl<'a> RenderJob<'a> {
    /// Offline, in blocks of 256, of `input` (channels of equal length) at a rate in hertz.
    #[must_use]
    pub fn new(input: &'a [Vec<f32>], sample_rate_hz: f64) -> Self {
        Self {
            input,
            sample_rate_hz,
            blocks: BlockSizes::Fixed(256),
            events: Vec::new(),
            mode: RenderMode::Offline,
            preroll_frames: 0,
            flush_frames: 0,
        }
    }

    /// Cuts the render into other blocks.
    #[must_use]
    pub fn blocks(mut self, blocks: BlockSizes<'a>) -> Self {
        self.blocks = blocks;
        self
    }

    /// Plays parameter events; their frames count from the first of `input`.
    #[must_use]
    pub fn events(mut self, events: &[ParamEvent]) -> Self {
        self.events = events.to_vec();
        self.events.sort_by_key(|event| event.frame);
        self
    }

    /// Renders in real-time mode, after `preroll_frames` of silence played at the pace of real time so that work on
    /// other threads can finish. The silence is not part of the result.
    #[must_use]
    pub fn realtime(mut self, preroll_frames: usize) -> Self {
        (self.mode, self.preroll_frames) = (RenderMode::Realtime, preroll_frames);
        self
    }

    /// Goes on for `frames` of silence after the input.
    #[must_use]
    pub fn flush(mut self, frames: usize) -> Self {
        self.flush_frames = frames;
        self
    }

    fn input_frames(&self) -> usize {
        self.input.iter().map(Vec::len).min().unwrap_or(0)
    }
}

/// What came out.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// Output channels across ports, each as long as input and flush together.
    pub channels: Vec<Vec<f32>>,
    /// Latency in samples that the plugin reported at the end.
    pub latency_samples: usize,
    /// Time spent in the plugin's `process`, without the preroll.
    pub process_time: Duration,
    /// Samples unwritten, not finite, subnormal or out of bounds.
    pub faults: Faults,
}

impl Rendered {
    /// The output in time with the input: without the first `latency_samples`, at most `frames` long.
    #[must_use]
    pub fn aligned(&self, frames: usize) -> Vec<Vec<f32>> {
        self.channels
            .iter()
            .map(|channel| {
                channel
                    .iter()
                    .skip(self.latency_samples)
                    .take(frames)
                    .copied()
                    .collect()
            })
            .collect()
    }
}

impl ClapHost {
    /// Activates, renders the job and deactivates.
    ///
    /// # Errors
    /// When the plugin is active already or fails on the way.
    pub fn render(&mut self, job: &RenderJob) -> Result<Rendered> {
        self.render_with(job, |_| ())
    }

    /// As [`ClapHost::render`]; `progress` is told the number of frames done after every block.
    ///
    /// # Errors
    /// As [`ClapHost::render`].
    pub fn render_with(&mut self, job: &RenderJob, mut progress: impl FnMut(usize)) -> Result<Rendered> {
        self.set_render_mode(job.mode)?;
        self.activate(job.sample_rate_hz, job.blocks.max())?;
        self.preroll(job)?;
        let (time_before, frames) = (self.process_time(), job.input_frames());
        let total = frames + job.flush_frames;
        let mut channels = vec![Vec::with_capacity(total); self.output_ports().iter().sum()];
        let silence = vec![0.0; job.blocks.max()];
        let mut events = job.events.as_slice();
        let (mut done, mut block) = (0, 0);
        while done < total {
            // A block ends where the input does, so that it holds input or silence, not both.
            let end = if done < frames { frames } else { total };
            let length = job.blocks.get(block).min(end - done);
            let input: Vec<&[f32]> = match done < frames {
                true => job.input.iter().map(|channel| &channel[done..done + length]).collect(),
                false => job.input.iter().map(|_| &silence[..length]).collect(),
            };
            let due = events.partition_point(|event| event.frame < done + length);
            let (now, later) = events.split_at(due);
            events = later;
            let now: Vec<ParamEvent> = now
                .iter()
                .map(|e| ParamEvent {
                    frame: e.frame - done,
                    ..*e
                })
                .collect();
            for (channel, samples) in channels.iter_mut().zip(self.process(&input, length, &now)?) {
                channel.extend(samples);
            }
            done += length;
            block += 1;
            progress(done);
        }
        let latency_samples = self.latency_samples() as usize;
        let (faults, process_time) = (self.faults(), self.process_time() - time_before);
        self.deactivate()?;
        Ok(Rendered {
            channels,
            latency_samples,
            process_time,
            faults,
        })
    }

    fn preroll(&mut self, job: &RenderJob) -> Result<()> {
        let mut left = job.preroll_frames;
        while left > 0 {
            let length = job.blocks.max().min(left);
            self.process(&[], length, &[])?;
            std::thread::sleep(Duration::from_secs_f64(length as f64 / job.sample_rate_hz));
            left -= length;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cycle_and_are_never_all_empty() {
        let cycle = BlockSizes::Cycle(&[0, 7, 64]);
        assert_eq!((0..5).map(|k| cycle.get(k)).collect::<Vec<_>>(), [0, 7, 64, 0, 7]);
        assert_eq!(
            (cycle.max(), BlockSizes::Fixed(0).get(3), BlockSizes::Cycle(&[]).get(0)),
            (64, 1, 1)
        );
    }

    #[test]
    fn alignment_drops_the_latency() {
        let rendered = Rendered {
            channels: vec![vec![0.0, 0.0, 1.0, 2.0, 3.0]],
            latency_samples: 2,
            process_time: Duration::ZERO,
            faults: Faults::default(),
        };
        assert_eq!(rendered.aligned(2), [vec![1.0, 2.0]]);
    }
}
