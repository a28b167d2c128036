//! Options have the ids, units, ranges and defaults of the plugin's parameters.

use clap::{CommandFactory as _, ValueEnum};
use nice_plug::params::Params as _;
use nice_plug::params::internals::ParamPtr;
use proscenium::ProsceniumParams;
use proscenium_cli::arguments::Arguments;
use proscenium_cli::parameters::{self, NUMBERS};
use std::collections::BTreeMap;

/// Parameters that are given in another way: the session's device, and what a file can carry at all.
const OTHERWISE: [&str; 2] = ["device", "output"];

/// Calls `check` with every parameter of the plugin by id.
fn with_plugin_parameters(check: impl Fn(&BTreeMap<String, ParamPtr>)) {
    let params = ProsceniumParams::default();
    check(
        &params
            .param_map()
            .into_iter()
            .map(|(id, param, _)| (id, param))
            .collect(),
    );
}

#[test]
fn every_parameter_is_an_option_with_the_same_default() {
    let command = Arguments::command();
    let render = command.find_subcommand("render").unwrap();
    with_plugin_parameters(|plugin| {
        for (id, param) in plugin.iter().filter(|(id, _)| !OTHERWISE.contains(&id.as_str())) {
            let option = render.get_arguments().find(|option| option.get_id() == id.as_str());
            let option = option.unwrap_or_else(|| panic!("no option for {id}"));
            assert_eq!(option.get_long(), Some(id.replace('_', "-").as_str()));
            let default = option
                .get_default_values()
                .first()
                .map(|value| value.to_string_lossy().into_owned());
            // SAFETY: the parameter lives in the caller's set.
            let shown = unsafe { param.normalized_value_to_string(param.default_normalized_value(), false) };
            match default {
                Some(default) => assert!(as_id(&shown).starts_with(&default), "{id}: {default} is not {shown}"),
                None => assert_eq!(id, "distance", "that of the device"),
            }
        }
    });
}

#[test]
fn numbers_have_the_same_units_ranges_and_roundings() {
    with_plugin_parameters(|plugin| {
        let floats = plugin.values().filter(|param| matches!(param, ParamPtr::FloatParam(_)));
        assert_eq!(floats.count(), NUMBERS.len());
        for number in NUMBERS {
            let param = plugin[number.id];
            // SAFETY: the parameter lives in the caller's set.
            unsafe {
                assert_eq!(param.unit().trim(), number.unit, "{}", number.id);
                assert_eq!(param.default_plain_value(), number.default, "{}", number.id);
                assert_eq!(
                    [param.preview_plain(0.0), param.preview_plain(1.0)],
                    [number.min, number.max]
                );
                for step in 0..=1000 {
                    let value = number.min + (number.max - number.min) * step as f32 / 1000.0;
                    if value != number.default {
                        let kept = param.preview_plain(param.preview_normalized(value));
                        assert_eq!(number.as_kept(value), kept, "{}", number.id);
                    }
                }
            }
        }
    });
}

#[test]
fn choices_are_the_same_in_the_same_order() {
    fn ids<T: ValueEnum>() -> Vec<String> {
        T::value_variants().iter().map(parameters::id).collect()
    }
    with_plugin_parameters(|plugin| {
        for (id, choices) in [
            ("program", ids::<parameters::ProgrammeChoice>()),
            ("upmix", ids::<parameters::UpmixChoice>()),
            ("beam", ids::<parameters::BeamChoice>()),
            ("zone_goal", ids::<parameters::ZoneGoalChoice>()),
            ("room", ids::<parameters::RoomParameter>()),
        ] {
            let param = plugin[id];
            // SAFETY: the parameter lives in the caller's set.
            let steps = unsafe { param.step_count() }.unwrap();
            assert_eq!(choices.len(), steps + 1, "{id}");
            for (index, choice) in choices.iter().enumerate() {
                // SAFETY: as before.
                let name = unsafe { param.normalized_value_to_string(index as f32 / steps as f32, false) };
                assert!(as_id(&name).starts_with(choice), "{id}: {choice} is not {name}");
            }
        }
    });
}

/// A name in the form of an id.
fn as_id(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}
