//! How the plugin is doing, for the editor's status panel: what the host granted, what it costs, what is being designed.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use atomic_float::AtomicF32;

/// Time constant of the average load, seconds.
const LOAD_TIME_S: f32 = 0.5;

/// Blocks shorter than this are judged together with what follows, seconds.
const SHORTEST_BLOCK_S: f32 = 1e-3;

/// Figures of one instance. Written by the host's threads and the designer, read by anyone; nothing locks or waits.
#[derive(Debug, Default)]
pub struct Telemetry {
    sample_rate_hz: AtomicF32,
    latency_samples: AtomicU32,
    output_channels: AtomicU32,
    active: AtomicBool,
    realtime: AtomicBool,
    designs_running: AtomicU32,
    design_time_ms: AtomicF32,
    design_failed: AtomicBool,
    load: AtomicF32,
    peak_load: AtomicF32,
}

impl Telemetry {
    /// Sample rate of the latest activation, Hz; 0 before the first.
    pub fn sample_rate_hz(&self) -> f32 {
        self.sample_rate_hz.load(Ordering::Relaxed)
    }

    /// Latency last reported to the host, samples.
    pub fn latency_samples(&self) -> u32 {
        self.latency_samples.load(Ordering::Relaxed)
    }

    /// Output channels that the host granted in the latest activation, all ports together; 0 before the first.
    pub fn output_channels(&self) -> usize {
        self.output_channels.load(Ordering::Relaxed) as usize
    }

    /// Whether the host has the plugin activated.
    pub fn is_active(&self) -> bool {
        self.active.load(Ordering::Relaxed)
    }

    /// Whether the host plays in real time; otherwise it renders offline. Of the latest activation.
    pub fn is_realtime(&self) -> bool {
        self.realtime.load(Ordering::Relaxed)
    }

    /// Designs and engines being made at this moment.
    pub fn designs_running(&self) -> u32 {
        self.designs_running.load(Ordering::Relaxed)
    }

    /// Time that the latest design took, ms; 0 before the first. Designs found in the cache do not count.
    pub fn design_time_ms(&self) -> f32 {
        self.design_time_ms.load(Ordering::Relaxed)
    }

    /// Whether the latest design failed, so that older filters play. That is a defect of the program; its log says more.
    pub fn has_design_failed(&self) -> bool {
        self.design_failed.load(Ordering::Relaxed)
    }

    /// Share of the time at hand that processing takes, 0 upwards; above 1 audio would break up. An exponential average
    /// over half a second of audio. Keeps its last value while no audio runs. Offline, designs are part of it.
    pub fn load(&self) -> f32 {
        self.load.load(Ordering::Relaxed)
    }

    /// Highest load of a single block since the last call; what lasts less than a millisecond counts with what follows.
    /// The engine works in blocks of its own, so in smaller host blocks the load is uneven.
    pub fn take_peak_load(&self) -> f32 {
        self.peak_load.swap(0.0, Ordering::Relaxed)
    }

    /// The host activates the plugin.
    pub(crate) fn note_activation(&self, sample_rate_hz: f32, output_channels: usize, realtime: bool) {
        self.sample_rate_hz.store(sample_rate_hz, Ordering::Relaxed);
        self.output_channels.store(output_channels as u32, Ordering::Relaxed);
        self.realtime.store(realtime, Ordering::Relaxed);
        self.load.store(0.0, Ordering::Relaxed);
        self.peak_load.store(0.0, Ordering::Relaxed);
        self.active.store(true, Ordering::Relaxed);
    }

    /// The host deactivates the plugin.
    pub(crate) fn note_deactivation(&self) {
        self.active.store(false, Ordering::Relaxed);
    }

    /// The host is told a latency.
    pub(crate) fn note_latency(&self, samples: u32) {
        self.latency_samples.store(samples, Ordering::Relaxed);
    }

    /// A design or engine is being made until the guard is dropped.
    pub(crate) fn designing(&self) -> Designing<'_> {
        self.designs_running.fetch_add(1, Ordering::Relaxed);
        Designing(self)
    }

    /// A design was made, not found.
    pub(crate) fn note_design(&self, time: Duration) {
        self.design_time_ms.store(time.as_secs_f32() * 1e3, Ordering::Relaxed);
    }

    /// Filters for the audio thread, made or found, came about or not.
    pub(crate) fn note_design_outcome(&self, succeeded: bool) {
        self.design_failed.store(!succeeded, Ordering::Relaxed);
    }
}

