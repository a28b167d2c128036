//! A and B: two settings of all parameters but Bypass, to be heard in turn.

use super::hands::Hands;
use super::param_values::ParamValues;
use crate::params::ProsceniumParams;

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Slot {
    /// What the editor begins with.
    #[default]
    A,
    /// The other.
    B,
}

impl Slot {
    /// Both, in the order of their buttons.
    pub(crate) const BOTH: [Self; 2] = [Self::A, Self::B];

    /// Name on its button.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
        }
    }

    fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// The slot that is heard, and what the other one holds.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    heard: Slot,
    /// None until the user has been there.
    other: Option<ParamValues>,
}

impl Comparison {
    /// The slot that is heard.
    pub(crate) fn heard(&self) -> Slot {
        self.heard
    }

    /// Puts what is heard aside and lets the other be heard. The first time both are the same.
    pub(crate) fn switch_to(&mut self, slot: Slot, params: &ProsceniumParams, hands: &mut Hands<'_>) {
        if slot == self.heard {
            return;
        }
        if let Some(values) = self.other.replace(ParamValues::current(params)) {
            values.recall(params, hands);
        }
        self.heard = slot;
    }

    /// Copies what is heard to the other slot.
    pub(crate) fn copy(&mut self, params: &ProsceniumParams) {
        self.other = Some(ParamValues::current(params));
    }

    /// The slot that a copy would go to.
    pub(crate) fn target(&self) -> Slot {
        self.heard.other()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::testing::Stand;
    use std::sync::Arc;

    #[test]
    fn each_slot_gets_back_what_it_had() {
        let stand = Stand::new();
        let (params, recorder) = (Arc::clone(&stand.shared.params), Arc::clone(&stand.recorder));
        let mut comparison = Comparison::default();
        let mut step = 0;
        let mut widths = Vec::new();
        let mut harness = stand.harness(egui::vec2(50.0, 50.0), |_, scene| {
            let params = Arc::clone(&scene.links.params);
            match step {
                1 => comparison.switch_to(Slot::B, &params, &mut scene.hands),
                2 => scene.hands.set(&params.width, 70.0),
                3 => comparison.switch_to(Slot::A, &params, &mut scene.hands),
                4 => comparison.switch_to(Slot::B, &params, &mut scene.hands),
                5 => comparison.copy(&params),
                6 => comparison.switch_to(Slot::A, &params, &mut scene.hands),
                _ => {}
            }
            widths.push(params.width.value().round());
            step += 1;
        });
        for _ in 0..8 {
            harness.step();
        }
        drop(harness);
        let changes: Vec<f32> = widths.iter().copied().fold(Vec::new(), |mut seen, width| {
            if seen.last() != Some(&width) {
                seen.push(width);
            }
            seen
        });
        assert_eq!(changes, [30.0, 70.0, 30.0, 70.0]);
        assert_eq!(recorder.take_gestures(), ["width", "width", "width"]);
        assert_eq!(params.width.value().round(), 70.0);
    }

    /// A device of the user's own is in the session, not in A or B: going there and back finds it as it was.
    #[test]
    fn a_custom_device_is_found_again() {
        use crate::params::DeviceParam;
        let stand = Stand::new();
        let params = Arc::clone(&stand.shared.params);
        let ball = proscenium_dsp::array::presets()[6].device.to_toml();
        params.session.load_device(&ball, "ball").unwrap();
        let mut comparison = Comparison::default();
        let mut step = 0;
        let mut devices = Vec::new();
        let mut harness = stand.harness(egui::vec2(50.0, 50.0), |_, scene| {
            let params = Arc::clone(&scene.links.params);
            match step {
                1 => scene.hands.set(&params.device, DeviceParam::Custom),
                2 => comparison.switch_to(Slot::B, &params, &mut scene.hands),
                3 => scene.hands.set(&params.device, DeviceParam::Laptop),
                4 => comparison.switch_to(Slot::A, &params, &mut scene.hands),
                _ => {}
            }
            devices.push(params.session.device(params.design_settings().device).name.clone());
            step += 1;
        });
        for _ in 0..6 {
            harness.step();
        }
        drop(harness);
        devices.dedup();
        assert_eq!(devices, ["Tabletop", "Ring", "Laptop", "Ring"]);
        assert_eq!(params.session.snapshot().device, Some(ball));
    }
}
