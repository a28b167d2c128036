//! The room around the preview: latency, repeatability, what the audio thread may do.

use proscenium_host::{BlockSizes, RenderJob, RenderMode};
use proscenium_tests::signals::{assert_identical, difference, impulse, peak, programme};
use proscenium_tests::{Rig, debug_library_path};
use std::time::{Duration, Instant};

const RATE_HZ: f64 = 48_000.0;
const MODES: [&str; 3] = ["Off", "Low Latency", "High"];

fn preview(mode: &str, room: &str) -> Rig {
    Rig::new(2).with(&[
        ("Output", "Preview"),
        ("Upmix", mode),
        ("Room", room),
        ("Peak Guard", "off"),
    ])
}

/// The direct sound comes when it comes without a room, which is after the reported latency; reflections come later.
#[test]
fn a_room_leaves_latency_and_direct_sound_alone() {
    const AT: usize = 2_000;
    let input = vec![impulse(AT, 0.5, 24_000); 2];
    for mode in MODES {
        let job = RenderJob::new(&input, RATE_HZ);
        let dry = preview(mode, "Off").render(&job);
        let wet = preview(mode, "Living Room").render(&job);
        assert_eq!(dry.latency_samples, wet.latency_samples, "{mode}");
        // The way by the floor is 1.2 m longer than the direct one at 2 m.
        let until = AT + dry.latency_samples + 64;
        let heard = |channels: &[Vec<f32>]| -> Vec<Vec<f32>> {
            let from = until - 128;
            channels.iter().map(|ear| ear[from..until].to_vec()).collect()
        };
        let (dry_direct, wet_direct) = (heard(&dry.channels), heard(&wet.channels));
        assert!(peak(&dry_direct) > 0.1, "{mode}");
        if mode == "Off" {
            assert!(
                difference(&dry_direct, &wet_direct) < 1e-3 * peak(&dry_direct),
                "{mode}"
            );
        }
        assert!(difference(&dry.channels, &wet.channels) > 1e-2, "{mode}");
    }
}

/// Automation of the room, and of what it depends on, is the same in every bounce and in blocks of every size.
#[test]
fn bounces_with_a_room_repeat_whatever_the_block() {
    let input = programme(90_000);
    for mode in MODES {
        let bounce = |block| {
            let mut rig = preview(mode, "Off");
            let events = rig.events(&[
                (10_007, "Room", "Office"),
                (30_011, "Distance", "1.5 m"),
                (50_021, "Room", "Living Room"),
                (60_013, "Depth", "30 %"),
                (70_001, "Output", "Stems"),
                (75_001, "Output", "Preview"),
                (82_003, "Room", "Off"),
            ]);
            let job = RenderJob::new(&input, RATE_HZ).events(&events);
            rig.render(&job.blocks(BlockSizes::Fixed(block))).channels
        };
        let first = bounce(256);
        assert_identical(&first, &bounce(256), "second bounce");
        assert_identical(&first, &bounce(1_000), "blocks of 1000");
    }
}

#[test]
fn the_tail_that_hosts_are_told_has_the_room_in_it() {
    let input = vec![impulse(100, 0.5, 512); 2];
    let rendered = preview("High", "Living Room").render(&RenderJob::new(&input, RATE_HZ).flush(96_000));
    let last = |ear: &Vec<f32>| ear.iter().rposition(|x| *x != 0.0).unwrap_or(0);
    let end = rendered.channels.iter().map(last).max().unwrap();
    assert!((20_000..70_000).contains(&end), "{end}");
}

/// In real time, in the build that aborts on an allocation: rooms come from their thread while all else moves.
#[test]
fn rooms_come_and_go_in_real_time_without_an_allocation() {
    const BLOCK: usize = 256;
    let mut rig = Rig::load(Some(&debug_library_path()));
    for (name, text) in [
        ("Output", "Preview"),
        ("Upmix", "Off"),
        ("Device", "Laptop"),
        ("Distance", "0.6 m"),
    ] {
        rig.host.set_text(name, text).unwrap();
    }
    rig.host.set_render_mode(RenderMode::Realtime).unwrap();
    rig.host.activate(RATE_HZ, BLOCK).unwrap();
    // A click, and silence until the next.
    let mut block = vec![vec![0.0; BLOCK]; 2];
    let (mut reverberant, mut changes) = (Vec::new(), 0);
    let began = Instant::now();
    for room in ["Living Room", "Off", "Office", "Off"] {
        let mut events = vec![rig.host.event(17, "Room", room).unwrap()];
        // A debug build on a busy machine takes seconds for a room.
        let patience = Instant::now() + Duration::from_secs(60);
        loop {
            let mut late = 0.0_f32;
            for n in 0..40 {
                for channel in &mut block {
                    channel[0] = if n == 0 { 0.5 } else { 0.0 };
                }
                let input: Vec<&[f32]> = block.iter().map(Vec::as_slice).collect();
                let output = rig.host.process(&input, BLOCK, &events).unwrap();
                events.clear();
                if n > 20 {
                    late = late.max(peak(&output));
                }
                std::thread::sleep(Duration::from_millis(1));
            }
            changes += 1;
            if (late > 0.0) == (room != "Off") {
                reverberant.push(late);
                break;
            }
            assert!(
                Instant::now() < patience,
                "{room}: {late} after {changes} clicks, {:?}",
                began.elapsed()
            );
        }
    }
    assert!(reverberant[0] > 1e-4 && reverberant[2] > 1e-4, "{reverberant:?}");
    assert!(rig.host.faults().is_none(), "{}", rig.host.faults());
}
