//! Input that no programme should contain.

use proscenium_host::RenderJob;
use proscenium_tests::Rig;
use proscenium_tests::signals::{difference, peak, programme};

/// NaN and infinities never reach the output, and afterwards the sound is what it would have been.
#[test]
fn bad_input_passes_without_trace() {
    for mode in ["Off", "Low Latency", "High"] {
        let clean = programme(2_928_000);
        let reference = Rig::new(8)
            .with(&[("Upmix", mode)])
            .render(&RenderJob::new(&clean, 48_000.0))
            .channels;
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut input = clean.clone();
            input[0][10_000] = bad;
            input[1][20_000..20_100].fill(bad);
            let output = Rig::new(8)
                .with(&[("Upmix", mode)])
                .render(&RenderJob::new(&input, 48_000.0))
                .channels;
            // What the centre has learnt of the sources takes long to come together again after a gap.
            let late = |channels: &[Vec<f32>]| channels.iter().map(|c| c[2_880_000..].to_vec()).collect::<Vec<_>>();
            let error = difference(&late(&output), &late(&reference));
            assert!(
                error < 1e-4 * peak(&reference),
                "{bad}, Upmix {mode}: still off by {error} a minute later"
            );
        }
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
