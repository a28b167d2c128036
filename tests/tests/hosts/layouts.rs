//! Port layouts of the plugins in the bundle.

use proscenium_host::{ClapHost, RenderJob};
use proscenium_tests::signals::{assert_identical, peak, programme};
use proscenium_tests::{Rig, clap_path};

const MULTI_OUT: &str = "Multi-Out";

fn multi_out() -> Rig {
    let plugins = ClapHost::descriptors(clap_path()).unwrap();
    let found = plugins.iter().find(|plugin| plugin.name.contains(MULTI_OUT));
    Rig::load(Some(
        &found.unwrap_or_else(|| panic!("no {MULTI_OUT} among {plugins:?}")).id,
    ))
}

#[test]
fn first_plugin_is_proscenium() {
    let plugins = ClapHost::descriptors(clap_path()).unwrap();
    assert_eq!(plugins[0].id, "audio.proscenium.proscenium");
    assert_eq!(
        (plugins[0].name.as_str(), plugins[0].vendor.as_str()),
        ("Proscenium", "Proscenium")
    );
}

#[test]
fn stereo_is_the_default() {
    let mut rig = Rig::load(None);
    assert_eq!((rig.host.input_ports(), rig.host.output_ports()), (vec![2], vec![2]));
}

/// Stereo to N and N to N for every N up to 16; each one sounds, on the drivers' channels only.
#[test]
fn every_layout_sounds() {
    let input = programme(9_600);
    let configs = Rig::load(None).host.port_configs();
    for outputs in 2..=16 {
        for inputs in [2, outputs] {
            let config = configs
                .iter()
                .find(|c| (c.input_channels, c.output_channels) == (inputs, outputs));
            let config = config.unwrap_or_else(|| panic!("no layout {inputs} to {outputs}"));
            let mut rig = Rig::load(None).with(&[("Output", "Drivers")]);
            rig.host.select_config(config.id).unwrap();
            assert_eq!(rig.host.output_ports(), [outputs as usize]);
            let rendered = rig.render(&RenderJob::new(&input, 48_000.0));
            // Four drivers, or their fold-down to two channels.
            let sounding = if outputs >= 4 { 4 } else { 2 };
            for (channel, samples) in rendered.channels.iter().enumerate() {
                let sounds = peak(std::slice::from_ref(samples)) > 1e-4;
                assert_eq!(sounds, channel < sounding, "{inputs} to {outputs}, channel {channel}");
            }
        }
    }
}

/// Inputs beyond the first two are not programme.
#[test]
fn surplus_inputs_are_ignored() {
    let stereo = programme(9_600);
    let wide: Vec<Vec<f32>> = stereo.iter().cycle().take(8).cloned().collect();
    let expected = Rig::new(8).render(&RenderJob::new(&stereo, 48_000.0)).channels;
    let mut rig = Rig::load(None);
    let configs = rig.host.port_configs();
    let config = configs
        .iter()
        .find(|c| (c.input_channels, c.output_channels) == (8, 8))
        .unwrap();
    rig.host.select_config(config.id).unwrap();
    assert_identical(
        &rig.render(&RenderJob::new(&wide, 48_000.0)).channels,
        &expected,
        "8 to 8",
    );
}

/// The pairs of Multi-Out carry what the wide layout carries.
#[test]
fn multi_out_equals_the_wide_layout() {
    let input = programme(24_000);
    let mut rig = multi_out().with(&[("Output", "Drivers")]);
    assert_eq!((rig.host.input_ports(), rig.host.output_ports()), (vec![2], vec![2; 8]));
    let pairs = rig.render(&RenderJob::new(&input, 48_000.0)).channels;
    let wide = Rig::new(16)
        .with(&[("Output", "Drivers")])
        .render(&RenderJob::new(&input, 48_000.0))
        .channels;
    assert_identical(&pairs, &wide, "Multi-Out");
}

#[test]
fn multi_out_has_the_same_parameters() {
    let names = |mut rig: Rig| {
        rig.host
            .params()
            .unwrap()
            .into_iter()
            .map(|p| (p.id, p.name))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(multi_out()), names(Rig::load(None)));
}
