//! Real filter sets under a running engine.

use crate::many_or;
use crate::watch::on_audio_thread;
use proscenium_dsp::array::presets;
use proscenium_dsp::design::{Design, DesignSettings};
use proscenium_dsp::engine::{Controls, DesignRequest, DesignSource, Engine, FilterSet, Handover, Output, Timing};
use proscenium_dsp::upmix::UpmixMode;
use std::sync::Arc;
use std::sync::Weak;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Short filters and cross-fades, so that there can be many.
const RATE: f64 = 12_000.0;
const CHANNELS: usize = 2;
/// A host's block, samples.
const BLOCK: usize = 600;

/// Settings of that number; what depends on it cannot fit another.
fn settings(number: u32) -> DesignSettings {
    let mut settings = DesignSettings {
        // The sets here come from one design, so that the distance is a label.
        distance_m: number as f32,
        ..DesignSettings::default()
    };
    settings.gain_db = std::array::from_fn(|driver| -((number as usize + driver) as f32 % 24.0));
    settings
}

/// The number of a set, all of which is there.
fn number_of(set: &FilterSet) -> u32 {
    let number = set.settings().distance_m as u32;
    let expected = settings(number);
    assert_eq!(*set.settings(), expected, "torn or freed");
    for (gain, gain_db) in set.map().driver_gain.iter().zip(expected.gain_db) {
        assert_eq!(*gain, 10_f32.powf(gain_db / 20.0), "torn or freed");
    }
    number
}

/// The audio thread's end of the hand-over, which looks at everything that passes.
struct Inspected<'a> {
    handover: &'a Handover,
    latest: u32,
    swaps: u32,
}

impl DesignSource for Inspected<'_> {
    fn request(&mut self, request: DesignRequest) {
        self.handover.request(request);
    }

    fn poll(&mut self) -> Option<Arc<FilterSet>> {
        let set = self.handover.poll()?;
        let number = number_of(&set);
        assert!(number > self.latest, "played after a later one");
        self.latest = number;
        Some(set)
    }

    fn retire(&mut self, set: Arc<FilterSet>) -> Result<(), Arc<FilterSet>> {
        number_of(&set);
        self.handover.retire(set)?;
        self.swaps += 1;
        Ok(())
    }
}

/// Plays noise, with other settings in every block, until there have been as many swaps. Returns the last number.
fn play(engine: &mut Engine, source: &mut Inspected<'_>, swaps: u32) -> u32 {
    let mut buffers = [[0.0_f32; BLOCK]; CHANNELS];
    let (mut number, mut seed, mut peak) = (0, 1_u32, 0.0_f32);
    while source.swaps < swaps || source.latest != number {
        number += u32::from(source.swaps < swaps);
        let controls = Controls {
            output: Output::Drivers,
            design: settings(number),
            ..Controls::default()
        };
        for sample in buffers.iter_mut().flatten() {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *sample = (seed >> 8) as f32 / (1 << 23) as f32 - 1.0;
        }
        let [left, right] = &mut buffers;
        engine.process(&mut [left, right], &controls, source);
        let loudest = buffers.iter().flatten().fold(0.0, |peak: f32, x| peak.max(x.abs()));
        assert!(loudest.is_finite());
        peak = peak.max(loudest);
    }
    assert!(peak > 0.01, "silence");
    number
}

#[test]
fn sets_are_swapped_whole_under_a_running_engine_and_freed_elsewhere() {
    let swaps = many_or(2_000);
    let timing = Timing::new(RATE, UpmixMode::Off);
    let design = Design::new(&presets()[2].device, &DesignSettings::default(), &timing);
    let make = |request: &DesignRequest| Arc::new(FilterSet::new(&design, &timing, CHANNELS, request));
    let first = make(&DesignRequest {
        settings: settings(0),
        apply_at: 0,
    });
    let handover = Handover::default();
    let playing = AtomicBool::new(true);
    let mut made: Vec<Weak<FilterSet>> = vec![Arc::downgrade(&first)];
    let mut engine = Engine::new(timing, CHANNELS, first, Arc::default());
    let last = thread::scope(|scope| {
        let maker = scope.spawn(|| {
            let mut made = Vec::new();
            while playing.load(Ordering::Acquire) {
                if let Some(request) = handover.take_request() {
                    let set = make(&request);
                    made.push(Arc::downgrade(&set));
                    handover.publish(set);
                } else {
                    thread::yield_now();
                }
                handover.free_retired();
                if made.len() > 100 {
                    // Those in use and on their way: two in the cross-fade, three in the engine's hands, the queues.
                    made.retain(|set: &Weak<FilterSet>| set.strong_count() > 0);
                    assert!(made.len() < 32, "{} sets pile up", made.len());
                }
            }
            made
        });
        let audio = scope.spawn(|| {
            let mut source = Inspected {
                handover: &handover,
                latest: 0,
                swaps: 0,
            };
            let play = || on_audio_thread(|| play(&mut engine, &mut source, swaps));
            let played = std::panic::catch_unwind(std::panic::AssertUnwindSafe(play));
            playing.store(false, Ordering::Release);
            played
        });
        let played = audio.join().unwrap();
        made.extend(maker.join().unwrap());
        played.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    assert!(last >= swaps);
    drop((engine, handover));
    assert!(made.iter().all(|set| set.strong_count() == 0), "leaked");
}
