//! Session state: what is saved comes back, what is broken does no harm.

use super::parameters::PARAMETERS;
use proscenium_host::RenderJob;
use proscenium_tests::Rig;
use proscenium_tests::signals::{assert_identical, programme};

/// All parameters away from their defaults.
fn changed() -> Rig {
    let settings: Vec<(&str, &str)> = PARAMETERS.iter().map(|(name, _, texts)| (*name, texts[0])).collect();
    Rig::new(8).with(&settings)
}

#[test]
fn parameters_survive_a_round_trip() {
    let state = changed().host.save_state().unwrap();
    let mut restored = Rig::new(8);
    restored.host.load_state(&state).unwrap();
    for (name, _, texts) in PARAMETERS {
        let value = restored.host.value(name).unwrap();
        assert_eq!(restored.host.value_to_text(name, value).unwrap(), texts[0], "{name}");
    }
}

/// A restored instance sounds as the one that was saved.
#[test]
fn sound_survives_a_round_trip() {
    let settings = [
        ("Device", "Ring"),
        ("Distance", "1 m"),
        ("Width", "60 °"),
        ("Upmix", "Low Latency"),
    ];
    let input = programme(24_000);
    let job = RenderJob::new(&input, 48_000.0);
    let mut saved = Rig::new(8).with(&settings);
    let state = saved.host.save_state().unwrap();
    let mut restored = Rig::new(8);
    restored.host.load_state(&state).unwrap();
    assert_identical(
        &saved.render(&job).channels,
        &restored.render(&job).channels,
        "restored",
    );
}

/// A state loaded while playing takes effect, restarting if the latency changes.
#[test]
fn loads_while_active() {
    let state = Rig::new(8)
        .with(&[("Upmix", "Off"), ("Width", "60 °")])
        .host
        .save_state()
        .unwrap();
    let mut rig = Rig::new(8);
    rig.host.activate(48_000.0, 256).unwrap();
    rig.host.process(&[], 256, &[]).unwrap();
    let before = rig.host.latency_samples();
    rig.host.load_state(&state).unwrap();
    for _ in 0..8 {
        rig.host.process(&[], 256, &[]).unwrap();
    }
    let value = rig.host.value("Width").unwrap();
    assert_eq!(rig.host.value_to_text("Width", value).unwrap(), "60 °");
    assert!(rig.host.latency_samples() < before, "latency still {before}");
}

/// Whatever a broken state contains, the plugin goes on as it was and sounds as before.
#[test]
fn broken_states_do_no_harm() {
    let input = programme(12_000);
    let job = RenderJob::new(&input, 48_000.0);
    let mut rig = Rig::new(8);
    let good = rig.host.save_state().unwrap();
    let reference = rig.render(&job).channels;
    let truncated = (0..good.len())
        .step_by(good.len() / 13 + 1)
        .map(|length| good[..length].to_vec());
    let garbage = [
        b"{}".to_vec(),
        b"[1,2".to_vec(),
        vec![0xff; 4096],
        b"{\"params\":{\"width\":\"x\"}}".to_vec(),
    ];
    for state in truncated.chain(garbage) {
        // Whether it is refused or ignored is the plugin's choice.
        let _ = rig.host.load_state(&state);
        let mut fresh = Rig::new(8);
        let _ = fresh.host.load_state(&state);
        assert_identical(
            &fresh.render(&job).channels,
            &reference,
            &format!("after {} bytes", state.len()),
        );
    }
    rig.host.load_state(&good).unwrap();
    assert_identical(&rig.render(&job).channels, &reference, "after the good state");
}
