//! Input that no programme should contain.

use proscenium_host::RenderJob;
use proscenium_tests::Rig;
use proscenium_tests::signals::{difference, peak, programme};

/// NaN and infinities never reach the output: whatever they are, the engine takes the block that they are in for silence. Afterwards
/// the sound comes back to what it would have been, as the centre's memory fades: its time constant is half a second, so that
/// such a gap is forgotten to 80 dB within three seconds.
#[test]
fn bad_input_passes_without_trace() {
    let clean = programme(216_000);
    let fault = |value| {
        let mut input = clean.clone();
        input[0][10_000] = value;
        input[1][20_000..20_100].fill(value);
        input
    };
    for mode in ["Off", "Low Latency", "High"] {
        let render = |input: &[Vec<f32>]| {
            let mut rig = Rig::new(8).with(&[("Upmix", mode)]);
            rig.render(&RenderJob::new(input, 48_000.0)).channels
        };
        let (reference, faulty) = (render(&clean), render(&fault(f32::NAN)));
        for bad in [f32::INFINITY, f32::NEG_INFINITY] {
            assert!(render(&fault(bad)) == faulty, "{bad} is not as NaN, Upmix {mode}");
        }
        let late = |channels: &[Vec<f32>]| channels.iter().map(|c| c[168_000..].to_vec()).collect::<Vec<_>>();
        let error = difference(&late(&faulty), &late(&reference));
        let bound = 1e-4 * peak(&reference);
        println!("Upmix {mode}: off by {error:e} three seconds later, at most {bound:e}");
        assert!(error < bound, "Upmix {mode}: still off by {error} three seconds later");
    }
}

/// A programme of subnormal numbers costs nothing and yields none.
#[test]
fn subnormal_input_is_flushed() {
    let input = vec![vec![1e-40; 24_000]; 2];
    // The rig itself insists that no output sample is subnormal.
    assert!(peak(&Rig::new(8).render(&RenderJob::new(&input, 48_000.0)).channels) < 1e-30);
}

/// The sound decays to exact silence without passing through subnormal numbers.
#[test]
fn decay_has_no_subnormals() {
    let mut input = programme(4_800);
    input.iter_mut().for_each(|channel| channel.resize(96_000, 0.0));
    for output in ["Drivers", "Headphones", "Preview", "Stems"] {
        let rendered = Rig::new(8)
            .with(&[("Output", output)])
            .render(&RenderJob::new(&input, 48_000.0));
        let end: Vec<Vec<f32>> = rendered
            .channels
            .iter()
            .map(|channel| channel[72_000..].to_vec())
            .collect();
        assert!(peak(&end) < 1e-6, "{output}: {}", peak(&end));
    }
}

/// Far above full scale: finite, and held below full scale by the guard.
#[test]
fn overload_is_guarded() {
    let mut input = programme(24_000);
    input.iter_mut().flatten().for_each(|sample| *sample *= 100.0);
    let guarded = Rig::new(8).render(&RenderJob::new(&input, 48_000.0)).channels;
    assert!(peak(&guarded) <= 1.0, "{}", peak(&guarded));
    let free = Rig::new(8)
        .with(&[("Peak Guard", "off")])
        .render(&RenderJob::new(&input, 48_000.0))
        .channels;
    assert!(peak(&free) > 2.0, "{}", peak(&free));
}
