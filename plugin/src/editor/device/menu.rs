//! The menu beside the choice of the device.

use egui::{Color32, Key, Popup, PopupCloseBehavior, Response, RichText, TextEdit, Ui};

use super::path::EXAMPLE;
use crate::device_files::{FileStatus, name_of};
use crate::editor::scene::Scene;
use crate::editor::theme;

/// Width of the menu, points.
const WIDTH: f32 = 380.0;
/// Width of the field for a path, beside two buttons.
const FIELD: f32 = 262.0;

/// What the user wants done.
#[derive(Debug, PartialEq)]
pub(super) enum Wish {
    /// To choose a file in a dialog.
    Browse,
    /// To say in a dialog where the device is to be written.
    Export,
    /// To load the file with this path.
    Load(String),
    /// To write the device to a file with this path.
    Save(String),
    /// To load the session's file again.
    Reload,
}

/// The menu, with what has been typed into it.
#[derive(Default)]
pub(super) struct Menu {
    path: String,
    /// Whether it is to open with the keyboard in the field for a path.
    asks_for_path: bool,
}

impl Menu {
    /// Opens itself, ready for a path to be typed.
    pub(super) fn ask_for_path(&mut self, ui: &Ui) {
        self.asks_for_path = true;
        ui.ctx().request_repaint();
    }

    /// Draws the menu if it is open; returns what the user wants just now. While a dialog is `waiting` no other is opened.
    pub(super) fn show(
        &mut self,
        button: &Response,
        scene: &mut Scene<'_>,
        status: Option<&FileStatus>,
        waiting: bool,
    ) -> Option<Wish> {
        if self.asks_for_path {
            Popup::open_id(&button.ctx, Popup::default_response_id(button));
        }
        Popup::from_toggle_button_response(button)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .show(|ui| {
                ui.set_width(WIDTH);
                let mut wish = self.dialogs(ui, scene, waiting);
                wish = self.typed(ui, scene).or(wish);
                file(ui, scene, status).or(wish)
            })
            .and_then(|shown| shown.inner)
    }

    fn dialogs(&self, ui: &mut Ui, scene: &mut Scene<'_>, waiting: bool) -> Option<Wish> {
        let mut wish = None;
        ui.horizontal(|ui| {
            ui.add_enabled_ui(!waiting, |ui| {
                let load = ui.button("Load\u{2026}");
                scene.atlas.note("device:load", load.rect);
                if load
                    .on_hover_text("Plays on the device in a file of yours, and keeps it in the session.")
                    .clicked()
                {
                    wish = Some(Wish::Browse);
                }
                let export = ui.button("Export\u{2026}");
                scene.atlas.note("device:export", export.rect);
                if export
                    .on_hover_text("Writes the device that plays to a file, to be changed or passed on.")
                    .clicked()
                {
                    wish = Some(Wish::Export);
                }
            });
            if waiting {
                ui.label(small("a dialog is open", theme::DIM));
            }
        });
        wish
    }

    fn typed(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) -> Option<Wish> {
        let mut wish = None;
        ui.horizontal(|ui| {
            let field = TextEdit::singleline(&mut self.path)
                .desired_width(FIELD)
                .hint_text(format!("or a path: {EXAMPLE}"));
            let field = ui.add(field).accessible_name("Path of a device file");
            scene.atlas.note("device:path", field.rect);
            if std::mem::take(&mut self.asks_for_path) {
                field.request_focus();
            }
            let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            let load = ui.button("Load");
            scene.atlas.note("device:load-path", load.rect);
            if load.clicked() || entered {
                wish = Some(Wish::Load(self.path.clone()));
            }
            let save = ui.button("Save");
            scene.atlas.note("device:save-path", save.rect);
            if save
                .on_hover_text("Writes the device that plays to a new file with this path.")
                .clicked()
            {
                wish = Some(Wish::Save(self.path.clone()));
            }
        });
        wish
    }
}

/// The file that the custom device came from.
fn file(ui: &mut Ui, scene: &mut Scene<'_>, status: Option<&FileStatus>) -> Option<Wish> {
    let session = &scene.links.params.session;
    let (name, file) = (session.custom_device_name()?, session.device_file());
    ui.separator();
    let Some(file) = file else {
        ui.label(small(&format!("Custom: {name}, kept in the session."), theme::DIM));
        return None;
    };
    let mut wish = None;
    ui.horizontal(|ui| {
        let text = RichText::new(format!("Custom: {name}, from {}", name_of(&file)));
        ui.add(egui::Label::new(text).truncate())
            .on_hover_text(file.display().to_string());
    });
    ui.horizontal_wrapped(|ui| {
        let (text, color) = status.map_or(("", theme::DIM), said);
        scene.atlas.note("device:status", ui.label(small(text, color)).rect);
        if matches!(status, Some(FileStatus::Differs)) {
            let reload = ui.small_button("Reload");
            scene.atlas.note("device:reload", reload.rect);
            if reload
                .on_hover_text("Takes the device from the file as it is now.")
                .clicked()
            {
                wish = Some(Wish::Reload);
            }
        }
    });
    wish
}

/// A status in words.
fn said(status: &FileStatus) -> (&str, Color32) {
    match status {
        FileStatus::Unknown => ("", theme::DIM),
        FileStatus::Followed => ("Changes of the file are followed.", theme::LEVEL),
        FileStatus::Differs => ("The file says something else than the session.", theme::WARNING),
        FileStatus::Missing => (
            "The file is not on this computer; the session has the device.",
            theme::DIM,
        ),
        FileStatus::Refused(error) => (error, theme::WARNING),
    }
}

fn small(text: &str, color: Color32) -> RichText {
    RichText::new(text).size(theme::SMALL_SIZE).color(color)
}
