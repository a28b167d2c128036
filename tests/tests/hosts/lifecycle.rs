//! Activation, reset, several instances, and endings at awkward moments.

use proscenium_host::{RenderJob, RenderMode, TailLength};
use proscenium_tests::Rig;
use proscenium_tests::signals::{assert_identical, peak, programme};

/// Rendering again after a deactivation, at other rates and block sizes in between, gives what a fresh instance gives.
#[test]
fn activation_cycles_leave_no_trace() {
    let input = programme(12_000);
    let fresh = Rig::new(8).render(&RenderJob::new(&input, 48_000.0)).channels;
    let mut rig = Rig::new(8);
    for rate_hz in [44_100.0, 192_000.0, 96_000.0] {
        rig.render(&RenderJob::new(&input, rate_hz));
        assert_identical(
            &rig.render(&RenderJob::new(&input, 48_000.0)).channels,
            &fresh,
            &format!("after {rate_hz} Hz"),
        );
    }
    for _ in 0..10 {
        rig.host.activate(48_000.0, 64).unwrap();
        rig.host.deactivate().unwrap();
    }
    assert_identical(
        &rig.render(&RenderJob::new(&input, 48_000.0)).channels,
        &fresh,
        "after empty activations",
    );
}

/// After a reset nothing of the past is heard.
#[test]
fn reset_equals_fresh() {
    let input = programme(12_288);
    let play = |rig: &mut Rig| -> Vec<Vec<f32>> {
        let mut output = vec![Vec::new(); 8];
        for start in (0..input[0].len()).step_by(256) {
            let block: Vec<&[f32]> = input.iter().map(|channel| &channel[start..start + 256]).collect();
            let played = rig.host.process(&block, 256, &[]).unwrap();
            output.iter_mut().zip(played).for_each(|(all, new)| all.extend(new));
        }
        output
    };
    let mut rig = Rig::new(8);
    rig.host.set_render_mode(RenderMode::Offline).unwrap();
    rig.host.activate(48_000.0, 256).unwrap();
    let fresh = play(&mut rig);
    rig.host.reset().unwrap();
    assert_identical(&play(&mut rig), &fresh, "after reset");
}

/// Two instances, block by block in turn, do not hear each other.
#[test]
fn instances_are_independent() {
    let input = programme(12_288);
    let settings = [("Device", "Soundbar"), ("Upmix", "Low Latency")];
    let alone = [
        Rig::new(8).render(&RenderJob::new(&input, 48_000.0)).channels,
        Rig::new(8)
            .with(&settings)
            .render(&RenderJob::new(&input, 48_000.0))
            .channels,
    ];
    let mut rigs = [Rig::new(8), Rig::new(8).with(&settings)];
    let mut outputs = [vec![Vec::new(); 8], vec![Vec::new(); 8]];
    for rig in &mut rigs {
        rig.host.set_render_mode(RenderMode::Offline).unwrap();
        rig.host.activate(48_000.0, 256).unwrap();
    }
    for start in (0..input[0].len()).step_by(256) {
        let block: Vec<&[f32]> = input.iter().map(|channel| &channel[start..start + 256]).collect();
        for (rig, output) in rigs.iter_mut().zip(&mut outputs) {
            let played = rig.host.process(&block, 256, &[]).unwrap();
            output.iter_mut().zip(played).for_each(|(all, new)| all.extend(new));
        }
    }
    for (together, alone) in outputs.iter().zip(&alone) {
        assert_identical(together, alone, "together");
    }
}

/// Dropped, deactivated or restarted while a design is under way in the background.
#[test]
fn ends_while_designing() {
    for round in 0..6 {
        let mut rig = Rig::new(8);
        rig.host.set_render_mode(RenderMode::Realtime).unwrap();
        rig.host.activate(48_000.0, 256).unwrap();
        for distance in ["1 m", "3 m", "0.5 m"] {
            rig.host.set_text("Distance", distance).unwrap();
            // Long enough for the plugin to look at its parameters, too short for it to finish.
            for _ in 0..12 {
                rig.host.process(&[], 256, &[]).unwrap();
            }
        }
        match round % 3 {
            0 => drop(rig),
            1 => {
                rig.host.deactivate().unwrap();
                rig.host.activate(96_000.0, 256).unwrap();
                rig.host.process(&[], 256, &[]).unwrap();
            }
            _ => {
                rig.host.deactivate().unwrap();
                drop(rig);
            }
        }
    }
}

/// In real time a redesign arrives from the background and then sounds as the offline one does.
#[test]
fn background_design_arrives() {
    let input = programme(24_000);
    let mut rig = Rig::new(8);
    rig.host.set_render_mode(RenderMode::Realtime).unwrap();
    rig.host.activate(48_000.0, 256).unwrap();
    rig.host.set_text("Device", "Ring").unwrap();
    let mut played = vec![Vec::new(); 8];
    for round in 0..200 {
        let start = round * 256 % 23_808;
        let block: Vec<&[f32]> = input.iter().map(|channel| &channel[start..start + 256]).collect();
        played = rig.host.process(&block, 256, &[]).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    // A ring has six drivers where Tabletop has four.
    assert!(peak(&played[4..6]) > 1e-4, "still the old device");
    assert!(rig.host.faults().is_none(), "{}", rig.host.faults());
}

/// A tail is reported, and silence follows it.
#[test]
fn sound_ends_after_the_tail() {
    let input = programme(12_000);
    let mut rig = Rig::new(8);
    rig.host.activate(48_000.0, 256).unwrap();
    // The plugin tells its tail with the blocks that it processes.
    rig.host.process(&[&[0.1; 256]], 256, &[]).unwrap();
    let Some(TailLength::Finite(tail)) = rig.host.tail() else {
        panic!("tail: {:?}", rig.host.tail())
    };
    rig.host.deactivate().unwrap();
    let rendered = rig.render(&RenderJob::new(&input, 48_000.0).flush(48_000));
    let end = input[0].len() + rendered.latency_samples + tail as usize;
    assert!(end < input[0].len() + 48_000, "a tail of {tail} samples");
    let after: Vec<Vec<f32>> = rendered
        .channels
        .iter()
        .map(|channel| channel[end..].to_vec())
        .collect();
    assert!(peak(&after) < 1e-6, "{} after the tail of {tail} samples", peak(&after));
}
