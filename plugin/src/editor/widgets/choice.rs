//! A drop-down for a parameter with named values.

use egui::{ComboBox, Response, RichText, Ui};
use nice_plug::prelude::*;

use super::help::tooltip;
use super::steps::wheel_notches;
use crate::editor::hands::Hands;
use crate::editor::theme;

/// A drop-down with the parameter's name before it.
pub(crate) struct Choice<'a, T: Enum + PartialEq + 'static> {
    param: &'a EnumParam<T>,
}

impl<'a, T: Enum + PartialEq + Copy + 'static> Choice<'a, T> {
    /// A drop-down for a parameter.
    pub(crate) fn new(param: &'a EnumParam<T>) -> Self {
        Self { param }
    }

    /// Draws the drop-down; returns what the user picked just now.
    pub(crate) fn show(self, ui: &mut Ui, hands: &mut Hands<'_>, width: f32) -> (Response, Option<T>) {
        let chosen = self.param.value();
        let mut picked = None;
        ui.label(
            RichText::new(self.param.name())
                .color(theme::DIM)
                .size(theme::SMALL_SIZE),
        );
        let response = ComboBox::from_id_salt(self.param.name())
            .selected_text(T::variants()[chosen.to_index()])
            .width(width)
            .show_ui(ui, |ui| {
                for (index, name) in T::variants().iter().enumerate() {
                    let value = T::from_index(index);
                    if ui.selectable_label(value == chosen, *name).clicked() {
                        picked = Some(value);
                    }
                }
            })
            .response
            .accessible_name(self.param.name());
        let notches = if response.hovered() {
            whole_notches(ui, &response)
        } else {
            0.0
        };
        if notches != 0.0 {
            let last = T::variants().len() as f32 - 1.0;
            let index = (chosen.to_index() as f32 - notches).clamp(0.0, last);
            picked = Some(T::from_index(index as usize));
        }
        picked = picked.filter(|picked| *picked != chosen);
        if let Some(picked) = picked {
            hands.set(self.param, picked);
        }
        (response.on_hover_text(tooltip(self.param)), picked)
    }
}

/// Notches of the wheel, whole ones: a touch pad sends many small parts, which add up.
fn whole_notches(ui: &Ui, response: &Response) -> f32 {
    let id = response.id.with("wheel");
    let turned = ui.data(|data| data.get_temp::<f32>(id)).unwrap_or(0.0) + wheel_notches(ui);
    let whole = turned.trunc();
    ui.data_mut(|data| data.insert_temp(id, turned - whole));
    whole
}
