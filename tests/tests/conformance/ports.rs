//! Ports: what a configuration promises is what the ports are, however often and whenever they are asked for.

use super::dice::Dice;
use super::rounds::rounds;
use super::subject::{assert_sound, load, play, plugin_ids};
use proscenium_host::{ClapHost, ClapId, PortConfig};

fn layout(host: &mut ClapHost) -> (Vec<usize>, Vec<usize>) {
    (host.input_ports(), host.output_ports())
}

/// The ports of every plugin in every configuration, before, during and after activation; a block goes through each.
#[test]
fn ports_stay_what_was_selected() {
    let mut dice = Dice::new(81);
    for id in plugin_ids() {
        let mut host = load(&id);
        let default = layout(&mut host);
        let configs = host.port_configs();
        let ids: Vec<ClapId> = configs.iter().map(|config| config.id).collect();
        for (index, PortConfig { id: config, name, .. }) in configs.iter().enumerate() {
            assert!(!name.is_empty());
            assert!(!ids[..index].contains(config), "{id}: two configurations {config:?}");
        }
        assert_eq!(layout(&mut host), default, "{id}: after asking for the configurations");
        for config in configs {
            host.select_config(config.id).unwrap();
            let selected = layout(&mut host);
            assert_eq!(selected.0[0], config.input_channels as usize, "{id}: {config:?}");
            assert_eq!(selected.1[0], config.output_channels as usize, "{id}: {config:?}");
            host.activate(48_000.0, 64).unwrap();
            assert_eq!(layout(&mut host), selected, "{id}: active, {config:?}");
            let played = play(&mut host, &mut dice, 64, &[]);
            assert_eq!(played.len(), selected.1.iter().sum::<usize>());
            assert_eq!(layout(&mut host), selected, "{id}: played, {config:?}");
            host.deactivate().unwrap();
            assert_eq!(layout(&mut host), selected, "{id}: inactive again, {config:?}");
            assert_eq!(host.port_configs().len(), ids.len());
            assert_sound(&host);
        }
    }
}

/// From any configuration to any other, with state kept; an unknown one is refused and changes nothing.
#[test]
fn configurations_in_any_order() {
    rounds("configurations", 82, |trace, mut dice| {
        let mut host = load(&plugin_ids()[0]);
        host.set_text("Width", "45 °").unwrap();
        let state = host.save_state().unwrap();
        let configs = host.port_configs();
        for _ in 0..200 {
            let config = dice.pick(&configs);
            trace.step(format!("{config:?}"));
            host.select_config(config.id).unwrap();
            let selected = layout(&mut host);
            if dice.one_in(3) {
                let unknown = ClapId::new(1_000_000 + dice.below(1000) as u32);
                assert!(host.select_config(unknown).is_err());
                assert_eq!(layout(&mut host), selected);
            }
            if dice.one_in(5) {
                host.activate(48_000.0, 128).unwrap();
                play(&mut host, &mut dice, 128, &[]);
                assert!(host.select_config(configs[0].id).is_err(), "the host forbids it");
                host.deactivate().unwrap();
            }
            assert_eq!(host.save_state().unwrap(), state);
            assert_sound(&host);
        }
    });
}