/// Measures the load; belongs to the audio thread.
#[derive(Debug, Default)]
pub(crate) struct LoadMeter {
    time: Duration,
    frames: usize,
}

impl LoadMeter {
    /// A block of `frames` has taken `time` to process. Automation cuts hosts' blocks into pieces of any size; those
    /// too short to be judged alone are taken together.
    pub(crate) fn note_block(&mut self, telemetry: &Telemetry, time: Duration, frames: usize) {
        self.time += time;
        self.frames += frames;
        let duration_s = self.frames as f32 / telemetry.sample_rate_hz();
        if duration_s.is_finite() && duration_s >= SHORTEST_BLOCK_S {
            let load = std::mem::take(self).time.as_secs_f32() / duration_s;
            telemetry.peak_load.fetch_max(load, Ordering::Relaxed);
            let share = -(-duration_s / LOAD_TIME_S).exp_m1();
            let average = telemetry.load();
            telemetry
                .load
                .store(average + share * (load - average), Ordering::Relaxed);
        }
    }
}

/// Counts as a running design while it exists, whatever way its scope is left.
pub(crate) struct Designing<'a>(&'a Telemetry);

impl Drop for Designing<'_> {
    fn drop(&mut self) {
        self.0.designs_running.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn a_panic_does_not_leave_a_design_running() {
        let telemetry = Telemetry::default();
        let outer = telemetry.designing();
        let design = || {
            let _guard = telemetry.designing();
            assert_eq!(telemetry.designs_running(), 2);
            std::panic::resume_unwind(Box::new(()));
        };
        assert!(catch_unwind(AssertUnwindSafe(design)).is_err());
        assert_eq!(telemetry.designs_running(), 1);
        drop(outer);
        assert_eq!(telemetry.designs_running(), 0);
    }

    /// The average depends on time, not on the number of blocks that it comes in.
    #[test]
    fn load_settles_in_half_a_second_at_any_block_size() {
        for frames in [1, 32, 480, 4_096] {
            let (telemetry, mut meter) = (Telemetry::default(), LoadMeter::default());
            telemetry.note_activation(48_000.0, 2, true);
            let time = Duration::from_secs_f64(0.25 * frames as f64 / 48_000.0);
            for _ in 0..24_000 / frames {
                meter.note_block(&telemetry, time, frames);
            }
            let played_s = (24_000 / frames * frames) as f32 / 48_000.0;
            let expected = 0.25 * (1.0 - (-played_s / LOAD_TIME_S).exp());
            let load = telemetry.load();
            assert!((load - expected).abs() < 1e-3, "{frames}: {load} against {expected}");
            let peak = telemetry.take_peak_load();
            assert!((peak - 0.25).abs() < 1e-3, "{frames}: {peak}");
            assert_eq!(telemetry.take_peak_load(), 0.0);
        }
    }

    #[test]
    fn one_slow_block_is_the_peak() {
        let (telemetry, mut meter) = (Telemetry::default(), LoadMeter::default());
        telemetry.note_activation(48_000.0, 2, true);
        for time_us in [100, 900, 100] {
            meter.note_block(&telemetry, Duration::from_micros(time_us), 48);
        }
        assert!((telemetry.take_peak_load() - 0.9).abs() < 1e-3);
        // A piece of one sample in which the work of a whole block was done.
        for (time_us, frames) in [(500, 1), (0, 47), (100, 48)] {
            meter.note_block(&telemetry, Duration::from_micros(time_us), frames);
        }
        assert!((telemetry.take_peak_load() - 0.5).abs() < 1e-3);
    }

    #[test]
    fn empty_blocks_and_missing_rates_are_no_load() {
        let (telemetry, mut meter) = (Telemetry::default(), LoadMeter::default());
        meter.note_block(&telemetry, Duration::from_millis(1), 100);
        telemetry.note_activation(48_000.0, 2, true);
        meter = LoadMeter::default();
        meter.note_block(&telemetry, Duration::from_millis(1), 0);
        meter.note_block(&telemetry, Duration::ZERO, 0);
        assert_eq!((telemetry.load(), telemetry.take_peak_load()), (0.0, 0.0));
    }
}
