//! The room around the preview: latency and repeatability. That it comes and goes in real time is `guarded`'s to tell.

use proscenium_host::{BlockSizes, RenderJob};
use proscenium_tests::Rig;
use proscenium_tests::signals::{assert_identical, difference, impulse, peak, programme};

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
        // Filters that do not ring ahead.
        let render = |room| {
            let mut rig = preview(mode, room).with(&[("Cancellation", "0 %"), ("Tone", "0 %")]);
            rig.render(&job)
        };
        let (dry, wet) = (render("Off"), render("Living Room"));
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
                difference(&dry_direct, &wet_direct) < 1e-2 * peak(&dry_direct),
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
