//! Factory presets: sounds to start from. They leave alone where the listener sits, what they listen with, and the level;
//! those that are made for a device set the device and its distance as well.

use super::param_values::ParamValues;
use crate::params::ProsceniumParams;

/// Parameters that describe the room and the session rather than a sound.
const NOT_A_SOUND: [&str; 9] = [
    "device",
    "distance",
    "offset",
    "yaw",
    "zone",
    "zone_goal",
    "trim",
    "guard",
    "room",
];

/// A preset: the defaults but for what it names.
pub(crate) struct Preset {
    /// Name in the menu.
    pub(crate) name: &'static str,
    /// What it is for, one plain sentence.
    pub(crate) purpose: &'static str,
    /// Parameter ids with texts as users type them.
    changes: &'static [(&'static str, &'static str)],
}

/// All factory presets, the defaults first.
pub(crate) const PRESETS: [Preset; 11] = [
    Preset {
        name: "Reference pair",
        purpose: "A full-size pair at ±30°, the centre beamed at the listener.",
        changes: &[],
    },
    Preset {
        name: "Wide",
        purpose: "A pair at ±55° for programme that is mixed narrow.",
        changes: &[("width", "55 °"), ("center", "85 %")],
    },
    Preset {
        name: "Near voice",
        purpose: "Speech and singing close to the listener, a little above the rest.",
        changes: &[("center_level", "3 dB"), ("width", "35 °")],
    },
    Preset {
        name: "Recessed",
        purpose: "A stage farther back: the centre is let into the room.",
        changes: &[("depth", "0 %"), ("center", "60 %"), ("center_level", "-1.5 dB")],
    },
    Preset {
        name: "Gentle",
        purpose: "Half the cancellation: less width, for more than one listener.",
        changes: &[("cancel", "50 %"), ("depth", "50 %")],
    },
    Preset {
        name: "Binaural playback",
        purpose: "Recordings made for headphones: left and right go straight to the ears.",
        changes: &[("program", "Binaural")],
    },
    Preset {
        name: "Upmixer",
        purpose: "Left, right and centre stems on channels 1 to 3.",
        changes: &[("output", "Stems")],
    },
    Preset {
        name: "Headphones",
        purpose: "The virtual pair on headphones.",
        changes: &[("output", "Headphones")],
    },
    Preset {
        name: "Desk speakers",
        purpose: "Two loudspeakers beside a screen, the listener close to them.",
        changes: &[("device", "Desktop Pair"), ("distance", "0.87 m")],
    },
    Preset {
        name: "Laptop",
        purpose: "The two loudspeakers of a laptop at arm's length.",
        changes: &[("device", "Laptop"), ("distance", "0.6 m")],
    },
    Preset {
        name: "Low latency",
        purpose: "For playing along: no centre path, 4 ms at 48 kHz.",
        changes: &[("upmix", "Off")],
    },
];

impl Preset {
    /// The values of the preset.
    pub(crate) fn values(&self, params: &ProsceniumParams) -> ParamValues {
        let defaults = ParamValues::defaults(params).without(&NOT_A_SOUND);
        self.changes
            .iter()
            .fold(defaults, |values, (id, text)| values.with(params, id, text))
    }
}

/// Name of the preset that the parameters are set to: of those that match the one that was `picked`, else the first.
pub(crate) fn matching(params: &ProsceniumParams, picked: Option<&str>) -> Option<&'static str> {
    let current = ParamValues::current(params);
    let names = PRESETS
        .iter()
        .filter(|preset| preset.values(params).agree_with(&current))
        .map(|preset| preset.name);
    let all: Vec<&str> = names.collect();
    all.iter()
        .copied()
        .find(|name| Some(*name) == picked)
        .or(all.first().copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::testing::Stand;
    use nice_plug::prelude::Params as _;
    use std::sync::Arc;

    #[test]
    fn every_preset_loads_with_whole_gestures_and_is_then_found_again() {
        for preset in &PRESETS {
            let stand = Stand::new();
            let (params, recorder) = (Arc::clone(&stand.shared.params), Arc::clone(&stand.recorder));
            let mut harness = stand.harness(egui::vec2(50.0, 50.0), |_, scene| {
                let values = preset.values(&scene.links.params);
                values.recall(&scene.links.params, &mut scene.hands);
            });
            harness.run();
            assert_eq!(recorder.take_gestures().len(), preset.changes.len(), "{}", preset.name);
            assert_eq!(matching(&params, Some(preset.name)), Some(preset.name));
            harness.run();
            assert!(recorder.take_gestures().is_empty(), "{}", preset.name);
        }
    }

    #[test]
    fn no_two_presets_are_the_same() {
        let params = ProsceniumParams::default();
        for (n, preset) in PRESETS.iter().enumerate() {
            let values = preset.values(&params);
            assert!(
                PRESETS[..n].iter().all(|other| other.values(&params) != values),
                "{}",
                preset.name
            );
        }
    }

    /// Every value is one that the parameter can take, and the texts mean what they say.
    #[test]
    fn values_are_within_their_ranges() {
        let params = ProsceniumParams::default();
        for preset in &PRESETS {
            for (id, text) in preset.changes {
                let (_, ptr, _) = params.param_map().into_iter().find(|(known, ..)| known == id).unwrap();
                // SAFETY: `params` outlives the pointer.
                let back = unsafe {
                    let normalized = ptr.string_to_normalized_value(text).unwrap();
                    assert!((0.0..=1.0).contains(&normalized), "{}: {id}", preset.name);
                    ptr.normalized_value_to_string(normalized, true)
                };
                assert_eq!(back, *text, "{}: {id}", preset.name);
            }
        }
    }

    #[test]
    fn presets_made_for_a_device_set_the_distance_that_it_is_made_for() {
        for preset in &PRESETS {
            let change = |id: &str| preset.changes.iter().find(|(known, _)| *known == id);
            let Some((_, device)) = change("device") else { continue };
            let (_, distance) = change("distance").unwrap();
            let known = proscenium_dsp::array::presets();
            let made_for_m = known.iter().find(|known| known.device.name == *device).unwrap();
            let made_for_m = made_for_m.device.nominal_distance_m();
            assert!((f64::from(crate::text::parse_number(distance).unwrap()) - made_for_m).abs() < 0.005);
        }
    }

    /// With the defaults and a laptop two presets hold; the menu shows the one that the user chose.
    #[test]
    fn of_two_that_match_the_picked_one_is_shown() {
        let params = ProsceniumParams::default();
        assert_eq!(matching(&params, None), Some("Reference pair"));
        assert_eq!(matching(&params, Some("Laptop")), Some("Reference pair"));
        let stand = Stand::new();
        let params = Arc::clone(&stand.shared.params);
        let laptop = PRESETS.iter().find(|preset| preset.name == "Laptop").unwrap();
        let mut harness = stand.harness(egui::vec2(50.0, 50.0), |_, scene| {
            let values = laptop.values(&scene.links.params);
            values.recall(&scene.links.params, &mut scene.hands);
        });
        harness.run();
        assert_eq!(matching(&params, Some("Laptop")), Some("Laptop"));
        assert_eq!(matching(&params, Some("Reference pair")), Some("Reference pair"));
    }

    #[test]
    fn low_latency_is_as_low_as_it_says() {
        let timing = proscenium_dsp::engine::Timing::new(48_000.0, crate::params::UpmixParam::Off.mode());
        assert!((timing.latency() as f64 / 48.0).round() == 4.0);
    }
}
