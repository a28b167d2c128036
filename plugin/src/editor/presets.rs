//! Factory presets: sounds to start from. They leave alone where the listener sits, what they listen with, and the level.

use super::param_values::ParamValues;
use crate::params::ProsceniumParams;

/// Parameters that describe the room and the session rather than a sound.
const NOT_A_SOUND: [&str; 6] = ["device", "distance", "offset", "zone", "trim", "guard"];

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
pub(crate) const PRESETS: [Preset; 9] = [
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

/// Name of the preset that the parameters are set to.
pub(crate) fn matching(params: &ProsceniumParams) -> Option<&'static str> {
    let found = PRESETS.iter().find(|preset| preset.values(params).hold(params));
    found.map(|preset| preset.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::testing::Stand;
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
            assert_eq!(matching(&params), Some(preset.name));
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
}
