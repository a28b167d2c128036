//! Sample rates and block sizes.

use proscenium_host::{BlockSizes, RenderJob};
use proscenium_tests::Rig;
use proscenium_tests::signals::{assert_identical, peak, programme};

/// Every rate sounds, on all four drivers, in every mode of the upmix.
#[test]
fn every_rate_sounds() {
    for rate_hz in [44_100.0, 48_000.0, 88_200.0, 96_000.0, 176_400.0, 192_000.0] {
        for mode in ["Off", "Low Latency", "High"] {
            let input = programme(rate_hz as usize / 4);
            let mut rig = Rig::new(8).with(&[("Upmix", mode), ("Output", "Drivers")]);
            let rendered = rig.render(&RenderJob::new(&input, rate_hz));
            for (driver, samples) in rendered.channels.iter().take(4).enumerate() {
                let level = peak(std::slice::from_ref(samples));
                assert!(
                    (1e-3..2.0).contains(&level),
                    "{rate_hz} Hz, Upmix {mode}, driver {driver}: {level}"
                );
            }
        }
    }
}

/// However the host cuts the audio, with automation or without, the output is the same bit for bit.
#[test]
fn output_does_not_depend_on_blocks() {
    for mode in ["Off", "Low Latency", "High"] {
        let frames = 48_000;
        let input = programme(frames);
        let render = |blocks: BlockSizes, frames: usize| {
            let mut rig = Rig::new(8).with(&[("Upmix", mode), ("Output", "Drivers")]);
            let events = rig.events(&[
                (5_001, "Width", "60 °"),
                (9_999, "Cancellation", "50 %"),
                (15_000, "Distance", "1 m"),
                (20_480, "Center Level", "-6 dB"),
                (30_001, "Output Trim", "-6 dB"),
                (33_333, "Programme", "Binaural"),
            ]);
            let cut: Vec<Vec<f32>> = input.iter().map(|channel| channel[..frames].to_vec()).collect();
            rig.render(&RenderJob::new(&cut, 48_000.0).blocks(blocks).events(&events))
                .channels
        };
        let reference = render(BlockSizes::Fixed(512), frames);
        let ragged = [1, 8192, 0, 3, 64, 1000, 0, 255, 256, 257, 2, 4096];
        for (what, blocks) in [
            ("64", BlockSizes::Fixed(64)),
            ("1000", BlockSizes::Fixed(1000)),
            ("8192", BlockSizes::Fixed(8192)),
            ("ragged", BlockSizes::Cycle(&ragged)),
        ] {
            assert_identical(
                &render(blocks, frames),
                &reference,
                &format!("Upmix {mode}, blocks {what}"),
            );
        }
        let short = 12_000;
        let start: Vec<Vec<f32>> = reference.iter().map(|channel| channel[..short].to_vec()).collect();
        assert_identical(
            &render(BlockSizes::Fixed(1), short),
            &start,
            &format!("Upmix {mode}, blocks 1"),
        );
    }
}
