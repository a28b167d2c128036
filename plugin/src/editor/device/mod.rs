//! The device: which preset, or one of the user's own from a file.
//!
//! ```text
//! mod.rs      the choice, the button beside it with its menu, and what is done about it
//! menu.rs     the menu: dialogs, a path to type, the file that is followed
//! dialog.rs   the desktop's dialogs
//! path.rs     a path as people type and paste it
//! notice.rs   what went wrong, or was done
//! drop.rs     files that are dropped on the window
//! ```

mod dialog;
mod drop;
mod menu;
mod notice;
mod path;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::Ui;
use nice_plug::prelude::*;
use proscenium_dsp::array::presets as devices;
use proscenium_dsp::design::DeviceChoice;

use super::scene::Scene;
use super::theme;
use super::widgets::{Choice, more_button};
use crate::device_files::{Answer, FileStatus, LoadedDevice, name_of};
use crate::params::{DeviceParam, ProsceniumParams};
use dialog::{Dialog, Picked, Purpose};
use menu::{Menu, Wish};
use notice::Notice;

pub(crate) use drop::DropTarget;

/// The device's part of the header, with what it keeps from frame to frame.
#[derive(Default)]
pub(crate) struct DevicePanel {
    menu: Menu,
    dialog: Option<Dialog>,
    notice: Option<Notice>,
    /// The status that was last told of.
    status: Option<FileStatus>,
    /// A file that was dropped, until the next frame.
    dropped: Option<PathBuf>,
    /// Whether one is held over the window.
    hovered: bool,
}

impl DevicePanel {
    /// Draws the choice and the button, and does what has become due.
    pub(crate) fn show(&mut self, ui: &mut Ui, scene: &mut Scene<'_>) {
        let params = Arc::clone(&scene.links.params);
        let (response, picked) = Choice::new(&params.device).show(ui, &mut scene.hands, 112.0);
        scene.atlas.note("choice:device", response.rect);
        if let Some(device) = picked {
            let distance_m = listener_distance_m(&params, device);
            scene.hands.set(&params.distance, distance_m);
        }
        let status = scene.links.device_files.status();
        let failed = matches!(status, Some(FileStatus::Refused(_)));
        let button = more_button(ui, failed.then_some(theme::WARNING));
        scene.atlas.note("button:device", button.rect);
        if status == Some(FileStatus::Followed) {
            let at = button.rect.right_top() + egui::vec2(-4.0, 4.0);
            ui.painter().circle_filled(at, 2.5, theme::LEVEL);
        }
        let button =
            button.on_hover_text("Loads a device file, or writes one. A file can be dropped on this window too.");
        let waiting = self.dialog.is_some();
        let wish = self.menu.show(&button, scene, status.as_ref(), waiting);
        if let Some(wish) = wish {
            self.grant(ui, wish, scene);
        }
        self.follow_up(ui, scene);
        self.tell_of(status);
    }

    /// Draws what there is to tell, above `floor`, and what can be done with what is held over the window.
    pub(crate) fn show_notices(&mut self, ui: &Ui, scene: &mut Scene<'_>, floor: egui::Rect) {
        if self.hovered {
            drop::show_hint(ui);
        }
        if let Some(notice) = &self.notice
            && !notice.show(ui, scene, floor)
        {
            self.notice = None;
        }
    }

    /// Takes a file that was dropped on the window, and whether one is held over it.
    pub(crate) fn note_drop(&mut self, dropped: Option<PathBuf>, hovered: bool) {
        self.dropped = dropped.or(self.dropped.take());
        self.hovered = hovered;
    }

    /// Does, or sets in motion, what the user wants.
    fn grant(&mut self, ui: &Ui, wish: Wish, scene: &Scene<'_>) {
        let files = &scene.links.device_files;
        match wish {
            Wish::Browse => self.open_dialog(ui, Purpose::Load, scene),
            Wish::Export => self.open_dialog(ui, current_device(&scene.links.params), scene),
            Wish::Load(text) => match path::typed(&text) {
                Ok(path) => files.load(path),
                Err(error) => self.notice = Some(Notice::failure(error)),
            },
            Wish::Save(text) => match (path::typed(&text), current_device(&scene.links.params)) {
                (Ok(path), Purpose::Export { text, .. }) => files.export(path, text, false),
                (Err(error), _) => self.notice = Some(Notice::failure(error)),
                (Ok(_), Purpose::Load) => {}
            },
            Wish::Reload => {
                if let Some(path) = scene.links.params.session.device_file() {
                    files.load(path);
                }
            }
        }
    }

