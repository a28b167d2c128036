//! Values of all parameters at once: what presets and the A/B comparison set.

use std::collections::BTreeMap;

use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::*;

use super::hands::Hands;
use crate::params::ProsceniumParams;

/// The one parameter that no preset and no comparison touches: the host's bypass.
const UNTOUCHED: &str = "bypass";
/// Normalised values closer than this are the same.
const SAME: f32 = 1e-5;

/// Normalised values by parameter id; parameters that are not in it stay as they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct ParamValues(BTreeMap<String, f32>);

impl ParamValues {
    /// All parameters as they are.
    pub(crate) fn current(params: &ProsceniumParams) -> Self {
        Self::read(params, |ptr| {
            // SAFETY: the pointer belongs to `params`, which is borrowed.
            unsafe { ptr.unmodulated_normalized_value() }
        })
    }

    /// The defaults of all parameters.
    pub(crate) fn defaults(params: &ProsceniumParams) -> Self {
        Self::read(params, |ptr| {
            // SAFETY: the pointer belongs to `params`, which is borrowed.
            unsafe { ptr.default_normalized_value() }
        })
    }

    fn read(params: &ProsceniumParams, value: impl Fn(ParamPtr) -> f32) -> Self {
        let entries = params.param_map().into_iter().filter(|(id, ..)| id != UNTOUCHED);
        Self(entries.map(|(id, ptr, _)| (id, value(ptr))).collect())
    }

    /// All but the named parameters.
    pub(crate) fn without(mut self, ids: &[&str]) -> Self {
        self.0.retain(|id, _| !ids.contains(&id.as_str()));
        self
    }

    /// The same with one value given as text, as users type it.
    ///
    /// # Panics
    /// If there is no such parameter or it does not understand the text. For texts that are part of the program.
    pub(crate) fn with(mut self, params: &ProsceniumParams, id: &str, text: &str) -> Self {
        let param = params.param_map().into_iter().find(|(known, ..)| known == id);
        let normalized = param.and_then(|(_, ptr, _)| {
            // SAFETY: the pointer belongs to `params`, which is borrowed.
            unsafe { ptr.string_to_normalized_value(text) }
        });
        match normalized {
            Some(normalized) => self.0.insert(id.to_owned(), normalized),
            None => unreachable!("a preset sets {id} to {text}"),
        };
        self
    }

    /// Whether `all` has these values, whatever else it has.
    pub(crate) fn agree_with(&self, all: &Self) -> bool {
        let same = |(id, value): (&String, &f32)| all.0.get(id).is_some_and(|other| (other - value).abs() < SAME);
        self.0.iter().all(same)
    }

    /// Sets the parameters that have another value, each with a gesture of its own.
    pub(crate) fn recall(&self, params: &ProsceniumParams, hands: &mut Hands<'_>) {
        for (id, ptr, _) in params.param_map() {
            let Some(&value) = self.0.get(&id) else { continue };
            // SAFETY: the pointer belongs to `params`, which is borrowed.
            let now = unsafe { ptr.unmodulated_normalized_value() };
            if (now - value).abs() >= SAME {
                // SAFETY: as above.
                unsafe { hands.set_raw(ptr, value) };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::testing::Stand;
    use egui::vec2;

    #[test]
    fn recall_sets_what_differs_and_nothing_twice() {
        let stand = Stand::new();
        let params = std::sync::Arc::clone(&stand.shared.params);
        let recorder = std::sync::Arc::clone(&stand.recorder);
        let wanted = ParamValues::defaults(&params)
            .with(&params, "width", "60 °")
            .with(&params, "output", "Stems");
        let values = wanted.clone();
        let mut harness = stand.harness(vec2(100.0, 100.0), move |_, scene| {
            values.recall(&scene.links.params, &mut scene.hands);
        });
        harness.run();
        assert_eq!(recorder.take_gestures(), ["width", "output"]);
        let current = ParamValues::current(&params);
        assert!(wanted.agree_with(&current) && !ParamValues::defaults(&params).agree_with(&current));
        assert!((params.width.value() - 60.0).abs() < 1e-4);
    }
}