    fn open_dialog(&mut self, ui: &Ui, purpose: Purpose, scene: &Scene<'_>) {
        let file = scene.links.params.session.device_file();
        let folder = file.and_then(|file| Some(file.parent()?.to_owned()));
        match Dialog::open(purpose, folder, ui.ctx()) {
            Ok(dialog) => self.dialog = Some(dialog),
            Err(error) => self.notice = Some(Notice::failure(format!("No file dialog: {error}."))),
        }
    }

    /// Takes in what dialogs, drops and the thread for files have to say.
    fn follow_up(&mut self, ui: &Ui, scene: &mut Scene<'_>) {
        let files = Arc::clone(&scene.links.device_files);
        if let Some(path) = self.dropped.take() {
            files.load(path);
        }
        if let Some(picked) = self.dialog.as_ref().and_then(Dialog::poll) {
            let purpose = self.dialog.take().map(Dialog::into_purpose);
            match (picked, purpose) {
                (Picked::Path(path), Some(Purpose::Load)) => files.load(path),
                // The dialog has asked whether a file may be replaced.
                (Picked::Path(path), Some(Purpose::Export { text, .. })) => files.export(path, text, true),
                (Picked::Unavailable, _) => {
                    self.notice = Some(Notice::failure(dialog::UNAVAILABLE));
                    self.menu.ask_for_path(ui);
                }
                (Picked::Nothing, _) | (_, None) => {}
            }
        }
        while let Some(answer) = files.take_answer() {
            self.notice = Some(match answer {
                Answer::Loaded(path, loaded) => {
                    let text = format!("{} is loaded from {}.", loaded.device.name, name_of(&path));
                    take_over(scene, &path, *loaded);
                    Notice::success(text, ui)
                }
                Answer::Exported(path) => Notice::success(format!("{} is written.", path.display()), ui),
                Answer::Refused(error) => Notice::failure(error),
            });
        }
    }

    /// Tells once that a followed file was changed to something that cannot be used.
    fn tell_of(&mut self, status: Option<FileStatus>) {
        if status == self.status {
            return;
        }
        match (&status, &self.status) {
            (Some(FileStatus::Refused(error)), _) => {
                self.notice = Some(Notice::failure(format!("{error}. The device stays as it was.")));
            }
            (_, Some(FileStatus::Refused(_))) => self.notice = None,
            _ => {}
        }
        self.status = status;
    }
}

/// Puts a loaded device into the session and plays on it.
fn take_over(scene: &mut Scene<'_>, path: &Path, loaded: LoadedDevice) {
    let params = Arc::clone(&scene.links.params);
    let distance_m = loaded.device.listener_distance_m;
    params.session.embed_device(loaded, Some(path));
    scene.links.device_files.follow_loaded();
    if params.device.value() != DeviceParam::Custom {
        scene.hands.set(&params.device, DeviceParam::Custom);
    }
    if let Some(distance_m) = distance_m {
        scene.hands.set(&params.distance, distance_m as f32);
    }
}

/// The device that plays, to be written to a file.
fn current_device(params: &ProsceniumParams) -> Purpose {
    let choice = params.design_settings().device;
    Purpose::Export {
        name: path::file_name(&params.session.device(choice).name),
        text: params.session.device_text(choice),
    }
}

/// Distance that a device is made for, metres.
fn listener_distance_m(params: &ProsceniumParams, device: DeviceParam) -> f32 {
    let distance_m = match devices().get(device.to_index()) {
        Some(preset) => preset.device.nominal_distance_m(),
        None => {
            let revision = params.session.device_revision();
            params
                .session
                .device(DeviceChoice::Custom(revision))
                .nominal_distance_m()
        }
    };
    distance_m as f32
}

#[cfg(test)]
mod tests;
